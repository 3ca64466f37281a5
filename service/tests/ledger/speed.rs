//! Measures the receipt of orders, and the reports on purchases, accounts and plans, on this machine. `UNITS` and `ORDERS` set the size. The tests run only on
//! request: `cargo xtask bench stats`.

use crate::world::OWN;
use domain::{
    AdminLevel, PurchaserKind,
    account::AccountKind,
    calendar::{Day, Timestamp},
    ids::{AccountId, PurchaserId, UnitId},
    order::{LineRecord, MAX_ORDERS_AT_ONCE, OrderRecord, Outcome, PayerKind, ProductCategory, RefundRecord},
    purchases::PurchaseQuery,
    situation::SituationQuery,
};
use entity::{UnitKind, account, plan_parameter_set, purchaser, unit};
use futures_util::future::join_all;
use rstest::rstest;
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, Set, Statement};
use service::{
    Actor, Services,
    ledger::{OrderSource, receive},
    situation::{recount, situation},
    statistics,
};
use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use testdb::{Backend, TestApp};

/// Units of a county, counties of a city and cities of a province.
const UNITS_OF_COUNTY: u64 = 330;
const COUNTIES_OF_CITY: u64 = 8;
const CITIES_OF_PROVINCE: u64 = 11;
/// The first ids that are given here.
const FIRST_ID: i64 = 1_000_000;
/// Rows that one statement inserts.
const PORTION: usize = 1_000;
/// Orders of one call.
const CALL: u64 = MAX_ORDERS_AT_ONCE as u64;
/// The time in which the orders were made: this year until now, and the last year.
const DAYS: u64 = 690;
/// Orders that are revised in the end.
const REVISED: u64 = 50_000;

fn size(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|size| size.parse().ok()).unwrap_or(default)
}

/// A number that looks random, from a number and a purpose.
fn scatter(n: u64, purpose: u64) -> u64 {
    let mut x = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ purpose.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^= x >> 31;
    x = x.wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 29)
}

