//! The form of a plan. It is checked while it is filled in, by the same checks as on the server.

use super::{
    api::FilePlan,
    parts::{is_above_form, reason_error},
};
use crate::{
    components::{Field, FieldError, LongField, Tone, aria_invalid, badge, confirm_button, described_by, field_frame},
    forms::{Press, ServerForm, failure_of, focus_first_error, focus_first_error_on, follow, pending, problem},
    i18n::use_lang,
    routes::{Route, parameter},
};
use domain::{
    Money, Severity,
    plan_filing::{CanteenKind, FilingForm, FilingRules, FilingState, FilingView, NO, YES},
    plan_finding::{PlanCode, PlanFinding},
};
use leptos::{ev, form::FromFormData, prelude::*};
use leptos_router::hooks::use_query_map;
use std::collections::BTreeSet;
use texts::{Lang, yuan};
use wasm_bindgen::JsCast;
use web_sys::HtmlFormElement;

/// The word of the button that submits.
pub(super) const SUBMIT: &str = "submit";
/// The word of the button that saves a draft.
const SAVE: &str = "save";
/// The prefix of the inputs' names.
const PREFIX: &str = "form[";

/// What the form knows while it is filled in. A handle: copies share their state.
#[derive(Clone, Copy)]
struct FilledForm {
    lang: Lang,
    rules: StoredValue<FilingRules>,
    looked_up: StoredValue<Option<PlanFinding>>,
    typed: RwSignal<FilingForm>,
    /// The inputs that the reader has left. Their errors are shown.
    touched: RwSignal<BTreeSet<String>>,
    /// Whether all errors are shown, as after a submission.
    all: RwSignal<bool>,
}

impl FilledForm {
    fn findings(self, field: &str) -> Vec<PlanFinding> {
        let findings = self.typed.with(|typed| self.rules.with_value(|rules| typed.check(rules).findings));
        findings.into_iter().filter(|finding| finding.field == field).collect()
    }

    /// The error at an input.
    fn error(self, field: &'static str) -> FieldError {
        Signal::derive(move || {
            let is_shown = self.all.get() || self.touched.with(|touched| touched.contains(field));
            // What is missing is said once the reader has left the input.
            let error = self.findings(field).into_iter().find(PlanFinding::is_error).filter(|_| is_shown);
            // What the server has found stands until the input changes.
            let is_unchanged = self.all.get() && self.touched.with(|touched| !touched.contains(field));
            let looked_up = || self.looked_up.get_value().filter(|found| is_unchanged && found.field == field);
            Some(self.lang.plan_finding(&error.or_else(looked_up)?))
        })
    }

    /// What else is to be said about an input: a warning, or that a rule is kept.
    fn note(self, field: &'static str) -> AnyView {
        let note = move || {
            let finding = self.findings(field).into_iter().find(|finding| !finding.is_error())?;
            let (tone, sign) = match finding.code.severity() {
                Severity::Warning | Severity::Error => (Tone::Warning, "!"),
                Severity::Info => (Tone::Info, "i"),
            };
            Some(badge(tone, sign, self.lang.plan_finding(&finding)))
        };
        view! { <div class="plan-note">{note}</div> }.into_any()
    }

    /// Reads the form around an input. The events bubble up from the inputs.
    fn read(self, event: &ev::Event) {
        let Some(input) = event.target().and_then(|input| input.dyn_into::<web_sys::Element>().ok()) else { return };
        let Some(form) = input.closest("form").ok().flatten().and_then(|form| form.dyn_into::<HtmlFormElement>().ok())
        else {
            return;
        };
        let Ok(data) = web_sys::FormData::new_with_form(&form) else { return };
        if let Ok(filed) = FilePlan::from_form_data(&data) {
            self.typed.set(filed.form);
        }
        let name = input.get_attribute("name");
        if event.type_() == "change"
            && let Some(field) = name.as_deref().and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(']'))
        {
            self.touched.update(|touched| {
                touched.insert(field.to_owned());
            });
        }
    }
}

