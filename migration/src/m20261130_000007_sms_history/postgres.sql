-- Frozen: a test compares this file with its checksum. Every later change is a migration of its own.
ALTER TABLE sms_outbox
    DROP CONSTRAINT sms_outbox_account_id_fkey,
    DROP CONSTRAINT sms_outbox_unit_id_fkey,
    DROP CONSTRAINT sms_outbox_purchaser_id_fkey,
    -- The worker that has claimed the SMS.
    ADD COLUMN locked_by TEXT,
    -- When it may go at the earliest. Null for SMS that were queued before there was a limit for each number: at once.
    ADD COLUMN not_before BIGINT;
CREATE INDEX sms_outbox_mobile ON sms_outbox (mobile, id);
