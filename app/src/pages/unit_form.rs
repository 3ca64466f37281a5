//! 新增 and 编辑: the columns of template 1 as a form, with the same checks while it is filled in.

use super::{
    id_in_path,
    live::{Editing, Live, overtaken},
    one, pending, problem,
};
use crate::{
    api::unit::{CreateUnit, EditUnit, get_unit_form},
    components::{
        Dialog, Field, PageTitle, SelectField, SubmitButton, Tone, UnitField, notice, skeleton, unavailable_page,
    },
    error::ApiError,
    i18n::use_lang,
    kept,
    session::me,
    time,
};
use domain::{
    AdminLevel, BudgetLevel, Money, Problem, Ratio, Template,
    schema::units,
    view::{UnitEdit, UnitForm, UnitId},
};
use leptos::{ev, html, prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;
use std::collections::BTreeSet;
use texts::Lang;

/// 新增
#[component]
pub(crate) fn NewUnitPage() -> impl IntoView {
    let lang = use_lang();
    let Some(own) = me().and_then(|me| me.unit) else {
        return unavailable_page(lang, &ApiError::from(Problem::Forbidden));
    };
    let typed = kept::take("/units/new").unwrap_or_else(|| UnitForm {
        superior: own.name,
        superior_id: own.id.to_string(),
        ..UnitForm::default()
    });
    let action = ServerAction::<CreateUnit>::new();
    super::go_on(action);
    let live = Live::<UnitForm>::new(lang, problem(action));
    let pending = pending(action);
    let form = NodeRef::<html::Form>::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(form) = live.ready(form, pending) {
            action.dispatch(CreateUnit { form });
        }
    };
    view! {
        <PageTitle title=lang.form_new_title() crumbs=crumbs(lang) lead=lang.form_new_lead()/>
        <section class="card form-card unit-form">
            {live.failure()}
            <form
                method="post"
                action=CreateUnit::url()
                node_ref=form
                on:submit=submit
                on:input=move |event| live.typed(form, &event)
                on:change=move |event| live.left(form, &event)
            >
                {fields(live, typed, lang.form_superior_hint(), ().into_any())}
                <div class="form-actions">
                    <SubmitButton label=lang.form_create() busy=lang.saving() pending/>
                    <a class="button" href="/units/manage">{lang.cancel()}</a>
                </div>
            </form>
        </section>
    }
    .into_any()
}

