//! The number of statements does not grow with the units.

use crate::{BELOW, SIBLING, UNIT, World, own_canteen};
use domain::plan_filing::{FilingQuery, SeenFiling, Standing};
use rstest::rstest;
use service::plan::{Decision, confirm, decide, list, progress};
use testdb::Backend;

#[rstest]
#[tokio::test]
async fn many_units_take_no_more_statements_than_few(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (app, services, year) = (&world.app, world.services(), world.year);
    let query = |standing| FilingQuery { standing, ..FilingQuery::default() };
    let (few_rows, few) = app.count_queries(list(services, &world.unit, &query(None))).await;
    let (many_rows, many) = app.count_queries(list(services, &world.department, &query(None))).await;
    assert!(many_rows.unwrap().rows.len() > few_rows.unwrap().rows.len());
    many.assert_no_more_than(&few, "the list of plans");

    let (_, few) = app.count_queries(progress(services, &world.unit, Some(year))).await;
    let (_, many) = app.count_queries(progress(services, &world.department, Some(year))).await;
    many.assert_no_more_than(&few, "the progress");

    let (sibling, below) = (world.actor(SIBLING).await, world.actor(BELOW).await);
    for actor in [&world.unit, &sibling, &below] {
        world.submit(actor, &own_canteen("420000", "15")).await;
    }
    let mut seen = Vec::new();
    for name in [UNIT, SIBLING, BELOW] {
        seen.push(SeenFiling { unit: world.id(name).await, version: 1 });
    }
    let (_, few) = app.count_queries(decide(services, &world.department, year, &seen[..1], Decision::Approve)).await;
    let (_, many) = app.count_queries(decide(services, &world.department, year, &seen[1..], Decision::Approve)).await;
    many.assert_no_more_than(&few, "the approval");
    let approved = list(services, &world.department, &query(Some(Standing::Approved))).await.unwrap();
    assert_eq!(approved.rows.len(), 3);

    world.plans_except(&[]).await;
    let other = crate::World::new(backend).await;
    let (few_units, few) = {
        let below = other.actor(BELOW).await;
        other.submit(&below, &own_canteen("420000", "15")).await;
        other.decide(BELOW, Decision::Approve).await;
        let rest = "INSERT INTO reserve_plan (unit_id, year, total, ratio, share, updated_at, version) \
                    SELECT id, $1, 1, 1, 1, 1, 1 FROM unit WHERE name = '示例县农资服务中心'";
        crate::execute(other.services(), rest, [year.into()]).await;
        other.app.count_queries(confirm(other.services(), &other.unit, year)).await
    };
    let (many_units, many) = app.count_queries(confirm(services, &world.department, year)).await;
    assert!(many_units.unwrap() > few_units.unwrap());
    many.assert_no_more_than(&few, "the confirmation");
}
