//! The accounts of the units below the asker's own, and of purchasers.

use crate::{client::Client, error::ApiError, json::Json};
use domain::view::{Holder, Outcome, PurchaserId, UnitId};
use leptos::prelude::*;

/// The operator opens a preset's account: the contact gets an SMS with the initial password.
#[server(client = Client, output = Json)]
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
    Ok(done(unit.into(), "issued"))
}

/// 重新发送账号短信; answers where to go on.
#[server(client = Client, output = Json)]
pub async fn resend_sms(
    /// Whose.
    holder: Holder,
) -> Result<String, ApiError> {
    let (services, actor) = crate::server::actor()?;
    service::account::resend(&services, &actor, holder).await?;
    Ok(done(holder, "resent"))
}

/// 重新发送账号短信 to several units; says of each what came of it.
#[server(client = Client, output = Json)]
pub async fn resend_to_units(
    /// Whose.
    #[server(default)]
    units: Vec<UnitId>,
) -> Result<Vec<Outcome>, ApiError> {
    resend_many(&units, "/units/manage").await
}

/// 重新发送账号短信 to several purchasers, likewise.
#[server(client = Client, output = Json)]
pub async fn resend_to_purchasers(
    /// Whose.
    #[server(default)]
    purchasers: Vec<PurchaserId>,
) -> Result<Vec<Outcome>, ApiError> {
    resend_many(&purchasers, "/purchasers").await
}

/// Leads back to the list, which says to how many it was sent.
#[cfg(feature = "ssr")]
async fn resend_many(holders: &[impl Into<Holder> + Copy], list: &str) -> Result<Vec<Outcome>, ApiError> {
    let (services, actor) = crate::server::actor()?;
    let outcomes = service::account::resend_many(&services, &actor, holders).await?;
    let refused = outcomes.iter().filter(|outcome| outcome.refused.is_some()).count();
    crate::server::lead_on(&format!("{list}?sent={}&refused={refused}", outcomes.len() - refused));
    Ok(outcomes)
}

/// 重置密码, confirmed with the asker's own password; answers where to go on.
#[server(client = Client, output = Json)]
pub async fn reset_password(
    /// Whose.
    holder: Holder,
    /// `typed` for the password in `typed`; else one is made.
    #[server(default)]
    how: String,
    /// The new password.
    #[server(default)]
    typed: String,
    /// The asker's own.
    own: String,
) -> Result<String, ApiError> {
    let (services, actor) = crate::server::actor()?;
    let typed = (how == "typed").then_some(typed.as_str());
    service::account::reset(&services, &actor, holder, typed, &own).await?;
    Ok(done(holder, "reset"))
}

/// 停用 and 启用; answers where to go on.
#[server(client = Client, output = Json)]
pub async fn set_account_enabled(
    /// Whose.
    holder: Holder,
    /// Which of the two.
    enabled: bool,
) -> Result<String, ApiError> {
    let (services, actor) = crate::server::actor()?;
    service::account::set_enabled(&services, &actor, holder, enabled).await?;
    Ok(done(holder, if enabled { "enabled" } else { "disabled" }))
}

/// The page of the unit or the purchaser, which says what was done.
#[cfg(feature = "ssr")]
fn done(holder: Holder, what: &str) -> String {
    let to = format!("{}?done={what}", crate::holder::path(holder));
    crate::server::lead_on(&to);
    to
}
