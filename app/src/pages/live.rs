//! A form of one row (新增, 编辑) that is checked while it is filled in, by the checks of the spreadsheet, and what is said
//! where somebody else was quicker.

use super::{found, go, lead_to_fault};
use crate::{
    components::{FieldError, Tone, notice},
    error::ApiError,
};
use domain::{
    Finding, Problem, Severity, Template,
    form::{column_of, purchaser_column_of},
    schema::units,
    view::{Edited, PurchaserEdit, PurchaserForm, UnitEdit, UnitForm},
};
use leptos::{ev, form::FromFormData, html, prelude::*, server_fn::ServerFn};
use serde::{Deserialize, de::DeserializeOwned};
use std::collections::BTreeSet;
use texts::Lang;

/// A row as typed.
pub(super) trait Typed: DeserializeOwned + Clone + Default + Send + Sync + 'static {
    /// Whose columns it has.
    const TEMPLATE: Template;

    /// What the checks find that need nothing but the form.
    fn findings(&self) -> Vec<Finding>;

    /// The column of an input.
    fn column_of(field: &str) -> Option<u8>;

    /// The column in whose words a fault of an input is told that is not shown.
    fn unshown(_field: &str) -> Option<u8> {
        None
    }

    /// The data by input, as far as they say something to readers.
    fn data(&self) -> Vec<(&'static str, &str)>;
}

impl Typed for UnitForm {
    const TEMPLATE: Template = Template::Units;

    fn findings(&self) -> Vec<Finding> {
        self.check().findings
    }

    fn column_of(field: &str) -> Option<u8> {
        column_of(field)
    }

    fn unshown(field: &str) -> Option<u8> {
        (field == "year").then_some(units::TOTAL)
    }

    /// The year is the same on both sides, and the superior's id says nothing to readers.
    fn data(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("name", &self.name),
            ("code", &self.code),
            ("superior", &self.superior),
            ("admin_level", &self.admin_level),
            ("budget_level", &self.budget_level),
            ("total", &self.total),
            ("ratio", &self.ratio),
            ("share", &self.share),
            ("contact", &self.contact),
            ("mobile", &self.mobile),
            ("remark", &self.remark),
        ]
    }
}

impl Typed for PurchaserForm {
    const TEMPLATE: Template = Template::Purchasers;

    fn findings(&self) -> Vec<Finding> {
        self.check().findings
    }

    fn column_of(field: &str) -> Option<u8> {
        purchaser_column_of(field)
    }

    fn data(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("name", &self.name),
            ("code", &self.code),
            ("kind", &self.kind),
            ("unit", &self.unit),
            ("contact", &self.contact),
            ("mobile", &self.mobile),
            ("remark", &self.remark),
        ]
    }
}

/// What is stored, to be edited.
pub(super) trait Stored: Send + Sync + 'static {
    /// The row as typed.
    type Form: Typed;

    /// To be sent back with the edit.
    fn version(&self) -> i32;

    /// The data.
    fn form(&self) -> &Self::Form;

    /// The page of the edit, as it was loaded.
    fn page(&self) -> String;
}

impl Stored for UnitEdit {
    type Form = UnitForm;

    fn version(&self) -> i32 {
        self.version
    }

    fn form(&self) -> &UnitForm {
        &self.form
    }

    fn page(&self) -> String {
        format!("/units/{}/edit?year={}", self.unit.id, self.form.year)
    }
}

impl Stored for PurchaserEdit {
    type Form = PurchaserForm;

    fn version(&self) -> i32 {
        self.version
    }

    fn form(&self) -> &PurchaserForm {
        &self.form
    }

    fn page(&self) -> String {
        format!("/purchasers/{}/edit", self.id)
    }
}

/// What the form holds.
#[derive(Deserialize)]
struct Held<F> {
    form: F,
}

/// The checks while the form is filled in. A field that has not been left yet is not judged; what the server said of one
/// stands until it is changed. A handle: copies share their state.
pub(super) struct Live<F: Typed> {
    pub(super) lang: Lang,
    /// What was typed last, with what was found.
    pub(super) checked: RwSignal<Option<(F, Vec<Finding>)>>,
    problem: Signal<Option<Problem>>,
    left: RwSignal<BTreeSet<String>>,
    changed: RwSignal<BTreeSet<String>>,
}

// Derived, it would ask the form itself to be `Copy`.
#[allow(clippy::expl_impl_clone_on_copy)]
impl<F: Typed> Clone for Live<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: Typed> Copy for Live<F> {}

impl<F: Typed> Live<F> {
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

