//! 重新选择文件: opens the file dialog at once. The import page then checks the file.

use super::local_check::hand_over;
use crate::{i18n::use_lang, routes::Route};
use domain::Template;
use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// The button. Without JavaScript it is a link to the import page.
#[component]
pub(super) fn ChooseAgain(template: Template, primary: bool, class: &'static str) -> impl IntoView {
    let lang = use_lang();
    let navigate = use_navigate();
    let input = NodeRef::<html::Input>::new();
    view! {
        <span class=format!("choose-again {class}")>
            <input
                type="file"
                hidden
                accept=".xls,.xlsx"
                aria-label=lang.import_choose_label()
                node_ref=input
                on:change=move |_| {
                    if let Some(file) = input.get_untracked().and_then(|input| input.files()?.get(0)) {
                        hand_over(file);
                        navigate(&Route::Import(template).to_string(), NavigateOptions::default());
                    }
                }
            />
            <a
                class="button"
                class:is-primary=primary
                href=Route::Import(template)
                rel="external"
                on:click=move |event| {
                    if let Some(input) = input.get_untracked() {
                        event.prevent_default();
                        input.click();
                    }
                }
            >
                {lang.import_choose_again()}
            </a>
        </span>
    }
    .into_any()
}
