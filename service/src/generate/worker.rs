//! Claims jobs and works on them.

use super::{
    chunk::write,
    job::{Job, LEASE},
    plan,
};
use crate::{
    Error, Result, Services, batch,
    import_target::{
        ImportTarget, StoredPurchaser, StoredUnit,
        chunk::{PreparedRow, Task},
    },
    outage::Outage,
    password, sms,
};
use domain::{
    Finding, Template,
    ids::BatchId,
    import_batch::{BatchState, FindingSummary},
    preview,
};
use entity::{import_batch, import_row};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Number of rows in one transaction. Their hashing takes a few seconds, so that the idle time of the cores at its end does
/// not matter.
const CHUNK: usize = 200;
/// How often a worker looks for jobs that another process started or left.
const PAUSE: Duration = Duration::from_secs(1);

/// Works on jobs until `stop` is cancelled. A chunk that has begun is finished first.
pub async fn work(services: Services, stop: CancellationToken) {
    let worker = format!("{:016x}", rand::random::<u64>());
    let mut outage = Outage::none("jobs cannot be worked on");
    while !stop.is_cancelled() {
        match Job::claim(&services, &worker).await {
            Ok(Some(job)) => {
                tracing::info!(job = job.id.0, batch = job.batch.0, "generation begins");
                match attempt(&services, &job, &stop).await {
                    Ok(()) => outage.end(),
                    // The job could not be put back either. Its lease runs out.
                    Err(error) => outage.pause(&error, &stop).await,
                }
                services.0.job_moved.send_replace(());
                continue;
            }
            Ok(None) => outage.end(),
            Err(error) => {
                outage.pause(&error, &stop).await;
                continue;
            }
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = services.0.job_added.notified() => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Works on a job. If that fails, puts the job back for another attempt.
async fn attempt(services: &Services, job: &Job, stop: &CancellationToken) -> Result<()> {
    let Err(error) = complete(services, job, stop).await else { return Ok(()) };
    job.fail(services, &error).await?;
    error.log("generation failed and will be tried again");
    Ok(())
}

/// Works on a job to its end and renews the lease meanwhile.
async fn complete(services: &Services, job: &Job, stop: &CancellationToken) -> Result<()> {
    if job.is_exhausted() {
        return Err(Error::internal("every process that tried ended"));
    }
    let mut beat = interval(LEASE / 4);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let work = async {
        match job.template {
            Template::Units => run::<StoredUnit>(services, job, stop).await,
            Template::Purchasers => run::<StoredPurchaser>(services, job, stop).await,
        }
    };
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            outcome = &mut work => return outcome,
            _ = beat.tick() => {}
        }
        // The work goes on during the renewal: it may hold the very connection that the renewal waits for.
        tokio::select! {
            outcome = &mut work => return outcome,
            renewed = job.renew(&services.0.writer, services) => renewed?,
        }
    }
}

async fn run<T: ImportTarget>(services: &Services, job: &Job, stop: &CancellationToken) -> Result<()> {
    loop {
        let plan = plan::load::<T>(&services.0.db, job.batch).await?;
        if plan.tasks.is_empty() {
            return finish(services, job).await;
        }
        let mut targets = plan.targets;
        let mut tasks = plan.tasks.into_iter();
        let mut size = job.first_chunk(CHUNK);
        let mut chunk = prepare(services, tasks.by_ref().take(size).collect()).await?;
        while !chunk.is_empty() {
            size = (size * 2).min(CHUNK);
            // The next chunk is hashed while this one is written, so that hashing never waits.
            let (generated, next) = tokio::join!(
                write::<T>(services, job, &targets, &chunk),
                prepare(services, tasks.by_ref().take(size).collect())
            );
            for (index, target) in generated? {
                if let Some(slot) = targets.get_mut(index) {
                    *slot = Some(target);
                }
            }
            sms::wake(services);
            services.0.job_moved.send_replace(());
            if stop.is_cancelled() {
                return job.release(services).await;
            }
            chunk = next?;
        }
    }
}

/// Gives each row that adds an account an initial password and its hash.
async fn prepare<Input>(services: &Services, tasks: Vec<Task<Input>>) -> Result<Vec<PreparedRow<Input>>> {
    let additions = tasks.iter().filter(|task| task.target.is_none()).count();
    let passwords = (0..additions).map(|_| password::initial()).collect();
    let mut hashed = services.0.hasher.hash_all(passwords).await?.into_iter();
    let prepared = |task: Task<Input>| {
        let password = if task.target.is_none() { hashed.next() } else { None };
        PreparedRow::new(task, password)
    };
    Ok(tasks.into_iter().map(prepared).collect())
}

/// Closes the batch with the results of its rows, and ends the job.
async fn finish(services: &Services, job: &Job) -> Result<()> {
    let tx = services.write().await?;
    job.renew(&tx, services).await?;
    let counts = serde_json::to_string(&batch::row_counts(&tx, job.batch).await?)?;
    let kinds = serde_json::to_string(&kinds(&tx, job.batch).await?)?;
    import_batch::Entity::update_many()
        .col_expr(import_batch::Column::State, Expr::val(BatchState::Generated))
        .col_expr(import_batch::Column::Counts, Expr::val(counts))
        .col_expr(import_batch::Column::Kinds, Expr::val(kinds))
        .col_expr(import_batch::Column::Version, Expr::col(import_batch::Column::Version).add(1))
        .filter(import_batch::Column::Id.eq(job.batch))
        .exec(&tx)
        .await?;
    job.finish(&tx, services.clock().now()).await?;
    tx.commit().await?;
    tracing::info!(job = job.id.0, batch = job.batch.0, "generation is done");
    Ok(())
}

/// The findings of the rows by code, and those on the whole file, which no row has.
async fn kinds(tx: &DatabaseTransaction, batch: BatchId) -> Result<Vec<FindingSummary>> {
    let stored: Option<String> = import_batch::Entity::find_by_id(batch)
        .select_only()
        .column(import_batch::Column::Kinds)
        .into_tuple()
        .one(tx)
        .await?;
    let stored: Vec<FindingSummary> = stored.map_or(Ok(Vec::new()), |kinds| serde_json::from_str(&kinds))?;
    let mut kinds = preview::kinds(&findings(tx, batch).await?);
    kinds.extend(stored.into_iter().filter(|kind| kind.code.is_on_file()));
    Ok(kinds)
}

async fn findings(tx: &DatabaseTransaction, batch: BatchId) -> Result<Vec<Finding>> {
    let stored: Vec<String> = import_row::Entity::find()
        .select_only()
        .column(import_row::Column::Findings)
        .filter(import_row::Column::BatchId.eq(batch))
        .filter(import_row::Column::Findings.is_not_null())
        .order_by_asc(import_row::Column::Row)
        .into_tuple()
        .all(tx)
        .await?;
    let mut all = Vec::new();
    for findings in stored {
        all.append(&mut serde_json::from_str(&findings)?);
    }
    Ok(all)
}
