//! 新增 and 编辑: the columns of template 1 as a form, with the same checks while it is filled in.

use super::{
    go, id_in_path,
    live::Live,
    one,
    row_form::{self, Words},
};
use crate::{
    api::unit::{ChangePlanYear, CreateUnit, EditUnit, get_unit_form},
    components::{Dialog, Field, PageTitle, SelectField, Tone, UnitField, notice, unavailable_page},
    error::ApiError,
    i18n::use_lang,
    session::me,
};
use domain::{
    AdminLevel, BudgetLevel, Money, Problem, Ratio, Template,
    calendar::budget_year,
    schema::units,
    view::{UnitEdit, UnitForm, UnitId},
};
use leptos::{ev, prelude::*, server_fn::ServerFn};
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
    let empty = UnitForm { superior: own.name, superior_id: own.id.to_string(), ..UnitForm::default() };
    let words = Words {
        title: lang.form_new_title(),
        lead: lang.form_new_lead().to_owned(),
        crumbs: crumbs(lang),
        submit: lang.form_create(),
        back: "/units/manage".to_owned(),
    };
    let fields = move |live, form| fields(live, form, lang.form_superior_hint(), ().into_any());
    row_form::adding("/units/new", words, empty, |form| CreateUnit { form }, fields)
}

/// 编辑, by the id in the path; the plan's year in the query.
#[component]
pub(crate) fn EditUnitPage() -> impl IntoView {
    let query = use_query_map();
    let id = id_in_path::<UnitId>();
    let year = Memo::new(move |_| query.read().get_str("year").and_then(|year| year.parse::<i32>().ok()));
    let data = one(move || id.get().map(|id| (id, year.get())), |(id, year)| get_unit_form(id, year));
    row_form::stored(data, id.get_untracked().map(|id| format!("/units/{id}/edit")), edit, refused)
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

fn edit(edit: UnitEdit, typed: Option<UnitForm>) -> AnyView {
    let lang = use_lang();
    let id = edit.unit.id;
    let words = Words {
        title: lang.form_edit_title(),
        lead: edit.unit.name.clone(),
        crumbs: crumbs(lang),
        submit: lang.save(),
        back: format!("/units/{id}"),
    };
    let typed = typed.filter(|typed| typed.year == edit.form.year);
    let send = move |version, form| EditUnit { id, version, form };
    let fields = |live, form| fields(live, form, lang.form_superior_moves(), years(live, id, &edit));
    let notice = leaving(lang, id);
    row_form::editing(words, notice, &edit, id.to_string(), typed, send, fields)
}

fn crumbs(lang: Lang) -> Vec<(String, Option<&'static str>)> {
    vec![(lang.section(Template::Units).to_owned(), None), (lang.manage_title().to_owned(), Some("/units/manage"))]
}

/// The years whose plan can be edited: those there are, this one and the next. Another year is loaded as a whole, so that
/// no input keeps what was typed for this one; what was typed is not left without a question.
fn years(live: Live<UnitForm>, id: UnitId, edit: &UnitEdit) -> AnyView {
    let lang = live.lang;
    let mut years: BTreeSet<i32> = edit.years.iter().copied().collect();
    if let Some(this) = me().map(|me| budget_year(me.now)) {
        years.extend([this, this + 1]);
    }
    let (asking, to) = (RwSignal::new(false), RwSignal::new(String::new()));
    let chips = years
        .into_iter()
        .rev()
        .map(|year| {
            let here = year.to_string() == edit.form.year;
            let change = move |event: ev::MouseEvent| {
                event.prevent_default();
                let there = year_of(id, year);
                if live.is_touched() && !here {
                    to.set(there);
                    asking.set(true);
                } else if !here {
                    go(&there);
                }
            };
            view! {
                <button
                    type="submit"
                    class="chip"
                    name="year"
                    value=year.to_string()
                    formaction=ChangePlanYear::url()
                    formnovalidate
                    aria-current=here.then_some("true")
                    on:click=change
                >
                    {year}
                </button>
            }
        })
        .collect_view();
    view! {
        // Enter presses a form's first button, which must not be a year's.
        <button type="submit" class="sr-only" tabindex="-1" aria-hidden="true">{lang.save()}</button>
        <div class="chips form-years" role="group" aria-label=lang.form_years()>
            <span aria-hidden="true">{lang.form_years()}</span>
            {chips}
        </div>
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

/// The same question to a browser without JavaScript, above the form with what it had typed.
fn leaving(lang: Lang, id: UnitId) -> Option<AnyView> {
    let year = use_query_map().with_untracked(|query| query.get_str("leave").and_then(|year| year.parse().ok()))?;
    Some(
        view! {
            <section class="notice is-warning" role="alert" tabindex="-1">
                <h2>{lang.form_leave_title()}</h2>
                <p>{lang.form_leave_text()}</p>
                <p><a href=year_of(id, year) rel="external">{lang.form_leave_go()}</a></p>
            </section>
        }
        .into_any(),
    )
}

fn year_of(id: UnitId, year: i32) -> String {
    format!("/units/{id}/edit?year={year}")
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
    let contact = row_form::contact(live, form.contact, form.mobile, form.remark);
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
