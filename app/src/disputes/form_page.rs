//! 提出争议. The address has the unit as the requester has it, so that links from an import or a form fill it in.

use super::api::FileDispute;
use crate::{
    components::{Field, LongField, section_crumb, unavailable_page},
    current_account::own_unit,
    forms::{LiveValidation, RecordPage, new_page},
    i18n::use_lang,
    routes::{Route, parameter},
    units::UnitField,
};
use domain::{Problem, Template, dispute::DisputeForm};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page.
#[component]
pub(crate) fn NewDisputePage() -> impl IntoView {
    let lang = use_lang();
    let Some(own) = own_unit() else {
        return unavailable_page(lang, &Problem::Forbidden);
    };
    let [code, name, superior] = use_query_map().with_untracked(|query| {
        [parameter::CREDIT_CODE, parameter::NAME, parameter::SUPERIOR].map(|name| query.get(name).unwrap_or_default())
    });
    let superior = if superior.is_empty() { own.name.clone() } else { superior };
    let superior_id = if superior == own.name { own.id.to_string() } else { String::new() };
    // Every unit has a draft of its own.
    let draft = Route::dispute_about(&code, &name, &superior);
    let empty = DisputeForm { code, name, superior, superior_id, ..DisputeForm::default() };
    let words = RecordPage {
        title: lang.dispute_new(),
        lead: lang.dispute_new_lead().to_owned(),
        crumbs: vec![section_crumb(lang, Template::Units), (lang.dispute_title().to_owned(), Some(Route::Disputes))],
        submit: lang.dispute_file(),
        back: Route::Disputes,
    };
    new_page(Route::NewDispute, draft, words, empty, |form| FileDispute { form }, fields)
}

fn fields(validation: LiveValidation<DisputeForm>, form: DisputeForm) -> AnyView {
    let lang = validation.lang;
    let unit = view! {
        <fieldset>
            <legend>{lang.dispute_unit()}</legend>
            <Field name="form[code]" label=lang.unit_code() hint=lang.form_code_hint() maxlength=40 value=form.code error=validation.error("code")/>
            <Field name="form[name]" label=lang.unit_name() hint=lang.form_name_hint() value=form.name error=validation.error("name")/>
            <UnitField
                name="form[superior]"
                id_name="form[superior_id]"
                label=lang.unit_superior()
                hint=lang.dispute_superior_hint()
                error=validation.error("superior")
                value=form.superior
                id=form.superior_id
            />
        </fieldset>
    }
    .into_any();
    let grounds = view! {
        <fieldset>
            <legend>{lang.dispute_grounds()}</legend>
            <LongField
                name="form[reason]"
                label=lang.dispute_reason()
                hint=lang.dispute_reason_hint()
                value=form.reason
                error=validation.error("reason")
            />
        </fieldset>
    }
    .into_any();
    let contact = view! {
        <fieldset>
            <legend>{lang.dispute_contact()}</legend>
            <Field
                name="form[contact]"
                label=lang.unit_contact()
                maxlength=50
                value=form.contact
                error=validation.error("contact")
            />
            <Field
                name="form[mobile]"
                label=lang.unit_mobile()
                kind="tel"
                maxlength=20
                value=form.mobile
                error=validation.error("mobile")
            />
        </fieldset>
    }
    .into_any();
    (unit, grounds, contact).into_any()
}
