//! Server functions of 待匹配订单.

use crate::{
    account_bound_client::AccountBoundClient,
    error::ApiError,
    server_function::{Read, Write},
};
#[cfg(feature = "ssr")]
use crate::{
    request::{actor, redirected},
    routes::{Route, parameter},
};
use domain::order::{ParkedPage, ParkedQuery};
use leptos::prelude::*;

/// A page of parked records.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn list_parked_orders(
    /// Which records.
    query: ParkedQuery,
) -> Result<ParkedPage, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::ledger::list_parked(&services, &actor, &query).await?)
}

/// 重新匹配. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn match_parked_orders() -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    let matched = service::ledger::match_parked_now(&services, &actor).await?;
    Ok(redirected(Route::ParkedOrders.with(&[(parameter::MATCHED, matched.to_string())])))
}
