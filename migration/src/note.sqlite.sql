CREATE TRIGGER account_added AFTER INSERT ON account WHEN NEW.kind = 'management'
BEGIN
    UPDATE unit SET login = NEW.login, account = NEW.state,
        initial_until = CASE WHEN NEW.state = 'not-activated' THEN NEW.initial_until END
    WHERE id = NEW.unit_id;
END;
CREATE TRIGGER account_turned AFTER UPDATE ON account
WHEN NEW.kind = 'management' AND (NEW.state <> OLD.state OR NEW.initial_until IS NOT OLD.initial_until)
BEGIN
    UPDATE unit SET account = NEW.state,
        initial_until = CASE WHEN NEW.state = 'not-activated' THEN NEW.initial_until END
    WHERE id = NEW.unit_id;
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
CREATE TRIGGER even_plan_added AFTER INSERT ON reserve_plan WHEN NEW.year % 2 = 0
BEGIN
    UPDATE unit SET even_year = NEW.year, even_total = NEW.total
    WHERE id = NEW.unit_id AND COALESCE(even_year, 0) <= NEW.year;
END;
CREATE TRIGGER odd_plan_added AFTER INSERT ON reserve_plan WHEN NEW.year % 2 = 1
BEGIN
    UPDATE unit SET odd_year = NEW.year, odd_total = NEW.total
    WHERE id = NEW.unit_id AND COALESCE(odd_year, 0) <= NEW.year;
END;
CREATE TRIGGER even_plan_turned AFTER UPDATE ON reserve_plan WHEN NEW.year % 2 = 0 AND NEW.total <> OLD.total
BEGIN
    UPDATE unit SET even_year = NEW.year, even_total = NEW.total
    WHERE id = NEW.unit_id AND COALESCE(even_year, 0) <= NEW.year;
END;
CREATE TRIGGER odd_plan_turned AFTER UPDATE ON reserve_plan WHEN NEW.year % 2 = 1 AND NEW.total <> OLD.total
BEGIN
    UPDATE unit SET odd_year = NEW.year, odd_total = NEW.total
    WHERE id = NEW.unit_id AND COALESCE(odd_year, 0) <= NEW.year;
END;
