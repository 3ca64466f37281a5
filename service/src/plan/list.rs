//! The plans of a subtree, for its superiors.

use super::{year_of, years};
use crate::{
    Actor, Result, Services, Subtree,
    list::ListQuery,
    query::is_any_of,
    situation::{Jurisdictions, has_zero_purchases},
    unit::{
        list::{has_former_name, of_subtree},
        path,
    },
};
use domain::{
    ids::UnitId,
    plan_filing::{FilingListItem, FilingQuery, FilingState, FilingsPage, PlanConcern, Standing},
    unit::UnitRef,
};
use entity::{plan_filing, reserve_plan, unit};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use std::collections::HashMap;

/// A page of the units below the actor's own with their plans of a year, in the order of the tree. [`domain::Problem::NotFound`]
/// for a unit outside the subtree and for a year without plans. The number of statements does not grow with the units.
pub async fn list(services: &Services, actor: &Actor, query: &FilingQuery) -> Result<FilingsPage> {
    let (db, own) = (&services.0.db, actor.subtree());
    let year = year_of(services, query.year)?;
    let units = of_query(services, actor, query, year).await?;
    let (total, page) = tokio::try_join!(units.count(db), units.page(db, query.cursor.as_deref()))?;
    let rows: Vec<_> = page.rows.into_iter().map(|row| row.into_item(&own)).collect();
    let ids: Vec<UnitId> = rows.iter().map(|row| row.id).collect();
    let filings = filings_of(db, &ids, year).await?;
    let plans = plans_of(db, &ids, [year - 1, year]).await?;
    let row = |unit: domain::unit::UnitListItem| {
        let filing = filings.get(&unit.id);
        let plan = plans.get(&(unit.id, year));
        FilingListItem {
            standing: Standing::of(filing.map(|filing| filing.state), plan.is_some()),
            version: filing.map_or(0, |filing| filing.version),
            late: filing.is_some_and(|filing| filing.late),
            canteen: filing.and_then(|filing| filing.canteen),
            total: filing.and_then(|filing| filing.total).or(plan.map(|plan| plan.total)),
            share: filing.and_then(|filing| filing.share).or(plan.map(|plan| plan.share)),
            last_share: plans.get(&(unit.id, year - 1)).map(|plan| plan.share),
            submitted_at: filing.and_then(|filing| filing.submitted_at),
            superior: unit.superior,
            unit: UnitRef { id: unit.id, name: unit.name },
        }
    };
    Ok(FilingsPage {
        year,
        years: years(services),
        rows: rows.into_iter().map(row).collect(),
        total,
        previous: page.previous,
        next: page.next,
    })
}

/// The units of a list of plans of a year. [`domain::Problem::NotFound`] for a unit outside the subtree.
pub(super) async fn of_query(
    services: &Services,
    actor: &Actor,
    query: &FilingQuery,
    year: i32,
) -> Result<ListQuery<unit::Entity>> {
    let (db, own) = (&services.0.db, actor.subtree());
    let subtree = match query.below {
        Some(unit) => Subtree::of(&path(db, &own, unit).await?),
        None => own,
    };
    let mut units = of_subtree(services, &subtree);
    units.search(db, &query.search, |term| Some(has_former_name(db, term)));
    if let Some(standing) = query.standing {
        units.filter(stands(standing, year));
    }
    if query.late {
        units.filter(
            unit::Column::Id.in_subquery(filings(year).and_where(plan_filing::Column::Late.eq(true)).to_owned()),
        );
    }
    if let Some(canteen) = query.canteen {
        let filed = filings(year)
            .and_where(plan_filing::Column::Canteen.eq(canteen))
            .and_where(plan_filing::Column::State.is_not_in([FilingState::Draft, FilingState::Returned]))
            .to_owned();
        units.filter(unit::Column::Id.in_subquery(filed));
    }
    if let Some(concern) = query.concern {
        filter_by_concern(services, db, &mut units, concern, top_of(&subtree), year).await?;
    }
    Ok(units)
}

