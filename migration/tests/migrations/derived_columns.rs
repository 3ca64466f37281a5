//! The derived columns of `unit` and `purchaser` follow the rules of `m20261125_000003_derived_columns` after random changes
//! of the tables from which they are derived.

use crate::{connect, empty_database, query};
use migration::{Migrator, MigratorTrait};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestCaseError, TestRunner},
};
use rstest::rstest;
use sea_orm::{ConnectionTrait, DatabaseConnection, TransactionTrait};
use std::collections::HashMap;
use testdb::Backend;

/// The holder of an account.
#[derive(Clone, Copy, Debug)]
enum Holder {
    Unit(u8),
    Purchaser(u8),
}

/// One statement. The database may refuse it, for example a second account of one unit: then it changes nothing.
#[derive(Clone, Debug)]
enum Change {
    InsertUnit {
        id: u8,
        path: u8,
    },
    RenameUnit {
        id: u8,
        name: String,
    },
    MoveUnit {
        id: u8,
        path: u8,
    },
    MoveAllUnits,
    DeleteUnit {
        id: u8,
    },
    InsertPurchaser {
        id: u8,
        unit: u8,
        path: u8,
    },
    RenamePurchaser {
        id: u8,
        name: String,
    },
    MovePurchaser {
        id: u8,
        unit: u8,
    },
    /// Writes a path that need not be the unit's.
    SetPurchaserPath {
        id: u8,
        path: u8,
    },
    DeletePurchaser {
        id: u8,
    },
    InsertAccount {
        id: u8,
        holder: Holder,
        issued: bool,
        until: Option<u8>,
    },
    UpsertAccount {
        id: u8,
        holder: Holder,
        until: u8,
    },
    SetLogin {
        id: u8,
        login: u8,
    },
    IssuePassword {
        id: u8,
        until: u8,
    },
    Activate {
        id: u8,
    },
    SetEnabled {
        id: u8,
        enabled: bool,
    },
    DisableAll,
    SetHolder {
        id: u8,
        holder: Holder,
    },
    DeleteAccount {
        id: u8,
    },
    InsertPlan {
        unit: u8,
        year: u8,
        total: u8,
    },
    UpsertPlan {
        unit: u8,
        year: u8,
        total: u8,
    },
    SetTotal {
        unit: u8,
        year: u8,
        total: u8,
    },
    SetYear {
        unit: u8,
        from: u8,
        to: u8,
    },
    SetPlanUnit {
        unit: u8,
        year: u8,
        to: u8,
    },
    DeletePlan {
        unit: u8,
        year: u8,
    },
    DeletePlansOfYear {
        year: u8,
    },
}

fn changes() -> impl Strategy<Value = Change> {
    use Change::*;
    let unit = || 1..=3u8;
    let purchaser = || 1..=3u8;
    let account = || 1..=4u8;
    let path = || 1..=9u8;
    let year = || 20..=25u8;
    let until = || 0..=3u8;
    let total = || 0..=3u8;
    let name = || "[A-Zc-d甲乙（]{1,3}";
    let holder = || prop_oneof![unit().prop_map(Holder::Unit), purchaser().prop_map(Holder::Purchaser)];
    let units = prop_oneof![
        4 => (unit(), path()).prop_map(|(id, path)| InsertUnit { id, path }),
        1 => (unit(), name()).prop_map(|(id, name)| RenameUnit { id, name }),
        2 => (unit(), path()).prop_map(|(id, path)| MoveUnit { id, path }),
        1 => Just(MoveAllUnits),
        1 => unit().prop_map(|id| DeleteUnit { id }),
    ];
    let purchasers = prop_oneof![
        4 => (purchaser(), unit(), path()).prop_map(|(id, unit, path)| InsertPurchaser { id, unit, path }),
        1 => (purchaser(), name()).prop_map(|(id, name)| RenamePurchaser { id, name }),
        1 => (purchaser(), unit()).prop_map(|(id, unit)| MovePurchaser { id, unit }),
        1 => (purchaser(), path()).prop_map(|(id, path)| SetPurchaserPath { id, path }),
        1 => purchaser().prop_map(|id| DeletePurchaser { id }),
    ];
    let accounts = prop_oneof![
        4 => (account(), holder(), any::<bool>(), proptest::option::of(until()))
            .prop_map(|(id, holder, issued, until)| InsertAccount { id, holder, issued, until }),
        1 => (account(), holder(), until()).prop_map(|(id, holder, until)| UpsertAccount { id, holder, until }),
        1 => (account(), 1..=9u8).prop_map(|(id, login)| SetLogin { id, login }),
        1 => (account(), until()).prop_map(|(id, until)| IssuePassword { id, until }),
        1 => account().prop_map(|id| Activate { id }),
        1 => (account(), any::<bool>()).prop_map(|(id, enabled)| SetEnabled { id, enabled }),
        1 => Just(DisableAll),
        1 => (account(), holder()).prop_map(|(id, holder)| SetHolder { id, holder }),
        1 => account().prop_map(|id| DeleteAccount { id }),
    ];
    let plans = prop_oneof![
        3 => (unit(), year(), total()).prop_map(|(unit, year, total)| InsertPlan { unit, year, total }),
        2 => (unit(), year(), total()).prop_map(|(unit, year, total)| UpsertPlan { unit, year, total }),
        1 => (unit(), year(), total()).prop_map(|(unit, year, total)| SetTotal { unit, year, total }),
        1 => (unit(), year(), year()).prop_map(|(unit, from, to)| SetYear { unit, from, to }),
        1 => (unit(), year(), unit()).prop_map(|(unit, year, to)| SetPlanUnit { unit, year, to }),
        1 => (unit(), year()).prop_map(|(unit, year)| DeletePlan { unit, year }),
        1 => year().prop_map(|year| DeletePlansOfYear { year }),
    ];
    prop_oneof![1 => units, 1 => purchasers, 2 => accounts, 2 => plans]
}

