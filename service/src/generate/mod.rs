//! 生成预算单位管理账号 and 生成采购人交易账号: a job in the database, done chunk by chunk, each row exactly once whatever happens.
//!
//! A worker holds a job by a lease. Every chunk is one transaction that begins by renewing the lease, which fails where
//! another worker has taken the job over, and ends with the states of its rows: a process that dies leaves whole chunks.

mod chunk;
mod plan;
mod purchasers;
mod units;
mod worker;

pub use worker::work;

use crate::{Actor, Error, Result, Services, audit, database::sql, import};
use domain::{
    Problem,
    ids::{BatchId, JobId},
    import_batch::StateCounts,
    job::JobView,
};
use domain::{import_batch::BatchState, job::JobState};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};
use tokio::sync::watch;

/// Starts the job of a batch without errors, or answers the one that there is already; one that was given up begins anew.
pub async fn start(services: &Services, actor: &Actor, batch: BatchId) -> Result<JobView> {
    let own = actor.unit()?.id;
    let now = services.0.clock.now().0;
    let tx = services.write().await?;
    let lock = if tx.get_database_backend() == DbBackend::Postgres { "FOR UPDATE" } else { "" };
    let text = format!("SELECT state, counts FROM import_batch WHERE id = $1 AND unit_id = $2 {lock}");
    let row = tx.query_one_raw(sql(&tx, &text, [batch.0.into(), own.0.into()])).await?.ok_or(Problem::NotFound)?;
    let (state, counts): (BatchState, String) = (row.try_get("", "state")?, row.try_get("", "counts")?);
    let counts: StateCounts = serde_json::from_str(&counts)?;
    match state {
        BatchState::Superseded => return Err(Problem::BatchClosed.into()),
        BatchState::Generating | BatchState::Generated => {
            let text = "UPDATE job SET state = 'queued', attempts = 0, run_at = $2, error = NULL \
                        WHERE batch_id = $1 AND state = 'failed'";
            tx.execute_raw(sql(&tx, text, [batch.0.into(), now.into()])).await?;
        }
        BatchState::Checked if counts.error > 0 => return Err(Problem::BatchHasErrors { rows: counts.error }.into()),
        BatchState::Checked if counts.to_generate() == 0 => return Err(Problem::NothingToGenerate.into()),
        BatchState::Checked => {
            let text = "UPDATE import_batch SET state = 'generating', version = version + 1 WHERE id = $1";
            tx.execute_raw(sql(&tx, text, [batch.0.into()])).await?;
            let text = "INSERT INTO job (kind, batch_id, account_id, address, state, total, done, created, updated, failed, \
                        attempts, run_at, created_at) VALUES ('generate', $1, $2, $3, 'queued', $4, 0, 0, 0, 0, 0, $5, $5)";
            let total = i32::try_from(counts.to_generate()).unwrap_or(i32::MAX);
            let address = actor.address.as_str();
            let values = [batch.0.into(), actor.account.0.into(), address.into(), total.into(), now.into()];
            tx.execute_raw(sql(&tx, text, values)).await?;
            let event = audit::AuditEvent {
                action: "generate",
                of: Some(own.into()),
                object: "batch",
                object_id: Some(batch.0),
                after: Some(serde_json::json!({ "rows": total }).to_string()),
                ..audit::AuditEvent::default()
            };
            audit::record(&tx, now, &actor.into(), vec![event]).await?;
        }
    }
    let job = of_batch(&tx, batch.0).await?.ok_or_else(|| Error::internal("a batch is generated without a job"))?;
    tx.commit().await?;
    services.0.job_added.notify_one();
    Ok(job)
}

/// The job of a batch of the actor's own unit, as it stands; cheap, for a page that follows it.
pub async fn job(services: &Services, actor: &Actor, batch: BatchId) -> Result<Option<JobView>> {
    let db = &services.0.db;
    import::of_unit(db, batch, actor.unit()?.id.0).await?;
    of_batch(db, batch.0).await
}

/// Changes whenever a job moves that a worker of this process has; of another process's work nothing is heard here.
pub fn moves(services: &Services) -> watch::Receiver<()> {
    services.0.job_moved.subscribe()
}

#[derive(FromQueryResult)]
struct Stored {
    id: i64,
    state: JobState,
    total: i32,
    done: i32,
    created: i32,
    updated: i32,
    failed: i32,
    sms_sent: i64,
}

/// The job of a batch, whosever it is.
pub(crate) async fn of_batch(db: &impl ConnectionTrait, batch: i64) -> Result<Option<JobView>> {
    let text = "SELECT id, state, total, done, created, updated, failed, \
                (SELECT COUNT(*) FROM sms_outbox s WHERE s.batch_id = job.batch_id AND s.state = 'sent') AS sms_sent \
                FROM job WHERE batch_id = $1";
    let stored = Stored::find_by_statement(sql(db, text, [batch.into()])).one(db).await?;
    let count = |n: i32| u32::try_from(n).unwrap_or_default();
    Ok(stored.map(|job| JobView {
        id: JobId(job.id),
        state: job.state.into(),
        total: count(job.total),
        done: count(job.done),
        created: count(job.created),
        updated: count(job.updated),
        failed: count(job.failed),
        sms_sent: u32::try_from(job.sms_sent).unwrap_or(u32::MAX),
    }))
}
