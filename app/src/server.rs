//! The server's side of server functions: who asks, with what services, and the session's cookie.

use crate::{cookies, error::ApiError};
use domain::{
    Problem,
    view::{Gate, Me, Portal},
};
use http::header;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use service::{Actor, RequestOrigin, Secret, Services, Session, TradingSession, session::Identity};
use std::time::Duration;
use texts::Lang;

/// Who is signed in at the portal that a request is for.
#[derive(Clone, Debug)]
pub enum SignedIn {
    /// A management account or the operator.
    Management(Session),
    /// A purchaser.
    Trading(TradingSession),
}

impl SignedIn {
    /// Whose session it is.
    pub const fn identity(&self) -> &Identity {
        match self {
            Self::Management(session) => session.identity(),
            Self::Trading(session) => session.identity(),
        }
    }
}

/// Who asks. The server finds it once a request and puts it into the request's extensions and into the context.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Which portal the request is for, by its path.
    pub portal: Portal,
    /// The session, where that portal's cookie opens one.
    pub session: Option<SignedIn>,
    /// The cookie's value, for signing out and for replacing it.
    pub token: Option<Secret<String>>,
    /// What a page's frame shows of who is signed in; for pages only.
    pub me: Option<Me>,
    /// Where the request comes from.
    pub client: RequestOrigin,
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

/// The services and the management's session, whatever its gate.
pub fn session() -> Result<(Services, Session, RequestOrigin), ApiError> {
    let visitor = visitor()?;
    match visitor.session {
        Some(SignedIn::Management(session)) => Ok((services()?, session, visitor.client)),
        Some(SignedIn::Trading(_)) | None => Err(Problem::NotSignedIn.into()),
    }
}

/// The services and the trading portal's session, whatever its gate.
pub fn trading_session() -> Result<(Services, TradingSession, RequestOrigin), ApiError> {
    let visitor = visitor()?;
    match visitor.session {
        Some(SignedIn::Trading(session)) => Ok((services()?, session, visitor.client)),
        Some(SignedIn::Management(_)) | None => Err(Problem::NotSignedIn.into()),
    }
}

/// The services and who acts, its gate open: what nearly every server function begins with.
pub fn actor() -> Result<(Services, Actor), ApiError> {
    let (services, session, _) = session()?;
    Ok((services, session.actor()?))
}

/// What a page's frame shows of who is signed in.
pub async fn me(services: &Services, session: &SignedIn) -> service::Result<Me> {
    match session {
        SignedIn::Management(session) => service::session::me(services, session).await,
        SignedIn::Trading(session) => service::session::trading_me(services, session).await,
    }
}

/// Who is signed in at the portal that the request is for.
pub(crate) async fn who() -> Result<Option<Me>, ApiError> {
    let Some(session) = visitor()?.session else { return Ok(None) };
    Ok(Some(me(&services()?, &session).await?))
}

/// Signs in at the portal that the request is for; answers where to go on: `next`, if that is a path of it. What must be done
/// first stops them there.
pub(crate) async fn sign_in(login: &str, password: Secret<String>, next: &str) -> Result<String, ApiError> {
    let (services, visitor) = (services()?, visitor()?);
    let (portal, old) = (visitor.portal, visitor.token.as_ref().map(|token| token.0.as_str()));
    let signed_in = service::session::sign_in(&services, portal, login.trim(), &password.0, old, &visitor.client).await;
    let signed_in = signed_in.inspect_err(|_| crate::kept::keep(crate::session::sign_in(portal), &login))?;
    set_session_cookie(&visitor, Some((&signed_in.token, signed_in.lifetime)));
    let to = crate::session::own_path(next).filter(|next| crate::session::portal_of(next) == portal);
    let to = to.unwrap_or(crate::session::home(portal)).to_owned();
    lead_on(&to);
    Ok(to)
}

/// Signs out of the portal that the request is for.
pub(crate) async fn sign_out() -> Result<(), ApiError> {
    let (services, visitor) = (services()?, visitor()?);
    if let Some(token) = &visitor.token {
        service::session::sign_out(&services, &token.0, &visitor.client).await?;
    }
    set_session_cookie(&visitor, None);
    lead_on(crate::session::sign_in(visitor.portal));
    Ok(())
}

/// Changes the own password (the old one, the new one and that again); answers where to go on.
pub(crate) async fn change_password(
    services: &Services,
    own: &Identity,
    client: &RequestOrigin,
    [old, new, repeat]: [&str; 3],
) -> Result<String, ApiError> {
    let visitor = visitor()?;
    let renewed = service::account::change_password(services, own, old, new, repeat, client).await?;
    set_session_cookie(&visitor, Some((&renewed.token, renewed.lifetime)));
    let to = match (visitor.portal, own.gate()) {
        (portal, Gate::ChangePassword) => crate::session::home(portal),
        (Portal::Management, _) => "/profile?done=password",
        (Portal::Trading, _) => "/trade?done=password",
    };
    lead_on(to);
    Ok(to.to_owned())
}

/// Sends the cookie of the portal's session with the response, or removes it if there is no token.
fn set_session_cookie(visitor: &Visitor, token: Option<(&str, Duration)>) {
    let (token, lifetime) = token.unwrap_or_default();
    let cookie = cookies::set_session_token(visitor.portal, token, lifetime, visitor.secure);
    if let (Some(response), Some(cookie)) = (use_context::<ResponseOptions>(), cookie) {
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
