//! The page of a report. Its table, its unit and all conditions are in the address.

use super::{
    api::{ReportView, get_report},
    conditions::{conditions, tabs, units_above},
    subject_name,
    summary::summary,
    table::report_table,
};
use crate::{
    components::{PageTitle, Tone, empty, notice, skeleton, unavailable_page},
    forms::load_one,
    i18n::use_lang,
    lists::query_in_address,
    routes::{Endpoint, Route, UrlQuery, parameter},
    time::moment,
};
use domain::{
    purchases::MAX_CHILDREN,
    report::{ReportKind, ReportQuery, ReportTable},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use texts::Lang;

/// The page.
#[component]
pub(crate) fn ReportPage() -> impl IntoView {
    let lang = use_lang();
    let path = use_params_map();
    let kind = Memo::new(move |_| match path.read().get_str(parameter::REPORT) {
        None | Some("") => Some(ReportKind::default()),
        Some(word) => ReportKind::from_name(word),
    });
    let query = query_in_address::<ReportQuery>();
    let data = load_one(
        move || kind.get().map(|kind| (kind, query.get())),
        |(kind, query)| async move { get_report(kind, query.clone()).await.map(|view| (query, view)) },
    );
    view! {
        <Transition fallback=|| skeleton(10)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok((query, view)) => page(lang, &query, &view),
                    Err(error) => unavailable_page(lang, error.problem()),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn page(lang: Lang, query: &ReportQuery, view: &ReportView) -> AnyView {
    let table = &view.table;
    let kind = table.kind;
    let time = match (kind.is_of_purchases(), kind.is_of_year()) {
        (true, _) => Some(lang.report_as_of(table.until)),
        (false, true) => Some(lang.plan_in_year(table.until.year())),
        (false, false) => None,
    };
    let read_at = lang.report_read(&moment(lang, table.read_at));
    let lead = [subject_name(lang, table).to_owned()].into_iter().chain(time).chain([read_at]);
    let lead = lead.collect::<Vec<_>>().join(" · ");
    let content = if kind.is_list() && table.rows.is_empty() {
        empty(lang.report_list_none(), lang.report_list_none_help(), ().into_any())
    } else if table.rows.is_empty() {
        empty(lang.report_none(), lang.report_none_help(), ().into_any())
    } else {
        let most = table.more.then(|| notice(Tone::Info, "", lang.report_more(kind, MAX_CHILDREN)));
        view! {
            {most}
            {chart(lang, view.chart.as_deref())}
            {report_table(lang, query, table)}
        }
        .into_any()
    };
    let export = query.href(Endpoint::Report(kind));
    view! {
        <PageTitle title=lang.report_title(kind) crumbs=vec![(lang.report_section().to_owned(), None)] lead>
            <PrintButton/>
            <a class="button" href=export download rel="external">
                <span aria-hidden="true">"↓ "</span>
                {lang.report_export()}
            </a>
        </PageTitle>
        <div class="report">
            {tabs(lang, query, kind)}
            {units_above(lang, query, table)}
            {conditions(lang, query, table)}
            {(kind == ReportKind::Execution).then(|| summary(lang, query, table))}
            {content}
            {definitions(lang, table)}
        </div>
    }
    .into_any()
}

/// 打印. Without JavaScript the browser's own menu prints the page.
#[component]
fn PrintButton() -> impl IntoView {
    let lang = use_lang();
    let works = RwSignal::new(false);
    Effect::new(move |_| works.set(true));
    view! {
        <button
            type="button"
            class="button report-print"
            hidden=move || !works.get()
            on:click=|_| {
                // A browser that cannot print says so itself.
                let _ = window().print();
            }
        >
            {lang.report_print()}
        </button>
    }
    .into_any()
}

/// The drawing that the server has made.
fn chart(lang: Lang, drawing: Option<&str>) -> Option<AnyView> {
    let drawing = drawing?.to_owned();
    Some(
        view! {
            <section class="card chart" aria-label=lang.report_chart()>
                <div inner_html=drawing></div>
            </section>
        }
        .into_any(),
    )
}

/// 口径说明.
fn definitions(lang: Lang, table: &ReportTable) -> AnyView {
    let columns = table.columns.iter().filter_map(|column| lang.report_column_means(*column));
    let basis = table.kind.is_of_purchases().then(|| lang.report_basis_means(table.basis));
    let lines = basis.into_iter().chain(columns).chain([lang.report_missing_means()]);
    let lines = lines.map(|line| view! { <li>{line}</li> }).collect_view();
    view! {
        <section class="report-definitions" aria-labelledby="definitions">
            <h2 id="definitions">{lang.report_definitions()}</h2>
            <ul>{lines}</ul>
        </section>
    }
    .into_any()
}

/// The page of a report with conditions.
pub(super) fn address(query: &ReportQuery, kind: ReportKind) -> String {
    query.href(Route::Report(kind))
}
