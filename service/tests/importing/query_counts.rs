//! The number of statements of a use case does not grow with the number of rows. Each test does the same work with few and
//! with many rows and compares.

use crate::support::*;
use domain::{
    ids::BatchId,
    import_batch::RowQuery,
    job::JobState,
    purchaser::PurchaserQuery,
    schema::{purchasers, units},
    unit::{UnitQuery, UnitSort},
};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use service::{Actor, Services, account, desktop, export, import, purchaser, unit};
use std::ops::RangeInclusive;
use testdb::{
    Backend::{self, Postgres, Sqlite},
    Queries,
};
use texts::Lang;

/// Few and many rows, fewer than a chunk of any use case.
const FEW: RangeInclusive<u32> = 1..=3;
const MANY: RangeInclusive<u32> = 101..=160;
/// A unit to which other units are moved.
const DESTINATION: u32 = 900;

/// Stages rows and counts.
async fn staging<const N: usize>(world: &World, own: &Actor, rows: &[Row<N>]) -> (BatchId, Queries) {
    world.app.count_queries(world.stage(own, rows)).await
}

/// Generates a batch and counts. The statements on the table of jobs are left out: a worker polls them by time.
async fn generating(world: &World, own: &Actor, batch: BatchId) -> Queries {
    let services = world.services();
    let observer = world.app.second().await;
    service::generate::start(services, own, batch).await.unwrap();
    let work = async {
        let worker = Worker::generating(services);
        until(async || {
            let job = service::generate::job(&observer, own, batch).await.unwrap().unwrap();
            assert_ne!(job.state, JobState::Failed);
            (job.state == JobState::Done).then_some(())
        })
        .await;
        worker.stop().await;
    };
    let ((), queries) = world.app.count_queries(work).await;
    queries.without(|statement| [" job ", "\"job\""].iter().any(|table| statement.contains(table)))
}

/// Imports rows that change what an earlier import made, few and many, and compares staging and generation.
async fn compare_imports<const N: usize>(
    world: &World,
    work: &str,
    before: impl Fn(u32) -> Option<Row<N>>,
    change: impl Fn(u32) -> Row<N>,
) {
    let own = world.own().await;
    let mut counts = Vec::new();
    for numbers in [FEW, MANY] {
        let earlier: Vec<_> = numbers.clone().filter_map(&before).collect();
        if !earlier.is_empty() {
            let batch = world.stage(&own, &earlier).await;
            assert_eq!(world.generate(&own, batch).await.failed, 0, "{work}");
        }
        let rows: Vec<_> = numbers.clone().map(&change).collect();
        let (batch, staged) = staging(world, &own, &rows).await;
        let generated = generating(world, &own, batch).await;
        let view = import::batch(world.services(), &own, batch).await.unwrap();
        assert_eq!(view.counts.generated, u32::try_from(rows.len()).unwrap(), "{work}");
        counts.push((staged, generated));
    }
    let [few, many] = [&counts[0], &counts[1]];
    many.0.assert_no_more_than(&few.0, &format!("staging, {work}"));
    many.1.assert_no_more_than(&few.1, &format!("generation, {work}"));
}

#[rstest]
#[tokio::test]
async fn import_of_new_units(#[values(Sqlite, Postgres)] backend: Backend) {
    compare_imports(&World::new(backend).await, "new units", |_| None, row).await;
}

#[rstest]
#[tokio::test]
async fn import_of_units_below_units_of_the_same_file(#[values(Sqlite, Postgres)] backend: Backend) {
    let first = |n: u32| if FEW.contains(&n) { *FEW.start() } else { *MANY.start() };
    let nested =
        move |n: u32| if first(n) == n { row(n) } else { row(n).below(&format!("示例县第{}小学校", first(n))) };
    compare_imports(&World::new(backend).await, "units below units of the same file", |_| None, nested).await;
}

#[rstest]
#[tokio::test]
async fn import_of_changed_units(#[values(Sqlite, Postgres)] backend: Backend) {
    let changed = |n| row(n).with(units::CONTACT, "李雷").with(units::TOTAL, "20").with(units::SHARE, "3");
    compare_imports(&World::new(backend).await, "changed units", |n| Some(row(n)), changed).await;
}

#[rstest]
#[tokio::test]
async fn import_of_renamed_units(#[values(Sqlite, Postgres)] backend: Backend) {
    let renamed = |n| row(n).name(&format!("示例县第{n}中学校"));
    compare_imports(&World::new(backend).await, "renamed units", |n| Some(row(n)), renamed).await;
}

#[rstest]
#[tokio::test]
async fn import_of_moved_units(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let batch = world.stage(&own, &[row(DESTINATION)]).await;
    world.generate(&own, batch).await;
    let moved = |n| row(n).below(&format!("示例县第{DESTINATION}小学校"));
    compare_imports(&world, "moved units", |n| Some(row(n)), moved).await;
}

#[rstest]
#[tokio::test]
async fn import_of_new_purchasers(#[values(Sqlite, Postgres)] backend: Backend) {
    compare_imports(&World::new(backend).await, "new purchasers", |_| None, purchaser).await;
}

#[rstest]
#[tokio::test]
async fn import_of_changed_purchasers(#[values(Sqlite, Postgres)] backend: Backend) {
    let changed = |n| purchaser(n).with(purchasers::CONTACT, "李雷");
    compare_imports(&World::new(backend).await, "changed purchasers", |n| Some(purchaser(n)), changed).await;
}

