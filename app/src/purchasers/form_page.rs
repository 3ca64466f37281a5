//! 新增 and 编辑 of a purchaser: the columns of template 2 as a form.

use super::api::{CreatePurchaser, EditPurchaser, get_purchaser_form};
use crate::{
    components::{Crumb, Field, SelectField, section_crumb, unavailable_page},
    current_account::own_unit,
    forms::{LiveValidation, RecordPage, contact_fields, edit_page, id_in_path, load_one, new_page, when_stored},
    i18n::use_lang,
    routes::Route,
    units::UnitField,
};
use domain::{Problem, PurchaserKind, Template, form::PurchaserForm, ids::PurchaserId, purchaser::PurchaserEdit};
use leptos::prelude::*;
use texts::Lang;

/// 新增.
#[component]
pub(crate) fn NewPurchaserPage() -> impl IntoView {
    let lang = use_lang();
    let Some(own) = own_unit() else {
        return unavailable_page(lang, &Problem::Forbidden);
    };
    let empty = PurchaserForm { unit: own.name, unit_id: own.id.to_string(), ..PurchaserForm::default() };
    let words = RecordPage {
        title: lang.purchaser_new_title(),
        lead: lang.purchaser_new_lead().to_owned(),
        crumbs: crumbs(lang),
        submit: lang.form_create(),
        back: Route::Purchasers,
    };
    let fields = move |validation, form| fields(validation, form, lang.form_superior_hint());
    new_page(
        Route::NewPurchaser,
        Route::NewPurchaser.to_string(),
        words,
        empty,
        |form| CreatePurchaser { form },
        fields,
    )
}

/// 编辑; the id is in the path.
#[component]
pub(crate) fn EditPurchaserPage() -> impl IntoView {
    let id = id_in_path::<PurchaserId>();
    let data = load_one(move || id.get(), get_purchaser_form);
    when_stored(data, id.get_untracked().map(Route::EditPurchaser), edit, unavailable_page)
}

fn edit(edit: PurchaserEdit, echo: Option<PurchaserForm>) -> AnyView {
    let lang = use_lang();
    let id = edit.id;
    let words = RecordPage {
        title: lang.purchaser_edit_title(),
        lead: edit.name.clone(),
        crumbs: crumbs(lang),
        submit: lang.save(),
        back: Route::Purchaser(id),
    };
    let request = move |version, form| EditPurchaser { id, version, form };
    let fields = |validation, form| fields(validation, form, lang.purchaser_unit_moves());
    edit_page(words, None, &edit, id.to_string(), echo, request, fields)
}

fn crumbs(lang: Lang) -> Vec<Crumb> {
    vec![section_crumb(lang, Template::Purchasers), (lang.purchasers_title().to_owned(), Some(Route::Purchasers))]
}

/// The fields in the order of the template.
fn fields(validation: LiveValidation<PurchaserForm>, form: PurchaserForm, unit_hint: &'static str) -> AnyView {
    let lang = validation.lang;
    let error = |field| validation.error(field);
    let kinds = PurchaserKind::ALL.map(|kind| (kind.label(), lang.purchaser_kind(kind))).to_vec();
    let purchaser = view! {
        <fieldset>
            <legend>{lang.trade_section_purchaser()}</legend>
            <Field name="form[name]" label=lang.trade_name() hint=lang.form_name_hint() value=form.name error=error("name")/>
            <Field name="form[code]" label=lang.trade_code() hint=lang.form_code_hint() maxlength=40 value=form.code error=error("code")/>
            <SelectField
                name="form[kind]"
                label=lang.trade_kind()
                options=kinds
                value=PurchaserKind::from_label(&form.kind).map(PurchaserKind::label)
                error=error("kind")
            />
            <UnitField
                name="form[unit]"
                id_name="form[unit_id]"
                label=lang.trade_unit()
                hint=unit_hint
                error=error("unit")
                value=form.unit
                id=form.unit_id
            />
        </fieldset>
    }
    .into_any();
    (purchaser, contact_fields(validation, form.contact, form.mobile, form.remark)).into_any()
}
