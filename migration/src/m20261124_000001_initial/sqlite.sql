-- Frozen: a test compares this file with its checksum. Every later change is a migration of its own.
-- AUTOINCREMENT: an id is never used again. Text is compared by bytes.
-- sqlite.sql and postgres.sql create the same tables, columns, indexes and triggers.
-- Times are UTC milliseconds since 1970. Amounts are fen. Ratios are hundredths of a percent.

-- The last number of each sequence. One statement reserves a block of numbers: ids that are needed before the rows are
-- written, and login numbers. No number is used twice.
CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);

-- The tree of budget units (预算单位). `path` holds the ids from the root down, "1/45/302/", in byte order: the subtree of
-- "1/45/" is the index range from "1/45/" up to "1/450".
CREATE TABLE unit (
    id INTEGER PRIMARY KEY,
    parent_id BIGINT REFERENCES unit (id),
    path TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The name in the form that comparisons use: brackets are full-width.
    name_key TEXT NOT NULL,
    code TEXT UNIQUE,
    admin_level SMALLINT NOT NULL,
    budget_level SMALLINT,
    contact TEXT,
    mobile TEXT,
    remark TEXT,
    -- GB/T 2260 code of the division that a preset finance department belongs to.
    division TEXT UNIQUE,
    -- When the unit completed its own data after the first sign-in.
    completed_at BIGINT,
    -- The unit into which this one was merged (单位合并). A merged unit has no superior, and its path begins with "~",
    -- which sorts after every subtree: no query has to exclude it.
    merged_into BIGINT REFERENCES unit (id),
    -- Derived from the management account by triggers: its login name, its state and, while it is not activated, the end
    -- of its initial password. With them a search of a subtree is one scan of one index.
    login TEXT,
    account TEXT NOT NULL DEFAULT 'not-issued',
    initial_until BIGINT,
    -- Derived from reserve_plan by triggers: year and total of the newest plan of an even and of an odd year. Plans are
    -- made at most one year ahead, so that this year's plan is always one of the two.
    even_year INTEGER,
    even_total BIGINT,
    odd_year INTEGER,
    odd_total BIGINT,
    -- The text that a search reads. The tab sorts before every character of a name: this text sorts as the names do.
    sought TEXT GENERATED ALWAYS AS (lower(
        name_key || char(9) || COALESCE(code, '') || char(9) || COALESCE(login, '') || char(9) || COALESCE(contact, '')
    )) STORED,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version INTEGER NOT NULL
);
CREATE INDEX unit_parent ON unit (parent_id, name_key, id);
CREATE INDEX unit_name ON unit (name_key, id, path);
CREATE INDEX unit_merged ON unit (merged_into) WHERE merged_into IS NOT NULL;
-- Lists of a subtree filter and sort their units in this index alone.
CREATE INDEX unit_list ON unit (
    path, id, account, initial_until, admin_level, mobile, code, even_year, even_total, odd_year, odd_total, sought
);

-- Former names of a unit, and the names of the units that were merged into it. A search finds the unit by them.
CREATE TABLE unit_alias (
    name_key TEXT NOT NULL,
    unit_id BIGINT NOT NULL REFERENCES unit (id),
    name TEXT NOT NULL,
    PRIMARY KEY (name_key, unit_id)
);
CREATE INDEX unit_alias_unit ON unit_alias (unit_id);

-- The purchasers (采购人) of a unit. Several purchasers may share one code, but not code and name.
CREATE TABLE purchaser (
    id INTEGER PRIMARY KEY,
    unit_id BIGINT NOT NULL REFERENCES unit (id),
    -- Derived from the unit by a trigger: its path. With it the purchasers of a subtree are one index range.
    unit_path TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The name in the form that comparisons use: brackets are full-width.
    name_key TEXT NOT NULL,
    code TEXT NOT NULL,
    contact TEXT NOT NULL,
    mobile TEXT NOT NULL,
    remark TEXT,
    -- Data that the purchaser completes after the first sign-in, and when it did so.
    address TEXT,
    delivery_address TEXT,
    invoice_title TEXT,
    invoice_tax_number TEXT,
    invoice_bank TEXT,
    invoice_account TEXT,
    completed_at BIGINT,
    -- State of the certification (认证), the operator's reason for a return, and the time of the last submission and of
    -- the last decision.
    certification TEXT NOT NULL DEFAULT 'none',
    certification_note TEXT,
    submitted_at BIGINT,
    decided_at BIGINT,
    -- Derived from the trading account by triggers, and the text that a search reads, as in the table unit.
    login TEXT,
    account TEXT NOT NULL DEFAULT 'not-issued',
    sought TEXT GENERATED ALWAYS AS (lower(
        name_key || char(9) || code || char(9) || COALESCE(login, '') || char(9) || contact
    )) STORED,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (code, name_key)
);
CREATE INDEX purchaser_unit ON purchaser (unit_id);
-- Lists of a subtree filter and sort their purchasers in this index alone.
CREATE INDEX purchaser_list ON purchaser (unit_path, id, account, certification, kind, mobile, sought);
-- The certifications that wait for the operator.
CREATE INDEX purchaser_submitted ON purchaser (submitted_at, id) WHERE certification = 'submitted';

CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    -- The holder: the unit of a management account or the purchaser of a trading account. The operator has neither.
    unit_id BIGINT REFERENCES unit (id),
    purchaser_id BIGINT REFERENCES purchaser (id),
    login TEXT NOT NULL UNIQUE,
    -- PHC string. Null until a first password is issued.
    password_hash TEXT,
    -- Somebody else set the password: it must be changed at the next sign-in.
    must_change BOOLEAN NOT NULL,
    -- The end of an initial password.
    initial_until BIGINT,
    activated_at BIGINT,
    disabled_at BIGINT,
    last_sign_in_at BIGINT,
    -- The state of an account (账号状态), derived from the columns above.
    state TEXT NOT NULL GENERATED ALWAYS AS (
        CASE WHEN disabled_at IS NOT NULL THEN 'disabled' WHEN activated_at IS NOT NULL THEN 'active'
             WHEN password_hash IS NOT NULL THEN 'not-activated' ELSE 'not-issued' END
    ) STORED,
    created_at BIGINT NOT NULL,
    version INTEGER NOT NULL,
    CHECK ((kind = 'management') = (unit_id IS NOT NULL) AND (kind = 'trading') = (purchaser_id IS NOT NULL))
);
CREATE UNIQUE INDEX account_management ON account (unit_id) WHERE kind = 'management';
CREATE UNIQUE INDEX account_trading ON account (purchaser_id) WHERE purchaser_id IS NOT NULL;
CREATE INDEX account_unit ON account (unit_id);

-- Sessions. `id` is the hexadecimal SHA-256 of the cookie's token: a copy of this table gives no access.
CREATE TABLE session (
    id TEXT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES account (id),
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expires ON session (expires_at);

-- Failed sign-ins by login name ("login:GL00000001") and by address ("address:192.0.2.1").
CREATE TABLE throttle (
    name TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    window_until BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL
);

-- The plan of a unit for a year: its purchases and the reserved share (预留份额).
CREATE TABLE reserve_plan (
    unit_id BIGINT NOT NULL REFERENCES unit (id),
    year INTEGER NOT NULL,
    total BIGINT NOT NULL,
    ratio INTEGER NOT NULL,
    share BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (unit_id, year)
) WITHOUT ROWID;

-- An uploaded file. A unit has at most one batch of each template that waits for generation (生成).
CREATE TABLE import_batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    unit_id BIGINT NOT NULL REFERENCES unit (id),
    account_id BIGINT NOT NULL REFERENCES account (id),
    template TEXT NOT NULL,
    file_name TEXT NOT NULL,
    state TEXT NOT NULL,
    -- JSON: the number of rows in each state, and the kinds of findings.
    counts TEXT NOT NULL,
    kinds TEXT NOT NULL,
    uploaded_at BIGINT NOT NULL,
    version INTEGER NOT NULL
);
CREATE INDEX import_batch_unit ON import_batch (unit_id, template, id);
CREATE UNIQUE INDEX import_batch_open ON import_batch (unit_id, template) WHERE state = 'checked';

CREATE TABLE import_row (
    -- No foreign key: one transaction writes a batch with its rows, and the check of each row would cost a fifth of an
    -- import.
    batch_id BIGINT NOT NULL,
    -- The row number that the spreadsheet program shows.
    row INTEGER NOT NULL,
    state TEXT NOT NULL,
    -- JSON array of the normalized cells, and JSON array of the findings. Null if the row has no findings.
    cells TEXT NOT NULL,
    findings TEXT,
    -- The existing unit or purchaser (by the batch's template) that the row matches. After generation also the new one.
    target_id BIGINT,
    -- The existing unit to which the row belongs. Null if that unit is another row of the same file.
    place_id BIGINT,
    PRIMARY KEY (batch_id, row)
);
CREATE INDEX import_row_state ON import_row (batch_id, state, row);

CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    batch_id BIGINT UNIQUE REFERENCES import_batch (id),
    account_id BIGINT NOT NULL REFERENCES account (id),
    address TEXT NOT NULL,
    state TEXT NOT NULL,
    total INTEGER NOT NULL,
    done INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    -- The job does not start before this time.
    run_at BIGINT NOT NULL,
    -- The process that runs the job, and the end of its lease. The process renews the lease while it works.
    locked_by TEXT,
    locked_until BIGINT,
    error TEXT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX job_due ON job (state, run_at);

CREATE TABLE sms_outbox (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES account (id),
    -- The holder of the account: the one or the other.
    unit_id BIGINT REFERENCES unit (id),
    purchaser_id BIGINT REFERENCES purchaser (id),
    batch_id BIGINT REFERENCES import_batch (id),
    mobile TEXT NOT NULL,
    -- The initial password, encrypted. Wiped when the gateway has accepted the SMS or sending has failed for good.
    secret BLOB,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at BIGINT NOT NULL,
    locked_until BIGINT,
    error TEXT,
    created_at BIGINT NOT NULL,
    sent_at BIGINT
);
CREATE INDEX sms_outbox_due ON sms_outbox (state, next_at);
CREATE INDEX sms_outbox_account ON sms_outbox (account_id, id);
CREATE INDEX sms_outbox_unit ON sms_outbox (unit_id, id);
CREATE INDEX sms_outbox_purchaser ON sms_outbox (purchaser_id, id) WHERE purchaser_id IS NOT NULL;
CREATE INDEX sms_outbox_batch ON sms_outbox (batch_id, state);

-- The audit log. Rows are only added.
CREATE TABLE audit_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at BIGINT NOT NULL,
    -- Null if the system itself acted.
    account_id BIGINT,
    login TEXT NOT NULL,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    -- The unit or the purchaser in whose history the event is shown.
    unit_id BIGINT,
    purchaser_id BIGINT,
    -- "unit", "account", "batch" …, and the id of that object.
    object TEXT NOT NULL,
    object_id BIGINT,
    -- JSON of the changed values, without secrets.
    before TEXT,
    after TEXT
);
CREATE INDEX audit_event_unit ON audit_event (unit_id, id);
CREATE INDEX audit_event_purchaser ON audit_event (purchaser_id, id) WHERE purchaser_id IS NOT NULL;
CREATE INDEX audit_event_account ON audit_event (account_id, id);

-- The triggers that maintain the derived columns of unit and purchaser.
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
