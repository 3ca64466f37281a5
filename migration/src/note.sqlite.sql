CREATE TRIGGER account_added AFTER INSERT ON account WHEN NEW.kind = 'management'
BEGIN
    UPDATE unit SET login = NEW.login, account = NEW.state WHERE id = NEW.unit_id;
END;
CREATE TRIGGER account_turned AFTER UPDATE ON account WHEN NEW.kind = 'management' AND NEW.state <> OLD.state
BEGIN
    UPDATE unit SET account = NEW.state WHERE id = NEW.unit_id;
END;
CREATE TRIGGER trading_account_added AFTER INSERT ON account WHEN NEW.kind = 'trading'
BEGIN
    UPDATE purchaser SET login = NEW.login, account = NEW.state WHERE id = NEW.purchaser_id;
END;
CREATE TRIGGER trading_account_turned AFTER UPDATE ON account WHEN NEW.kind = 'trading' AND NEW.state <> OLD.state
BEGIN
    UPDATE purchaser SET account = NEW.state WHERE id = NEW.purchaser_id;
END;
CREATE TRIGGER unit_moved AFTER UPDATE OF path ON unit WHEN NEW.path <> OLD.path
BEGIN
    UPDATE purchaser SET unit_path = NEW.path WHERE unit_id = NEW.id;
END;
