//! All cookies of the site: their names, their attributes, how they are read and written. On the server only.

use crate::routes::TRADE;
use cookie::{Cookie, CookieBuilder, SameSite, time::Duration};
use domain::account::Portal;
use http::{HeaderMap, HeaderValue, header};
use texts::Lang;

/// The reader's language.
const LANGUAGE: &str = "lang";
/// The token by which the server knows a browser that has signed in before. It outlives the session.
const DEVICE: &str = "device";
/// How long the browser may take to open the page that shows a refused form.
const FORM_ECHO_LIFETIME: Duration = Duration::MINUTE;
/// Browsers drop a cookie of more than 4,096 bytes, its attributes counted.
const FORM_ECHO_BYTES: usize = 3_900;

/// The name of a portal's session cookie, and the path below which browsers send it. The portals share nothing: a browser
/// may be signed in at both, and neither side sees the session of the other.
///
/// The prefixes make browsers refuse a cookie of this name that was set without TLS, and with `__Host-` also one that was set by
/// another host of the domain. `__Host-` allows no path but `/`.
const fn session_cookie(portal: Portal, secure: bool) -> (&'static str, &'static str) {
    match (portal, secure) {
        (Portal::Management, false) => ("session", "/"),
        (Portal::Management, true) => ("__Host-session", "/"),
        (Portal::Trading, false) => ("trade", TRADE),
        (Portal::Trading, true) => ("__Secure-trade", TRADE),
    }
}

/// The name of the cookie with what was typed into a form that was refused (`form_echo`).
const fn form_echo_name(secure: bool) -> &'static str {
    if secure { "__Secure-typed" } else { "typed" }
}

/// The value of the first request cookie with this name.
fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .and_then(|cookie| cookie.value_raw())
}

/// The header that sets a cookie; `None` if the value cannot stand in a header.
fn header_value(cookie: CookieBuilder<'_>, secure: bool) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(&cookie.secure(secure).build().to_string()).ok()?;
    header.set_sensitive(true);
    Some(header)
}

/// The token of the portal's session.
pub fn session_token(headers: &HeaderMap, portal: Portal, secure: bool) -> Option<&str> {
    value(headers, session_cookie(portal, secure).0)
}

/// Sets the token of the portal's session for its lifetime. An empty token with a lifetime of zero removes the cookie.
pub(crate) fn set_session_token(
    portal: Portal,
    token: &str,
    lifetime: std::time::Duration,
    secure: bool,
) -> Option<HeaderValue> {
    let (name, path) = session_cookie(portal, secure);
    let lifetime = Duration::try_from(lifetime).unwrap_or(Duration::MAX);
    let cookie = Cookie::build((name, token)).path(path).max_age(lifetime);
    header_value(cookie.http_only(true).same_site(SameSite::Lax), secure)
}

/// The token of the device: a browser that has signed in before.
pub fn device_token(headers: &HeaderMap) -> Option<&str> {
    value(headers, DEVICE)
}

/// Keeps the token of the device. Both portals use it: it gives no access, and its database row names the account.
pub(crate) fn set_device_token(token: &str, secure: bool) -> Option<HeaderValue> {
    let lifetime = Duration::try_from(service::session::DEVICE_LIFETIME).unwrap_or(Duration::MAX);
    let cookie = Cookie::build((DEVICE, token)).path("/").max_age(lifetime);
    header_value(cookie.http_only(true).same_site(SameSite::Lax), secure)
}

/// The echo of a refused form.
pub(crate) fn form_echo(headers: &HeaderMap, secure: bool) -> Option<&str> {
    value(headers, form_echo_name(secure))
}

/// Sets the echo of a refused form for the page at `path`; `None` if it is too long for a cookie.
pub(crate) fn set_form_echo(path: &str, echo: &str, secure: bool) -> Option<HeaderValue> {
    if echo.len() > FORM_ECHO_BYTES { None } else { form_echo_cookie(path, echo, FORM_ECHO_LIFETIME, secure) }
}

