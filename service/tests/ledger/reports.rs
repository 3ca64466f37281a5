//! Who sees which amounts, and how many statements a report takes.

use crate::{
    problem,
    world::{OTHER, OWN, World, day, days_before, record},
};
use domain::{
    Problem, PurchaserKind,
    calendar::Day,
    purchases::{PurchaseQuery, PurchaseReport},
};
use rstest::rstest;
use service::statistics::{children, origins, promote, purchases};
use testdb::Backend::{self, Postgres, Sqlite};

#[rstest]
#[tokio::test]
async fn amounts_of_another_subtree_are_not_found(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, now) = (world.services(), world.services().clock().now());
    let own = world.unit(OWN).await;
    let unit = world.add_unit(1, &own).await;
    let (_, login) = world.add_purchaser(2, &unit, PurchaserKind::Canteen).await;
    world.accept(record("A1", 1, &login, 100, now)).await;
    let sibling = world.app.act_as(&world.accounts, OTHER).await;
    let superior = world.unit("示例市财政局").await;
    for totals in [false, true] {
        if totals {
            assert!(promote(services).await.unwrap() > 0);
        }
        for outside in [own.0, unit.0, superior.0, domain::ids::UnitId(i64::MAX)] {
            let query = PurchaseQuery::until(Some(outside), day(now));
            assert_eq!(problem(purchases(services, &sibling, &query).await.map(drop)), Problem::NotFound);
            assert_eq!(problem(origins(services, &sibling, &query).await.map(drop)), Problem::NotFound);
            assert_eq!(problem(children(services, &sibling, &query).await.map(drop)), Problem::NotFound);
        }
        let above = PurchaseQuery::until(Some(superior.0), day(now));
        assert_eq!(problem(purchases(services, &world.own, &above).await.map(drop)), Problem::NotFound);
        let all = PurchaseQuery::until(None, day(now));
        assert_eq!(purchases(services, &sibling, &all).await.unwrap(), PurchaseReport::default());
        assert!(origins(services, &sibling, &all).await.unwrap().is_empty());
        assert!(children(services, &sibling, &all).await.unwrap().children.iter().all(|(_, a)| a.is_zero()));
        for (actor, query) in [(&world.own, &all), (&world.operator, &above), (&world.operator, &all)] {
            assert_eq!(purchases(services, actor, query).await.unwrap().total.ordered, 100);
        }
        let tops = children(services, &world.operator, &all).await.unwrap();
        assert_eq!(tops.children.iter().map(|(_, amounts)| amounts.ordered).sum::<i64>(), 100);
    }
}

#[rstest]
#[tokio::test]
async fn a_merged_unit_counts_for_the_unit_that_took_it_in(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, now) = (world.services(), world.services().clock().now());
    let own = world.unit(OWN).await;
    let (one, two) = (world.add_unit(1, &own).await, world.add_unit(2, &own).await);
    let below = world.add_unit(3, &one).await;
    for (number, unit) in [(10, &one), (11, &below)] {
        let (_, login) = world.add_purchaser(number, unit, PurchaserKind::Canteen).await;
        world.accept(record(&format!("A{number}"), 1, &login, 100, now)).await;
    }
    let ordered = async |unit| {
        let query = PurchaseQuery::until(Some(unit), day(now));
        purchases(services, &world.own, &query).await.map(|report| report.total.ordered)
    };
    promote(services).await.unwrap();
    assert_eq!((ordered(one.0).await.unwrap(), ordered(two.0).await.unwrap()), (200, 0));
    service::unit::merge(services, &world.own, one.0, two.0).await.unwrap();
    assert_eq!((ordered(two.0).await.unwrap(), ordered(own.0).await.unwrap()), (200, 200));
    assert_eq!(problem(ordered(one.0).await), Problem::NotFound);
    let registered = "SELECT COUNT(*) FROM purchase_order WHERE unit_id <> registered_unit_id";
    assert_eq!(world.texts(registered).await, ["1"]);
}

#[rstest]
#[tokio::test]
async fn years_are_apart(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, now) = (world.services(), world.services().clock().now());
    let own = world.unit(OWN).await;
    let (_, login) = world.add_purchaser(1, &own, PurchaserKind::Canteen).await;
    world.accept(record("A1", 1, &login, 100, days_before(now, 366))).await;
    world.accept(record("A2", 1, &login, 7, now)).await;
    promote(services).await.unwrap();
    let year = day(now).year();
    for (until, expected) in [(day(now), 7), (Day::last_of_year(year - 1), 100), (Day::last_of_year(year + 1), 0)] {
        let report = purchases(services, &world.own, &PurchaseQuery::until(None, until)).await.unwrap();
        assert_eq!(report.total.ordered, expected, "{}", until.number());
    }
}

#[rstest]
#[tokio::test]
async fn the_number_of_statements_does_not_grow_with_the_units(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let services = world.services();
    let (now, own) = (services.clock().now(), world.unit(OWN).await);
    let all = PurchaseQuery::until(None, day(now));
    // Some children have totals and some have none, before and afterwards.
    let large = world.add_unit(900, &own).await;
    for number in 901..=904 {
        world.add_unit(number, &large).await;
    }
    promote(services).await.unwrap();
    let (_, few) = world.app.count_queries(children(services, &world.own, &all)).await;
    let mut superior = own.clone();
    for number in 1..=24 {
        let unit = world.add_unit(number, if number % 4 == 1 { &own } else { &superior }).await;
        let (_, login) = world.add_purchaser(100 + number, &unit, PurchaserKind::Canteen).await;
        world.accept(record(&format!("A{number}"), 1, &login, 1, now)).await;
        superior = unit;
    }
    promote(services).await.unwrap();
    let (report, many) = world.app.count_queries(children(services, &world.own, &all)).await;
    assert_eq!(report.unwrap().children.iter().map(|(_, amounts)| amounts.orders).sum::<i64>(), 24);
    many.assert_no_more_than(&few, "children side by side");
}
