//! Server functions of 桌面.

use crate::{account_bound_client::AccountBoundClient, error::ApiError, server_function::Read};
use domain::desktop::Desktop;
use leptos::prelude::*;

/// The tasks that wait in the actor's subtree.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_desktop() -> Result<Desktop, ApiError> {
    let (services, actor) = crate::request::actor()?;
    Ok(service::desktop::get(&services, &actor).await?)
}
