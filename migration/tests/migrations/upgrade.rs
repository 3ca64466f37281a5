//! A filled database of each earlier version becomes what a new database with the same rows is.

use crate::{empty_database, query};
use migration::{Migrator, MigratorTrait};
use rstest::rstest;
use sea_orm::{ConnectionTrait, DatabaseConnection, FromQueryResult, JsonValue, Statement};
use testdb::Backend;

/// Rows for every table, and the migration from which on they fit the schema, the oldest first. A migration after which
/// the statements fail comes with a file of its own.
const FIXTURES: &[(&str, &str)] = &[("m20261124_000001_initial", include_str!("fixtures/initial.sql"))];

/// Rows for the tables that a migration adds.
const ADDED_TABLES: &[(&str, &str)] = &[
    (
        "m20261130_000006_known_devices",
        "INSERT INTO known_device (id, account_id, last_used_at) VALUES ('hash', 2, 5);",
    ),
    ("m20261130_000008_key_fingerprints", "INSERT INTO key_fingerprint (name, fingerprint) VALUES ('sms', 'hash');"),
    (
        "m20261130_000009_code_disputes",
        "INSERT INTO code_dispute (id, unit_id, account_id, code, name, superior, reason, contact, mobile, state, filed_at, \
         version) VALUES (1, 2, 2, '12100000400001234A', '单位', '上级', '理由', '联系人', '13800000000', 'open', 5, 1);",
    ),
    (
        "m20261130_000010_plan_filing",
        "INSERT INTO plan_parameter_set (unit_id, year, parameters, updated_at, version) VALUES (1, 2026, '{}', 5, 1); \
         INSERT INTO plan_filing (unit_id, year, state, form, late, updated_at, version) \
         VALUES (2, 2026, 'draft', '{}', FALSE, 5, 1); \
         INSERT INTO plan_filing_version (unit_id, year, version, at, action, by_unit, login) \
         VALUES (2, 2026, 1, 5, 'save', '单位', 'GL00000002');",
    ),
    (
        "m20261130_000011_orders",
        "INSERT INTO purchase_order (id, number, revision, purchaser_id, unit_id, registered_unit_id, supplier, payer, amount, \
         refunded, state, ordered_at, content, received_at) \
         VALUES (1, 'XS1', 2, 1, 2, 2, '合作社', 'canteen', 100, 0, 'paid', 5, '{}', 5); \
         INSERT INTO purchase_order_revision (order_id, revision, content, received_at) VALUES (1, 1, '{}', 5); \
         INSERT INTO parked_order (number, revision, reason, purchaser, content, received_at) \
         VALUES ('XS2', 1, 'purchaser', 'JY00000009', '{}', 5); \
         INSERT INTO purchase_posting (unit_id, day, order_id, revision, class, origin, purchaser_id, ordered, paid, accepted, \
         evaluated, orders) VALUES (2, 20261130, 1, 1, 0, 522325, 1, 100, 0, 0, 0, 1); \
         INSERT INTO totalled_unit (unit_id, has_origins) VALUES (2, FALSE); \
         INSERT INTO subtree_total (unit_id, period, slot, ordered, paid, accepted, evaluated, orders, classes) \
         VALUES (2, 202611, 0, 100, 0, 0, 0, 1, '');",
    ),
    (
        "m20261130_000012_api_keys",
        "INSERT INTO api_key (id, public_id, name, issued_at, issued_by) VALUES (1, 'JK0123456789abcdef', '交易平台', 5, 'YW00000001'); \
         INSERT INTO api_nonce (key_id, nonce, signed_at) VALUES (1, '0123456789abcdef', 5);",
    ),
    (
        "m20261130_000013_situation",
        "INSERT INTO counted_unit (unit_id, path, counts) VALUES (2, '1/2/', ''); \
         INSERT INTO subtree_count (unit_id, counts) VALUES (1, '');",
    ),
    (
        "m20261201_000014_notices",
        "INSERT INTO notice (id, unit_id, title, text, importance, published_at, ends_on, version) \
         VALUES (1, 1, '通知', '正文', 'normal', 5, 20261231, 1); \
         INSERT INTO notice_read (account_id, notice_id, read_at) VALUES (2, 1, 6);",
    ),
    (
        "m20261201_000015_reminders",
        "INSERT INTO sms_outbox (id, kind, account_id, unit_id, mobile, state, attempts, next_at, created_at, last_day) \
         VALUES (900, 'plan-reminder', 2, 2, '13800000000', 'sent', 1, 5, 5, 20260331);",
    ),
];

