//! 桌面.

use crate::{client::Client, error::ApiError, json::Json};
use domain::view::Desktop;
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// What waits in the asker's subtree.
#[server(client = Client, input = GetUrl, output = Json)]
pub async fn get_desktop() -> Result<Desktop, ApiError> {
    let (services, actor) = crate::server::actor()?;
    Ok(service::desktop::get(&services, &actor).await?)
}
