//! No such page.

use crate::{components::PageTitle, i18n::use_lang, shell::Bare};
use leptos::prelude::*;

/// No such page, with a way on.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    let lang = use_lang();
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Bare>
            <PageTitle title=lang.not_found_title() lead=lang.not_found_text()/>
            <a class="button is-primary" href="/">{lang.to_desktop()}</a>
        </Bare>
    }
    .into_any()
}
