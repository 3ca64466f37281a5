//! Signing in and out of the management, and the own password.

use crate::{client::Client, error::ApiError, json::Json};
use domain::view::Me;
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// Who is signed in, whatever stands between them and the rest; `None` for a visitor.
#[server(client = Client, input = GetUrl, output = Json)]
pub async fn who() -> Result<Option<Me>, ApiError> {
    crate::server::who().await
}

/// Signs a management account or the operator in; answers where to go on.
#[server(client = Client, output = Json)]
pub async fn sign_in(
    /// Login name.
    login: String,
    /// Password.
    password: String,
    /// The path to go on to.
    #[server(default)]
    next: String,
) -> Result<String, ApiError> {
    crate::server::sign_in(&login, service::Secret(password), &next).await
}

/// Signs out (注销). A plain form calls it, so that nothing of the page stays in the browser's memory.
#[server(client = Client, output = Json)]
pub async fn sign_out() -> Result<(), ApiError> {
    crate::server::sign_out().await
}

/// Changes the own password; answers where to go on.
#[server(client = Client, output = Json)]
pub async fn change_password(
    /// The one that works now.
    old: String,
    /// The one that shall.
    new: String,
    /// The same again.
    repeat: String,
) -> Result<String, ApiError> {
    let (services, session, client) = crate::server::session()?;
    crate::server::change_password(&services, session.identity(), &client, [&old, &new, &repeat]).await
}
