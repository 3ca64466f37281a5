//! A search whose state is the page's address. Works as a plain form.

use crate::i18n::use_lang;
use leptos::{html, prelude::*};
use leptos_router::components::Form;

/// The search of a list: what is typed, further conditions, and the button.
#[component]
pub fn SearchForm(
    /// The page of the list.
    path: &'static str,
    /// What can be searched for.
    label: &'static str,
    /// What is searched for now.
    #[prop(into)]
    typed: Signal<String>,
    /// Further conditions, between the text and the button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let lang = use_lang();
    let input = NodeRef::<html::Input>::new();
    follow(typed, move |text| {
        if let Some(input) = input.get_untracked() {
            input.set_value(text);
        }
    });
    view! {
        <Form method="get" action=path>
            <div class="search" role="search">
                <input
                    type="search"
                    name="q"
                    maxlength="100"
                    autocomplete="off"
                    aria-label=label
                    placeholder=label
                    value=typed.get_untracked()
                    node_ref=input
                />
                {children.map(|children| children())}
                <button type="submit" class="button">{lang.import_search_submit()}</button>
            </div>
        </Form>
    }
    .into_any()
}

/// A condition of a search: one of a few words with what they are called, and first `any` where it may be left open.
pub fn filter(
    name: &'static str,
    label: &'static str,
    any: Option<&'static str>,
    options: Vec<(String, &'static str)>,
    chosen: Signal<String>,
) -> AnyView {
    let now = chosen.get_untracked();
    let option = |(word, text): (String, &'static str)| {
        let selected = word == now;
        view! { <option value=word selected=selected>{text}</option> }
    };
    let any = any.map(|any| (String::new(), any));
    let options = any.into_iter().chain(options).map(option).collect_view();
    let select = NodeRef::<html::Select>::new();
    follow(chosen, move |word| {
        if let Some(select) = select.get_untracked() {
            select.set_value(word);
        }
    });
    view! {
        <select name=name aria-label=label node_ref=select>
            {options}
        </select>
    }
    .into_any()
}

/// Shows what the address has come to say. What it said at first stands there already, or what somebody has put in its place
/// before the page's code was there.
fn follow(said: Signal<String>, show: impl Fn(&str) + 'static) {
    Effect::new(move |before: Option<String>| {
        let now = said.get();
        if before.is_some_and(|before| before != now) {
            show(&now);
        }
        now
    });
}
