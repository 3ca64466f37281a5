//! A form of one row (新增, 编辑) that is checked while it is filled in, by the checks of the spreadsheet.

use super::{found, lead_to_fault, stale::Typed};
use crate::components::{FieldError, Tone, notice, refused};
use domain::{
    Finding, Problem, Severity,
    form::{column_of, purchaser_column_of},
    schema::units,
    view::{PurchaserForm, UnitForm},
};
use leptos::{ev, form::FromFormData, html, prelude::*};
use serde::Deserialize;
use std::collections::BTreeSet;
use texts::Lang;

/// A form of one row.
pub(super) trait Row: Typed {
    /// What the checks find that need nothing but the form.
    fn findings(&self) -> Vec<Finding>;

    /// The column of an input.
    fn column_of(field: &str) -> Option<u8>;

    /// The column in whose words a fault of an input is told that is not shown.
    fn unshown(_field: &str) -> Option<u8> {
        None
    }
}

impl Row for UnitForm {
    fn findings(&self) -> Vec<Finding> {
        self.check().findings
    }

    fn column_of(field: &str) -> Option<u8> {
        column_of(field)
    }

    fn unshown(field: &str) -> Option<u8> {
        (field == "year").then_some(units::TOTAL)
    }
}

impl Row for PurchaserForm {
    fn findings(&self) -> Vec<Finding> {
        self.check().findings
    }

    fn column_of(field: &str) -> Option<u8> {
        purchaser_column_of(field)
    }
}

/// What the form holds.
#[derive(Deserialize)]
struct Held<F> {
    form: F,
}

/// The checks while the form is filled in. A field that has not been left yet is not judged; what the server said of one
/// stands until it is changed. A handle: copies share their state.
pub(super) struct Live<F: Row> {
    pub(super) lang: Lang,
    /// What was typed last, with what was found.
    pub(super) checked: RwSignal<Option<(F, Vec<Finding>)>>,
    problem: Signal<Option<Problem>>,
    left: RwSignal<BTreeSet<String>>,
    changed: RwSignal<BTreeSet<String>>,
}

// Derived, it would ask the form itself to be `Copy`.
#[allow(clippy::expl_impl_clone_on_copy)]
impl<F: Row> Clone for Live<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: Row> Copy for Live<F> {}

impl<F: Row> Live<F> {
    pub(super) fn new(lang: Lang, problem: Signal<Option<Problem>>) -> Self {
        let changed = RwSignal::new(BTreeSet::new());
        Effect::new(move |_| {
            if problem.with(Option::is_some) {
                changed.set(BTreeSet::new());
            }
        });
        super::focus_fault(problem);
        Self { lang, checked: RwSignal::new(None), problem, left: RwSignal::new(BTreeSet::new()), changed }
    }

    /// A key was pressed.
    pub(super) fn typed(self, form: NodeRef<html::Form>, event: &ev::Event) {
        if let Some(field) = field(event) {
            self.changed.update(|changed| {
                changed.insert(field);
            });
        }
        self.check(form);
    }

    /// A field was left with another text.
    pub(super) fn left(self, form: NodeRef<html::Form>, event: &ev::Event) {
        if let Some(field) = field(event) {
            self.left.update(|left| {
                left.insert(field);
            });
        }
        self.check(form);
    }

    /// Whether anything has been typed.
    pub(super) fn is_touched(self) -> bool {
        self.checked.with_untracked(Option::is_some)
    }

    /// What the form holds now.
    pub(super) fn held(form: NodeRef<html::Form>) -> Option<F> {
        let data = web_sys::FormData::new_with_form(&form.get_untracked()?).ok()?;
        Some(Held::<F>::from_form_data(&data).ok()?.form)
    }

    /// Looks at what the form holds, where something was put into it.
    pub(super) fn look(self, form: NodeRef<html::Form>) {
        self.check(form);
    }

    fn check(self, form: NodeRef<html::Form>) -> Option<(F, Vec<Finding>)> {
        let form = Self::held(form)?;
        let findings = form.findings();
        self.checked.set(Some((form.clone(), findings.clone())));
        Some((form, findings))
    }

    /// The form to send, where nothing must be mended first and none is on its way.
    pub(super) fn ready(self, form: NodeRef<html::Form>, pending: Memo<bool>) -> Option<F> {
        if pending.get_untracked() {
            return None;
        }
        let (form, findings) = self.check(form)?;
        self.left.set(form.data().into_iter().map(|(field, _)| field.to_owned()).collect());
        if findings.iter().any(|finding| finding.severity() == Severity::Error) {
            lead_to_fault();
            return None;
        }
        Some(form)
    }

    /// What is wrong with a field.
    pub(super) fn error(self, field: &'static str) -> FieldError {
        let column = F::column_of(field).unwrap_or_default();
        let Self { lang, problem, .. } = self;
        let told = super::field_error(lang, F::TEMPLATE, problem, field, column);
        Signal::derive(move || {
            let own = self.left.with(|left| left.contains(field));
            let seen = own.then(|| self.finding(column, Severity::Error)).flatten();
            seen.map(|finding| found(lang, F::TEMPLATE, &finding))
                .or_else(|| told.get().filter(|_| !self.changed.with(|changed| changed.contains(field))))
        })
    }

    fn finding(self, column: u8, severity: Severity) -> Option<Finding> {
        self.checked.with(|checked| {
            let (_, findings) = checked.as_ref()?;
            findings.iter().find(|f| f.column == column && f.severity() == severity).cloned()
        })
    }

    /// What is worth a second look.
    pub(super) fn warning(self, column: u8) -> AnyView {
        let text = move || {
            let text = self.lang.finding_at_field(F::TEMPLATE, &self.finding(column, Severity::Warning)?);
            Some(view! { <span aria-hidden="true">"! "</span> {text} })
        };
        view! { <p class="field-warning" role="status">{text}</p> }.into_any()
    }

    /// Why nothing was saved, where no field is to blame.
    pub(super) fn failure(self) -> AnyView {
        let Self { lang, problem, .. } = self;
        let text = move || {
            let problem = problem.get()?;
            let Problem::Fields(faults) = &problem else {
                return Some(refused(lang, lang.not_saved(), &problem));
            };
            let unshown = faults.iter().find_map(|fault| Some((F::unshown(&fault.field)?, fault.code)));
            let (column, code) = unshown?;
            Some(notice(Tone::Error, lang.not_saved(), found(lang, F::TEMPLATE, &Finding::new(0, column, code))))
        };
        text.into_any()
    }
}

/// The field in which something happened: `name` of `form[name]`.
fn field(event: &ev::Event) -> Option<String> {
    let name = event_target::<web_sys::Element>(event).get_attribute("name")?;
    Some(name.strip_prefix("form[")?.strip_suffix(']')?.to_owned())
}
