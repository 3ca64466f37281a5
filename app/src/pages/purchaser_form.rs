//! 新增 and 编辑 of a purchaser: the columns of template 2 as a form, with the same checks while it is filled in.

use super::{
    go_on, id_in_path,
    live::{Editing, Live, overtaken},
    one, pending, problem,
};
use crate::{
    api::purchaser::{CreatePurchaser, EditPurchaser, get_purchaser_form},
    components::{Field, PageTitle, SelectField, SubmitButton, UnitField, skeleton, unavailable_page},
    error::ApiError,
    i18n::use_lang,
    kept,
    session::me,
};
use domain::{
    Problem, PurchaserKind, Template,
    view::{PurchaserEdit, PurchaserForm, PurchaserId},
};
use leptos::{ev, html, prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;
use texts::Lang;

/// 新增
#[component]
pub(crate) fn NewPurchaserPage() -> impl IntoView {
    let lang = use_lang();
    let Some(own) = me().and_then(|me| me.unit) else {
        return unavailable_page(lang, &ApiError::from(Problem::Forbidden));
    };
    let typed = kept::take("/purchasers/new").unwrap_or_else(|| PurchaserForm {
        unit: own.name,
        unit_id: own.id.to_string(),
        ..PurchaserForm::default()
    });
    let action = ServerAction::<CreatePurchaser>::new();
    go_on(action);
    let live = Live::<PurchaserForm>::new(lang, problem(action));
    let pending = pending(action);
    let form = NodeRef::<html::Form>::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(form) = live.ready(form, pending) {
            action.dispatch(CreatePurchaser { form });
        }
    };
    view! {
        <PageTitle title=lang.purchaser_new_title() crumbs=crumbs(lang) lead=lang.purchaser_new_lead()/>
        <section class="card form-card unit-form">
            {live.failure()}
            <form
                method="post"
                action=CreatePurchaser::url()
                node_ref=form
                on:submit=submit
                on:input=move |event| live.typed(form, &event)
                on:change=move |event| live.left(form, &event)
            >
                {fields(live, typed, lang.form_superior_hint())}
                <div class="form-actions">
                    <SubmitButton label=lang.form_create() busy=lang.saving() pending/>
                    <a class="button" href="/purchasers">{lang.cancel()}</a>
                </div>
            </form>
        </section>
    }
    .into_any()
}

/// 编辑, by the id in the path.
#[component]
pub(crate) fn EditPurchaserPage() -> impl IntoView {
    let lang = use_lang();
    let id = id_in_path::<PurchaserId>();
    let data = one(move || id.get(), get_purchaser_form);
    let typed = id.get_untracked().and_then(|id| kept::take::<PurchaserForm>(&format!("/purchasers/{id}/edit")));
    let typed = StoredValue::new(typed);
    view! {
        <Suspense fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(edit) => view! { <EditForm edit typed=typed.get_value()/> }.into_any(),
                    Err(error) => unavailable_page(lang, &error),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn EditForm(
    edit: PurchaserEdit,
    /// What a browser without JavaScript had sent.
    typed: Option<PurchaserForm>,
) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<EditPurchaser>::new();
    let live = Live::<PurchaserForm>::new(lang, problem(action));
    let (id, name) = (edit.id, edit.name.clone());
    let editing = Editing::follow(action, &edit, format!("/purchasers/{id}?done=edited"));
    let stale = editing.stale(lang, action);
    let Editing { version, mine, pending } = editing;
    let overtaken = use_query_map()
        .with_untracked(|query| query.get_str("stale").is_some())
        .then(|| overtaken(lang, typed.as_ref(), &edit));
    let form = NodeRef::<html::Form>::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(form) = live.ready(form, pending) {
            mine.set(form.clone());
            action.dispatch(EditPurchaser { id, version: version.get_untracked(), form });
        }
    };
    let stored_version = move || version.get().to_string();
    view! {
        <PageTitle title=lang.purchaser_edit_title() crumbs=crumbs(lang) lead=name/>
        {overtaken}
        <section class="card form-card unit-form">
            {live.failure()}
            {stale}
            <form
                method="post"
                action=EditPurchaser::url()
                node_ref=form
                on:submit=submit
                on:input=move |event| live.typed(form, &event)
                on:change=move |event| live.left(form, &event)
            >
                <input type="hidden" name="id" value=id.to_string()/>
                <input type="hidden" name="version" value=stored_version prop:value=stored_version/>
                {fields(live, typed.unwrap_or(edit.form), lang.purchaser_unit_moves())}
                <div class="form-actions">
                    <SubmitButton label=lang.save() busy=lang.saving() pending/>
                    <a class="button" href=format!("/purchasers/{id}")>{lang.cancel()}</a>
                </div>
            </form>
        </section>
    }
    .into_any()
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
    let contact = view! {
        <fieldset>
            <legend>{lang.form_contact()}</legend>
            <Field name="form[contact]" label=lang.unit_contact() maxlength=50 value=form.contact error=live.error("contact")/>
            <Field
                name="form[mobile]"
                label=lang.unit_mobile()
                hint=lang.unit_mobile_hint()
                kind="tel"
                maxlength=20
                value=form.mobile
                error=live.error("mobile")
            />
            <Field name="form[remark]" label=lang.unit_remark() optional=true value=form.remark error=live.error("remark")/>
        </fieldset>
    }
    .into_any();
    (purchaser, contact).into_any()
}
