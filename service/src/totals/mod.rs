//! Totals of large subtrees, kept together with the postings from which they are summed up.
//!
//! A unit is totalled (`totalled_unit`) when its subtree is large. For each month and each day, the rows of `subtree_total` have
//! the amounts of the whole subtree: by class and, for the largest, by origin. The amounts of other subtrees are summed up from
//! their postings.
//!
//! Who adds to totals either owns a slot (`sql::slots`) and holds the shared lock of the tree, or holds the exclusive lock of the
//! tree. A row of a slot is therefore read, changed and written back without another lock, and readers sum up all slots.

mod follow;
mod promote;
mod sums;

pub(crate) use follow::{MovedUnit, PurchaserChange, follow_merger, follow_moves, follow_purchasers, forget_unit};
pub use promote::promote;
pub(crate) use promote::total_again;
pub(crate) use sums::{AmountColumns, DaySum, Days, class_sums, origin_sums, unit_sums, units_within};

use crate::{
    Error, Result,
    query::is_any_of,
    sql::rows::{LIST, insert_rows, list, most_rows},
};
use domain::{
    calendar::Day,
    ids::UnitId,
    purchases::{Amounts, PurchaseClass},
};
use entity::{subtree_total, totalled_unit};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter, Value,
    sea_query::{ArrayType, Expr, ExprTrait, JoinType, OnConflict, Query},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The periods of days begin here; those of months are below.
pub(crate) const FIRST_DAY: i32 = 10_000_000;

/// Amounts by the number of the class, or by the code of the origin, as rows store them.
pub(crate) type Tally = BTreeMap<i32, Amounts>;

/// A unit that has totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TotalledUnit {
    pub(crate) id: UnitId,
    pub(crate) has_origins: bool,
}

/// The units on a path, from the top down, the last one included. The path of a dissolved unit has none.
pub(crate) fn units_on_path(path: &str) -> impl Iterator<Item = UnitId> {
    path.split('/').filter_map(|id| id.parse().ok())
}

/// Those of the units that have totals.
pub(crate) async fn totalled(
    db: &impl ConnectionTrait,
    units: BTreeSet<UnitId>,
) -> Result<HashMap<UnitId, TotalledUnit>> {
    let found =
        totalled_unit::Entity::find().filter(is_any_of(db, totalled_unit::Column::UnitId, units)).all(db).await?;
    let totalled = found.into_iter().map(|unit| TotalledUnit { id: unit.unit_id, has_origins: unit.has_origins });
    Ok(totalled.map(|unit| (unit.id, unit)).collect())
}

/// What is to be added to totals.
#[derive(Debug, Default)]
pub(crate) struct Deltas(BTreeMap<(UnitId, i32), PeriodDelta>);

#[derive(Debug, Default)]
struct PeriodDelta {
    classes: Tally,
    origins: Tally,
}

impl Deltas {
    /// Adds the amounts of a day to a unit.
    pub(crate) fn add(&mut self, unit: TotalledUnit, sum: &DaySum) {
        self.add_of_class(unit, sum.day, sum.class, sum.amounts);
        self.add_of_origin(unit, sum.day, sum.origin, sum.amounts);
    }

    fn add_of_class(&mut self, unit: TotalledUnit, day: Day, class: PurchaseClass, amounts: Amounts) {
        for period in [day.month_number(), day.number()] {
            *self.0.entry((unit.id, period)).or_default().classes.entry(class.number().into()).or_default() += amounts;
        }
    }

    /// Does nothing for a unit without totals by origin.
    fn add_of_origin(&mut self, unit: TotalledUnit, day: Day, origin: i32, amounts: Amounts) {
        if !unit.has_origins {
            return;
        }
        for period in [day.month_number(), day.number()] {
            *self.0.entry((unit.id, period)).or_default().origins.entry(origin).or_default() += amounts;
        }
    }

