//! The figures of the whole subtree, each beside what it is compared with.

use super::{NONE, bar::progress_bar};
use crate::routes::{Route, UrlQuery};
use domain::{
    plan_filing::FilingQuery,
    report::{Rate, ReportColumn, ReportQuery, ReportSummary, ReportTable, shortfall},
};
use leptos::prelude::*;
use texts::{Lang, amount_in, percent};

/// The cards.
pub(super) fn summary(lang: Lang, query: &ReportQuery, table: &ReportTable) -> Option<AnyView> {
    let ReportSummary { share, amounts: now, last_year: before } = table.summary?;
    let amount = |fen: i64| amount_in(query.amounts, fen);
    let (completed, completed_before) = (now.completed(table.basis), before.completed(table.basis));
    let rate = |part: i64| Rate::of(part, share?);
    let shown = |rate: Option<Rate>| rate.map_or_else(|| NONE.to_owned(), percent);
    let share_card = share.map(|share| {
        let plans = FilingQuery {
            year: Some(table.until.year()),
            below: table.unit.as_ref().map(|unit| unit.id),
            ..FilingQuery::default()
        };
        view! {
            <div>
                <dt>{lang.report_column(ReportColumn::Share)}</dt>
                <dd class="report-figure"><a href=plans.href(Route::ReviewPlans)>{amount(share)}</a></dd>
                <dd class="quiet">{lang.report_year(table.until.year())}</dd>
            </div>
        }
    });
    let traded = share.map(|_| lang.report_traded(&shown(rate(now.ordered))));
    let traded = traded.unwrap_or_else(|| lang.report_last_year_same(&amount(before.ordered)));
    let against_time = rate(completed).zip(share).map(|(progress, share)| {
        view! {
            <dd>{progress_bar(lang, progress, Some(table.time))}</dd>
            <dd class="quiet">{lang.report_time_line(progress, table.time, &amount(shortfall(share, completed)))}</dd>
        }
    });
    Some(
    view! {
        <dl class="report-summary" aria-label=lang.report_summary()>
            {share_card}
            <div>
                <dt>{lang.report_column(ReportColumn::Ordered)}</dt>
                <dd class="report-figure">{amount(now.ordered)}</dd>
                <dd class="quiet">{traded}</dd>
            </div>
            <div>
                <dt>{lang.report_column(ReportColumn::Paid)}</dt>
                <dd class="report-figure">{amount(now.paid)}</dd>
                <dd class="quiet">{lang.report_unpaid(&amount(now.ordered - now.paid))}</dd>
            </div>
            <div class="is-main">
                <dt>{lang.report_completed_by(table.basis)}</dt>
                <dd class="report-figure">{amount(completed)} {rate(completed).map(|rate| view! { <b>{percent(rate)}</b> })}</dd>
                {against_time}
                <dd class="quiet">{lang.report_last_year_same(&amount(completed_before))}</dd>
            </div>
        </dl>
    }
    .into_any(),
    )
}
