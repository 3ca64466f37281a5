//! The frame around the pages of somebody who is signed in, and the gates before them.

use super::{
    logo,
    menu::{account, menu},
};
use crate::{
    api::{session::who, trade::trade_who},
    document::load_anew,
    i18n::use_lang,
    pages::go,
    session::{self, SignedIn, me},
};
use domain::{
    Problem,
    view::{Gate, Me, Portal},
};
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::{
    components::{Outlet, Redirect},
    hooks::use_location,
    location::{Location, Url},
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

/// Draws the page inside, or leads to what must be done first.
fn frame(portal: Portal) -> AnyView {
    let lang = use_lang();
    let location = use_location();
    let here = here(&location);
    let Some(me) = me().filter(|me| me.kind.portal() == portal) else {
        return view! { <Redirect path=sign_in(portal, &here)/> }.into_any();
    };
    if let Some(to) = gate(portal, me.gate, &here) {
        return view! { <Redirect path=to/> }.into_any();
    }
    follow(portal, location);
    view! {
        {session::portal_title(lang, portal)}
        {inside(lang, portal, &me)}
    }
    .into_any()
}

/// The frame with the page inside. Before the gates are open there is no menu: there is nowhere else to go.
fn inside(lang: Lang, portal: Portal, me: &Me) -> AnyView {
    let open = me.gate == Gate::Open;
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
            <a class="brand" href=session::home(portal)>{logo(session::product(lang, portal))}</a>
        </header>
        // Opens the drawer on a narrow screen, by style alone.
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
            {account(lang, me)}
            {open.then(|| menu(lang, me))}
        </div>
        <main class="main" class:is-bare=!open id="main" tabindex="-1">
            <Outlet/>
        </main>
    }
    .into_any()
}

/// Asks again who is signed in whenever another page opens: the badge and "today" stay true, and a session that has
/// ended leads to the sign-in page rather than to errors.
fn follow(portal: Portal, location: Location) {
    let session = SignedIn::get();
    let path = location.pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            if let Some(main) = document().get_element_by_id("main") {
                use wasm_bindgen::JsCast;
                let _ = main.unchecked_into::<web_sys::HtmlElement>().focus();
            }
            let here = here(&location);
            spawn_local(async move {
                let me = match portal {
                    Portal::Management => who().await,
                    Portal::Trading => trade_who().await,
                };
                match me {
                    Ok(Some(me)) => {
                        if let Some(session) = session {
                            session.set(me);
                        }
                    }
                    Ok(None) => go(&sign_in(portal, &here)),
                    // Another tab has signed in as somebody else: nothing of this page is theirs.
                    Err(error) if matches!(error.problem(), Problem::OtherAccount { .. }) => load_anew(),
                    // Not reachable just now: the page itself says so where it matters.
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

fn sign_in(portal: Portal, here: &str) -> String {
    let page = session::sign_in(portal);
    if here == session::home(portal) { page.to_owned() } else { format!("{page}?next={}", Url::escape(here)) }
}

/// Where a gate leads, `None` where the page may open.
fn gate(portal: Portal, gate: Gate, here: &str) -> Option<&'static str> {
    let path = here.split('?').next().unwrap_or(here);
    let (password, complete, profile) = match portal {
        Portal::Management => ("/password", "/profile/complete", "/profile"),
        Portal::Trading => ("/trade/password", "/trade/complete", "/trade/profile"),
    };
    let first = match gate {
        Gate::Open => return (path == complete).then_some(profile),
        Gate::ChangePassword => password,
        Gate::CompleteProfile => complete,
    };
    (path != first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::gate;
    use domain::view::{Gate, Portal};

    #[test]
    fn gates_lead_to_what_comes_first() {
        let gate = |first, here| gate(Portal::Management, first, here);
        assert_eq!(gate(Gate::ChangePassword, "/units?page=2"), Some("/password"));
        assert_eq!(gate(Gate::ChangePassword, "/password?__err=x"), None);
        assert_eq!(gate(Gate::CompleteProfile, "/password"), Some("/profile/complete"));
        assert_eq!(gate(Gate::Open, "/units"), None);
        assert_eq!(gate(Gate::Open, "/profile/complete"), Some("/profile"));
    }

    #[test]
    fn the_portals_gates_stay_there() {
        let gate = |first, here| gate(Portal::Trading, first, here);
        assert_eq!(gate(Gate::ChangePassword, "/trade"), Some("/trade/password"));
        assert_eq!(gate(Gate::CompleteProfile, "/trade/orders"), Some("/trade/complete"));
        assert_eq!(gate(Gate::Open, "/trade/complete"), Some("/trade/profile"));
        assert_eq!(gate(Gate::Open, "/trade/orders"), None);
    }
}
