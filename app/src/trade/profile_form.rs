//! The form of 采购人资料.

use super::api::SaveTradeProfile;
use crate::{
    components::{Field, FieldError, SelectField, SubmitButton},
    forms::{
        EditInProgress, EditableForm, StoredVersion, conflict_without_script, failure, focus_first_error_on, problem,
        version_input,
    },
    i18n::use_lang,
    routes::{DoneNotice, Route},
};
use domain::{
    Problem, PurchaserKind, Template,
    account::Portal,
    trade::{TradeForm, TradeProfile},
};
use leptos::{ev, form::FromFormData, prelude::*, server_fn::ServerFn};
use texts::Lang;

impl EditableForm for TradeForm {
    const TEMPLATE: Template = Template::Purchasers;

    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("kind", &self.kind),
            ("address", &self.address),
            ("delivery_address", &self.delivery_address),
            ("invoice_title", &self.invoice_title),
            ("invoice_tax_number", &self.invoice_tax_number),
            ("invoice_bank", &self.invoice_bank),
            ("invoice_account", &self.invoice_account),
            ("contact", &self.contact),
            ("mobile", &self.mobile),
        ]
    }
}

impl StoredVersion for TradeProfile {
    type Form = TradeForm;

    fn version(&self) -> i32 {
        self.version
    }

    fn form(&self) -> &TradeForm {
        &self.form
    }

    /// A purchaser who must complete its data is redirected from here to 完善采购人资料.
    fn address(&self) -> String {
        Route::EditTradeProfile.to_string()
    }
}

/// The form.
#[component]
pub(super) fn TradeProfileForm(
    /// The stored data.
    profile: TradeProfile,
    /// The echo of a form that was sent without JavaScript.
    #[prop(optional_no_strip)]
    echo: Option<TradeForm>,
    /// Label of the button that sends the form.
    save: &'static str,
    /// Whether the form can be left without saving.
    #[prop(optional)]
    cancel: bool,
) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<SaveTradeProfile>::new();
    let problem = problem(action);
    focus_first_error_on(problem);
    let edit = EditInProgress::follow(action, &profile, Route::Profile(Portal::Trading).done(DoneNotice::Saved));
    let conflict = edit.conflict(lang, action);
    let earlier_conflict = conflict_without_script(lang, echo.as_ref(), &profile);
    let EditInProgress { version, sent, pending } = edit;
    let form = echo.unwrap_or_else(|| with_invoice_defaults(&profile));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !pending.get_untracked()
            && let Ok(data) = SaveTradeProfile::from_event(&event)
        {
            sent.set(data.form.clone());
            action.dispatch(data);
        }
    };
    view! {
        {earlier_conflict}
        {failure(lang, lang.not_saved(), problem)}
        {conflict}
        <form method="post" action=SaveTradeProfile::url() on:submit=submit>
            {version_input(version)}
            {purchaser(lang, &form, problem)}
            {invoice(lang, &form, problem)}
            {contact(lang, &form, problem)}
            <div class="form-actions">
                <SubmitButton label=save busy=lang.saving() pending/>
                {cancel.then(|| view! { <a class="button" href=Route::Profile(Portal::Trading)>{lang.cancel()}</a> })}
            </div>
        </form>
    }
    .into_any()
}

/// The stored data. Invoices go to the purchaser itself by default.
fn with_invoice_defaults(profile: &TradeProfile) -> TradeForm {
    let or = |stored: &str, default: &str| if stored.is_empty() { default.to_owned() } else { stored.to_owned() };
    TradeForm {
        invoice_title: or(&profile.form.invoice_title, &profile.name),
        invoice_tax_number: or(&profile.form.invoice_tax_number, &profile.code),
        ..profile.form.clone()
    }
}

/// The error of a field.
fn error(lang: Lang, problem: Signal<Option<Problem>>, field: &'static str) -> FieldError {
    Signal::derive(move || {
        problem.with(|problem| match problem {
            Some(Problem::Fields(faults)) => {
                faults.iter().find(|fault| fault.field == field).map(|fault| lang.trade_fault(fault))
            }
            _ => None,
        })
    })
}

fn purchaser(lang: Lang, form: &TradeForm, problem: Signal<Option<Problem>>) -> AnyView {
    let kinds = PurchaserKind::ALL.into_iter().map(|kind| (kind.label(), lang.purchaser_kind(kind))).collect();
    view! {
        <fieldset>
            <legend>{lang.trade_section_purchaser()}</legend>
            <SelectField
                name="form[kind]"
                label=lang.trade_kind()
                options=kinds
                value=PurchaserKind::from_label(&form.kind).map(PurchaserKind::label)
                error=error(lang, problem, "kind")
            />
            <Field
                name="form[address]"
                label=lang.trade_address()
                autocomplete="street-address"
                maxlength=100
                value=form.address.clone()
                error=error(lang, problem, "address")
            />
            <Field
                name="form[delivery_address]"
                label=lang.trade_delivery()
                hint=lang.trade_delivery_hint()
                autocomplete="shipping street-address"
                maxlength=100
                value=form.delivery_address.clone()
                error=error(lang, problem, "delivery_address")
            />
        </fieldset>
    }
    .into_any()
}

fn invoice(lang: Lang, form: &TradeForm, problem: Signal<Option<Problem>>) -> AnyView {
    view! {
        <fieldset>
            <legend>{lang.trade_section_invoice()}</legend>
            <Field
                name="form[invoice_title]"
                label=lang.trade_invoice_title()
                maxlength=100
                value=form.invoice_title.clone()
                error=error(lang, problem, "invoice_title")
            />
            <Field
                name="form[invoice_tax_number]"
                label=lang.trade_tax_number()
                hint=lang.trade_tax_number_hint()
                maxlength=40
                value=form.invoice_tax_number.clone()
                error=error(lang, problem, "invoice_tax_number")
            />
            <Field
                name="form[invoice_bank]"
                label=lang.trade_bank()
                maxlength=100
                optional=true
                value=form.invoice_bank.clone()
                error=error(lang, problem, "invoice_bank")
            />
            <Field
                name="form[invoice_account]"
                label=lang.trade_bank_account()
                maxlength=50
                optional=true
                value=form.invoice_account.clone()
                error=error(lang, problem, "invoice_account")
            />
        </fieldset>
    }
    .into_any()
}

fn contact(lang: Lang, form: &TradeForm, problem: Signal<Option<Problem>>) -> AnyView {
    view! {
        <fieldset>
            <legend>{lang.trade_section_contact()}</legend>
            <Field
                name="form[contact]"
                label=lang.trade_contact()
                autocomplete="name"
                maxlength=50
                value=form.contact.clone()
                error=error(lang, problem, "contact")
            />
            <Field
                name="form[mobile]"
                label=lang.trade_mobile()
                hint=lang.trade_mobile_hint()
                kind="tel"
                autocomplete="tel-national"
                maxlength=20
                value=form.mobile.clone()
                error=error(lang, problem, "mobile")
            />
        </fieldset>
    }
    .into_any()
}
