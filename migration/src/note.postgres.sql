CREATE FUNCTION note_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE unit SET login = NEW.login, account = NEW.state WHERE id = NEW.unit_id;
    RETURN NULL;
END $$;
CREATE TRIGGER account_added AFTER INSERT ON account FOR EACH ROW WHEN (NEW.kind = 'management')
EXECUTE FUNCTION note_account();
CREATE TRIGGER account_turned AFTER UPDATE ON account FOR EACH ROW WHEN (NEW.kind = 'management' AND NEW.state <> OLD.state)
EXECUTE FUNCTION note_account();
