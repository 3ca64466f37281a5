//! Computes postings and totals anew from the orders.

use super::{
    purchasers::KnownPurchaser,
    store::{OrderPostings, deltas, insert_postings, posting_rows},
};
use crate::{
    Result, Services,
    situation::{self, recount_everything},
    sql::{schema::lift_limits, slots::FIRST_SLOT, tree},
    totals::total_again,
};
use domain::{
    PurchaserKind,
    ids::{OrderId, PurchaserId, UnitId},
    order::Order,
};
use entity::{purchase_order, purchase_posting, purchaser};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, FromQueryResult, JoinType, Order as Direction,
    sea_query::{Expr, ExprTrait, Query},
};

/// What was rebuilt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// The number of orders.
    pub orders: u64,
    /// The number of postings.
    pub postings: u64,
}

/// Orders that are read at once.
const ORDERS_AT_ONCE: u64 = 10_000;

/// Computes all postings from the orders, all totals from the postings, and the counts of all units, in one transaction under the
/// exclusive lock of the tree: reports show what was before until it ends, and orders wait. It is needed after a change of the rules, or if
/// somebody has changed the tables by hand.
pub async fn rebuild(services: &Services) -> Result<Rebuilt> {
    let tx = services.write().await?;
    lift_limits(&tx).await?;
    situation::lock(&tx).await?;
    tree::lock(&tx).await?;
    purchase_posting::Entity::delete_many().exec(&tx).await?;
    total_again(&tx, services.settings().totals).await?;
    let mut rebuilt = Rebuilt::default();
    let mut behind = OrderId(0);
    loop {
        let orders = orders_behind(&tx, behind).await?;
        let Some(last) = orders.last() else { break };
        behind = last.id;
        rebuilt.orders += u64::try_from(orders.len()).map_err(crate::Error::internal)?;
        rebuilt.postings += post_again(&tx, &orders).await?;
    }
    recount_everything(&tx, services.settings().totals).await?;
    tx.commit().await?;
    Ok(rebuilt)
}

/// An order with its purchaser.
#[derive(FromQueryResult)]
struct OrderRow {
    id: OrderId,
    content: String,
    purchaser_id: PurchaserId,
    unit_id: UnitId,
    unit_path: String,
    kind: PurchaserKind,
}

/// The next orders.
async fn orders_behind(tx: &DatabaseTransaction, behind: OrderId) -> Result<Vec<OrderRow>> {
    use purchase_order::{Column, Entity};
    let same = Expr::col((purchaser::Entity, purchaser::Column::Id)).equals((Entity, Column::PurchaserId));
    let select = Query::select()
        .columns([Column::Id, Column::Content, Column::PurchaserId].map(|column| (Entity, column)))
        .columns(
            [purchaser::Column::UnitId, purchaser::Column::UnitPath, purchaser::Column::Kind]
                .map(|column| (purchaser::Entity, column)),
        )
        .from(Entity)
        .join(JoinType::InnerJoin, purchaser::Entity, same)
        .and_where(Column::Id.gt(behind))
        .order_by((Entity, Column::Id), Direction::Asc)
        .limit(ORDERS_AT_ONCE)
        .to_owned();
    crate::query::all(tx, &select).await
}

/// Posts orders and adds them to the totals. Returns the number of postings.
async fn post_again(tx: &DatabaseTransaction, orders: &[OrderRow]) -> Result<u64> {
    let (mut postings, mut sums) = (Vec::with_capacity(orders.len()), Vec::new());
    for row in orders {
        let order: Order = serde_json::from_str(&row.content)?;
        let purchaser = KnownPurchaser {
            id: row.purchaser_id,
            unit_id: row.unit_id,
            unit_path: row.unit_path.clone(),
            kind: row.kind,
        };
        let mut posted = OrderPostings::of(row.id, order.revision);
        posted.add(&order, &purchaser);
        sums.extend(posted.day_sums().map(|sum| (row.unit_path.as_str(), sum)));
        postings.push(posted);
    }
    let rows = posting_rows(&postings);
    let count = u64::try_from(rows.len()).map_err(crate::Error::internal)?;
    insert_postings(tx, rows).await?;
    deltas(tx, &sums).await?.apply(tx, FIRST_SLOT).await?;
    Ok(count)
}
