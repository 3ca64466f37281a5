//! 我的订单: what a purchaser sees of its orders.

use crate::{
    problem,
    world::{World, days_before, line, record},
};
use domain::{
    Problem,
    account::Portal,
    calendar::Day,
    ids::OrderId,
    order::{OrderEvent, OrderFilter, OrderQuery, OrderRecord, OrderState, RefundRecord},
};
use rstest::rstest;
use service::{
    PurchaserActor, desktop, export,
    ledger::{list_own, own_order},
    session::{authenticate_trading, sign_in},
};
use testdb::{
    Backend::{self, Postgres, Sqlite},
    TestApp,
};
use texts::Lang;

/// A certified purchaser of the demo data.
const OWN: &str = "样例县城南镇人民政府机关工会";

/// The purchaser of the demo data, signed in, and its login name.
async fn purchaser(world: &World) -> (PurchaserActor, String) {
    let account = world.accounts.iter().find(|account| account.name == OWN).unwrap();
    let origin = TestApp::client();
    let services = world.services();
    let (login, password) = (&account.login, &account.password);
    let signed_in = sign_in(services, Portal::Trading, login, password, None, &origin).await.unwrap();
    let session = authenticate_trading(services, &signed_in.token, &origin).await.unwrap();
    (session.purchaser().unwrap(), account.login.clone())
}

async fn numbers(world: &World, purchaser: &PurchaserActor, query: OrderQuery) -> Vec<String> {
    let page = list_own(world.services(), purchaser, &query).await.unwrap();
    assert_eq!(page.total.number() as usize, page.rows.len());
    page.rows.into_iter().map(|row| row.number).collect()
}

#[rstest]
#[tokio::test]
async fn a_purchaser_sees_its_own_orders(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (purchaser, login) = purchaser(&world).await;
    let now = world.services().clock().now();
    let unit = world.unit(crate::world::OWN).await;
    let (_, other) = world.add_purchaser(1, &unit, domain::PurchaserKind::Canteen).await;
    let at = |days| days_before(now, days);
    let paid = OrderRecord { paid_at: Some(at(1)), ..record("A2", 1, &login, 20, at(2)) };
    let refunded = OrderRecord {
        paid_at: Some(at(3)),
        refunds: vec![RefundRecord { at: at(2), amount: 4, line: None }],
        supplier: "100%茶场".to_owned(),
        ..record("A3", 1, &login, 10, at(3))
    };
    for record in [record("A1", 1, &login, 5, at(1)), paid, refunded, record("B1", 1, &other, 7, now)] {
        world.accept(record).await;
    }
    let all = OrderQuery::default();
    let state = |state| OrderQuery { state: Some(state), ..OrderQuery::default() };
    assert_eq!(numbers(&world, &purchaser, all.clone()).await, ["A1", "A2", "A3"]);
    assert_eq!(numbers(&world, &purchaser, state(OrderFilter::Unpaid)).await, ["A1"]);
    assert_eq!(numbers(&world, &purchaser, state(OrderFilter::Paid)).await, ["A2", "A3"]);
    assert_eq!(numbers(&world, &purchaser, state(OrderFilter::Refunds)).await, ["A3"]);
    assert!(numbers(&world, &purchaser, state(OrderFilter::Evaluated)).await.is_empty());
    for (search, expected) in
        [("2", vec!["A2"]), ("茶场", vec!["A3"]), ("%", vec!["A3"]), ("B1", vec![]), ("\0", vec!["A1", "A2", "A3"])]
    {
        let query = OrderQuery { search: search.to_owned(), ..OrderQuery::default() };
        assert_eq!(numbers(&world, &purchaser, query).await, expected, "{search}");
    }
    let day = Some(Day::of(at(2)));
    let query = OrderQuery { from: day, until: day, ..OrderQuery::default() };
    assert_eq!(numbers(&world, &purchaser, query).await, ["A2"]);
    // The order of another purchaser does not exist.
    let id = |number: &str| format!("SELECT id FROM purchase_order WHERE number = '{number}'");
    let foreign = OrderId(world.texts(&id("B1")).await[0].parse().unwrap());
    assert_eq!(problem(own_order(world.services(), &purchaser, foreign).await), Problem::NotFound);
    assert_eq!(problem(own_order(world.services(), &purchaser, OrderId(-1)).await), Problem::NotFound);
    let behind_foreign = OrderQuery { after: Some(foreign), ..all };
    assert_eq!(numbers(&world, &purchaser, behind_foreign).await, ["A1", "A2", "A3"]);
}

