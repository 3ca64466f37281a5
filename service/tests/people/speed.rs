//! Measures lists, searches and the tree on this machine. `UNITS` sets the number of units. The tests run only on request:
//! `cargo xtask bench units`.

use domain::{
    account::AccountState,
    ids::UnitId,
    unit::{UnitQuery, UnitSort},
};
use rstest::rstest;
use sea_orm::{ConnectionTrait, DbBackend};
use service::{
    Actor, Services, desktop,
    unit::{list, superiors, tree},
};
use std::time::Instant;
use testdb::{Backend, TestApp};

/// Units that one statement inserts.
const PORTION: u32 = 10_000;

/// Adds units below 示例县财政局: 400 bureaus, and all other units below these. SQL inserts the rows, as only reading them is
/// measured.
async fn fill(services: &Services, units: u32) {
    let db = services.database();
    let mut from = 1;
    while from <= units {
        insert_units(services, from, units.min(from + PORTION - 1)).await;
        if db.get_database_backend() == DbBackend::Postgres {
            // The autovacuum does the same during a generation.
            db.execute_unprepared("VACUUM unit").await.unwrap();
        }
        from += PORTION;
    }
    db.execute_unprepared("ANALYZE").await.unwrap();
    if db.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared("VACUUM").await.unwrap();
    }
}

/// Inserts the units of these numbers.
async fn insert_units(services: &Services, from: u32, to: u32) {
    let db = services.database();
    let numbers = match db.get_database_backend() {
        DbBackend::Postgres => format!("(SELECT generate_series({from}, {to}) AS n) g"),
        _ => format!(
            "(WITH RECURSIVE g (n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM g WHERE n < {to}) SELECT n FROM g) g"
        ),
    };
    let year = services.clock().year();
    let top = "SELECT path FROM unit WHERE name = '示例县财政局'";
    let statements = [
        format!(
            "INSERT INTO unit (id, parent_id, path, kind, name, name_key, code, admin_level, budget_level, contact, mobile, \
             created_at, updated_at, version) \
             SELECT 1000000 + n, CASE WHEN n <= 400 THEN (SELECT id FROM unit WHERE name = '示例县财政局') ELSE 1000000 + n % 400 + 1 END, \
             ({top}) || CASE WHEN n <= 400 THEN '' ELSE CAST(1000000 + n % 400 + 1 AS TEXT) || '/' END || CAST(1000000 + n AS TEXT) || '/', \
             'budget', name, name, '1133' || CAST(100000000 + n AS TEXT) || 'MB2Y', 3 + n % 2, 1 + n % 3, \
             '王' || CAST(n % 977 AS TEXT), CAST(13800000000 + (CAST(n AS BIGINT) * 7919) % 99999999 AS TEXT), 1, 1, 1 \
             FROM (SELECT n, '示例县' || CASE n % 7 WHEN 0 THEN '第一' WHEN 1 THEN '城关' WHEN 2 THEN '实验' WHEN 3 THEN '东山' \
             WHEN 4 THEN '柳林' WHEN 5 THEN '清水' ELSE '双河' END || CAST((CAST(n AS BIGINT) * 7919) % 1000003 AS TEXT) || \
             CASE n % 5 WHEN 0 THEN '中学' WHEN 1 THEN '小学' WHEN 2 THEN '卫生院' WHEN 3 THEN '管理局' ELSE '服务中心' END AS name \
             FROM {numbers}) made"
        ),
        format!(
            "INSERT INTO account (id, kind, unit_id, login, password_hash, must_change, initial_until, activated_at, disabled_at, created_at, version) \
             SELECT 1000000 + n, 'management', 1000000 + n, 'GL' || CAST(10000000 + n AS TEXT), 'x', TRUE, \
             CASE WHEN n % 3 <> 0 THEN 1800000000000 + (CAST(n AS BIGINT) * 7919) % 1000003 END, \
             CASE WHEN n % 3 = 0 THEN 1 END, CASE WHEN n % 10007 = 0 THEN 1 END, 1, 1 FROM {numbers}"
        ),
        format!(
            "INSERT INTO reserve_plan (unit_id, year, total, ratio, share, updated_at, version) \
             SELECT 1000000 + n, {year}, (CAST(n AS BIGINT) * 7919) % 1000003 * 1000000, 1000, 1, 1, 1 FROM {numbers}"
        ),
        format!(
            "INSERT INTO sms_outbox (id, kind, account_id, unit_id, mobile, state, attempts, next_at, created_at) \
             SELECT 1000000 + n, 'initial-password', 1000000 + n, 1000000 + n, '13812345678', \
             CASE WHEN n % 500 = 7 THEN 'failed' ELSE 'sent' END, 1, 1, 1 FROM {numbers}"
        ),
    ];
    for statement in statements {
        db.execute_unprepared(&statement).await.unwrap();
    }
}

