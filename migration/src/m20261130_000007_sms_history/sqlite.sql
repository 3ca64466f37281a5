-- Frozen: a test compares this file with its checksum. Every later change is a migration of its own.
-- SQLite cannot drop a foreign key, so the table is made anew.
CREATE TABLE sms_outbox_new (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    -- The account, and its holder: the one or the other. They may be deleted.
    account_id BIGINT NOT NULL,
    unit_id BIGINT,
    purchaser_id BIGINT,
    batch_id BIGINT REFERENCES import_batch (id),
    mobile TEXT NOT NULL,
    -- The initial password, encrypted. Wiped when the gateway has accepted the SMS, sending has failed for good, or the SMS
    -- was withdrawn.
    secret BLOB,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at BIGINT NOT NULL,
    locked_until BIGINT,
    error TEXT,
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    -- The worker that has claimed the SMS.
    locked_by TEXT,
    -- When it may go at the earliest. Null for SMS that were queued before there was a limit for each number: at once.
    not_before BIGINT
);
INSERT INTO sms_outbox_new (id, kind, account_id, unit_id, purchaser_id, batch_id, mobile, secret, state, attempts, next_at,
    locked_until, error, created_at, sent_at)
SELECT id, kind, account_id, unit_id, purchaser_id, batch_id, mobile, secret, state, attempts, next_at, locked_until, error,
    created_at, sent_at FROM sms_outbox;
DROP TABLE sms_outbox;
ALTER TABLE sms_outbox_new RENAME TO sms_outbox;
CREATE INDEX sms_outbox_due ON sms_outbox (state, next_at);
CREATE INDEX sms_outbox_account ON sms_outbox (account_id, id);
CREATE INDEX sms_outbox_unit ON sms_outbox (unit_id, id);
CREATE INDEX sms_outbox_purchaser ON sms_outbox (purchaser_id, id) WHERE purchaser_id IS NOT NULL;
CREATE INDEX sms_outbox_batch ON sms_outbox (batch_id, state);
CREATE INDEX sms_outbox_mobile ON sms_outbox (mobile, id);