#[rstest]
#[tokio::test]
async fn an_order_has_its_times_refunds_and_revisions(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (purchaser, login) = purchaser(&world).await;
    let now = world.services().clock().now();
    let at = |days| days_before(now, days);
    world.accept(record("A1", 1, &login, 10, at(5))).await;
    let revised = OrderRecord {
        lines: vec![line("tea", 10, Some("522325")), line("fruit", 5, None)],
        paid_at: Some(at(4)),
        accepted_at: Some(at(2)),
        refunds: vec![RefundRecord { at: at(3), amount: 5, line: Some(2) }],
        ..record("A1", 3, &login, 10, at(5))
    };
    world.accept(revised).await;
    let listed = list_own(world.services(), &purchaser, &OrderQuery::default()).await.unwrap();
    let order = own_order(world.services(), &purchaser, listed.rows[0].id).await.unwrap();
    assert_eq!(order.item, listed.rows[0]);
    assert_eq!((order.revision, order.item.state, order.item.amount.fen()), (3, OrderState::Accepted, 15));
    let origins: Vec<_> = order.lines.iter().map(|line| line.origin.as_deref()).collect();
    assert_eq!(origins, [Some("贵州省 贞丰县"), None]);
    let events: Vec<_> = order.steps.iter().map(|step| step.event).collect();
    let refund = OrderEvent::Refunded { amount: domain::Money::from_fen(5).unwrap(), line: Some(2) };
    assert_eq!(events, [OrderEvent::Ordered, OrderEvent::Paid, refund, OrderEvent::Accepted]);
    let former: Vec<_> =
        order.former.iter().map(|former| (former.revision, former.state, former.amount.fen())).collect();
    assert_eq!(former, [(1, OrderState::Unpaid, 10)]);
}

#[rstest]
#[tokio::test]
async fn an_order_that_moved_to_another_purchaser_is_gone(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (purchaser, login) = purchaser(&world).await;
    let now = world.services().clock().now();
    let unit = world.unit(crate::world::OWN).await;
    let (_, other) = world.add_purchaser(1, &unit, domain::PurchaserKind::Canteen).await;
    world.accept(record("A1", 1, &other, 10, now)).await;
    world.accept(record("A1", 2, &login, 20, now)).await;
    let listed = list_own(world.services(), &purchaser, &OrderQuery::default()).await.unwrap();
    let id = listed.rows[0].id;
    // What the other one bought is not shown.
    assert!(own_order(world.services(), &purchaser, id).await.unwrap().former.is_empty());
    world.accept(record("A1", 3, &other, 30, now)).await;
    assert_eq!(problem(own_order(world.services(), &purchaser, id).await), Problem::NotFound);
    assert!(numbers(&world, &purchaser, OrderQuery::default()).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn pages_and_the_export_have_every_order_once(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (purchaser, login) = purchaser(&world).await;
    let now = world.services().clock().now();
    // Several have the same time.
    let records: Vec<_> =
        (0..45).map(|n| record(&format!("A{n:02}"), 1, &login, 5, days_before(now, n / 10))).collect();
    world.receive(records).await;
    let (mut query, mut seen) = (OrderQuery::default(), Vec::new());
    loop {
        let (page, queries) = world.app.count_queries(list_own(world.services(), &purchaser, &query)).await;
        let page = page.unwrap();
        assert!(queries.count() <= 3, "{queries}");
        assert_eq!(page.total.number(), 45);
        seen.extend(page.rows.into_iter().map(|row| row.number));
        let Some(next) = page.next else { break };
        query.after = Some(next);
    }
    assert_eq!(seen.len(), 45);
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), 45);
    let download = export::orders(world.services(), &purchaser, &OrderQuery::default(), Lang::Zh).await.unwrap();
    let mut sheet: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::BufReader::new(download.file)).unwrap();
    let range = calamine::Reader::worksheet_range_at(&mut sheet, 0).unwrap().unwrap();
    let exported: Vec<String> = range.rows().skip(1).map(|row| row[0].to_string()).collect();
    assert_eq!(exported, seen);
}

#[rstest]
#[tokio::test]
async fn the_home_page_counts_orders_that_have_waited_for_long(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (purchaser, login) = purchaser(&world).await;
    let now = world.services().clock().now();
    let at = |days| days_before(now, days);
    let paid = |number: &str, days| OrderRecord { paid_at: Some(at(days)), ..record(number, 1, &login, 20, at(days)) };
    let shipped = |number: &str, days| OrderRecord { shipped_at: Some(at(days)), ..paid(number, days) };
    let accepted = |number: &str, days| OrderRecord { accepted_at: Some(at(days)), ..shipped(number, days) };
    let evaluated = OrderRecord { evaluated_at: Some(at(40)), ..accepted("E1", 40) };
    // What the supplier must do does not wait for the purchaser, and a new order does not wait for long.
    for record in [
        record("U1", 1, &login, 5, at(40)),
        record("U2", 1, &login, 5, at(2)),
        paid("P1", 40),
        shipped("S1", 40),
        shipped("S2", 31),
        accepted("A1", 29),
        evaluated,
    ] {
        world.accept(record).await;
    }
    let desktop = desktop::of_purchaser(world.services(), &purchaser).await.unwrap();
    assert_eq!(desktop.orders, [(OrderFilter::Unpaid, 1), (OrderFilter::Shipped, 2)]);
    // The list behind each line has the same orders.
    for (state, count) in desktop.orders {
        let query = OrderQuery { state: Some(state), until: Some(desktop.ordered_until), ..OrderQuery::default() };
        assert_eq!(numbers(&world, &purchaser, query).await.len(), usize::try_from(count).unwrap());
    }
}
