//! The rows as the sheet shows them; cards on a phone, by style alone.

use super::{Filter, copy, state_badge};
use domain::{
    Code, Detail, Finding, Severity, Template,
    schema::{Column, Kind, cell_name, letter},
    view::{ROWS_PER_PAGE, RowView, RowsPage},
};
use leptos::{ev, prelude::*};
use texts::Lang;
use wasm_bindgen::JsCast;

/// A page of rows with its pager, or what to do when none fits.
pub fn rows_view(lang: Lang, template: Template, filter: &Filter, path: &str, page: RowsPage) -> AnyView {
    if page.rows.is_empty() {
        return view! {
            <div class="sheet-empty" role="status">
                <h2>{lang.import_none_title()}</h2>
                <p>{lang.import_none_help()}</p>
                <a class="button" href=filter.with_state(None).searching(String::new()).href(path) data-noscroll="true">
                    {lang.import_filter_clear()}
                </a>
            </div>
        }
        .into_any();
    }
    let pager = pager(lang, filter, path, &page);
    let rows = page.rows.into_iter().map(|row| row_view(lang, template, &row)).collect_view();
    let toaster = crate::components::use_toaster();
    // One listener for every suggestion of the page.
    let copy = move |event: ev::MouseEvent| {
        let button = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|element| element.closest("button.suggestion").ok().flatten());
        if let Some(text) = button.and_then(|button| button.text_content()) {
            copy::copy(text, move |copied| {
                toaster.show(if copied { lang.import_copied() } else { lang.import_copy_failed() });
            });
        }
    };
    view! {
        <div class="sheet-frame">
            <div class="sheet-scroll" role="region" tabindex="0" aria-label=lang.import_table() on:click=copy>
                <table class="sheet">
                    {head(lang, template)}
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
        {pager}
    }
    .into_any()
}

/// The columns shown: all but 序号, which says nothing that the row number does not.
fn columns(template: Template) -> impl Iterator<Item = (u8, &'static Column)> {
    (0..).zip(template.columns()).filter(|(_, column)| column.kind != Kind::Serial)
}

fn head(lang: Lang, template: Template) -> AnyView {
    let cells = columns(template)
        .map(|(index, column)| {
            let class = kind_class(column.kind);
            view! {
                <th scope="col" class=class title=column.label()>
                    {lang.column_label(template, index)}
                    <span class="sheet-letter">{letter(index)}</span>
                </th>
            }
        })
        .collect_view();
    view! {
        <thead>
            <tr>
                <th scope="col" class="sheet-row">{lang.import_row()}</th>
                <th scope="col" class="sheet-state">{lang.import_state()}</th>
                {cells}
            </tr>
        </thead>
    }
    .into_any()
}

const fn kind_class(kind: Kind) -> &'static str {
    match kind {
        Kind::Amount | Kind::Ratio | Kind::Share => "is-number",
        Kind::CreditCode | Kind::Mobile => "is-digits",
        Kind::Name => "is-name",
        Kind::List(_) => "is-word",
        Kind::Remark | Kind::UnitName => "is-text",
        Kind::Contact | Kind::Serial => "is-person",
    }
}

fn row_view(lang: Lang, template: Template, row: &RowView) -> AnyView {
    let cells = columns(template).map(|(index, column)| cell(lang, template, row, index, column)).collect_view();
    view! {
        <tr>
            <th scope="row" class="sheet-row">
                <span class="wide-only">{row.row}</span>
                <span class="narrow-only">{lang.import_row_number(row.row)}</span>
            </th>
            <td class="sheet-state">
                {state_badge(lang, row.state)}
                {row.login.clone().map(|login| view! { <span class="sheet-login">{login}</span> })}
            </td>
            {cells}
        </tr>
    }
    .into_any()
}

