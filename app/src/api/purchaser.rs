//! 采购人列表: the purchasers of the asker's subtree.

use crate::{client::Client, error::ApiError, json::Json};
use domain::view::{
    Edited, PurchaserDetail, PurchaserEdit, PurchaserForm, PurchaserId, PurchaserQuery, PurchasersPage,
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// A page of the subtree's purchasers.
#[server(client = Client, input = GetUrl, output = Json)]
pub async fn list_purchasers(
    /// Which.
    query: PurchaserQuery,
) -> Result<PurchasersPage, ApiError> {
    let (services, actor) = crate::server::actor()?;
    Ok(service::purchaser::list(&services, &actor, &query).await?)
}

/// A purchaser in full.
#[server(client = Client, input = GetUrl, output = Json)]
pub async fn get_purchaser(
    /// Which.
    id: PurchaserId,
) -> Result<PurchaserDetail, ApiError> {
    let (services, actor) = crate::server::actor()?;
    Ok(service::purchaser::detail(&services, &actor, id).await?)
}

/// What is stored of a purchaser, to edit it.
#[server(client = Client, input = GetUrl, output = Json)]
pub async fn get_purchaser_form(
    /// Which.
    id: PurchaserId,
) -> Result<PurchaserEdit, ApiError> {
    let (services, actor) = crate::server::actor()?;
    Ok(service::purchaser::form(&services, &actor, id).await?)
}

/// 新增; answers where to go on.
#[server(client = Client, output = Json)]
pub async fn create_purchaser(
    /// The form as typed.
    form: PurchaserForm,
) -> Result<String, ApiError> {
    let (services, actor) = crate::server::actor()?;
    let made = service::purchaser::create(&services, &actor, &form).await;
    let id = made.inspect_err(|_| crate::kept::keep("/purchasers/new", &form))?;
    let to = format!("/purchasers/{id}?done=added");
    crate::server::lead_on(&to);
    Ok(to)
}

/// 编辑, also to another unit. A browser without JavaScript is led to the purchaser, or to both versions where somebody else
/// was quicker.
#[server(client = Client, output = Json)]
pub async fn edit_purchaser(
    /// Which.
    id: PurchaserId,
    /// The version that was edited.
    version: i32,
    /// The form as typed.
    form: PurchaserForm,
) -> Result<Edited<PurchaserEdit>, ApiError> {
    let (services, actor) = crate::server::actor()?;
    let edited = service::purchaser::edit(&services, &actor, id, version, &form).await;
    let page = format!("/purchasers/{id}/edit");
    if !matches!(edited, Ok(Edited::Saved)) {
        crate::kept::keep(&page, &form);
    }
    let edited = edited?;
    crate::server::lead_on(&match &edited {
        Edited::Saved => format!("/purchasers/{id}?done=edited"),
        Edited::Stale(_) => format!("{page}?stale=yes"),
    });
    Ok(edited)
}

/// 删除; answers where to go on.
#[server(client = Client, output = Json)]
pub async fn delete_purchaser(
    /// Which.
    id: PurchaserId,
) -> Result<String, ApiError> {
    let (services, actor) = crate::server::actor()?;
    service::purchaser::delete(&services, &actor, id).await?;
    let to = "/purchasers?done=deleted";
    crate::server::lead_on(to);
    Ok(to.to_owned())
}
