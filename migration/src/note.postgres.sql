CREATE FUNCTION note_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'management' THEN
        UPDATE unit SET login = NEW.login, account = NEW.state,
            initial_until = CASE WHEN NEW.state = 'not-activated' THEN NEW.initial_until END
        WHERE id = NEW.unit_id;
    ELSIF NEW.kind = 'trading' THEN
        UPDATE purchaser SET login = NEW.login, account = NEW.state WHERE id = NEW.purchaser_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER account_added AFTER INSERT ON account FOR EACH ROW EXECUTE FUNCTION note_account();
CREATE TRIGGER account_turned AFTER UPDATE ON account FOR EACH ROW
WHEN (NEW.state <> OLD.state OR NEW.initial_until IS DISTINCT FROM OLD.initial_until)
EXECUTE FUNCTION note_account();
CREATE FUNCTION note_unit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE purchaser SET unit_path = NEW.path WHERE unit_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER unit_moved AFTER UPDATE OF path ON unit FOR EACH ROW WHEN (NEW.path <> OLD.path)
EXECUTE FUNCTION note_unit();
CREATE FUNCTION note_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.year % 2 = 0 THEN
        UPDATE unit SET even_year = NEW.year, even_total = NEW.total
        WHERE id = NEW.unit_id AND COALESCE(even_year, 0) <= NEW.year;
    ELSE
        UPDATE unit SET odd_year = NEW.year, odd_total = NEW.total
        WHERE id = NEW.unit_id AND COALESCE(odd_year, 0) <= NEW.year;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER plan_added AFTER INSERT ON reserve_plan FOR EACH ROW EXECUTE FUNCTION note_plan();
CREATE TRIGGER plan_turned AFTER UPDATE ON reserve_plan FOR EACH ROW WHEN (NEW.total <> OLD.total)
EXECUTE FUNCTION note_plan();
