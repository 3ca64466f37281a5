-- Frozen: a test compares this file with its checksum. Every later change is a migration of its own.
-- sqlite.sql and postgres.sql create the same tables, columns and indexes.
-- Amounts are fen. Days are numbers yyyymmdd by China's calendar.
-- There are no foreign keys: the check of each row would take a large part of the time in which orders are received. Orders are
-- received under the shared lock of the tree, and purchasers and units are deleted under the exclusive one, only if they have
-- no orders.

-- One row of truth for each order of the trading platform.
CREATE TABLE purchase_order (
    id BIGINT PRIMARY KEY,
    number TEXT COLLATE "C" NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    purchaser_id BIGINT NOT NULL,
    -- The unit for which the order counts today, which is the purchaser's, and the unit for which it was received.
    unit_id BIGINT NOT NULL,
    registered_unit_id BIGINT NOT NULL,
    -- Copies from the content, for lists.
    supplier TEXT NOT NULL,
    payer TEXT NOT NULL,
    amount BIGINT NOT NULL,
    refunded BIGINT NOT NULL,
    state TEXT NOT NULL,
    ordered_at BIGINT NOT NULL,
    -- JSON of the checked order.
    content TEXT NOT NULL,
    received_at BIGINT NOT NULL
);
CREATE INDEX purchase_order_purchaser ON purchase_order (purchaser_id, ordered_at, id);
-- The orders of units that were merged or whose purchasers have moved: such a unit is not deleted.
CREATE INDEX purchase_order_registered ON purchase_order (registered_unit_id) WHERE registered_unit_id <> unit_id;

-- The revisions of an order before the one of today. Rows are only added.
CREATE TABLE purchase_order_revision (
    order_id BIGINT NOT NULL,
    revision INTEGER NOT NULL,
    content TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (order_id, revision)
);

-- Records that name a purchaser, a category or a county that is not known yet.
CREATE TABLE parked_order (
    number TEXT COLLATE "C" NOT NULL,
    revision INTEGER NOT NULL,
    reason TEXT NOT NULL,
    -- The purchaser as the record names it.
    purchaser TEXT NOT NULL,
    -- JSON of the record as it was sent.
    content TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (number, revision)
);

-- What orders add to the amounts of their units (入账). A revision adds the difference to what was posted before.
CREATE TABLE purchase_posting (
    unit_id BIGINT NOT NULL,
    day INTEGER NOT NULL,
    order_id BIGINT NOT NULL,
    -- The revision that posted it. It may name another purchaser than the one before: then it posts for both.
    revision INTEGER NOT NULL,
    purchaser_id BIGINT NOT NULL,
    -- Payer, category and type of the purchaser as one number.
    class SMALLINT NOT NULL,
    -- GB/T 2260 code of the county of origin, 0 for none.
    origin INTEGER NOT NULL,
    ordered BIGINT NOT NULL,
    paid BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    evaluated BIGINT NOT NULL,
    orders BIGINT NOT NULL,
    -- Everything that reports sum up is in the index.
    PRIMARY KEY (unit_id, day, order_id, revision, purchaser_id, class, origin)
        INCLUDE (ordered, paid, accepted, evaluated, orders)
);

-- The units whose subtrees are large and therefore have totals.
CREATE TABLE totalled_unit (
    unit_id BIGINT PRIMARY KEY REFERENCES unit (id),
    -- Whether totals by origin are kept too.
    has_origins BOOLEAN NOT NULL
);

-- The totals of large subtrees. The total of a period is the sum of the rows of all slots: transactions at the same time write to
-- different slots and do not wait for each other.
CREATE TABLE subtree_total (
    unit_id BIGINT NOT NULL,
    -- A month, yyyymm, or a day, yyyymmdd.
    period INTEGER NOT NULL,
    slot SMALLINT NOT NULL,
    ordered BIGINT NOT NULL,
    paid BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    evaluated BIGINT NOT NULL,
    orders BIGINT NOT NULL,
    -- The same amounts by class, and by origin if these are kept, in postcard's format.
    classes BYTEA NOT NULL,
    origins BYTEA,
    PRIMARY KEY (unit_id, period, slot)
);
