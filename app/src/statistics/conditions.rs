//! What a report is about: the table, the unit, the day and the filters. Links and a plain form lead to other addresses.

use super::page::address;
use crate::{
    components::filter,
    routes::{Route, parameter},
};
use domain::{
    AdminLevel, BudgetLevel, PurchaserKind,
    calendar::Day,
    order::{PayerKind, ProductCategory},
    plan_parameters::CompletionBasis,
    report::{AmountUnit, ReportKind, ReportQuery, ReportTable},
};
use leptos::prelude::*;
use leptos_router::components::Form;
use texts::Lang;

/// Links to the tables, with the same conditions.
pub(super) fn tabs(lang: Lang, query: &ReportQuery, current: ReportKind) -> AnyView {
    let tabs = ReportKind::ALL
        .map(|kind| {
            let href = address(&query.for_kind(kind).in_usual_order(), kind);
            let is_current = (kind == current).then_some("page");
            view! { <a class="chip" href=href aria-current=is_current>{lang.report_tab(kind)}</a> }
        })
        .collect_view();
    view! { <nav class="chips report-tabs" aria-label=lang.report_tables()>{tabs}</nav> }.into_any()
}

/// The way from the account's own unit down to the unit of the report; each step is a report too.
pub(super) fn units_above(lang: Lang, query: &ReportQuery, table: &ReportTable) -> Option<AnyView> {
    let unit = table.unit.as_ref()?;
    let country = crate::current_account::is_operator().then(|| {
        view! { <li><a href=address(&query.of_unit(None), table.kind)>{lang.report_country()}</a></li> }
    });
    if country.is_none() && table.superiors.is_empty() {
        return None;
    }
    let steps = table
        .superiors
        .iter()
        .map(|above| {
            let href = address(&query.of_unit(Some(above.id)), table.kind);
            view! { <li><a href=href>{above.name.clone()}</a></li> }
        })
        .collect_view();
    Some(
        view! {
            <nav class="crumbs report-units" aria-label=lang.report_scope()>
                <ol>{country} {steps} <li aria-current="location">{unit.name.clone()}</li></ol>
            </nav>
        }
        .into_any(),
    )
}

/// The years, the day, the basis, the filters and the unit of amounts.
pub(super) fn conditions(lang: Lang, query: &ReportQuery, table: &ReportTable) -> AnyView {
    let kind = table.kind;
    let signal = |word: Option<&str>| Signal::stored(word.unwrap_or_default().to_owned());
    let completion_choices = CompletionBasis::ALL.map(|basis| (basis.as_str().to_owned(), lang.plan_completion(basis)));
    let basis = signal(query.basis.map(CompletionBasis::as_str));
    let classes = kind.has_classes().then(|| {
        let payers = PayerKind::ALL.map(|payer| (payer.as_str().to_owned(), lang.payer(payer)));
        let categories =
            ProductCategory::ALL.map(|category| (category.as_str().to_owned(), lang.product_category(category)));
        let purchasers = PurchaserKind::ALL.map(|kind| (kind.as_str().to_owned(), lang.purchaser_kind(kind)));
        let payer = signal(query.payer.map(PayerKind::as_str));
        let category = signal(query.category.map(ProductCategory::as_str));
        let purchaser = signal(query.purchaser.map(PurchaserKind::as_str));
        view! {
            {filter(parameter::PAYER, lang.report_payer(), Some(lang.report_any_payer()), payers.into(), payer)}
            {filter(parameter::CATEGORY, lang.report_category(), Some(lang.report_any_category()), categories.into(), category)}
            {filter(parameter::KIND, lang.report_purchaser(), Some(lang.report_any_purchaser()), purchasers.into(), purchaser)}
        }
    });
    let levels = kind.is_list().then(|| {
        let admin_levels = AdminLevel::ALL.map(|level| (level.index().to_string(), lang.admin_level(level)));
        let budget_levels = BudgetLevel::ALL.map(|level| (level.index().to_string(), lang.budget_level(level)));
        let admin_level = signal(query.admin_level.map(|level| level.index().to_string()).as_deref());
        let budget_level = signal(query.budget_level.map(|level| level.index().to_string()).as_deref());
        view! {
            {filter(parameter::ADMIN_LEVEL, lang.unit_admin_level(), Some(lang.report_any_admin_level()), admin_levels.into(), admin_level)}
            {filter(parameter::BUDGET_LEVEL, lang.unit_budget_level(), Some(lang.report_any_budget_level()), budget_levels.into(), budget_level)}
        }
    });
    let units = AmountUnit::ALL.map(|unit| (unit.as_str().to_owned(), lang.amount_unit(unit)));
    let amounts = signal(Some(query.amounts.as_str()));
    let hidden = |name: &'static str, value: Option<String>| {
        value.map(|value| view! { <input type="hidden" name=name value=value/> })
    };
    let kept = [
        hidden(parameter::UNIT, query.unit.map(|unit| unit.to_string())),
        hidden(parameter::SORT, query.sort.map(|column| column.as_str().to_owned())),
        hidden(parameter::ORDER, query.descending.then(|| "desc".to_owned())),
    ];
    let until = table.until.to_string();
    let until = if kind.is_of_purchases() {
        let (earliest, today) = (table.earliest.to_string(), table.today.to_string());
        view! {
            <label class="report-until">
                <span>{lang.report_until()}</span>
                <input type="date" name=parameter::UNTIL value=until min=earliest max=today/>
            </label>
            {filter(parameter::BASIS, lang.report_basis(), Some(lang.report_basis_usual()), completion_choices.into(), basis)}
        }
        .into_any()
    } else {
        hidden(parameter::UNTIL, query.until.map(|until| until.to_string())).into_any()
    };
    if !kind.has_amounts() && !kind.is_list() {
        return view! { <div class="report-conditions">{years(lang, query, table)}</div> }.into_any();
    }
    view! {
        <div class="report-conditions">
            {years(lang, query, table)}
            <Form method="get" action=Route::Report(kind).to_string()>
                <div class="search" role="group" aria-label=lang.report_conditions()>
                    {kept.into_iter().collect_view()}
                    {until}
                    {classes}
                    {levels}
                    {kind.has_amounts().then(|| filter(parameter::AMOUNTS, lang.report_amounts(), None, units.into(), amounts))}
                    <button type="submit" class="button">{lang.report_show()}</button>
                </div>
            </Form>
        </div>
    }
    .into_any()
}

/// This year until today, and the last year as a whole.
fn years(lang: Lang, query: &ReportQuery, table: &ReportTable) -> Option<AnyView> {
    if !table.kind.is_of_year() {
        return None;
    }
    let this = table.today.year();
    let chips = [(this, None), (this - 1, Some(Day::last_of_year(this - 1)))]
        .map(|(year, until)| {
            let href = address(&ReportQuery { until, ..query.clone() }, table.kind);
            let is_current = (year == table.until.year()).then_some("true");
            view! { <a class="chip" href=href aria-current=is_current>{lang.plan_in_year(year)}</a> }
        })
        .collect_view();
    Some(view! { <nav class="chips" aria-label=lang.plan_choose_year()>{chips}</nav> }.into_any())
}