    fn check(self, form: NodeRef<html::Form>) -> Option<(F, Vec<Finding>)> {
        let data = web_sys::FormData::new_with_form(&form.get_untracked()?).ok()?;
        let form = Held::<F>::from_form_data(&data).ok()?.form;
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
            let text = self.lang.finding(F::TEMPLATE, &self.finding(column, Severity::Warning)?);
            Some(view! { <span aria-hidden="true">"! "</span> {text} })
        };
        view! { <p class="field-warning" role="status">{text}</p> }.into_any()
    }

    /// Why nothing was saved, where no field is to blame.
    pub(super) fn failure(self) -> AnyView {
        let Self { lang, problem, .. } = self;
        let text = move || {
            let problem = problem.get()?;
            let text = match &problem {
                Problem::Fields(faults) => {
                    let unshown = faults.iter().find_map(|fault| Some((F::unshown(&fault.field)?, fault.code)));
                    let (column, code) = unshown?;
                    found(lang, F::TEMPLATE, &Finding::new(0, column, code))
                }
                other => lang.problem(other),
            };
            Some(notice(Tone::Error, lang.not_saved(), text))
        };
        text.into_any()
    }
}

/// The field in which something happened: `name` of `form[name]`.
fn field(event: &ev::Event) -> Option<String> {
    let name = event_target::<web_sys::Element>(event).get_attribute("name")?;
    Some(name.strip_prefix("form[")?.strip_suffix(']')?.to_owned())
}

/// An edit on its way. A handle: copies share their state.
pub(super) struct Editing<E: Stored> {
    /// Of the data that whoever saves has seen.
    pub(super) version: RwSignal<i32>,
    /// What was sent last.
    pub(super) mine: RwSignal<E::Form>,
    /// Whether it is on its way, or has succeeded and the next page is on its way.
    pub(super) pending: Memo<bool>,
}

impl<E: Stored> Editing<E> {
    /// Goes on `to` a page once it is saved.
    pub(super) fn follow<S>(action: ServerAction<S>, stored: &E, to: String) -> Self
    where
        S: ServerFn<Output = Edited<E>, Error = ApiError> + Clone + Send + Sync + 'static,
    {
        let value = action.value();
        let saved = move || value.with(|value| matches!(value, Some(Ok(Edited::Saved))));
        let pending = Memo::new(move |_| action.pending().get() || saved());
        let version = RwSignal::new(stored.version());
        Effect::new(move |_| {
            value.with(|value| match value {
                Some(Ok(Edited::Saved)) => go(&to),
                Some(Ok(Edited::Stale(stored))) => {
                    // Whoever saves now has seen both.
                    version.set(stored.version());
                    lead_to_fault();
                }
                _ => {}
            });
        });
        Self { version, mine: RwSignal::new(E::Form::default()), pending }
    }

    /// Both versions, where somebody else was quicker.
    pub(super) fn stale<S>(&self, lang: Lang, action: ServerAction<S>) -> impl Fn() -> Option<AnyView> + use<S, E>
    where
        S: ServerFn<Output = Edited<E>, Error = ApiError> + Clone + Send + Sync + 'static,
    {
        let (value, mine) = (action.value(), self.mine);
        move || {
            value.with(|value| match value {
                Some(Ok(Edited::Stale(stored))) => Some(mine.with_untracked(|mine| both(lang, mine, &**stored))),
                _ => None,
            })
        }
    }
}

/// The same for a browser without JavaScript: `typed` is what it had sent.
pub(super) fn overtaken<E: Stored>(lang: Lang, typed: Option<&E::Form>, stored: &E) -> AnyView {
    match typed {
        Some(typed) => both(lang, typed, stored),
        None => notice(Tone::Error, lang.not_saved(), lang.form_stale_plain().to_owned()),
    }
}

/// What was typed beside what somebody else has saved meanwhile.
fn both<E: Stored>(lang: Lang, mine: &E::Form, stored: &E) -> AnyView {
    let rows: Vec<_> = mine
        .data()
        .into_iter()
        .zip(stored.form().data())
        .filter(|((_, mine), (_, stored))| mine.trim() != stored.trim())
        .map(|((field, mine), (_, stored))| {
            let say = |text: &str| if text.is_empty() { lang.change_empty().to_owned() } else { text.to_owned() };
            view! {
                <tr>
                    <th scope="row">{lang.change_field(E::Form::TEMPLATE, field)}</th>
                    <td>{say(mine)}</td>
                    <td>{say(stored)}</td>
                </tr>
            }
        })
        .collect();
    let text = if rows.is_empty() { lang.form_stale_same() } else { lang.form_stale_text() };
    let table = (!rows.is_empty()).then(|| {
        view! {
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{lang.form_stale_field()}</th>
                        <th scope="col">{lang.form_stale_yours()}</th>
                        <th scope="col">{lang.form_stale_stored()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    view! {
        <section class="notice is-error" role="alert" tabindex="-1">
            <h2>{lang.form_stale_title()}</h2>
            <p>{text}</p>
            {table}
            <p><a href=stored.page() rel="external">{lang.form_stale_drop()}</a></p>
        </section>
    }
    .into_any()
}
