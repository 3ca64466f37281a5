//! The table of units in 预算单位列表 and 预算单位管理.

use crate::{
    components::account_cell,
    current_account::own_unit,
    lists::{RowSelection, no_match},
    routes::{ListQuery, Route, UrlQuery},
};
use domain::{
    Template,
    account::AccountState,
    ids::UnitId,
    unit::{UnitListItem, UnitQuery, UnitSort},
};
use leptos::prelude::*;
use texts::Lang;

/// The units of a page of the list `list`, in the order of the query. With a selection the rows can be ticked and acted on.
pub(super) fn units_table(
    lang: Lang,
    list: Route,
    query: &UnitQuery,
    rows: Vec<UnitListItem>,
    selection: Option<RowSelection>,
) -> AnyView {
    let head = |label, sort, class| sorted(label, sort, class, list, query);
    let edits = own_unit().is_some();
    let rows = rows.into_iter().map(|unit| row(lang, unit, selection, edits)).collect_view();
    let (box_head, level, actions) = match selection {
        Some(selection) => {
            (Some(selection.head(lang)), None, Some(view! { <th scope="col">{lang.manage_actions()}</th> }))
        }
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

/// The head of a column that can order the list. Its link reverses the order if the column already orders the list.
fn sorted(label: &'static str, sort: UnitSort, class: &'static str, list: Route, query: &UnitQuery) -> AnyView {
    let current = query.sort == sort;
    let (order, sign) = match (current, query.descending) {
        (false, _) => (None, ""),
        (true, false) => (Some("ascending"), " ▲"),
        (true, true) => (Some("descending"), " ▼"),
    };
    let reordered = UnitQuery { sort, descending: current && !query.descending, ..query.first_page() };
    view! {
        <th scope="col" class=class aria-sort=order>
            <a class="table-sort" href=reordered.href(list) data-noscroll="true">
                {label}
                <span aria-hidden="true">{sign}</span>
            </a>
        </th>
    }
    .into_any()
}

fn row(lang: Lang, unit: UnitListItem, selection: Option<RowSelection>, edits: bool) -> AnyView {
    let code = unit.code.map(|code| view! { <span class="digits">{code}</span> });
    let superior = unit.superior.map(|superior| view! { <span>{superior}</span> });
    let amount = |value: Option<String>| value.unwrap_or_else(|| "–".to_owned());
    let (tick, level, actions) = if let Some(selection) = selection {
        let tick = selection.cell(lang, unit.id.to_string(), &unit.name);
        (Some(tick), None, Some(actions(lang, unit.id, &unit.name, unit.account, edits)))
    } else {
        let level = lang.admin_level(unit.admin_level);
        (None, Some(view! { <td data-label=lang.unit_admin_level()>{level}</td> }), None)
    };
    view! {
        <tr>
            {tick}
            <td class="cell-main">
                <a href=Route::Unit(unit.id)>{unit.name}</a>
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

fn actions(lang: Lang, unit: UnitId, name: &str, account: AccountState, edits: bool) -> AnyView {
    let resets = matches!(account, AccountState::NotActivated | AccountState::Active);
    // The unit's name distinguishes the links of many rows for screen readers.
    let link = |page: Route, label: &'static str| {
        let about = format!("{}{name}", lang.import_colon());
        view! { <a href=page>{label} <span class="sr-only">{about}</span></a> }
    };
    view! {
        <td class="cell-wide cell-actions">
            {edits.then(|| link(Route::EditUnit(unit), lang.manage_edit()))}
            {resets.then(|| link(Route::ResetUnitPassword(unit), lang.manage_reset()))}
        </td>
    }
    .into_any()
}

/// In place of an empty list.
pub(super) fn no_units(lang: Lang, list: Route, query: &UnitQuery) -> AnyView {
    let filtered = (lang.units_not_found(), lang.units_not_found_help());
    no_match(lang, Template::Units, list, query.is_filtered(), filtered, (lang.units_none(), lang.units_none_help()))
}
