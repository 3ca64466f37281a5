//! Server functions of yearly plans.

use crate::{
    account_bound_client::AccountBoundClient,
    error::ApiError,
    server_function::{Read, Write},
};
#[cfg(feature = "ssr")]
use crate::{
    form_echo,
    request::{actor, redirect, redirected},
    routes::{DoneNotice, Route, UrlQuery, parameter, with_parameter},
};
#[cfg(feature = "ssr")]
use domain::{Problem, plan_filing::SeenFiling};
use domain::{
    ids::UnitId,
    plan_filing::{FilingForm, FilingQuery, FilingView, FilingsPage, ProgressView},
    plan_parameters::{ParameterForm, ParametersAnswer, ParametersView},
    reminder::{ReminderPreview, ReminderSelection},
};
use leptos::prelude::*;

/// The plan of a unit and a year; the own unit and the current year by default.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_plan(
    /// The unit.
    #[server(default)]
    unit: Option<UnitId>,
    /// The year.
    #[server(default)]
    year: Option<i32>,
) -> Result<FilingView, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::plan::detail(&services, &actor, unit, year).await?)
}

/// 保存草稿, or 报送 if `step` is [`super::form::SUBMIT`]. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn file_plan(
    /// The year.
    year: i32,
    /// The version that the reader has seen; 0 for a new plan.
    version: i32,
    /// The input.
    form: FilingForm,
    /// What to do with it.
    #[server(default)]
    step: String,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    let submits = step == super::form::SUBMIT;
    let filed = if submits {
        service::plan::submit(&services, &actor, year, version, &form).await
    } else {
        service::plan::save(&services, &actor, year, version, &form).await.map(|()| service::plan::Submission::Filed)
    };
    let page = Route::Plan.of_year(year);
    let address = match filed.inspect_err(|_| form_echo::store(Route::Plan, &form))? {
        service::plan::Submission::Incomplete(_) => with_parameter(&page, parameter::CHECK, "yes"),
        service::plan::Submission::Filed => {
            let notice = if submits { DoneNotice::PlanSubmitted } else { DoneNotice::PlanSaved };
            with_parameter(&page, parameter::DONE, notice.as_str())
        }
    };
    Ok(redirected(address))
}

/// 撤回. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn withdraw_plan(
    /// The year.
    year: i32,
    /// The version that the reader has seen.
    version: i32,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    service::plan::withdraw(&services, &actor, year, version).await?;
    Ok(done(Route::Plan, year, DoneNotice::PlanWithdrawn))
}

/// 申请变更. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn request_plan_change(
    /// The year.
    year: i32,
    /// The version that the reader has seen.
    version: i32,
    /// Why the plan must change.
    #[server(default)]
    reason: String,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    service::plan::request_change(&services, &actor, year, version, &reason).await?;
    Ok(done(Route::Plan, year, DoneNotice::PlanChangeRequested))
}

/// A page of the plans below the own unit.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn list_plans(
    /// Conditions.
    #[server(default)]
    query: FilingQuery,
) -> Result<FilingsPage, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::plan::list(&services, &actor, &query).await?)
}

/// The progress of the subtree by direct subordinate.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_plan_progress(
    /// The year.
    #[server(default)]
    year: Option<i32>,
) -> Result<ProgressView, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::plan::progress(&services, &actor, year).await?)
}

/// Decides about one plan and returns the next page: 审核通过, 退回, 同意变更, 不同意变更.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn decide_plan(
    /// The year.
    year: i32,
    /// The unit with the version that the reader has seen: `302-5`.
    plan: String,
    /// The word of the decision.
    decision: String,
    /// The reason of a return, or of not agreeing.
    #[server(default)]
    reason: String,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    let seen: SeenFiling = plan.parse().map_err(|()| Problem::NotFound)?;
    let (decision, notice) = decision_of(&decision, &reason)?;
    let outcomes = service::plan::decide(&services, &actor, year, &[seen], decision).await?;
    match outcomes.into_iter().find_map(|outcome| outcome.refused) {
        Some(problem) => Err(problem.into()),
        None => Ok(done(Route::UnitPlan(seen.unit), year, notice)),
    }
}

