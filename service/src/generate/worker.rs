//! Takes up jobs and sees them through.

use super::{
    chunk::{Prepared, Subject, write},
    plan::{self, Task},
    purchasers::Purchasers,
    units::Units,
};
use crate::{Error, Result, Services, audit::AuditActor, clock::millis, database::sql, import, password, sms};
use domain::import_batch::RowState;
use domain::{Finding, Template, import_batch::StateCounts, preview};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, FromQueryResult};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Rows in one transaction: a few seconds of hashing, so that the cores idle little at its end.
const CHUNK: usize = 200;
/// How long a worker is believed to be at a job without a sign of life.
pub(super) const LEASE: Duration = Duration::from_secs(12);
/// Attempts without any progress before a job is given up.
const ATTEMPTS: i32 = 8;
/// Wait after the first failure; doubled after every further one.
const BACKOFF: Duration = Duration::from_secs(2);
/// How often to look for what another process started or left behind.
const PAUSE: Duration = Duration::from_secs(1);

/// A job in the hands of this worker.
#[derive(Debug, FromQueryResult)]
pub(super) struct Job {
    pub(super) id: i64,
    pub(super) batch_id: i64,
    /// The unit that uploaded the batch.
    pub(super) unit_id: i64,
    template: String,
    account_id: i64,
    address: String,
    login: String,
    attempts: i32,
    pub(super) locked_by: String,
}

impl Job {
    /// Who started it.
    pub(super) fn by(&self) -> AuditActor {
        AuditActor { account: Some(self.account_id), login: self.login.clone(), address: self.address.clone() }
    }

    /// Renews the lease; the first statement of every transaction. Fails where another worker has the job.
    pub(super) async fn renew(&self, db: &impl ConnectionTrait, services: &Services) -> Result<()> {
        let text = "UPDATE job SET locked_until = $3 WHERE id = $1 AND locked_by = $2 AND state = 'running'";
        let until = services.0.clock.now().0.saturating_add(millis(LEASE));
        let values = [self.id.into(), self.locked_by.as_str().into(), until.into()];
        let renewed = db.execute_raw(sql(db, text, values)).await?.rows_affected();
        if renewed == 1 { Ok(()) } else { Err(Error::internal("another process has taken the job over")) }
    }
}

