//! 预留份额填报: the plan of the own unit.

use super::{
    api::{RequestPlanChange, WithdrawPlan, get_plan},
    figures::figures_card,
    form::{ZeroFiling, filing_form, first_form, reason_field},
    parts::{countdown, is_above_form, rules_card, section, standing_badge, year_chips, year_in_address},
    versions::versions_cards,
};
use crate::{
    components::{PageTitle, SubmitButton, Tone, card, confirmation, notice, skeleton, unavailable_page},
    form_echo,
    forms::{ServerForm, failure_of, focus_first_error_on, follow, pending, problem},
    i18n::use_lang,
    routes::{DoneNotice, Route, parameter, with_parameter},
    time::moment,
};
use domain::{
    Template,
    plan_filing::{FilingAction, FilingForm, FilingView, Standing, Timing},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use texts::Lang;

/// The page; the year is in the address.
#[component]
pub(crate) fn PlanPage() -> impl IntoView {
    let lang = use_lang();
    let year = year_in_address();
    let echo = StoredValue::new(form_echo::take_at::<FilingForm>(Route::Plan));
    let data = Resource::new(move || year.get(), |year| get_plan(None, year));
    view! {
        <Transition fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(view) => page(lang, &view, echo.get_value()),
                    Err(error) => unavailable_page(lang, error.problem()),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn page(lang: Lang, view: &FilingView, echo: Option<FilingForm>) -> AnyView {
    let year = view.rules.year;
    let notices =
        [DoneNotice::PlanSaved, DoneNotice::PlanSubmitted, DoneNotice::PlanWithdrawn, DoneNotice::PlanChangeRequested];
    let is_editable = view.allows(FilingAction::Submit);
    let was_checked = use_query_map().with_untracked(|query| query.get_str(parameter::CHECK).is_some());
    let errors = (is_editable && was_checked)
        .then(|| notice(Tone::Error, lang.plan_errors(), lang.plan_errors_text().to_owned()));
    let standing = standing_badge(lang, view.standing);
    let main = if is_editable { editable(lang, view, echo, was_checked) } else { read_only(lang, view) };
    view! {
        <PageTitle title=lang.plan_of_year(year) crumbs=vec![section(lang)] lead=deadline(lang, view)>
            {standing}
        </PageTitle>
        {year_chips(lang, Route::Plan, &view.years, year)}
        {steps(lang, view.standing)}
        {confirmation(lang, Template::Units, &notices)}
        {errors}
        {returned(lang, view)}
        <div class="detail">
            <div class="detail-main">{main}</div>
            <div class="detail-side">
                {rules_card(lang, view)}
                {represents(lang, view)}
                {view.superior.as_deref().map(|superior| {
                    card("viewers", lang.plan_viewers(), view! { <p class="card-none">{lang.plan_seen_by(superior)}</p> }.into_any())
                })}
                {versions_cards(lang, view)}
            </div>
        </div>
    }
    .into_any()
}

/// How long the unit can still file in time; the last day alone once it has filed.
fn deadline(lang: Lang, view: &FilingView) -> String {
    let Some(deadline) = view.deadline else { return String::new() };
    if !matches!(view.standing, Standing::NotFiled | Standing::Draft | Standing::Returned) {
        return lang.plan_due(&lang.month_and_day(deadline.last_day));
    }
    let countdown = countdown(lang, deadline);
    match view.rules.timing {
        Timing::Early => lang.plan_sentences(&countdown, lang.plan_not_open()),
        Timing::Late => lang.plan_sentences(&countdown, lang.plan_marked_late()),
        Timing::Open => countdown,
    }
}

/// 填报, 待审核, 审核通过, 确认汇总.
fn steps(lang: Lang, standing: Standing) -> AnyView {
    let current = match standing {
        Standing::NotFiled | Standing::Draft | Standing::Returned => 0,
        Standing::Submitted => 1,
        Standing::Approved | Standing::SetBySuperior => 2,
        Standing::Confirmed | Standing::ChangeRequested => 3,
    };
    let steps = [lang.plan_step_file(), lang.plan_step_wait(), lang.plan_step_approved(), lang.plan_step_confirmed()];
    let steps = (0..)
        .zip(steps)
        .map(|(index, label)| {
            let is_current = (index == current).then_some("step");
            view! { <li class:is-past=index < current aria-current=is_current>{label}</li> }
        })
        .collect_view();
    view! { <ol class="plan-steps" aria-label=lang.plan_steps()>{steps}</ol> }.into_any()
}

fn returned(lang: Lang, view: &FilingView) -> Option<AnyView> {
    let returned = view.returned.as_ref()?;
    Some(
        view! {
            <section class="notice is-error plan-returned" role="note">
                <h2><span aria-hidden="true">"✕ "</span>{lang.plan_returned_by(&returned.by, &returned.reason)}</h2>
                <p>{moment(lang, returned.at)}</p>
            </section>
        }
        .into_any(),
    )
}

fn represents(lang: Lang, view: &FilingView) -> Option<AnyView> {
    if view.represents.is_empty() {
        return None;
    }
    let names = view.represents.iter().map(|name| view! { <li>{name.clone()}</li> }).collect_view();
    let body = view! { <ul class="links">{names}</ul> <p class="card-none">{lang.plan_represents_text()}</p> };
    Some(card("represents", lang.plan_represents(), body.into_any()))
}

/// The form, with what can be filled in by one press.
fn editable(lang: Lang, view: &FilingView, echo: Option<FilingForm>, shows_errors: bool) -> AnyView {
    let year = view.rules.year;
    let (form, is_last) = first_form(view, echo);
    let filler = form.filler.clone();
    let take_last = (view.rules.last.is_some() && !is_last).then(|| {
        let page = with_parameter(&Route::Plan.of_year(year), parameter::FROM_LAST_YEAR, "yes");
        view! { <a class="button" href=page rel="external">{lang.plan_take_last()}</a> }
    });
    let taken = is_last.then(|| notice(Tone::Info, "", lang.plan_taken_last().to_owned()));
    let set = (view.standing == Standing::SetBySuperior).then(|| figures_card(lang, view));
    view! {
        {taken}
        {set}
        <div class="plan-quick">
            <ZeroFiling year version=view.version filler/>
            {take_last}
        </div>
        {filing_form(view, form, shows_errors)}
    }
    .into_any()
}

/// The figures, with what the unit can do in this state.
fn read_only(lang: Lang, view: &FilingView) -> AnyView {
    let (year, version) = (view.rules.year, view.version);
    let waits = (view.standing == Standing::ChangeRequested).then(|| {
        let reason = view.change_reason.clone().unwrap_or_default();
        notice(Tone::Info, lang.plan_waits_request(), reason)
    });
    view! {
        {waits}
        {figures_card(lang, view)}
        {view.allows(FilingAction::Withdraw).then(|| view! { <Withdrawal year version/> })}
        {view.allows(FilingAction::RequestChange).then(|| view! { <ChangeRequest year version/> })}
    }
    .into_any()
}

/// 撤回.
#[component]
fn Withdrawal(year: i32, version: i32) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<WithdrawPlan>::new();
    let failed = problem(action);
    follow(action);
    focus_first_error_on(failed);
    view! {
        <section class="card unit-actions" aria-labelledby="withdraw">
            <h2 id="withdraw" class="card-head">{lang.plan_withdraw()}</h2>
            <ServerForm action class="unit-action">
                <p>{lang.plan_withdraw_text()}</p>
                {failure_of(lang, lang.not_saved(), failed, is_above_form)}
                <input type="hidden" name="year" value=year.to_string()/>
                <input type="hidden" name="version" value=version.to_string()/>
                <SubmitButton label=lang.plan_withdraw() busy=lang.saving() pending=pending(action) aside=true/>
            </ServerForm>
        </section>
    }
    .into_any()
}

/// 申请变更.
#[component]
fn ChangeRequest(year: i32, version: i32) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<RequestPlanChange>::new();
    let failed = problem(action);
    follow(action);
    focus_first_error_on(failed);
    view! {
        <section class="card unit-actions" aria-labelledby="change">
            <h2 id="change" class="card-head">{lang.plan_request()}</h2>
            <ServerForm action class="unit-action">
                <p>{lang.plan_request_text()}</p>
                {failure_of(lang, lang.not_saved(), failed, is_above_form)}
                <input type="hidden" name="year" value=year.to_string()/>
                <input type="hidden" name="version" value=version.to_string()/>
                {reason_field(lang, lang.plan_reason(), lang.plan_reason_hint(), failed)}
                <SubmitButton label=lang.plan_request() busy=lang.saving() pending=pending(action) aside=true/>
            </ServerForm>
        </section>
    }
    .into_any()
}
