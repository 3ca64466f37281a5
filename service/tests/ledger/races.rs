//! Several connections at once. On SQLite they wait for each other, on PostgreSQL they run side by side.

use crate::world::{World, day, days_before, record};
use domain::{
    PurchaserKind,
    order::{OrderRecord, Outcome},
    purchases::PurchaseQuery,
};
use futures_util::future::join_all;
use rstest::rstest;
use service::{
    ledger::{OrderSource, receive},
    statistics,
};
use testdb::Backend::{self, Postgres, Sqlite};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn one_number_from_two_connections_is_one_order(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let now = world.services().clock().now();
    let own = world.unit(crate::world::OWN).await;
    let (_, login) = world.add_purchaser(1, &own, PurchaserKind::Canteen).await;
    let (second, source) = (world.app.second().await, OrderSource::console());
    for round in 0..10_u32 {
        let numbers: Vec<String> = (0..20).map(|n| format!("{round}-{n}")).collect();
        let records = |revision: u32, backwards: bool| {
            let mut records: Vec<OrderRecord> =
                numbers.iter().map(|number| record(number, revision, &login, revision.into(), now)).collect();
            if backwards {
                records.reverse();
            }
            records
        };
        let (one, two, three) = tokio::join!(
            receive(world.services(), &source, records(1, false)),
            receive(&second, &source, records(1, true)),
            receive(&second, &source, records(2, true)),
        );
        let outcomes = [one.unwrap(), two.unwrap(), three.unwrap()].concat();
        let count = |outcome: &Outcome| outcomes.iter().filter(|verdict| verdict.outcome == *outcome).count();
        assert_eq!(count(&Outcome::Added), 20);
        assert_eq!(count(&Outcome::Revised) + count(&Outcome::Unchanged) + count(&Outcome::Stale), 40);
    }
    let query = PurchaseQuery::until(None, day(now));
    let report = statistics::purchases(world.services(), &world.own, &query).await.unwrap();
    assert_eq!((report.total.orders, report.total.ordered), (200, 400));
}

/// Many calls with numbers in any order, while units and purchasers move.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_at_once_lose_nothing_and_do_not_wait_in_a_circle(#[values(Sqlite, Postgres)] backend: Backend) {
    const CALLS: u32 = 12;
    const ROUNDS: u32 = 6;
    let world = World::new(backend).await;
    let now = world.services().clock().now();
    let own = world.unit(crate::world::OWN).await;
    let mut purchasers = Vec::new();
    let mut units = Vec::new();
    for number in 1..=6 {
        let unit = world.add_unit(number, if number > 3 { &units[0] } else { &own }).await;
        purchasers.push(world.add_purchaser(10 + number, &unit, PurchaserKind::Canteen).await);
        units.push(unit);
    }
    statistics::promote(world.services()).await.unwrap();
    let servers = [world.services().clone(), world.app.second().await, world.app.second().await];
    let source = OrderSource::console();
    let revisions = join_all((0..CALLS).map(|call| {
        let (services, source, purchasers) = (&servers[call as usize % servers.len()], &source, &purchasers);
        async move {
            for round in 1..=ROUNDS {
                // Each call has the same numbers, in an order of its own, and revisions of its own.
                let record = |n: u32| {
                    let n = (n * 7 + call * 3) % 40;
                    let (_, login) = &purchasers[(n as usize + call as usize) % purchasers.len()];
                    let revision = round * CALLS + call;
                    record(&format!("X{n}"), revision, login, revision.into(), days_before(now, i64::from(n)))
                };
                receive(services, source, (0..40).map(record).collect()).await.unwrap();
                let own = |n: u32| {
                    record_of(&format!("own-{call}-{round}-{n}"), &purchasers[n as usize % purchasers.len()].1, now)
                };
                let verdicts = receive(services, source, (0..10).map(own).collect()).await.unwrap();
                assert!(verdicts.iter().all(|verdict| verdict.outcome == Outcome::Added));
            }
        }
    }));
    let moves = async {
        for round in 0..8 {
            let _ = world.move_unit(units[4].0, &units[(round % 2) * 2]).await;
            let kind = PurchaserKind::ALL[round % 4];
            world.change_purchaser(purchasers[1].0, &units[round % 6], kind).await;
        }
    };
    tokio::join!(revisions, moves);
    let last = ROUNDS * CALLS + CALLS - 1;
    let expected_fen = 40 * i64::from(last) + i64::from(CALLS * ROUNDS * 10) * 9;
    let query = PurchaseQuery::until(None, day(now));
    let children = statistics::children(world.services(), &world.own, &query).await.unwrap();
    let sum: i64 = children.children.iter().map(|(_, amounts)| amounts.ordered).sum::<i64>() + children.own.ordered;
    let total = statistics::purchases(world.services(), &world.own, &query).await.unwrap().total;
    assert_eq!(sum, total.ordered);
    let all = world.texts("SELECT SUM(amount) FROM purchase_order").await;
    assert_eq!(all, [expected_fen.to_string()]);
    assert_eq!(world.texts("SELECT SUM(ordered) FROM purchase_posting").await, all);
    assert_eq!(world.texts("SELECT SUM(orders) FROM purchase_posting").await, [(40 + CALLS * ROUNDS * 10).to_string()]);
    let kept = (total, children);
    service::ledger::rebuild(world.services()).await.unwrap();
    let total = statistics::purchases(world.services(), &world.own, &query).await.unwrap().total;
    assert_eq!(kept, (total, statistics::children(world.services(), &world.own, &query).await.unwrap()));
}

fn record_of(number: &str, login: &str, now: domain::calendar::Timestamp) -> OrderRecord {
    record(number, 1, login, 9, now)
}
