-- Frozen: a test compares this file with its checksum. mod.rs documents the rules. A trigger has the same name and does the
-- same as in sqlite.sql.

DROP TRIGGER account_added ON account;
DROP TRIGGER account_turned ON account;
DROP TRIGGER unit_moved ON unit;
DROP TRIGGER plan_added ON reserve_plan;
DROP TRIGGER plan_turned ON reserve_plan;
DROP FUNCTION note_account();
DROP FUNCTION note_unit();
DROP FUNCTION note_plan();

-- An account has either a unit or a purchaser: the other one of the two updates finds no row.
CREATE FUNCTION copy_account_to_holder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND OLD.unit_id IS DISTINCT FROM NEW.unit_id THEN
        UPDATE unit SET login = NULL, account = 'not-issued', initial_until = NULL WHERE id = OLD.unit_id;
    END IF;
    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND OLD.purchaser_id IS DISTINCT FROM NEW.purchaser_id THEN
        UPDATE purchaser SET login = NULL, account = 'not-issued' WHERE id = OLD.purchaser_id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.unit_id IS NOT NULL THEN
        UPDATE unit SET login = NEW.login, account = NEW.state,
            initial_until = CASE WHEN NEW.state = 'not-activated' THEN NEW.initial_until END
        WHERE id = NEW.unit_id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.purchaser_id IS NOT NULL THEN
        UPDATE purchaser SET login = NEW.login, account = NEW.state WHERE id = NEW.purchaser_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER account_inserted AFTER INSERT ON account FOR EACH ROW EXECUTE FUNCTION copy_account_to_holder();
CREATE TRIGGER account_updated AFTER UPDATE ON account FOR EACH ROW
WHEN ((OLD.login, OLD.state, OLD.initial_until, OLD.unit_id, OLD.purchaser_id)
    IS DISTINCT FROM (NEW.login, NEW.state, NEW.initial_until, NEW.unit_id, NEW.purchaser_id))
EXECUTE FUNCTION copy_account_to_holder();
CREATE TRIGGER account_deleted AFTER DELETE ON account FOR EACH ROW EXECUTE FUNCTION copy_account_to_holder();

CREATE FUNCTION copy_newest_plans_to_unit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Plans that another transaction writes for the same unit: the update below begins after that transaction and sees them.
    PERFORM 1 FROM unit WHERE id IN (OLD.unit_id, NEW.unit_id) ORDER BY id FOR NO KEY UPDATE;
    UPDATE unit SET
        (even_year, even_total) = (SELECT year, total FROM reserve_plan
            WHERE unit_id = unit.id AND year % 2 = 0 ORDER BY year DESC LIMIT 1),
        (odd_year, odd_total) = (SELECT year, total FROM reserve_plan
            WHERE unit_id = unit.id AND year % 2 <> 0 ORDER BY year DESC LIMIT 1)
    WHERE id IN (OLD.unit_id, NEW.unit_id);
    RETURN NULL;
END $$;
CREATE TRIGGER reserve_plan_inserted AFTER INSERT ON reserve_plan FOR EACH ROW
EXECUTE FUNCTION copy_newest_plans_to_unit();
CREATE TRIGGER reserve_plan_updated AFTER UPDATE ON reserve_plan FOR EACH ROW
WHEN ((OLD.unit_id, OLD.year, OLD.total) IS DISTINCT FROM (NEW.unit_id, NEW.year, NEW.total))
EXECUTE FUNCTION copy_newest_plans_to_unit();
CREATE TRIGGER reserve_plan_deleted AFTER DELETE ON reserve_plan FOR EACH ROW
EXECUTE FUNCTION copy_newest_plans_to_unit();

CREATE FUNCTION copy_path_to_purchasers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE purchaser SET unit_path = NEW.path WHERE unit_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER unit_path_updated AFTER UPDATE OF path ON unit FOR EACH ROW WHEN (NEW.path <> OLD.path)
EXECUTE FUNCTION copy_path_to_purchasers();
CREATE FUNCTION copy_unit_path() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The lock that the foreign key takes anyway: it waits for a transaction that moves the unit.
    SELECT path INTO NEW.unit_path FROM unit WHERE id = NEW.unit_id FOR KEY SHARE;
    RETURN NEW;
END $$;
CREATE TRIGGER purchaser_inserted BEFORE INSERT ON purchaser FOR EACH ROW EXECUTE FUNCTION copy_unit_path();
CREATE TRIGGER purchaser_unit_updated BEFORE UPDATE OF unit_id, unit_path ON purchaser FOR EACH ROW
EXECUTE FUNCTION copy_unit_path();

-- Corrects the rows that the earlier triggers left wrong.
UPDATE unit SET login = expected.login, account = expected.account, initial_until = expected.initial_until,
    even_year = expected.even_year, even_total = expected.even_total,
    odd_year = expected.odd_year, odd_total = expected.odd_total
FROM (
    SELECT u.id, a.login, COALESCE(a.state, 'not-issued') AS account,
        CASE WHEN a.state = 'not-activated' THEN a.initial_until END AS initial_until,
        even.year AS even_year, even.total AS even_total, odd.year AS odd_year, odd.total AS odd_total
    FROM unit u
    LEFT JOIN account a ON a.unit_id = u.id
    LEFT JOIN reserve_plan even ON even.unit_id = u.id
        AND even.year = (SELECT MAX(year) FROM reserve_plan WHERE unit_id = u.id AND year % 2 = 0)
    LEFT JOIN reserve_plan odd ON odd.unit_id = u.id
        AND odd.year = (SELECT MAX(year) FROM reserve_plan WHERE unit_id = u.id AND year % 2 <> 0)
) expected
WHERE unit.id = expected.id AND (
    unit.login IS DISTINCT FROM expected.login OR unit.account <> expected.account
    OR unit.initial_until IS DISTINCT FROM expected.initial_until
    OR unit.even_year IS DISTINCT FROM expected.even_year OR unit.even_total IS DISTINCT FROM expected.even_total
    OR unit.odd_year IS DISTINCT FROM expected.odd_year OR unit.odd_total IS DISTINCT FROM expected.odd_total
);
UPDATE purchaser SET login = expected.login, account = expected.account, unit_path = expected.path
FROM (
    SELECT p.id, a.login, COALESCE(a.state, 'not-issued') AS account, u.path
    FROM purchaser p
    JOIN unit u ON u.id = p.unit_id
    LEFT JOIN account a ON a.purchaser_id = p.id
) expected
WHERE purchaser.id = expected.id AND (
    purchaser.login IS DISTINCT FROM expected.login OR purchaser.account <> expected.account
    OR purchaser.unit_path <> expected.path
);
