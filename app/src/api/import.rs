//! Server functions of the import pages. The upload itself is a plain POST of the server, as it must be bounded and
//! streamed and work without JavaScript.

use crate::{client::Client, error::ApiError, json::Json};
use domain::{
    Template,
    view::{BatchId, BatchView, JobView, RowQuery, RowsPage},
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// A batch.
#[server(client = Client, input = GetUrl, output = Json)]
pub async fn batch(
    /// Which.
    id: BatchId,
) -> Result<BatchView, ApiError> {
    let (services, actor) = crate::server::actor()?;
    Ok(service::import::batch(&services, &actor, id).await?)
}

/// A page of a batch's rows.
#[server(client = Client, input = GetUrl, output = Json)]
pub async fn batch_rows(
    /// Of which batch.
    id: BatchId,
    /// Which rows.
    query: RowQuery,
) -> Result<RowsPage, ApiError> {
    let (services, actor) = crate::server::actor()?;
    Ok(service::import::rows(&services, &actor, id, &query).await?)
}

/// The current batch of the asker's unit, if there is one.
#[server(client = Client, input = GetUrl, output = Json)]
pub async fn current_batch(
    /// Of which template.
    template: Template,
) -> Result<Option<BatchView>, ApiError> {
    let (services, actor) = crate::server::actor()?;
    Ok(service::import::current(&services, &actor, template).await?)
}

/// 生成预算单位管理账号 and 生成采购人交易账号: starts the job, or answers the one that runs already.
#[server(client = Client, output = Json)]
pub async fn generate(
    /// Of which batch.
    id: BatchId,
) -> Result<JobView, ApiError> {
    let (services, actor) = crate::server::actor()?;
    let template = service::import::batch(&services, &actor, id).await?.template;
    let job = service::generate::start(&services, &actor, id).await?;
    // Without the query, so that the question is not asked again.
    leptos_axum::redirect(&format!("{}/{id}", crate::pages::import::path(template)));
    Ok(job)
}
