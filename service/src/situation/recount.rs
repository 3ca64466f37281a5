//! Counts the units again that have changed, and keeps the sums of subtrees.

use super::{
    count::{CountedUnit, count},
    tally::Tally,
};
use crate::{
    Result, Services, Subtree, TotalsSettings,
    query::{all, is_any_of, within},
    sql::{
        rows::{LIST, insert_rows, list, most_rows},
        schema::lift_limits,
        tree,
        units::count_below,
    },
    totals::units_on_path,
};
use domain::ids::UnitId;
use entity::{counted_unit, plan_parameter_set, subtree_count, unit, unit_to_recount};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Value,
    sea_query::{ArrayType, Expr, ExprTrait, JoinType, OnConflict, Query},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(crate) use crate::sql::recount::lock;

/// Changes of which one transaction takes care.
const CHANGES_AT_ONCE: u64 = 5_000;
/// Units that are counted at once when all are.
const UNITS_AT_ONCE: u64 = 10_000;
/// Units of one statement.
const UNITS_OF_STATEMENT: usize = 10_000;
/// The sums of a subtree with more units than this are kept. Smaller ones are counted when somebody asks. Sums cost one row, and
/// those who change something do not write it, so that there are more of them than totals of purchases.
const UNITS_WITH_SUMS: u32 = 64;

/// Counts all units again that have changed, by transactions of some thousand changes. Returns how many changes there were, apart
/// from the first count of all units.
pub async fn recount(services: &Services) -> Result<u64> {
    let mut changes = 0;
    // Nothing is written while nothing has changed.
    while unit_to_recount::Entity::find().limit(1).one(&services.0.db).await?.is_some() {
        if counted_unit::Entity::find().limit(1).one(&services.0.db).await?.is_none() {
            count_for_the_first_time(services).await?;
        } else {
            changes += recount_some(services).await?;
        }
    }
    Ok(changes)
}

/// Counts all units if none was ever counted. That is quicker than one change after the other.
async fn count_for_the_first_time(services: &Services) -> Result<()> {
    let tx = services.write().await?;
    lift_limits(&tx).await?;
    lock(&tx).await?;
    if counted_unit::Entity::find().limit(1).one(&tx).await?.is_none() {
        tree::lock(&tx).await?;
        recount_everything(&tx, services.settings().totals).await?;
    }
    Ok(tx.commit().await?)
}

async fn recount_some(services: &Services) -> Result<u64> {
    let tx = services.write().await?;
    lock(&tx).await?;
    let changes = unit_to_recount::Entity::find()
        .order_by_asc(unit_to_recount::Column::Id)
        .limit(CHANGES_AT_ONCE)
        .all(&tx)
        .await?;
    if changes.iter().any(|change| change.exclusive) {
        // Orders of these units that are being received are counted too: they have seen that the unit has purchased before, and
        // therefore do not note it.
        tree::lock(&tx).await?;
    }
    let units: BTreeSet<UnitId> = changes.iter().map(|change| change.unit_id).collect();
    count_again(&tx, &units, services.settings().totals).await?;
    unit_to_recount::Entity::delete_many()
        .filter(is_any_of(&tx, unit_to_recount::Column::Id, changes.iter().map(|change| change.id)))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    u64::try_from(changes.len()).map_err(crate::Error::internal)
}

/// What was counted of these units the last time.
pub(super) async fn counted_before(
    db: &impl ConnectionTrait,
    units: &[UnitId],
) -> Result<HashMap<UnitId, CountedUnit>> {
    let mut counted = HashMap::with_capacity(units.len());
    for units in units.chunks(UNITS_OF_STATEMENT) {
        let is_listed = is_any_of(db, counted_unit::Column::UnitId, units.iter().copied());
        for row in counted_unit::Entity::find().filter(is_listed).all(db).await? {
            counted.insert(row.unit_id, CountedUnit { path: row.path, tally: Tally::decode(&row.counts)? });
        }
    }
    Ok(counted)
}

