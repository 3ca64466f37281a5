//! The frame around the pages that need a session, and the redirects to open sign-in steps.

use super::menu::{account_section, menu};
use crate::{
    components::{logo, portal_name, portal_title},
    current_account::{CurrentAccountSignal, current_account},
    document,
    help::context_link,
    i18n::use_lang,
    routes::Route,
    session::api::who,
    trade::api::trade_who,
};
use domain::{
    Problem,
    account::Portal,
    session::{CurrentAccount, SignInStep},
};
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::{
    components::{Outlet, Redirect},
    hooks::use_location,
    location::Location,
};
use texts::Lang;

/// The management's.
#[component]
pub(super) fn Frame() -> impl IntoView {
    frame(Portal::Management)
}

/// The trading portal's.
#[component]
pub(super) fn TradeFrame() -> impl IntoView {
    frame(Portal::Trading)
}

/// Draws the page, or redirects to the page of an open sign-in step.
fn frame(portal: Portal) -> AnyView {
    let lang = use_lang();
    let location = use_location();
    let here = here(&location);
    let Some(account) = current_account().filter(|account| account.kind.portal() == portal) else {
        return view! { <Redirect path=Route::sign_in_then(portal, &here)/> }.into_any();
    };
    if let Some(page) = required_page(portal, account.sign_in_step, &here) {
        return view! { <Redirect path=page/> }.into_any();
    }
    refresh_account(portal, location);
    view! {
        {portal_title(lang, portal)}
        {layout(lang, portal, &account)}
    }
    .into_any()
}

/// The frame with the page. There is no menu before the sign-in steps are completed, because no other page opens.
fn layout(lang: Lang, portal: Portal, account: &CurrentAccount) -> AnyView {
    let open = account.sign_in_step == SignInStep::Open;
    let toggle = NodeRef::<html::Input>::new();
    let path = use_location().pathname;
    let close = move || {
        if let Some(toggle) = toggle.get_untracked() {
            toggle.set_checked(false);
        }
    };
    Effect::new(move |_| {
        path.track();
        close();
    });
    view! {
        <a class="skip" href="#main" rel="external">{lang.skip_to_content()}</a>
        <header class="top has-drawer">
            <a class="brand" href=Route::Home(portal)>{logo(portal_name(lang, portal))}</a>
        </header>
        // On narrow screens the style shows the drawer while this is ticked.
        <input
            type="checkbox"
            id="drawer"
            class="drawer-toggle"
            autocomplete="off"
            aria-label=lang.menu()
            aria-controls="side"
            node_ref=toggle
            on:keydown=move |event| {
                if event.key() == "Enter"
                    && let Some(toggle) = toggle.get_untracked()
                {
                    toggle.click();
                }
            }
        />
        <label class="drawer-scrim" for="drawer" aria-hidden="true"></label>
        <div
            class="side"
            class:is-bare=!open
            id="side"
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    close();
                    if let Some(toggle) = toggle.get_untracked() {
                        let _ = toggle.focus();
                    }
                }
            }
        >
            {account_section(lang, account)}
            {open.then(|| menu(lang, account))}
        </div>
        <main class="main" class:is-bare=!open id="main" tabindex="-1">
            {(open && portal == Portal::Management).then(context_link)}
            <Outlet/>
        </main>
    }
    .into_any()
}

/// Loads the account again whenever another page opens. The badge and "today" stay up to date, and an expired session leads to
/// the sign-in page instead of errors.
fn refresh_account(portal: Portal, location: Location) {
    let current = CurrentAccountSignal::get();
    let path = location.pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            if let Some(main) = leptos::prelude::document().get_element_by_id("main") {
                use wasm_bindgen::JsCast;
                let _ = main.unchecked_into::<web_sys::HtmlElement>().focus();
            }
            let here = here(&location);
            spawn_local(async move {
                let account = match portal {
                    Portal::Management => who().await,
                    Portal::Trading => trade_who().await,
                };
                match account {
                    Ok(Some(account)) => {
                        if let Some(current) = current {
                            current.set(account);
                        }
                    }
                    Ok(None) => document::open(&Route::sign_in_then(portal, &here)),
                    // Another account has signed in in another tab, and this page must not stay open for it.
                    Err(error) if matches!(error.problem(), Problem::OtherAccount { .. }) => document::reload(),
                    // The server cannot be reached. The page itself says so where that matters.
                    Err(_) => {}
                }
            });
        }
        now
    });
}

/// The path with its query, untracked.
fn here(location: &Location) -> String {
    let path = location.pathname.get_untracked();
    let query = location.search.get_untracked();
    if query.is_empty() { path } else { format!("{path}?{}", query.trim_start_matches('?')) }
}

/// The page of the sign-in step that must be completed first. `None` if the requested page may open.
fn required_page(portal: Portal, sign_in_step: SignInStep, here: &str) -> Option<Route> {
    let path = here.split('?').next().unwrap_or(here);
    let is_here = |page: Route| page.to_string() == path;
    let required = match sign_in_step {
        SignInStep::Open => return is_here(Route::CompleteProfile(portal)).then_some(Route::Profile(portal)),
        SignInStep::ChangePassword => Route::Password(portal),
        SignInStep::CompleteProfile => Route::CompleteProfile(portal),
    };
    (!is_here(required)).then_some(required)
}

#[cfg(test)]
mod tests {
    use super::{Route, required_page};
    use domain::{account::Portal, session::SignInStep};

    fn required(portal: Portal, sign_in_step: SignInStep, here: &str) -> Option<String> {
        required_page(portal, sign_in_step, here).as_ref().map(Route::to_string)
    }

    #[test]
    fn a_sign_in_step_requires_its_page_first() {
        let required = |sign_in_step, here| required(Portal::Management, sign_in_step, here);
        assert_eq!(required(SignInStep::ChangePassword, "/units?page=2").as_deref(), Some("/password"));
        assert_eq!(required(SignInStep::ChangePassword, "/password?__err=x"), None);
        assert_eq!(required(SignInStep::CompleteProfile, "/password").as_deref(), Some("/profile/complete"));
        assert_eq!(required(SignInStep::Open, "/units"), None);
        assert_eq!(required(SignInStep::Open, "/profile/complete").as_deref(), Some("/profile"));
    }

    #[test]
    fn sign_in_steps_of_the_trading_portal_stay_in_the_portal() {
        let required = |sign_in_step, here| required(Portal::Trading, sign_in_step, here);
        assert_eq!(required(SignInStep::ChangePassword, "/trade").as_deref(), Some("/trade/password"));
        assert_eq!(required(SignInStep::CompleteProfile, "/trade/orders").as_deref(), Some("/trade/complete"));
        assert_eq!(required(SignInStep::Open, "/trade/complete").as_deref(), Some("/trade/profile"));
        assert_eq!(required(SignInStep::Open, "/trade/orders"), None);
    }
}
