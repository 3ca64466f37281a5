//! Parts that the pages of plans share.

use crate::{
    components::{Crumb, Tone, badge, card},
    routes::{Route, parameter},
};
use domain::{
    Problem,
    plan_filing::{Deadline, FilingView, Standing},
    plan_parameters::{AppliedParameter, Parameter},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use texts::Lang;

/// The words of decisions.
pub(super) const APPROVE: &str = "approve";
pub(super) const RETURN: &str = "return";
pub(super) const GRANT: &str = "grant";
pub(super) const DENY: &str = "deny";

/// The first step of the breadcrumb.
pub(super) fn section(lang: Lang) -> Crumb {
    (lang.plan_section().to_owned(), None)
}

/// The year in the address.
pub(super) fn year_in_address() -> Memo<Option<i32>> {
    let query = use_query_map();
    Memo::new(move |_| query.read().get_str(parameter::YEAR).and_then(|year| year.parse().ok()))
}

/// 距截止 12 天, or since when it is over.
pub(crate) fn countdown(lang: Lang, deadline: Deadline) -> String {
    lang.plan_countdown(&lang.month_and_day(deadline.last_day), deadline.days)
}

/// Links to the years of a page.
pub(super) fn year_chips(lang: Lang, page: Route, years: &[i32], current: i32) -> AnyView {
    let chips = years
        .iter()
        .map(|year| {
            let is_current = (*year == current).then_some("true");
            // Another year opens as a whole document, so that no input keeps a value of this year.
            view! {
                <a class="chip" href=page.of_year(year) rel="external" aria-current=is_current>
                    {lang.plan_in_year(*year)}
                </a>
            }
        })
        .collect_view();
    view! { <nav class="chips" aria-label=lang.plan_choose_year()>{chips}</nav> }.into_any()
}

/// Where a unit stands.
pub(super) fn standing_badge(lang: Lang, standing: Standing) -> AnyView {
    let (tone, sign) = match standing {
        Standing::NotFiled => (Tone::Quiet, "–"),
        Standing::Draft => (Tone::Quiet, "✎"),
        Standing::Submitted | Standing::ChangeRequested => (Tone::Info, "…"),
        Standing::Returned => (Tone::Error, "✕"),
        Standing::Approved | Standing::SetBySuperior => (Tone::Good, "✓"),
        Standing::Confirmed => (Tone::Good, "▣"),
    };
    badge(tone, sign, lang.plan_standing(standing))
}

/// The rules that a plan is checked by, with who has set them.
pub(super) fn rules_card(lang: Lang, view: &FilingView) -> AnyView {
    let year = view.rules.year;
    let shown = |applied: &AppliedParameter| !matches!(applied.parameter, Parameter::Completion | Parameter::YearEnd);
    let rows = view
        .rules
        .parameters
        .list()
        .into_iter()
        .filter(shown)
        .map(|applied| {
            view! {
                <div>
                    <dt>{lang.plan_parameter_name(applied.parameter)}</dt>
                    <dd>
                        {lang.plan_value(applied.value)}
                        <span class="cell-more">{set_by(lang, &applied)}</span>
                    </dd>
                </div>
            }
        })
        .collect_view();
    let page = view.is_own.then(|| {
        view! { <p class="card-foot"><a href=Route::PlanParameters.of_year(year)>{lang.plan_rules_all()}</a></p> }
    });
    card("rules", lang.plan_rules(), view! { <dl class="facts">{rows}</dl> {page} }.into_any())
}

/// Who has set a parameter, and where it is written.
pub(super) fn set_by(lang: Lang, applied: &AppliedParameter) -> String {
    let by = match (&applied.set_by, applied.source.is_empty()) {
        (Some(unit), _) => unit.name.as_str(),
        (None, true) => return lang.plan_convention().to_owned(),
        (None, false) => lang.plan_national(),
    };
    if applied.source.is_empty() { by.to_owned() } else { format!("{by} {}", applied.source) }
}

/// The error of a reason.
pub(super) fn reason_error(lang: Lang, problem: Signal<Option<Problem>>) -> Signal<Option<String>> {
    Signal::derive(move || {
        problem.with(|problem| match problem {
            Some(Problem::Fields(faults)) => faults.first().map(|fault| lang.trade_fault(fault)),
            _ => None,
        })
    })
}

/// Whether a problem is shown above the form and not at its reason.
pub(super) const fn is_above_form(problem: &Problem) -> bool {
    !matches!(problem, Problem::Fields(_))
}
