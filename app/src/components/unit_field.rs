//! A unit by name, found while typing. Without a script its full name is typed.

use super::field::{FieldError, described_by, frame, invalid};
use crate::api::unit::find_superiors;
use domain::view::UnitRef;
use leptos::{leptos_dom::helpers::set_timeout, prelude::*, task::spawn_local};
use std::time::Duration;

/// How long a pause in typing is before names are asked for.
const PAUSE: Duration = Duration::from_millis(200);

/// A line of text with the names that contain it. The id goes along where the name is that of one unit found.
#[component]
pub fn UnitField(
    /// The input's name, its id too.
    name: &'static str,
    /// The name under which the unit's id is sent.
    id_name: &'static str,
    /// What belongs in it.
    label: &'static str,
    /// How to fill it in.
    hint: &'static str,
    /// What is wrong.
    error: FieldError,
    /// The unit that stands there at first.
    #[prop(optional_no_strip)]
    value: Option<UnitRef>,
) -> impl IntoView {
    let typed = RwSignal::new(value.as_ref().map(|unit| unit.name.clone()).unwrap_or_default());
    let found = RwSignal::new(value.into_iter().collect::<Vec<_>>());
    let first = typed.get_untracked();
    let id = move || {
        found.with(|found| {
            let mut fits = found.iter().filter(|unit| typed.with(|typed| unit.name == typed.trim()));
            match (fits.next(), fits.next()) {
                (Some(unit), None) => unit.id.to_string(),
                _ => String::new(),
            }
        })
    };
    let ask = move |text: String| {
        let still = move |text: &String| typed.try_with_untracked(|typed| typed == text).unwrap_or_default();
        let later = move || {
            if still(&text) && !text.trim().is_empty() {
                spawn_local(async move {
                    // Where nothing comes, the full name may still be typed.
                    if let Ok(units) = find_superiors(text.clone()).await
                        && still(&text)
                    {
                        found.set(units);
                    }
                });
            }
        };
        set_timeout(later, PAUSE);
    };
    let list = format!("{name}-list");
    let input = view! {
        <input
            id=name
            name=name
            list=list.clone()
            value=first
            autocomplete="off"
            spellcheck="false"
            maxlength="200"
            aria-required="true"
            aria-invalid=invalid(error)
            aria-describedby=described_by(name, true)
            on:input=move |event| {
                let text = event_target_value(&event);
                typed.set(text.clone());
                ask(text);
            }
        />
        <datalist id=list>
            {move || found.get().into_iter().map(|unit| view! { <option value=unit.name></option> }).collect_view()}
        </datalist>
        <input type="hidden" name=id_name value=id prop:value=id/>
    };
    frame(name, label, Some(hint), error, input.into_any())
}
