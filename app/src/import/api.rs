//! Server functions of the import pages. The upload itself is a plain POST that the server handles: it is bounded and streamed,
//! and it works without JavaScript.

use crate::{
    account_bound_client::AccountBoundClient,
    error::ApiError,
    server_function::{Read, Write},
};
#[cfg(feature = "ssr")]
use crate::{request::actor, routes::Route};
use domain::{
    Template,
    ids::BatchId,
    import_batch::{BatchView, RowQuery, RowsPage},
    job::JobView,
};
use leptos::prelude::*;

/// A batch.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn batch(
    /// Id.
    id: BatchId,
) -> Result<BatchView, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::import::batch(&services, &actor, id).await?)
}

/// A page of a batch's rows.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn batch_rows(
    /// Id of the batch.
    id: BatchId,
    /// Conditions.
    query: RowQuery,
) -> Result<RowsPage, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::import::rows(&services, &actor, id, &query).await?)
}

/// The current batch of the actor's unit, if there is one.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn current_batch(
    /// Template of the batch.
    template: Template,
) -> Result<Option<BatchView>, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::import::current(&services, &actor, template).await?)
}

/// 生成预算单位管理账号 and 生成采购人交易账号: starts the job. Returns it, or the job that is running already.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn generate(
    /// Id of the batch.
    id: BatchId,
) -> Result<JobView, ApiError> {
    let (services, actor) = actor()?;
    let template = service::import::batch(&services, &actor, id).await?.template;
    let job = service::generate::start(&services, &actor, id).await?;
    // The address without its query, so that the page does not ask again.
    leptos_axum::redirect(&Route::Batch(template, id).to_string());
    Ok(job)
}
