//! Who sees the counts of which units.

use crate::{
    own_canteen,
    world::{OTHER, OWN, World},
};
use domain::{Problem, plan_filing::ProgressView, situation::SituationQuery};
use rstest::rstest;
use service::{
    plan::{Decision, progress},
    situation::situation,
};
use testdb::Backend;

#[rstest]
#[tokio::test]
async fn the_counts_of_others_do_not_exist(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let services = world.services();
    let (own, other) = (world.unit(OWN).await.0, world.unit(OTHER).await.0);
    let superior = world.texts(&format!("SELECT parent_id FROM unit WHERE id = {own}")).await[0].parse().unwrap();
    let ask = async |unit, year| {
        let query = SituationQuery { unit, year };
        situation(services, &world.own, &query).await.map_err(service::Error::into_problem)
    };
    for outside in [other, domain::ids::UnitId(superior), domain::ids::UnitId(i64::MAX)] {
        assert_eq!(ask(Some(outside), None).await, Err(Problem::NotFound), "unit {outside}");
    }
    assert_eq!(ask(None, Some(1999)).await, Err(Problem::NotFound));
    let report = ask(None, None).await.unwrap();
    assert_eq!(ask(Some(own), None).await.unwrap(), report);
    assert_eq!(report.unit.unwrap().id, own);
    assert!(!report.more && report.total.accounts.units > report.own.accounts.units);
    // The operator sees the whole country, whose units at the top make the total.
    let whole = situation(services, &world.operator, &SituationQuery::default()).await.unwrap();
    let units = world.texts("SELECT COUNT(*) FROM unit WHERE path < '~'").await;
    assert_eq!((whole.unit, whole.total.accounts.units.to_string()), (None, units[0].clone()));
    assert!(whole.total.accounts.units > report.total.accounts.units);
}

#[rstest]
#[tokio::test]
async fn the_progress_has_the_same_counts(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let services = world.services();
    let unit = world.add_unit(1, &world.unit(OWN).await).await.0;
    world.execute(&format!("DELETE FROM reserve_plan WHERE unit_id = {unit}")).await;
    assert!(world.submit(unit, &own_canteen(420_000, 15)).await);
    assert!(world.decide(unit, Decision::Approve).await);
    let report = situation(services, &world.own, &SituationQuery::default()).await.unwrap();
    let ProgressView { rows, total, .. } = progress(services, &world.own, None).await.unwrap();
    let of_report: Vec<_> = report.children.iter().map(|(unit, counts)| (unit.clone(), counts.progress())).collect();
    assert_eq!(rows.into_iter().map(|row| (row.unit, row.progress)).collect::<Vec<_>>(), of_report);
    assert_eq!(total.must_file + 1, report.total.progress().must_file);
    let (_, counts) = report.children.iter().find(|(found, _)| found.id == unit).unwrap();
    assert_eq!((counts.plans.approved, counts.plans.share, counts.plans.zero_purchases), (1, 6_300_000, 1));
}
