//! Writes orders, their history, postings and totals.

use super::{
    decide::{Change, Content},
    purchasers::{KnownPurchaser, Purchasers},
};
use crate::{
    Error, Result, Services,
    situation::note_purchases,
    sql::{rows::insert_rows, slots, update_each::update_each},
    totals::{DaySum, Deltas, TotalledUnit, totalled, units_on_path},
};
use domain::{
    calendar::{Day, Timestamp},
    ids::{OrderId, PurchaserId, UnitId},
    order::{Order, OrderRecord, UnknownPart, contributions},
    purchases::{Amounts, PurchaseClass},
};
use entity::{parked_order, purchase_order, purchase_order_revision, purchase_posting};
use sea_orm::{DatabaseTransaction, Value, sea_query::OnConflict};
use std::collections::{BTreeMap, HashMap};

/// The key of a posting beside its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PostingKey {
    unit: UnitId,
    purchaser: PurchaserId,
    day: Day,
    class: PurchaseClass,
    /// The code of the county, 0 for none.
    origin: i32,
}

/// What an order posts.
pub(super) struct OrderPostings {
    id: OrderId,
    revision: i32,
    sums: BTreeMap<PostingKey, Amounts>,
}

impl OrderPostings {
    pub(super) const fn of(id: OrderId, revision: i32) -> Self {
        Self { id, revision, sums: BTreeMap::new() }
    }

    /// Adds what an order contributes to the unit of its purchaser.
    pub(super) fn add(&mut self, order: &Order, purchaser: &KnownPurchaser) {
        self.each(order, purchaser, |sum, amounts| *sum += amounts);
    }

    /// Takes back what the ledger posted for an order. Its postings have the unit and the type that its purchaser has today.
    fn subtract(&mut self, order: &Order, purchaser: &KnownPurchaser) {
        self.each(order, purchaser, |sum, amounts| *sum += -amounts);
    }

    /// The sums that are not 0.
    pub(super) fn day_sums(&self) -> impl Iterator<Item = DaySum> {
        let changed = self.sums.iter().filter(|(_, amounts)| !amounts.is_zero());
        changed.map(|(key, amounts)| DaySum { day: key.day, class: key.class, origin: key.origin, amounts: *amounts })
    }

    fn each(&mut self, order: &Order, purchaser: &KnownPurchaser, add: impl Fn(&mut Amounts, Amounts)) {
        for contribution in contributions(order) {
            let class =
                PurchaseClass { payer: contribution.payer, category: contribution.category, purchaser: purchaser.kind };
            let origin = contribution.origin.and_then(|origin| i32::try_from(origin.code()).ok()).unwrap_or_default();
            let key =
                PostingKey { unit: purchaser.unit_id, purchaser: purchaser.id, day: contribution.day, class, origin };
            add(self.sums.entry(key).or_default(), contribution.amounts);
        }
    }
}

/// Writes the changes of a call. The transaction holds the shared lock of the tree and the rows of the stored orders. `first_id`
/// begins a block of unused ids. Returns false if another transaction has added one of the new numbers: then this one must be
/// rolled back.
pub(super) async fn store(
    services: &Services,
    tx: &DatabaseTransaction,
    changes: &[Change<'_>],
    purchasers: &Purchasers,
    first_id: i64,
) -> Result<bool> {
    let now = services.now();
    let mut ids = (first_id..).map(OrderId);
    let (mut added, mut revised, mut former) = (Vec::new(), Vec::new(), Vec::new());
    let mut postings = Vec::with_capacity(changes.len());
    let known = |purchaser: Option<&'_ KnownPurchaser>| {
        purchaser.cloned().ok_or_else(|| Error::internal("an order has no purchaser"))
    };
    for Change { stored, order, former: former_revisions } in changes {
        let purchaser = known(purchasers.get(&order.purchaser))?;
        let id = stored.map_or_else(|| ids.next(), |stored| Some(stored.id));
        let id = id.ok_or_else(|| Error::internal("there are no ids left"))?;
        let mut posted = OrderPostings::of(id, order.revision);
        posted.add(order, &purchaser);
        let values = columns_of(order, &purchaser, now)?;
        if let Some(stored) = stored {
            posted.subtract(&stored.order, &known(purchasers.by_id(stored.purchaser))?);
            revised.push([vec![id.into()], values].concat());
        } else {
            let fixed: Vec<Value> = vec![id.into(), order.number.as_str().into(), purchaser.unit_id.into()];
            added.push([fixed, values].concat());
        }
        for revision in former_revisions {
            let content = match &revision.content {
                Content::Stored(content) => (*content).to_owned(),
                Content::Received(order) => serde_json::to_string(order)?,
            };
            former.push(vec![id.into(), revision.revision.into(), content.into(), revision.received_at.into()]);
        }
        postings.push(posted);
    }
    if !insert_orders(tx, added).await? {
        return Ok(false);
    }
    update_each(tx, purchase_order::Entity, &[purchase_order::Column::Id], &CONTENT_COLUMNS, revised, |_| ()).await?;
    insert_former(tx, former).await?;
    post(services, tx, postings, purchasers).await?;
    Ok(true)
}