/// The kept sums of these subtrees.
pub(super) async fn kept(db: &impl ConnectionTrait, units: &[UnitId]) -> Result<BTreeMap<UnitId, Tally>> {
    let mut sums = BTreeMap::new();
    for units in units.chunks(UNITS_OF_STATEMENT) {
        let is_listed = is_any_of(db, subtree_count::Column::UnitId, units.iter().copied());
        for row in subtree_count::Entity::find().filter(is_listed).all(db).await? {
            sums.insert(row.unit_id, Tally::decode(&row.counts)?);
        }
    }
    Ok(sums)
}

/// Counts units again and adds the differences to the sums above them. The transaction holds the lock.
async fn count_again(tx: &DatabaseTransaction, units: &BTreeSet<UnitId>, limits: TotalsSettings) -> Result<()> {
    let listed: Vec<UnitId> = units.iter().copied().collect();
    let now = count(tx, listed.iter().copied()).await?;
    let before = counted_before(tx, &listed).await?;
    let mut differences: BTreeMap<UnitId, Tally> = BTreeMap::new();
    let (mut changed, mut gone) = (Vec::new(), Vec::new());
    for unit in units {
        let (now, before) = (now.get(unit), before.get(unit));
        if now == before {
            continue;
        }
        for (counted, times) in [(before, -1), (now, 1)] {
            let Some(counted) = counted else { continue };
            for above in units_on_path(&counted.path) {
                differences.entry(above).or_default().add(&counted.tally, times);
            }
        }
        match now {
            Some(now) => changed.push((*unit, now)),
            None => gone.push(*unit),
        }
    }
    store_counted(tx, &changed).await?;
    forget(tx, &gone).await?;
    let above: Vec<UnitId> = differences.keys().copied().chain(listed).collect::<BTreeSet<_>>().into_iter().collect();
    let mut sums = kept(tx, &above).await?;
    let without: Vec<UnitId> = above.into_iter().filter(|unit| !sums.contains_key(unit)).collect();
    sums.retain(|unit, sum| {
        let difference = differences.get(unit);
        difference.inspect(|difference| sum.add(difference, 1)).is_some()
    });
    sums.extend(new_sums(tx, &without, limits).await?);
    store_sums(tx, &sums).await
}

/// Forgets units that are deleted or dissolved.
async fn forget(tx: &DatabaseTransaction, units: &[UnitId]) -> Result<()> {
    let counted = is_any_of(tx, counted_unit::Column::UnitId, units.iter().copied());
    counted_unit::Entity::delete_many().filter(counted).exec(tx).await?;
    let sums = is_any_of(tx, subtree_count::Column::UnitId, units.iter().copied());
    subtree_count::Entity::delete_many().filter(sums).exec(tx).await?;
    Ok(())
}

/// The sums of those units that are to have them from now on. A sum is that of all units that had the unit on their path when they were
/// counted.
async fn new_sums(
    tx: &DatabaseTransaction,
    units: &[UnitId],
    limits: TotalsSettings,
) -> Result<BTreeMap<UnitId, Tally>> {
    if with_sums(tx, units, limits).await?.is_empty() {
        return Ok(BTreeMap::new());
    }
    // No unit moves from here on. Those that have moved since they were counted are noted.
    tree::lock(tx).await?;
    let units = with_sums(tx, units, limits).await?;
    let ranges: Vec<Subtree> = units.iter().map(|unit| Subtree::of(&unit.path)).collect();
    let mut sums: BTreeMap<UnitId, Tally> = units.iter().map(|unit| (unit.id, Tally::default())).collect();
    for (index, counts) in counted_within(tx, &ranges).await? {
        if let Some(sum) = units.get(index).and_then(|unit| sums.get_mut(&unit.id)) {
            sum.add(&Tally::decode(&counts)?, 1);
        }
    }
    let places: BTreeMap<UnitId, &Subtree> = units.iter().map(|unit| unit.id).zip(&ranges).collect();
    for (path, counts) in counted_elsewhere(tx).await? {
        for above in units_on_path(&path) {
            let is_missing = places.get(&above).is_some_and(|range| !range.contains(&path));
            if let Some(sum) = sums.get_mut(&above).filter(|_| is_missing) {
                sum.add(&Tally::decode(&counts)?, 1);
            }
        }
    }
    Ok(sums)
}

