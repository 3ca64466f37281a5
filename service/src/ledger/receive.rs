//! Receives orders.

use super::{
    OrderSource,
    decide::{Decision, StoredOrder, decide},
    purchasers::Purchasers,
    store::{ParkedRecord, park, store},
};
use crate::{
    Error, Result, Services,
    ids::{IdSequence, take},
    query::is_any_of,
    seed::is_county,
    sql::tree,
};
use domain::{
    Problem,
    calendar::Timestamp,
    ids::{OrderId, PurchaserId},
    order::{MAX_ORDERS_AT_ONCE, Order, OrderRecord, Outcome, UnknownPart, Verdict},
};
use entity::purchase_order;
use sea_orm::{DatabaseTransaction, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};
use tokio::task::spawn_blocking;

/// How often a call begins anew because another one has added the same numbers at the same time. Each time the other one has
/// ended, so that these numbers are known then.
const ATTEMPTS: u32 = 20;

/// Receives records of orders and returns a verdict for each, in their order. All that is written is written together, or
/// nothing if it fails. [`Problem::TooManyAtOnce`] above [`MAX_ORDERS_AT_ONCE`] records.
///
/// A call may be repeated: what is known is answered as [`Outcome::Unchanged`]. The number of statements depends on the number of
/// records in thousands only.
///
/// Calls at the same time take their locks in this order: the tree (shared), the stored orders by their numbers, parked records by
/// their keys, the new orders by their numbers, a slot of totals. So none waits for another one in a circle.
pub async fn receive(services: &Services, _source: &OrderSource, records: Vec<OrderRecord>) -> Result<Vec<Verdict>> {
    let count = u32::try_from(records.len()).unwrap_or(u32::MAX);
    if count > MAX_ORDERS_AT_ONCE {
        return Err(Problem::TooManyAtOnce { limit: MAX_ORDERS_AT_ONCE }.into());
    }
    if count == 0 {
        return Ok(Vec::new());
    }
    let (records, now) = (Arc::new(records), services.now());
    let checked = spawn_blocking({
        let records = Arc::clone(&records);
        move || Checked::of(&records, now)
    })
    .await?;
    // In a transaction of its own, as the counter would be a row for which all calls wait until the end of one.
    let first_id = take(&services.0.writer, IdSequence::Order, count).await?;
    for _ in 0..ATTEMPTS {
        if let Some(outcomes) = receive_checked(services, &records, &checked, first_id).await? {
            let verdicts = records.iter().zip(outcomes).map(|(record, outcome)| Verdict {
                number: record.number.clone(),
                revision: record.revision,
                outcome,
            });
            return Ok(verdicts.collect());
        }
    }
    Err(Problem::Busy.into())
}

/// The records after the check of each.
struct Checked {
    /// The orders of the records that are right, with their indexes.
    orders: Vec<(usize, Order)>,
    /// The outcome of each other record, by its index.
    others: HashMap<usize, Outcome>,
}

impl Checked {
    fn of(records: &[OrderRecord], now: Timestamp) -> Self {
        let (mut orders, mut others) = (Vec::with_capacity(records.len()), HashMap::new());
        for (index, record) in records.iter().enumerate() {
            match record.check(now, is_county) {
                Ok(order) => orders.push((index, order)),
                Err(Ok(reason)) => drop(others.insert(index, Outcome::Parked(reason))),
                Err(Err(faults)) => drop(others.insert(index, Outcome::Refused(faults))),
            }
        }
        Self { orders, others }
    }
}

/// Writes the orders in one transaction. `None` if another call has added one of the numbers meanwhile: then nothing is written.
async fn receive_checked(
    services: &Services,
    records: &[OrderRecord],
    checked: &Checked,
    first_id: i64,
) -> Result<Option<Vec<Outcome>>> {
    let now = services.now();
    let tx = services.write().await?;
    tree::lock_shared(&tx).await?;
    let mut purchasers =
        Purchasers::find(&tx, checked.orders.iter().map(|(_, order)| &order.purchaser).collect()).await?;
    let stored = stored_orders(&tx, &checked.orders).await?;
    let Decision { mut outcomes, changes, parked } = decide(&checked.orders, &stored, &purchasers, now);
    let unknown = checked.others.iter().filter_map(|(index, outcome)| match outcome {
        Outcome::Parked(reason) => Some((*index, *reason)),
        _ => None,
    });
    let unknown = unknown.chain(parked.into_iter().map(|index| (index, UnknownPart::Purchaser)));
    let parked: Vec<_> =
        unknown.filter_map(|(index, reason)| Some(ParkedRecord { reason, record: records.get(index)? })).collect();
    park(&tx, now, &parked).await?;
    let of_stored: BTreeSet<PurchaserId> = changes.iter().filter_map(|change| Some(change.stored?.purchaser)).collect();
    purchasers.find_by_id(&tx, of_stored).await?;
    if !store(services, &tx, &changes, &purchasers, first_id).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    tx.commit().await?;
    let mut of_record = |index: usize| {
        let outcome = outcomes.remove(&index).or_else(|| checked.others.get(&index).cloned());
        outcome.ok_or_else(|| Error::internal("a record has no outcome"))
    };
    (0..records.len()).map(&mut of_record).collect::<Result<_>>().map(Some)
}

/// An order as it is stored.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "purchase_order::Entity")]
struct StoredRow {
    id: OrderId,
    number: String,
    purchaser_id: PurchaserId,
    content: String,
    received_at: Timestamp,
}

/// The stored orders with these numbers. They stay locked until the transaction ends.
async fn stored_orders(tx: &DatabaseTransaction, orders: &[(usize, Order)]) -> Result<HashMap<String, StoredOrder>> {
    let numbers: BTreeSet<&str> = orders.iter().map(|(_, order)| order.number.as_str()).collect();
    let rows = purchase_order::Entity::find()
        .filter(is_any_of(tx, purchase_order::Column::Number, numbers.into_iter().map(str::to_owned)))
        .order_by_asc(purchase_order::Column::Number)
        .lock_exclusive()
        .into_partial_model::<StoredRow>()
        .all(tx)
        .await?;
    let stored = |row: StoredRow| {
        let StoredRow { id, number, purchaser_id, content, received_at } = row;
        let order = serde_json::from_str(&content)?;
        Ok((number, StoredOrder { id, purchaser: purchaser_id, order, content, received_at }))
    };
    rows.into_iter().map(stored).collect()
}
