//! What superiors decide about the plans below them, one or many at once.

use super::{Step, figures, union_of};
use crate::{
    Actor, Error, Result, Services,
    audit::{self, AuditActor},
    plan::year_of,
    query::{insert_many, is_any_of, within},
    sql::tree,
    unit::{self as units, write},
};
use domain::{
    Problem,
    bulk::BulkOutcome,
    calendar::Timestamp,
    count,
    ids::UnitId,
    plan_filing::{FilingAction, MAX_FILINGS_AT_ONCE, SeenFiling, reason},
};
use entity::{plan_filing, reserve_plan, unit};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, ExprTrait},
};
use std::collections::HashMap;

/// A decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision<'a> {
    /// 审核通过
    Approve,
    /// 退回, with the reason as typed.
    Return(&'a str),
    /// 同意变更: the unit can change its confirmed plan.
    GrantChange,
    /// 不同意变更, with the reason as typed.
    DenyChange(&'a str),
}

impl Decision<'_> {
    const fn action(self) -> FilingAction {
        match self {
            Self::Approve => FilingAction::Approve,
            Self::Return(_) => FilingAction::Return,
            Self::GrantChange => FilingAction::GrantChange,
            Self::DenyChange(_) => FilingAction::DenyChange,
        }
    }

    /// The tidied reason. [`Problem::Fields`] if it is missing or longer than 200 characters.
    fn reason(self) -> Result<Option<String>> {
        match self {
            Self::Approve | Self::GrantChange => Ok(None),
            Self::Return(typed) | Self::DenyChange(typed) => Ok(reason(typed).map(Some).map_err(Problem::Fields)?),
        }
    }
}

/// Decides about plans of units below the actor's own, each in the version that the actor has seen. The outcome says for each
/// why nothing was done: [`Problem::NotFound`] outside the subtree, [`Problem::Forbidden`] for the own unit,
/// [`Problem::Stale`] if the unit has changed its plan in the meantime, [`Problem::PlanState`] if its state does not allow
/// the decision. An approved plan is written to `reserve_plan`. [`Problem::TooManyAtOnce`] for more than
/// [`MAX_FILINGS_AT_ONCE`]. The number of statements does not grow with the plans.
pub async fn decide(
    services: &Services,
    actor: &Actor,
    year: i32,
    seen: &[SeenFiling],
    decision: Decision<'_>,
) -> Result<Vec<BulkOutcome>> {
    let own = actor.unit()?;
    let reason = decision.reason()?;
    let year = year_of(services, Some(year))?;
    if count::of(seen.len()) > MAX_FILINGS_AT_ONCE {
        return Err(Problem::TooManyAtOnce { limit: MAX_FILINGS_AT_ONCE }.into());
    }
    let (now, action) = (services.now(), decision.action());
    let tx = services.write().await?;
    tree::lock_shared(&tx).await?;
    let subtree = units::subtree(&tx, actor).await?;
    let names: HashMap<UnitId, String> = unit::Entity::find()
        .filter(is_any_of(&tx, unit::Column::Id, seen.iter().map(|seen| seen.unit)))
        .filter(within(unit::Column::Path, &subtree))
        .select_only()
        .columns([unit::Column::Id, unit::Column::Name])
        // Whoever changes a plan holds the row of its unit.
        .order_by_asc(unit::Column::Id)
        .lock_exclusive()
        .into_tuple::<(UnitId, String)>()
        .all(&tx)
        .await?
        .into_iter()
        .collect();
    let mut filings: HashMap<UnitId, plan_filing::Model> = plan_filing::Entity::find()
        .filter(plan_filing::Column::Year.eq(year))
        .filter(is_any_of(&tx, plan_filing::Column::UnitId, names.keys().copied()))
        .all(&tx)
        .await?
        .into_iter()
        .map(|filing| (filing.unit_id, filing))
        .collect();
    let mut outcomes = Vec::with_capacity(seen.len());
    let mut decided = Vec::new();
    for SeenFiling { unit, version } in seen {
        let refused = match filings.get(unit) {
            _ if !names.contains_key(unit) => Some(Problem::NotFound),
            _ if *unit == own.id => Some(Problem::Forbidden),
            None => Some(Problem::PlanState),
            Some(filing) if filing.version != *version => Some(Problem::Stale),
            Some(filing) if action.leads(Some(filing.state)).is_none() => Some(Problem::PlanState),
            Some(_) => None,
        };
        // A plan that is ticked twice is decided once.
        if refused.is_none()
            && let Some(filing) = filings.remove(unit)
        {
            decided.push(filing);
        }
        outcomes.push(BulkOutcome { holder: (*unit).into(), name: names.get(unit).cloned(), refused });
    }
    if decided.is_empty() {
        return Ok(outcomes);
    }
    let by_unit = own.name.as_str();
    let (mut versions, mut events) = (Vec::new(), Vec::new());
    for filing in &decided {
        let state = action.leads(Some(filing.state)).ok_or(Problem::PlanState)?;
        let step = Step { action, state, reason: reason.as_deref(), figures: None };
        versions.push(step.version(actor, by_unit, now, (filing.unit_id, year, filing.version + 1))?);
        events.push(step.event(filing.unit_id, year, Some(filing.state)));
    }
    move_on(&tx, now, year, action, &decided).await?;
    insert_many(&tx, versions, None).await?;
    if action == FilingAction::Approve {
        save_approved(&tx, now, &decided).await?;
    }
    audit::record(&tx, now, &AuditActor::from(actor), events).await?;
    tx.commit().await?;
    Ok(outcomes)
}