/// Decides about the ticked plans. Returns the list, with how many were decided.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn decide_plans(
    /// The year.
    year: i32,
    /// The units with the versions that the reader has seen.
    #[server(default)]
    plans: Vec<String>,
    /// The word of the decision.
    #[server(default)]
    decision: String,
    /// The reason of a return.
    #[server(default)]
    reason: String,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    let seen: Vec<SeenFiling> =
        plans.iter().map(|plan| plan.parse()).collect::<Result<_, _>>().map_err(|()| Problem::NotFound)?;
    let (decision, _) = decision_of(&decision, &reason)?;
    let outcomes = service::plan::decide(&services, &actor, year, &seen, decision).await?;
    let refused = outcomes.iter().filter(|outcome| outcome.refused.is_some()).count();
    let counts = [
        (parameter::YEAR, year.to_string()),
        (parameter::SENT, (outcomes.len() - refused).to_string()),
        (parameter::REFUSED, refused.to_string()),
    ];
    Ok(redirected(Route::ReviewPlans.with(&counts)))
}

/// 确认汇总. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn confirm_plans(
    /// The year.
    year: i32,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    service::plan::confirm(&services, &actor, year).await?;
    Ok(done(Route::ReviewPlans, year, DoneNotice::PlansConfirmed))
}

/// Whom reminders to these units would reach, and with which text.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_reminder_preview(
    /// The units.
    #[server(default)]
    selection: ReminderSelection,
) -> Result<ReminderPreview, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::plan::preview_reminders(&services, &actor, &selection).await?)
}

/// 提醒: sends the reminders. Returns the same page, with how many units got one.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn send_reminders(
    /// The units.
    #[server(default)]
    selection: ReminderSelection,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    let counts = service::plan::send_reminders(&services, &actor, &selection).await?;
    let page = [(parameter::SENT, counts.reminded), (parameter::REFUSED, counts.left_out())]
        .into_iter()
        .fold(selection.href(Route::RemindPlans), |page, (name, count)| {
            with_parameter(&page, name, &count.to_string())
        });
    Ok(redirected(page))
}

/// The parameters that apply to a unit in a year; the own unit and the current year by default.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_plan_parameters(
    /// The unit.
    #[server(default)]
    unit: Option<UnitId>,
    /// The year.
    #[server(default)]
    year: Option<i32>,
) -> Result<ParametersView, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::plan::parameters(&services, &actor, unit, year).await?)
}

/// Sets the own parameters. Returns the next page, or what must be corrected.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn set_plan_parameters(
    /// The year.
    year: i32,
    /// The version that the reader has seen; 0 if nothing was set.
    version: i32,
    /// The input.
    form: ParameterForm,
) -> Result<ParametersAnswer<String>, ApiError> {
    let (services, actor) = actor()?;
    let set = service::plan::set_parameters(&services, &actor, year, version, &form).await;
    if !matches!(set, Ok(ParametersAnswer::Set(()))) {
        form_echo::store(Route::PlanParameters, &form);
    }
    Ok(match set? {
        ParametersAnswer::Set(()) => {
            ParametersAnswer::Set(done(Route::PlanParameters, year, DoneNotice::PlanParametersSaved))
        }
        ParametersAnswer::Refused(findings) => {
            redirect(&with_parameter(&Route::PlanParameters.of_year(year), parameter::REFUSED, "yes"));
            ParametersAnswer::Refused(findings)
        }
    })
}

/// The page of a year with a notice.
#[cfg(feature = "ssr")]
fn done(page: Route, year: i32, notice: DoneNotice) -> String {
    redirected(with_parameter(&page.of_year(year), parameter::DONE, notice.as_str()))
}

/// A decision by its word. [`Problem::NotFound`] for another word: only a page of another version of the site sends it.
#[cfg(feature = "ssr")]
fn decision_of<'a>(word: &str, reason: &'a str) -> Result<(service::plan::Decision<'a>, DoneNotice), ApiError> {
    use service::plan::Decision;
    match word {
        super::parts::APPROVE => Ok((Decision::Approve, DoneNotice::PlanApproved)),
        super::parts::RETURN => Ok((Decision::Return(reason), DoneNotice::PlanReturned)),
        super::parts::GRANT => Ok((Decision::GrantChange, DoneNotice::PlanChangeGranted)),
        super::parts::DENY => Ok((Decision::DenyChange(reason), DoneNotice::PlanChangeDenied)),
        _ => Err(Problem::NotFound.into()),
    }
}
