//! The table of a report: its heads order it, its rows lead one level down or to what they are a part of, the total stands last.

use super::{NONE, bar::progress_bar, page::address, subject_name};
use crate::routes::{Route, UrlQuery};
use domain::{
    ids::UnitId,
    plan_filing::FilingQuery,
    report::{ReportCell, ReportColumn, ReportKind, ReportQuery, ReportRow, ReportTable, RowSubject},
};
use leptos::prelude::*;
use texts::{Lang, amount_in, percent};

/// The table in a box of its own, which scrolls where the window is narrow.
pub(super) fn report_table(lang: Lang, query: &ReportQuery, table: &ReportTable) -> AnyView {
    let heads = table.columns.iter().map(|column| head(lang, query, table, *column)).collect_view();
    let rows = table
        .rows
        .iter()
        .map(|row| {
            let cells = row.cells.iter().zip(&table.columns);
            let plans = plans_of(table, row);
            let cells = cells.map(|(value, column)| cell(lang, query, table, *column, *value, plans.clone()));
            view! { <tr><th scope="row" class="report-subject">{subject(lang, query, table, row)}</th> {cells.collect_view()}</tr> }
        })
        .collect_view();
    let plans = plans_below(table, table.unit.as_ref().map(|unit| unit.id));
    let total = table.total.iter().zip(&table.columns);
    let total = total.map(|(value, column)| cell(lang, query, table, *column, *value, Some(plans.clone())));
    let caption = lang.report_title_of(lang.report_title(table.kind), subject_name(lang, table));
    let amounts =
        format!("{}{}{}", lang.report_unit_of_amounts(), lang.import_colon(), lang.amount_unit(query.amounts));
    let label = caption.clone();
    view! {
        <div class="table-frame report-frame" role="region" tabindex="0" aria-label=label>
            <table class="table report-table">
                <caption>
                    <span class="sr-only">{caption}</span>
                    <span>{amounts}</span>
                </caption>
                <thead>
                    <tr>
                        <th scope="col" class="report-subject">{lang.report_subject(table.kind)}</th>
                        {heads}
                    </tr>
                </thead>
                <tbody>
                    {rows}
                    <tr class="report-total">
                        <th scope="row" class="report-subject">{lang.report_total()}</th>
                        {total.collect_view()}
                    </tr>
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
        RowSubject::Own | RowSubject::Month(_) | RowSubject::Origin(_) => return name.into_any(),
    };
    view! { <a href=href>{name}</a> }.into_any()
}

/// The plans behind the share of a row.
fn plans_of(table: &ReportTable, row: &ReportRow) -> Option<String> {
    match &row.subject {
        RowSubject::Unit(unit) => Some(plans_below(table, Some(unit.id))),
        _ => None,
    }
}

/// The list of the plans of a subtree in the year of the report.
fn plans_below(table: &ReportTable, below: Option<UnitId>) -> String {
    let query = FilingQuery { year: Some(table.until.year()), below, ..FilingQuery::default() };
    query.href(Route::ReviewPlans)
}

fn cell(
    lang: Lang,
    query: &ReportQuery,
    table: &ReportTable,
    column: ReportColumn,
    value: ReportCell,
    plans: Option<String>,
) -> AnyView {
    let content = match value {
        ReportCell::Missing => NONE.into_any(),
        ReportCell::Count(count) => u32::try_from(count).map_or_else(|_| count.to_string(), texts::grouped).into_any(),
        ReportCell::Rank(rank) => rank.to_string().into_any(),
        ReportCell::Amount(fen) => {
            let amount = amount_in(query.amounts, fen);
            match plans.filter(|_| column == ReportColumn::Share) {
                Some(plans) => view! { <a href=plans>{amount}</a> }.into_any(),
                None => amount.into_any(),
            }
        }
        ReportCell::Rate(rate) => match column {
            ReportColumn::Progress => {
                let time = (table.kind == ReportKind::Execution).then_some(table.time);
                view! { <span class="rate">{progress_bar(lang, rate, time)} <span>{percent(rate)}</span></span> }
                    .into_any()
            }
            ReportColumn::Proportion => {
                view! { <span class="rate">{progress_bar(lang, rate, None)} <span>{percent(rate)}</span></span> }
                    .into_any()
            }
            _ => percent(rate).into_any(),
        },
    };
    view! { <td class="number">{content}</td> }.into_any()
}
