//! Server functions on the purchasers of the actor's subtree.

use crate::{
    account_bound_client::AccountBoundClient,
    error::ApiError,
    server_function::{Read, Write},
};
#[cfg(feature = "ssr")]
use crate::{
    forms::{answer_edit, answer_new},
    request::{actor, redirected},
    routes::{DoneNotice, Route},
};
use domain::{
    account::AccountHolderName,
    edit::EditResult,
    form::PurchaserForm,
    ids::PurchaserId,
    purchaser::{PurchaserDetail, PurchaserEdit, PurchaserQuery, PurchasersPage},
};
use leptos::prelude::*;

/// A page of the list.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn list_purchasers(
    /// Conditions.
    query: PurchaserQuery,
) -> Result<PurchasersPage, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::purchaser::list(&services, &actor, &query).await?)
}

/// The name of a purchaser.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_purchaser_name(
    /// Id.
    id: PurchaserId,
) -> Result<AccountHolderName, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::purchaser::name(&services, &actor, id).await?)
}

/// A purchaser in full.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_purchaser(
    /// Id.
    id: PurchaserId,
) -> Result<PurchaserDetail, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::purchaser::detail(&services, &actor, id).await?)
}

/// The stored data of a purchaser, to edit them.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_purchaser_form(
    /// Id.
    id: PurchaserId,
) -> Result<PurchaserEdit, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::purchaser::form(&services, &actor, id).await?)
}

/// 新增. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn create_purchaser(
    /// The input.
    form: PurchaserForm,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    let created = service::purchaser::create(&services, &actor, &form).await;
    answer_new(created, &form, Route::NewPurchaser, Route::Purchaser)
}

/// 编辑, also to another unit. A browser without JavaScript is redirected to the purchaser, or to both versions where somebody
/// else has saved in the meantime.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn edit_purchaser(
    /// Id.
    id: PurchaserId,
    /// The version that the reader has seen.
    version: i32,
    /// The input.
    form: PurchaserForm,
) -> Result<EditResult<PurchaserEdit>, ApiError> {
    let (services, actor) = actor()?;
    let edited = service::purchaser::edit(&services, &actor, id, version, &form).await;
    let saved = Route::Purchaser(id).done(DoneNotice::Edited);
    answer_edit(edited, &form, Route::EditPurchaser(id), saved, |_| Route::EditPurchaser(id).to_string())
}

/// 删除. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn delete_purchaser(
    /// Id.
    id: PurchaserId,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    service::purchaser::delete(&services, &actor, id).await?;
    Ok(redirected(Route::Purchasers.done(DoneNotice::Deleted)))
}
