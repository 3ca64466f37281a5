//! What a document says of itself: the server writes it, and the code that comes alive on it later reads it. Meanwhile the
//! reader may have gone back, or another tab of the same browser may have signed in as somebody else.

use leptos::prelude::*;

/// The header in which a request says of whose page it comes: a login name.
pub const ACCOUNT_HEADER: &str = "x-account";

/// The attributes of the document's body.
const ADDRESS: &str = "data-address";
const ACCOUNT: &str = "data-account";

/// The path and query that the browser asked for.
#[cfg(feature = "ssr")]
pub(crate) fn drawn_at() -> Option<String> {
    use_context::<http::request::Parts>()?.uri.path_and_query().map(ToString::to_string)
}

/// In the browser the document comes from the server.
#[cfg(not(feature = "ssr"))]
pub(crate) const fn drawn_at() -> Option<String> {
    None
}

/// The login name of who is signed in at the portal.
#[cfg(feature = "ssr")]
pub(crate) fn drawn_for() -> Option<String> {
    Some(use_context::<crate::server::Visitor>()?.me?.login)
}

/// In the browser the document comes from the server.
#[cfg(not(feature = "ssr"))]
pub(crate) const fn drawn_for() -> Option<String> {
    None
}

/// Loads the document of the address where that has come to be another than the document's own, and answers whether it does:
/// going back while a page is still loading changes the address and leaves the document as it is.
pub fn catch_up() -> bool {
    /// The address that is being caught up with. Behind a proxy that writes addresses anew they never agree: once is enough.
    const CATCHING_UP: &str = "catching-up";
    let moved = has_moved();
    let Some(kept) = window().session_storage().ok().flatten() else { return false };
    let here = window().location().href().unwrap_or_default();
    let again = kept.get_item(CATCHING_UP).is_ok_and(|before| before.as_ref() == Some(&here));
    if !moved {
        let _ = kept.remove_item(CATCHING_UP);
    } else if !again && kept.set_item(CATCHING_UP, &here).is_ok() {
        load_anew();
        return true;
    }
    false
}

fn has_moved() -> bool {
    let location = window().location();
    let here = location.pathname().and_then(|path| Ok(path + &location.search()?));
    said(ADDRESS).zip(here.ok()).is_some_and(|(drawn, here)| plain(&drawn) != plain(&here))
}

/// The login name of whom the document was drawn for, in the browser; none for a visitor's.
pub(crate) fn account() -> Option<String> {
    said(ACCOUNT)
}

/// Loads the document of this address anew: what the server draws then is of the address and of who is signed in, so that
/// nobody goes round in circles.
pub fn load_anew() {
    // Refused only for a document that is about to be left.
    let _ = window().location().reload();
}

fn said(attribute: &str) -> Option<String> {
    document().body().and_then(|body| body.get_attribute(attribute))
}

/// Without what browsers and proxies write in more than one way.
fn plain(address: &str) -> String {
    let address = address.strip_suffix('?').unwrap_or(address);
    js_sys::decode_uri_component(address).map_or_else(|_| address.to_owned(), String::from)
}
