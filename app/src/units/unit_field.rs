//! A unit by its name: a combobox that searches while the reader types, as the ARIA practices describe it. Without JavaScript
//! the reader types the full name.

use super::api::find_superiors;
use crate::{
    components::{FieldError, aria_invalid, described_by, field_frame},
    i18n::use_lang,
};
use domain::unit::SuperiorOption;
use leptos::{ev, html, leptos_dom::helpers::set_timeout, prelude::*, task::spawn_local};
use std::time::Duration;
use wasm_bindgen::JsCast;

/// The search starts after a pause of this length.
const PAUSE: Duration = Duration::from_millis(200);

/// The list below the text.
#[derive(Clone, Default)]
struct Options {
    units: Vec<SuperiorOption>,
    /// Index of the option that the arrow keys have reached.
    active: Option<usize>,
    open: bool,
}

/// A line of text with the names that contain it. The form sends the id too, where the name was selected from the list.
#[component]
pub fn UnitField(
    /// Name and id of the input.
    name: &'static str,
    /// Name of the input with the unit's id.
    id_name: &'static str,
    /// Label.
    label: &'static str,
    /// How to fill the field in.
    hint: &'static str,
    /// Error.
    error: FieldError,
    /// Initial name.
    #[prop(optional)]
    value: String,
    /// The id of that unit; empty where the name was typed.
    #[prop(optional)]
    id: String,
) -> impl IntoView {
    let lang = use_lang();
    let (typed, selected) = (RwSignal::new(value.clone()), RwSignal::new(id));
    let options = RwSignal::new(Options::default());
    let input = NodeRef::<html::Input>::new();
    // A name that was typed before hydration does not belong to the id.
    let initial = value.clone();
    Effect::new(move |_| {
        if let Some(now) = input.get_untracked().map(|input| input.value()).filter(|now| *now != initial) {
            typed.set(now);
            selected.set(String::new());
        }
    });
    let select = move |index: usize| {
        let unit = options.with_untracked(|options| options.units.get(index).cloned());
        if let (Some(input), Some(unit)) = (input.get_untracked(), unit) {
            input.set_value(&unit.unit.name);
            // The validation of the form listens to input events.
            let bubbling = web_sys::EventInit::new();
            bubbling.set_bubbles(true);
            if let Ok(event) = web_sys::Event::new_with_event_init_dict("input", &bubbling) {
                let _ = input.dispatch_event(&event);
            }
            selected.set(unit.unit.id.to_string());
            options.set(Options::default());
        }
    };
    let on_input = move |event| {
        let text = event_target_value(&event);
        if typed.with_untracked(|typed| *typed == text) {
            return;
        }
        typed.set(text.clone());
        selected.set(String::new());
        options.set(Options::default());
        search(text, typed, selected, options);
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let Options { units, active, open } = options.get_untracked();
        let last = units.len().checked_sub(1);
        let next = match (event.key().as_str(), open, last) {
            ("ArrowDown", _, Some(last)) => {
                Some(active.filter(|active| open && *active < last).map_or(0, |active| active + 1))
            }
            ("ArrowUp", _, Some(last)) => {
                Some(active.filter(|active| open && *active > 0).map_or(last, |active| active - 1))
            }
            ("Enter", true, _) => {
                if let Some(active) = active {
                    event.prevent_default();
                    select(active);
                }
                return;
            }
            ("Escape", true, _) => {
                event.prevent_default();
                options.update(|options| options.open = false);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        options.update(|options| (options.active, options.open) = (next, true));
    };
    let list = format!("{name}-list");
    let option = move |index: usize| format!("{name}-{index}");
    let active = move || options.with(|options| options.active.filter(|_| options.open));
    let open = Memo::new(move |_| options.with(|options| options.open && !options.units.is_empty()));
    Effect::new(move |_| {
        if let Some(active) = active() {
            scroll_to(&option(active));
        }
    });
    let items = move || {
        let units = options.with(|options| options.units.clone());
        let option = move |(index, SuperiorOption { unit, code, above }): (usize, SuperiorOption)| {
            let details = code.into_iter().chain(above).collect::<Vec<_>>().join(" · ");
            view! {
                <li
                    id=option(index)
                    role="option"
                    aria-selected=move || if active() == Some(index) { "true" } else { "false" }
                    // Losing the focus closes the list; this event comes before that.
                    on:mousedown=move |event| {
                        event.prevent_default();
                        select(index);
                    }
                >
                    {unit.name}
                    <span class="row-more">{details}</span>
                </li>
            }
        };
        units.into_iter().enumerate().map(option).collect_view()
    };
    let none =
        move || options.with(|options| (options.open && options.units.is_empty()).then_some(lang.form_superior_none()));
    let field = view! {
        <div class="combobox">
            <input
                id=name
                name=name
                value=value
                node_ref=input
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                maxlength="200"
                role="combobox"
                aria-autocomplete="list"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-controls=list.clone()
                aria-activedescendant=move || active().map(option)
                aria-required="true"
                aria-invalid=aria_invalid(error)
                aria-describedby=described_by(name, true)
                on:input=on_input
                on:keydown=on_key
                on:blur=move |_| options.update(|options| options.open = false)
            />
            <ul class="combobox-list" id=list role="listbox" aria-label=label hidden=move || !open.get()>
                {items}
            </ul>
            <p class="combobox-none" role="status">{none}</p>
        </div>
        <input type="hidden" name=id_name value=move || selected.get() prop:value=move || selected.get()/>
    };
    field_frame(name, label, Some(hint), error, field.into_any())
}

/// Scrolls the list to the option that the arrow keys have reached. The page does not scroll.
fn scroll_to(option: &str) {
    let option = document().get_element_by_id(option).and_then(|option| option.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some((option, list)) = option.and_then(|option| option.parent_element().map(|list| (option, list))) {
        let (top, bottom) = (option.offset_top(), option.offset_top() + option.offset_height());
        if top < list.scroll_top() {
            list.set_scroll_top(top);
        } else if bottom > list.scroll_top() + list.client_height() {
            list.set_scroll_top(bottom - list.client_height());
        }
    }
}

/// Searches after a pause in typing. Where the search fails, the reader can still type the full name.
fn search(text: String, typed: RwSignal<String>, selected: RwSignal<String>, options: RwSignal<Options>) {
    if text.trim().is_empty() {
        return;
    }
    let unchanged = move |text: &String| {
        typed.try_with_untracked(|typed| typed == text).unwrap_or_default() && selected.with_untracked(String::is_empty)
    };
    let later = move || {
        if unchanged(&text) {
            spawn_local(async move {
                if let Ok(units) = find_superiors(text.clone()).await
                    && unchanged(&text)
                {
                    options.set(Options { units, active: None, open: true });
                }
            });
        }
    };
    set_timeout(later, PAUSE);
}
