//! The server's side of server functions: who asks, with what services, and the session's cookie.

use crate::error::ApiError;
use domain::{Problem, view::Me};
use http::{HeaderValue, header};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use service::{Actor, Client, Services, Session};
use std::time::Duration;
use texts::Lang;

/// The session's cookie.
pub const SESSION_COOKIE: &str = "session";

/// Who asks. The server finds it once a request and puts it into the request's extensions and into the context.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The session, where the cookie opens one.
    pub session: Option<Session>,
    /// The cookie's value, for signing out and for replacing it.
    pub token: Option<service::Secret>,
    /// What a page's frame shows of who is signed in; for pages only.
    pub me: Option<Me>,
    /// Where the request comes from.
    pub client: Client,
    /// The reader's language.
    pub lang: Lang,
    /// Cookies are for TLS only.
    pub secure: bool,
}

/// The services of this request.
pub fn services() -> Result<Services, ApiError> {
    use_context::<Services>().ok_or_else(missing)
}

/// Who asks.
pub fn visitor() -> Result<Visitor, ApiError> {
    use_context::<Visitor>().ok_or_else(missing)
}

/// The services and the session, whatever its gate.
pub fn session() -> Result<(Services, Session, Client), ApiError> {
    let visitor = visitor()?;
    let session = visitor.session.ok_or(Problem::NotSignedIn)?;
    Ok((services()?, session, visitor.client))
}

/// The services and who acts, its gate open: what nearly every server function begins with.
pub fn actor() -> Result<(Services, Actor), ApiError> {
    let (services, session, _) = session()?;
    Ok((services, session.actor()?))
}

/// Sends the session's cookie with the response; without a token it is taken away.
pub fn set_session_cookie(token: Option<(&str, Duration)>, secure: bool) {
    let (value, age) = token.map_or(("", 0), |(token, lifetime)| (token, lifetime.as_secs()));
    let secure = if secure { "; Secure" } else { "" };
    let cookie = format!("{SESSION_COOKIE}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
    if let (Some(response), Ok(mut cookie)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        cookie.set_sensitive(true);
        response.append_header(header::SET_COOKIE, cookie);
    }
}

/// Leads a browser that sent a form without JavaScript on to a page. A script gets the answer instead and goes on by
/// itself: with a whole page load, so that nothing of an earlier session stays.
pub fn lead_on(path: &str) {
    if is_plain_form() {
        leptos_axum::redirect(path);
    }
}

/// Whether a browser sent a form to a server function without JavaScript: what it gets back replaces its page.
pub(crate) fn is_plain_form() -> bool {
    use_context::<http::request::Parts>().is_some_and(|request| {
        let accept = request.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        request.method == http::Method::POST && accept.is_some_and(|accept| accept.contains("text/html"))
    })
}

fn missing() -> ApiError {
    service::Error::internal("the request's context was not given").into()
}
