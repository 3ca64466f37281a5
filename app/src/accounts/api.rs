//! Server functions on the accounts of units and purchasers in the actor's scope.

use crate::{account_bound_client::AccountBoundClient, error::ApiError, server_function::Write};
#[cfg(feature = "ssr")]
use crate::{
    request::{actor, redirect, redirected},
    routes::{DoneNotice, Route, parameter},
};
#[cfg(feature = "ssr")]
use domain::Template;
use domain::{
    account::AccountHolder,
    bulk::BulkOutcome,
    ids::{PurchaserId, UnitId},
};
use leptos::prelude::*;

/// 开通账号: the operator opens the account of a preset, and the contact gets an SMS with the initial password. Returns the
/// next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn issue_password(
    /// The unit.
    unit: UnitId,
    /// Contact person.
    contact: String,
    /// The contact's mobile number.
    mobile: String,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    service::account::issue(&services, &actor, unit, contact.trim(), mobile.trim()).await?;
    Ok(done(unit.into(), DoneNotice::Issued))
}

/// 重新发送账号短信. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn resend_sms(
    /// The holder of the account.
    holder: AccountHolder,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    service::account::resend(&services, &actor, holder).await?;
    Ok(done(holder, DoneNotice::Resent))
}

/// 重新发送账号短信 to several units. Returns the outcome of each.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn resend_to_units(
    /// The units.
    #[server(default)]
    units: Vec<UnitId>,
) -> Result<Vec<BulkOutcome>, ApiError> {
    resend_to_all(&units, Template::Units).await
}

/// 重新发送账号短信 to several purchasers. Returns the outcome of each.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn resend_to_purchasers(
    /// The purchasers.
    #[server(default)]
    purchasers: Vec<PurchaserId>,
) -> Result<Vec<BulkOutcome>, ApiError> {
    resend_to_all(&purchasers, Template::Purchasers).await
}

/// A browser without JavaScript is redirected to the list, which shows the counts.
#[cfg(feature = "ssr")]
async fn resend_to_all(
    holders: &[impl Into<AccountHolder> + Copy],
    template: Template,
) -> Result<Vec<BulkOutcome>, ApiError> {
    let (services, actor) = actor()?;
    let outcomes = service::account::resend_many(&services, &actor, holders).await?;
    let refused = outcomes.iter().filter(|outcome| outcome.refused.is_some()).count();
    redirect(
        &Route::bulk_list(template).with(&[
            (parameter::SENT, (outcomes.len() - refused).to_string()),
            (parameter::REFUSED, refused.to_string()),
        ]),
    );
    Ok(outcomes)
}

/// 重置密码, confirmed with the actor's own password. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn reset_password(
    /// The holder of the account.
    holder: AccountHolder,
    /// `typed` to use the password in `typed`; otherwise one is generated.
    #[server(default)]
    how: String,
    /// The new password.
    #[server(default)]
    typed: String,
    /// The actor's own password.
    own: String,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    let typed = (how == "typed").then_some(typed.as_str());
    service::account::reset(&services, &actor, holder, typed, &own).await?;
    Ok(done(holder, DoneNotice::Reset))
}

/// 停用 and 启用. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn set_account_enabled(
    /// The holder of the account.
    holder: AccountHolder,
    /// True for 启用.
    enabled: bool,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    service::account::set_enabled(&services, &actor, holder, enabled).await?;
    Ok(done(holder, if enabled { DoneNotice::Enabled } else { DoneNotice::Disabled }))
}

/// The page of the holder, with a notice.
#[cfg(feature = "ssr")]
fn done(holder: AccountHolder, notice: DoneNotice) -> String {
    redirected(Route::of_holder(holder).done(notice))
}