    /// Writes everything into the rows of a slot. The number of statements depends on the number of periods in thousands.
    pub(crate) async fn apply(mut self, tx: &DatabaseTransaction, slot: i16) -> Result<()> {
        use subtree_total::Column::{
            Accepted, Classes, Evaluated, Ordered, Orders, Origins, Paid, Period, Slot, UnitId as Unit,
        };
        self.0.retain(|_, delta| {
            drop_zeros(&mut delta.classes);
            drop_zeros(&mut delta.origins);
            !delta.classes.is_empty() || !delta.origins.is_empty()
        });
        let columns = [Unit, Period, Slot, Ordered, Paid, Accepted, Evaluated, Orders, Classes, Origins];
        let replace = OnConflict::columns([Unit, Period, Slot])
            .update_columns([Ordered, Paid, Accepted, Evaluated, Orders, Classes, Origins])
            .to_owned();
        let deltas: Vec<_> = self.0.into_iter().collect();
        for deltas in deltas.chunks(ROWS_AT_ONCE) {
            let keys = deltas.iter().map(|((unit, period), _)| [(*unit).into(), (*period).into()]).collect();
            let mut stored = rows_of_slot(tx, slot, keys).await?;
            let mut rows = Vec::with_capacity(deltas.len());
            for ((unit, period), delta) in deltas {
                let (mut classes, mut origins) = match stored.remove(&(*unit, *period)) {
                    Some(row) => (decode(&row.classes)?, row.origins.as_deref().map(decode).transpose()?),
                    None => (Tally::new(), None),
                };
                add_tally(&mut classes, &delta.classes);
                if !delta.origins.is_empty() {
                    add_tally(origins.get_or_insert_default(), &delta.origins);
                }
                let sum: Amounts = classes.values().copied().sum();
                rows.push(vec![
                    (*unit).into(),
                    (*period).into(),
                    slot.into(),
                    sum.ordered.into(),
                    sum.paid.into(),
                    sum.accepted.into(),
                    sum.evaluated.into(),
                    sum.orders.into(),
                    encode(&classes)?.into(),
                    origins.as_ref().map(encode).transpose()?.into(),
                ]);
            }
            insert_rows(tx, subtree_total::Entity, &columns, rows, Some(replace.clone())).await?;
        }
        Ok(())
    }
}

/// Rows of totals that are changed at once.
const ROWS_AT_ONCE: usize = if most_rows(2) < 5_000 { most_rows(2) } else { 5_000 };

/// A row as it is stored, without its sums.
#[derive(FromQueryResult)]
struct StoredRow {
    unit_id: UnitId,
    period: i32,
    classes: Vec<u8>,
    origins: Option<Vec<u8>>,
}

/// The rows of a slot for these units and periods.
async fn rows_of_slot(
    tx: &DatabaseTransaction,
    slot: i16,
    keys: Vec<[Value; 2]>,
) -> Result<HashMap<(UnitId, i32), StoredRow>> {
    use subtree_total::{Column, Entity};
    const UNIT: &str = "unit_id";
    const PERIOD: &str = "period";
    let column = |column: Column| Expr::col((Entity, column));
    let on = column(Column::UnitId).equals((LIST, UNIT)).and(column(Column::Period).equals((LIST, PERIOD)));
    let select = Query::select()
        .with_cte(list(tx, [(UNIT, ArrayType::BigInt), (PERIOD, ArrayType::Int)], keys))
        .columns([Column::UnitId, Column::Period, Column::Classes, Column::Origins].map(|column| (Entity, column)))
        .from(LIST)
        .join(JoinType::InnerJoin, Entity, on.and(column(Column::Slot).eq(slot)))
        .to_owned();
    let rows: Vec<StoredRow> = crate::query::all(tx, &select).await?;
    Ok(rows.into_iter().map(|row| ((row.unit_id, row.period), row)).collect())
}

/// A tally in postcard's format.
fn encode(tally: &Tally) -> Result<Vec<u8>> {
    Ok(postcard::to_stdvec(tally)?)
}

/// The tally of a stored row.
pub(crate) fn decode(bytes: &[u8]) -> Result<Tally> {
    Ok(postcard::from_bytes(bytes)?)
}

/// The class of a number in a tally.
pub(crate) fn class_of(number: i32) -> Result<PurchaseClass> {
    let class = i16::try_from(number).ok().and_then(PurchaseClass::from_number);
    class.ok_or_else(|| Error::internal(format!("{number} is no class of purchases")))
}

/// Adds the amounts of one tally to another. What becomes 0 is left out.
pub(crate) fn add_tally(sum: &mut Tally, tally: &Tally) {
    for (key, amounts) in tally {
        *sum.entry(*key).or_default() += *amounts;
    }
    drop_zeros(sum);
}

fn drop_zeros(tally: &mut Tally) {
    tally.retain(|_, amounts| !amounts.is_zero());
}
