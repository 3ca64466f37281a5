//! Server functions of signing in and out at the management, and of the own password.

#[cfg(feature = "ssr")]
use super::portal;
use crate::{
    account_bound_client::AccountBoundClient,
    error::ApiError,
    server_function::{Read, Write},
};
use domain::session::CurrentAccount;
use leptos::prelude::*;

/// The account that is signed in; its sign-in steps may be incomplete. `None` if nobody is signed in.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn who() -> Result<Option<CurrentAccount>, ApiError> {
    portal::who().await
}

/// Signs a management account or the operator in. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn sign_in(
    /// Login name.
    login: String,
    /// Password.
    password: String,
    /// The path of the next page.
    #[server(default)]
    next: String,
) -> Result<String, ApiError> {
    portal::sign_in(&login, service::Secret(password), &next).await
}

/// Signs out (注销). A plain form calls it, so that nothing of the page stays in the browser's memory.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn sign_out() -> Result<(), ApiError> {
    portal::sign_out().await
}

/// Changes the own password. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn change_password(
    /// The present password.
    old: String,
    /// The new password.
    new: String,
    /// The new password again.
    repeat: String,
) -> Result<String, ApiError> {
    let (services, session, origin) = crate::request::session()?;
    portal::change_password(&services, session.identity(), &origin, [&old, &new, &repeat]).await
}