/// Those of the units that have sums: the large ones, and those that have set parameters.
async fn with_sums(tx: &DatabaseTransaction, units: &[UnitId], limits: TotalsSettings) -> Result<Vec<LocatedUnit>> {
    let mut found = Vec::new();
    for units in units.chunks(UNITS_OF_STATEMENT) {
        let with_parameters = with_parameters(tx, units).await?;
        let has_sums = |unit: &LocatedUnit| unit.is_large(limits) || with_parameters.contains(&unit.id);
        found.extend(located(tx, units, limits).await?.into_iter().filter(has_sums));
    }
    Ok(found)
}

/// The paths and counts of units that were counted on another path than they have now.
async fn counted_elsewhere(tx: &DatabaseTransaction) -> Result<Vec<(String, Vec<u8>)>> {
    #[derive(FromQueryResult)]
    struct Row {
        path: String,
        counts: Vec<u8>,
    }
    use counted_unit::{Column, Entity};
    let changed =
        Query::select().expr(unit_to_recount::Column::UnitId.into_expr()).from(unit_to_recount::Entity).to_owned();
    let same = Expr::col((unit::Entity, unit::Column::Id)).equals((Entity, Column::UnitId));
    let path = || Expr::col((unit::Entity, unit::Column::Path));
    let select = Query::select()
        .columns([Column::Path, Column::Counts].map(|column| (Entity, column)))
        .from(Entity)
        .join(JoinType::LeftJoin, unit::Entity, same)
        .and_where(Column::UnitId.in_subquery(changed))
        .and_where(path().is_null().or(path().ne(Expr::col((Entity, Column::Path)))))
        .to_owned();
    let rows: Vec<Row> = all(tx, &select).await?;
    Ok(rows.into_iter().map(|row| (row.path, row.counts)).collect())
}

/// Those of the units that have set parameters of plans.
async fn with_parameters(tx: &DatabaseTransaction, units: &[UnitId]) -> Result<BTreeSet<UnitId>> {
    let found: Vec<UnitId> = plan_parameter_set::Entity::find()
        .select_only()
        .column(plan_parameter_set::Column::UnitId)
        .filter(is_any_of(tx, plan_parameter_set::Column::UnitId, units.iter().copied()))
        .into_tuple()
        .all(tx)
        .await?;
    Ok(found.into_iter().collect())
}

/// A unit with the number of units below it, counted up to the limit.
#[derive(FromQueryResult)]
struct LocatedUnit {
    id: UnitId,
    path: String,
    count_below: i64,
}

impl LocatedUnit {
    /// A subtree has the unit itself and those below it.
    fn is_large(&self, limits: TotalsSettings) -> bool {
        self.count_below >= i64::from(most_without_sums(limits))
    }
}

/// Most units of a subtree without sums.
fn most_without_sums(limits: TotalsSettings) -> u32 {
    Ord::min(limits.units, UNITS_WITH_SUMS)
}

async fn located(tx: &DatabaseTransaction, units: &[UnitId], limits: TotalsSettings) -> Result<Vec<LocatedUnit>> {
    use unit::{Column, Entity};
    let select = Query::select()
        .columns([Column::Id, Column::Path].map(|column| (Entity, column)))
        .expr_as(count_below((Entity, Column::Path), most_without_sums(limits)), "count_below")
        .from(Entity)
        .and_where(is_any_of(tx, Column::Id, units.iter().copied()))
        .and_where(within(Column::Path, &Subtree::everything()))
        .to_owned();
    all(tx, &select).await
}

