//! 预算单位列表.

use crate::{error::ApiError, json::Json};
use domain::view::{UnitDetail, UnitId, UnitQuery, UnitsPage};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// A page of the asker's subtree.
#[server(input = GetUrl, output = Json)]
pub async fn list_units(
    /// Which.
    query: UnitQuery,
) -> Result<UnitsPage, ApiError> {
    let (services, actor) = crate::server::actor()?;
    Ok(service::unit::list(&services, &actor, &query).await?)
}

/// A unit in full.
#[server(input = GetUrl, output = Json)]
pub async fn get_unit(
    /// Which.
    id: UnitId,
) -> Result<UnitDetail, ApiError> {
    let (services, actor) = crate::server::actor()?;
    Ok(service::unit::detail(&services, &actor, id).await?)
}

/// The operator opens a preset's account: the contact gets an SMS with the initial password.
#[server(output = Json)]
pub async fn issue_password(
    /// Whose.
    unit: UnitId,
    /// Contact person.
    contact: String,
    /// The contact's mobile number.
    mobile: String,
) -> Result<String, ApiError> {
    let (services, actor) = crate::server::actor()?;
    service::account::issue(&services, &actor, unit, contact.trim(), mobile.trim()).await?;
    let to = format!("/units/{unit}?done=issued");
    crate::server::lead_on(&to);
    Ok(to)
}
