//! The units found, what is done to one, and to those that are ticked.

use super::PATH;
use crate::{
    api::account::ResendMany,
    components::{Tone, account_badge, badge, use_toaster},
    pages::units::neighbours,
    unit_query,
};
use domain::view::{AccountState, SmsState, UnitQuery, UnitRow, UnitSort, UnitsPage};
use leptos::{ev, form::FromFormData, html, prelude::*, server_fn::ServerFn};
use texts::Lang;

/// The name of the boxes; one for each value.
const CHOSEN: &str = "units[]";

/// The table, in the form that sends what is ticked.
pub(super) fn table(
    lang: Lang,
    query: &UnitQuery,
    page: UnitsPage,
    resend: ServerAction<ResendMany>,
    edits: bool,
) -> AnyView {
    let (chosen, exporting, all, alive) =
        (RwSignal::new(0), RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let form = NodeRef::<html::Form>::new();
    // Ticking all takes a script.
    Effect::new(move |_| alive.set(true));
    let toaster = use_toaster();
    let pending = resend.pending();
    let submit = move |event: ev::SubmitEvent| {
        if ticked(form) == 0 || pending.get_untracked() {
            event.prevent_default();
            toaster.show(if pending.get_untracked() { lang.manage_sending() } else { lang.manage_choose_first() });
        } else if !exporting.get_untracked() {
            event.prevent_default();
            if let Ok(units) = ResendMany::from_event(&event) {
                resend.dispatch(units);
            }
        }
    };
    // Counted once the boxes have followed.
    let count = move |_| request_animation_frame(move || chosen.set(ticked(form)));
    let choose_all = move || {
        alive.get().then(|| {
            view! {
                <input
                    type="checkbox"
                    aria-label=lang.manage_choose_all()
                    on:change=move |event| all.set(event_target_checked(&event))
                />
            }
        })
    };
    let head = view! {
        <thead>
            <tr>
                <th scope="col" class="cell-choose">{choose_all}</th>
                {sorted(lang.unit_name(), UnitSort::Name, "", query)}
                <th scope="col">{lang.units_account()}</th>
                {sorted(lang.units_total(), UnitSort::Total, "number", query)}
                <th scope="col" class="number">{lang.units_ratio()}</th>
                <th scope="col">{lang.unit_contact()}</th>
                <th scope="col">{lang.manage_actions()}</th>
            </tr>
        </thead>
    }
    .into_any();
    let tools = view! {
        <div class="manage-chosen">
            <span role="status">{move || alive.get().then(|| lang.manage_chosen(chosen.get()))}</span>
            <button type="submit" class="link-button" on:click=move |_| exporting.set(false)>
                {move || if pending.get() { lang.manage_sending() } else { lang.manage_resend() }}
            </button>
            <button
                type="submit"
                class="link-button"
                formmethod="get"
                formaction="/units/export.xlsx"
                name="chosen"
                value="yes"
                on:click=move |_| exporting.set(true)
            >
                {lang.manage_export_chosen()}
            </button>
        </div>
    }
    .into_any();
    let rows = page.rows.into_iter().map(|unit| row(lang, unit, all, edits)).collect_view();
    view! {
        <form method="post" action=ResendMany::url() node_ref=form on:submit=submit on:change=count>
            {tools}
            <div class="table-frame">
                <table class="table is-cards manage-table">
                    {head}
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </form>
        {neighbours(
            lang,
            page.previous,
            page.next,
            |at| unit_query::href(PATH, &UnitQuery { at: Some(at), ..query.clone() }),
        )}
    }
    .into_any()
}

/// How many boxes are ticked.
fn ticked(form: NodeRef<html::Form>) -> u32 {
    let data = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok());
    data.map_or(0, |data| data.get_all(CHOSEN).length())
}

/// The head of a column that the list may be ordered by; the other way round when it is already.
fn sorted(label: &'static str, sort: UnitSort, class: &'static str, query: &UnitQuery) -> AnyView {
    let here = query.sort == sort;
    let (order, sign) = match (here, query.descending) {
        (false, _) => (None, ""),
        (true, false) => (Some("ascending"), " ▲"),
        (true, true) => (Some("descending"), " ▼"),
    };
    let to = UnitQuery { sort, descending: here && !query.descending, at: None, ..query.clone() };
    view! {
        <th scope="col" class=class aria-sort=order>
            <a class="table-sort" href=unit_query::href(PATH, &to) data-noscroll="true">
                {label}
                <span aria-hidden="true">{sign}</span>
            </a>
        </th>
    }
    .into_any()
}

fn row(lang: Lang, unit: UnitRow, all: RwSignal<bool>, edits: bool) -> AnyView {
    let under = [unit.code, unit.superior].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let failed = (unit.sms == Some(SmsState::Failed) && unit.account != AccountState::Active)
        .then(|| badge(Tone::Error, "✕", lang.units_sms_failed()));
    let amount = |value: Option<String>| value.unwrap_or_else(|| "–".to_owned());
    let resets = matches!(unit.account, AccountState::NotActivated | AccountState::Active);
    // Links of many rows are told apart by the unit's name.
    let name = unit.name.clone();
    let about = move || view! { <span class="sr-only">{lang.import_colon()} {name.clone()}</span> };
    view! {
        <tr>
            <td class="cell-choose">
                <input
                    type="checkbox"
                    name=CHOSEN
                    value=unit.id.to_string()
                    aria-label=lang.manage_choose(&unit.name)
                    prop:checked=move || all.get()
                />
            </td>
            <td class="cell-main">
                <a href=format!("/units/{}", unit.id)>{unit.name}</a>
                <span class="cell-more">{under}</span>
            </td>
            <td class="cell-wide cell-account">
                <span class="digits">{unit.login.unwrap_or_default()}</span>
                <span class="cell-badges">{account_badge(lang, unit.account)} {failed}</span>
            </td>
            <td class="number" data-label=lang.units_total()>{amount(unit.total.map(texts::amount))}</td>
            <td class="number" data-label=lang.units_ratio()>{amount(unit.ratio.map(|ratio| format!("{ratio}%")))}</td>
            <td data-label=lang.unit_contact()>
                <span>{unit.contact.unwrap_or_else(|| "–".to_owned())}</span>
                <span class="cell-more digits">{unit.mobile}</span>
            </td>
            <td class="cell-wide cell-actions">
                {edits.then(|| view! { <a href=format!("/units/{}/edit", unit.id)>{lang.manage_edit()} {about()}</a> })}
                {resets.then(|| view! { <a href=format!("/units/{}/reset", unit.id)>{lang.manage_reset()} {about()}</a> })}
            </td>
        </tr>
    }
    .into_any()
}
