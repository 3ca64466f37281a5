CREATE TRIGGER account_added AFTER INSERT ON account WHEN NEW.kind = 'management'
BEGIN
    UPDATE unit SET login = NEW.login, account = NEW.state WHERE id = NEW.unit_id;
END;
CREATE TRIGGER account_turned AFTER UPDATE ON account WHEN NEW.kind = 'management' AND NEW.state <> OLD.state
BEGIN
    UPDATE unit SET account = NEW.state WHERE id = NEW.unit_id;
END;
