//! 采购人认证: what the platform's operator decides.

use crate::{client::Client, error::ApiError, json::Json};
use domain::{
    trade::{Case, QueuePage},
    view::PurchaserId,
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// The purchasers that wait, those that have waited longest first.
#[server(client = Client, input = GetUrl, output = Json)]
pub async fn list_certifications(
    /// Where the page begins; none for the first.
    #[server(default)]
    at: Option<String>,
) -> Result<QueuePage, ApiError> {
    let (services, actor) = crate::server::actor()?;
    Ok(service::certification::queue(&services, &actor, at.as_deref()).await?)
}

/// A purchaser's data beside its unit's.
#[server(client = Client, input = GetUrl, output = Json)]
pub async fn get_certification(
    /// Whose.
    id: PurchaserId,
) -> Result<Case, ApiError> {
    let (services, actor) = crate::server::actor()?;
    Ok(service::certification::case(&services, &actor, id).await?)
}

/// 通过认证; answers where to go on.
#[server(client = Client, output = Json)]
pub async fn certify(
    /// Whom.
    id: PurchaserId,
    /// Of the data that was shown.
    version: i32,
) -> Result<String, ApiError> {
    let (services, actor) = crate::server::actor()?;
    service::certification::certify(&services, &actor, id, version).await?;
    Ok(done("certified"))
}

/// 退回 with a reason; answers where to go on.
#[server(client = Client, output = Json)]
pub async fn return_certification(
    /// Whom.
    id: PurchaserId,
    /// Of the data that was shown.
    version: i32,
    /// What to mend.
    reason: String,
) -> Result<String, ApiError> {
    let (services, actor) = crate::server::actor()?;
    service::certification::send_back(&services, &actor, id, version, &reason).await?;
    Ok(done("returned"))
}

/// The queue, which says what was done.
#[cfg(feature = "ssr")]
fn done(what: &str) -> String {
    let to = format!("/certification?done={what}");
    crate::server::lead_on(&to);
    to
}
