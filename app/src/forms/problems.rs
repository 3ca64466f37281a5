//! The problems of a form: at its fields, and above it.

use crate::components::problem_notice;
use domain::{Code, Finding, Problem, Template};
use leptos::prelude::*;
use texts::Lang;
use wasm_bindgen::JsCast;

/// The notice above a form; none where the problem is shown at fields.
pub(crate) fn failure(
    lang: Lang,
    title: &'static str,
    problem: Signal<Option<Problem>>,
) -> impl Fn() -> Option<AnyView> {
    failure_of(lang, title, problem, |problem| !matches!(problem, Problem::Fields(_)))
}

/// The notice above a form, for the problems that are not `shown` at fields.
pub(crate) fn failure_of(
    lang: Lang,
    title: &'static str,
    problem: Signal<Option<Problem>>,
    is_shown: impl Fn(&Problem) -> bool,
) -> impl Fn() -> Option<AnyView> {
    move || problem.get().filter(&is_shown).map(|problem| problem_notice(lang, title, &problem))
}

/// The error of a field, in the words for a cell of this column.
pub(crate) fn field_error(
    lang: Lang,
    template: Template,
    problem: Signal<Option<Problem>>,
    field: &'static str,
    column: u8,
) -> Signal<Option<String>> {
    Signal::derive(move || {
        problem.with(|problem| match problem {
            Some(Problem::Fields(faults)) => {
                let fault = faults.iter().find(|fault| fault.field == field)?;
                Some(finding_at_field(lang, template, &Finding::new(0, column, fault.code)))
            }
            _ => None,
        })
    })
}

/// The text of a finding at a field.
pub(crate) fn finding_at_field(lang: Lang, template: Template, finding: &Finding) -> String {
    match finding.code {
        Code::Required => lang.field_required().to_owned(),
        // The texts for sheets name other rows, and a form has none.
        Code::SuperiorCycle => lang.field_superior_cycle().to_owned(),
        Code::DuplicateCode => lang.field_code_known().to_owned(),
        Code::DuplicateName => lang.field_name_known().to_owned(),
        _ => lang.finding_at_field(template, finding),
    }
}

/// Focuses the first field in error, or the notice above the form, whenever there is a problem.
pub(crate) fn focus_first_error_on(problem: Signal<Option<Problem>>) {
    Effect::new(move |_| {
        if problem.with(Option::is_some) {
            focus_first_error();
        }
    });
}

/// Focuses the first field in error, or the notice above the form.
pub(crate) fn focus_first_error() {
    // The error is drawn before the next frame.
    request_animation_frame(|| {
        let first = document().query_selector("[aria-invalid=true], .notice.is-error").ok().flatten();
        if let Some(element) = first {
            let _ = element.unchecked_into::<web_sys::HtmlElement>().focus();
        }
    });
}
