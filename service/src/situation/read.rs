//! Reads the counts of subtrees.

use super::{
    count::{CountedUnit, count},
    recount::{counted_before, kept},
    tally::Tally,
};
use crate::{
    Actor, Result, Subtree,
    query::within,
    totals::{units_on_path, units_within},
    unit as units,
};
use domain::{
    ids::UnitId,
    plan_filing::FilingProgress,
    situation::{AccountCounts, Situation},
    unit::UnitRef,
};
use entity::{unit, unit_to_recount};
use sea_orm::{ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;

/// The unit at the top of a subtree.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "unit::Entity")]
pub(crate) struct Top {
    pub(crate) id: UnitId,
    pub(crate) name: String,
    pub(crate) path: String,
}

impl Top {
    /// The unit as pages name it.
    pub(crate) fn named(&self) -> UnitRef {
        UnitRef { id: self.id, name: self.name.clone() }
    }

    /// A unit of the actor's scope; its own unit if none is named, and none for the operator.
    /// [`domain::Problem::NotFound`] outside the scope.
    pub(super) async fn find(db: &impl ConnectionTrait, actor: &Actor, id: Option<UnitId>) -> Result<Option<Self>> {
        let Some(id) = id.or_else(|| actor.unit().ok().map(|own| own.id)) else { return Ok(None) };
        let subtree = units::subtree(db, actor).await?;
        // Whether the actor may see it.
        units::path(db, &subtree, id).await?;
        Ok(unit::Entity::find_by_id(id).into_partial_model().one(db).await?)
    }

    /// The direct subordinate units of a unit, or the units at the top of the tree, in the order of the tree.
    pub(crate) async fn below(db: &impl ConnectionTrait, unit: Option<UnitId>, most: Option<u64>) -> Result<Vec<Self>> {
        let superior = match unit {
            Some(unit) => unit::Column::ParentId.eq(unit),
            None => unit::Column::ParentId.is_null(),
        };
        let below = unit::Entity::find()
            .filter(superior)
            // A dissolved unit has no superior either.
            .filter(within(unit::Column::Path, &Subtree::everything()))
            .order_by_asc(unit::Column::Path)
            .limit(most);
        Ok(below.into_partial_model().all(db).await?)
    }
}

/// The counts of each subtree, whose tops are given with their paths. The transaction only reads, and the database does not change in
/// it. The number of statements does not grow with the subtrees.
pub(super) async fn tallies<'a>(
    db: &impl ConnectionTrait,
    subtrees: impl IntoIterator<Item = (UnitId, &'a str)>,
) -> Result<BTreeMap<UnitId, Tally>> {
    let subtrees: BTreeMap<UnitId, &str> = subtrees.into_iter().collect();
    let ids: Vec<UnitId> = subtrees.keys().copied().collect();
    let mut tallies = kept(db, &ids).await?;
    add_changes(db, &mut tallies).await?;
    let (small, ranges): (Vec<UnitId>, Vec<Subtree>) = subtrees
        .iter()
        .filter(|(unit, _)| !tallies.contains_key(unit))
        .map(|(unit, path)| (*unit, Subtree::of(path)))
        .unzip();
    let within = units_within(db, &ranges).await?;
    let counted = count(db, within.iter().map(|(_, unit)| *unit)).await?;
    for (index, unit) in within {
        if let (Some(top), Some(unit)) = (small.get(index), counted.get(&unit)) {
            tallies.entry(*top).or_default().add(&unit.tally, 1);
        }
    }
    Ok(tallies)
}

/// Adds to kept sums what has changed since the units were counted.
async fn add_changes(db: &impl ConnectionTrait, sums: &mut BTreeMap<UnitId, Tally>) -> Result<()> {
    let changed: Vec<UnitId> = unit_to_recount::Entity::find()
        .select_only()
        .column(unit_to_recount::Column::UnitId)
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    let before = counted_before(db, &changed).await?;
    let now = count(db, changed).await?;
    let mut add = |units: &CountedUnit, times: i64| {
        for above in units_on_path(&units.path) {
            if let Some(sum) = sums.get_mut(&above) {
                sum.add(&units.tally, times);
            }
        }
    };
    for unit in before.values() {
        add(unit, -1);
    }
    for unit in now.values() {
        add(unit, 1);
    }
    Ok(())
}

/// The counts of one unit without those below it.
pub(super) async fn own(db: &impl ConnectionTrait, unit: UnitId) -> Result<Tally> {
    Ok(count(db, [unit]).await?.remove(&unit).map(|unit| unit.tally).unwrap_or_default())
}

/// The path of a unit and the accounts of its subtree; without a unit, all accounts.
pub(crate) async fn accounts_of(
    db: &impl ConnectionTrait,
    unit: Option<UnitId>,
) -> Result<(Option<String>, AccountCounts)> {
    let tops = match unit {
        Some(unit) => unit::Entity::find_by_id(unit).into_partial_model::<Top>().all(db).await?,
        None => Top::below(db, None, None).await?,
    };
    let tallies = tallies(db, tops.iter().map(|top| (top.id, top.path.as_str()))).await?;
    let mut accounts = AccountCounts::default();
    for tally in tallies.values() {
        accounts.add(&tally.accounts, 1);
    }
    let path = unit.and_then(|_| tops.into_iter().next()).map(|top| top.path);
    Ok((path, accounts))
}

/// The units below a unit, without the unit itself, and their plans of a year.
pub(crate) async fn plans_below(db: &impl ConnectionTrait, unit: UnitId, path: &str, year: i32) -> Result<Situation> {
    let mut tally = tallies(db, [(unit, path)]).await?.remove(&unit).unwrap_or_default();
    tally.add(&own(db, unit).await?, -1);
    Ok(Situation { accounts: tally.accounts, plans: tally.plans(year), ..Situation::default() })
}

/// The progress of filing of each subtree in a year.
pub(crate) async fn progress_of(
    db: &impl ConnectionTrait,
    tops: &[Top],
    year: i32,
) -> Result<BTreeMap<UnitId, FilingProgress>> {
    let tallies = tallies(db, tops.iter().map(|top| (top.id, top.path.as_str()))).await?;
    let progress = |tally: &Tally| {
        Situation { accounts: tally.accounts, plans: tally.plans(year), ..Situation::default() }.progress()
    };
    Ok(tallies.iter().map(|(unit, tally)| (*unit, progress(tally))).collect())
}
