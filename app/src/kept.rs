//! What was typed into a form that a browser sent without JavaScript, or why its file was refused, while the page that it
//! came from says why nothing was saved. It goes back in a cookie of that page alone, as addresses are logged and shared; never a password.

use leptos::{prelude::WithUntracked, server::SharedValue};
use leptos_router::hooks::use_query_map;
use serde::{Serialize, de::DeserializeOwned};

/// What was kept for the page at `path`, where its address says that it was refused, overtaken or about to be left. Taken
/// once: a page that is opened anew shows what is stored.
pub(crate) fn take<T: Serialize + DeserializeOwned>(path: &str) -> Option<T> {
    let sent_back = use_query_map().with_untracked(|query| {
        ["__err", "stale", "leave", "refused"].into_iter().any(|why| query.get_str(why).is_some())
    });
    SharedValue::new(move || sent_back.then(|| found(path)).flatten()).into_inner()
}

/// In the browser the value comes with the page.
#[cfg(not(feature = "ssr"))]
const fn found<T>(_: &str) -> Option<T> {
    None
}

#[cfg(feature = "ssr")]
pub use server::cookie_of;
#[cfg(feature = "ssr")]
use server::found;
#[cfg(feature = "ssr")]
pub(crate) use server::keep;

#[cfg(feature = "ssr")]
mod server {
    use crate::{
        cookies,
        server::{is_plain_form, visitor},
    };
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    use http::{HeaderValue, header, request::Parts};
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;
    use serde::{Serialize, de::DeserializeOwned};

    /// Keeps what was typed for the page at `path`; what is too long for a cookie must be typed again.
    pub(crate) fn keep(path: &str, typed: &impl Serialize) {
        if !is_plain_form() {
            return;
        }
        if let Some(cookie) = cookie_of(path, typed, is_secure()) {
            send(cookie);
        }
    }

    /// The cookie that keeps something for the page at `path`, over TLS alone where `secure`; none for what is too long.
    pub fn cookie_of(path: &str, kept: &impl Serialize, secure: bool) -> Option<HeaderValue> {
        cookies::set_form_echo(path, &BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(kept).ok()?), secure)
    }

    /// What was kept for the page that is drawn.
    pub(super) fn found<T: DeserializeOwned>(path: &str) -> Option<T> {
        let request = use_context::<Parts>()?;
        let echo = cookies::form_echo(&request.headers)?;
        if let Some(removed) = cookies::remove_form_echo(path, is_secure()) {
            send(removed);
        }
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(echo).ok()?).ok()
    }

    fn send(cookie: HeaderValue) {
        if let Some(response) = use_context::<ResponseOptions>() {
            response.append_header(header::SET_COOKIE, cookie);
        }
    }

    fn is_secure() -> bool {
        visitor().is_ok_and(|visitor| visitor.secure)
    }
}
