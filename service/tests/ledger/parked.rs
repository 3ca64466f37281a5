//! Records that name something unknown.

use crate::world::{World, line, record};
use domain::{
    PurchaserKind,
    order::{OrderRecord, Outcome, UnknownPart},
};
use rstest::rstest;
use service::ledger::{Recheck, match_parked};
use testdb::Backend::{self, Postgres, Sqlite};

#[rstest]
#[tokio::test]
async fn a_record_counts_as_soon_as_its_purchaser_is_known(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, now) = (world.services(), world.services().clock().now());
    let own = world.unit(crate::world::OWN).await;
    let (_, login) = world.add_purchaser(1, &own, PurchaserKind::Canteen).await;
    // Login names are handed out one after the other.
    let next = format!("JY{:08}", login[2..].parse::<u32>().unwrap() + 1);
    let unknown = |number: &str, revision, fen| record(number, revision, &next, fen, now);
    let verdicts = world
        .receive(vec![unknown("A1", 1, 10), unknown("A1", 2, 20), unknown("A2", 1, 5), record("A3", 1, &login, 1, now)])
        .await;
    let parked = Outcome::Parked(UnknownPart::Purchaser);
    let outcomes: Vec<_> = verdicts.into_iter().map(|verdict| verdict.outcome).collect();
    assert_eq!(outcomes, [parked.clone(), parked.clone(), parked.clone(), Outcome::Added]);
    // The same again is parked once.
    assert_eq!(world.receive(vec![unknown("A2", 1, 7)]).await[0].outcome, parked);
    assert_eq!(world.texts("SELECT COUNT(*) FROM parked_order").await, ["3"]);
    assert_eq!(match_parked(services, Recheck::Purchasers).await.unwrap(), 0);
    let (_, known) = world.add_purchaser(2, &own, PurchaserKind::Canteen).await;
    assert_eq!(known, next);
    assert_eq!(match_parked(services, Recheck::Purchasers).await.unwrap(), 3);
    assert_eq!(world.texts("SELECT COUNT(*) FROM parked_order").await, ["0"]);
    let stored = world.rows::<3>("SELECT number, revision, amount FROM purchase_order ORDER BY number").await;
    let expected = [["A1", "2", "20"], ["A2", "1", "7"], ["A3", "1", "1"]];
    assert_eq!(stored, expected.map(|row| row.map(str::to_owned)));
    assert_eq!(match_parked(services, Recheck::Everything).await.unwrap(), 0);
}

#[rstest]
#[tokio::test]
async fn what_is_unknown_is_kept_with_the_reason(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, now) = (world.services(), world.services().clock().now());
    let own = world.unit(crate::world::OWN).await;
    let (_, login) = world.add_purchaser(1, &own, PurchaserKind::Canteen).await;
    let with = |number: &str, category: &str, origin: &str| OrderRecord {
        lines: vec![line(category, 5, Some(origin))],
        ..record(number, 1, &login, 5, now)
    };
    let records = vec![with("A1", "toys", "522325"), with("A2", "tea", "522399"), record("A3", 1, "777777777", 1, now)];
    assert_eq!(world.outcomes(records).await, ["parked"; 3]);
    let reasons = world.texts("SELECT reason FROM parked_order ORDER BY number").await;
    assert_eq!(reasons, ["category", "origin", "purchaser"]);
    assert_eq!(match_parked(services, Recheck::Everything).await.unwrap(), 0);
    assert_eq!(world.texts("SELECT COUNT(*) FROM parked_order").await, ["3"]);
    // A later revision is right, so that the parked one is no longer needed.
    world.accept(record("A1", 2, &login, 5, now)).await;
    assert_eq!(match_parked(services, Recheck::Everything).await.unwrap(), 0);
}