/// Works on jobs until told to stop; a chunk under way is finished first.
pub async fn work(services: Services, stop: CancellationToken) {
    let worker = format!("{:016x}", rand::random::<u64>());
    while !stop.is_cancelled() {
        match claim(&services, &worker).await {
            Ok(Some(job)) => {
                tracing::info!(job = job.id, batch = job.batch_id, "generation begins");
                if let Err(error) = see_through(&services, &job, &stop).await {
                    error.log("generation failed and will be tried again");
                    if let Err(error) = failed(&services, &job, &error).await {
                        error.log("a failed job could not be put back; its lease runs out");
                    }
                }
                services.0.job_moved.send_replace(());
                continue;
            }
            Ok(None) => {}
            Err(error) => error.log("jobs cannot be taken up"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = services.0.job_added.notified() => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Takes up a job that is due: never begun, or left behind by a worker whose lease has run out.
async fn claim(services: &Services, worker: &str) -> Result<Option<Job>> {
    let now = services.0.clock.now().0;
    let due = "SELECT id FROM job WHERE state IN ('queued', 'running') AND run_at <= $1 \
               AND (locked_until IS NULL OR locked_until <= $1) ORDER BY id LIMIT 1";
    // Looking first costs SQLite's only writer nothing while there is nothing.
    let db = &services.0.db;
    if db.query_one_raw(sql(db, due, [now.into()])).await?.is_none() {
        return Ok(None);
    }
    let db = &services.0.writer;
    let skip = if db.get_database_backend() == DbBackend::Postgres { "FOR UPDATE SKIP LOCKED" } else { "" };
    let text = format!(
        "UPDATE job SET state = 'running', attempts = attempts + 1, locked_by = $2, locked_until = $3 \
         WHERE id = ({due} {skip}) RETURNING id"
    );
    let values = [now.into(), worker.into(), now.saturating_add(millis(LEASE)).into()];
    let Some(row) = db.query_one_raw(sql(db, &text, values)).await? else { return Ok(None) };
    let id: i64 = row.try_get_by_index(0)?;
    let text = "SELECT j.id, j.batch_id, b.unit_id, b.template, j.account_id, j.address, a.login, j.attempts, j.locked_by \
                FROM job j JOIN import_batch b ON b.id = j.batch_id JOIN account a ON a.id = j.account_id \
                WHERE j.id = $1 AND j.locked_by = $2";
    Ok(Job::find_by_statement(sql(db, text, [id.into(), worker.into()])).one(db).await?)
}

/// Works on a job to its end, giving signs of life.
async fn see_through(services: &Services, job: &Job, stop: &CancellationToken) -> Result<()> {
    if job.attempts > ATTEMPTS {
        return Err(Error::internal("every process that tried ended"));
    }
    let mut beat = interval(LEASE / 4);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let work = async {
        match import::template(&job.template)? {
            Template::Units => run::<Units>(services, job, stop).await,
            Template::Purchasers => run::<Purchasers>(services, job, stop).await,
        }
    };
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            outcome = &mut work => return outcome,
            _ = beat.tick() => {}
        }
        // The work goes on meanwhile: it may hold the very connection that this waits for.
        tokio::select! {
            outcome = &mut work => return outcome,
            renewed = job.renew(&services.0.writer, services) => renewed?,
        }
    }
}

async fn run<S: Subject>(services: &Services, job: &Job, stop: &CancellationToken) -> Result<()> {
    loop {
        let plan = plan::load::<S>(&services.0.db, job.batch_id).await?;
        if plan.tasks.is_empty() {
            return finish(services, job).await;
        }
        let mut targets = plan.targets;
        let mut tasks = plan.tasks.into_iter();
        let mut chunk = prepare(services, tasks.by_ref().take(CHUNK).collect()).await?;
        while !chunk.is_empty() {
            // The next chunk is hashed while this one is written, so that hashing never waits.
            let (done, next) = tokio::join!(
                write::<S>(services, job, &targets, &chunk),
                prepare(services, tasks.by_ref().take(CHUNK).collect())
            );
            for (index, target) in done? {
                if let Some(slot) = targets.get_mut(index) {
                    *slot = Some(target);
                }
            }
            sms::wake(services);
            services.0.job_moved.send_replace(());
            if stop.is_cancelled() {
                return release(services, job).await;
            }
            chunk = next?;
        }
    }
}

/// Gives every row that makes an account an initial password and its hash.
async fn prepare<Says>(services: &Services, tasks: Vec<Task<Says>>) -> Result<Vec<Prepared<Says>>> {
    let makes = tasks.iter().filter(|task| task.target.is_none()).count();
    let mut hashed = services.0.hasher.hash_all((0..makes).map(|_| password::initial()).collect()).await?.into_iter();
    let prepared = |task: Task<Says>| {
        let password = if task.target.is_none() { hashed.next() } else { None };
        Prepared::new(task, password)
    };
    Ok(tasks.into_iter().map(prepared).collect())
}

/// Gives the job back on the way to a stop: whoever comes next goes on at once.
async fn release(services: &Services, job: &Job) -> Result<()> {
    let db = &services.0.writer;
    let text = "UPDATE job SET state = 'queued', attempts = 0, locked_by = NULL, locked_until = NULL \
                WHERE id = $1 AND locked_by = $2";
    db.execute_raw(sql(db, text, [job.id.into(), job.locked_by.as_str().into()])).await?;
    Ok(())
}

/// Lets a job wait for its next attempt, or gives it up.
async fn failed(services: &Services, job: &Job, error: &Error) -> Result<()> {
    let db = &services.0.writer;
    let text = "UPDATE job SET state = CASE WHEN attempts >= $3 THEN 'failed' ELSE 'queued' END, run_at = $4, \
                locked_by = NULL, locked_until = NULL, error = $5 WHERE id = $1 AND locked_by = $2";
    let wait = BACKOFF.saturating_mul(2u32.saturating_pow(u32::try_from(job.attempts - 1).unwrap_or_default().min(8)));
    let run_at = services.0.clock.now().0.saturating_add(millis(wait));
    let values = [job.id.into(), job.locked_by.as_str().into(), ATTEMPTS.into(), run_at.into(), error.full().into()];
    db.execute_raw(sql(db, text, values)).await?;
    Ok(())
}

/// Closes the batch with what came of its rows.
async fn finish(services: &Services, job: &Job) -> Result<()> {
    let now = services.0.clock.now().0;
    let tx = services.write().await?;
    job.renew(&tx, services).await?;
    let counts = serde_json::to_string(&counts(&tx, job.batch_id).await?)?;
    let text =
        "UPDATE import_batch SET state = 'generated', counts = $2, kinds = $3, version = version + 1 WHERE id = $1";
    let kinds = serde_json::to_string(&preview::kinds(&findings(&tx, job.batch_id).await?))?;
    tx.execute_raw(sql(&tx, text, [job.batch_id.into(), counts.into(), kinds.into()])).await?;
    let text = "UPDATE job SET state = 'done', locked_by = NULL, locked_until = NULL, error = NULL, finished_at = $2 \
                WHERE id = $1";
    tx.execute_raw(sql(&tx, text, [job.id.into(), now.into()])).await?;
    tx.commit().await?;
    tracing::info!(job = job.id, batch = job.batch_id, "generation is done");
    Ok(())
}

async fn counts(tx: &DatabaseTransaction, batch: i64) -> Result<StateCounts> {
    let text = "SELECT state, COUNT(*) AS rows FROM import_row WHERE batch_id = $1 GROUP BY state";
    let mut counts = StateCounts::default();
    for row in tx.query_all_raw(sql(tx, text, [batch.into()])).await? {
        let (state, rows): (RowState, i64) = (row.try_get("", "state")?, row.try_get("", "rows")?);
        for _ in 0..rows {
            counts.add(state.into());
        }
    }
    Ok(counts)
}

async fn findings(tx: &DatabaseTransaction, batch: i64) -> Result<Vec<Finding>> {
    let text = "SELECT findings FROM import_row WHERE batch_id = $1 AND findings IS NOT NULL ORDER BY row";
    let mut all = Vec::new();
    for row in tx.query_all_raw(sql(tx, text, [batch.into()])).await? {
        all.append(&mut serde_json::from_str::<Vec<Finding>>(&row.try_get_by_index::<String>(0)?)?);
    }
    Ok(all)
}