/// Prints the median and the shortest time of some runs, because other processes may use the machine at the same time.
async fn measure<F: Future>(what: &str, run: impl Fn() -> F) {
    run().await;
    let mut times = Vec::new();
    for _ in 0..7 {
        let start = Instant::now();
        run().await;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    println!("  {:>9.1?}  {:>9.1?}  {what}", times[times.len() / 2], times[0]);
}

/// Measures the first two pages of a list.
async fn measure_list(services: &Services, own: &Actor, what: &str, query: UnitQuery) {
    let first = list(services, own, &query).await.unwrap();
    measure(&format!("{what}: {:?}", first.total), || list(services, own, &query)).await;
    if let Some(next) = first.next {
        let at = UnitQuery { cursor: Some(next), ..query };
        measure(&format!("{what}, next page"), || list(services, own, &at)).await;
    }
}

#[rstest]
#[ignore = "measures"]
#[tokio::test(flavor = "multi_thread")]
async fn lists(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let units = std::env::var("UNITS").ok().and_then(|units| units.parse().ok()).unwrap_or(100_000);
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let start = Instant::now();
    fill(services, units).await;
    println!("{backend:?}: {units} units, filled in {:.1?}; median and best of 7", start.elapsed());
    let own = app.act_as(&accounts, "示例县财政局").await;
    let all = UnitQuery::default();
    for sort in UnitSort::ALL {
        let sorted = |descending| UnitQuery { sort, descending, ..all.clone() };
        measure_list(services, &own, &format!("list by {}", sort.as_str()), sorted(false)).await;
        measure_list(services, &own, &format!("list by {}, descending", sort.as_str()), sorted(true)).await;
    }
    for state in [AccountState::NotActivated, AccountState::Disabled, AccountState::NotIssued] {
        let query = UnitQuery { state: Some(state), ..all.clone() };
        measure_list(services, &own, &format!("only {}", state.as_str()), query.clone()).await;
        measure_list(
            services,
            &own,
            &format!("only {} by name", state.as_str()),
            UnitQuery { sort: UnitSort::Name, ..query },
        )
        .await;
    }
    for search in ["中学", "第一5023", "没有这样的", "GL10000500", "1133100000777", "6021", "王976"] {
        let query = UnitQuery { search: search.to_owned(), ..all.clone() };
        measure_list(services, &own, &format!("search {search}"), query.clone()).await;
        measure_list(
            services,
            &own,
            &format!("search {search} by total"),
            UnitQuery { sort: UnitSort::Total, ..query },
        )
        .await;
    }
    let unreached = UnitQuery { unreached: true, ..all.clone() };
    measure_list(services, &own, "SMS failed", unreached.clone()).await;
    measure_list(services, &own, "SMS failed by name", UnitQuery { sort: UnitSort::Name, ..unreached }).await;
    let region = UnitQuery { region: Some(UnitId(1_000_007)), sort: UnitSort::Name, ..all.clone() };
    measure_list(services, &own, "one bureau by name", region).await;
    measure("the desktop", || desktop::get(services, &own)).await;
    measure("the tree's top", || tree(services, &own, None, None)).await;
    let top = tree(services, &own, None, None).await.unwrap().nodes[0].unit.id;
    measure("50 bureaus of the tree", || tree(services, &own, Some(top), None)).await;
    let last = tree(services, &own, Some(top), None).await.unwrap().nodes.pop().unwrap().unit.id;
    measure("the next 50", || tree(services, &own, Some(top), Some(last))).await;
    for typed in ["中学", "第一5023", "没有这样的"] {
        measure(&format!("superiors by {typed}"), || superiors(services, &own, typed)).await;
    }
}
