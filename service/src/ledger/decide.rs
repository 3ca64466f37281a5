//! Decides what becomes of each record, without a database.

use super::purchasers::Purchasers;
use domain::{
    calendar::Timestamp,
    ids::{OrderId, PurchaserId},
    order::{Order, Outcome, UnknownPart},
};
use std::collections::HashMap;

/// An order as it is stored.
pub(super) struct StoredOrder {
    pub(super) id: OrderId,
    pub(super) purchaser: PurchaserId,
    pub(super) order: Order,
    /// The JSON of `order`.
    pub(super) content: String,
    pub(super) received_at: Timestamp,
}

/// A revision that became history.
pub(super) struct FormerRevision<'a> {
    pub(super) revision: i32,
    pub(super) content: Content<'a>,
    pub(super) received_at: Timestamp,
}

/// The content of a former revision: as it was stored, or an order of this call.
pub(super) enum Content<'a> {
    Stored(&'a str),
    Received(&'a Order),
}

/// What is to be written for the records of one number.
pub(super) struct Change<'a> {
    /// The order as it is stored; none for a new one.
    pub(super) stored: Option<&'a StoredOrder>,
    /// The newest revision.
    pub(super) order: &'a Order,
    pub(super) former: Vec<FormerRevision<'a>>,
}

/// The decision on all records of a call.
#[derive(Default)]
pub(super) struct Decision<'a> {
    /// The outcome of each order, by its index.
    pub(super) outcomes: HashMap<usize, Outcome>,
    /// The orders to add or to change, in the order of their numbers.
    pub(super) changes: Vec<Change<'a>>,
    /// The indexes of the orders to park.
    pub(super) parked: Vec<usize>,
}

/// Decides on orders. Each is given with its index in the call. `stored` has the stored orders by their numbers. The records of
/// one number are looked at from the oldest revision to the newest.
pub(super) fn decide<'a>(
    orders: &'a [(usize, Order)],
    stored: &'a HashMap<String, StoredOrder>,
    purchasers: &Purchasers,
    now: Timestamp,
) -> Decision<'a> {
    let mut sorted: Vec<&(usize, Order)> = orders.iter().collect();
    sorted.sort_by(|(_, a), (_, b)| (&a.number, a.revision).cmp(&(&b.number, b.revision)));
    let mut decision = Decision::default();
    for same_number in sorted.chunk_by(|(_, a), (_, b)| a.number == b.number) {
        let Some((_, first)) = same_number.first() else { continue };
        let stored = stored.get(first.number.as_str());
        let mut newest: Option<&Order> = None;
        let mut former = Vec::new();
        for (index, order) in same_number {
            let known = newest.or(stored.map(|stored| &stored.order));
            let outcome = match known.map(|known| (known.revision.cmp(&order.revision), known)) {
                Some((std::cmp::Ordering::Greater, _)) => Outcome::Stale,
                Some((std::cmp::Ordering::Equal, known)) if known == order => Outcome::Unchanged,
                Some((std::cmp::Ordering::Equal, _)) => Outcome::Conflict,
                _ if purchasers.get(&order.purchaser).is_none() => {
                    decision.parked.push(*index);
                    Outcome::Parked(UnknownPart::Purchaser)
                }
                Some((std::cmp::Ordering::Less, _)) => Outcome::Revised,
                None => Outcome::Added,
            };
            if matches!(outcome, Outcome::Added | Outcome::Revised) {
                if let Some(newest) = newest {
                    let content = Content::Received(newest);
                    former.push(FormerRevision { revision: newest.revision, content, received_at: now });
                } else if let Some(StoredOrder { order, content, received_at, .. }) = stored {
                    let content = Content::Stored(content);
                    former.push(FormerRevision { revision: order.revision, content, received_at: *received_at });
                }
                newest = Some(order);
            }
            decision.outcomes.insert(*index, outcome);
        }
        if let Some(order) = newest {
            decision.changes.push(Change { stored, order, former });
        }
    }
    decision
}