/// Gives all filings the state to which the action leads. Every action of a decision leads to one state.
async fn move_on(
    tx: &DatabaseTransaction,
    now: Timestamp,
    year: i32,
    action: FilingAction,
    decided: &[plan_filing::Model],
) -> Result<()> {
    let state = decided.iter().find_map(|filing| action.leads(Some(filing.state)));
    let state = state.ok_or_else(|| Error::internal("a decision without a state"))?;
    plan_filing::Entity::update_many()
        .col_expr(plan_filing::Column::State, Expr::val(state))
        .col_expr(plan_filing::Column::UpdatedAt, Expr::val(now))
        .col_expr(plan_filing::Column::Version, plan_filing::Column::Version.into_expr().add(1))
        .filter(plan_filing::Column::Year.eq(year))
        .filter(is_any_of(tx, plan_filing::Column::UnitId, decided.iter().map(|filing| filing.unit_id)))
        .exec(tx)
        .await?;
    Ok(())
}

/// Writes the approved figures where everything else reads them. The units get a new version: an edit that began before
/// the approval would overwrite the plan.
async fn save_approved(tx: &DatabaseTransaction, now: Timestamp, approved: &[plan_filing::Model]) -> Result<()> {
    let mut plans = Vec::with_capacity(approved.len());
    for filing in approved {
        let Some(figures) = figures(filing)? else { continue };
        let (members, funds, share) = union_of(&figures);
        plans.push(reserve_plan::ActiveModel {
            unit_id: Set(filing.unit_id),
            year: Set(filing.year),
            total: Set(figures.total()),
            ratio: Set(figures.ratio()),
            share: Set(figures.share()),
            union_members: Set(members.into()),
            union_funds: Set(funds),
            union_share: Set(share),
            updated_at: Set(now),
            version: Set(1),
        });
    }
    insert_many(tx, plans, Some(write::newer_plan_with_union())).await?;
    unit::Entity::update_many()
        .col_expr(unit::Column::Version, unit::Column::Version.into_expr().add(1))
        .col_expr(unit::Column::UpdatedAt, Expr::val(now))
        .filter(is_any_of(tx, unit::Column::Id, approved.iter().map(|filing| filing.unit_id)))
        .exec(tx)
        .await?;
    Ok(())
}
