//! Server functions of code disputes.

use crate::{
    account_bound_client::AccountBoundClient,
    error::ApiError,
    server_function::{Read, Write},
};
#[cfg(feature = "ssr")]
use crate::{
    form_echo,
    request::{actor, redirected},
    routes::{DoneNotice, Route},
};
use domain::{
    dispute::{DisputeCase, DisputeForm, DisputesPage},
    ids::{DisputeId, UnitId},
};
use leptos::prelude::*;

/// A page of the own disputes; for the operator, of those that wait or of those that are closed.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn list_disputes(
    /// Whether the operator looks at the closed ones.
    #[server(default)]
    closed: bool,
    /// The dispute behind which the page begins.
    #[server(default)]
    after: Option<DisputeId>,
) -> Result<DisputesPage, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::dispute::list(&services, &actor, closed, after).await?)
}

/// 提出争议. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn file_dispute(
    /// The input.
    form: DisputeForm,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    let filed = service::dispute::file(&services, &actor, &form).await;
    filed.inspect_err(|_| form_echo::store(Route::NewDispute, &form))?;
    Ok(redirected(Route::Disputes.done(DoneNotice::DisputeFiled)))
}

/// 撤回. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn withdraw_dispute(
    /// The dispute.
    id: DisputeId,
    /// The version that the reader has seen.
    version: i32,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    service::dispute::withdraw(&services, &actor, id, version).await?;
    Ok(redirected(Route::Disputes.done(DoneNotice::DisputeWithdrawn)))
}

/// A dispute with both sides.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_dispute(
    /// The dispute.
    id: DisputeId,
) -> Result<DisputeCase, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::dispute::case(&services, &actor, id).await?)
}

/// 支持. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn uphold_dispute(
    /// The dispute.
    id: DisputeId,
    /// The version that the operator has seen.
    version: i32,
    /// What the requester reads; may be empty.
    #[server(default)]
    note: String,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    service::dispute::uphold(&services, &actor, id, version, &note).await?;
    Ok(redirected(Route::Disputes.done(DoneNotice::DisputeUpheld)))
}

/// 驳回. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn reject_dispute(
    /// The dispute.
    id: DisputeId,
    /// The version that the operator has seen.
    version: i32,
    /// What the requester reads.
    #[server(default)]
    answer: String,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    service::dispute::reject(&services, &actor, id, version, &answer).await?;
    Ok(redirected(Route::Disputes.done(DoneNotice::DisputeRejected)))
}

/// Moves the holder of the code below the requester's superior. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn move_disputed_unit(
    /// The dispute.
    id: DisputeId,
    /// The holder.
    unit: UnitId,
    /// The version of the holder that the operator has seen.
    version: i32,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    service::dispute::move_holder(&services, &actor, id, unit, version).await?;
    Ok(redirected(Route::Dispute(id).done(DoneNotice::Edited)))
}

/// Deletes the holder of the code. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn delete_disputed_unit(
    /// The dispute.
    id: DisputeId,
    /// The holder.
    unit: UnitId,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    service::dispute::delete_holder(&services, &actor, id, unit).await?;
    Ok(redirected(Route::Dispute(id).done(DoneNotice::Deleted)))
}