/// The statements for the tables that were added up to a migration, or after it.
fn added_tables(migration: &str, until: bool) -> String {
    let added = ADDED_TABLES.iter().filter(|(from, _)| (*from <= migration) == until);
    added.map(|(_, rows)| *rows).collect()
}

/// The statements for a schema whose newest migration has this name.
fn fixture(migration: &str) -> &'static str {
    FIXTURES.iter().rev().find(|(from, _)| *from <= migration).unwrap().1
}

#[rstest]
#[tokio::test]
async fn filled_databases_of_every_version_become_equal_to_a_new_one(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let names: Vec<String> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    let (_new_db, new) = empty_database(backend).await;
    Migrator::up(&new, None).await.unwrap();
    let newest = names.last().unwrap();
    new.execute_unprepared(fixture(newest)).await.unwrap();
    new.execute_unprepared(&added_tables(newest, true)).await.unwrap();
    let (schema, tables) = (schema(&new).await, tables(&new).await);
    let rows = rows(&new, &tables).await;
    for (table, rows) in tables.iter().zip(&rows) {
        assert!(!rows.is_empty(), "the fixture has no row for {table}");
    }
    for (version, name) in (1..).zip(&names[..names.len() - 1]) {
        let (_db, old) = empty_database(backend).await;
        Migrator::up(&old, Some(version)).await.unwrap();
        old.execute_unprepared(fixture(name)).await.unwrap();
        old.execute_unprepared(&added_tables(name, true)).await.unwrap();
        Migrator::up(&old, None).await.unwrap();
        old.execute_unprepared(&added_tables(name, false)).await.unwrap();
        assert_eq!(self::schema(&old).await, schema, "{name}");
        for ((table, old), new) in tables.iter().zip(self::rows(&old, &tables).await).zip(&rows) {
            assert_eq!(&old, new, "{name}: {table}");
        }
    }
}

/// The tables of the product.
async fn tables(db: &DatabaseConnection) -> Vec<String> {
    let text = match db.get_database_backend() {
        sea_orm::DbBackend::Postgres => "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1",
    };
    let tables = query::<1>(db, text).await.into_iter().map(|[table]| table);
    tables.filter(|table| table != "seaql_migrations").collect()
}

/// The rows of each table as JSON, in the order of their texts.
async fn rows(db: &DatabaseConnection, tables: &[String]) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for table in tables {
        // A log has a row for each change. What matters is which units are in it.
        let columns = if table == "unit_to_recount" { "DISTINCT unit_id" } else { "*" };
        let statement = Statement::from_string(db.get_database_backend(), format!("SELECT {columns} FROM {table}"));
        let rows = JsonValue::find_by_statement(statement).all(db).await.unwrap();
        let mut rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
        rows.sort();
        all.push(rows);
    }
    all
}

/// Everything that the database knows of its schema, a line each.
async fn schema(db: &DatabaseConnection) -> Vec<String> {
    let queries: &[&str] = match db.get_database_backend() {
        sea_orm::DbBackend::Postgres => &[
            "SELECT concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, \
             a.attgenerated, o.collname, pg_get_expr(d.adbin, d.adrelid)) \
             FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relnamespace = 'public'::regnamespace \
             LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum \
             LEFT JOIN pg_collation o ON o.oid = a.attcollation WHERE a.attnum > 0 AND NOT a.attisdropped",
            "SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint \
             WHERE connamespace = 'public'::regnamespace",
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
            "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
        ],
        _ => &["SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_master"],
    };
    let mut lines = Vec::new();
    for text in queries {
        lines.extend(query::<1>(db, text).await.into_iter().map(|[line]| line));
    }
    lines.sort();
    lines
}
