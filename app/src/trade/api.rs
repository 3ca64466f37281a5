//! Server functions of the trading portal (采购人交易平台). They are below `/trade`, where browsers send the portal's session
//! cookie. The session of the management does not get here, and the portal's does not get to the management.

use crate::{
    account_bound_client::AccountBoundClient,
    error::ApiError,
    server_function::{Read, Write},
};
#[cfg(feature = "ssr")]
use crate::{
    forms::answer_edit,
    request::{redirected, trading_session},
    routes::{DoneNotice, Route},
    session::portal,
};
#[cfg(feature = "ssr")]
use domain::{account::Portal, session::SignInStep};
use domain::{
    desktop::TradeDesktop,
    edit::EditResult,
    ids::OrderId,
    order::{OrderQuery, OrderView, OrdersPage},
    session::CurrentAccount,
    trade::{TradeForm, TradeProfile},
};
use leptos::prelude::*;

/// The account that is signed in at the portal; its sign-in steps may be incomplete. `None` if nobody is signed in.
#[server(client = AccountBoundClient, protocol = Read, prefix = "/trade/api")]
pub async fn trade_who() -> Result<Option<CurrentAccount>, ApiError> {
    portal::who().await
}

/// Signs a trading account in. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write, prefix = "/trade/api")]
pub async fn trade_sign_in(
    /// Login name.
    login: String,
    /// Password.
    password: String,
    /// The path of the next page.
    #[server(default)]
    next: String,
) -> Result<String, ApiError> {
    portal::sign_in(&login, service::Secret(password), &next).await
}

/// Signs out of the portal (注销).
#[server(client = AccountBoundClient, protocol = Write, prefix = "/trade/api")]
pub async fn trade_sign_out() -> Result<(), ApiError> {
    portal::sign_out().await
}

/// Changes the own password. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write, prefix = "/trade/api")]
pub async fn trade_change_password(
    /// The present password.
    old: String,
    /// The new password.
    new: String,
    /// The new password again.
    repeat: String,
) -> Result<String, ApiError> {
    let (services, session, origin) = trading_session()?;
    portal::change_password(&services, session.identity(), &origin, [&old, &new, &repeat]).await
}

/// The own data and the state of their certification.
#[server(client = AccountBoundClient, protocol = Read, prefix = "/trade/api")]
pub async fn get_trade_profile() -> Result<TradeProfile, ApiError> {
    let (services, session, _) = trading_session()?;
    Ok(service::certification::profile(&services, &session).await?)
}

/// Completes or corrects the own data. A browser without JavaScript is redirected to the stored data, or to both versions
/// where somebody else has saved in the meantime.
#[server(client = AccountBoundClient, protocol = Write, prefix = "/trade/api")]
pub async fn save_trade_profile(
    /// The version that the reader has seen.
    version: i32,
    /// The input.
    form: TradeForm,
) -> Result<EditResult<TradeProfile>, ApiError> {
    let (services, session, origin) = trading_session()?;
    let saved = service::certification::save(&services, &session, version, &form, &origin).await;
    let form_page = match session.identity().sign_in_step() {
        SignInStep::CompleteProfile => Route::CompleteProfile(Portal::Trading),
        SignInStep::ChangePassword | SignInStep::Open => Route::EditTradeProfile,
    };
    let profile = Route::Profile(Portal::Trading).done(DoneNotice::Saved);
    // Both pages of the form are below the home page and take the echo from there.
    answer_edit(saved, &form, Route::Home(Portal::Trading), profile, |_| form_page.to_string())
}

/// 提交认证. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write, prefix = "/trade/api")]
pub async fn submit_certification(
    /// The version that the reader has seen.
    version: i32,
) -> Result<String, ApiError> {
    let (services, session, _) = trading_session()?;
    service::certification::submit(&services, &session.purchaser()?, version).await?;
    Ok(redirected(Route::Profile(Portal::Trading).done(DoneNotice::Submitted)))
}

/// What waits for the purchaser.
#[server(client = AccountBoundClient, protocol = Read, prefix = "/trade/api")]
pub async fn get_trade_desktop() -> Result<TradeDesktop, ApiError> {
    let (services, session, _) = trading_session()?;
    Ok(service::desktop::of_purchaser(&services, &session.purchaser()?).await?)
}

/// A page of 我的订单.
#[server(client = AccountBoundClient, protocol = Read, prefix = "/trade/api")]
pub async fn list_orders(
    /// Which orders.
    query: OrderQuery,
) -> Result<OrdersPage, ApiError> {
    let (services, session, _) = trading_session()?;
    Ok(service::ledger::list_own(&services, &session.purchaser()?, &query).await?)
}

/// One of the own orders.
#[server(client = AccountBoundClient, protocol = Read, prefix = "/trade/api")]
pub async fn get_order(
    /// The order.
    id: OrderId,
) -> Result<OrderView, ApiError> {
    let (services, session, _) = trading_session()?;
    Ok(service::ledger::own_order(&services, &session.purchaser()?, id).await?)
}
