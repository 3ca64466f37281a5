//! Reports as a plain sum over all orders, by the rules in words and without the code that is tested.

use crate::world::World;
use domain::{
    PurchaserKind,
    calendar::{Day, Timestamp},
    ids::UnitId,
    order::{OrderRecord, OriginCounty, PayerKind, ProductCategory},
    purchases::{Amounts, PurchaseReport},
    unit::UnitRef,
};
use std::collections::BTreeMap;

/// An order with the unit and the type of its purchaser as they are today.
pub(crate) struct NaiveOrder {
    pub(crate) record: OrderRecord,
    pub(crate) unit: UnitId,
    pub(crate) kind: PurchaserKind,
}

/// A unit of today's tree.
#[derive(Clone, Debug)]
pub(crate) struct NaiveUnit {
    pub(crate) id: UnitId,
    pub(crate) name: String,
    pub(crate) parent: Option<UnitId>,
}

/// The tree and the purchasers of today, as the tables have them.
pub(crate) struct Today {
    pub(crate) units: BTreeMap<UnitId, NaiveUnit>,
    /// Unit and type of each purchaser, by its login name.
    pub(crate) purchasers: BTreeMap<String, (UnitId, PurchaserKind)>,
}

impl Today {
    pub(crate) async fn read(world: &World) -> Self {
        let units = world.rows("SELECT id, name, parent_id FROM unit WHERE merged_into IS NULL").await;
        let unit = |[id, name, parent]: [String; 3]| NaiveUnit {
            id: UnitId(id.parse().unwrap()),
            name,
            parent: parent.parse().ok().map(UnitId),
        };
        let purchasers = world
            .rows("SELECT a.login, p.unit_id, p.kind FROM purchaser p JOIN account a ON a.purchaser_id = p.id")
            .await;
        let purchaser = |[login, unit, kind]: [String; 3]| {
            (login, (UnitId(unit.parse().unwrap()), PurchaserKind::from_name(&kind).unwrap()))
        };
        Self {
            units: units.into_iter().map(unit).map(|unit| (unit.id, unit)).collect(),
            purchasers: purchasers.into_iter().map(purchaser).collect(),
        }
    }

    /// Whether a unit is in the subtree of another one.
    pub(crate) fn is_below(&self, unit: UnitId, top: UnitId) -> bool {
        unit == top || self.units[&unit].parent.is_some_and(|parent| self.is_below(parent, top))
    }

    /// The orders with the units of their purchasers.
    pub(crate) fn orders<'a>(&self, records: impl IntoIterator<Item = &'a OrderRecord>) -> Vec<NaiveOrder> {
        let order = |record: &OrderRecord| {
            let (unit, kind) = self.purchasers[&record.purchaser];
            NaiveOrder { record: record.clone(), unit, kind }
        };
        records.into_iter().map(order).collect()
    }
}

/// The amounts of a line at the end of a day, from the beginning of time. Refunds are of lines, or there is one line.
fn state(record: &OrderRecord, index: usize, until: i32) -> Amounts {
    let done = |at: Option<Timestamp>| at.is_some_and(|at| Day::of(at).number() <= until);
    let refunds = record.refunds.iter().filter(|refund| done(Some(refund.at)));
    let refunded: i64 = refunds
        .filter(|refund| refund.line.is_none_or(|line| line as usize == index + 1))
        .map(|refund| refund.amount)
        .sum();
    let net = record.lines[index].amount - refunded;
    let if_done = |done: bool| if done { net } else { 0 };
    let (ordered, paid) = (done(Some(record.ordered_at)), done(record.paid_at));
    let accepted = paid && done(record.accepted_at);
    let largest = record.lines.iter().map(|line| line.amount).max().unwrap();
    let is_main = record.lines.iter().position(|line| line.amount == largest) == Some(index);
    Amounts {
        ordered: if_done(ordered),
        paid: if_done(paid),
        accepted: if_done(accepted),
        evaluated: if_done(accepted && done(record.evaluated_at)),
        orders: i64::from(ordered && is_main),
    }
}

/// What a line adds between the end of one day and the end of another.
fn between(record: &OrderRecord, index: usize, after: i32, until: i32) -> Amounts {
    let mut amounts = state(record, index, until);
    amounts += -state(record, index, after);
    amounts
}

/// What an order adds in the year of a day until this day.
pub(crate) fn of_order(record: &OrderRecord, until: Day) -> Amounts {
    let last_year = until.year() * 10_000;
    (0..record.lines.len()).map(|index| between(record, index, last_year, until.number())).sum()
}

/// The report on a subtree, and the amounts by origin.
pub(crate) fn report(
    orders: &[NaiveOrder],
    is_inside: impl Fn(UnitId) -> bool,
    until: Day,
) -> (PurchaseReport, BTreeMap<Option<OriginCounty>, Amounts>) {
    let mut total = Amounts::default();
    let (mut months, mut payers, mut categories) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let (mut purchasers, mut origins) = (BTreeMap::new(), BTreeMap::new());
    let year = until.year() * 10_000;
    for NaiveOrder { record, kind, .. } in orders.iter().filter(|order| is_inside(order.unit)) {
        for (index, line) in record.lines.iter().enumerate() {
            for month in 1..=12_u32 {
                let begin = year + i32::try_from(month).unwrap() * 100;
                let amounts = between(record, index, begin.min(until.number()), (begin + 31).min(until.number()));
                total += amounts;
                *months.entry(month).or_default() += amounts;
                *payers.entry(PayerKind::from_name(&record.payer).unwrap()).or_default() += amounts;
                *categories.entry(ProductCategory::from_name(&line.category).unwrap()).or_default() += amounts;
                *purchasers.entry(*kind).or_default() += amounts;
                let origin = line.origin.as_deref().and_then(OriginCounty::parse);
                *origins.entry(origin).or_default() += amounts;
            }
        }
    }
    let report = PurchaseReport {
        total,
        months: listed(months),
        payers: listed(payers),
        categories: listed(categories),
        purchasers: listed(purchasers),
    };
    (report, origins.into_iter().filter(|(_, amounts): &(_, Amounts)| !amounts.is_zero()).collect())
}

fn listed<K: Ord>(sums: BTreeMap<K, Amounts>) -> Vec<(K, Amounts)> {
    sums.into_iter().filter(|(_, amounts)| !amounts.is_zero()).collect()
}

/// The amounts of the direct subordinate units with their subtrees, and those of the unit itself.
pub(crate) fn children(
    orders: &[NaiveOrder],
    today: &Today,
    unit: UnitId,
    until: Day,
) -> (Amounts, Vec<(UnitRef, Amounts)>) {
    let sum = |is_inside: &dyn Fn(UnitId) -> bool| {
        orders.iter().filter(|order| is_inside(order.unit)).map(|order| of_order(&order.record, until)).sum()
    };
    let children = today.units.values().filter(|child| child.parent == Some(unit)).map(|child| {
        let amounts = sum(&|unit| today.is_below(unit, child.id));
        (UnitRef { id: child.id, name: child.name.clone() }, amounts)
    });
    (sum(&|inside| inside == unit), children.collect())
}
