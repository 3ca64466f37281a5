CREATE FUNCTION note_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'management' THEN
        UPDATE unit SET login = NEW.login, account = NEW.state WHERE id = NEW.unit_id;
    ELSIF NEW.kind = 'trading' THEN
        UPDATE purchaser SET login = NEW.login, account = NEW.state WHERE id = NEW.purchaser_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER account_added AFTER INSERT ON account FOR EACH ROW EXECUTE FUNCTION note_account();
CREATE TRIGGER account_turned AFTER UPDATE ON account FOR EACH ROW WHEN (NEW.state <> OLD.state)
EXECUTE FUNCTION note_account();
CREATE FUNCTION note_unit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE purchaser SET unit_path = NEW.path WHERE unit_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER unit_moved AFTER UPDATE OF path ON unit FOR EACH ROW WHEN (NEW.path <> OLD.path)
EXECUTE FUNCTION note_unit();
