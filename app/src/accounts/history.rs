//! The history of a unit or a purchaser: the changes with their account and their time.

use crate::{components::card, time::moment};
use domain::{
    Template,
    form::{column_of, purchaser_column_of},
    history::{Change, EventView},
};
use leptos::prelude::*;
use texts::Lang;

/// The events.
pub(crate) fn history_card(lang: Lang, template: Template, events: Vec<EventView>) -> AnyView {
    let body = if events.is_empty() {
        view! { <p class="card-none">{lang.unit_events_none()}</p> }.into_any()
    } else {
        let items = events
            .into_iter()
            .map(|event| {
                view! {
                    <li>
                        <span class="trail-what">{lang.audit_action(event.action)}</span>
                        <span class="quiet">
                            <span class="digits">{event.actor}</span>
                            {network_address(event.address)}
                            " · "
                            {moment(lang, event.at)}
                        </span>
                        {changes(lang, template, event.year, event.changes)}
                    </li>
                }
            })
            .collect_view();
        view! { <ol class="trail">{items}</ol> }.into_any()
    };
    card("events", lang.unit_events(), body)
}

/// The network address that an event came from.
fn network_address(address: String) -> Option<AnyView> {
    (!address.is_empty()).then(|| view! { " " <small class="digits">{address}</small> }.into_any())
}

/// The changes of an event, each from the old to the new value.
fn changes(lang: Lang, template: Template, year: Option<i32>, mut changes: Vec<Change>) -> Option<AnyView> {
    if changes.is_empty() {
        return None;
    }
    // The order of the form; fields that the form does not have come last.
    let column = |field: &str| match template {
        Template::Units => column_of(field),
        Template::Purchasers => purchaser_column_of(field),
    };
    changes.sort_by_key(|change| column(&change.field).unwrap_or(u8::MAX));
    let shown = |field: &str, value: Option<String>| {
        value.map_or_else(|| lang.change_empty().to_owned(), |value| lang.change_value(field, &value))
    };
    let items = changes
        .into_iter()
        .map(|Change { field, before, after }| {
            let year = year.filter(|_| matches!(field.as_str(), "total" | "ratio" | "share"));
            let year = year.map(|year| format!(" {year}"));
            // A new value replaces nothing, so no old value is shown.
            let before = before.map(|before| view! { <del>{shown(&field, Some(before))}</del> " → " });
            view! {
                <li>
                    <span class="quiet">{lang.change_field(template, &field)} {year} {lang.import_colon()}</span>
                    {before}
                    <ins>{shown(&field, after)}</ins>
                </li>
            }
        })
        .collect_view();
    Some(view! { <ul class="trail-changes">{items}</ul> }.into_any())
}
