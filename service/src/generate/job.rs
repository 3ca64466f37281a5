//! The lease of a worker on a job.

use crate::{Error, Result, Services, audit::AuditActor, sql};
use domain::{
    Template,
    calendar::Timestamp,
    ids::{AccountId, BatchId, JobId, UnitId},
    job::JobState,
};
use entity::{account, import_batch, job};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, UpdateMany,
    sea_query::{CaseStatement, Expr, ExprTrait, LockBehavior, LockType, SubQueryStatement},
};
use std::time::Duration;

/// The duration of a lease by the clock of the database. If a worker does not renew its lease in time, another worker takes the
/// job over.
pub(super) const LEASE: Duration = Duration::from_secs(12);
/// Attempts without any progress before a job is given up.
const ATTEMPTS: i32 = 8;
/// The wait after the first failure; doubled after each further one, up to `MAX_DOUBLINGS` times.
const BACKOFF: Duration = Duration::from_secs(2);
const MAX_DOUBLINGS: i32 = 8;

/// A job that a worker has claimed.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: JobId,
    pub(super) batch: BatchId,
    /// The unit that uploaded the batch.
    pub(super) unit: UnitId,
    pub(super) template: Template,
    account: AccountId,
    login: String,
    address: String,
    attempts: i32,
    worker: String,
}

impl Job {
    /// Claims a job that is due: one that was never begun, or one whose worker has let its lease run out.
    pub(super) async fn claim(services: &Services, worker: &str) -> Result<Option<Self>> {
        let now = sql::clock::now(&services.0.writer, services.clock());
        let due = || {
            job::Entity::find()
                .select_only()
                .column(job::Column::Id)
                .filter(job::Column::State.is_in([JobState::Queued, JobState::Running]))
                .filter(job::Column::RunAt.into_expr().lte(now.clone()))
                .filter(
                    Condition::any()
                        .add(job::Column::LockedUntil.is_null())
                        .add(job::Column::LockedUntil.into_expr().lte(now.clone())),
                )
                .order_by_asc(job::Column::Id)
                .limit(1)
        };
        // A look costs SQLite's only writer nothing as long as no job is due.
        if due().into_tuple::<JobId>().one(&services.0.db).await?.is_none() {
            return Ok(None);
        }
        let next = due().lock_with_behavior(LockType::Update, LockBehavior::SkipLocked).into_query();
        let db = &services.0.writer;
        let claimed = job::Entity::update_many()
            .col_expr(job::Column::State, Expr::val(JobState::Running))
            .col_expr(job::Column::Attempts, Expr::col(job::Column::Attempts).add(1))
            .col_expr(job::Column::LockedBy, Expr::val(worker))
            .col_expr(job::Column::LockedUntil, lease_end(services))
            .filter(job::Column::Id.into_expr().eq(Expr::from(SubQueryStatement::from(next))))
            .exec_with_returning(db)
            .await?;
        let Some(job) = claimed.into_iter().next() else { return Ok(None) };
        // Another connection sees what was committed: a claim whose commit failed is none.
        let db = &services.0.db;
        let committed = job::Entity::find_by_id(job.id).filter(job::Column::LockedBy.eq(worker)).one(db).await?;
        let Some(job) = committed else { return Err(Error::internal("the claim of a job was not committed")) };
        let batch = job.batch_id.ok_or_else(|| Error::internal("a job without a batch"))?;
        let batch = import_batch::Entity::find_by_id(batch).one(db).await?;
        let batch = batch.ok_or_else(|| Error::internal("a job of a batch that does not exist"))?;
        let account = account::Entity::find_by_id(job.account_id);
        let login = account.select_only().column(account::Column::Login).into_tuple().one(db).await?;
        Ok(Some(Self {
            id: job.id,
            batch: batch.id,
            unit: batch.unit_id,
            template: batch.template,
            account: job.account_id,
            login: login.ok_or_else(|| Error::internal("a job of an account that does not exist"))?,
            address: job.address,
            attempts: job.attempts,
            worker: worker.to_owned(),
        }))
    }