/// The form with the buttons. `form` has what the inputs begin with; `shows_errors` after a submission with errors.
pub(super) fn filing_form(view: &FilingView, form: FilingForm, shows_errors: bool) -> AnyView {
    let lang = use_lang();
    let action = ServerAction::<FilePlan>::new();
    let failed = problem(action);
    follow(action);
    focus_first_error_on(failed);
    if shows_errors {
        Effect::new(|_| focus_first_error());
    }
    let state = FilledForm {
        lang,
        rules: StoredValue::new(view.rules.clone()),
        looked_up: StoredValue::new(view.looked_up.clone()),
        typed: RwSignal::new(form.clone()),
        touched: RwSignal::default(),
        all: RwSignal::new(shows_errors),
    };
    let press = Press::watch();
    let on_change = move |event: ev::Event| press.after(move || state.read(&event));
    let year = view.rules.year;
    let pending = pending(action);
    let label = if view.state() == Some(FilingState::Returned) { lang.plan_submit_again() } else { lang.plan_submit() };
    let version = view.version.to_string();
    let fields = [
        canteen_fields(state, &form),
        food_fields(state, view, &form),
        union_fields(state, view, &form),
        more_fields(state, &form),
    ];
    view! {
        {failure_of(lang, lang.not_saved(), failed, is_above_form)}
        <div class="plan-form" on:input=move |event| state.read(&event) on:change=on_change>
            <ServerForm action>
                <input type="hidden" name="year" value=year.to_string()/>
                <input type="hidden" name="version" value=version/>
                {fields.collect_view()}
                <div class="form-actions plan-actions">
                    <button type="submit" class="button" name="step" value=SAVE aria-disabled=move || pending.get().then_some("true")>
                        {lang.plan_save()}
                    </button>
                    <button type="submit" class="button is-primary" name="step" value=SUBMIT aria-disabled=move || pending.get().then_some("true")>
                        {move || if pending.get() { lang.plan_submitting() } else { label }}
                    </button>
                </div>
            </ServerForm>
        </div>
    }
    .into_any()
}