fn cell(lang: Lang, template: Template, row: &RowView, index: u8, column: &Column) -> AnyView {
    let text = row.cells.get(usize::from(index)).cloned().unwrap_or_default();
    let kind = kind_class(column.kind);
    // 已存在 says all that this finding says.
    let findings = || row.findings.iter().filter(|f| f.column == index && f.code != Code::Unchanged);
    let Some(worst) = findings().map(Finding::severity).max() else {
        return view! { <td class=kind>{text}</td> }.into_any();
    };
    let severity = match worst {
        Severity::Error => "is-error",
        Severity::Warning => "is-warning",
        Severity::Info => "is-info",
    };
    let name = cell_name(row.row, index);
    let value = findings()
        .find_map(|f| match &f.detail {
            Detail::Change { from, to } => Some(change(lang, f.code, from, to)),
            _ => None,
        })
        .unwrap_or_else(|| text.into_any());
    let notes = findings()
        .filter(|f| f.severity() > Severity::Info)
        .map(|finding| note(lang, template, &name, finding))
        .collect_view();
    view! {
        <td class=format!("{kind} {severity}")>
            <span class="narrow-only cell-caption">{lang.import_cell(lang.column_label(template, index), &name)}</span>
            <span class="cell-value">{value}</span>
            {notes}
        </td>
    }
    .into_any()
}

/// What is wrong and how to mend it, beginning with the cell's name as WPS shows it.
fn note(lang: Lang, template: Template, name: &str, finding: &Finding) -> AnyView {
    let suggestions = (!finding.suggestions.is_empty()).then(|| {
        let buttons = finding
            .suggestions
            .iter()
            .map(|text| {
                view! {
                    " "
                    <button type="button" class="suggestion" title=lang.import_copy_hint()>{text.clone()}</button>
                }
            })
            .collect_view();
        view! { <span class="cell-maybe">{lang.import_maybe()} {buttons}</span> }
    });
    view! {
        <span class="cell-note">
            <span class="wide-only">{format!("{name} ")}</span>
            {lang.finding(template, finding)}
        </span>
        {suggestions}
    }
    .into_any()
}

/// Old → new. What was tidied away must be seen, so blanks of the old value get a visible sign.
fn change(lang: Lang, code: Code, from: &str, to: &str) -> AnyView {
    let was = match from {
        "" => lang.import_blank().to_owned(),
        _ if code == Code::Normalized => visible_blanks(from),
        _ => from.to_owned(),
    };
    view! {
        <span class="sr-only">{lang.import_was()} " "</span>
        <del>{was}</del>
        <span aria-hidden="true">" → "</span>
        <span class="sr-only">" " {lang.import_becomes()} " "</span>
        <ins>{if to.is_empty() { lang.import_blank().to_owned() } else { to.to_owned() }}</ins>
    }
    .into_any()
}

fn visible_blanks(text: &str) -> String {
    let inner = text.trim();
    let start = text.len() - text.trim_start().len();
    let sign = |part: &str| "␣".repeat(part.chars().count());
    let (before, after) = (text.get(..start).unwrap_or_default(), text.get(start + inner.len()..).unwrap_or_default());
    let middle = inner.chars().map(|c| if c.is_whitespace() && c != ' ' { '␣' } else { c });
    sign(before).chars().chain(middle).chain(sign(after).chars()).collect()
}

fn pager(lang: Lang, filter: &Filter, path: &str, page: &RowsPage) -> Option<AnyView> {
    let pages = page.total.div_ceil(ROWS_PER_PAGE);
    if pages < 2 {
        return None;
    }
    // The fragment brings the first row back into view, with JavaScript and without.
    let link = |to: u32, label: &'static str, rel: &'static str| {
        let there = (1..=pages).contains(&to);
        let href = there.then(|| format!("{}#rows", filter.at(to).href(path)));
        view! {
            <a class="button" href=href rel=rel aria-disabled=(!there).then_some("true") role=(!there).then_some("link")>
                {label}
            </a>
        }
    };
    Some(
        view! {
            <nav class="sheet-pager" aria-label=lang.import_pages()>
                <span>{lang.import_found(page.total)}</span>
                {link(page.page.saturating_sub(1), lang.import_previous(), "prev")}
                <span aria-current="page">{lang.import_page_of(page.page, pages)}</span>
                {link(page.page + 1, lang.import_next(), "next")}
            </nav>
        }
        .into_any(),
    )
}

/// The shape of the sheet while its rows are on their way; appears only after a while, by style.
#[component]
pub fn SheetSkeleton() -> impl IntoView {
    let lines = (0..8).map(|_| view! { <div class="skeleton-line"></div> }).collect_view();
    view! { <div class="sheet-frame sheet-skeleton" aria-hidden="true">{lines}</div> }.into_any()
}
