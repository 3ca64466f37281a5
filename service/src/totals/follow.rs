//! Totals follow the tree: a unit that moves takes its purchases along, and so does a purchaser. The transaction holds the
//! exclusive lock of the tree.

use super::{
    Deltas, FIRST_DAY, TotalledUnit, class_of, decode,
    sums::{DaySum, day_sums, day_sums_of_purchasers, posting_column, units_within},
    totalled, units_on_path,
};
use crate::{
    Error, Result, Subtree,
    query::is_any_of,
    sql::{
        rows::{LIST, list, most_rows},
        slots::FIRST_SLOT,
        update_each::update_each,
    },
};
use domain::{
    PurchaserKind,
    calendar::Day,
    ids::{PurchaserId, UnitId},
    purchases::PurchaseClass,
};
use entity::{purchase_order, purchase_posting, purchaser, subtree_total, totalled_unit, unit};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, Value,
    sea_query::{ArrayType, Expr, ExprTrait, Query},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A unit that gets another path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MovedUnit<'a> {
    pub(crate) id: UnitId,
    pub(crate) old: &'a str,
    pub(crate) new: &'a str,
}

/// How often the amounts of a subtree are to be added to the totals of units: 1, or -1 if they are subtracted.
type Coefficients = BTreeMap<UnitId, i64>;

/// Adds `times` to every unit on a path.
fn count_path(coefficients: &mut Coefficients, path: &str, times: i64) {
    for unit in units_on_path(path) {
        *coefficients.entry(unit).or_default() += times;
    }
}

