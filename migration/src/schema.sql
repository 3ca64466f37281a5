-- The whole schema, the same on SQLite and PostgreSQL; `lib.rs` puts the few words in that differ, between @ signs.
-- Times are UTC milliseconds since 1970, money is fen, ratios are hundredths of a percent.

-- Blocks of numbers handed out in one statement: ids that must be known before the rows are written, and login numbers,
-- which are never reused.
CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);

-- The tree of budget units (预算单位). `path` holds the ids from the root down, "1/45/302/", in byte order: the subtree of
-- "1/45/" is the index range from "1/45/" up to "1/450".
CREATE TABLE unit (
    id @KEY@,
    parent_id BIGINT REFERENCES unit (id),
    path @SORTED@ NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The name as it is compared: brackets full-width.
    name_key @SORTED@ NOT NULL,
    code @SORTED@ UNIQUE,
    admin_level SMALLINT NOT NULL,
    budget_level SMALLINT,
    contact TEXT,
    mobile TEXT,
    remark TEXT,
    -- GB/T 2260 code of the division that a preset finance department belongs to.
    division TEXT UNIQUE,
    -- When its own people completed its data after their first sign-in.
    completed_at BIGINT,
    -- The unit that took this one in when it was dissolved (单位合并). It has no superior any more, and its path begins
    -- with "~", behind every subtree: no query needs to leave it out.
    merged_into BIGINT REFERENCES unit (id),
    -- Login name and state of its management account and, while it waits to be activated, when its initial password stops
    -- working; kept by the triggers on that table: a search of a subtree is one scan of one index.
    login TEXT,
    account TEXT NOT NULL DEFAULT 'not-issued',
    initial_until BIGINT,
    -- Totals of its newest plans of an even and of an odd year, kept by the triggers on that table. Plans are made one year
    -- ahead at most: this year's is always one of the two.
    even_year INTEGER,
    even_total BIGINT,
    odd_year INTEGER,
    odd_total BIGINT,
    -- What a search looks into. The tab comes before every character of a name: these are in the order of names too.
    sought @SORTED@ GENERATED ALWAYS AS (lower(
        name_key || @TAB@ || COALESCE(code, '') || @TAB@ || COALESCE(login, '') || @TAB@ || COALESCE(contact, '')
    )) STORED,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version INTEGER NOT NULL
);
CREATE INDEX unit_parent ON unit (parent_id, name_key, id);
CREATE INDEX unit_name ON unit (name_key, id, path);
CREATE INDEX unit_merged ON unit (merged_into) WHERE merged_into IS NOT NULL;
-- Lists of a subtree find and sort their units in this alone.
CREATE INDEX unit_list ON unit (
    path, id, account, initial_until, admin_level, mobile, code, even_year, even_total, odd_year, odd_total, sought
);

-- Names that a unit had before, and those of units merged into it: a search by them still finds it.
CREATE TABLE unit_alias (
    name_key @SORTED@ NOT NULL,
    unit_id BIGINT NOT NULL REFERENCES unit (id),
    name TEXT NOT NULL,
    PRIMARY KEY (name_key, unit_id)
);
CREATE INDEX unit_alias_unit ON unit_alias (unit_id);

-- Who buys: the purchasers (采购人) of a unit. One code may have several, never two of the same name.
CREATE TABLE purchaser (
    id @KEY@,
    unit_id BIGINT NOT NULL REFERENCES unit (id),
    -- Its unit's path, kept by a trigger on that table: the purchasers of a subtree are one index range.
    unit_path @SORTED@ NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The name as it is compared: brackets full-width.
    name_key @SORTED@ NOT NULL,
    code @SORTED@ NOT NULL,
    contact TEXT NOT NULL,
    mobile TEXT NOT NULL,
    remark TEXT,
    -- What its own people complete after their first sign-in, and when they did.
    address TEXT,
    delivery_address TEXT,
    invoice_title TEXT,
    invoice_tax_number TEXT,
    invoice_bank TEXT,
    invoice_account TEXT,
    completed_at BIGINT,
    -- domain::view::Certification, what the operator wrote on returning it, and when the last of each step was.
    certification TEXT NOT NULL DEFAULT 'none',
    certification_note TEXT,
    submitted_at BIGINT,
    decided_at BIGINT,
    -- Login name and state of its trading account, and what a search looks into: as on unit.
    login TEXT,
    account TEXT NOT NULL DEFAULT 'not-issued',
    sought @SORTED@ GENERATED ALWAYS AS (lower(
        name_key || @TAB@ || code || @TAB@ || COALESCE(login, '') || @TAB@ || contact
    )) STORED,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (code, name_key)
);
CREATE INDEX purchaser_unit ON purchaser (unit_id);
-- Lists of a subtree find and sort their purchasers in this alone.
CREATE INDEX purchaser_list ON purchaser (unit_path, id, account, certification, kind, mobile, sought);
-- The operator's queue.
CREATE INDEX purchaser_submitted ON purchaser (submitted_at, id) WHERE certification = 'submitted';