/// The columns that a revision changes.
const CONTENT_COLUMNS: [purchase_order::Column; 11] = {
    use purchase_order::Column::{
        Amount, Content, OrderedAt, Payer, PurchaserId, ReceivedAt, Refunded, Revision, State, Supplier, UnitId,
    };
    [Revision, PurchaserId, UnitId, Supplier, Payer, Amount, Refunded, State, OrderedAt, Content, ReceivedAt]
};

/// The values of [`CONTENT_COLUMNS`].
fn columns_of(order: &Order, purchaser: &KnownPurchaser, now: Timestamp) -> Result<Vec<Value>> {
    Ok(vec![
        order.revision.into(),
        purchaser.id.into(),
        purchaser.unit_id.into(),
        order.supplier.as_str().into(),
        order.payer.into(),
        order.amount().into(),
        order.refunded().into(),
        order.state().into(),
        order.ordered_at.into(),
        serde_json::to_string(order)?.into(),
        now.into(),
    ])
}

/// Inserts new orders. Returns false if one of the numbers exists already.
async fn insert_orders(tx: &DatabaseTransaction, rows: Vec<Vec<Value>>) -> Result<bool> {
    use purchase_order::Column::{Id, Number, RegisteredUnitId};
    let columns = [&[Id, Number, RegisteredUnitId], CONTENT_COLUMNS.as_slice()].concat();
    let count = u64::try_from(rows.len()).map_err(Error::internal)?;
    let keep = OnConflict::column(Number).do_nothing().to_owned();
    Ok(insert_rows(tx, purchase_order::Entity, &columns, rows, Some(keep)).await? == count)
}

async fn insert_former(tx: &DatabaseTransaction, rows: Vec<Vec<Value>>) -> Result<()> {
    use purchase_order_revision::Column::{Content, OrderId, ReceivedAt, Revision};
    let columns = [OrderId, Revision, Content, ReceivedAt];
    insert_rows(tx, purchase_order_revision::Entity, &columns, rows, None).await.map(drop)
}

/// Writes postings and adds them to totals.
async fn post(
    services: &Services,
    tx: &DatabaseTransaction,
    postings: Vec<OrderPostings>,
    purchasers: &Purchasers,
) -> Result<()> {
    let (rows, mut sums, mut accepted) = (posting_rows(&postings), Vec::new(), BTreeMap::new());
    // The unit of a purchaser, with its path, is the unit of the postings.
    for (key, amounts) in postings.iter().flat_map(|posted| &posted.sums).filter(|(_, amounts)| !amounts.is_zero()) {
        let path = purchasers.by_id(key.purchaser).map_or("", |purchaser| purchaser.unit_path.as_str());
        let PostingKey { unit, day, class, origin, .. } = *key;
        sums.push((path, DaySum { day, class, origin, amounts: *amounts }));
        *accepted.entry((unit, day.year())).or_default() += amounts.accepted;
    }
    if sums.is_empty() {
        return Ok(());
    }
    insert_postings(tx, rows).await?;
    note_purchases(tx, &accepted).await?;
    let deltas = deltas(tx, &sums).await?;
    let slot = slots::take(tx, services.settings().totals.slots).await?;
    deltas.apply(tx, slot).await
}