/// The tree: the ids of some units of each level, from the top down, and the purchasers.
struct Tree {
    levels: Vec<(&'static str, UnitId)>,
    counties: Vec<UnitId>,
    purchasers: u64,
}

/// Adds units below the department, in provinces, cities and counties, and a purchaser for every unit of a county. Some units of a
/// county are below others.
async fn add_units(services: &Services, units: u64) -> Tree {
    let db = services.database();
    let top = unit::Entity::find().filter(unit::Column::Name.eq(OWN)).one(db).await.unwrap().unwrap();
    let counties = (units / (UNITS_OF_COUNTY + 1)).max(1);
    let cities = counties.div_ceil(COUNTIES_OF_CITY);
    let provinces = cities.div_ceil(CITIES_OF_PROVINCE);
    let mut rows = Vec::new();
    let mut id = FIRST_ID;
    let mut add = |parent: &(UnitId, String)| {
        id += 1;
        let unit = (UnitId(id), format!("{}{id}/", parent.1));
        rows.push(unit_row(unit.0, parent.0, &unit.1));
        unit
    };
    let top = (top.id, top.path);
    let of_province: Vec<_> = (0..provinces).map(|_| add(&top)).collect();
    let of_city: Vec<_> = (0..cities).map(|city| add(&of_province[(city / CITIES_OF_PROVINCE) as usize])).collect();
    let of_county: Vec<_> = (0..counties).map(|county| add(&of_city[(county / COUNTIES_OF_CITY) as usize])).collect();
    let mut places = Vec::new();
    for county in &of_county {
        // Ten competent units, with a third of all others below them.
        let competent: Vec<_> = (0..10).map(|_| add(county)).collect();
        for n in 10..UNITS_OF_COUNTY {
            let above = if n % 3 == 0 { &competent[(n % 10) as usize] } else { county };
            places.push(add(above));
        }
        places.extend(competent);
    }
    let levels = vec![
        ("the department", top.0),
        ("a province", of_province[0].0),
        ("a city", of_city[0].0),
        ("a county", of_county[0].0),
        ("a unit", places[0].0),
    ];
    for portion in rows.chunks(PORTION) {
        unit::Entity::insert_many(portion.to_vec()).exec_without_returning(db).await.unwrap();
    }
    for (portion, places) in places.chunks(PORTION).enumerate() {
        let first = FIRST_ID + i64::try_from(portion * PORTION).unwrap();
        let purchasers = (first..).zip(places).map(|(id, (unit, path))| purchaser_row(id, *unit, path));
        purchaser::Entity::insert_many(purchasers).exec_without_returning(db).await.unwrap();
        let accounts = (first..).take(places.len()).map(account_row);
        account::Entity::insert_many(accounts).exec_without_returning(db).await.unwrap();
    }
    db.execute_unprepared("ANALYZE").await.unwrap();
    let counties = of_county.iter().map(|county| county.0).collect();
    Tree { levels, counties, purchasers: places.len() as u64 }
}

fn unit_row(id: UnitId, parent: UnitId, path: &str) -> unit::ActiveModel {
    let name = format!("示例第{id}单位");
    unit::ActiveModel {
        id: Set(id),
        parent_id: Set(Some(parent)),
        path: Set(path.to_owned()),
        kind: Set(UnitKind::Budget),
        name_key: Set(name.clone()),
        name: Set(name),
        admin_level: Set(AdminLevel::County),
        created_at: Set(Timestamp(1)),
        updated_at: Set(Timestamp(1)),
        version: Set(1),
        ..unit::ActiveModel::default()
    }
}

fn purchaser_row(id: i64, unit: UnitId, path: &str) -> purchaser::ActiveModel {
    let name = format!("示例第{id}食堂");
    purchaser::ActiveModel {
        id: Set(PurchaserId(id)),
        unit_id: Set(unit),
        unit_path: Set(path.to_owned()),
        kind: Set(PurchaserKind::ALL[(scatter(id.unsigned_abs(), 1) % 4) as usize]),
        name_key: Set(name.clone()),
        name: Set(name),
        code: Set(format!("1133{id:09}MB2Y")),
        contact: Set("王芳".to_owned()),
        mobile: Set("13812345678".to_owned()),
        created_at: Set(Timestamp(1)),
        updated_at: Set(Timestamp(1)),
        version: Set(1),
        ..purchaser::ActiveModel::default()
    }
}

fn account_row(id: i64) -> account::ActiveModel {
    account::ActiveModel {
        id: Set(AccountId(id)),
        kind: Set(AccountKind::Trading),
        purchaser_id: Set(Some(PurchaserId(id))),
        login: Set(login(id)),
        must_change: Set(true),
        created_at: Set(Timestamp(1)),
        version: Set(1),
        ..account::ActiveModel::default()
    }
}

fn login(purchaser: i64) -> String {
    format!("JY{purchaser:08}")
}

fn pick<T: Copy>(items: &[T], index: u64) -> T {
    items[usize::try_from(index).unwrap()]
}

/// The order of a number. Orders come in the order of their times, from a random purchaser each. `revision` 2 has what happened
/// later.
fn order(n: u64, orders: u64, purchasers: u64, now: Timestamp, revision: u32) -> OrderRecord {
    let day = 86_400_000_i64;
    let random = |purpose, below: u64| scatter(n, purpose) % below;
    let days = |count: u64| i64::try_from(count).unwrap() * day;
    let span = days(DAYS);
    let ordered =
        now.0 - span + i64::try_from(u128::from(n) * u128::from(span.unsigned_abs()) / u128::from(orders)).unwrap();
    let after = |from: i64, days_later: u64| Some(Timestamp(from + days(days_later))).filter(|at| at.0 <= now.0);
    let paid_at = if random(2, 20) == 0 { None } else { after(ordered, random(3, 2)) };
    let accepted_at = if random(4, 7) == 0 && revision == 1 { None } else { after(ordered, 1 + random(5, 8)) };
    let evaluated_at = accepted_at.filter(|_| random(6, 2) == 0).and_then(|at| after(at.0, random(7, 4)));
    let lines = (0..=random(8, 2)).map(|line| {
        let of_line = |purpose: u64, below| random(purpose * 10 + line, below);
        let (quantity, price) = (1 + of_line(9, 40), 100 + of_line(10, 20_000));
        LineRecord {
            product: "示例产品".to_owned(),
            category: pick(&ProductCategory::ALL, of_line(11, 12)).as_str().to_owned(),
            quantity: quantity.to_string(),
            unit_price: i64::try_from(price).unwrap(),
            amount: i64::try_from(quantity * price).unwrap(),
            origin: Some(pick(&ORIGINS, of_line(12, 16)).to_string()),
        }
    });
    let lines: Vec<_> = lines.collect();
    let refund = (random(13, 50) == 0).then(|| after(ordered, 12)).flatten();
    let refunds = refund.map(|at| RefundRecord { at, amount: lines[0].amount / 2, line: Some(1) });
    OrderRecord {
        number: format!("XS{n:010}"),
        revision,
        purchaser: login(FIRST_ID + i64::try_from(random(14, purchasers)).unwrap()),
        supplier: format!("示例第{}合作社", random(15, 5_000)),
        supplier_code: None,
        payer: pick(&PAYERS, random(16, 5)).as_str().to_owned(),
        lines,
        ordered_at: Timestamp(ordered),
        paid_at,
        shipped_at: None,
        accepted_at,
        evaluated_at,
        refunds: refunds.into_iter().filter(|refund| refund.amount > 0).collect(),
    }
}

/// Most purchases are those of canteens.
const PAYERS: [PayerKind; 5] =
    [PayerKind::Canteen, PayerKind::Canteen, PayerKind::Canteen, PayerKind::Union, PayerKind::Employee];

/// Some counties from which products come.
const ORIGINS: [u32; 16] = [
    522_325, 522_326, 522_327, 522_328, 520_381, 520_382, 653_123, 653_124, 451_022, 451_024, 530_322, 530_324,
    610_326, 610_328, 421_022, 430_321,
];

/// Receives orders on some connections at once. Returns the time that it took.
async fn receive_all(
    servers: &[Services],
    orders: Range<u64>,
    make: impl Fn(u64) -> OrderRecord + Copy + Send + 'static,
) -> Duration {
    let next = Arc::new(AtomicU64::new(orders.start));
    let start = Instant::now();
    let connections = servers.iter().map(|services| {
        let (services, next, end) = (services.clone(), Arc::clone(&next), orders.end);
        tokio::spawn(async move {
            let source = OrderSource::console();
            loop {
                let from = next.fetch_add(CALL, Ordering::Relaxed);
                if from >= end {
                    return;
                }
                let records: Vec<_> = (from..end.min(from + CALL)).map(make).collect();
                let verdicts = receive(&services, &source, records).await.unwrap();
                for verdict in verdicts {
                    assert!(matches!(verdict.outcome, Outcome::Added | Outcome::Revised), "{verdict:?}");
                }
            }
        })
    });
    for connection in join_all(connections).await {
        connection.unwrap();
    }
    start.elapsed()
}

fn print_rate(what: &str, orders: u64, time: Duration) {
    #[expect(clippy::cast_precision_loss, reason = "for people")]
    let rate = orders as f64 / time.as_secs_f64();
    println!("  {rate:>9.0} orders/s  {what} ({orders} in {time:.1?})");
}

/// Prints the median and the shortest time of some runs, because other processes may use the machine at the same time.
async fn measure<F: Future>(what: &str, run: impl Fn() -> F) -> Duration {
    run().await;
    let mut times = Vec::new();
    for _ in 0..7 {
        let start = Instant::now();
        run().await;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    println!("  {:>9.1?}  {:>9.1?}  {what}", times[times.len() / 2], times[0]);
    times[times.len() / 2]
}

/// Measures every report on a unit, as of the middle of this month.
async fn measure_reports(services: &Services, actor: &Actor, what: &str, query: PurchaseQuery) -> Duration {
    let report = statistics::purchases(services, actor, &query).await.unwrap();
    let time = measure(&format!("{what}: by month, payer, category and type ({} orders)", report.total.orders), || {
        statistics::purchases(services, actor, &query)
    })
    .await;
    measure(&format!("{what}: by origin"), || statistics::origins(services, actor, &query)).await;
    measure(&format!("{what}: its children"), || statistics::children(services, actor, &query)).await;
    let of_union = PurchaseQuery { payer: Some(PayerKind::Union), ..query };
    measure(&format!("{what}: its children, union alone"), || statistics::children(services, actor, &of_union)).await;
    time
}

/// The report on all units as a plain sum of all postings.
async fn plain_sum(services: &Services, until: Day) {
    let db = services.database();
    let sql = format!(
        "SELECT p.day / 100, p.class, SUM(p.ordered), SUM(p.paid), SUM(p.accepted), SUM(p.evaluated), SUM(p.orders) \
         FROM purchase_posting p JOIN unit u ON u.id = p.unit_id \
         WHERE u.path < '~' AND p.day BETWEEN {} AND {} GROUP BY p.day / 100, p.class",
        until.year() * 10_000,
        until.number()
    );
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
}

#[rstest]
#[ignore = "measures"]
#[tokio::test(flavor = "multi_thread")]
async fn ledger(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (units, orders) = (size("UNITS", 10_000), size("ORDERS", 100_000));
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let now = services.clock().now();
    let start = Instant::now();
    let tree = add_units(services, units).await;
    let totalled = statistics::promote(services).await.unwrap();
    println!("{backend:?}: {units} units, added in {:.1?}; {totalled} of them have totals", start.elapsed());

    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let is_postgres = services.database().get_database_backend() == DbBackend::Postgres;
    // SQLite has one writer.
    let connections = if is_postgres { cores } else { 1 };
    let mut servers = vec![services.clone()];
    while servers.len() < connections {
        servers.push(app.second().await);
    }
    let purchasers = tree.purchasers;
    let make = move |n| order(n, orders, purchasers, now, 1);
    let tenth = orders / 10;
    let time = receive_all(&servers, 0..tenth, make).await;
    print_rate(&format!("{connections} at once, the first tenth"), tenth, time);
    let time = receive_all(&servers, tenth..orders - tenth, make).await;
    print_rate(&format!("{connections} at once, between"), orders - 2 * tenth, time);
    let time = receive_all(&servers, orders - tenth..orders, make).await;
    print_rate(&format!("{connections} at once, the last tenth"), tenth, time);
    let revised = orders.min(REVISED);
    let time = receive_all(&servers, orders - revised..orders, move |n| order(n, orders, purchasers, now, 2)).await;
    print_rate(&format!("{connections} at once, revisions"), revised, time);
    services.database().execute_unprepared("ANALYZE").await.unwrap();
    if is_postgres {
        // The autovacuum does the same beside the receipt.
        services.database().execute_unprepared("VACUUM purchase_posting").await.unwrap();
    }

    println!("median and best of 7:");
    let operator = app.act_as(&accounts, "平台运维").await;
    let own = app.act_as(&accounts, OWN).await;
    let today = Day::of(now);
    // The day before is no end of a month, unless today is the first of one.
    let until = Day::from_number(today.number() - 1).unwrap_or(today);
    let all = PurchaseQuery::until(None, until);
    let time = measure_reports(services, &operator, "all units", all).await;
    for (what, unit) in &tree.levels {
        measure_reports(services, &own, what, PurchaseQuery { unit: Some(*unit), ..all }).await;
    }
    let last_year = PurchaseQuery { until: Day::last_of_year(today.year() - 1), ..all };
    measure("all units: last year", || statistics::purchases(services, &operator, &last_year)).await;
    let start = Instant::now();
    plain_sum(services, until).await;
    let plain = start.elapsed();
    println!(
        "  {plain:>9.1?}             all units: a plain GROUP BY, {:.0} times",
        plain.as_secs_f64() / time.as_secs_f64()
    );
    add_plans(services, &tree.counties).await;
    measure_situation(services, &operator, &own, &tree.levels).await;
}

/// Adds a plan or a filing of this year and the last to every unit, with a minimum of each county's own.
async fn add_plans(services: &Services, counties: &[UnitId]) {
    let (db, year) = (services.database(), services.clock().year());
    for year in [year - 1, year] {
        let plans = format!(
            "INSERT INTO reserve_plan (unit_id, year, total, ratio, share, updated_at, version) \
             SELECT id, {year}, 100000, 800 + id % 23 * 100, 10000, 1, 1 FROM unit WHERE id >= {FIRST_ID} AND id % 4 <> 0"
        );
        let filings = format!(
            "INSERT INTO plan_filing (unit_id, year, state, form, canteen, late, updated_at, version) SELECT id, {year}, \
             CASE WHEN id % 3 = 0 THEN 'draft' ELSE 'submitted' END, '{{}}', 'own', id % 7 = 0, 1, 1 FROM unit \
             WHERE id >= {FIRST_ID} AND id % 4 = 0"
        );
        for sql in [plans, filings] {
            db.execute_unprepared(&sql).await.unwrap();
        }
    }
    let sets = (0..).zip(counties).map(|(n, county)| {
        let value = 1_100 + n % 9 * 100;
        let parameters = format!(r#"{{"minimum_ratio":{{"value":{value},"source":"示财采〔2026〕3号"}}}}"#);
        plan_parameter_set::ActiveModel {
            unit_id: Set(*county),
            year: Set(year),
            parameters: Set(parameters),
            updated_at: Set(Timestamp(1)),
            version: Set(1),
        }
    });
    for sets in sets.collect::<Vec<_>>().chunks(PORTION) {
        plan_parameter_set::Entity::insert_many(sets.to_vec()).exec_without_returning(db).await.unwrap();
    }
    db.execute_unprepared("ANALYZE").await.unwrap();
}

/// Measures the counts of accounts and plans.
async fn measure_situation(services: &Services, operator: &Actor, own: &Actor, levels: &[(&'static str, UnitId)]) {
    let query = |unit| SituationQuery { unit, year: None };
    let start = Instant::now();
    let changes = recount(services).await.unwrap();
    println!("  {:>9.1?}             {changes} changes are counted", start.elapsed());
    services.database().execute_unprepared("ANALYZE").await.unwrap();
    println!("median and best of 7:");
    measure("all units: accounts and plans", || async { situation(services, operator, &query(None)).await }).await;
    for (what, unit) in levels {
        measure(&format!("{what}: accounts and plans"), || async {
            situation(services, own, &query(Some(*unit))).await
        })
        .await;
    }
    let update = format!("UPDATE reserve_plan SET total = total + 1 WHERE unit_id < {}", FIRST_ID + 1_000);
    services.database().execute_unprepared(&update).await.unwrap();
    measure("all units: the same while a thousand changed units wait", || async {
        situation(services, operator, &query(None)).await
    })
    .await;
    let start = Instant::now();
    let changes = recount(services).await.unwrap();
    println!("  {:>9.1?}             {changes} changes are counted", start.elapsed());
}
