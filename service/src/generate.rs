//! 生成预算单位管理账号: a job in the database, done chunk by chunk, each row exactly once whatever happens.

use crate::{Actor, Error, Result, Services};
use domain::view::{BatchId, JobView};
use tokio_util::sync::CancellationToken;

/// Starts the job of a batch without errors, or answers the one that there is already.
pub async fn start(services: &Services, actor: &Actor, batch: BatchId) -> Result<JobView> {
    let _ = (services, actor, batch);
    Err(Error::internal("unfinished"))
}

/// The job of a batch of the actor's own unit, as it stands; cheap, for a page that follows it.
pub async fn job(services: &Services, actor: &Actor, batch: BatchId) -> Result<Option<JobView>> {
    let _ = (services, actor, batch);
    Err(Error::internal("unfinished"))
}

/// Works on jobs until told to stop; a chunk under way is finished first.
pub async fn work(services: Services, stop: CancellationToken) {
    let _ = services;
    stop.cancelled().await;
}