/// The path of the unit at the top of a subtree. The operator's subtree has none.
fn top_of(subtree: &Subtree) -> Option<&str> {
    (*subtree != Subtree::everything()).then_some(subtree.from.as_str())
}

/// The units below a path with a concern and the unit at the path itself, in the order of the tree. Without a path, all units.
pub(crate) async fn of_concern(
    services: &Services,
    db: &impl ConnectionTrait,
    top: Option<&str>,
    concern: PlanConcern,
    year: i32,
) -> Result<ListQuery<unit::Entity>> {
    let mut subtree = top.map_or_else(Subtree::everything, Subtree::of);
    // A list begins behind the path of its subtree. Every path ends in `/`, so that the unit at the top comes behind this one.
    subtree.from = subtree.from.trim_end_matches('/').to_owned();
    let mut units = of_subtree(services, &subtree);
    filter_by_concern(services, db, &mut units, concern, top, year).await?;
    Ok(units)
}

/// Lists only the units with a concern.
async fn filter_by_concern(
    services: &Services,
    db: &impl ConnectionTrait,
    units: &mut ListQuery<unit::Entity>,
    concern: PlanConcern,
    top: Option<&str>,
    year: i32,
) -> Result<()> {
    let jurisdictions = async || Jurisdictions::load(db, top, year, services.now()).await;
    match concern {
        PlanConcern::NotReserved => units.filter(unit::Column::Id.not_in_subquery(plans(year))),
        PlanConcern::ZeroPurchases => units.filter(has_zero_purchases(year)),
        PlanConcern::UnderMinimum => units.filter(jurisdictions().await?.is_under_minimum(db, top)),
        PlanConcern::Overdue => {
            let is_unfiled = stands(Standing::NotFiled, year).or(stands(Standing::Draft, year));
            units.filter(is_unfiled.and(jurisdictions().await?.is_last_day_over(db, top)));
        }
    }
    Ok(())
}

/// The units with a filing of the year.
fn filings(year: i32) -> SelectStatement {
    Query::select()
        .expr(plan_filing::Column::UnitId.into_expr())
        .from(plan_filing::Entity)
        .and_where(plan_filing::Column::Year.eq(year))
        .to_owned()
}

/// The units with a plan of the year.
fn plans(year: i32) -> SelectStatement {
    Query::select()
        .expr(reserve_plan::Column::UnitId.into_expr())
        .from(reserve_plan::Entity)
        .and_where(reserve_plan::Column::Year.eq(year))
        .to_owned()
}

/// Whether a unit stands here, as [`Standing::of`] says.
pub(super) fn stands(standing: Standing, year: i32) -> Expr {
    let id = unit::Column::Id;
    let without_filing = id.not_in_subquery(filings(year));
    match standing.state() {
        Some(state) => id.in_subquery(filings(year).and_where(plan_filing::Column::State.eq(state)).to_owned()),
        None if standing == Standing::SetBySuperior => without_filing.and(id.in_subquery(plans(year))),
        None => without_filing.and(id.not_in_subquery(plans(year))),
    }
}

pub(crate) async fn filings_of(
    db: &impl ConnectionTrait,
    units: &[UnitId],
    year: i32,
) -> Result<HashMap<UnitId, plan_filing::Model>> {
    let filings = plan_filing::Entity::find()
        .filter(plan_filing::Column::Year.eq(year))
        .filter(is_any_of(db, plan_filing::Column::UnitId, units.iter().copied()))
        .all(db)
        .await?;
    Ok(filings.into_iter().map(|filing| (filing.unit_id, filing)).collect())
}

pub(crate) async fn plans_of(
    db: &impl ConnectionTrait,
    units: &[UnitId],
    years: [i32; 2],
) -> Result<HashMap<(UnitId, i32), reserve_plan::Model>> {
    let plans = reserve_plan::Entity::find()
        .filter(reserve_plan::Column::Year.is_in(years))
        .filter(is_any_of(db, reserve_plan::Column::UnitId, units.iter().copied()))
        .all(db)
        .await?;
    Ok(plans.into_iter().map(|plan| ((plan.unit_id, plan.year), plan)).collect())
}
