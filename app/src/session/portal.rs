//! Sessions at the portal of a request. The server functions of both portals call this.

use crate::{
    cookies,
    error::ApiError,
    form_echo,
    request::{Visitor, redirect, redirected, services, set_cookie, visitor},
    routes::{DoneNotice, Route, own_path, portal_of},
};
use domain::{
    account::Portal,
    session::{CurrentAccount, SignInStep},
};
use service::{RequestOrigin, Secret, Services, session::Identity};
use std::time::Duration;

/// The account that is signed in; its sign-in steps may be incomplete. `None` if nobody is signed in.
pub(crate) async fn who() -> Result<Option<CurrentAccount>, ApiError> {
    let Some(session) = visitor()?.session else { return Ok(None) };
    Ok(Some(session.account(&services()?).await?))
}

/// Signs in. Returns the next page: `next`, if it is a path of this portal. There the account may be redirected to a sign-in
/// step.
pub(crate) async fn sign_in(login: &str, password: Secret<String>, next: &str) -> Result<String, ApiError> {
    let (services, visitor) = (services()?, visitor()?);
    let (portal, old) = (visitor.portal, visitor.token.as_ref().map(|token| token.0.as_str()));
    let signed_in = service::session::sign_in(&services, portal, login.trim(), &password.0, old, &visitor.origin).await;
    let signed_in = signed_in.inspect_err(|_| form_echo::store(Route::SignIn(portal), &login))?;
    set_session_cookie(&visitor, Some((&signed_in.token, signed_in.lifetime)));
    if let Some(device) = &signed_in.device {
        set_cookie(cookies::set_device_token(device, visitor.secure));
    }
    let next = own_path(next).filter(|next| portal_of(next) == portal);
    Ok(redirected(next.map_or_else(|| Route::Home(portal).to_string(), str::to_owned)))
}

/// Signs out.
pub(crate) async fn sign_out() -> Result<(), ApiError> {
    let (services, visitor) = (services()?, visitor()?);
    if let Some(token) = &visitor.token {
        service::session::sign_out(&services, &token.0, &visitor.origin).await?;
    }
    set_session_cookie(&visitor, None);
    redirect(&Route::SignIn(visitor.portal).to_string());
    Ok(())
}

/// Changes the own password: the old one, the new one, and the new one again. Returns the next page.
pub(crate) async fn change_password(
    services: &Services,
    own: &Identity,
    origin: &RequestOrigin,
    [old, new, repeat]: [&str; 3],
) -> Result<String, ApiError> {
    let visitor = visitor()?;
    let renewed = service::account::change_password(services, own, old, new, repeat, origin).await?;
    set_session_cookie(&visitor, Some((&renewed.token, renewed.lifetime)));
    Ok(redirected(match (visitor.portal, own.sign_in_step()) {
        (portal, SignInStep::ChangePassword) => Route::Home(portal).to_string(),
        (Portal::Management, _) => Route::Profile(Portal::Management).done(DoneNotice::Password),
        (Portal::Trading, _) => Route::Home(Portal::Trading).done(DoneNotice::Password),
    }))
}

/// Sends the cookie of the portal's session with the response, or removes it if there is no token.
fn set_session_cookie(visitor: &Visitor, token: Option<(&str, Duration)>) {
    let (token, lifetime) = token.unwrap_or_default();
    set_cookie(cookies::set_session_token(visitor.portal, token, lifetime, visitor.secure));
}
