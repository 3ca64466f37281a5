//! A search whose state is the page's address. It works as a plain form.

use crate::{
    i18n::use_lang,
    routes::{Route, parameter},
};
use leptos::{html, prelude::*};
use leptos_router::components::Form;

/// The search of a list: the text, further conditions, and the button.
#[component]
pub fn SearchForm(
    /// The page of the list.
    page: Route,
    /// The label of the text field, which names the searched columns.
    label: &'static str,
    /// The present search text.
    #[prop(into)]
    text: Signal<String>,
    /// Hidden inputs with conditions that the search keeps.
    #[prop(optional)]
    hidden: Option<AnyView>,
    /// Further conditions, between the text and the button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let lang = use_lang();
    let input = NodeRef::<html::Input>::new();
    follow(text, move |text| {
        if let Some(input) = input.get_untracked() {
            input.set_value(text);
        }
    });
    view! {
        <Form method="get" action=page.to_string()>
            <div class="search" role="search">
                <input
                    type="search"
                    name=parameter::SEARCH
                    maxlength="100"
                    autocomplete="off"
                    aria-label=label
                    placeholder=label
                    value=text.get_untracked()
                    node_ref=input
                />
                {children.map(|children| children())}
                {hidden}
                <button type="submit" class="button">{lang.import_search_submit()}</button>
            </div>
        </Form>
    }
    .into_any()
}

/// A condition of a search: values with their labels. `any` is the label for no condition.
pub fn filter(
    name: &'static str,
    label: &'static str,
    any: Option<&'static str>,
    options: Vec<(String, &'static str)>,
    value: Signal<String>,
) -> AnyView {
    let initial = value.get_untracked();
    let option = |(word, text): (String, &'static str)| {
        let selected = word == initial;
        view! { <option value=word selected=selected>{text}</option> }
    };
    let any = any.map(|any| (String::new(), any));
    let options = any.into_iter().chain(options).map(option).collect_view();
    let select = NodeRef::<html::Select>::new();
    follow(value, move |word| {
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

/// Shows later values. The initial value is shown already, or the reader has replaced it before hydration.
fn follow(value: Signal<String>, show: impl Fn(&str) + 'static) {
    Effect::new(move |before: Option<String>| {
        let now = value.get();
        if before.is_some_and(|before| before != now) {
            show(&now);
        }
        now
    });
}
