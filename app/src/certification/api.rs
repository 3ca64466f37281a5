//! Server functions of 采购人认证: the decisions of the operator.

use crate::{
    account_bound_client::AccountBoundClient,
    error::ApiError,
    server_function::{Read, Write},
};
#[cfg(feature = "ssr")]
use crate::{
    request::{actor, redirected},
    routes::{DoneNotice, Route},
};
use domain::{
    ids::PurchaserId,
    trade::{CertificationCase, CertificationQueuePage},
};
use leptos::prelude::*;

/// The waiting purchasers; those that have waited longest come first.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn list_certifications(
    /// The cursor of the page; none for the first.
    #[server(default)]
    at: Option<String>,
) -> Result<CertificationQueuePage, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::certification::queue(&services, &actor, at.as_deref()).await?)
}

/// The data of a purchaser beside those of its unit.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_certification(
    /// The purchaser.
    id: PurchaserId,
) -> Result<CertificationCase, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::certification::case(&services, &actor, id).await?)
}

/// 通过认证. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn certify(
    /// The purchaser.
    id: PurchaserId,
    /// The version that the operator has seen.
    version: i32,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    service::certification::certify(&services, &actor, id, version).await?;
    Ok(redirected(Route::Certifications.done(DoneNotice::Certified)))
}

/// 退回 with a reason. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn return_certification(
    /// The purchaser.
    id: PurchaserId,
    /// The version that the operator has seen.
    version: i32,
    /// The correction that the purchaser must make.
    reason: String,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    service::certification::send_back(&services, &actor, id, version, &reason).await?;
    Ok(redirected(Route::Certifications.done(DoneNotice::Returned)))
}