/// The columns `kind`, `unit_id` and `purchaser_id` of an account.
fn holder_columns(holder: Holder) -> [String; 3] {
    match holder {
        Holder::Unit(id) => ["'management'".to_owned(), id.to_string(), "NULL".to_owned()],
        Holder::Purchaser(id) => ["'trading'".to_owned(), "NULL".to_owned(), id.to_string()],
    }
}

impl Change {
    fn sql(&self) -> String {
        use Change::*;
        match self {
            InsertUnit { id, path } => format!(
                "INSERT INTO unit (id, path, kind, name, name_key, admin_level, created_at, updated_at, version) \
                 VALUES ({id}, '{path}/', 'budget', 'U{id}', 'U{id}', 1, 0, 0, 1)"
            ),
            RenameUnit { id, name } => {
                format!("UPDATE unit SET name = '{name}', name_key = '{name}', contact = '{name}B' WHERE id = {id}")
            }
            MoveUnit { id, path } => format!("UPDATE unit SET path = '{path}/' WHERE id = {id}"),
            MoveAllUnits => "UPDATE unit SET path = '1' || path".to_owned(),
            DeleteUnit { id } => format!("DELETE FROM unit WHERE id = {id}"),
            InsertPurchaser { id, unit, path } => format!(
                "INSERT INTO purchaser (id, unit_id, unit_path, kind, name, name_key, code, contact, mobile, created_at, \
                 updated_at, version) VALUES ({id}, {unit}, '{path}/', 'canteen', 'P', 'P', 'C{id}', 'X', '1', 0, 0, 1)"
            ),
            RenamePurchaser { id, name } => {
                format!(
                    "UPDATE purchaser SET name = '{name}', name_key = '{name}', contact = '{name}B' WHERE id = {id}"
                )
            }
            MovePurchaser { id, unit } => format!("UPDATE purchaser SET unit_id = {unit} WHERE id = {id}"),
            SetPurchaserPath { id, path } => format!("UPDATE purchaser SET unit_path = '{path}/' WHERE id = {id}"),
            DeletePurchaser { id } => format!("DELETE FROM purchaser WHERE id = {id}"),
            InsertAccount { id, holder, issued, until } => {
                let [kind, unit, purchaser] = holder_columns(*holder);
                let hash = if *issued { "'hash'" } else { "NULL" };
                let until = until.map_or("NULL".to_owned(), |until| until.to_string());
                format!(
                    "INSERT INTO account (id, kind, unit_id, purchaser_id, login, password_hash, must_change, \
                     initial_until, created_at, version) \
                     VALUES ({id}, {kind}, {unit}, {purchaser}, 'L{id}', {hash}, TRUE, {until}, 0, 1)"
                )
            }
            UpsertAccount { id, holder, until } => {
                let [kind, unit, purchaser] = holder_columns(*holder);
                format!(
                    "INSERT INTO account (id, kind, unit_id, purchaser_id, login, password_hash, must_change, \
                     initial_until, created_at, version) \
                     VALUES ({id}, {kind}, {unit}, {purchaser}, 'M{id}', 'hash', TRUE, {until}, 0, 1) \
                     ON CONFLICT (id) DO UPDATE SET login = excluded.login, initial_until = excluded.initial_until"
                )
            }
            SetLogin { id, login } => format!("UPDATE account SET login = 'N{login}' WHERE id = {id}"),
            IssuePassword { id, until } => {
                format!("UPDATE account SET password_hash = 'hash', initial_until = {until} WHERE id = {id}")
            }
            Activate { id } => format!("UPDATE account SET activated_at = 1, initial_until = NULL WHERE id = {id}"),
            SetEnabled { id, enabled } => {
                format!("UPDATE account SET disabled_at = {} WHERE id = {id}", if *enabled { "NULL" } else { "1" })
            }
            DisableAll => "UPDATE account SET disabled_at = 2".to_owned(),
            SetHolder { id, holder } => {
                let [kind, unit, purchaser] = holder_columns(*holder);
                format!(
                    "UPDATE account SET kind = {kind}, unit_id = {unit}, purchaser_id = {purchaser} WHERE id = {id}"
                )
            }
            DeleteAccount { id } => format!("DELETE FROM account WHERE id = {id}"),
            InsertPlan { unit, year, total } => format!(
                "INSERT INTO reserve_plan (unit_id, year, total, ratio, share, updated_at, version) \
                 VALUES ({unit}, 20{year}, {total}, 1, 1, 0, 1)"
            ),
            UpsertPlan { unit, year, total } => format!(
                "INSERT INTO reserve_plan (unit_id, year, total, ratio, share, updated_at, version) \
                 VALUES ({unit}, 20{year}, {total}, 1, 1, 0, 1) \
                 ON CONFLICT (unit_id, year) DO UPDATE SET total = excluded.total"
            ),
            SetTotal { unit, year, total } => {
                format!("UPDATE reserve_plan SET total = {total} WHERE unit_id = {unit} AND year = 20{year}")
            }
            SetYear { unit, from, to } => {
                format!("UPDATE reserve_plan SET year = 20{to} WHERE unit_id = {unit} AND year = 20{from}")
            }
            SetPlanUnit { unit, year, to } => {
                format!("UPDATE reserve_plan SET unit_id = {to} WHERE unit_id = {unit} AND year = 20{year}")
            }
            DeletePlan { unit, year } => {
                format!("DELETE FROM reserve_plan WHERE unit_id = {unit} AND year = 20{year}")
            }
            DeletePlansOfYear { year } => format!("DELETE FROM reserve_plan WHERE year = 20{year}"),
        }
    }
}

