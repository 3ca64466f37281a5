//! The address that a document was drawn for. While a page is still loading, going back changes the address and leaves the
//! document as it is: code that came alive on it would take it for another page's and break.

use leptos::prelude::*;

/// The attribute of the document's body that tells it.
const ATTRIBUTE: &str = "data-address";

/// The path and query that the browser asked for.
#[cfg(feature = "ssr")]
pub(super) fn drawn() -> Option<String> {
    use_context::<http::request::Parts>()?.uri.path_and_query().map(ToString::to_string)
}

/// In the browser the document comes from the server.
#[cfg(not(feature = "ssr"))]
pub(super) const fn drawn() -> Option<String> {
    None
}

/// Whether the browser's address has come to be another than that of the document.
pub fn has_moved() -> bool {
    let drawn = document().body().and_then(|body| body.get_attribute(ATTRIBUTE));
    let location = window().location();
    let here = location.pathname().and_then(|path| Ok(path + &location.search()?));
    drawn.zip(here.ok()).is_some_and(|(drawn, here)| plain(&drawn) != plain(&here))
}

/// Without what browsers and proxies write in more than one way.
fn plain(address: &str) -> String {
    let address = address.strip_suffix('?').unwrap_or(address);
    js_sys::decode_uri_component(address).map_or_else(|_| address.to_owned(), String::from)
}
