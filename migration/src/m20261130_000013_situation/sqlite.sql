-- Frozen: a test compares this file with its checksum. Every later change is a migration of its own.
-- sqlite.sql and postgres.sql create the same tables, columns, indexes and triggers. mod.rs says what the triggers note.

-- The approved figures of the union (工会), beside those of the canteen. Amounts are fen. 0 members: no demand.
ALTER TABLE reserve_plan ADD COLUMN union_members INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reserve_plan ADD COLUMN union_funds BIGINT NOT NULL DEFAULT 0;
ALTER TABLE reserve_plan ADD COLUMN union_share BIGINT NOT NULL DEFAULT 0;
UPDATE reserve_plan SET
    union_members = COALESCE(json_extract(filing.figures, '$.union.members'), 0),
    union_funds = COALESCE(json_extract(filing.figures, '$.union.funds'), 0),
    union_share = COALESCE(json_extract(filing.figures, '$.union.share'), 0)
FROM plan_filing filing
WHERE filing.unit_id = reserve_plan.unit_id AND filing.year = reserve_plan.year
    AND filing.state IN ('approved', 'confirmed', 'change-requested') AND filing.figures IS NOT NULL;

-- Units of which something has changed that is counted. Rows are only added, so that nobody waits for anybody, and a worker
-- counts these units again and deletes the rows.
CREATE TABLE unit_to_recount (
    id INTEGER PRIMARY KEY,
    unit_id BIGINT NOT NULL,
    -- Whether orders must wait while the unit is counted, because it may have purchased less.
    exclusive BOOLEAN NOT NULL
);

-- What was counted of each unit the last time, in postcard's format, and the path that it had.
CREATE TABLE counted_unit (
    unit_id BIGINT PRIMARY KEY,
    path TEXT NOT NULL,
    counts BLOB NOT NULL
);
CREATE INDEX counted_unit_path ON counted_unit (path);

-- The sums of counted_unit over the subtrees of units with many units below, and of those that have set parameters of plans.
CREATE TABLE subtree_count (
    unit_id BIGINT PRIMARY KEY,
    counts BLOB NOT NULL
);

-- Every unit is counted for the first time.
INSERT INTO unit_to_recount (unit_id, exclusive) SELECT id, FALSE FROM unit;

CREATE TRIGGER unit_inserted_to_recount AFTER INSERT ON unit
BEGIN
    INSERT INTO unit_to_recount (unit_id, exclusive) VALUES (NEW.id, FALSE);
END;
CREATE TRIGGER unit_updated_to_recount AFTER UPDATE ON unit
WHEN (OLD.path, OLD.account) IS NOT (NEW.path, NEW.account)
BEGIN
    INSERT INTO unit_to_recount (unit_id, exclusive) VALUES (NEW.id, FALSE);
END;
CREATE TRIGGER unit_deleted_to_recount AFTER DELETE ON unit
BEGIN
    INSERT INTO unit_to_recount (unit_id, exclusive) VALUES (OLD.id, FALSE);
END;

CREATE TRIGGER purchaser_inserted_to_recount AFTER INSERT ON purchaser
BEGIN
    INSERT INTO unit_to_recount (unit_id, exclusive) VALUES (NEW.unit_id, FALSE);
END;
CREATE TRIGGER purchaser_updated_to_recount AFTER UPDATE ON purchaser
WHEN (OLD.unit_id, OLD.account) IS NOT (NEW.unit_id, NEW.account)
BEGIN
    INSERT INTO unit_to_recount (unit_id, exclusive) VALUES (NEW.unit_id, OLD.unit_id <> NEW.unit_id);
    INSERT INTO unit_to_recount (unit_id, exclusive) SELECT OLD.unit_id, TRUE WHERE OLD.unit_id <> NEW.unit_id;