/// What sums at the units of these paths add to totals.
pub(super) async fn deltas(tx: &DatabaseTransaction, sums: &[(&str, DaySum)]) -> Result<Deltas> {
    let mut paths: HashMap<&str, Vec<UnitId>> = HashMap::new();
    for (path, _) in sums {
        paths.entry(path).or_insert_with(|| units_on_path(path).collect());
    }
    let totalled = totalled(tx, paths.values().flatten().copied().collect()).await?;
    let above: HashMap<&str, Vec<TotalledUnit>> = paths
        .into_iter()
        .map(|(path, units)| (path, units.iter().filter_map(|unit| totalled.get(unit)).copied().collect()))
        .collect();
    let mut deltas = Deltas::default();
    for (path, sum) in sums {
        for unit in above.get(path).into_iter().flatten() {
            deltas.add(*unit, sum);
        }
    }
    Ok(deltas)
}

/// The rows of postings in the order of the table's key, which is the fastest to write.
pub(super) fn posting_rows(postings: &[OrderPostings]) -> Vec<Vec<Value>> {
    let mut sorted: Vec<_> = postings
        .iter()
        .flat_map(|posted| posted.sums.iter().map(move |(key, amounts)| (key, posted.id, posted.revision, amounts)))
        .filter(|(.., amounts)| !amounts.is_zero())
        .collect();
    sorted.sort_unstable_by_key(|(key, id, ..)| (key.unit, key.day, *id));
    let row = |(key, id, revision, amounts): (&PostingKey, OrderId, i32, &Amounts)| {
        vec![
            key.unit.into(),
            key.day.into(),
            id.into(),
            revision.into(),
            key.class.into(),
            key.origin.into(),
            key.purchaser.into(),
            amounts.ordered.into(),
            amounts.paid.into(),
            amounts.accepted.into(),
            amounts.evaluated.into(),
            amounts.orders.into(),
        ]
    };
    sorted.into_iter().map(row).collect()
}

/// Inserts the rows of [`posting_rows`].
pub(super) async fn insert_postings(tx: &DatabaseTransaction, rows: Vec<Vec<Value>>) -> Result<()> {
    use purchase_posting::Column::{
        Accepted, Class, Day, Evaluated, OrderId, Ordered, Orders, Origin, Paid, PurchaserId, Revision, UnitId,
    };
    let columns =
        [UnitId, Day, OrderId, Revision, Class, Origin, PurchaserId, Ordered, Paid, Accepted, Evaluated, Orders];
    insert_rows(tx, purchase_posting::Entity, &columns, rows, None).await.map(drop)
}

/// A record to park.
pub(super) struct ParkedRecord<'a> {
    pub(super) reason: UnknownPart,
    pub(super) record: &'a OrderRecord,
}

/// Parks records. One that is parked already is replaced.
pub(super) async fn park(tx: &DatabaseTransaction, now: Timestamp, records: &[ParkedRecord<'_>]) -> Result<()> {
    use parked_order::Column::{Content, Number, Purchaser, Reason, ReceivedAt, Revision};
    // No statement changes a row twice. Rows in the order of their keys do not wait for each other in a circle.
    let mut rows: BTreeMap<(&str, i32), Vec<Value>> = BTreeMap::new();
    for ParkedRecord { reason, record } in records {
        let number = record.number.trim();
        let revision = i32::try_from(record.revision).map_err(Error::internal)?;
        let row = vec![
            number.into(),
            revision.into(),
            (*reason).into(),
            record.purchaser.trim().into(),
            serde_json::to_string(record)?.into(),
            now.into(),
        ];
        rows.insert((number, revision), row);
    }
    let columns = [Number, Revision, Reason, Purchaser, Content, ReceivedAt];
    let replace =
        OnConflict::columns([Number, Revision]).update_columns([Reason, Purchaser, Content, ReceivedAt]).to_owned();
    insert_rows(tx, parked_order::Entity, &columns, rows.into_values().collect(), Some(replace)).await.map(drop)
}