fn canteen_fields(state: FilledForm, form: &FilingForm) -> AnyView {
    let lang = state.lang;
    let error = state.error("canteen");
    let chosen = CanteenKind::from_name(&form.canteen);
    let options = CanteenKind::ALL
        .into_iter()
        .map(|kind| {
            view! {
                <label class="plan-kind">
                    <input type="radio" name="form[canteen]" value=kind.as_str() checked=chosen == Some(kind) aria-invalid=aria_invalid(error) aria-describedby="form[canteen]-error"/>
                    <span>
                        <b>{lang.plan_canteen_kind(kind)}</b>
                        <small>{lang.plan_canteen_help(kind)}</small>
                    </span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="card plan-block">
            <legend>{lang.plan_canteen()}</legend>
            <div class="plan-kinds">{options}</div>
            {error_line("form[canteen]-error", error)}
            {state.note("canteen")}
            <div class="plan-for-member">
                <Field
                    name="form[representative]"
                    label=lang.plan_representative()
                    hint=lang.plan_representative_hint()
                    value=form.representative.clone()
                    error=state.error("representative")
                />
            </div>
        </fieldset>
    }
    .into_any()
}

fn error_line(id: &'static str, error: FieldError) -> AnyView {
    view! {
        <p class="field-error" id=id aria-live="polite">
            {move || error.get().map(|text| view! { <span aria-hidden="true">"✕ "</span> {text} })}
        </p>
    }
    .into_any()
}

/// An input with last year's value and a note beside it.
fn row(state: FilledForm, name: &'static str, input: AnyView, last: Option<String>) -> AnyView {
    let last = last.map(|last| view! { <p class="plan-last"><span class="quiet">{state.lang.plan_last_year()}</span> <span class="digits">{last}</span></p> });
    view! { <div class="plan-row">{input} {last} {state.note(name)}</div> }.into_any()
}

fn food_fields(state: FilledForm, view: &FilingView, form: &FilingForm) -> AnyView {
    let lang = state.lang;
    let last = view.rules.last.as_ref();
    let total = view! {
        <Field name="form[total]" label=lang.plan_total() value=form.total.clone() maxlength=20 error=state.error("total")/>
    };
    let ratio = view! {
        <Field name="form[ratio]" label=lang.plan_ratio() value=form.ratio.clone() maxlength=10 error=state.error("ratio")/>
    };
    let share = move || state.typed.with(|typed| typed.share().map_or_else(|| super::figures::NONE.to_owned(), yuan));
    let share = view! {
        <div class="field">
            <label for="share">{lang.plan_share_yuan()}</label>
            <p class="field-hint">{lang.plan_share_hint()}</p>
            <output id="share" class="plan-share digits">{share}</output>
        </div>
    };
    let is_asked_back = move || {
        state.typed.with(|typed| typed.confirmed == YES)
            || state.rules.with_value(|rules| {
                state.typed.with(|typed| {
                    typed.check(rules).findings.iter().any(|finding| finding.code == PlanCode::HundredTimes)
                })
            })
    };
    let confirmed = form.confirmed == YES;
    view! {
        <fieldset class="card plan-block plan-for-figures">
            <legend>{lang.plan_food()}</legend>
            {outsourced_fields(state, view, form)}
            {row(state, "total", total.into_any(), last.map(|last| yuan(last.total)))}
            {row(state, "ratio", ratio.into_any(), last.map(|last| last.ratio.to_string()))}
            {row(state, "share", share.into_any(), last.map(|last| yuan(last.share)))}
            <Field
                name="form[approval]"
                label=lang.plan_approval()
                hint=lang.plan_approval_hint()
                optional=true
                value=form.approval.clone()
                error=state.error("approval")
            />
            <LongField
                name="form[fall_reason]"
                label=lang.plan_fall_reason()
                hint=lang.plan_fall_reason_hint()
                optional=true
                value=form.fall_reason.clone()
                error=state.error("fall_reason")
            />
            {state.note("fall_reason")}
            <label class="plan-confirm" hidden=move || !is_asked_back()>
                <input type="checkbox" name="form[confirmed]" value=YES checked=confirmed/>
                {lang.plan_confirm_figures()}
            </label>
        </fieldset>
    }
    .into_any()
}

fn outsourced_fields(state: FilledForm, view: &FilingView, form: &FilingForm) -> AnyView {
    let lang = state.lang;
    let error = state.error("purchaser");
    let options = view
        .purchasers
        .iter()
        .map(|(id, name)| {
            let id = id.to_string();
            let selected = id == form.purchaser;
            view! { <option value=id selected=selected>{name.clone()}</option> }
        })
        .collect_view();
    let select = view! {
        <select id="form[purchaser]" name="form[purchaser]" aria-invalid=aria_invalid(error) aria-describedby=described_by("form[purchaser]", true)>
            <option value="">{lang.choose()}</option>
            {options}
        </select>
    };
    let none = view.purchasers.is_empty().then(|| {
        view! { <p class="quiet">{lang.plan_no_purchaser()} " " <a href=Route::NewPurchaser>{lang.purchasers_add()}</a></p> }
    });
    view! {
        <div class="plan-for-outsourced">
            {field_frame("form[purchaser]", lang.plan_purchaser(), Some(lang.plan_purchaser_hint()), error, select.into_any())}
            {none}
            <Field name="form[firm]" label=lang.plan_firm() value=form.firm.clone() error=state.error("firm")/>
            <Field
                name="form[contract_end]"
                label=lang.plan_contract_end()
                kind="date"
                value=form.contract_end.clone()
                error=state.error("contract_end")
            />
        </div>
    }
    .into_any()
}

/// 有 and 无.
fn yes_or_no(state: FilledForm, field: &'static str, name: &'static str, label: &'static str, value: &str) -> AnyView {
    let lang = state.lang;
    let error = state.error(field);
    let id = format!("{name}-error");
    let options = [(YES, lang.plan_yes()), (NO, lang.plan_no())]
        .into_iter()
        .map(|(word, text)| {
            let checked = value == word;
            view! {
                <label class="plan-choice">
                    <input type="radio" name=name value=word checked=checked aria-invalid=aria_invalid(error) aria-describedby=id.clone()/>
                    {text}
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="plan-choices">
            <legend>{label}</legend>
            {options}
            <p class="field-error" id=id.clone() aria-live="polite">
                {move || error.get().map(|text| view! { <span aria-hidden="true">"✕ "</span> {text} })}
            </p>
        </fieldset>
    }
    .into_any()
}

fn union_fields(state: FilledForm, view: &FilingView, form: &FilingForm) -> AnyView {
    let lang = state.lang;
    let last = view.rules.last.as_ref().and_then(|last| last.figures.as_ref()).and_then(|last| last.union.as_ref());
    let amount = |money: Option<Money>| money.map(yuan);
    let funds = view! {
        <Field name="form[union_funds]" label=lang.plan_union_funds() value=form.union_funds.clone() maxlength=20 error=state.error("union_funds")/>
    };
    let members = view! {
        <Field name="form[members]" label=lang.plan_members() value=form.members.clone() maxlength=10 error=state.error("members")/>
    };
    let share = view! {
        <Field name="form[union_share]" label=lang.plan_union_share() value=form.union_share.clone() maxlength=20 error=state.error("union_share")/>
    };
    view! {
        <fieldset class="card plan-block">
            <legend>{lang.plan_union()}</legend>
            {yes_or_no(state, "union_demand", "form[union_demand]", lang.plan_union_demand(), &form.union_demand)}
            <div class="plan-for-union">
                {yes_or_no(state, "union_own_funds", "form[union_own_funds]", lang.plan_union_own_funds(), &form.union_own_funds)}
                <div class="plan-for-funds">
                    {row(state, "union_funds", funds.into_any(), amount(last.and_then(|last| last.funds)))}
                </div>
                {row(state, "members", members.into_any(), last.map(|last| texts::grouped(last.members)))}
                {row(state, "union_share", share.into_any(), amount(last.map(|last| last.share)))}
            </div>
        </fieldset>
    }
    .into_any()
}

fn more_fields(state: FilledForm, form: &FilingForm) -> AnyView {
    let lang = state.lang;
    view! {
        <fieldset class="card plan-block">
            <legend>{lang.plan_more()}</legend>
            <LongField
                name="form[remark]"
                label=lang.plan_remark()
                optional=true
                value=form.remark.clone()
                error=state.error("remark")
            />
            <Field name="form[filler]" label=lang.plan_filler() value=form.filler.clone() maxlength=50 error=state.error("filler")/>
        </fieldset>
    }
    .into_any()
}

/// 零填报: one press and its confirmation.
#[component]
pub(super) fn ZeroFiling(
    /// The year.
    year: i32,
    /// The version that the reader has seen.
    version: i32,
    /// 填报人
    filler: String,
) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<FilePlan>::new();
    let failed = problem(action);
    follow(action);
    focus_first_error_on(failed);
    let FilingForm { canteen, union_demand, remark, filler, .. } = FilingForm::zero(&filler);
    let answer = view! {
        <button type="submit" class="button" name="step" value=SUBMIT>{lang.plan_zero_yes()}</button>
    };
    let question = lang.plan_zero_ask().into_any();
    let (_, button) = confirm_button("button", lang.plan_zero().into_any(), question, answer.into_any(), || true);
    view! {
        <ServerForm action>
            {failure_of(lang, lang.not_saved(), failed, is_above_form)}
            <input type="hidden" name="year" value=year.to_string()/>
            <input type="hidden" name="version" value=version.to_string()/>
            <input type="hidden" name="form[canteen]" value=canteen/>
            <input type="hidden" name="form[union_demand]" value=union_demand/>
            <input type="hidden" name="form[remark]" value=remark/>
            <input type="hidden" name="form[filler]" value=filler/>
            {button}
        </ServerForm>
    }
    .into_any()
}

/// What the form begins with: what was sent without JavaScript and refused, last year's values if the address asks for them,
/// or the stored draft. Whether it is last year's comes second.
pub(super) fn first_form(view: &FilingView, echo: Option<FilingForm>) -> (FilingForm, bool) {
    let stored = view.form.clone().unwrap_or_default();
    let asks_for_last = use_query_map().with_untracked(|query| query.get_str(parameter::FROM_LAST_YEAR).is_some());
    match (echo, asks_for_last.then_some(view.rules.last.as_ref()).flatten()) {
        (Some(echo), _) => (echo, false),
        (None, Some(last)) => {
            let form = match &last.figures {
                Some(figures) => FilingForm::of(figures),
                None => FilingForm::of_plan(last.total, last.ratio),
            };
            let form =
                FilingForm { filler: stored.filler, fall_reason: String::new(), approval: String::new(), ..form };
            (form, true)
        }
        (None, None) => (stored, false),
    }
}

/// A reason with its button, for a form with a plan and a year.
pub(super) fn reason_field(
    lang: Lang,
    label: &'static str,
    hint: &'static str,
    problem: Signal<Option<domain::Problem>>,
) -> AnyView {
    view! { <LongField name="reason" label=label hint=hint error=reason_error(lang, problem)/> }.into_any()
}
