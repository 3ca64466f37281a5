//! Begins to keep totals for units whose subtrees have become large.

use super::{Deltas, TotalledUnit, sums::day_sums, units_within};
use crate::{
    Result, Services, Subtree, TotalsSettings,
    query::{all, insert_many, is_any_of},
    sql::{slots::FIRST_SLOT, tree, units::count_below},
};
use domain::ids::UnitId;
use entity::{subtree_total, totalled_unit, unit};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, IdenStatic, QueryFilter, Set,
    sea_query::{Expr, ExprTrait, OnConflict, Query, SelectStatement},
};
use std::collections::HashMap;

/// A unit whose subtree is large.
#[derive(Clone, Debug, PartialEq, Eq)]
struct LargeUnit {
    unit: TotalledUnit,
    path: String,
}

/// Computes totals for units whose subtrees have become large since the last time. Returns their number. A unit that has become
/// smaller keeps its totals, which stay right.
///
/// Until then their reports are slower, but the same. This is no part of the request that adds units, because all postings of
/// the subtree are summed up under the exclusive lock of the tree.
pub async fn promote(services: &Services) -> Result<u32> {
    let limits = services.settings().totals;
    if new_large_units(&services.0.db, limits).await?.is_empty() {
        return Ok(0);
    }
    let tx = services.write().await?;
    tree::lock(&tx).await?;
    let promoted = new_large_units(&tx, limits).await?;
    total(&tx, &promoted).await?;
    tx.commit().await?;
    u32::try_from(promoted.len()).map_err(crate::Error::internal)
}

/// Forgets all totals, and marks the units again whose subtrees are large. The totals are empty: the caller adds to them. The
/// transaction holds the exclusive lock of the tree.
pub(crate) async fn total_again(tx: &DatabaseTransaction, limits: TotalsSettings) -> Result<()> {
    subtree_total::Entity::delete_many().exec(tx).await?;
    totalled_unit::Entity::delete_many().exec(tx).await?;
    mark(tx, &large_units(tx, limits).await?).await
}

/// The large units that have no totals, or not those by origin.
async fn new_large_units(db: &impl ConnectionTrait, limits: TotalsSettings) -> Result<Vec<LargeUnit>> {
    let large = large_units(db, limits).await?;
    let stored = super::totalled(db, large.iter().map(|large| large.unit.id).collect()).await?;
    let is_new = |large: &LargeUnit| {
        stored.get(&large.unit.id).is_none_or(|stored| large.unit.has_origins && !stored.has_origins)
    };
    Ok(large.into_iter().filter(is_new).collect())
}

/// A unit with the number of units below it, counted up to the limit for totals by origin.
#[derive(FromQueryResult)]
struct CountedUnit {
    id: UnitId,
    path: String,
    count_below: i64,
}

/// The large units, found level by level: no unit is larger than its superior.
async fn large_units(db: &impl ConnectionTrait, limits: TotalsSettings) -> Result<Vec<LargeUnit>> {
    let mut large = Vec::new();
    let mut select = large_below(limits, unit::Column::ParentId.is_null());
    loop {
        let rows: Vec<CountedUnit> = all(db, &select).await?;
        if rows.is_empty() {
            return Ok(large);
        }
        select = large_below(limits, is_any_of(db, unit::Column::ParentId, rows.iter().map(|row| row.id)));
        large.extend(rows.into_iter().map(|row| {
            let has_origins = row.count_below >= i64::from(limits.units_with_origins);
            LargeUnit { unit: TotalledUnit { id: row.id, has_origins }, path: row.path }
        }));
    }
}

/// The large units whose superiors meet a condition.
fn large_below(limits: TotalsSettings, superior: Expr) -> SelectStatement {
    use unit::{Column, Entity};
    const BELOW: &str = "count_below";
    let most = Ord::max(limits.units, limits.units_with_origins);
    let rows = Query::select()
        .columns([Column::Id, Column::Path].map(|column| (Entity, column)))
        .expr_as(count_below((Entity, Column::Path), most), BELOW)
        .from(Entity)
        .and_where(superior)
        .and_where(Expr::col((Entity, Column::MergedInto)).is_null())
        .to_owned();
    // A subtree has the unit itself and those below it.
    Query::select()
        .columns([Column::Id.as_str(), Column::Path.as_str(), BELOW])
        .from_subquery(rows, "counted")
        .and_where(Expr::col(BELOW).gte(i64::from(limits.units)))
        .to_owned()
}

async fn mark(tx: &DatabaseTransaction, units: &[LargeUnit]) -> Result<()> {
    let rows = units.iter().map(|large| totalled_unit::ActiveModel {
        unit_id: Set(large.unit.id),
        has_origins: Set(large.unit.has_origins),
    });
    let replace =
        OnConflict::column(totalled_unit::Column::UnitId).update_column(totalled_unit::Column::HasOrigins).to_owned();
    insert_many(tx, rows.collect::<Vec<_>>(), Some(replace)).await?;
    Ok(())
}

/// Computes the totals of units anew from the postings of their subtrees. The transaction holds the exclusive lock of the tree.
async fn total(tx: &DatabaseTransaction, units: &[LargeUnit]) -> Result<()> {
    let ids = || units.iter().map(|large| large.unit.id);
    subtree_total::Entity::delete_many().filter(is_any_of(tx, subtree_total::Column::UnitId, ids())).exec(tx).await?;
    mark(tx, units).await?;
    let ranges: Vec<Subtree> = units.iter().map(|large| Subtree::of(&large.path)).collect();
    let mut tops: HashMap<UnitId, Vec<TotalledUnit>> = HashMap::new();
    for (index, unit) in units_within(tx, &ranges).await? {
        tops.entry(unit).or_default().extend(units.get(index).map(|large| large.unit));
    }
    let mut below: Vec<UnitId> = tops.keys().copied().collect();
    below.sort_unstable();
    // The sums of so many units are in memory at once.
    for below in below.chunks(UNITS_AT_ONCE) {
        let mut deltas = Deltas::default();
        day_sums(tx, below, |unit, sum| {
            for top in tops.get(&unit).into_iter().flatten() {
                deltas.add(*top, &sum);
            }
        })
        .await?;
        deltas.apply(tx, FIRST_SLOT).await?;
    }
    Ok(())
}

/// Units whose sums are added to totals at once.
const UNITS_AT_ONCE: usize = 10_000;
