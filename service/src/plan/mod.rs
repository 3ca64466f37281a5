//! 预留份额: the parameters of yearly plans, and their filing. A unit files its plan, its superiors decide about it, and the
//! approved figures are in `reserve_plan`, which everything else reads.

mod confirm;
mod decide;
mod detail;
mod list;
mod own;
mod parameters;
mod progress;
mod remind;
mod rules;
mod set_by_superior;
mod to_do;

pub use confirm::confirm;
pub use decide::{Decision, decide};
pub use detail::detail;
pub use list::list;
pub(crate) use list::{filings_of, of_concern, plans_of};
pub use own::{Submission, request_change, save, submit, withdraw};
pub(crate) use parameters::applied;
pub use parameters::{parameters, set_parameters};
pub use progress::progress;
pub use remind::{preview_reminders, send_reminders};
pub(crate) use set_by_superior::{SetPlan, delete_of, follow_merger, set_by_superior};
pub(crate) use to_do::to_do;

use crate::{
    Actor, Error, Result, Services,
    audit::{AuditAction, AuditEvent},
    query::within,
    unit::FIRST_YEAR,
};
use domain::{
    Money, Problem,
    calendar::Timestamp,
    ids::UnitId,
    plan_filing::{FilingAction, FilingState, PlanFigures},
};
use entity::{plan_filing, plan_filing_version, reserve_plan, unit};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// The year of a request: the current one if it names none. [`Problem::NotFound`] for one that has no plans.
pub(crate) fn year_of(services: &Services, year: Option<i32>) -> Result<i32> {
    let this = services.clock().year();
    let year = year.unwrap_or(this);
    // The next year's plan is made before it begins.
    if (FIRST_YEAR..=this + 1).contains(&year) { Ok(year) } else { Err(Problem::NotFound.into()) }
}

/// The years that pages offer, newest first.
fn years(services: &Services) -> Vec<i32> {
    let this = services.clock().year();
    vec![this + 1, this, this - 1]
}

/// A value that is stored as JSON.
fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}

/// Reads a value that is stored as JSON.
fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(Error::internal)
}

fn figures(filing: &plan_filing::Model) -> Result<Option<PlanFigures>> {
    filing.figures.as_deref().map(from_json).transpose()
}

/// Members, own funds and share of the union, as an approved plan has them.
fn union_of(figures: &PlanFigures) -> (u32, Money, Money) {
    let union = figures.union.as_ref();
    let funds = union.and_then(|union| union.funds).unwrap_or_default();
    (union.map_or(0, |union| union.members), funds, figures.union_share())
}

async fn find(db: &impl ConnectionTrait, unit: UnitId, year: i32) -> Result<Option<plan_filing::Model>> {
    Ok(plan_filing::Entity::find_by_id((unit, year)).one(db).await?)
}

/// Joins the filing of a unit and of the year.
fn filing_of_year(year: i32) -> Expr {
    Expr::col((plan_filing::Entity, plan_filing::Column::UnitId))
        .equals((unit::Entity, unit::Column::Id))
        .and(plan_filing::Column::Year.eq(year))
}

/// Joins the plan of a unit and of the year.
fn plan_of_year(year: i32) -> Expr {
    Expr::col((reserve_plan::Entity, reserve_plan::Column::UnitId))
        .equals((unit::Entity, unit::Column::Id))
        .and(reserve_plan::Column::Year.eq(year))
}

/// A unit of the actor's subtree; the own unit if none is named. [`Problem::NotFound`] outside the subtree.
async fn find_unit(db: &impl ConnectionTrait, actor: &Actor, unit: Option<UnitId>) -> Result<unit::Model> {
    let id = match unit {
        Some(unit) => unit,
        None => actor.unit()?.id,
    };
    let found = unit::Entity::find_by_id(id).filter(within(unit::Column::Path, &actor.subtree())).one(db).await?;
    Ok(found.ok_or(Problem::NotFound)?)
}

/// What was done to a filing, for its versions and for the audit log.
struct Step<'a> {
    action: FilingAction,
    /// The state to which it led.
    state: FilingState,
    reason: Option<&'a str>,
    /// The figures, if the action has changed them.
    figures: Option<&'a PlanFigures>,
}

impl Step<'_> {
    /// The row of the version.
    fn version(
        &self,
        actor: &Actor,
        by_unit: &str,
        now: Timestamp,
        (unit, year, version): (UnitId, i32, i32),
    ) -> Result<plan_filing_version::ActiveModel> {
        Ok(plan_filing_version::ActiveModel {
            unit_id: Set(unit),
            year: Set(year),
            version: Set(version),
            at: Set(now),
            action: Set(self.action),
            by_unit: Set(by_unit.to_owned()),
            login: Set(actor.login.clone()),
            reason: Set(self.reason.map(str::to_owned)),
            figures: Set(self.figures.map(to_json).transpose()?),
        })
    }

    /// The event in the history of the unit.
    fn event(&self, unit: UnitId, year: i32, before: Option<FilingState>) -> AuditEvent {
        let state = |state: Option<FilingState>| json!({ "plan_state": state });
        let mut after = state(Some(self.state));
        if let Some(after) = after.as_object_mut() {
            after.insert("year".to_owned(), year.into());
            after.insert("plan_reason".to_owned(), self.reason.into());
            if let Some(figures) = self.figures {
                after.insert("total".to_owned(), figures.total().fen().into());
                after.insert("ratio".to_owned(), figures.ratio().hundredths().into());
                after.insert("share".to_owned(), figures.share().fen().into());
            }
        }
        let before: Value = state(before);
        AuditEvent {
            before: Some(before),
            after: Some(after),
            ..AuditEvent::new(audit_action(self.action), Some(unit.into()), unit)
        }
    }
}

/// The word of the audit log. What a superior sets is logged as the change of the unit that it is.
const fn audit_action(action: FilingAction) -> AuditAction {
    match action {
        FilingAction::Save => AuditAction::PlanSaved,
        FilingAction::Submit => AuditAction::PlanSubmitted,
        FilingAction::Withdraw => AuditAction::PlanWithdrawn,
        FilingAction::Approve => AuditAction::PlanApproved,
        FilingAction::Return => AuditAction::PlanReturned,
        FilingAction::Confirm => AuditAction::PlansConfirmed,
        FilingAction::RequestChange => AuditAction::PlanChangeRequested,
        FilingAction::GrantChange => AuditAction::PlanChangeGranted,
        FilingAction::DenyChange => AuditAction::PlanChangeDenied,
        FilingAction::SetBySuperior => AuditAction::UnitEdited,
    }
}
