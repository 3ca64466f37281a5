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
    use crate::server::{is_plain_form, visitor};
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    use http::{HeaderValue, header, request::Parts};
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;
    use serde::{Serialize, de::DeserializeOwned};

    const COOKIE: &str = "typed";
    /// How long the browser may take to open the page, in seconds.
    const SECONDS: u32 = 60;
    /// Browsers take no longer cookie than 4,096 bytes, its attributes counted.
    const LONGEST: usize = 3_900;

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
        let text = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(kept).ok()?);
        if text.len() > LONGEST { None } else { cookie(path, &text, SECONDS, secure) }
    }

    /// What was kept for the page that is drawn.
    pub(super) fn found<T: DeserializeOwned>(path: &str) -> Option<T> {
        let request = use_context::<Parts>()?;
        let cookies = request.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let (_, text) = pairs.find(|(name, _)| *name == COOKIE)?;
        if let Some(taken) = cookie(path, "", 0, is_secure()) {
            send(taken);
        }
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }

    fn cookie(path: &str, text: &str, seconds: u32, secure: bool) -> Option<HeaderValue> {
        let secure = if secure { "; Secure" } else { "" };
        let cookie = format!("{COOKIE}={text}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
        let mut cookie = HeaderValue::from_str(&cookie).ok()?;
        cookie.set_sensitive(true);
        Some(cookie)
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
