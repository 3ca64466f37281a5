//! 我的订单: the orders of a purchaser, for itself.

use crate::{
    Error, PurchaserActor, Result, Services, query::count_bounded, search::typed, seed::county_name,
    sql::text::contains,
};
use domain::{
    Money, Problem,
    calendar::{Day, Timestamp},
    ids::OrderId,
    order::{
        FormerOrder, LineView, ORDERS_PER_PAGE, Order, OrderEvent, OrderFilter, OrderLine, OrderListItem, OrderQuery,
        OrderState, OrderStep, OrderView, OrdersPage, PayerKind, PurchaserKey,
    },
    paging::BoundedCount,
};
use entity::{
    purchase_order::{Column, Entity, Model},
    purchase_order_revision,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
    sea_query::{Expr, ExprTrait},
};

/// An order as the list reads it.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "Entity")]
pub(crate) struct OrderRow {
    pub(crate) id: OrderId,
    pub(crate) number: String,
    pub(crate) supplier: String,
    pub(crate) payer: PayerKind,
    pub(crate) amount: Money,
    pub(crate) refunded: Money,
    pub(crate) state: OrderState,
    pub(crate) ordered_at: Timestamp,
}

impl From<OrderRow> for OrderListItem {
    fn from(row: OrderRow) -> Self {
        let OrderRow { id, number, supplier, payer, amount, refunded, state, ordered_at } = row;
        Self { id, number, supplier, payer, amount, refunded, state, ordered_at }
    }
}

/// The own orders that a query finds.
pub(crate) fn of_query(db: &impl ConnectionTrait, purchaser: &PurchaserActor, query: &OrderQuery) -> Select<Entity> {
    let OrderQuery { search, state, from, until, after: _ } = query;
    let mut orders = own(purchaser);
    let search = typed(search);
    if !search.is_empty() {
        let found = [Column::Number, Column::Supplier].map(|column| contains(db, column.into_expr(), &search));
        orders = orders.filter(found.into_iter().fold(Condition::any(), Condition::add));
    }
    if let Some(filter) = state {
        orders = orders.filter(match filter.state() {
            Some(state) => Column::State.eq(state),
            None => Column::Refunded.gt(Money::ZERO),
        });
    }
    orders
        .apply_if(*from, |orders, day| orders.filter(Column::OrderedAt.gte(day.start())))
        .apply_if(*until, |orders, day| orders.filter(Column::OrderedAt.lt(day.end())))
}

fn own(purchaser: &PurchaserActor) -> Select<Entity> {
    Entity::find().filter(Column::PurchaserId.eq(purchaser.own.id))
}

/// The rows behind an order, the newest first; at most `limit`. They begin with the newest if the purchaser has no such order.
pub(crate) async fn rows_behind(
    db: &impl ConnectionTrait,
    purchaser: &PurchaserActor,
    orders: Select<Entity>,
    after: Option<OrderId>,
    limit: u32,
) -> Result<Vec<OrderRow>> {
    let position = match after {
        Some(id) => own(purchaser).filter(Column::Id.eq(id)).into_partial_model::<OrderRow>().one(db).await?,
        None => None,
    };
    let behind = position.map(|row| {
        let (row_key, key) = (
            Expr::tuple([Column::OrderedAt.into_expr(), Column::Id.into_expr()]),
            Expr::tuple([Expr::val(row.ordered_at), Expr::val(row.id)]),
        );
        row_key.lt(key)
    });
    let rows = orders
        .apply_if(behind, QueryFilter::filter)
        .order_by_desc(Column::OrderedAt)
        .order_by_desc(Column::Id)
        .limit(u64::from(limit))
        .into_partial_model::<OrderRow>()
        .all(db)
        .await?;
    Ok(rows)
}

/// The number of own orders in a state that were made on a day or earlier, up to one more than [`BoundedCount::BOUND`]; the list
/// finds the same.
pub(crate) async fn count_own(
    services: &Services,
    purchaser: &PurchaserActor,
    state: OrderFilter,
    until: Day,
) -> Result<u32> {
    let db = &services.0.db;
    let query = OrderQuery { state: Some(state), until: Some(until), ..OrderQuery::default() };
    count_bounded(db, of_query(db, purchaser, &query)).await
}

