//! The trading portal (采购人交易平台). Its functions stand below `/trade`, where the portal's cookie is sent: the session of
//! the management does not get here, nor the portal's to the management.

use crate::{client::Client, error::ApiError, json::Json};
use domain::{
    trade::{TradeForm, TradeProfile},
    view::{Edited, Me},
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// Who is signed in at the portal, whatever stands between them and the rest; `None` for a visitor.
#[server(client = Client, prefix = "/trade/api", input = GetUrl, output = Json)]
pub async fn trade_who() -> Result<Option<Me>, ApiError> {
    crate::server::who().await
}

/// Signs a trading account in; answers where to go on.
#[server(client = Client, prefix = "/trade/api", output = Json)]
pub async fn trade_sign_in(
    /// Login name.
    login: String,
    /// Password.
    password: String,
    /// The path to go on to.
    #[server(default)]
    next: String,
) -> Result<String, ApiError> {
    crate::server::sign_in(&login, service::Secret(password), &next).await
}

/// Signs out of the portal (注销).
#[server(client = Client, prefix = "/trade/api", output = Json)]
pub async fn trade_sign_out() -> Result<(), ApiError> {
    crate::server::sign_out().await
}

/// Changes the own password; answers where to go on.
#[server(client = Client, prefix = "/trade/api", output = Json)]
pub async fn trade_change_password(
    /// The one that works now.
    old: String,
    /// The one that shall.
    new: String,
    /// The same again.
    repeat: String,
) -> Result<String, ApiError> {
    let (services, session, client) = crate::server::trading_session()?;
    crate::server::change_password(&services, session.identity(), &client, [&old, &new, &repeat]).await
}

/// The own data and how far it is certified.
#[server(client = Client, prefix = "/trade/api", input = GetUrl, output = Json)]
pub async fn get_trade_profile() -> Result<TradeProfile, ApiError> {
    let (services, session, _) = crate::server::trading_session()?;
    Ok(service::certification::profile(&services, &session).await?)
}

/// Completes or corrects the own data. A browser without JavaScript is led to what is stored, or to both versions where
/// somebody else was quicker.
#[server(client = Client, prefix = "/trade/api", output = Json)]
pub async fn save_trade_profile(
    /// Of the data that was shown.
    version: i32,
    /// What was typed.
    form: TradeForm,
) -> Result<Edited<TradeProfile>, ApiError> {
    let (services, session, client) = crate::server::trading_session()?;
    let saved = service::certification::save(&services, &session, version, &form, &client).await;
    if !matches!(saved, Ok(Edited::Saved)) {
        crate::kept::keep(crate::session::TRADE, &form);
    }
    let saved = saved?;
    match &saved {
        Edited::Saved => drop(done("saved")),
        Edited::Stale(_) if session.identity().gate() == domain::view::Gate::CompleteProfile => {
            crate::server::lead_on("/trade/complete?stale=yes");
        }
        Edited::Stale(_) => crate::server::lead_on("/trade/profile/edit?stale=yes"),
    }
    Ok(saved)
}

/// 提交认证; answers where to go on.
#[server(client = Client, prefix = "/trade/api", output = Json)]
pub async fn submit_certification(
    /// Of the data that was shown.
    version: i32,
) -> Result<String, ApiError> {
    let (services, session, _) = crate::server::trading_session()?;
    service::certification::submit(&services, &session.purchaser()?, version).await?;
    Ok(done("submitted"))
}

/// 采购人资料, which says what was done.
#[cfg(feature = "ssr")]
fn done(what: &str) -> String {
    let to = format!("/trade/profile?done={what}");
    crate::server::lead_on(&to);
    to
}
