//! A unit by name, found while typing: a combobox as the ARIA practices have it. Without a script its full name is typed.

use super::field::{FieldError, described_by, frame, invalid};
use crate::{api::unit::find_superiors, i18n::use_lang};
use domain::view::Superior;
use leptos::{ev, html, leptos_dom::helpers::set_timeout, prelude::*, task::spawn_local};
use std::time::Duration;
use wasm_bindgen::JsCast;

/// How long a pause in typing is before names are asked for.
const PAUSE: Duration = Duration::from_millis(200);

/// What the list below the text shows.
#[derive(Clone, Default)]
struct Offered {
    units: Vec<Superior>,
    /// The one that the arrow keys have come to.
    at: Option<usize>,
    open: bool,
}

/// A line of text with the names that contain it. The id goes along where the name was chosen from the list.
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
    /// The name that stands there at first.
    #[prop(optional)]
    value: String,
    /// The id to that name; empty where it was typed.
    #[prop(optional)]
    id: String,
) -> impl IntoView {
    let lang = use_lang();
    let (typed, chosen) = (RwSignal::new(value.clone()), RwSignal::new(id));
    let offered = RwSignal::new(Offered::default());
    let input = NodeRef::<html::Input>::new();
    // A name typed before the page's code was there is not the one of the id.
    let at_first = value.clone();
    Effect::new(move |_| {
        if let Some(now) = input.get_untracked().map(|input| input.value()).filter(|now| *now != at_first) {
            typed.set(now);
            chosen.set(String::new());
        }
    });
    let choose = move |index: usize| {
        let unit = offered.with_untracked(|offered| offered.units.get(index).cloned());
        if let (Some(input), Some(unit)) = (input.get_untracked(), unit) {
            input.set_value(&unit.unit.name);
            // The form judges what it holds when something is put into it.
            let put = web_sys::EventInit::new();
            put.set_bubbles(true);
            if let Ok(event) = web_sys::Event::new_with_event_init_dict("input", &put) {
                let _ = input.dispatch_event(&event);
            }
            chosen.set(unit.unit.id.to_string());
            offered.set(Offered::default());
        }
    };
    let put = move |event| {
        let text = event_target_value(&event);
        if typed.with_untracked(|typed| *typed == text) {
            return;
        }
        typed.set(text.clone());
        chosen.set(String::new());
        offered.set(Offered::default());
        ask(text, typed, chosen, offered);
    };
    let key = move |event: ev::KeyboardEvent| {
        let Offered { units, at, open } = offered.get_untracked();
        let last = units.len().checked_sub(1);
        let to = match (event.key().as_str(), open, last) {
            ("ArrowDown", _, Some(last)) => Some(at.filter(|at| open && *at < last).map_or(0, |at| at + 1)),
            ("ArrowUp", _, Some(last)) => Some(at.filter(|at| open && *at > 0).map_or(last, |at| at - 1)),
            ("Enter", true, _) => {
                if let Some(at) = at {
                    event.prevent_default();
                    choose(at);
                }
                return;
            }
            ("Escape", true, _) => {
                event.prevent_default();
                offered.update(|offered| offered.open = false);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        offered.update(|offered| (offered.at, offered.open) = (to, true));
    };
    let list = format!("{name}-list");
    let option = move |index: usize| format!("{name}-{index}");
    let at = move || offered.with(|offered| offered.at.filter(|_| offered.open));
    let open = Memo::new(move |_| offered.with(|offered| offered.open && !offered.units.is_empty()));
    Effect::new(move |_| {
        if let Some(at) = at() {
            show(&option(at));
        }
    });
    let options = move || {
        let units = offered.with(|offered| offered.units.clone());
        let option = move |(index, Superior { unit, code, above }): (usize, Superior)| {
            let apart = code.into_iter().chain(above).collect::<Vec<_>>().join(" · ");
            view! {
                <li
                    id=option(index)
                    role="option"
                    aria-selected=move || if at() == Some(index) { "true" } else { "false" }
                    // Before the text loses the focus, which closes the list.
                    on:mousedown=move |event| {
                        event.prevent_default();
                        choose(index);
                    }
                >
                    {unit.name}
                    <span class="row-more">{apart}</span>
                </li>
            }
        };
        units.into_iter().enumerate().map(option).collect_view()
    };
    let none =
        move || offered.with(|offered| (offered.open && offered.units.is_empty()).then_some(lang.form_superior_none()));
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
                aria-activedescendant=move || at().map(option)
                aria-required="true"
                aria-invalid=invalid(error)
                aria-describedby=described_by(name, true)
                on:input=put
                on:keydown=key
                on:blur=move |_| offered.update(|offered| offered.open = false)
            />
            <ul class="combobox-list" id=list role="listbox" aria-label=label hidden=move || !open.get()>
                {options}
            </ul>
            <p class="combobox-none" role="status">{none}</p>
        </div>
        <input type="hidden" name=id_name value=move || chosen.get() prop:value=move || chosen.get()/>
    };
    frame(name, label, Some(hint), error, field.into_any())
}

/// Brings the option that the arrow keys have come to into the list's view; the page stays where it is.
fn show(option: &str) {
    let option = document().get_element_by_id(option).and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some((option, list)) = option.and_then(|option| option.parent_element().map(|list| (option, list))) {
        let (top, bottom) = (option.offset_top(), option.offset_top() + option.offset_height());
        if top < list.scroll_top() {
            list.set_scroll_top(top);
        } else if bottom > list.scroll_top() + list.client_height() {
            list.set_scroll_top(bottom - list.client_height());
        }
    }
}

/// Asks for names once nothing more is typed for a moment. Where nothing comes, the full name may still be typed.
fn ask(text: String, typed: RwSignal<String>, chosen: RwSignal<String>, offered: RwSignal<Offered>) {
    if text.trim().is_empty() {
        return;
    }
    let still = move |text: &String| {
        typed.try_with_untracked(|typed| typed == text).unwrap_or_default() && chosen.with_untracked(String::is_empty)
    };
    let later = move || {
        if still(&text) {
            spawn_local(async move {
                if let Ok(units) = find_superiors(text.clone()).await
                    && still(&text)
                {
                    offered.set(Offered { units, at: None, open: true });
                }
            });
        }
    };
    set_timeout(later, PAUSE);
}