END;
CREATE TRIGGER purchaser_deleted_to_recount AFTER DELETE ON purchaser
BEGIN
    INSERT INTO unit_to_recount (unit_id, exclusive) VALUES (OLD.unit_id, FALSE);
END;

CREATE TRIGGER reserve_plan_inserted_to_recount AFTER INSERT ON reserve_plan
BEGIN
    INSERT INTO unit_to_recount (unit_id, exclusive) VALUES (NEW.unit_id, FALSE);
END;
CREATE TRIGGER reserve_plan_updated_to_recount AFTER UPDATE ON reserve_plan
WHEN (OLD.unit_id, OLD.year, OLD.total, OLD.ratio, OLD.share, OLD.union_members, OLD.union_funds, OLD.union_share)
    IS NOT (NEW.unit_id, NEW.year, NEW.total, NEW.ratio, NEW.share, NEW.union_members, NEW.union_funds, NEW.union_share)
BEGIN
    INSERT INTO unit_to_recount (unit_id, exclusive) VALUES (NEW.unit_id, FALSE);
    INSERT INTO unit_to_recount (unit_id, exclusive) SELECT OLD.unit_id, FALSE WHERE OLD.unit_id <> NEW.unit_id;
END;
CREATE TRIGGER reserve_plan_deleted_to_recount AFTER DELETE ON reserve_plan
BEGIN
    INSERT INTO unit_to_recount (unit_id, exclusive) VALUES (OLD.unit_id, FALSE);
END;

CREATE TRIGGER plan_filing_inserted_to_recount AFTER INSERT ON plan_filing
BEGIN
    INSERT INTO unit_to_recount (unit_id, exclusive) VALUES (NEW.unit_id, FALSE);
END;
CREATE TRIGGER plan_filing_updated_to_recount AFTER UPDATE ON plan_filing
WHEN (OLD.unit_id, OLD.year, OLD.state, OLD.canteen, OLD.late)
    IS NOT (NEW.unit_id, NEW.year, NEW.state, NEW.canteen, NEW.late)
BEGIN
    INSERT INTO unit_to_recount (unit_id, exclusive) VALUES (NEW.unit_id, FALSE);
    INSERT INTO unit_to_recount (unit_id, exclusive) SELECT OLD.unit_id, FALSE WHERE OLD.unit_id <> NEW.unit_id;
END;
CREATE TRIGGER plan_filing_deleted_to_recount AFTER DELETE ON plan_filing
BEGIN
    INSERT INTO unit_to_recount (unit_id, exclusive) VALUES (OLD.unit_id, FALSE);
END;

-- An SMS to an account whose earlier one failed: it is reached again.
CREATE TRIGGER sms_inserted_to_recount AFTER INSERT ON sms_outbox
WHEN NEW.unit_id IS NOT NULL
    AND EXISTS (SELECT 1 FROM sms_outbox WHERE account_id = NEW.account_id AND state = 'failed')
BEGIN
    INSERT INTO unit_to_recount (unit_id, exclusive) VALUES (NEW.unit_id, FALSE);
END;
CREATE TRIGGER sms_updated_to_recount AFTER UPDATE ON sms_outbox
WHEN NEW.unit_id IS NOT NULL AND OLD.state <> NEW.state
    AND 'failed' IN (OLD.state, NEW.state)
BEGIN
    INSERT INTO unit_to_recount (unit_id, exclusive) VALUES (NEW.unit_id, FALSE);
END;
CREATE TRIGGER sms_deleted_to_recount AFTER DELETE ON sms_outbox
WHEN OLD.unit_id IS NOT NULL
BEGIN
    INSERT INTO unit_to_recount (unit_id, exclusive) VALUES (OLD.unit_id, FALSE);
END;

CREATE TRIGGER plan_parameter_set_inserted_to_recount AFTER INSERT ON plan_parameter_set
BEGIN
    INSERT INTO unit_to_recount (unit_id, exclusive) VALUES (NEW.unit_id, FALSE);
END;
