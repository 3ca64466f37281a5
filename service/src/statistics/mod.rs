//! 采购执行统计: what the units of the actor's scope have purchased. Every report is read from totals or from the postings of a
//! bounded number of units, never from orders.

mod bulletin;
mod lists;
mod read;
mod report;
mod situations;

pub use bulletin::bulletin;
pub use report::{completion, report};

use crate::{Actor, Result, Services, Subtree, query::within, totals, unit};
use domain::{
    ids::UnitId,
    order::{OriginCounty, PayerKind, ProductCategory},
    purchases::{Amounts, ChildrenReport, MAX_CHILDREN, OriginReport, PurchaseQuery, PurchaseReport},
    unit::UnitRef,
};
use entity::unit as unit_entity;
use read::{AsOf, Subject};
use sea_orm::{ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;

pub use totals::promote;

/// The purchases of a subtree. [`domain::Problem::NotFound`] outside the actor's scope.
pub async fn purchases(services: &Services, actor: &Actor, query: &PurchaseQuery) -> Result<PurchaseReport> {
    let tx = services.read().await?;
    let subjects = subjects(&tx, actor, query.unit).await?;
    purchases_of(&tx, &subjects, query).await
}

/// The purchases of subtrees together.
async fn purchases_of(
    db: &impl ConnectionTrait,
    subjects: &[Subject],
    query: &PurchaseQuery,
) -> Result<PurchaseReport> {
    let mut report = PurchaseReport::default();
    let (mut months, mut payers, mut categories, mut purchasers) =
        (BTreeMap::new(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for ((month, class), amounts) in read::by_class(db, subjects, AsOf::of(query.until)).await? {
        if !query.includes(class) {
            continue;
        }
        report.total += amounts;
        add(&mut months, month, amounts);
        add(&mut payers, class.payer, amounts);
        add(&mut categories, class.category, amounts);
        add(&mut purchasers, class.purchaser, amounts);
    }
    report.months = listed(months);
    report.payers = listed::<PayerKind>(payers);
    report.categories = listed::<ProductCategory>(categories);
    report.purchasers = listed(purchasers);
    Ok(report)
}

/// The purchases of a subtree by origin, those of the largest amount first. The filters by class are not applied, as totals by
/// origin are kept for all classes together. [`domain::Problem::NotFound`] outside the actor's scope.
pub async fn origins(services: &Services, actor: &Actor, query: &PurchaseQuery) -> Result<OriginReport> {
    let tx = services.read().await?;
    let subjects = subjects(&tx, actor, query.unit).await?;
    origins_of(&tx, &subjects, query).await
}

/// The purchases of subtrees together by origin.
async fn origins_of(db: &impl ConnectionTrait, subjects: &[Subject], query: &PurchaseQuery) -> Result<OriginReport> {
    let mut origins = BTreeMap::new();
    for (origin, amounts) in read::by_origin(db, subjects, AsOf::of(query.until)).await? {
        add(&mut origins, u32::try_from(origin).ok().and_then(OriginCounty::from_code), amounts);
    }
    let mut origins = listed(origins);
    origins.sort_by_key(|(origin, amounts)| (std::cmp::Reverse(amounts.ordered), *origin));
    Ok(origins)
}

/// The purchases of the direct subordinate units of a unit, each with its subtree. Without a unit, it is the actor's own, or the
/// units at the top for the operator. [`domain::Problem::NotFound`] outside the actor's scope.
pub async fn children(services: &Services, actor: &Actor, query: &PurchaseQuery) -> Result<ChildrenReport> {
    let tx = services.read().await?;
    let unit = query.unit.or_else(|| actor.unit().ok().map(|own| own.id));
    if let Some(unit) = unit {
        // Whether the actor may see it.
        located(&tx, actor, unit).await?;
    }
    let Children { units, amounts, own, more } = children_of(&tx, unit, query).await?;
    let children = units.into_iter().zip(amounts);
    let children = children.map(|(child, amounts)| (UnitRef { id: child.id, name: child.name }, amounts));
    Ok(ChildrenReport { own, children: children.collect(), more })
}

/// The direct subordinate units of a unit, or the units at the top.
struct Children {
    units: Vec<Child>,
    /// The purchases of each with its subtree.
    amounts: Vec<Amounts>,
    /// The purchases of the unit itself.
    own: Amounts,
    /// Whether there are more units than [`MAX_CHILDREN`].
    more: bool,
}

async fn children_of(db: &impl ConnectionTrait, unit: Option<UnitId>, query: &PurchaseQuery) -> Result<Children> {
    let mut children = unit_entity::Entity::find()
        // A dissolved unit has no superior either.
        .filter(within(unit_entity::Column::Path, &Subtree::everything()))
        .order_by_asc(unit_entity::Column::Id)
        .limit(u64::from(MAX_CHILDREN) + 1);
    children = match unit {
        Some(unit) => children.filter(unit_entity::Column::ParentId.eq(unit)),
        None => children.filter(unit_entity::Column::ParentId.is_null()),
    };
    let mut units = children.into_partial_model::<Child>().all(db).await?;
    let most = usize::try_from(MAX_CHILDREN).unwrap_or(usize::MAX);
    let more = units.len() > most;
    units.truncate(most);
    let totalled = totals::totalled(db, units.iter().map(|child| child.id).collect()).await?;
    let subjects: Vec<Subject> = units
        .iter()
        .map(|child| Subject { id: child.id, path: child.path.clone(), totalled: totalled.get(&child.id).copied() })
        .collect();
    let as_of = AsOf::of(query.until);
    let mut amounts = read::by_subject(db, &subjects, query, as_of).await?;
    let own = match unit {
        Some(unit) => read::own(db, unit, query, as_of).await?,
        None => Amounts::default(),
    };
    let amounts = units.iter().map(|child| amounts.remove(&child.id).unwrap_or_default()).collect();
    Ok(Children { units, amounts, own, more })
}

/// A direct subordinate unit.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "unit_entity::Entity")]
struct Child {
    id: UnitId,
    name: String,
    path: String,
}

/// Where a unit of the actor's scope is.
async fn located(db: &impl ConnectionTrait, actor: &Actor, id: UnitId) -> Result<Subject> {
    let subtree = unit::subtree(db, actor).await?;
    let path = unit::path(db, &subtree, id).await?;
    let totalled = totals::totalled(db, [id].into()).await?.remove(&id);
    Ok(Subject { id, path, totalled })
}

/// The subtrees that make up what is asked for: one, or all units at the top for the operator.
async fn subjects(db: &impl ConnectionTrait, actor: &Actor, unit: Option<UnitId>) -> Result<Vec<Subject>> {
    if let Some(unit) = unit.or_else(|| actor.unit().ok().map(|own| own.id)) {
        return Ok(vec![located(db, actor, unit).await?]);
    }
    let tops = unit_entity::Entity::find()
        .filter(unit_entity::Column::ParentId.is_null())
        .filter(within(unit_entity::Column::Path, &Subtree::everything()))
        .into_partial_model::<Child>()
        .all(db)
        .await?;
    let totalled = totals::totalled(db, tops.iter().map(|top| top.id).collect()).await?;
    let subject = |top: Child| Subject { id: top.id, path: top.path, totalled: totalled.get(&top.id).copied() };
    Ok(tops.into_iter().map(subject).collect())
}

fn add<K: Ord>(sums: &mut BTreeMap<K, Amounts>, key: K, amounts: Amounts) {
    *sums.entry(key).or_default() += amounts;
}

/// The sums that are not 0, in the order of their keys.
fn listed<K: Ord>(sums: BTreeMap<K, Amounts>) -> Vec<(K, Amounts)> {
    sums.into_iter().filter(|(_, amounts)| !amounts.is_zero()).collect()
}
