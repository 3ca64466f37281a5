//! The document's own address and account. The server writes them into the body, and the browser's code compares them with
//! the present state: by then the reader may have gone back, or another account may have signed in in another tab.

use domain::PublicSettings;
use leptos::prelude::*;

/// The header in which a request names the account of its page, by login name.
pub const ACCOUNT_HEADER: &str = "x-account";

/// Attributes of the document's body.
const ADDRESS: &str = "data-address";
const ACCOUNT: &str = "data-account";
#[cfg(not(feature = "ssr"))]
const SETTINGS: &str = "data-settings";

/// The path and query of the request that a document answers.
#[cfg(feature = "ssr")]
pub(crate) fn requested_address() -> Option<String> {
    use_context::<http::request::Parts>()?.uri.path_and_query().map(ToString::to_string)
}

/// In the browser the document comes from the server.
#[cfg(not(feature = "ssr"))]
pub(crate) const fn requested_address() -> Option<String> {
    None
}

/// The login name of the account that is signed in at the portal of the request.
#[cfg(feature = "ssr")]
pub(crate) fn requesting_account() -> Option<String> {
    Some(use_context::<crate::request::Visitor>()?.me?.login)
}

/// In the browser the document comes from the server.
#[cfg(not(feature = "ssr"))]
pub(crate) const fn requesting_account() -> Option<String> {
    None
}

/// The server's public settings as JSON, for the document.
pub(crate) fn settings_json() -> Option<String> {
    serde_json::to_string(&public_settings()).ok()
}

/// The server's public settings.
#[cfg(feature = "ssr")]
pub(crate) fn public_settings() -> PublicSettings {
    use_context::<service::Services>().map(|services| services.settings().public.clone()).unwrap_or_default()
}

/// The public settings of the server that drew the document.
#[cfg(not(feature = "ssr"))]
pub(crate) fn public_settings() -> PublicSettings {
    body_attribute(SETTINGS).and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}

/// Loads the document of the present address where the document was drawn for another one, and returns whether it does.
/// Going back while a page is still loading changes the address and leaves the document as it is.
pub fn catch_up() -> bool {
    /// The address that is being loaded again. Behind a proxy that rewrites addresses the two never agree, so the document
    /// is loaded again once only.
    const CATCHING_UP: &str = "catching-up";
    let moved = has_moved();
    let Some(storage) = window().session_storage().ok().flatten() else { return false };
    let here = window().location().href().unwrap_or_default();
    let again = storage.get_item(CATCHING_UP).is_ok_and(|before| before.as_ref() == Some(&here));
    if !moved {
        let _ = storage.remove_item(CATCHING_UP);
    } else if !again && storage.set_item(CATCHING_UP, &here).is_ok() {
        reload();
        return true;
    }
    false
}

fn has_moved() -> bool {
    let location = window().location();
    let here = location.pathname().and_then(|path| Ok(path + &location.search()?));
    body_attribute(ADDRESS).zip(here.ok()).is_some_and(|(drawn, here)| normalized(&drawn) != normalized(&here))
}

/// The login name of the account that the document was drawn for; `None` where nobody was signed in.
pub(crate) fn account() -> Option<String> {
    body_attribute(ACCOUNT)
}

/// Loads the document of the present address again. The server draws it for the account that is signed in now, so that no
/// page reloads for ever.
pub fn reload() {
    // Fails only for a document that is about to be left.
    let _ = window().location().reload();
}

/// Opens a page of this site as a whole document, so that no state of the present one stays.
pub(crate) fn open(address: &str) {
    // Fails only for an invalid address.
    let _ = window().location().assign(address);
}

fn body_attribute(name: &str) -> Option<String> {
    document().body().and_then(|body| body.get_attribute(name))
}

/// An address without the differences between browsers and proxies.
fn normalized(address: &str) -> String {
    let address = address.strip_suffix('?').unwrap_or(address);
    js_sys::decode_uri_component(address).map_or_else(|_| address.to_owned(), String::from)
}