/// What the search text of these columns is.
fn search_text(columns: [&str; 4]) -> String {
    columns.map(|column| if column == "NULL" { "" } else { column }).join("\t").to_ascii_lowercase()
}

/// The derived columns of each unit and purchaser as they are stored, and as the rules say.
async fn stored_and_expected(db: &DatabaseConnection) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let mut units = HashMap::new();
    let mut purchasers = HashMap::new();
    let accounts =
        "SELECT unit_id, purchaser_id, login, disabled_at, activated_at, password_hash, initial_until FROM account";
    for [unit, purchaser, login, disabled, activated, hash, until] in query(db, accounts).await {
        let state = match [disabled, activated, hash].map(|column| column != "NULL") {
            [true, ..] => "disabled",
            [_, true, _] => "active",
            [.., true] => "not-activated",
            _ => "not-issued",
        };
        let until = if state == "not-activated" { until } else { "NULL".to_owned() };
        purchasers.insert(purchaser, [login.clone(), state.to_owned()]);
        units.insert(unit, [login, state.to_owned(), until]);
    }
    let mut newest: HashMap<(String, bool), [String; 2]> = HashMap::new();
    for [unit, year, total] in query(db, "SELECT unit_id, year, total FROM reserve_plan ORDER BY year").await {
        let even = year.parse::<i32>().unwrap() % 2 == 0;
        newest.insert((unit, even), [year, total]);
    }

    let (mut stored, mut expected) = (Vec::new(), Vec::new());
    let null = || "NULL".to_owned();
    let mut paths = HashMap::new();
    let text = "SELECT id, path, name_key, code, contact, login, account, initial_until, even_year, even_total, odd_year, \
                odd_total, search_text FROM unit ORDER BY id";
    for row in query::<13>(db, text).await {
        let [id, path, name, code, contact, derived @ ..] = row;
        let account = units.get(&id).cloned().unwrap_or_else(|| [null(), "not-issued".to_owned(), null()]);
        let search = search_text([&name, &code, &account[0], &contact]);
        let plan = |even| newest.get(&(id.clone(), even)).cloned().unwrap_or_else(|| [null(), null()]);
        let plans = [plan(true), plan(false)].concat();
        paths.insert(id.clone(), path);
        stored.push([vec![format!("unit {id}")], derived.to_vec()].concat());
        expected.push([vec![format!("unit {id}")], account.to_vec(), plans, vec![search]].concat());
    }
    let text = "SELECT id, unit_id, name_key, code, contact, unit_path, login, account, search_text FROM purchaser ORDER BY id";
    for row in query::<9>(db, text).await {
        let [id, unit, name, code, contact, derived @ ..] = row;
        let account = purchasers.get(&id).cloned().unwrap_or_else(|| [null(), "not-issued".to_owned()]);
        let search = search_text([&name, &code, &account[0], &contact]);
        stored.push([vec![format!("purchaser {id}")], derived.to_vec()].concat());
        expected.push([vec![format!("purchaser {id}"), paths[&unit].clone()], account.to_vec(), vec![search]].concat());
    }
    (stored, expected)
}

