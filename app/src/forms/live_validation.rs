//! Validation while a form is filled in, by the same checks as for a row of a sheet.

use super::{EditableForm, Press, field_error, finding_at_field, focus_first_error, focus_first_error_on};
use crate::components::{FieldError, Tone, notice, problem_notice};
use domain::{Code, Finding, Problem, Severity, problem::FieldFault};
use leptos::{ev, form::FromFormData, html, prelude::*};
use serde::Deserialize;
use std::collections::BTreeSet;
use texts::Lang;

/// A form with the columns of a template.
pub(crate) trait RowForm: EditableForm {
    /// The findings of all checks that need nothing but the form.
    fn findings(&self) -> Vec<Finding>;

    /// The column of a field.
    fn column_of(field: &str) -> Option<u8>;

    /// The column whose words describe an error of a field that the form does not show.
    fn column_of_hidden(_field: &str) -> Option<u8> {
        None
    }
}

/// The inputs of the form: `form[name]` and so on.
#[derive(Deserialize)]
struct Inputs<F> {
    form: F,
}

/// The validation. A field shows its own errors only after the reader has left it; an error from the server stays until the
/// field is changed. A handle: copies share their state.
pub(crate) struct LiveValidation<F: RowForm> {
    pub(crate) lang: Lang,
    /// The input that was checked last, with its findings.
    pub(crate) checked: RwSignal<Option<(F, Vec<Finding>)>>,
    problem: Signal<Option<Problem>>,
    left: RwSignal<BTreeSet<String>>,
    changed: RwSignal<BTreeSet<String>>,
    press: Press,
}

// A derived implementation would require the form itself to be `Copy`.
#[allow(clippy::expl_impl_clone_on_copy)]
impl<F: RowForm> Clone for LiveValidation<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: RowForm> Copy for LiveValidation<F> {}

impl<F: RowForm> LiveValidation<F> {
    /// The validation of a form; `problem` is the server's.
    pub(crate) fn new(lang: Lang, problem: Signal<Option<Problem>>) -> Self {
        let changed = RwSignal::new(BTreeSet::new());
        Effect::new(move |_| {
            if problem.with(Option::is_some) {
                changed.set(BTreeSet::new());
            }
        });
        focus_first_error_on(problem);
        Self {
            lang,
            checked: RwSignal::new(None),
            problem,
            left: RwSignal::new(BTreeSet::new()),
            changed,
            press: Press::watch(),
        }
    }

    /// Handles an input event.
    pub(crate) fn on_input(self, form: NodeRef<html::Form>, event: &ev::Event) {
        if let Some(field) = field(event) {
            self.changed.update(|changed| {
                changed.insert(field);
            });
        }
        self.check(form);
    }

    /// Handles a change event: the reader has left a field with another text.
    pub(crate) fn on_change(self, form: NodeRef<html::Form>, event: &ev::Event) {
        let field = field(event);
        self.press.after(move || {
            if let Some(field) = field {
                self.left.update(|left| {
                    left.insert(field);
                });
            }
            self.check(form);
        });
    }

    /// Whether anything has been typed.
    pub(crate) fn is_touched(self) -> bool {
        self.checked.with_untracked(Option::is_some)
    }

    /// The present input.
    pub(crate) fn input(form: NodeRef<html::Form>) -> Option<F> {
        let data = web_sys::FormData::new_with_form(&form.get_untracked()?).ok()?;
        Some(Inputs::<F>::from_form_data(&data).ok()?.form)
    }

    /// Checks the present input.
    pub(crate) fn check(self, form: NodeRef<html::Form>) -> Option<(F, Vec<Finding>)> {
        let form = Self::input(form)?;
        let findings = form.findings();
        self.checked.set(Some((form.clone(), findings.clone())));
        Some((form, findings))
    }

    /// The input to send. `None` where it has errors, which are shown then, or is being sent already.
    pub(crate) fn ready(self, form: NodeRef<html::Form>, pending: Memo<bool>) -> Option<F> {
        if pending.get_untracked() {
            return None;
        }
        let (form, findings) = self.check(form)?;
        self.left.set(form.fields().into_iter().map(|(field, _)| field.to_owned()).collect());
        if findings.iter().any(|finding| finding.severity() == Severity::Error) {
            focus_first_error();
            return None;
        }
        Some(form)
    }

    /// The error of a field.
    pub(crate) fn error(self, field: &'static str) -> FieldError {
        let column = F::column_of(field).unwrap_or_default();
        let Self { lang, problem, .. } = self;
        let from_server = field_error(lang, F::TEMPLATE, problem, field, column);
        Signal::derive(move || {
            let left = self.left.with(|left| left.contains(field));
            let own = left.then(|| self.finding(column, Severity::Error)).flatten();
            own.map(|finding| finding_at_field(lang, F::TEMPLATE, &finding))
                .or_else(|| from_server.get().filter(|_| !self.changed.with(|changed| changed.contains(field))))
        })
    }

    /// Whether the server has refused the field with this code, and the field is still as it was.
    pub(crate) fn is_refused(self, field: &str, code: Code) -> bool {
        let is_fault = |fault: &FieldFault| fault.field == field && fault.code == code;
        let refused = self.problem.with(|problem| match problem {
            Some(Problem::Fields(faults)) => faults.iter().any(is_fault),
            _ => false,
        });
        refused && !self.changed.with(|changed| changed.contains(field))
    }

    fn finding(self, column: u8, severity: Severity) -> Option<Finding> {
        self.checked.with(|checked| {
            let (_, findings) = checked.as_ref()?;
            findings.iter().find(|f| f.column == column && f.severity() == severity).cloned()
        })
    }

    /// The warning of a column.
    pub(crate) fn warning(self, column: u8) -> AnyView {
        let text = move || {
            let text = self.lang.finding_at_field(F::TEMPLATE, &self.finding(column, Severity::Warning)?);
            Some(view! { <span aria-hidden="true">"! "</span> {text} })
        };
        view! { <p class="field-warning" role="status">{text}</p> }.into_any()
    }

    /// The notice above the form, where the problem is not shown at a field.
    pub(crate) fn failure(self) -> AnyView {
        let Self { lang, problem, .. } = self;
        let text = move || {
            let problem = problem.get()?;
            let Problem::Fields(faults) = &problem else {
                return Some(problem_notice(lang, lang.not_saved(), &problem));
            };
            let hidden = faults.iter().find_map(|fault| Some((F::column_of_hidden(&fault.field)?, fault.code)));
            let (column, code) = hidden?;
            let text = finding_at_field(lang, F::TEMPLATE, &Finding::new(0, column, code));
            Some(notice(Tone::Error, lang.not_saved(), text))
        };
        text.into_any()
    }
}

/// The field of an event: `name` of `form[name]`.
fn field(event: &ev::Event) -> Option<String> {
    let name = event_target::<web_sys::Element>(event).get_attribute("name")?;
    Some(name.strip_prefix("form[")?.strip_suffix(']')?.to_owned())
}
