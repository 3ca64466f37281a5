//! No such page.

use crate::{components::empty, i18n::use_lang, shell::Bare};
use leptos::prelude::*;
use leptos_meta::Title;

/// No such page, with a way on.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    let lang = use_lang();
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    let back = view! { <a class="button is-primary" href="/">{lang.to_desktop()}</a> }.into_any();
    view! {
        <Title text=lang.not_found_title()/>
        <Bare>{empty(lang.not_found_title(), lang.not_found_text(), back)}</Bare>
    }
    .into_any()
}