#[rstest]
#[case(Backend::Sqlite, 200)]
#[case(Backend::Postgres, 60)]
fn follow_random_changes(#[case] backend: Backend, #[case] cases: u32) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (_db, connection) = runtime.block_on(async {
        let (db, connection) = empty_database(backend).await;
        Migrator::up(&connection, None).await.unwrap();
        (db, connection)
    });
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&vec(changes(), 1..60), |sequence| {
        runtime.block_on(async {
            for table in ["account", "purchaser", "reserve_plan", "unit"] {
                connection.execute_unprepared(&format!("DELETE FROM {table}")).await.unwrap();
            }
            for change in &sequence {
                if connection.execute_unprepared(&change.sql()).await.is_err() {
                    continue;
                }
                let (stored, expected) = stored_and_expected(&connection).await;
                if stored != expected {
                    return Err(TestCaseError::fail(format!("{change:?}\nstored   {stored:?}\nexpected {expected:?}")));
                }
            }
            Ok(())
        })
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

/// Two transactions at once on PostgreSQL: the second begins before the first ends.
#[rstest]
#[case::plans(
    "INSERT INTO reserve_plan (unit_id, year, total, ratio, share, updated_at, version) VALUES (1, 2028, 8, 1, 1, 0, 1)",
    "INSERT INTO reserve_plan (unit_id, year, total, ratio, share, updated_at, version) VALUES (1, 2026, 6, 1, 1, 0, 1)"
)]
#[case::a_move_and_a_new_purchaser(
    "UPDATE unit SET path = '7/' WHERE id = 1",
    "INSERT INTO purchaser (id, unit_id, unit_path, \
    kind, name, name_key, code, contact, mobile, created_at, updated_at, version) \
    VALUES (1, 1, '1/', 'canteen', 'P', 'P', 'C', 'X', '1', 0, 0, 1)"
)]
#[case::a_new_purchaser_and_a_move(
    "INSERT INTO purchaser (id, unit_id, unit_path, kind, name, name_key, code, contact, mobile, \
    created_at, updated_at, version) VALUES (1, 1, '1/', 'canteen', 'P', 'P', 'C', 'X', '1', 0, 0, 1)",
    "UPDATE unit SET path = '7/' WHERE id = 1"
)]
#[tokio::test(flavor = "multi_thread")]
async fn follow_transactions_at_once(#[case] first: &str, #[case] second: &'static str) {
    let (db, one) = empty_database(Backend::Postgres).await;
    Migrator::up(&one, None).await.unwrap();
    one.execute_unprepared(&Change::InsertUnit { id: 1, path: 1 }.sql()).await.unwrap();
    let other = connect(&db).await;
    let transaction = one.begin().await.unwrap();
    transaction.execute_unprepared(first).await.unwrap();
    let waiting = tokio::spawn(async move { other.execute_unprepared(second).await.unwrap() });
    // Until the second statement waits for the first transaction.
    let observer = connect(&db).await;
    let waits = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while query::<1>(&observer, waits).await != [["1"]] {
        assert!(!waiting.is_finished(), "the second statement did not wait");
        tokio::task::yield_now().await;
    }
    transaction.commit().await.unwrap();
    waiting.await.unwrap();
    let (stored, expected) = stored_and_expected(&observer).await;
    assert_eq!(stored, expected);
}
