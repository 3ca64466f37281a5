//! The table of a report: its heads order it, its rows lead one level down or to what they are a part of, the total stands last.

use super::{bar::progress_bar, page::address, subject_name};
use crate::routes::{Route, UrlQuery};
use domain::{
    account::AccountState,
    ids::UnitId,
    plan_filing::{FilingQuery, PlanConcern, Standing},
    report::{ReportCell, ReportColumn, ReportKind, ReportQuery, ReportRow, ReportTable, RowSubject},
    unit::UnitQuery,
};
use leptos::prelude::*;
use texts::Lang;

/// The table in a box of its own, which scrolls where the window is narrow.
pub(super) fn report_table(lang: Lang, query: &ReportQuery, table: &ReportTable) -> AnyView {
    let heads = table.columns.iter().map(|column| head(lang, query, table, *column)).collect_view();
    let rows = table
        .rows
        .iter()
        .map(|row| {
            let cells = row.cells.iter().zip(&table.columns);
            let whose = match &row.subject {
                RowSubject::Unit(unit) => Whose::Subtree(Some(unit.id)),
                _ => Whose::Other,
            };
            let cells = cells.map(|(value, column)| cell(lang, query, table, *column, *value, whose));
            view! { <tr><th scope="row" class="report-subject">{subject(lang, query, table, row)}</th> {cells.collect_view()}</tr> }
        })
        .collect_view();
    let whose = Whose::Subtree(table.unit.as_ref().map(|unit| unit.id));
    let total = table.total.iter().zip(&table.columns);
    let total = total.map(|(value, column)| cell(lang, query, table, *column, *value, whose)).collect_view();
    let total = (!table.total.is_empty()).then(|| {
        view! {
            <tr class="report-total">
                <th scope="row" class="report-subject">{lang.report_total()}</th>
                {total}
            </tr>
        }
    });
    let caption = lang.report_title_of(lang.report_title(table.kind), subject_name(lang, table));
    let amounts = table.kind.has_amounts().then(|| {
        let text =
            format!("{}{}{}", lang.report_unit_of_amounts(), lang.import_colon(), lang.amount_unit(query.amounts));
        view! { <span>{text}</span> }
    });
    let label = caption.clone();
    view! {
        <div class="table-frame report-frame" role="region" tabindex="0" aria-label=label>
            <table class="table report-table">
                <caption>
                    <span class="sr-only">{caption}</span>
                    {amounts}
                </caption>
                <thead>
                    <tr>
                        <th scope="col" class="report-subject">{lang.report_subject(table.kind)}</th>
                        {heads}
                    </tr>
                </thead>
                <tbody>
                    {rows}
                    {total}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The head of a column. The first click begins with the largest value, as people look for it in figures.
fn head(lang: Lang, query: &ReportQuery, table: &ReportTable, column: ReportColumn) -> AnyView {
    let label = lang.report_column(column);
    if !table.kind.is_sorted() {
        return view! { <th scope="col" class="number">{label}</th> }.into_any();
    }
    let current = table.order.filter(|(by, _)| *by == column).map(|(_, descending)| descending);
    let (order, sign) = match current {
        None => (None, ""),
        Some(false) => (Some("ascending"), " ▲"),
        Some(true) => (Some("descending"), " ▼"),
    };
    let reordered = ReportQuery { sort: Some(column), descending: current != Some(true), ..query.clone() };
    view! {
        <th scope="col" class="number" aria-sort=order>
            <a class="table-sort" href=address(&reordered, table.kind) data-noscroll="true">
                {label}
                <span aria-hidden="true">{sign}</span>
            </a>
        </th>
    }
    .into_any()
}

/// What a row is about, with the report that it leads to.
fn subject(lang: Lang, query: &ReportQuery, table: &ReportTable, row: &ReportRow) -> AnyView {
    if let RowSubject::Single(unit, superior) = &row.subject {
        let plan = Route::UnitPlan(unit.id).of_year(table.until.year());
        return view! { <a href=plan>{unit.name.clone()}</a> <span class="cell-more">{superior.clone()}</span> }
            .into_any();
    }
    let name = lang.report_row(&row.subject);
    let query = query.in_usual_order();
    let href = match &row.subject {
        RowSubject::Unit(unit) => address(&query.of_unit(Some(unit.id)), table.kind),
        RowSubject::Month(month) if *month <= table.until.month() => {
            let until =
                if *month == table.until.month() { table.until } else { table.until.in_month(*month).month_end() };
            address(&ReportQuery { until: Some(until), ..query }, ReportKind::Execution)
        }
        RowSubject::Category(category) => {
            address(&ReportQuery { category: Some(*category), ..query }, ReportKind::Execution)
        }
        RowSubject::PurchaserType(kind) => {
            address(&ReportQuery { purchaser: Some(*kind), ..query }, ReportKind::Execution)
        }
        RowSubject::Payer(payer) => address(&ReportQuery { payer: Some(*payer), ..query }, ReportKind::Execution),
        RowSubject::Own | RowSubject::Month(_) | RowSubject::Origin(_) | RowSubject::Single(..) => {
            return name.into_any();
        }
    };
    view! { <a href=href>{name}</a> }.into_any()
}

/// Whose figures a row has.
#[derive(Clone, Copy)]
enum Whose {
    /// Those of a subtree; `None` for the whole country.
    Subtree(Option<UnitId>),
    /// Those of something else, for which there is no list.
    Other,
}

/// The list behind a figure.
fn list_behind(table: &ReportTable, column: ReportColumn, whose: Whose) -> Option<String> {
    let Whose::Subtree(unit) = whose else { return None };
    let plans = FilingQuery { year: Some(table.until.year()), below: unit, ..FilingQuery::default() };
    let standing = |standing| FilingQuery { standing: Some(standing), ..plans.clone() }.href(Route::ReviewPlans);
    let units = UnitQuery { region: unit, ..UnitQuery::default() };
    let concern = |concern| FilingQuery { concern: Some(concern), ..plans.clone() }.href(Route::ReviewPlans);
    let list = |kind: ReportKind| {
        let until = (table.until.year() != table.today.year()).then_some(table.until);
        address(&ReportQuery { unit, until, ..ReportQuery::default() }, kind)
    };
    Some(match column {
        ReportColumn::NotReserved => list(ReportKind::NotReserved),
        ReportColumn::ZeroPurchases => list(ReportKind::ZeroPurchases),
        ReportColumn::UnderMinimum => concern(PlanConcern::UnderMinimum),
        ReportColumn::Overdue => concern(PlanConcern::Overdue),
        ReportColumn::Share | ReportColumn::PlanTotal | ReportColumn::MustFile => plans.href(Route::ReviewPlans),
        ReportColumn::Submitted => standing(Standing::Submitted),
        ReportColumn::Returned => standing(Standing::Returned),
        ReportColumn::Late => FilingQuery { late: true, ..plans }.href(Route::ReviewPlans),
        ReportColumn::Units => units.href(Route::Units),
        ReportColumn::Activated => UnitQuery { state: Some(AccountState::Active), ..units }.href(Route::Units),
        ReportColumn::SmsFailed => UnitQuery { unreached: true, ..units }.href(Route::ManageUnits),
        _ => return None,
    })
}

fn cell(
    lang: Lang,
    query: &ReportQuery,
    table: &ReportTable,
    column: ReportColumn,
    value: ReportCell,
    whose: Whose,
) -> AnyView {
    let text = lang.report_cell(query.amounts, value);
    let time = match column {
        ReportColumn::Progress if table.kind == ReportKind::Execution => Some(table.time),
        _ => None,
    };
    let content = match (value, list_behind(table, column, whose)) {
        (ReportCell::Rate(rate), _) if column.has_bar() => {
            view! { <span class="rate">{progress_bar(lang, rate, time)} <span>{text}</span></span> }.into_any()
        }
        (ReportCell::Missing | ReportCell::Count(0), _) | (_, None) => text.into_any(),
        (_, Some(list)) => view! { <a href=list>{text}</a> }.into_any(),
    };
    view! { <td class="number">{content}</td> }.into_any()
}
