//! Signing in and out, and the own password.

use crate::{error::ApiError, json::Json};
use domain::view::Me;
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// Who is signed in, whatever stands between them and the rest; `None` for a visitor.
#[server(input = GetUrl, output = Json)]
pub async fn who() -> Result<Option<Me>, ApiError> {
    let Some(session) = crate::server::visitor()?.session else { return Ok(None) };
    Ok(Some(service::session::me(&crate::server::services()?, &session).await?))
}

/// Signs in; answers where to go on: `next`, if that is a path of this site. What must be done first stops them there.
#[server(output = Json)]
pub async fn sign_in(
    /// Login name.
    login: String,
    /// Password.
    password: String,
    /// The path to go on to.
    #[server(default)]
    next: String,
) -> Result<String, ApiError> {
    let (services, visitor) = (crate::server::services()?, crate::server::visitor()?);
    let password = service::Secret(password);
    let old = visitor.token.as_ref().map(|token| token.0.as_str());
    let signed_in = service::session::sign_in(&services, login.trim(), &password.0, old, &visitor.client).await?;
    crate::server::set_session_cookie(Some((&signed_in.token, signed_in.lifetime)), visitor.secure);
    let to = crate::session::own_path(&next).unwrap_or("/").to_owned();
    crate::server::lead_on(&to);
    Ok(to)
}

/// Signs out (注销). A plain form calls it, so that nothing of the page stays in the browser's memory.
#[server(output = Json)]
pub async fn sign_out() -> Result<(), ApiError> {
    let (services, visitor) = (crate::server::services()?, crate::server::visitor()?);
    if let Some(token) = &visitor.token {
        service::session::sign_out(&services, &token.0, &visitor.client).await?;
    }
    crate::server::set_session_cookie(None, visitor.secure);
    crate::server::lead_on("/signin");
    Ok(())
}

/// Changes the own password; answers where to go on.
#[server(output = Json)]
pub async fn change_password(
    /// The one that works now.
    old: String,
    /// The one that shall.
    new: String,
    /// The same again.
    repeat: String,
) -> Result<String, ApiError> {
    use domain::view::Gate;
    let (services, session, client) = crate::server::session()?;
    let first = service::session::me(&services, &session).await?.gate == Gate::ChangePassword;
    let renewed = service::account::change_password(&services, &session, &old, &new, &repeat, &client).await?;
    crate::server::set_session_cookie(Some((&renewed.token, renewed.lifetime)), crate::server::visitor()?.secure);
    let to = if first { "/" } else { "/profile?done=password" };
    crate::server::lead_on(to);
    Ok(to.to_owned())
}
