//! The verdicts on records, and what is stored.

use crate::{
    problem,
    world::{World, day, days_before, record},
};
use domain::{
    Problem, PurchaserKind,
    order::{MAX_ORDERS_AT_ONCE, OrderFaultCode, OrderRecord, Outcome, RefundRecord},
    purchases::{Amounts, PurchaseQuery},
};
use rstest::rstest;
use service::{
    ledger::{OrderSource, receive},
    statistics,
};
use testdb::Backend::{self, Postgres, Sqlite};

/// A world with a purchaser of the department itself. Returns the login name of the purchaser.
async fn with_purchaser(backend: Backend) -> (World, String) {
    let world = World::new(backend).await;
    let own = world.unit(crate::world::OWN).await;
    let (_, login) = world.add_purchaser(1, &own, PurchaserKind::Canteen).await;
    (world, login)
}

#[rstest]
#[tokio::test]
async fn each_record_gets_its_verdict(#[values(Sqlite, Postgres)] backend: Backend) {
    let (world, login) = with_purchaser(backend).await;
    let now = world.services().clock().now();
    let order = |number: &str, revision, fen| record(number, revision, &login, fen, now);
    let paid = OrderRecord { paid_at: Some(now), ..order("A1", 2, 500) };
    assert_eq!(world.outcomes(vec![order("A1", 1, 500), order("A2", 3, 70)]).await, ["added", "added"]);
    let wrong = OrderRecord { supplier: String::new(), ..order("A3", 1, 1) };
    let again = vec![order("A1", 1, 500), order("A2", 3, 71), order("A2", 2, 70), paid.clone(), wrong];
    assert_eq!(world.outcomes(again).await, ["unchanged", "conflict", "stale", "revised", "refused"]);
    assert_eq!(world.outcomes(vec![order("A1", 1, 500), paid]).await, ["stale", "unchanged"]);
    // The content of the first revision stays in the history.
    let history = world
        .rows::<3>(
            "SELECT o.number, r.revision, r.content FROM purchase_order_revision r \
                                   JOIN purchase_order o ON o.id = r.order_id",
        )
        .await;
    assert_eq!(history.len(), 1);
    assert_eq!(history[0][..2], ["A1".to_owned(), "1".to_owned()]);
    assert!(history[0][2].contains("\"amount\":500") && !history[0][2].contains("paid_at"), "{history:?}");
    let stored = world.rows::<4>("SELECT number, revision, state, amount FROM purchase_order ORDER BY number").await;
    let expected = [["A1", "2", "paid", "500"], ["A2", "3", "unpaid", "70"]];
    assert_eq!(stored, expected.map(|row| row.map(str::to_owned)));
}

#[rstest]
#[tokio::test]
async fn records_of_one_number_count_in_the_order_of_their_revisions(#[values(Sqlite, Postgres)] backend: Backend) {
    let (world, login) = with_purchaser(backend).await;
    let now = world.services().clock().now();
    let order = |revision, fen| record("A1", revision, &login, fen, now);
    let records = vec![order(3, 300), order(1, 100), order(2, 200), order(3, 301), order(3, 300)];
    let outcomes = world.outcomes(records).await;
    // Of two with the same revision, the first one counts.
    assert_eq!(outcomes, ["revised", "added", "revised", "conflict", "unchanged"]);
    let stored = world.rows::<2>("SELECT revision, amount FROM purchase_order").await;
    assert_eq!(stored, [["3".to_owned(), "300".to_owned()]]);
    let history = world.texts("SELECT revision FROM purchase_order_revision ORDER BY revision").await;
    assert_eq!(history, ["1", "2"]);
    // Nothing was posted for the revisions between.
    assert_eq!(world.texts("SELECT SUM(ordered) FROM purchase_posting").await, ["300"]);
    assert_eq!(world.texts("SELECT COUNT(*) FROM purchase_posting").await, ["1"]);
}

#[rstest]
#[tokio::test]
async fn faults_are_named(#[values(Sqlite, Postgres)] backend: Backend) {
    let (world, login) = with_purchaser(backend).await;
    let now = world.services().clock().now();
    let wrong = OrderRecord { number: " ".to_owned(), payer: "?".to_owned(), ..record("", 1, &login, 1, now) };
    let verdicts = world.receive(vec![wrong]).await;
    let Outcome::Refused(faults) = &verdicts[0].outcome else { panic!("{verdicts:?}") };
    let codes: Vec<_> = faults.iter().map(|fault| fault.code).collect();
    assert_eq!(codes, [OrderFaultCode::NumberInvalid, OrderFaultCode::PayerUnknown]);
    assert_eq!(world.texts("SELECT COUNT(*) FROM purchase_order").await, ["0"]);
}

