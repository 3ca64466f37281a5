//! Server functions of 接口密钥.

use crate::{
    account_bound_client::AccountBoundClient,
    error::ApiError,
    server_function::{Read, Write},
};
#[cfg(feature = "ssr")]
use crate::{
    form_echo,
    request::{actor, redirect, redirected},
    routes::{DoneNotice, Route, parameter},
};
use domain::{
    api_key::{ApiKeyForm, ApiKeyItem, IssuedApiKey},
    ids::ApiKeyId,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the page shows after a form that was sent without JavaScript.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Echo {
    /// The input of a refused form.
    Refused(ApiKeyForm),
    /// The new key. Its secret is on this one page alone.
    Issued(IssuedApiKey),
}

/// The keys.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn list_api_keys() -> Result<Vec<ApiKeyItem>, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::api_key::list(&services, &actor).await?)
}

/// 签发.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn issue_api_key(
    /// The input.
    form: ApiKeyForm,
) -> Result<IssuedApiKey, ApiError> {
    let (services, actor) = actor()?;
    let issued = service::api_key::issue(&services, &actor, &form).await;
    let issued = issued.inspect_err(|_| form_echo::store(Route::ApiKeys, &Echo::Refused(form)))?;
    form_echo::store(Route::ApiKeys, &Echo::Issued(issued.clone()));
    redirect(&Route::ApiKeys.with(&[(parameter::ISSUED, "yes".to_owned())]));
    Ok(issued)
}

/// 吊销. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn revoke_api_key(
    /// The key.
    id: ApiKeyId,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    service::api_key::revoke(&services, &actor, id).await?;
    Ok(redirected(Route::ApiKeys.done(DoneNotice::ApiKeyRevoked)))
}
