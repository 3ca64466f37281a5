//! The frame of pages that are open to everybody: the product's name and the language.

use super::{language_switch, logo};
use crate::{i18n::use_lang, routes::Route};
use domain::account::Portal;
use leptos::prelude::*;

/// A page without a menu.
#[component]
pub(crate) fn Bare(children: Children) -> impl IntoView {
    let lang = use_lang();
    view! {
        <a class="skip" href="#main" rel="external">{lang.skip_to_content()}</a>
        <header class="top">
            <a class="brand" href=Route::Home(Portal::Management)>{logo(lang.product())}</a>
            <div class="top-end">{language_switch(lang)}</div>
        </header>
        <main class="main is-bare" id="main" tabindex="-1">{children()}</main>
    }
    .into_any()
}
