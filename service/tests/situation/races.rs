//! Changes at the same time: nobody waits in a circle, and nothing is counted twice or forgotten.

use crate::{
    check,
    world::{OWN, World, days_before, record},
};
use domain::{
    PurchaserKind,
    order::{OrderRecord, RefundRecord},
};
use futures_util::future::join_all;
use rstest::rstest;
use service::{
    Services,
    ledger::{OrderSource, rebuild, receive},
    situation::recount,
};
use std::sync::atomic::{AtomicBool, Ordering};
use testdb::Backend;

const ROUNDS: u32 = 12;

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_changes_and_counts_at_once(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let top = world.unit(OWN).await;
    let mut units = Vec::new();
    for number in 1..=6 {
        units.push(world.add_unit(number, &top).await);
    }
    let mut logins = Vec::new();
    for (number, unit) in (100..).zip(&units) {
        logins.push(world.add_purchaser(number, unit, PurchaserKind::Canteen).await.1);
    }
    let now = world.services().clock().now();
    let at = days_before(now, 1);
    let services: [Services; 3] = [world.services().clone(), world.app.second().await, world.app.second().await];
    let done = AtomicBool::new(false);
    // Each unit purchases and gives back, again and again.
    let order = |buyer: usize, round: u32| {
        let revision = 1 + round % 2;
        let refund = RefundRecord { line: None, amount: 5_000, at };
        OrderRecord {
            paid_at: Some(at),
            accepted_at: Some(at),
            refunds: (revision == 2).then_some(refund).into_iter().collect(),
            ..record(&format!("XS{buyer}-{}", round / 2), revision, &logins[buyer], 5_000, at)
        }
    };
    let buy = async |services: &Services, buyers: [usize; 3]| {
        for round in 1..=2 * ROUNDS {
            let orders = buyers.iter().map(|buyer| order(*buyer, round)).collect();
            receive(services, &OrderSource::console(), orders).await.unwrap();
        }
    };
    let change = async {
        for round in 0..ROUNDS {
            let superior = if round % 2 == 0 { &units[1] } else { &top };
            world.move_unit(units[0].0, superior).await.unwrap();
            let disabled = if round % 2 == 0 { "created_at" } else { "NULL" };
            let unit = units[2].0;
            world.execute(&format!("UPDATE account SET disabled_at = {disabled} WHERE unit_id = {unit}")).await;
        }
    };
    let count = async |services: &Services| {
        while !done.load(Ordering::Relaxed) {
            recount(services).await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    let changes = async {
        tokio::join!(
            buy(&services[0], [0, 1, 2]),
            buy(&services[1], [2, 3, 4]),
            buy(&services[2], [5, 0, 1]),
            change,
            async {
                rebuild(&services[2]).await.unwrap();
            }
        );
        done.store(true, Ordering::Relaxed);
    };
    tokio::join!(changes, join_all(services[..2].iter().map(count)));
    let year = world.services().clock().year();
    check(&world, year, "as kept").await.unwrap();
    recount(&services[0]).await.unwrap();
    check(&world, year, "counted again").await.unwrap();
}
