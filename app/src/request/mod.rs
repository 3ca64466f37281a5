//! The request that a server function or a page answers: who sent it, the services that answer it, and the response's status,
//! redirect and cookies.

use crate::error::ApiError;
use domain::{Problem, account::Portal, session::CurrentAccount};
use http::{HeaderValue, Method, StatusCode, header, request::Parts};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use service::{Actor, RequestOrigin, Secret, Services, Session, TradingSession, session::Identity};
use texts::Lang;

/// A session at the portal of a request.
#[derive(Clone, Debug)]
pub enum PortalSession {
    /// A management account or the operator.
    Management(Session),
    /// A purchaser.
    Trading(TradingSession),
}

impl PortalSession {
    /// The account of the session.
    pub const fn identity(&self) -> &Identity {
        match self {
            Self::Management(session) => session.identity(),
            Self::Trading(session) => session.identity(),
        }
    }

    /// The account as the frame of a page shows it.
    pub async fn account(&self, services: &Services) -> service::Result<CurrentAccount> {
        match self {
            Self::Management(session) => service::session::current_account(services, session).await,
            Self::Trading(session) => service::session::current_trading_account(services, session).await,
        }
    }
}

/// The sender of a request. The server looks the session up once and puts this into the request's extensions and into the
/// context.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The portal, by the path of the request.
    pub portal: Portal,
    /// The session that the portal's cookie opens.
    pub session: Option<PortalSession>,
    /// The value of that cookie; signing out and replacing the session need it.
    pub token: Option<Secret<String>>,
    /// The account as the frame shows it; set for pages only.
    pub me: Option<CurrentAccount>,
    /// The origin of the request.
    pub origin: RequestOrigin,
    /// The reader's language.
    pub lang: Lang,
    /// Whether browsers may send cookies over TLS only.
    pub secure: bool,
}

/// The services of this request.
pub fn services() -> Result<Services, ApiError> {
    use_context::<Services>().ok_or_else(missing)
}

/// The sender of this request.
pub fn visitor() -> Result<Visitor, ApiError> {
    use_context::<Visitor>().ok_or_else(missing)
}

/// The services and the session at the management. Its sign-in steps may be incomplete.
pub fn session() -> Result<(Services, Session, RequestOrigin), ApiError> {
    let visitor = visitor()?;
    match visitor.session {
        Some(PortalSession::Management(session)) => Ok((services()?, session, visitor.origin)),
        Some(PortalSession::Trading(_)) | None => Err(Problem::NotSignedIn.into()),
    }
}

/// The services and the session at the trading portal. Its sign-in steps may be incomplete.
pub fn trading_session() -> Result<(Services, TradingSession, RequestOrigin), ApiError> {
    let visitor = visitor()?;
    match visitor.session {
        Some(PortalSession::Trading(session)) => Ok((services()?, session, visitor.origin)),
        Some(PortalSession::Management(_)) | None => Err(Problem::NotSignedIn.into()),
    }
}

/// The services and the actor, which has completed its sign-in steps. Most server functions begin with this.
pub fn actor() -> Result<(Services, Actor), ApiError> {
    let (services, session, _) = session()?;
    Ok((services, session.actor()?))
}

/// Leads a browser that has sent a form without JavaScript to another page. A script gets the address as the answer instead
/// and loads that page as a whole, so that no state of an earlier session stays.
pub fn redirect(address: &str) {
    if is_plain_form() {
        leptos_axum::redirect(address);
    }
}

/// Redirects to an address and answers it.
pub fn redirected(address: String) -> String {
    redirect(&address);
    address
}

/// Whether a browser has sent a form to a server function without JavaScript: the response replaces its page.
pub fn is_plain_form() -> bool {
    use_context::<Parts>().is_some_and(|request| {
        let accept = request.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        request.method == Method::POST && accept.is_some_and(|accept| accept.contains("text/html"))
    })
}

/// Sets the status of the response to a problem's. A browser that has sent a form without JavaScript is redirected to its
/// page instead, and the page shows the problem.
pub fn set_status_of(problem: &Problem) {
    if !is_plain_form()
        && let Some(response) = use_context::<ResponseOptions>()
        && let Ok(status) = StatusCode::from_u16(problem.status())
    {
        response.set_status(status);
    }
}

/// Sends a cookie with the response.
pub fn set_cookie(cookie: Option<HeaderValue>) {
    if let (Some(response), Some(cookie)) = (use_context::<ResponseOptions>(), cookie) {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

fn missing() -> ApiError {
    service::Error::internal("the request's context was not given").into()
}
