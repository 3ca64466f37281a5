//! A table of a bulletin: without links and bars, as it is printed.

use domain::report::{AmountUnit, ReportCell, ReportTable};
use leptos::prelude::*;
use texts::Lang;

/// The table with its number.
pub(super) fn bulletin_table(lang: Lang, amounts: AmountUnit, number: u32, table: &ReportTable) -> AnyView {
    let heads =
        table.columns.iter().map(|column| view! { <th scope="col" class="number">{lang.report_column(*column)}</th> });
    let cells = |cells: &[ReportCell]| {
        cells.iter().map(|cell| view! { <td class="number">{lang.report_cell(amounts, *cell)}</td> }).collect_view()
    };
    let rows = table
        .rows
        .iter()
        .map(|row| view! { <tr><th scope="row" class="report-subject">{lang.report_row(&row.subject)}</th> {cells(&row.cells)}</tr> })
        .collect_view();
    let caption = lang.bulletin_table(number, table.kind, amounts);
    let label = caption.clone();
    view! {
        <div class="table-frame report-frame" role="region" tabindex="0" aria-label=label>
            <table class="table report-table bulletin-table">
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col" class="report-subject">{lang.report_subject(table.kind)}</th>
                        {heads.collect_view()}
                    </tr>
                </thead>
                <tbody>
                    {rows}
                    <tr class="report-total">
                        <th scope="row" class="report-subject">{lang.report_total()}</th>
                        {cells(&table.total)}
                    </tr>
                </tbody>
            </table>
        </div>
    }
    .into_any()
}
