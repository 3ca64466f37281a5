//! 新增 and 编辑 of a unit: the columns of template 1 as a form, with the plan of one year.

use super::{
    UnitField,
    api::{ChangePlanYear, CreateUnit, EditUnit, get_unit_form},
};
use crate::{
    components::{Crumb, Dialog, Field, PageTitle, SelectField, Tone, notice, section_crumb, unavailable_page},
    current_account::{current_account, own_unit},
    document,
    forms::{LiveValidation, RecordPage, contact_fields, edit_page, id_in_path, load_one, new_page, when_stored},
    i18n::use_lang,
    routes::{Route, parameter},
};
use domain::{
    AdminLevel, BudgetLevel, Code, Money, Problem, Ratio, Template, calendar::budget_year, form::UnitForm, ids::UnitId,
    schema::units, unit::UnitEdit,
};
use leptos::{ev, prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;
use std::collections::BTreeSet;
use texts::Lang;

/// 新增.
#[component]
pub(crate) fn NewUnitPage() -> impl IntoView {
    let lang = use_lang();
    let Some(own) = own_unit() else {
        return unavailable_page(lang, &Problem::Forbidden);
    };
    let empty = UnitForm { superior: own.name, superior_id: own.id.to_string(), ..UnitForm::default() };
    let words = RecordPage {
        title: lang.form_new_title(),
        lead: lang.form_new_lead().to_owned(),
        crumbs: crumbs(lang),
        submit: lang.form_create(),
        back: Route::ManageUnits,
    };
    let fields = move |validation, form| fields(validation, form, lang.form_superior_hint(), ().into_any());
    new_page(Route::NewUnit, Route::NewUnit.to_string(), words, empty, |form| CreateUnit { form }, fields)
}

/// 编辑; the id is in the path, the year of the plan in the query.
#[component]
pub(crate) fn EditUnitPage() -> impl IntoView {
    let query = use_query_map();
    let id = id_in_path::<UnitId>();
    let year = Memo::new(move |_| query.read().get_str(parameter::YEAR).and_then(|year| year.parse::<i32>().ok()));
    let data = load_one(move || id.get().map(|id| (id, year.get())), |(id, year)| get_unit_form(id, year));
    when_stored(data, id.get_untracked().map(Route::EditUnit), edit, unavailable)
}

/// The content of the page if there is no form. A reader who may not edit the unit sees which superior can.
fn unavailable(lang: Lang, problem: &Problem) -> AnyView {
    match problem {
        Problem::AskSuperior { .. } => {
            #[cfg(feature = "ssr")]
            crate::request::set_status_of(problem);
            view! {
                <PageTitle title=lang.form_edit_title() crumbs=crumbs(lang)/>
                {notice(Tone::Info, lang.form_ask_title(), lang.problem(problem))}
            }
            .into_any()
        }
        _ => unavailable_page(lang, problem),
    }
}

fn edit(edit: UnitEdit, echo: Option<UnitForm>) -> AnyView {
    let lang = use_lang();
    let id = edit.unit.id;
    let words = RecordPage {
        title: lang.form_edit_title(),
        lead: edit.unit.name.clone(),
        crumbs: crumbs(lang),
        submit: lang.save(),
        back: Route::Unit(id),
    };
    let echo = echo.filter(|echo| echo.year == edit.form.year);
    let request = move |version, form| EditUnit { id, version, form };
    let fields =
        |validation, form| fields(validation, form, lang.form_superior_moves(), plan_years(validation, id, &edit));
    edit_page(words, leave_question(lang, id), &edit, id.to_string(), echo, request, fields)
}

fn crumbs(lang: Lang) -> Vec<Crumb> {
    vec![section_crumb(lang, Template::Units), (lang.manage_title().to_owned(), Some(Route::ManageUnits))]
}

/// The years whose plan can be edited: those with a plan, this year and the next. Another year opens as a whole document, so
/// that no field keeps input of this year. The page asks before unsaved input is lost.
fn plan_years(validation: LiveValidation<UnitForm>, id: UnitId, edit: &UnitEdit) -> AnyView {
    let lang = validation.lang;
    let mut years: BTreeSet<i32> = edit.years.iter().copied().collect();
    if let Some(this) = current_account().map(|account| budget_year(account.now)) {
        years.extend([this, this + 1]);
    }
    let (asking, target) = (RwSignal::new(false), RwSignal::new(String::new()));
    let chips = years
        .into_iter()
        .rev()
        .map(|year| {
            let current = year.to_string() == edit.form.year;
            let change = move |event: ev::MouseEvent| {
                event.prevent_default();
                let page = Route::EditUnit(id).of_year(year);
                if validation.is_touched() && !current {
                    target.set(page);
                    asking.set(true);
                } else if !current {
                    document::open(&page);
                }
            };
            view! {
                <button
                    type="submit"
                    class="chip"
                    name=parameter::YEAR
                    value=year.to_string()
                    formaction=ChangePlanYear::url()
                    formnovalidate
                    aria-current=current.then_some("true")
                    on:click=change
                >
                    {year}
                </button>
            }
        })
        .collect_view();
    view! {
        // The Enter key presses the first button of a form, and that must not be a year.
        <button type="submit" class="sr-only" tabindex="-1" aria-hidden="true">{lang.save()}</button>
        <div class="chips form-years" role="group" aria-label=lang.form_years()>
            <span aria-hidden="true">{lang.form_years()}</span>
            {chips}
        </div>
        <Dialog open=asking title=lang.form_leave_title()>
            <p>{lang.form_leave_text()}</p>
            <div class="dialog-actions">
                <a class="button" href=move || target.get() rel="external">{lang.form_leave_go()}</a>
                <button type="button" class="button is-primary" on:click=move |_| asking.set(false)>
                    {lang.form_leave_stay()}
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}

/// The same question for a browser without JavaScript, above the form with its input.
fn leave_question(lang: Lang, id: UnitId) -> Option<AnyView> {
    let year = use_query_map()
        .with_untracked(|query| query.get_str(parameter::LEAVE).and_then(|year| year.parse::<i32>().ok()))?;
    Some(
        view! {
            <section class="notice is-warning" role="alert" tabindex="-1">
                <h2>{lang.form_leave_title()}</h2>
                <p>{lang.form_leave_text()}</p>
                <p><a href=Route::EditUnit(id).of_year(year) rel="external">{lang.form_leave_go()}</a></p>
            </section>
        }
        .into_any(),
    )
}

/// The fields in the order of the template. The choice of the year is next to the plan.
fn fields(
    validation: LiveValidation<UnitForm>,
    form: UnitForm,
    superior_hint: &'static str,
    years: AnyView,
) -> AnyView {
    let lang = validation.lang;
    let admin = AdminLevel::ALL.map(|level| (level.name(), lang.admin_level(level))).to_vec();
    let budget = BudgetLevel::ALL.map(|level| (level.name(), lang.budget_level(level))).to_vec();
    let plan_title = if form.year.is_empty() { lang.unit_plans().to_owned() } else { lang.form_plan_of(&form.year) };
    let unit = view! {
        <fieldset>
            <legend>{lang.form_unit()}</legend>
            <Field name="form[name]" label=lang.unit_name() hint=lang.form_name_hint() value=form.name.clone() error=validation.error("name")/>
            <Field name="form[code]" label=lang.unit_code() hint=lang.form_code_hint() maxlength=40 value=form.code.clone() error=validation.error("code")/>
            {dispute_link(validation, &form)}
            <UnitField
                name="form[superior]"
                id_name="form[superior_id]"
                label=lang.unit_superior()
                hint=superior_hint
                error=validation.error("superior")
                value=form.superior
                id=form.superior_id
            />
            <SelectField
                name="form[admin_level]"
                label=lang.unit_admin_level()
                options=admin
                value=AdminLevel::from_name(&form.admin_level).map(AdminLevel::name)
                error=validation.error("admin_level")
            />
            <SelectField
                name="form[budget_level]"
                label=lang.unit_budget_level()
                options=budget
                value=BudgetLevel::from_name(&form.budget_level).map(BudgetLevel::name)
                error=validation.error("budget_level")
            />
        </fieldset>
    }
    .into_any();
    let plan = view! {
        <fieldset>
            <legend>{plan_title}</legend>
            {years}
            <input type="hidden" name="form[year]" value=form.year/>
            <Field name="form[total]" label=lang.form_total() maxlength=30 value=form.total error=validation.error("total")/>
            <Field name="form[ratio]" label=lang.form_ratio() maxlength=10 value=form.ratio error=validation.error("ratio")/>
            {validation.warning(units::RATIO)}
            <Field
                name="form[share]"
                label=lang.form_share()
                hint=lang.form_share_hint()
                maxlength=30
                optional=true
                value=form.share
                error=validation.error("share")
            />
            {share(validation)}
        </fieldset>
    }
    .into_any();
    (unit, plan, contact_fields(validation, form.contact, form.mobile, form.remark)).into_any()
}

/// 提出代码争议, while the code is one of a unit elsewhere.
fn dispute_link(validation: LiveValidation<UnitForm>, drawn: &UnitForm) -> AnyView {
    let (lang, drawn) = (validation.lang, StoredValue::new(drawn.clone()));
    let link = move || {
        validation.is_refused("code", Code::CodeTaken).then(|| {
            let about = |form: &UnitForm| Route::dispute_about(&form.code, &form.name, &form.superior);
            let typed = validation.checked.with(|checked| checked.as_ref().map(|(form, _)| about(form)));
            let page = typed.unwrap_or_else(|| drawn.with_value(about));
            view! { <a href=page>{lang.dispute_link()}</a> }
        })
    };
    view! { <p class="field-hint is-below-last" role="status">{link}</p> }.into_any()
}

/// The share that follows from total and ratio.
fn share(validation: LiveValidation<UnitForm>) -> AnyView {
    let text = move || {
        validation.checked.with(|checked| {
            let (form, _) = checked.as_ref()?;
            let total = Money::parse_wan(form.total.trim()).ok()?;
            let ratio = Ratio::parse_percent(form.ratio.trim().trim_end_matches('%')).ok()?;
            Some(validation.lang.form_share_is(&texts::amount(total.share(ratio))))
        })
    };
    view! { <p class="field-hint" role="status">{text}</p> }.into_any()
}
