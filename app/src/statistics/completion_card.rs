//! 桌面: what the own scope has completed this year, beside the share and the time.

use super::{NONE, bar::progress_bar};
use crate::{components::card, routes::Route};
use domain::report::{AmountUnit, Completion, Rate, ReportKind, ReportSummary, shortfall};
use leptos::prelude::*;
use texts::{Lang, amount_in, percent};

/// The card. It leads to the report.
pub(crate) fn completion_card(lang: Lang, completion: &Completion) -> AnyView {
    let ReportSummary { share, amounts, last_year } = completion.summary;
    // 万元 has no short name in English.
    let unit = match lang {
        Lang::Zh => AmountUnit::Wan,
        Lang::En => AmountUnit::Yuan,
    };
    let amount = |fen: i64| format!("{} {}", amount_in(unit, fen), lang.amount_unit(unit));
    let (share, completed) = (share.unwrap_or_default(), amounts.completed(completion.basis));
    let progress = Rate::of(completed, share);
    let against_time = progress.map(|progress| {
        let missing = amount(shortfall(share, completed));
        view! {
            {progress_bar(lang, progress, Some(completion.time))}
            <p class="quiet">{lang.report_time_line(progress, completion.time, &missing)}</p>
        }
    });
    let body = view! {
        <div class="desk-completion">
            <p class="report-figure">{progress.map_or_else(|| NONE.to_owned(), percent)}</p>
            {against_time}
            <p>{lang.report_completed_of(&amount(completed), &amount(share))}</p>
            <p class="quiet">{lang.report_last_year_same(&amount(last_year.completed(completion.basis)))}</p>
            <p><a href=Route::Report(ReportKind::Execution)>{lang.report_section()}</a></p>
        </div>
    };
    card("completion", lang.report_desktop_title(), body.into_any())
}