/// What happens to totals when units move, by the index of the moved unit: to which units the amounts of its old subtree are to be
/// added. A unit below another one of the list leaves the subtree that moves with that one.
fn coefficients(moved: &[MovedUnit<'_>]) -> Vec<Coefficients> {
    let mut order: Vec<usize> = (0..moved.len()).collect();
    let old = |index: &usize| moved.get(*index).map_or("", |unit| unit.old);
    // A unit comes before the units below it.
    order.sort_unstable_by_key(old);
    let mut all = vec![Coefficients::new(); moved.len()];
    // The moved units above the one that is looked at, the nearest last.
    let mut above: Vec<MovedUnit<'_>> = Vec::new();
    for index in order {
        let (Some(unit), Some(coefficients)) = (moved.get(index), all.get_mut(index)) else { continue };
        while above.pop_if(|above| !unit.old.starts_with(above.old)).is_some() {}
        count_path(coefficients, unit.new, 1);
        count_path(coefficients, unit.old, -1);
        if let Some(above) = above.last() {
            count_path(coefficients, above.new, -1);
            count_path(coefficients, above.old, 1);
        }
        coefficients.retain(|_, times| *times != 0);
        above.push(*unit);
    }
    all
}

/// Moves the purchases of units that get other paths, before the paths are changed. The number of statements does not depend on
/// the number of units.
pub(crate) async fn follow_moves(tx: &DatabaseTransaction, moved: &[MovedUnit<'_>]) -> Result<()> {
    let all = coefficients(moved);
    follow(tx, moved, &all).await
}

/// Moves the purchases of a unit that is merged into another one, with those of the units below it, before anything else is
/// changed.
pub(crate) async fn follow_merger(
    tx: &DatabaseTransaction,
    (from, from_path): (UnitId, &str),
    (into, into_path): (UnitId, &str),
) -> Result<()> {
    let mut coefficients = Coefficients::new();
    count_path(&mut coefficients, into_path, 1);
    count_path(&mut coefficients, from_path, -1);
    // The totals of the unit that is dissolved are forgotten.
    coefficients.remove(&from);
    coefficients.retain(|_, times| *times != 0);
    follow(tx, &[MovedUnit { id: from, old: from_path, new: into_path }], &[coefficients]).await?;
    forget_unit(tx, from).await?;
    let purchasers = Query::select()
        .column(purchaser::Column::Id)
        .from(purchaser::Entity)
        .and_where(purchaser::Column::UnitId.eq(from))
        .to_owned();
    purchase_order::Entity::update_many()
        .col_expr(purchase_order::Column::UnitId, Expr::val(into))
        .filter(purchase_order::Column::PurchaserId.in_subquery(purchasers))
        .exec(tx)
        .await?;
    purchase_posting::Entity::update_many()
        .col_expr(purchase_posting::Column::UnitId, Expr::val(into))
        .filter(purchase_posting::Column::UnitId.eq(from))
        .exec(tx)
        .await?;
    Ok(())
}

/// Forgets the totals of a unit that is dissolved or deleted.
pub(crate) async fn forget_unit(tx: &DatabaseTransaction, unit: UnitId) -> Result<()> {
    subtree_total::Entity::delete_many().filter(subtree_total::Column::UnitId.eq(unit)).exec(tx).await?;
    totalled_unit::Entity::delete_by_id(unit).exec(tx).await?;
    Ok(())
}

/// Adds the amounts of the old subtree of each moved unit as often as its coefficients say.
async fn follow(tx: &DatabaseTransaction, moved: &[MovedUnit<'_>], coefficients: &[Coefficients]) -> Result<()> {
    if moved.is_empty() {
        return Ok(());
    }
    let ids = coefficients.iter().flat_map(|coefficients| coefficients.keys().copied());
    let totalled = totalled(tx, ids.chain(moved.iter().map(|unit| unit.id)).collect()).await?;
    // The totalled units whose totals change with each moved unit, and how often its amounts are added.
    let targets: Vec<Vec<(TotalledUnit, i64)>> = coefficients
        .iter()
        .map(|coefficients| {
            let target = |(unit, times): (&UnitId, &i64)| Some((*totalled.get(unit)?, *times));
            coefficients.iter().filter_map(target).collect()
        })
        .collect();
    let mut deltas = Deltas::default();
    let has_totals = |unit: &MovedUnit<'_>| totalled.get(&unit.id).is_some_and(|unit| unit.has_origins);
    let with_targets = || moved.iter().zip(&targets).filter(|(_, targets)| !targets.is_empty());

    let huge: HashMap<UnitId, &Vec<(TotalledUnit, i64)>> =
        with_targets().filter(|(unit, _)| has_totals(unit)).map(|(unit, targets)| (unit.id, targets)).collect();
    add_totals(tx, &huge, &mut deltas).await?;

    let smaller: Vec<_> = with_targets().filter(|(unit, _)| !has_totals(unit)).collect();
    let ranges: Vec<Subtree> = smaller.iter().map(|(unit, _)| Subtree::of(unit.old)).collect();
    // A unit is in the range of each moved unit above it.
    let mut targets_of: HashMap<UnitId, Vec<&(TotalledUnit, i64)>> = HashMap::new();
    for (index, unit) in units_within(tx, &ranges).await? {
        targets_of.entry(unit).or_default().extend(smaller.get(index).into_iter().flat_map(|(_, targets)| *targets));
    }
    let mut units: Vec<UnitId> = targets_of.keys().copied().collect();
    units.sort_unstable();
    day_sums(tx, &units, |unit, sum| {
        for (target, times) in targets_of.get(&unit).into_iter().flatten().copied() {
            deltas.add(*target, &DaySum { amounts: repeated(sum.amounts, *times), ..sum });
        }
    })
    .await?;
    deltas.apply(tx, FIRST_SLOT).await
}

/// The amounts as often as a coefficient says.
fn repeated(amounts: domain::purchases::Amounts, times: i64) -> domain::purchases::Amounts {
    domain::purchases::Amounts {
        ordered: amounts.ordered * times,
        paid: amounts.paid * times,
        accepted: amounts.accepted * times,
        evaluated: amounts.evaluated * times,
        orders: amounts.orders * times,
    }
}

/// Adds the totals of units to those of others.
async fn add_totals(
    tx: &DatabaseTransaction,
    units: &HashMap<UnitId, &Vec<(TotalledUnit, i64)>>,
    deltas: &mut Deltas,
) -> Result<()> {
    if units.is_empty() {
        return Ok(());
    }
    let rows = subtree_total::Entity::find()
        .filter(is_any_of(tx, subtree_total::Column::UnitId, units.keys().copied()))
        .filter(subtree_total::Column::Period.gte(FIRST_DAY))
        .all(tx)
        .await?;
    for row in rows {
        let day = Day::from_number(row.period).ok_or_else(|| Error::internal(format!("{} is no day", row.period)))?;
        let (classes, origins) = (decode(&row.classes)?, row.origins.as_deref().map(decode).transpose()?);
        for (target, times) in units.get(&row.unit_id).copied().into_iter().flatten() {
            for (class, amounts) in &classes {
                deltas.add_of_class(*target, day, class_of(*class)?, repeated(*amounts, *times));
            }
            for (origin, amounts) in origins.iter().flatten() {
                deltas.add_of_origin(*target, day, *origin, repeated(*amounts, *times));
            }
        }
    }
    Ok(())
}

/// A purchaser that gets another unit or another type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PurchaserChange {
    pub(crate) id: PurchaserId,
    pub(crate) old_unit: UnitId,
    pub(crate) new_unit: UnitId,
    pub(crate) old_kind: PurchaserKind,
    pub(crate) new_kind: PurchaserKind,
}

/// Moves the purchases of purchasers that get another unit or another type. The number of statements does not depend on the
/// number of purchasers.
pub(crate) async fn follow_purchasers(tx: &DatabaseTransaction, changes: &[PurchaserChange]) -> Result<()> {
    let is_change =
        |change: &&PurchaserChange| change.old_unit != change.new_unit || change.old_kind != change.new_kind;
    let changes: Vec<&PurchaserChange> = changes.iter().filter(is_change).collect();
    if changes.is_empty() {
        return Ok(());
    }
    let paths = paths_of(tx, changes.iter().flat_map(|change| [change.old_unit, change.new_unit]).collect()).await?;
    let totalled = totalled(tx, paths.values().flat_map(|path| units_on_path(path)).collect()).await?;
    let on_path = |unit: UnitId| {
        let path = paths.get(&unit).map_or("", String::as_str);
        units_on_path(path).filter_map(|unit| totalled.get(&unit))
    };
    let mut deltas = Deltas::default();
    let places: Vec<_> = changes.iter().map(|change| (change.old_unit, change.id)).collect();
    day_sums_of_purchasers(tx, &places, |index, sum| {
        let Some(change) = changes.get(index) else { return };
        for unit in on_path(change.old_unit) {
            deltas.add(*unit, &DaySum { amounts: -sum.amounts, ..sum });
        }
        let class = PurchaseClass { purchaser: change.new_kind, ..sum.class };
        for unit in on_path(change.new_unit) {
            deltas.add(*unit, &DaySum { class, ..sum });
        }
    })
    .await?;
    deltas.apply(tx, FIRST_SLOT).await?;
    move_postings(tx, &changes).await?;
    let rows = changes.iter().map(|change| vec![change.id.into(), change.new_unit.into()]).collect();
    let (key, set) = (purchase_order::Column::PurchaserId, purchase_order::Column::UnitId);
    update_each(tx, purchase_order::Entity, &[key], &[set], rows, |_| ()).await?;
    Ok(())
}

/// The path of each unit.
async fn paths_of(tx: &impl ConnectionTrait, units: BTreeSet<UnitId>) -> Result<HashMap<UnitId, String>> {
    let paths: Vec<(UnitId, String)> = unit::Entity::find()
        .select_only()
        .columns([unit::Column::Id, unit::Column::Path])
        .filter(is_any_of(tx, unit::Column::Id, units))
        .into_tuple()
        .all(tx)
        .await?;
    Ok(paths.into_iter().collect())
}

/// Gives the postings of purchasers their new units and classes.
async fn move_postings(tx: &DatabaseTransaction, changes: &[&PurchaserChange]) -> Result<()> {
    use purchase_posting::Column::{Class, PurchaserId, UnitId};
    const COLUMNS: [&str; 4] = ["old_unit", "purchaser", "new_unit", "shift"];
    for changes in changes.chunks(most_rows(COLUMNS.len())) {
        let row = |change: &&PurchaserChange| -> [Value; 4] {
            // The numbers of classes that differ in the type of the purchaser are neighbours.
            let shift = change.new_kind as i64 - change.old_kind as i64;
            [change.old_unit.into(), change.id.into(), change.new_unit.into(), shift.into()]
        };
        let columns = COLUMNS.map(|name| (name, ArrayType::BigInt));
        let [old_unit, purchaser, new_unit, shift] = COLUMNS.map(|column| Expr::col((LIST, column)));
        let mut update = Query::update();
        update
            .table(purchase_posting::Entity)
            .with_cte(list(tx, columns, changes.iter().map(row).collect()))
            .from(LIST)
            .value(UnitId, new_unit)
            .value(Class, posting_column(Class).add(shift))
            .and_where(posting_column(UnitId).eq(old_unit))
            .and_where(posting_column(PurchaserId).eq(purchaser));
        tx.execute(&update).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The path of a unit, from the superior of each unit.
    fn path(superiors: &[Option<usize>], unit: usize) -> String {
        let above = superiors[unit].map(|superior| path(superiors, superior)).unwrap_or_default();
        format!("{above}{}/", unit + 1)
    }

    fn id(index: usize) -> UnitId {
        UnitId(i64::try_from(index).unwrap() + 1)
    }

    fn index(unit: UnitId) -> usize {
        usize::try_from(unit.0 - 1).unwrap()
    }

    /// The totals of all units: each unit has an amount of its own, which is a power of 2.
    fn totals(paths: &[String]) -> Vec<i64> {
        let sum = |top: &String| {
            let below = (0..).zip(paths).filter(|(_, path)| path.starts_with(top.as_str()));
            below.map(|(unit, _)| 1_i64 << unit).sum()
        };
        paths.iter().map(sum).collect()
    }

    proptest! {
        #[test]
        fn totals_follow_units_that_move(
            before in proptest::collection::vec(any::<proptest::sample::Index>(), 1..40),
            after in proptest::collection::vec(any::<proptest::sample::Index>(), 40),
            changes in proptest::collection::vec(any::<bool>(), 40),
            also_listed in proptest::collection::vec(any::<bool>(), 41),
        ) {
            let superiors = |of: &dyn Fn(usize) -> usize| {
                (0..=before.len()).map(|unit| (unit > 0).then(|| of(unit))).collect::<Vec<_>>()
            };
            let old = superiors(&|unit| before[unit - 1].index(unit));
            let new = superiors(&|unit| {
                if changes[unit - 1] { after[unit - 1].index(unit) } else { old[unit].unwrap() }
            });
            let units = 0..old.len();
            let (old_paths, new_paths): (Vec<_>, Vec<_>) = units.clone().map(|u| (path(&old, u), path(&new, u))).unzip();
            // A unit may be listed because a unit above it moves.
            let is_listed = |u: &usize| old[*u] != new[*u] || also_listed[*u] && old_paths[*u] != new_paths[*u];
            let moved: Vec<_> = units
                .filter(is_listed)
                .map(|u| MovedUnit { id: id(u), old: &old_paths[u], new: &new_paths[u] })
                .collect();
            let before = totals(&old_paths);
            let mut after = before.clone();
            for (unit, coefficients) in moved.iter().zip(coefficients(&moved)) {
                for (target, times) in coefficients {
                    after[index(target)] += times * before[index(unit.id)];
                }
            }
            prop_assert_eq!(after, totals(&new_paths));
        }
    }
}
