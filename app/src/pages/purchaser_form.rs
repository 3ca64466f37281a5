//! 新增 and 编辑 of a purchaser: the columns of template 2 as a form, with the same checks while it is filled in.

use super::{
    id_in_path,
    live::Live,
    one,
    row_form::{self, Words},
};
use crate::{
    api::purchaser::{CreatePurchaser, EditPurchaser, get_purchaser_form},
    components::{Field, SelectField, UnitField, unavailable_page},
    error::ApiError,
    i18n::use_lang,
    session::me,
};
use domain::{
    Problem, PurchaserKind, Template,
    view::{PurchaserEdit, PurchaserForm, PurchaserId},
};
use leptos::prelude::*;
use texts::Lang;

/// 新增
#[component]
pub(crate) fn NewPurchaserPage() -> impl IntoView {
    let lang = use_lang();
    let Some(own) = me().and_then(|me| me.unit) else {
        return unavailable_page(lang, &ApiError::from(Problem::Forbidden));
    };
    let empty = PurchaserForm { unit: own.name, unit_id: own.id.to_string(), ..PurchaserForm::default() };
    let words = Words {
        title: lang.purchaser_new_title(),
        lead: lang.purchaser_new_lead().to_owned(),
        crumbs: crumbs(lang),
        submit: lang.form_create(),
        back: "/purchasers".to_owned(),
    };
    let fields = move |live, form| fields(live, form, lang.form_superior_hint());
    row_form::adding("/purchasers/new", words, empty, |form| CreatePurchaser { form }, fields)
}

/// 编辑, by the id in the path.
#[component]
pub(crate) fn EditPurchaserPage() -> impl IntoView {
    let id = id_in_path::<PurchaserId>();
    let data = one(move || id.get(), get_purchaser_form);
    row_form::stored(data, id.get_untracked().map(|id| format!("/purchasers/{id}/edit")), edit, unavailable_page)
}

fn edit(edit: PurchaserEdit, typed: Option<PurchaserForm>) -> AnyView {
    let lang = use_lang();
    let id = edit.id;
    let words = Words {
        title: lang.purchaser_edit_title(),
        lead: edit.name.clone(),
        crumbs: crumbs(lang),
        submit: lang.save(),
        back: format!("/purchasers/{id}"),
    };
    let send = move |version, form| EditPurchaser { id, version, form };
    let fields = |live, form| fields(live, form, lang.purchaser_unit_moves());
    row_form::editing(words, None, &edit, id.to_string(), typed, send, fields)
}

fn crumbs(lang: Lang) -> Vec<(String, Option<&'static str>)> {
    vec![
        (lang.section(Template::Purchasers).to_owned(), None),
        (lang.purchasers_title().to_owned(), Some("/purchasers")),
    ]
}

/// The fields in the order of the template.
fn fields(live: Live<PurchaserForm>, form: PurchaserForm, unit_hint: &'static str) -> AnyView {
    let lang = live.lang;
    let kinds = PurchaserKind::ALL.map(|kind| (kind.label(), lang.purchaser_kind(kind))).to_vec();
    let purchaser = view! {
        <fieldset>
            <legend>{lang.trade_section_purchaser()}</legend>
            <Field name="form[name]" label=lang.trade_name() hint=lang.form_name_hint() value=form.name error=live.error("name")/>
            <Field name="form[code]" label=lang.trade_code() hint=lang.form_code_hint() maxlength=40 value=form.code error=live.error("code")/>
            <SelectField
                name="form[kind]"
                label=lang.trade_kind()
                options=kinds
                value=PurchaserKind::from_label(&form.kind).map(PurchaserKind::label)
                error=live.error("kind")
            />
            <UnitField
                name="form[unit]"
                id_name="form[unit_id]"
                label=lang.trade_unit()
                hint=unit_hint
                error=live.error("unit")
                value=form.unit
                id=form.unit_id
            />
        </fieldset>
    }
    .into_any();
    let contact = row_form::contact(live, form.contact, form.mobile, form.remark);
    (purchaser, contact).into_any()
}
