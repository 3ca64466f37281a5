//! The table of units that 预算单位列表 and 预算单位管理 share.

use super::chosen::Choose;
use crate::{
    components::{self, Tone, account_badge, badge, empty},
    session::me,
    unit_query,
};
use domain::{
    Template,
    view::{AccountState, SmsState, UnitQuery, UnitRow, UnitSort},
};
use leptos::prelude::*;
use texts::Lang;

/// The units of a page of the list at `path`, in the order of the query.
pub(super) fn table(
    lang: Lang,
    path: &'static str,
    query: &UnitQuery,
    rows: Vec<UnitRow>,
    choose: Option<Choose>,
) -> AnyView {
    let head = |label, sort, class| sorted(label, sort, class, path, query);
    let edits = me().is_some_and(|me| me.unit.is_some());
    let rows = rows.into_iter().map(|unit| row(lang, unit, choose, edits)).collect_view();
    let (box_head, level, actions) = match choose {
        Some(choose) => (Some(choose.head(lang)), None, Some(view! { <th scope="col">{lang.manage_actions()}</th> })),
        None => (None, Some(view! { <th scope="col">{lang.unit_admin_level()}</th> }), None),
    };
    view! {
        <div class="table-frame">
            <table class="table is-cards">
                <thead>
                    <tr>
                        {box_head}
                        {head(lang.unit_name(), UnitSort::Name, "")}
                        <th scope="col">{lang.units_account()}</th>
                        {level}
                        {head(lang.units_total(), UnitSort::Total, "number")}
                        <th scope="col" class="number">{lang.units_ratio()}</th>
                        <th scope="col">{lang.unit_contact()}</th>
                        {actions}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The head of a column that the list may be ordered by; the other way round when it is already.
fn sorted(label: &'static str, sort: UnitSort, class: &'static str, path: &str, query: &UnitQuery) -> AnyView {
    let here = query.sort == sort;
    let (order, sign) = match (here, query.descending) {
        (false, _) => (None, ""),
        (true, false) => (Some("ascending"), " ▲"),
        (true, true) => (Some("descending"), " ▼"),
    };
    let to = UnitQuery { sort, descending: here && !query.descending, at: None, ..query.clone() };
    view! {
        <th scope="col" class=class aria-sort=order>
            <a class="table-sort" href=unit_query::href(path, &to) data-noscroll="true">
                {label}
                <span aria-hidden="true">{sign}</span>
            </a>
        </th>
    }
    .into_any()
}

fn row(lang: Lang, unit: UnitRow, choose: Option<Choose>, edits: bool) -> AnyView {
    let href = format!("/units/{}", unit.id);
    let code = unit.code.map(|code| view! { <span class="digits">{code}</span> });
    let superior = unit.superior.map(|superior| view! { <span>{superior}</span> });
    let amount = |value: Option<String>| value.unwrap_or_else(|| "–".to_owned());
    let (tick, level, actions) = if let Some(choose) = choose {
        let tick = choose.cell(lang, unit.id.to_string(), &unit.name);
        (Some(tick), None, Some(actions(lang, &href, &unit.name, unit.account, edits)))
    } else {
        let level = lang.admin_level(unit.admin_level);
        (None, Some(view! { <td data-label=lang.unit_admin_level()>{level}</td> }), None)
    };
    view! {
        <tr>
            {tick}
            <td class="cell-main">
                <a href=href>{unit.name}</a>
                <span class="cell-more is-parts">{code} {superior}</span>
            </td>
            {account_cell(lang, unit.login, unit.account, unit.sms)}
            {level}
            <td class="number" data-label=lang.units_total()>{amount(unit.total.map(texts::amount))}</td>
            <td class="number" data-label=lang.units_ratio()>{amount(unit.ratio.map(|ratio| format!("{ratio}%")))}</td>
            <td data-label=lang.unit_contact()>
                <span>{unit.contact.unwrap_or_else(|| "–".to_owned())}</span>
                <span class="cell-more digits">{unit.mobile}</span>
            </td>
            {actions}
        </tr>
    }
    .into_any()
}

/// An account, its state, and whether its contact was never reached.
pub(super) fn account_cell(lang: Lang, login: Option<String>, account: AccountState, sms: Option<SmsState>) -> AnyView {
    let failed = (sms == Some(SmsState::Failed) && account != AccountState::Active)
        .then(|| badge(Tone::Error, "✕", lang.units_sms_failed()));
    view! {
        <td class="cell-wide cell-account">
            <span class="digits">{login.unwrap_or_default()}</span>
            <span class="cell-badges">{account_badge(lang, account)} {failed}</span>
        </td>
    }
    .into_any()
}

fn actions(lang: Lang, href: &str, name: &str, account: AccountState, edits: bool) -> AnyView {
    let resets = matches!(account, AccountState::NotActivated | AccountState::Active);
    // Links of many rows are told apart by the unit's name.
    let link = |what: &'static str, label: &'static str| {
        let about = format!("{}{name}", lang.import_colon());
        view! { <a href=format!("{href}/{what}")>{label} <span class="sr-only">{about}</span></a> }
    };
    view! {
        <td class="cell-wide cell-actions">
            {edits.then(|| link("edit", lang.manage_edit()))}
            {resets.then(|| link("reset", lang.manage_reset()))}
        </td>
    }
    .into_any()
}

/// Links to the neighbouring pages; nothing where all fits on one.
pub(super) fn neighbours(
    lang: Lang,
    path: &str,
    query: &UnitQuery,
    previous: Option<String>,
    next: Option<String>,
) -> Option<AnyView> {
    let there = |at: String| unit_query::href(path, &UnitQuery { at: Some(at), ..query.clone() });
    components::neighbours(lang, previous.map(there), next.map(there))
}

/// No unit fits, or there is none yet: what belongs here, and the first step.
pub(super) fn none(lang: Lang, path: &'static str, query: &UnitQuery) -> AnyView {
    if unit_query::is_filtered(query) {
        let clear = view! { <a class="button" href=path>{lang.clear_search()}</a> }.into_any();
        return empty(lang.units_not_found(), lang.units_not_found_help(), clear);
    }
    let imports = me().is_some_and(|me| me.unit.is_some());
    let first = imports
        .then(|| view! { <a class="button is-primary" href="/units/import">{lang.import_title(Template::Units)}</a> });
    empty(lang.units_none(), lang.units_none_help(), first.into_any())
}
