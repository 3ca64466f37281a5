//! No such page.

use crate::{
    components::PageTitle,
    i18n::use_lang,
    session::{home, portal_of},
    shell::Bare,
};
use domain::view::Portal;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// No such page, with a way on.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    let lang = use_lang();
    let portal = use_location().pathname.with_untracked(|path| portal_of(path));
    let back = match portal {
        Portal::Management => lang.to_desktop(),
        Portal::Trading => lang.trade_to_home(),
    };
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Bare>
            <PageTitle title=lang.not_found_title() lead=lang.not_found_text()/>
            <a class="button is-primary" href=home(portal)>{back}</a>
        </Bare>
    }
    .into_any()
}
