-- Frozen: a test compares this file with its checksum. mod.rs documents the rules. A trigger has the same name and does the
-- same as in postgres.sql.

DROP TRIGGER account_added;
DROP TRIGGER account_turned;
DROP TRIGGER trading_account_added;
DROP TRIGGER trading_account_turned;
DROP TRIGGER unit_moved;
DROP TRIGGER even_plan_added;
DROP TRIGGER odd_plan_added;
DROP TRIGGER even_plan_turned;
DROP TRIGGER odd_plan_turned;

-- An account has either a unit or a purchaser: the other one of the two updates finds no row.
CREATE TRIGGER account_inserted AFTER INSERT ON account
BEGIN
    UPDATE unit SET login = NEW.login, account = NEW.state,
        initial_until = CASE WHEN NEW.state = 'not-activated' THEN NEW.initial_until END
    WHERE id = NEW.unit_id;
    UPDATE purchaser SET login = NEW.login, account = NEW.state WHERE id = NEW.purchaser_id;
END;
CREATE TRIGGER account_updated AFTER UPDATE ON account
WHEN (OLD.login, OLD.state, OLD.initial_until, OLD.unit_id, OLD.purchaser_id)
    IS NOT (NEW.login, NEW.state, NEW.initial_until, NEW.unit_id, NEW.purchaser_id)
BEGIN
    UPDATE unit SET login = NULL, account = 'not-issued', initial_until = NULL
    WHERE id = OLD.unit_id AND OLD.unit_id IS NOT NEW.unit_id;
    UPDATE purchaser SET login = NULL, account = 'not-issued'
    WHERE id = OLD.purchaser_id AND OLD.purchaser_id IS NOT NEW.purchaser_id;
    UPDATE unit SET login = NEW.login, account = NEW.state,
        initial_until = CASE WHEN NEW.state = 'not-activated' THEN NEW.initial_until END
    WHERE id = NEW.unit_id;
    UPDATE purchaser SET login = NEW.login, account = NEW.state WHERE id = NEW.purchaser_id;
END;
CREATE TRIGGER account_deleted AFTER DELETE ON account
BEGIN
    UPDATE unit SET login = NULL, account = 'not-issued', initial_until = NULL WHERE id = OLD.unit_id;
    UPDATE purchaser SET login = NULL, account = 'not-issued' WHERE id = OLD.purchaser_id;
END;

CREATE TRIGGER reserve_plan_inserted AFTER INSERT ON reserve_plan
BEGIN
    UPDATE unit SET
        (even_year, even_total) = (SELECT year, total FROM reserve_plan
            WHERE unit_id = unit.id AND year % 2 = 0 ORDER BY year DESC LIMIT 1),
        (odd_year, odd_total) = (SELECT year, total FROM reserve_plan
            WHERE unit_id = unit.id AND year % 2 <> 0 ORDER BY year DESC LIMIT 1)
    WHERE id = NEW.unit_id;
END;
CREATE TRIGGER reserve_plan_updated AFTER UPDATE ON reserve_plan
WHEN (OLD.unit_id, OLD.year, OLD.total) IS NOT (NEW.unit_id, NEW.year, NEW.total)
BEGIN
    UPDATE unit SET
        (even_year, even_total) = (SELECT year, total FROM reserve_plan
            WHERE unit_id = unit.id AND year % 2 = 0 ORDER BY year DESC LIMIT 1),
        (odd_year, odd_total) = (SELECT year, total FROM reserve_plan
            WHERE unit_id = unit.id AND year % 2 <> 0 ORDER BY year DESC LIMIT 1)
    WHERE id IN (OLD.unit_id, NEW.unit_id);
END;
CREATE TRIGGER reserve_plan_deleted AFTER DELETE ON reserve_plan
BEGIN
    UPDATE unit SET
        (even_year, even_total) = (SELECT year, total FROM reserve_plan
            WHERE unit_id = unit.id AND year % 2 = 0 ORDER BY year DESC LIMIT 1),
        (odd_year, odd_total) = (SELECT year, total FROM reserve_plan
            WHERE unit_id = unit.id AND year % 2 <> 0 ORDER BY year DESC LIMIT 1)
    WHERE id = OLD.unit_id;
END;

CREATE TRIGGER unit_path_updated AFTER UPDATE OF path ON unit WHEN NEW.path <> OLD.path
BEGIN
    UPDATE purchaser SET unit_path = NEW.path WHERE unit_id = NEW.id;
END;
CREATE TRIGGER purchaser_inserted AFTER INSERT ON purchaser
WHEN NEW.unit_path IS NOT (SELECT path FROM unit WHERE id = NEW.unit_id)
BEGIN
    UPDATE purchaser SET unit_path = (SELECT path FROM unit WHERE id = NEW.unit_id) WHERE id = NEW.id;
END;
CREATE TRIGGER purchaser_unit_updated AFTER UPDATE OF unit_id, unit_path ON purchaser
WHEN NEW.unit_path IS NOT (SELECT path FROM unit WHERE id = NEW.unit_id)
BEGIN
    UPDATE purchaser SET unit_path = (SELECT path FROM unit WHERE id = NEW.unit_id) WHERE id = NEW.id;
END;

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