#[rstest]
#[tokio::test]
async fn a_refund_takes_an_order_back_and_its_history_stays(#[values(Sqlite, Postgres)] backend: Backend) {
    let (world, login) = with_purchaser(backend).await;
    let (services, now) = (world.services(), world.services().clock().now());
    let before = days_before(now, 40);
    let times = |record: OrderRecord| OrderRecord { paid_at: Some(before), accepted_at: Some(before), ..record };
    world.accept(times(record("A1", 1, &login, 1_000, before))).await;
    let refunds = vec![RefundRecord { at: now, amount: 1_000, line: None }];
    world.accept(OrderRecord { refunds, ..times(record("A1", 2, &login, 1_000, before)) }).await;
    let total = async |until| {
        let query = PurchaseQuery::until(None, day(until));
        statistics::purchases(services, &world.own, &query).await.unwrap().total
    };
    // Whether the order is of this year or of the last, it counts until it is refunded.
    let full = Amounts { ordered: 1_000, paid: 1_000, accepted: 1_000, evaluated: 0, orders: 1 };
    assert_eq!(
        total(days_before(now, 30)).await.ordered,
        if day(before).year() == day(days_before(now, 30)).year() { 1_000 } else { 0 }
    );
    if day(before).year() == day(now).year() {
        assert_eq!(total(days_before(now, 1)).await, full);
        assert_eq!(total(now).await, Amounts { orders: 1, ..Amounts::default() });
    }
    assert_eq!(world.texts("SELECT state FROM purchase_order").await, ["refunded"]);
    assert_eq!(world.texts("SELECT COUNT(*) FROM purchase_order_revision").await, ["1"]);
}

#[rstest]
#[tokio::test]
async fn a_revision_may_name_another_purchaser(#[values(Sqlite, Postgres)] backend: Backend) {
    let (world, login) = with_purchaser(backend).await;
    let now = world.services().clock().now();
    let own = world.unit(crate::world::OWN).await;
    // Of the same unit and type, so that both postings differ in the purchaser alone.
    let (id, _) = world.add_purchaser(2, &own, PurchaserKind::Canteen).await;
    let unit = world.add_unit(1, &own).await;
    world.accept(record("A1", 1, &login, 100, now)).await;
    world.accept(record("A1", 2, &id.to_string(), 100, now)).await;
    world.change_purchaser(id, &unit, PurchaserKind::Union).await;
    let query = PurchaseQuery::until(Some(unit.0), day(now));
    let report = statistics::purchases(world.services(), &world.own, &query).await.unwrap();
    assert_eq!((report.total.ordered, report.purchasers[0].0), (100, PurchaserKind::Union));
    let children =
        statistics::children(world.services(), &world.own, &PurchaseQuery::until(None, day(now))).await.unwrap();
    assert_eq!(children.own, Amounts::default());
    // The order keeps the unit for which it was received.
    let units = world.rows::<2>("SELECT unit_id, registered_unit_id FROM purchase_order").await;
    assert_eq!(units, [[unit.0.to_string(), own.0.to_string()]]);
}

#[rstest]
#[tokio::test]
async fn what_has_orders_is_not_deleted(#[values(Sqlite, Postgres)] backend: Backend) {
    let (world, _) = with_purchaser(backend).await;
    let services = world.services();
    let own = world.unit(crate::world::OWN).await;
    let unit = world.add_unit(1, &own).await;
    let (purchaser, login) = world.add_purchaser(2, &unit, PurchaserKind::Canteen).await;
    world.accept(record("A1", 1, &login, 100, services.clock().now())).await;
    let refused = problem(service::purchaser::delete(services, &world.own, purchaser).await);
    assert_eq!(refused, Problem::HasOrders { count: 1 });
    let refused = problem(service::unit::delete(services, &world.own, unit.0).await);
    assert_eq!(refused, Problem::HasPurchasers { count: 1 });
    world.change_purchaser(purchaser, &own, PurchaserKind::Canteen).await;
    let refused = problem(service::unit::delete(services, &world.own, unit.0).await);
    assert_eq!(refused, Problem::HasOrders { count: 1 });
    // A merged unit stays, and the order shows it.
    service::unit::merge(services, &world.own, unit.0, own.0).await.unwrap();
    assert_eq!(world.texts("SELECT registered_unit_id FROM purchase_order").await, [unit.0.to_string()]);
    let other = world.add_unit(2, &own).await;
    service::unit::delete(services, &world.own, other.0).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_call_has_a_limit(#[values(Sqlite, Postgres)] backend: Backend) {
    let (world, login) = with_purchaser(backend).await;
    let now = world.services().clock().now();
    let many = vec![record("A", 1, &login, 1, now); MAX_ORDERS_AT_ONCE as usize + 1];
    let refused = problem(receive(world.services(), &OrderSource::console(), many).await.map(drop));
    assert_eq!(refused, Problem::TooManyAtOnce { limit: MAX_ORDERS_AT_ONCE });
    assert!(world.receive(Vec::new()).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn the_number_of_statements_does_not_grow_with_the_records(#[values(Sqlite, Postgres)] backend: Backend) {
    let (world, login) = with_purchaser(backend).await;
    let now = world.services().clock().now();
    statistics::promote(world.services()).await.unwrap();
    let login = login.as_str();
    let records = |from: u32, count: u32, revision| {
        let record = move |n: u32| {
            // Some are parked and some are refused.
            let purchaser = if n.is_multiple_of(3) { "JY99999999" } else { login };
            let fen = if n.is_multiple_of(5) { -1 } else { i64::from(n * revision) };
            record(&format!("A{n}"), revision, purchaser, fen, days_before(now, i64::from(n % 7)))
        };
        (from..from + count).map(record).collect::<Vec<_>>()
    };
    for revision in [1, 2] {
        let (_, few) = world.app.count_queries(world.receive(records(1, 10, revision))).await;
        let (_, many) = world.app.count_queries(world.receive(records(1_001, 150, revision))).await;
        many.assert_no_more_than(&few, "receiving orders");
    }
}
