//! 生成预算单位管理账号 and 生成采购人交易账号: a job in the database, which processes a batch chunk by chunk. Each row is
//! generated exactly once, even if workers are killed.
//!
//! A worker holds a job by a lease. Each chunk is one transaction. It begins by renewing the lease, which fails if another
//! worker has taken the job over, and it ends with the states of its rows: a process that is killed
//! leaves only complete chunks.

mod chunk;
mod job;
mod plan;
mod start;
mod worker;

pub use start::{resume_failed, start};
pub use worker::work;

use crate::{Actor, Result, Services, batch};
use domain::{ids::BatchId, job::JobView};
use tokio::sync::watch;

/// The present state of the job of a batch of the actor's own unit; cheap, for a page that follows it.
pub async fn job(services: &Services, actor: &Actor, batch: BatchId) -> Result<Option<JobView>> {
    let db = &services.0.db;
    batch::of_unit(db, batch, actor.unit()?.id).await?;
    batch::job(db, batch).await
}

/// Changes whenever a worker of this process makes progress with a job. It does not notice the workers of other processes.
pub fn moves(services: &Services) -> watch::Receiver<()> {
    services.0.job_moved.subscribe()
}
