//! The echo of a form that a browser has sent without JavaScript: while its page says why nothing was saved, the input is
//! shown again. The same for the reason why an uploaded file was refused, and for the secret of a new key, which is shown once. The
//! echo travels in a cookie of that page alone, because addresses are logged and shared. Passwords are never echoed.

use crate::routes::{Route, parameter};
use leptos::{prelude::WithUntracked, server::SharedValue};
use leptos_router::hooks::use_query_map;
use serde::{Serialize, de::DeserializeOwned};

/// The echo for a page. There is one only where the page's address says that the form was refused, or met an edit conflict,
/// or is about to be left. It is taken once: a page that is opened again shows the stored data.
pub(crate) fn take<T: Serialize + DeserializeOwned>(page: &str) -> Option<T> {
    let sent_back = use_query_map().with_untracked(|query| {
        [parameter::FORM_ERROR, parameter::EDIT_CONFLICT, parameter::LEAVE, parameter::REFUSED, parameter::ISSUED]
            .into_iter()
            .any(|reason| query.get_str(reason).is_some())
    });
    SharedValue::new(move || sent_back.then(|| read(page)).flatten()).into_inner()
}

/// [`take`] for a route.
pub(crate) fn take_at<T: Serialize + DeserializeOwned>(page: Route) -> Option<T> {
    take(&page.to_string())
}

/// In the browser the value comes with the page.
#[cfg(not(feature = "ssr"))]
const fn read<T>(_: &str) -> Option<T> {
    None
}

#[cfg(feature = "ssr")]
pub use in_cookie::cookie_for;
#[cfg(feature = "ssr")]
use in_cookie::read;
#[cfg(feature = "ssr")]
pub(crate) use in_cookie::store;

#[cfg(feature = "ssr")]
mod in_cookie {
    use crate::{
        cookies,
        request::{is_plain_form, set_cookie, visitor},
        routes::Route,
    };
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    use http::{HeaderValue, request::Parts};
    use leptos::prelude::use_context;
    use serde::{Serialize, de::DeserializeOwned};

    /// Stores the input for a page. Input that is too long for a cookie must be typed again.
    pub(crate) fn store(page: Route, input: &impl Serialize) {
        if is_plain_form() {
            set_cookie(cookie_for(page, input, is_secure()));
        }
    }

    /// The cookie that holds an echo for a page, sent over TLS alone where `secure`; `None` for an echo that is too long.
    pub fn cookie_for(page: Route, echo: &impl Serialize, secure: bool) -> Option<HeaderValue> {
        let text = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(echo).ok()?);
        cookies::set_form_echo(&page.to_string(), &text, secure)
    }

    /// The echo for the page that is drawn.
    pub(super) fn read<T: DeserializeOwned>(page: &str) -> Option<T> {
        let request = use_context::<Parts>()?;
        let echo = cookies::form_echo(&request.headers, is_secure())?;
        set_cookie(cookies::remove_form_echo(page, is_secure()));
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(echo).ok()?).ok()
    }

    fn is_secure() -> bool {
        visitor().is_ok_and(|visitor| visitor.secure)
    }
}
