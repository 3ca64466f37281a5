//! The page for an address without a page.

use crate::{
    components::{Bare, PageTitle},
    i18n::use_lang,
    routes::{Route, portal_of},
};
use domain::account::Portal;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The page, with a link to the home page.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    let lang = use_lang();
    let portal = use_location().pathname.with_untracked(|path| portal_of(path));
    let back = match portal {
        Portal::Management => lang.to_desktop(),
        Portal::Trading => lang.trade_to_home(),
    };
    #[cfg(feature = "ssr")]
    crate::request::set_status_of(&domain::Problem::NotFound);
    view! {
        <Bare>
            <PageTitle title=lang.not_found_title() lead=lang.not_found_text()/>
            <a class="button is-primary" href=Route::Home(portal)>{back}</a>
        </Bare>
    }
    .into_any()
}
