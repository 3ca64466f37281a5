//! 确认汇总: a superior confirms the plans of its subtree, which locks them.

use super::{filing_of_year, plan_of_year, year_of};
use crate::{
    Actor, Error, Result, Services, Subtree,
    audit::{self, AuditAction, AuditActor, AuditEvent},
    query::{self, count_rows},
    unit::{subtree, write},
};
use domain::{
    Problem,
    calendar::Timestamp,
    plan_filing::{FilingAction, FilingForm, FilingState},
};
use entity::{plan_filing, plan_filing_version, reserve_plan, unit};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, Order, QueryFilter, Value,
    sea_query::{Expr, ExprTrait, InsertStatement, JoinType, Query, SelectStatement},
};
use serde_json::json;

/// Names of units without an approved plan that the answer has at most.
const NAMED: u64 = 5;

/// Confirms the plans of a year of all units below the actor's own and returns their number. [`Problem::PlansMissing`] names
/// units without an approved plan, [`Problem::PlanState`] if nothing is left to confirm. Plans that a superior has set are
/// confirmed too. The number of statements does not grow with the units.
pub async fn confirm(services: &Services, actor: &Actor, year: i32) -> Result<u32> {
    let own = actor.unit()?;
    let year = year_of(services, Some(year))?;
    let now = services.now();
    let tx = services.write().await?;
    // No unit is added, moved or merged in the meantime, and no plan changes.
    write::lock(&tx).await?;
    let subtree = subtree(&tx, actor).await?;
    refuse_missing(&tx, &subtree, year).await?;
    add_filings(&tx, now, &subtree, year).await?;
    tx.execute(&confirmed_versions(actor, &own.name, now, &subtree, year)?).await?;
    let confirmed = plan_filing::Entity::update_many()
        .col_expr(plan_filing::Column::State, Expr::val(FilingState::Confirmed))
        .col_expr(plan_filing::Column::UpdatedAt, Expr::val(now))
        .col_expr(plan_filing::Column::Version, plan_filing::Column::Version.into_expr().add(1))
        .filter(plan_filing::Column::Year.eq(year))
        .filter(plan_filing::Column::State.eq(FilingState::Approved))
        .filter(plan_filing::Column::UnitId.in_subquery(units_below(&subtree)))
        .exec(&tx)
        .await?;
    let count = u32::try_from(confirmed.rows_affected).unwrap_or(u32::MAX);
    if count == 0 {
        return Err(Problem::PlanState.into());
    }
    let event = AuditEvent {
        after: Some(json!({ "year": year, "plans": count, "plan_state": FilingState::Confirmed })),
        ..AuditEvent::new(AuditAction::PlansConfirmed, Some(own.id.into()), own.id)
    };
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    tx.commit().await?;
    Ok(count)
}

/// The units below the top of a subtree.
fn below(subtree: &Subtree) -> Expr {
    unit::Column::Path.gt(subtree.from.as_str()).and(unit::Column::Path.lt(subtree.to.as_str()))
}

fn units_below(subtree: &Subtree) -> SelectStatement {
    Query::select().expr(unit::Column::Id.into_expr()).from(unit::Entity).and_where(below(subtree)).to_owned()
}

/// [`Problem::PlansMissing`] unless every unit has an approved plan.
async fn refuse_missing(tx: &DatabaseTransaction, subtree: &Subtree, year: i32) -> Result<()> {
    #[derive(FromQueryResult)]
    struct Missing {
        name: String,
    }
    let waits = plan_filing::Column::State.is_not_in([FilingState::Approved, FilingState::Confirmed]);
    let nothing = plan_filing::Column::UnitId.is_null().and(reserve_plan::Column::UnitId.is_null());
    let missing = Query::select()
        .from(unit::Entity)
        .join(JoinType::LeftJoin, plan_filing::Entity, filing_of_year(year))
        .join(JoinType::LeftJoin, reserve_plan::Entity, plan_of_year(year))
        .and_where(below(subtree))
        .and_where(waits.or(nothing))
        .to_owned();
    let count = count_rows(tx, missing.clone().expr(Expr::val(1)).to_owned()).await?;
    if count == 0 {
        return Ok(());
    }
    let first = missing
        .clone()
        .expr(unit::Column::Name.into_expr())
        .order_by_expr(unit::Column::Path.into_expr(), Order::Asc)
        .limit(NAMED)
        .to_owned();
    let names = query::all::<Missing>(tx, &first).await?.into_iter().map(|unit| unit.name).collect();
    Err(Problem::PlansMissing { count, names }.into())
}

/// Gives each plan that a superior has set a filing, so that its state can be kept. It has no version before the
/// confirmation.
async fn add_filings(tx: &DatabaseTransaction, now: Timestamp, subtree: &Subtree, year: i32) -> Result<()> {
    use plan_filing::Column::{Form, Late, Share, State, Total, UnitId, UpdatedAt, Version, Year};
    let form = super::to_json(&FilingForm::default())?;
    let without = Query::select()
        .expr(unit::Column::Id.into_expr())
        .expr(reserve_plan::Column::Year.into_expr())
        .expr(Expr::val(FilingState::Approved))
        .expr(Expr::val(form))
        .expr(reserve_plan::Column::Total.into_expr())
        .expr(reserve_plan::Column::Share.into_expr())
        .expr(Expr::val(false))
        .expr(Expr::val(now))
        .expr(Expr::val(0))
        .from(unit::Entity)
        .join(JoinType::InnerJoin, reserve_plan::Entity, plan_of_year(year))
        .join(JoinType::LeftJoin, plan_filing::Entity, filing_of_year(year))
        .and_where(below(subtree))
        .and_where(UnitId.is_null())
        .to_owned();
    let insert = Query::insert()
        .into_table(plan_filing::Entity)
        .columns([UnitId, Year, State, Form, Total, Share, Late, UpdatedAt, Version])
        .select_from(without)
        .map_err(Error::internal)?
        .to_owned();
    tx.execute(&insert).await?;
    Ok(())
}

/// The statement that adds a version to each approved filing of a subtree.
fn confirmed_versions(
    actor: &Actor,
    by_unit: &str,
    now: Timestamp,
    subtree: &Subtree,
    year: i32,
) -> Result<InsertStatement> {
    use plan_filing_version::Column::{Action, At, ByUnit, Login, UnitId, Version, Year};
    let approved = Query::select()
        .expr(plan_filing::Column::UnitId.into_expr())
        .expr(plan_filing::Column::Year.into_expr())
        .expr(plan_filing::Column::Version.into_expr().add(1))
        .expr(Expr::val(now))
        .expr(Expr::val(FilingAction::Confirm))
        .expr(Expr::val(by_unit))
        .expr(Expr::val(Value::from(actor.login.as_str())))
        .from(plan_filing::Entity)
        .and_where(plan_filing::Column::Year.eq(year))
        .and_where(plan_filing::Column::State.eq(FilingState::Approved))
        .and_where(plan_filing::Column::UnitId.in_subquery(units_below(subtree)))
        .to_owned();
    Ok(Query::insert()
        .into_table(plan_filing_version::Entity)
        .columns([UnitId, Year, Version, At, Action, ByUnit, Login])
        .select_from(approved)
        .map_err(Error::internal)?
        .to_owned())
}