/// 编辑, by the id in the path; the plan's year in the query.
#[component]
pub(crate) fn EditUnitPage() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let id = id_in_path::<UnitId>();
    let year = Memo::new(move |_| query.read().get_str("year").and_then(|year| year.parse::<i32>().ok()));
    let data = one(move || id.get().map(|id| (id, year.get())), |(id, year)| get_unit_form(id, year));
    let typed = id.get_untracked().and_then(|id| kept::take::<UnitForm>(&format!("/units/{id}/edit")));
    let typed = StoredValue::new(typed);
    view! {
        <Suspense fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(edit) => {
                        let typed = typed.get_value().filter(|typed| typed.year == edit.form.year);
                        view! { <EditForm edit typed/> }.into_any()
                    }
                    Err(error) => refused(lang, &error),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// Who may not edit is told whom to ask.
fn refused(lang: Lang, error: &ApiError) -> AnyView {
    match error.problem() {
        problem @ Problem::AskSuperior { .. } => view! {
            <PageTitle title=lang.form_edit_title() crumbs=crumbs(lang)/>
            {notice(Tone::Info, lang.form_ask_title(), lang.problem(problem))}
        }
        .into_any(),
        _ => unavailable_page(lang, error),
    }
}

#[component]
fn EditForm(
    edit: UnitEdit,
    /// What a browser without JavaScript had sent.
    typed: Option<UnitForm>,
) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<EditUnit>::new();
    let live = Live::<UnitForm>::new(lang, problem(action));
    let (id, name) = (edit.unit.id, edit.unit.name.clone());
    let editing = Editing::follow(action, &edit, format!("/units/{id}?done=edited"));
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
            action.dispatch(EditUnit { id, version: version.get_untracked(), form });
        }
    };
    let stored_version = move || version.get().to_string();
    let years = years(live, id, &edit);
    view! {
        <PageTitle title=lang.form_edit_title() crumbs=crumbs(lang) lead=name/>
        {overtaken}
        <section class="card form-card unit-form">
            {live.failure()}
            {stale}
            <form
                method="post"
                action=EditUnit::url()
                node_ref=form
                on:submit=submit
                on:input=move |event| live.typed(form, &event)
                on:change=move |event| live.left(form, &event)
            >
                <input type="hidden" name="id" value=id.to_string()/>
                <input type="hidden" name="version" value=stored_version prop:value=stored_version/>
                {fields(live, typed.unwrap_or(edit.form), lang.form_superior_moves(), years)}
                <div class="form-actions">
                    <SubmitButton label=lang.save() busy=lang.saving() pending/>
                    <a class="button" href=format!("/units/{id}")>{lang.cancel()}</a>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn crumbs(lang: Lang) -> Vec<(String, Option<&'static str>)> {
    vec![(lang.section(Template::Units).to_owned(), None), (lang.manage_title().to_owned(), Some("/units/manage"))]
}

/// The years whose plan can be edited: those there are, this one and the next. Another year is loaded as a whole, so that
/// no input keeps what was typed for this one; what was typed is not left without a question.
fn years(live: Live<UnitForm>, id: UnitId, edit: &UnitEdit) -> AnyView {
    let lang = live.lang;
    let mut years: BTreeSet<i32> = edit.years.iter().copied().collect();
    if let Some(this) = me().and_then(|me| i32::try_from(time::year(me.now)).ok()) {
        years.extend([this, this + 1]);
    }
    let (asking, to) = (RwSignal::new(false), RwSignal::new(String::new()));
    let chips = years
        .into_iter()
        .rev()
        .map(|year| {
            let here = year.to_string() == edit.form.year;
            let href = format!("/units/{id}/edit?year={year}");
            let there = href.clone();
            let ask = move |event: ev::MouseEvent| {
                if !here && live.is_touched() {
                    event.prevent_default();
                    to.set(there.clone());
                    asking.set(true);
                }
            };
            view! {
                <a class="chip" href=href rel="external" aria-current=here.then_some("true") on:click=ask>
                    {year}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="chips form-years" aria-label=lang.form_years()>
            <span aria-hidden="true">{lang.form_years()}</span>
            {chips}
        </nav>
        <Dialog open=asking title=lang.form_leave_title()>
            <p>{lang.form_leave_text()}</p>
            <div class="dialog-actions">
                <a class="button" href=move || to.get() rel="external">{lang.form_leave_go()}</a>
                <button type="button" class="button is-primary" on:click=move |_| asking.set(false)>
                    {lang.form_leave_stay()}
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}

/// The fields in the order of the template, the choice of the plan's year with the plan.
fn fields(live: Live<UnitForm>, form: UnitForm, superior_hint: &'static str, years: AnyView) -> AnyView {
    let lang = live.lang;
    let admin = AdminLevel::ALL.map(|level| (level.name(), lang.admin_level(level))).to_vec();
    let budget = BudgetLevel::ALL.map(|level| (level.name(), lang.budget_level(level))).to_vec();
    let plan_title = if form.year.is_empty() { lang.unit_plans().to_owned() } else { lang.form_plan_of(&form.year) };
    let unit = view! {
        <fieldset>
            <legend>{lang.form_unit()}</legend>
            <Field name="form[name]" label=lang.unit_name() hint=lang.form_name_hint() value=form.name error=live.error("name")/>
            <Field name="form[code]" label=lang.unit_code() hint=lang.form_code_hint() maxlength=40 value=form.code error=live.error("code")/>
            <UnitField
                name="form[superior]"
                id_name="form[superior_id]"
                label=lang.unit_superior()
                hint=superior_hint
                error=live.error("superior")
                value=form.superior
                id=form.superior_id
            />
            <SelectField
                name="form[admin_level]"
                label=lang.unit_admin_level()
                options=admin
                value=AdminLevel::from_name(&form.admin_level).map(AdminLevel::name)
                error=live.error("admin_level")
            />
            <SelectField
                name="form[budget_level]"
                label=lang.unit_budget_level()
                options=budget
                value=BudgetLevel::from_name(&form.budget_level).map(BudgetLevel::name)
                error=live.error("budget_level")
            />
        </fieldset>
    }
    .into_any();
    let plan = view! {
        <fieldset>
            <legend>{plan_title}</legend>
            {years}
            <input type="hidden" name="form[year]" value=form.year/>
            <Field name="form[total]" label=lang.form_total() maxlength=30 value=form.total error=live.error("total")/>
            <Field name="form[ratio]" label=lang.form_ratio() maxlength=10 value=form.ratio error=live.error("ratio")/>
            {live.warning(units::RATIO)}
            <Field
                name="form[share]"
                label=lang.form_share()
                hint=lang.form_share_hint()
                maxlength=30
                optional=true
                value=form.share
                error=live.error("share")
            />
            {share(live)}
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
    (unit, plan, contact).into_any()
}

/// The share that total and ratio give.
fn share(live: Live<UnitForm>) -> AnyView {
    let text = move || {
        live.checked.with(|checked| {
            let (form, _) = checked.as_ref()?;
            let total = Money::parse_wan(form.total.trim()).ok()?;
            let ratio = Ratio::parse_percent(form.ratio.trim().trim_end_matches('%')).ok()?;
            Some(live.lang.form_share_is(&texts::amount(total.share(ratio))))
        })
    };
    view! { <p class="field-hint" role="status">{text}</p> }.into_any()
}
