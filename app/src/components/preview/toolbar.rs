//! The filters of the preview: states with their counts, and a search. They are links and a form, so that every view has a URL
//! and works without JavaScript.

use super::Filter;
use crate::{
    i18n::use_lang,
    routes::{UrlQuery, parameter},
};
use domain::import_batch::{RowState, StateCounts};
use leptos::{
    ev, html,
    leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle},
    prelude::*,
};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use send_wrapper::SendWrapper;
use std::time::Duration;
use texts::Lang;
use wasm_bindgen::JsCast;

/// The search starts after a pause of this length.
const PAUSE: Duration = Duration::from_millis(350);

/// Filter chips, search, and further actions.
#[component]
pub fn Toolbar(
    /// Path of the page, for links.
    path: String,
    /// Rows by state.
    counts: StateCounts,
    /// Conditions of the URL.
    filter: Memo<Filter>,
    /// Further actions at the end of the line.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let lang = use_lang();
    let chips_path = path.clone();
    view! {
        <div class="sheet-tools" id="rows">
            <nav class="chips" aria-label=lang.import_filter_label()>
                {move || chips(lang, &chips_path, &counts, &filter.read())}
            </nav>
            <Search path filter/>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}

fn chips(lang: Lang, path: &str, counts: &StateCounts, filter: &Filter) -> AnyView {
    let current = filter.state(counts);
    let all_current = current.is_none() && filter.code.is_none();
    let chip = |state: Option<RowState>, label: &'static str, count: u32, current: bool| {
        view! {
            <a class="chip" href=filter.with_state(state).href(path) aria-current=current.then_some("true") data-noscroll="true">
                {label}
                " "
                <b>{count}</b>
            </a>
        }
    };
    let states = RowState::ALL
        .into_iter()
        .filter(|state| counts.of(*state) > 0 || current == Some(*state))
        .map(|state| chip(Some(state), lang.row_state(state), counts.of(state), current == Some(state)))
        .collect_view();
    let kind = filter.code.map(|code| {
        view! {
            <a class="chip" aria-current="true" href=filter.with_state(None).href(path) data-noscroll="true" title=lang.import_filter_clear()>
                {lang.import_filtered_kind(lang.finding_title(code))}
                " "
                <span aria-hidden="true">"✕"</span>
                <span class="sr-only">{lang.import_filter_clear()}</span>
            </a>
        }
    });
    view! {
        {kind}
        {chip(None, lang.import_filter_all(), counts.total(), all_current)}
        {states}
    }
    .into_any()
}

#[component]
fn Search(path: String, filter: Memo<Filter>) -> impl IntoView {
    let lang = use_lang();
    let navigate = use_navigate();
    let input = NodeRef::<html::Input>::new();
    let pending = StoredValue::new(None::<TimeoutHandle>);
    let cancel = move || {
        if let Some(handle) = pending.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    on_cleanup(cancel);

    let go = {
        let path = path.clone();
        SendWrapper::new(move |replace: bool| {
            cancel();
            let Some(input) = input.get_untracked() else { return };
            let typed = input.value().trim().to_owned();
            let now = filter.get_untracked();
            if typed != now.search {
                let options = NavigateOptions { replace, scroll: false, ..NavigateOptions::default() };
                navigate(&now.searching(typed).href(&path), options);
            }
        })
    };
    let later = {
        let go = go.clone();
        move || {
            cancel();
            let go = go.clone();
            pending.set_value(set_timeout_with_handle(move || go(true), PAUSE).ok());
        }
    };
    let later_composed = later.clone();
    // A link can change the search text; text that is being typed must not be overwritten.
    Effect::new(move |_| {
        let search = filter.read().search.clone();
        if let Some(input) = input.get()
            && document().active_element().as_ref() != Some(&*input)
        {
            input.set_value(&search);
        }
    });
    let state = Memo::new(move |_| {
        let filter = filter.read();
        (filter.state_name(), filter.code.map(domain::Code::as_str))
    });
    view! {
        <form
            class="sheet-search"
            role="search"
            method="get"
            action=path
            on:submit=move |event: ev::SubmitEvent| {
                event.prevent_default();
                go(false);
            }
        >
            {move || state.get().0.map(|name| view! { <input type="hidden" name=parameter::STATE value=name/> })}
            {move || state.get().1.map(|name| view! { <input type="hidden" name=parameter::CODE value=name/> })}
            <input
                type="search"
                name=parameter::SEARCH
                autocomplete="off"
                maxlength="100"
                aria-label=lang.import_search()
                placeholder=lang.import_search()
                value=filter.get_untracked().search
                node_ref=input
                // Incomplete pinyin is not searched for.
                on:input=move |event: ev::Event| {
                    if !event.unchecked_into::<web_sys::InputEvent>().is_composing() {
                        later();
                    }
                }
                on:compositionend=move |_| later_composed()
            />
        </form>
    }
    .into_any()
}