/// Removes the echo from the page at `path`.
pub(crate) fn remove_form_echo(path: &str, secure: bool) -> Option<HeaderValue> {
    form_echo_cookie(path, "", Duration::ZERO, secure)
}

fn form_echo_cookie(path: &str, echo: &str, lifetime: Duration, secure: bool) -> Option<HeaderValue> {
    let cookie = Cookie::build((form_echo_name(secure), echo)).path(path).max_age(lifetime);
    header_value(cookie.http_only(true).same_site(SameSite::Strict), secure)
}

/// The language that the reader selected, else the browser's language, else Chinese.
pub fn language(headers: &HeaderMap) -> Lang {
    let accepted = || headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Lang::from_tag);
    value(headers, LANGUAGE).and_then(Lang::from_tag).or_else(accepted).unwrap_or_default()
}

/// Keeps the selected language for a year. Scripts may read it: it is no secret.
pub fn set_language(lang: Lang, secure: bool) -> Option<HeaderValue> {
    let cookie = Cookie::build((LANGUAGE, lang.tag())).path("/").max_age(Duration::days(365));
    header_value(cookie.same_site(SameSite::Lax), secure)
}

#[cfg(test)]
mod tests {
    use super::{language, session_token, set_form_echo, set_session_token, value};
    use domain::account::Portal;
    use http::{HeaderMap, header};
    use texts::Lang;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "xsession=1; session=2".parse().unwrap());
        headers.append(header::COOKIE, "lang=en".parse().unwrap());
        assert_eq!(value(&headers, "session"), Some("2"));
        assert_eq!(value(&headers, "lang"), Some("en"));
        assert_eq!(value(&headers, "sess"), None);
        assert_eq!(session_token(&headers, Portal::Management, false), Some("2"));
        assert_eq!(session_token(&headers, Portal::Trading, false), None);
    }

    #[test]
    fn a_session_over_tls_has_a_cookie_that_other_hosts_cannot_set() {
        let set = |portal, secure| {
            let header = set_session_token(portal, "1", std::time::Duration::from_secs(9), secure).unwrap();
            header.to_str().unwrap().to_owned()
        };
        let management = set(Portal::Management, true);
        assert!(
            management.starts_with("__Host-session=1; ") && management.contains("; Secure; Path=/;"),
            "{management}"
        );
        let trading = set(Portal::Trading, true);
        assert!(trading.starts_with("__Secure-trade=1; ") && trading.contains("; Secure; Path=/trade;"), "{trading}");
        assert!(set(Portal::Management, false).starts_with("session=1; "));

        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "session=of-another-host; trade=of-another-host".parse().unwrap());
        assert_eq!(session_token(&headers, Portal::Management, true), None);
        assert_eq!(session_token(&headers, Portal::Trading, true), None);
        headers.insert(header::COOKIE, "session=of-another-host; __Host-session=own".parse().unwrap());
        assert_eq!(session_token(&headers, Portal::Management, true), Some("own"));
    }

    #[test]
    fn the_language_comes_from_the_cookie_then_from_the_browser() {
        for (cookie, accepts, expected) in [
            (None, None, Lang::Zh),
            (None, Some("en-GB,en;q=0.9"), Lang::En),
            (None, Some("fr,zh;q=0.5"), Lang::Zh),
            (Some("lang=zh-CN"), Some("en"), Lang::Zh),
            (Some("lang=xx"), Some("en"), Lang::En),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(cookie) = cookie {
                headers.insert(header::COOKIE, cookie.parse().unwrap());
            }
            if let Some(accepts) = accepts {
                headers.insert(header::ACCEPT_LANGUAGE, accepts.parse().unwrap());
            }
            assert_eq!(language(&headers), expected, "{cookie:?} {accepts:?}");
        }
    }

    #[test]
    fn an_echo_that_no_browser_would_keep_is_not_sent() {
        assert!(set_form_echo("/profile", &"x".repeat(3_901), true).is_none());
        let header = set_form_echo("/profile", "x", true).unwrap();
        assert_eq!(header, "__Secure-typed=x; HttpOnly; SameSite=Strict; Secure; Path=/profile; Max-Age=60");
        assert!(header.is_sensitive());
    }
}
