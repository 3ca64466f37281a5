//! Starts the job of a batch.

use crate::{
    Actor, Error, Result, Services,
    audit::{self, AuditAction, AuditEvent},
    batch, sql,
    sql::tree::lock,
    unit,
};
use domain::{
    Problem,
    ids::BatchId,
    import_batch::{BatchState, StateCounts},
    job::{JobState, JobView},
};
use entity::{Count, JobKind, import_batch, job};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

/// Starts the job of a batch without errors, or returns the job that exists already; a job that was given up starts again.
pub async fn start(services: &Services, actor: &Actor, id: BatchId) -> Result<JobView> {
    let own = actor.unit()?.id;
    let tx = services.write().await?;
    // The lock puts this transaction before or after a merger of the unit, because nobody can generate the batch of a unit
    // that was merged.
    lock(&tx).await?;
    unit::subtree(&tx, actor).await?;
    let batch = import_batch::Entity::find_by_id(id).filter(import_batch::Column::UnitId.eq(own)).lock_exclusive();
    let batch = batch.one(&tx).await?.ok_or(Problem::NotFound)?;
    let counts: StateCounts = serde_json::from_str(&batch.counts)?;
    match batch.state {
        BatchState::Superseded => return Err(Problem::BatchClosed.into()),
        BatchState::Generating | BatchState::Generated => {
            restart(services, &tx, Condition::all().add(job::Column::BatchId.eq(id))).await?;
        }
        BatchState::Checked if counts.error > 0 => return Err(Problem::BatchHasErrors { rows: counts.error }.into()),
        BatchState::Checked if counts.to_generate() == 0 => return Err(Problem::NothingToGenerate.into()),
        BatchState::Checked => add_job(services, &tx, actor, id, counts.to_generate()).await?,
    }
    let job = batch::job(&tx, id).await?.ok_or_else(|| Error::internal("a batch is generated without a job"))?;
    tx.commit().await?;
    services.0.job_added.notify_one();
    Ok(job)
}

/// Queues all jobs again that were given up, for the operator at the command line. Returns how many they are.
pub async fn resume_failed(services: &Services) -> Result<u64> {
    let tx = services.write().await?;
    let resumed = restart(services, &tx, Condition::all()).await?;
    tx.commit().await?;
    services.0.job_added.notify_one();
    Ok(resumed)
}

/// Queues the jobs that fulfil a condition again if they were given up. Returns how many they are.
async fn restart(services: &Services, tx: &DatabaseTransaction, condition: Condition) -> Result<u64> {
    let restarted = job::Entity::update_many()
        .col_expr(job::Column::State, Expr::val(JobState::Queued))
        .col_expr(job::Column::Attempts, Expr::val(0))
        .col_expr(job::Column::RunAt, sql::clock::now(tx, services.clock()))
        .col_expr(job::Column::Error, Expr::val(None::<String>))
        .filter(condition)
        .filter(job::Column::State.eq(JobState::Failed))
        .exec(tx)
        .await?;
    Ok(restarted.rows_affected)
}

/// Queues a job for a batch that waits.
async fn add_job(
    services: &Services,
    tx: &DatabaseTransaction,
    actor: &Actor,
    batch: BatchId,
    rows: u32,
) -> Result<()> {
    let now = services.now();
    import_batch::Entity::update_many()
        .col_expr(import_batch::Column::State, Expr::val(BatchState::Generating))
        .col_expr(import_batch::Column::Version, Expr::col(import_batch::Column::Version).add(1))
        .filter(import_batch::Column::Id.eq(batch))
        .exec(tx)
        .await?;
    let job = job::ActiveModel {
        kind: Set(JobKind::Generate),
        batch_id: Set(Some(batch)),
        account_id: Set(actor.account),
        address: Set(actor.address.clone()),
        state: Set(JobState::Queued),
        total: Set(Count(rows)),
        done: Set(Count(0)),
        created: Set(Count(0)),
        updated: Set(Count(0)),
        failed: Set(Count(0)),
        attempts: Set(0),
        run_at: Set(sql::clock::read(tx, services.clock()).await?),
        created_at: Set(now),
        ..job::ActiveModel::default()
    };
    job::Entity::insert(job).exec_without_returning(tx).await?;
    let after = Some(serde_json::json!({ "rows": rows }));
    let event = AuditEvent { after, ..AuditEvent::new(AuditAction::Generate, Some(actor.unit()?.id.into()), batch) };
    audit::record(tx, now, &actor.into(), vec![event]).await
}