CREATE TABLE account (
    id @KEY@,
    kind TEXT NOT NULL,
    -- Whose it is: a management account's unit or a trading account's purchaser; the operator's are nobody's.
    unit_id BIGINT REFERENCES unit (id),
    purchaser_id BIGINT REFERENCES purchaser (id),
    login TEXT NOT NULL UNIQUE,
    -- PHC string; none until a first password is issued.
    password_hash TEXT,
    -- The password was set by somebody else and must be changed at the next sign-in.
    must_change BOOLEAN NOT NULL,
    -- When an initial password stops working.
    initial_until BIGINT,
    activated_at BIGINT,
    disabled_at BIGINT,
    last_sign_in_at BIGINT,
    -- domain::view::AccountState.
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

-- Signed-in browsers. `id` is the SHA-256 of the cookie's token in hexadecimal: the table opens no session.
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

-- What a unit means to spend in a year (预留份额).
CREATE TABLE reserve_plan (
    unit_id BIGINT NOT NULL REFERENCES unit (id),
    year INTEGER NOT NULL,
    total BIGINT NOT NULL,
    ratio INTEGER NOT NULL,
    share BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (unit_id, year)
) @CLUSTERED@;

-- An uploaded file. A unit has at most one of a template that waits to be generated.
CREATE TABLE import_batch (
    id @ID@,
    unit_id BIGINT NOT NULL REFERENCES unit (id),
    account_id BIGINT NOT NULL REFERENCES account (id),
    template TEXT NOT NULL,
    file_name TEXT NOT NULL,
    state TEXT NOT NULL,
    -- JSON of domain::view::StateCounts and of the kinds of findings.
    counts TEXT NOT NULL,
    kinds TEXT NOT NULL,
    uploaded_at BIGINT NOT NULL,
    version INTEGER NOT NULL
);
CREATE INDEX import_batch_unit ON import_batch (unit_id, template, id);
CREATE UNIQUE INDEX import_batch_open ON import_batch (unit_id, template) WHERE state = 'checked';

CREATE TABLE import_row (
    -- No foreign key: rows are written with their batch in one transaction, and checking each of them would cost a fifth of
    -- an import.
    batch_id BIGINT NOT NULL,
    -- As the spreadsheet program counts it.
    row INTEGER NOT NULL,
    state TEXT NOT NULL,
    -- JSON array of the tidied cells, and JSON array of the findings; none where there are none.
    cells TEXT NOT NULL,
    findings TEXT,
    -- The unit or, as the batch's template says, the purchaser that the row found, and after generation the one it made.
    target_id BIGINT,
    -- The unit that it belongs below or to, where that exists already; none where it is another row of the file.
    place_id BIGINT,
    PRIMARY KEY (batch_id, row)
);
CREATE INDEX import_row_state ON import_row (batch_id, state, row);

CREATE TABLE job (
    id @ID@,
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
    -- Not to be taken up before.
    run_at BIGINT NOT NULL,
    -- Which process has it, and until when that is believed without a sign of life.
    locked_by TEXT,
    locked_until BIGINT,
    error TEXT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX job_due ON job (state, run_at);

CREATE TABLE sms_outbox (
    id @KEY@,
    kind TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES account (id),
    -- Whose account it is about: the one or the other.
    unit_id BIGINT REFERENCES unit (id),
    purchaser_id BIGINT REFERENCES purchaser (id),
    batch_id BIGINT REFERENCES import_batch (id),
    mobile TEXT NOT NULL,
    -- The initial password, encrypted; wiped when the gateway took the SMS or it was given up.
    secret @BYTES@,
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

-- Append-only: who did what to what.
CREATE TABLE audit_event (
    id @ID@,
    at BIGINT NOT NULL,
    -- None where the system itself acted.
    account_id BIGINT,
    login TEXT NOT NULL,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    -- The unit or the purchaser whose history it belongs to.
    unit_id BIGINT,
    purchaser_id BIGINT,
    -- "unit", "account", "batch" …, and which one.
    object TEXT NOT NULL,
    object_id BIGINT,
    -- JSON of what changed, without secrets.
    before TEXT,
    after TEXT
);
CREATE INDEX audit_event_unit ON audit_event (unit_id, id);
CREATE INDEX audit_event_purchaser ON audit_event (purchaser_id, id) WHERE purchaser_id IS NOT NULL;
CREATE INDEX audit_event_account ON audit_event (account_id, id);

-- What the triggers keep, as said of its columns.
@NOTE@
