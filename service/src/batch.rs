//! Batches (批次): uploaded files as units see them, and the jobs that generate them.

use crate::{Actor, Result, Services};
use domain::{
    Problem, Template,
    calendar::Timestamp,
    ids::{BatchId, JobId, UnitId},
    import_batch::{BatchState, BatchView, RowState, StateCounts},
    job::{JobState, JobView},
    sms::SmsState,
};
use entity::{Count, account, import_batch, import_row, job, sms_outbox};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, RelationTrait,
    sea_query::{Expr, ExprTrait, SubQueryStatement},
};

/// A batch of the actor's own unit; [`Problem::NotFound`] for any other batch.
pub async fn batch(services: &Services, actor: &Actor, id: BatchId) -> Result<BatchView> {
    let of_own_unit = import_batch::Column::UnitId.eq(actor.unit()?.id);
    newest(services, import_batch::Column::Id.eq(id).and(of_own_unit)).await?.ok_or_else(|| Problem::NotFound.into())
}

/// The newest batch of the own unit that is not superseded.
pub async fn current(services: &Services, actor: &Actor, template: Template) -> Result<Option<BatchView>> {
    let of_own_unit = import_batch::Column::UnitId.eq(actor.unit()?.id);
    let open = import_batch::Column::State.ne(BatchState::Superseded);
    newest(services, import_batch::Column::Template.eq(template).and(of_own_unit).and(open)).await
}

#[derive(FromQueryResult)]
struct StoredBatch {
    id: BatchId,
    template: Template,
    file_name: String,
    state: BatchState,
    counts: String,
    kinds: String,
    uploaded_at: Timestamp,
    login: String,
}

/// The newest batch that meets a condition.
async fn newest(services: &Services, condition: Expr) -> Result<Option<BatchView>> {
    let db = &services.0.db;
    let stored = import_batch::Entity::find()
        .column_as(account::Column::Login, "login")
        .join(JoinType::InnerJoin, import_batch::Relation::Account.def())
        .filter(condition)
        .order_by_desc(import_batch::Column::Id)
        .into_model::<StoredBatch>()
        .one(db)
        .await?;
    let Some(stored) = stored else { return Ok(None) };
    let job = job(db, stored.id).await?;
    let counts = match &job {
        // The stored counts change only at the end of a generation.
        Some(job) if job.state == JobState::Failed => row_counts(db, stored.id).await?,
        _ => serde_json::from_str(&stored.counts)?,
    };
    Ok(Some(BatchView {
        id: stored.id,
        template: stored.template,
        job,
        file_name: stored.file_name,
        uploaded_at: stored.uploaded_at,
        uploaded_by: stored.login,
        state: stored.state,
        counts,
        kinds: serde_json::from_str(&stored.kinds)?,
    }))
}

/// The number of rows of a batch in each state.
pub(crate) async fn row_counts(db: &impl ConnectionTrait, batch: BatchId) -> Result<StateCounts> {
    let rows: Vec<(RowState, Count)> = import_row::Entity::find()
        .select_only()
        .column(import_row::Column::State)
        .expr(import_row::Column::Row.count())
        .filter(import_row::Column::BatchId.eq(batch))
        .group_by(import_row::Column::State)
        .into_tuple()
        .all(db)
        .await?;
    let mut counts = StateCounts::default();
    for (state, rows) in rows {
        counts.add_rows(state, rows.into());
    }
    Ok(counts)
}

/// The template and the file name of a batch of this unit; [`Problem::NotFound`] for any other batch, and for a superseded
/// one, whose rows are deleted.
pub(crate) async fn of_unit(db: &impl ConnectionTrait, id: BatchId, unit: UnitId) -> Result<(Template, String)> {
    let batch = import_batch::Entity::find_by_id(id)
        .select_only()
        .columns([import_batch::Column::Template, import_batch::Column::FileName])
        .filter(import_batch::Column::UnitId.eq(unit))
        .filter(import_batch::Column::State.ne(BatchState::Superseded))
        .into_tuple()
        .one(db)
        .await?;
    Ok(batch.ok_or(Problem::NotFound)?)
}

/// Closes a unit's batch of a template that waits to be generated, and deletes its rows, because nobody can generate them
/// any more. The batch itself stays as a record of the upload.
pub(crate) async fn supersede(tx: &DatabaseTransaction, unit: UnitId, template: Template) -> Result<()> {
    let waiting = Condition::all()
        .add(import_batch::Column::UnitId.eq(unit))
        .add(import_batch::Column::Template.eq(template))
        .add(import_batch::Column::State.eq(BatchState::Checked));
    let superseded = import_batch::Entity::update_many()
        .col_expr(import_batch::Column::State, Expr::val(BatchState::Superseded))
        .col_expr(import_batch::Column::Version, Expr::col(import_batch::Column::Version).add(1))
        .filter(waiting)
        .exec_with_returning(tx)
        .await?;
    if superseded.is_empty() {
        return Ok(());
    }
    let batches = import_row::Column::BatchId.is_in(superseded.into_iter().map(|batch| batch.id));
    import_row::Entity::delete_many().filter(batches).exec(tx).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct StoredJob {
    id: JobId,
    state: JobState,
    total: Count,
    done: Count,
    created: Count,
    updated: Count,
    failed: Count,
    sms_sent: Count,
}

/// The job of a batch. The caller has checked that the actor may see the batch.
pub(crate) async fn job(db: &impl ConnectionTrait, batch: BatchId) -> Result<Option<JobView>> {
    let sms_sent = sms_outbox::Entity::find()
        .select_only()
        .expr(sms_outbox::Column::Id.count())
        .filter(sms_outbox::Column::BatchId.eq(batch))
        .filter(sms_outbox::Column::State.eq(SmsState::Sent))
        .into_query();
    let stored = job::Entity::find()
        .expr_as(Expr::from(SubQueryStatement::from(sms_sent)), "sms_sent")
        .filter(job::Column::BatchId.eq(batch))
        .into_model::<StoredJob>()
        .one(db)
        .await?;
    Ok(stored.map(|job| JobView {
        id: job.id,
        state: job.state,
        total: job.total.into(),
        done: job.done.into(),
        created: job.created.into(),
        updated: job.updated.into(),
        failed: job.failed.into(),
        sms_sent: job.sms_sent.into(),
    }))
}
