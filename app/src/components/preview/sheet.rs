//! The rows as the sheet shows them; the style turns them into cards on a phone.

use super::{Filter, copy, state_badge};
use crate::{
    components::{empty, pager, use_toaster},
    routes::{Route, UrlQuery},
};
use domain::{
    Code, Detail, Finding, Severity, Template,
    import_batch::{ROWS_PER_PAGE, RowView, RowsPage},
    schema::{Column, Kind, cell_name, letter, units},
};
use leptos::{ev, prelude::*};
use texts::Lang;
use wasm_bindgen::JsCast;

/// Up to this many columns fit on a screen of 1,366 pixels, however long their messages are.
const FITTING: usize = 10;
/// Up to this many columns fit in either language.
const FEW: usize = 7;

/// A page of rows with its pager, or a way to clear the filter where no row matches.
pub fn rows_view(lang: Lang, template: Template, filter: &Filter, path: &str, page: RowsPage) -> AnyView {
    if page.rows.is_empty() {
        let all = filter.with_state(None).searching(String::new()).href(path);
        let clear = view! { <a class="button" href=all data-noscroll="true">{lang.import_filter_clear()}</a> };
        return empty(lang.import_none_title(), lang.import_none_help(), clear.into_any());
    }
    let columns = columns(template, &page.rows);
    let rows = page.rows.iter().map(|row| row_view(lang, template, row, &columns)).collect_view();
    // The fragment scrolls to the first row, also without JavaScript.
    let at = |to: u32| format!("{}#rows", filter.at(to).href(path));
    let toaster = use_toaster();
    // One listener serves all suggestions of the page.
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
        <div class="sheet-frame" class:is-wide={columns.len() > FITTING} class:is-short={columns.len() <= FEW} role="region" tabindex="0" aria-label=lang.import_table() on:click=copy>
            <table class="sheet">
                {head(lang, template, &columns)}
                <tbody>{rows}</tbody>
            </table>
        </div>
        <div class="sheet-foot">
            <span>{lang.import_found(page.total)}</span>
            {pager(lang, page.page, page.total.div_ceil(ROWS_PER_PAGE), at)}
        </div>
    }
    .into_any()
}

type Columns = Vec<(u8, &'static Column)>;

/// The visible columns. 序号 is left out, because the row number says the same, and so are optional columns that are empty in
/// every row here. Their letters are missing then, as for hidden columns of a sheet.
fn columns(template: Template, rows: &[RowView]) -> Columns {
    let used = |index: u8| {
        rows.iter().any(|row| {
            row.cells.get(usize::from(index)).is_some_and(|text| !text.is_empty())
                || row.findings.iter().any(|finding| finding.column == index)
        })
    };
    (0..)
        .zip(template.columns())
        .filter(|(index, column)| column.kind != Kind::Serial && (column.required() || used(*index)))
        .collect()
}

fn head(lang: Lang, template: Template, columns: &Columns) -> AnyView {
    let cells = columns
        .iter()
        .map(|&(index, column)| {
            let class = kind_class(column.kind);
            view! {
                <th scope="col" class=class title=column.label()>
                    {label(lang.column_label(template, index))}
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

/// A column's name, with a line break before its unit where space is short.
fn label(text: &'static str) -> AnyView {
    let (name, unit) = text.split_at(text.find('(').unwrap_or(text.len()));
    view! { {name} <wbr/> {unit} }.into_any()
}

fn kind_class(kind: Kind) -> &'static str {
    match kind {
        Kind::Amount | Kind::Ratio | Kind::Share => "is-number",
        Kind::CreditCode => "is-code",
        Kind::Mobile => "is-mobile",
        Kind::Name => "is-name",
        // 一级预算单位 is longer than 中央.
        Kind::List(words) if words.iter().any(|word| word.chars().count() > 4) => "is-budget",
        Kind::List(_) => "is-level",
        Kind::Remark | Kind::UnitName => "is-text",
        Kind::Contact | Kind::Serial => "is-person",
    }
}

fn row_view(lang: Lang, template: Template, row: &RowView, columns: &Columns) -> AnyView {
    let cells = columns.iter().map(|&(index, column)| cell(lang, template, row, index, column)).collect_view();
    view! {
        <tr data-row=row.row data-state=row.state.as_str()>
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
    // A cell shows one finding. The state 已存在 already says `unchanged`.
    let finding = row.findings.iter().find(|f| f.column == index && f.code != Code::Unchanged);
    let Some(finding) = finding else {
        return view! { <td class=kind>{text}</td> }.into_any();
    };
    let severity = match finding.severity() {
        Severity::Error => "is-error",
        Severity::Warning => "is-warning",
        Severity::Info => "is-info",
    };
    let name = cell_name(row.row, index);
    let dispute = dispute_link(lang, template, row, finding.code);
    let value = match &finding.detail {
        Detail::Change { from, to } => change(lang, finding.code, from, to),
        _ => text.into_any(),
    };
    view! {
        <td class=format!("{kind} {severity}") data-cell=name.clone() data-code=finding.code.as_str()>
            <span class="narrow-only cell-caption">{lang.import_cell(lang.column_label(template, index), &name)}</span>
            <span class="cell-value">{value}</span>
            {(finding.severity() > Severity::Info).then(|| note(lang, template, &name, finding))}
            {dispute}
        </td>
    }
    .into_any()
}

/// The error and its correction, after the cell's name as the spreadsheet program shows it.
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

/// 提出代码争议, at a code that a unit elsewhere has.
fn dispute_link(lang: Lang, template: Template, row: &RowView, code: Code) -> Option<AnyView> {
    if (template, code) != (Template::Units, Code::CodeTaken) {
        return None;
    }
    let cell = |column: u8| row.cells.get(usize::from(column)).map(String::as_str).unwrap_or_default();
    let page = Route::dispute_about(cell(units::CODE), cell(units::NAME), cell(units::SUPERIOR));
    Some(view! { <span class="cell-maybe"><a href=page>{lang.dispute_link()}</a></span> }.into_any())
}

/// Old → new. Blanks of the old value are marked, so that the reader sees what was removed.
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