/// The statements of each use case that reads units, purchasers or a batch.
async fn reading(world: &World, own: &Actor, batches: [BatchId; 2]) -> Vec<(&'static str, Queries)> {
    let services = world.services();
    let app = &world.app;
    let mut all = Vec::new();
    let first = unit::list(services, own, &UnitQuery::default()).await.unwrap().rows.remove(0).id;
    macro_rules! count {
        ($work:expr, $use_case:expr) => {{
            let (result, queries) = app.count_queries($use_case).await;
            result.unwrap();
            all.push(($work, queries));
        }};
    }
    let search = UnitQuery { search: "小学校".to_owned(), ..UnitQuery::default() };
    count!("unit list", unit::list(services, own, &UnitQuery::default()));
    count!("unit search", unit::list(services, own, &search));
    count!("unit combobox", unit::superiors(services, own, "小学校"));
    count!("tree, top", unit::tree(services, own, None, None));
    count!("tree, units below the own one", unit::tree(services, own, Some(own_unit(services).await), None));
    count!("unit detail", unit::detail(services, own, first));
    count!("unit export", export::units(services, own, &export::Selection::Query(search.clone()), Lang::Zh));
    let search = PurchaserQuery { search: "食堂".to_owned(), ..PurchaserQuery::default() };
    count!("purchaser list", purchaser::list(services, own, &PurchaserQuery::default()));
    count!("purchaser search", purchaser::list(services, own, &search));
    count!("purchaser export", export::purchasers(services, own, &export::Selection::Query(search), Lang::Zh));
    count!("desktop", desktop::get(services, own));
    for batch in batches {
        count!("batch", import::batch(services, own, batch));
        count!("rows of a batch", import::rows(services, own, batch, &RowQuery::default()));
        count!("annotated file", export::annotated(services, own, batch, Lang::Zh));
        count!("list of accounts", export::accounts(services, own, batch, Lang::Zh));
    }
    all
}

/// The unit of the uploader.
async fn own_unit(services: &Services) -> domain::ids::UnitId {
    let db = services.database();
    let text = format!("SELECT id FROM unit WHERE name = '{OWN}'");
    let row = db.query_one_raw(sea_orm::Statement::from_string(db.get_database_backend(), text)).await;
    domain::ids::UnitId(row.unwrap().unwrap().try_get_by_index(0).unwrap())
}

#[rstest]
#[tokio::test]
async fn lists_trees_details_and_exports(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let mut counts = Vec::new();
    for numbers in [FEW, MANY] {
        let unit_batch = world.stage(&own, &numbers.clone().map(row).collect::<Vec<_>>()).await;
        world.generate(&own, unit_batch).await;
        let purchaser_batch = world.stage(&own, &numbers.map(purchaser).collect::<Vec<_>>()).await;
        world.generate(&own, purchaser_batch).await;
        counts.push(reading(&world, &own, [unit_batch, purchaser_batch]).await);
    }
    for ((work, few), (_, many)) in counts[0].iter().zip(&counts[1]) {
        many.assert_no_more_than(few, work);
    }
}

#[rstest]
#[tokio::test]
async fn details_and_resets_of_an_account_with_a_long_history(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, own) = (world.services(), world.own().await);
    let batch = world.stage(&own, &[row(1)]).await;
    world.generate(&own, batch).await;
    let id = unit::list(services, &own, &UnitQuery { search: "第1小学校".to_owned(), ..UnitQuery::default() }).await;
    let id = id.unwrap().rows.remove(0).id;
    let password = world.password(OWN);
    let mut counts = Vec::new();
    for history in [FEW, MANY] {
        for number in history {
            world
                .run(&format!(
                    "INSERT INTO audit_event (at, account_id, login, address, action, unit_id, object, object_id) \
                     SELECT {number}, id, login, '192.0.2.7', 'enabled', unit_id, 'account', id FROM account \
                     WHERE unit_id = {id}; \
                     INSERT INTO sms_outbox (id, kind, account_id, unit_id, mobile, state, attempts, next_at, created_at) \
                     SELECT {number} + 100000, 'login-name', id, unit_id, '13812345678', 'sent', 1, 1, 1 FROM account \
                     WHERE unit_id = {id}; \
                     INSERT INTO unit_alias (name_key, unit_id, name) VALUES ('曾用名{number}', {id}, '曾用名{number}')",
                    id = id.0
                ))
                .await;
        }
        let (detail, detail_queries) = world.app.count_queries(unit::detail(services, &own, id)).await;
        detail.unwrap();
        let (reset, reset_queries) = world.app.count_queries(account::reset(services, &own, id, None, &password)).await;
        reset.unwrap();
        counts.push((detail_queries, reset_queries));
    }
    counts[1].0.assert_no_more_than(&counts[0].0, "detail");
    counts[1].1.assert_no_more_than(&counts[0].1, "reset");
}

#[rstest]
#[tokio::test]
async fn resends_to_several(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, own) = (world.services(), world.own().await);
    let mut counts = Vec::new();
    for numbers in [FEW, MANY] {
        let batch = world.stage(&own, &numbers.clone().map(row).collect::<Vec<_>>()).await;
        world.generate(&own, batch).await;
        let mut query = UnitQuery { sort: UnitSort::Added, descending: true, ..UnitQuery::default() };
        let mut ids = Vec::new();
        while ids.len() < numbers.clone().count() {
            let page = unit::list(services, &own, &query).await.unwrap();
            ids.extend(page.rows.into_iter().map(|unit| unit.id));
            query.cursor = page.next;
        }
        ids.truncate(numbers.count());
        let (outcomes, queries) = world.app.count_queries(account::resend_many(services, &own, &ids)).await;
        assert!(outcomes.unwrap().iter().all(|outcome| outcome.refused.is_none()));
        counts.push(queries);
    }
    counts[1].assert_no_more_than(&counts[0], "resend");
}
