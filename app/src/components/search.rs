//! A search whose state is the page's address. Works as a plain form.

use crate::i18n::use_lang;
use leptos::prelude::*;
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
                    value=move || typed.get()
                    prop:value=move || typed.get()
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
    let option = |(word, text): (String, &'static str)| {
        let own = word.clone();
        view! { <option value=word selected=move || chosen.with(|chosen| *chosen == own)>{text}</option> }
    };
    let any = any.map(|any| (String::new(), any));
    let options = any.into_iter().chain(options).map(option).collect_view();
    view! {
        <select name=name aria-label=label prop:value=move || chosen.get()>
            {options}
        </select>
    }
    .into_any()
}
