//! The plan of a unit below the own one, and the decision about it.

use super::{
    api::{DecidePlan, get_plan},
    figures::figures_card,
    form::reason_field,
    parts::{
        APPROVE, DENY, GRANT, RETURN, is_above_form, rules_card, section, standing_badge, year_chips, year_in_address,
    },
    versions::versions_cards,
};
use crate::{
    components::{PageTitle, SubmitButton, card, confirmation, skeleton, unavailable_page},
    current_account::is_operator,
    forms::{ServerForm, failure_of, focus_first_error_on, follow, id_in_path, load_one, pending, problem},
    i18n::use_lang,
    routes::{DoneNotice, Route},
};
use domain::{
    Template,
    ids::UnitId,
    plan_filing::{FilingAction, FilingView, SeenFiling},
};
use leptos::prelude::*;
use texts::Lang;

/// The page; the unit is in the path, the year in the query.
#[component]
pub(crate) fn UnitPlanPage() -> impl IntoView {
    let lang = use_lang();
    let id = id_in_path::<UnitId>();
    let year = year_in_address();
    let data = load_one(move || id.get().map(|id| (id, year.get())), |(id, year)| get_plan(Some(id), year));
    view! {
        <Suspense fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(view) => page(lang, &view),
                    Err(error) => unavailable_page(lang, error.problem()),
                }
            })}
        </Suspense>
    }
    .into_any()
}

fn page(lang: Lang, view: &FilingView) -> AnyView {
    let year = view.rules.year;
    let notices = [
        DoneNotice::PlanApproved,
        DoneNotice::PlanReturned,
        DoneNotice::PlanChangeGranted,
        DoneNotice::PlanChangeDenied,
    ];
    let crumbs = vec![section(lang), (lang.plan_review_title().to_owned(), Some(Route::ReviewPlans))];
    let decides = !view.is_own && !is_operator();
    let standing = standing_badge(lang, view.standing);
    let unit = view! { <a class="button" href=Route::Unit(view.unit.id)>{lang.plan_unit()}</a> };
    view! {
        <PageTitle title=lang.plan_unit_of_year(&view.unit.name, year) crumbs>
            {standing}
            {unit}
        </PageTitle>
        {year_chips(lang, Route::UnitPlan(view.unit.id), &view.years, year)}
        {confirmation(lang, Template::Units, &notices)}
        <div class="detail">
            <div class="detail-main">
                {figures_card(lang, view)}
                {represents(lang, view)}
                {versions_cards(lang, view)}
            </div>
            <div class="detail-side">
                {decides.then(|| decision(lang, view))}
                {rules_card(lang, view)}
            </div>
        </div>
    }
    .into_any()
}

/// The units whose canteen is in these figures.
fn represents(lang: Lang, view: &FilingView) -> Option<AnyView> {
    if view.represents.is_empty() {
        return None;
    }
    let names = view.represents.iter().map(|name| view! { <li>{name.clone()}</li> }).collect_view();
    Some(card("represents", lang.plan_represents(), view! { <ul class="links">{names}</ul> }.into_any()))
}

/// What the superior can decide in this state.
fn decision(lang: Lang, view: &FilingView) -> Option<AnyView> {
    let plan = SeenFiling { unit: view.unit.id, version: view.version }.to_string();
    let year = view.rules.year;
    let form = |action: FilingAction, word: &'static str, label: &'static str, reason: Option<&'static str>| {
        let plan = plan.clone();
        view.allows(action).then(|| view! { <DecisionForm year plan word label reason=reason/> })
    };
    let forms = [
        form(FilingAction::Approve, APPROVE, lang.plan_approve(), None),
        form(FilingAction::Return, RETURN, lang.plan_return(), Some(lang.plan_return_reason())),
        form(FilingAction::GrantChange, GRANT, lang.plan_grant(), None),
        form(FilingAction::DenyChange, DENY, lang.plan_deny(), Some(lang.plan_deny_reason())),
    ];
    let forms: Vec<_> = forms.into_iter().flatten().collect();
    if forms.is_empty() {
        return None;
    }
    let asks = view.change_reason.clone().map(|reason| {
        view! { <p class="card-none">{lang.plan_change_asks()} {lang.import_colon()} {reason}</p> }
    });
    Some(
        view! {
            <section class="card unit-actions" aria-labelledby="decide">
                <h2 id="decide" class="card-head">{lang.plan_decide()}</h2>
                {asks}
                {forms}
            </section>
        }
        .into_any(),
    )
}

/// One decision, with its reason where it needs one.
#[component]
fn DecisionForm(
    year: i32,
    plan: String,
    /// The word of the decision.
    word: &'static str,
    /// The label of its button.
    label: &'static str,
    /// The label of its reason.
    reason: Option<&'static str>,
) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<DecidePlan>::new();
    let failed = problem(action);
    follow(action);
    focus_first_error_on(failed);
    let aside = reason.is_some();
    view! {
        <ServerForm action class="unit-action">
            {failure_of(lang, lang.not_saved(), failed, is_above_form)}
            <input type="hidden" name="year" value=year.to_string()/>
            <input type="hidden" name="plan" value=plan/>
            <input type="hidden" name="decision" value=word/>
            {reason.map(|label| reason_field(lang, label, lang.plan_return_hint(), failed))}
            <SubmitButton label busy=lang.plan_deciding() pending=pending(action) aside/>
        </ServerForm>
    }
    .into_any()
}