    /// The account that started the job.
    pub(super) fn actor(&self) -> AuditActor {
        AuditActor { account: Some(self.account), login: self.login.clone(), address: self.address.clone() }
    }

    /// The number of rows of the first chunk: half as many for each attempt without progress. An attempt makes progress even if
    /// its process lives just long enough for a few rows, and a row that cannot be written stops no row before it.
    pub(super) fn first_chunk(&self, most: usize) -> usize {
        let halvings = (self.attempts - 1).clamp(0, ATTEMPTS).unsigned_abs();
        (most >> halvings).max(1)
    }

    /// Whether the workers of all attempts ended without any progress.
    pub(super) const fn is_exhausted(&self) -> bool {
        self.attempts > ATTEMPTS
    }

    /// Renews the lease; the first statement of each transaction. It fails if another worker has taken the job over.
    pub(super) async fn renew(&self, db: &impl ConnectionTrait, services: &Services) -> Result<()> {
        let renewed = self
            .update()
            .col_expr(job::Column::LockedUntil, lease_end(services))
            .filter(job::Column::State.eq(JobState::Running))
            .exec(db)
            .await?;
        if renewed.rows_affected == 1 { Ok(()) } else { Err(Error::internal("another process has taken the job over")) }
    }

    /// Gives the job back when the server stops: the next worker goes on at once.
    pub(super) async fn release(&self, services: &Services) -> Result<()> {
        let released = self
            .unlock()
            .col_expr(job::Column::State, Expr::val(JobState::Queued))
            .col_expr(job::Column::Attempts, Expr::val(0));
        released.exec(&services.0.writer).await?;
        Ok(())
    }

    /// Puts the job back for its next attempt after a wait, or gives it up.
    pub(super) async fn fail(&self, services: &Services, error: &Error) -> Result<()> {
        let doublings = (self.attempts - 1).clamp(0, MAX_DOUBLINGS).unsigned_abs();
        let run_at = database_time_after(services, BACKOFF * 2u32.pow(doublings));
        let exhausted = Expr::col(job::Column::Attempts).gte(ATTEMPTS);
        let state = CaseStatement::new().case(exhausted, JobState::Failed).finally(JobState::Queued);
        let failed = self
            .unlock()
            .col_expr(job::Column::State, state.into())
            .col_expr(job::Column::RunAt, run_at)
            .col_expr(job::Column::Error, Expr::val(error.with_causes()));
        failed.exec(&services.0.writer).await?;
        Ok(())
    }

    /// Ends the job.
    pub(super) async fn finish(&self, db: &impl ConnectionTrait, now: Timestamp) -> Result<()> {
        let finished = self
            .unlock()
            .col_expr(job::Column::State, Expr::val(JobState::Done))
            .col_expr(job::Column::Error, Expr::val(None::<String>))
            .col_expr(job::Column::FinishedAt, Expr::val(now));
        finished.exec(db).await?;
        Ok(())
    }

    /// An update of the job as long as this worker has it.
    pub(super) fn update(&self) -> UpdateMany<job::Entity> {
        job::Entity::update_many()
            .filter(job::Column::Id.eq(self.id))
            .filter(job::Column::LockedBy.eq(self.worker.as_str()))
    }

    /// The same, which ends the lease.
    fn unlock(&self) -> UpdateMany<job::Entity> {
        self.update()
            .col_expr(job::Column::LockedBy, Expr::val(None::<String>))
            .col_expr(job::Column::LockedUntil, Expr::val(None::<Timestamp>))
    }
}

fn lease_end(services: &Services) -> Expr {
    database_time_after(services, LEASE)
}

/// The time of the database after a duration.
fn database_time_after(services: &Services, duration: Duration) -> Expr {
    let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    sql::clock::now(&services.0.writer, services.clock()).add(millis)
}