/// A page of the own orders, the newest first.
pub async fn list_own(services: &Services, purchaser: &PurchaserActor, query: &OrderQuery) -> Result<OrdersPage> {
    let db = &services.0.db;
    let found = of_query(db, purchaser, query);
    let count = count_bounded(db, found.clone()).await?;
    // One more than is shown tells whether there is another page.
    let mut rows = rows_behind(db, purchaser, found, query.after, ORDERS_PER_PAGE + 1).await?;
    let page = usize::try_from(ORDERS_PER_PAGE).map_err(Error::internal)?;
    let has_more = rows.len() > page;
    rows.truncate(page);
    let next = rows.last().filter(|_| has_more).map(|row| row.id);
    let rows = rows.into_iter().map(Into::into).collect();
    Ok(OrdersPage { rows, total: BoundedCount::counted(count), next })
}

/// One of the own orders. [`Problem::NotFound`] if it is another purchaser's.
pub async fn own_order(services: &Services, purchaser: &PurchaserActor, id: OrderId) -> Result<OrderView> {
    use purchase_order_revision::Column as Former;
    let db = &services.0.db;
    let order: Model = own(purchaser).filter(Column::Id.eq(id)).one(db).await?.ok_or(Problem::NotFound)?;
    let content: Order = serde_json::from_str(&order.content)?;
    let former = purchase_order_revision::Entity::find()
        .filter(Former::OrderId.eq(id))
        .order_by_desc(Former::Revision)
        .all(db)
        .await?;
    // A revision may have named another purchaser before: what that one bought is not shown.
    let mut own_former = Vec::with_capacity(former.len());
    for row in former {
        let order: Order = serde_json::from_str(&row.content)?;
        if is_own(purchaser, &order.purchaser) {
            own_former.push(FormerOrder {
                revision: row.revision,
                received_at: row.received_at,
                state: order.state(),
                amount: order.amount(),
                refunded: order.refunded(),
            });
        }
    }
    let line = |line: &OrderLine| LineView {
        product: line.product.clone(),
        category: line.category,
        quantity: line.quantity.to_string(),
        unit_price: line.unit_price,
        amount: line.amount,
        origin: line.origin.map(|origin| county_name(origin).unwrap_or_else(|| origin.code().to_string())),
    };
    Ok(OrderView {
        supplier_code: content.supplier_code.clone(),
        lines: content.lines.iter().map(line).collect(),
        steps: steps(&content),
        revision: order.revision,
        received_at: order.received_at,
        former: own_former,
        item: OrderListItem {
            id: order.id,
            number: order.number,
            supplier: order.supplier,
            payer: order.payer,
            amount: order.amount,
            refunded: order.refunded,
            state: order.state,
            ordered_at: order.ordered_at,
        },
    })
}

/// Whether a record names this purchaser.
fn is_own(purchaser: &PurchaserActor, key: &PurchaserKey) -> bool {
    match key {
        PurchaserKey::Login(login) => *login == purchaser.login,
        PurchaserKey::Id(id) => *id == purchaser.own.id,
    }
}

/// What happened, in the order of the times.
fn steps(order: &Order) -> Vec<OrderStep> {
    let step = |event: OrderEvent| move |at| OrderStep { event, at };
    let refunds = order.refunds.iter().map(|refund| {
        let line = refund.line.and_then(|line| u32::try_from(line + 1).ok());
        OrderStep { event: OrderEvent::Refunded { amount: refund.amount, line }, at: refund.at }
    });
    let mut steps: Vec<OrderStep> = [
        Some(OrderStep { event: OrderEvent::Ordered, at: order.ordered_at }),
        order.paid_at.map(step(OrderEvent::Paid)),
        order.shipped_at.map(step(OrderEvent::Shipped)),
        order.accepted_at.map(step(OrderEvent::Accepted)),
        order.evaluated_at.map(step(OrderEvent::Evaluated)),
    ]
    .into_iter()
    .flatten()
    .chain(refunds)
    .collect();
    steps.sort_by_key(|step| step.at);
    steps
}