/// What was counted of the units of each range of paths, with the index of the range.
async fn counted_within(tx: &DatabaseTransaction, ranges: &[Subtree]) -> Result<Vec<(usize, Vec<u8>)>> {
    const INDEX: &str = "index_in_list";
    const FIRST: &str = "first_path";
    const END: &str = "end_path";
    #[derive(FromQueryResult)]
    struct Row {
        index_in_list: i64,
        counts: Vec<u8>,
    }
    let at_once = most_rows(3);
    let mut counted = Vec::new();
    for (chunk, ranges) in ranges.chunks(at_once).enumerate() {
        let rows = ranges.iter().enumerate().map(|(index, range)| {
            let index = i64::try_from(chunk * at_once + index).unwrap_or(i64::MAX);
            [index.into(), range.from.as_str().into(), range.to.as_str().into()]
        });
        let columns = [(INDEX, ArrayType::BigInt), (FIRST, ArrayType::String), (END, ArrayType::String)];
        let path = || Expr::col((counted_unit::Entity, counted_unit::Column::Path));
        let inside = path().gte(Expr::col((LIST, FIRST))).and(path().lt(Expr::col((LIST, END))));
        let select = Query::select()
            .with_cte(list(tx, columns, rows.collect()))
            .column((LIST, INDEX))
            .column((counted_unit::Entity, counted_unit::Column::Counts))
            .from(LIST)
            .join(JoinType::InnerJoin, counted_unit::Entity, inside)
            .to_owned();
        for Row { index_in_list, counts } in all(tx, &select).await? {
            counted.push((usize::try_from(index_in_list).map_err(crate::Error::internal)?, counts));
        }
    }
    Ok(counted)
}

async fn store_counted(tx: &DatabaseTransaction, counted: &[(UnitId, &CountedUnit)]) -> Result<()> {
    use counted_unit::Column::{Counts, Path, UnitId as Unit};
    let row = |(unit, counted): &(UnitId, &CountedUnit)| -> Result<Vec<Value>> {
        Ok(vec![(*unit).into(), counted.path.as_str().into(), counted.tally.encode()?.into()])
    };
    let rows = counted.iter().map(row).collect::<Result<_>>()?;
    let replace = OnConflict::column(Unit).update_columns([Path, Counts]).to_owned();
    insert_rows(tx, counted_unit::Entity, &[Unit, Path, Counts], rows, Some(replace)).await.map(drop)
}

async fn store_sums(tx: &DatabaseTransaction, sums: &BTreeMap<UnitId, Tally>) -> Result<()> {
    use subtree_count::Column::{Counts, UnitId as Unit};
    let row =
        |(unit, tally): (&UnitId, &Tally)| -> Result<Vec<Value>> { Ok(vec![(*unit).into(), tally.encode()?.into()]) };
    let rows = sums.iter().map(row).collect::<Result<_>>()?;
    let replace = OnConflict::column(Unit).update_column(Counts).to_owned();
    insert_rows(tx, subtree_count::Entity, &[Unit, Counts], rows, Some(replace)).await.map(drop)
}

/// Forgets everything and counts all units. The transaction holds the lock and the exclusive lock of the tree, so that no orders are
/// received. Other changes go on: those that the count does not see yet are still noted.
pub(crate) async fn recount_everything(tx: &DatabaseTransaction, limits: TotalsSettings) -> Result<()> {
    unit_to_recount::Entity::delete_many().exec(tx).await?;
    counted_unit::Entity::delete_many().exec(tx).await?;
    subtree_count::Entity::delete_many().exec(tx).await?;
    let mut sums: BTreeMap<UnitId, Tally> = BTreeMap::new();
    let mut behind = UnitId(0);
    loop {
        let units: Vec<UnitId> = unit::Entity::find()
            .select_only()
            .column(unit::Column::Id)
            .filter(unit::Column::Id.gt(behind))
            .order_by_asc(unit::Column::Id)
            .limit(UNITS_AT_ONCE)
            .into_tuple()
            .all(tx)
            .await?;
        let Some(last) = units.last() else { break };
        behind = *last;
        let counted = count(tx, units).await?;
        for unit in counted.values() {
            for above in units_on_path(&unit.path) {
                sums.entry(above).or_default().add(&unit.tally, 1);
            }
        }
        let mut counted: Vec<_> = counted.iter().map(|(unit, counted)| (*unit, counted)).collect();
        counted.sort_unstable_by_key(|(unit, _)| *unit);
        store_counted(tx, &counted).await?;
    }
    let with_parameters: BTreeSet<UnitId> = plan_parameter_set::Entity::find()
        .select_only()
        .column(plan_parameter_set::Column::UnitId)
        .into_tuple::<UnitId>()
        .all(tx)
        .await?
        .into_iter()
        .collect();
    let most = i64::from(most_without_sums(limits));
    sums.retain(|unit, sum| sum.accounts.units > most || with_parameters.contains(unit));
    store_sums(tx, &sums).await
}
