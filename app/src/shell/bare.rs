//! The frame of pages that need nobody signed in: the product's name and the language.

use super::{logo, menu::language_switch};
use crate::i18n::use_lang;
use leptos::prelude::*;

/// A page without a menu.
#[component]
pub(crate) fn Bare(children: Children) -> impl IntoView {
    let lang = use_lang();
    view! {
        <a class="skip" href="#main" rel="external">{lang.skip_to_content()}</a>
        <header class="top">
            <a class="brand" href="/">{logo(lang.product())}</a>
            <div class="top-end">{language_switch(lang)}</div>
        </header>
        <main class="main is-bare" id="main" tabindex="-1">{children()}</main>
    }
    .into_any()
}
