//! Records that name something unknown.

use crate::{
    problem,
    world::{World, line, record},
};
use domain::{
    Problem, PurchaserKind,
    order::{OrderRecord, Outcome, ParkedQuery, UnknownPart},
};
use rstest::rstest;
use service::ledger::{Recheck, list_parked, match_parked, match_parked_now};
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

#[rstest]
#[tokio::test]
async fn the_operator_sees_what_is_unknown_and_matches_again(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, now) = (world.services(), world.services().clock().now());
    let own = world.unit(crate::world::OWN).await;
    let (_, login) = world.add_purchaser(1, &own, PurchaserKind::Canteen).await;
    let next = format!("JY{:08}", login[2..].parse::<u32>().unwrap() + 1);
    let with = |number: &str, category: &str, origin: &str| OrderRecord {
        lines: vec![line("tea", 1, None), line(category, 5, Some(origin))],
        ..record(number, 1, &login, 5, now)
    };
    let mut records = vec![with("A1", "toys", "522325"), with("A2", "tea", "522399")];
    records.extend((0..60).map(|number| record(&format!("B{number:02}"), 1, &next, 1, now)));
    world.receive(records).await;
    let list = async |query: ParkedQuery| list_parked(services, &world.operator, &query).await.unwrap();
    let first = list(ParkedQuery::default()).await;
    assert_eq!((first.rows.len(), first.total.number()), (50, 62));
    let unknown: Vec<_> = first.rows.iter().take(3).map(|row| (row.reason, row.unknown.as_str())).collect();
    let expected =
        [(UnknownPart::Category, "toys"), (UnknownPart::Origin, "522399"), (UnknownPart::Purchaser, next.as_str())];
    assert_eq!(unknown, expected);
    let second = list(ParkedQuery { after: first.next, ..ParkedQuery::default() }).await;
    assert_eq!((second.rows.len(), second.rows[0].number.as_str(), second.next), (12, "B48", None));
    let of_reason = ParkedQuery { reason: Some(UnknownPart::Origin), ..ParkedQuery::default() };
    assert_eq!(list(of_reason).await.rows[0].number, "A2");
    let found = list(ParkedQuery { search: "B5".to_owned(), ..ParkedQuery::default() }).await;
    assert_eq!(found.rows.len(), 10);
    world.add_purchaser(2, &own, PurchaserKind::Canteen).await;
    assert_eq!(match_parked_now(services, &world.operator).await.unwrap(), 60);
    assert_eq!(list(ParkedQuery::default()).await.rows.len(), 2);
    assert_eq!(problem(list_parked(services, &world.own, &ParkedQuery::default()).await), Problem::Forbidden);
    assert_eq!(problem(match_parked_now(services, &world.own).await), Problem::Forbidden);
}
