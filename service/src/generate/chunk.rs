//! One transaction: the records of a chunk of rows, with accounts, SMS and audit events, and the states of the rows. All of
//! it is written, or nothing.

use super::job::Job;
use crate::{
    Error, Result, Services, Subtree,
    import_target::{
        ImportTarget,
        chunk::{Chunk, ChunkResults, GeneratedRow, PreparedRow},
        parent_order::RowIndex,
    },
    query::is_any_of,
    sql::{tree::lock, update_each::update_each},
};
use domain::{
    Finding,
    check::merge,
    ids::{BatchId, UnitId},
    import_batch::RowState,
};
use entity::{Count, import_row, job, unit};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use std::collections::HashMap;

/// The key of a row.
const KEY: [import_row::Column; 2] = [import_row::Column::BatchId, import_row::Column::Row];
/// The states of rows that are left to generate.
const PENDING: [RowState; 3] = [RowState::Correct, RowState::Warning, RowState::Update];

/// Writes a chunk and returns the rows that were generated, each with its record. `targets[i]` is the record of row `i` of
/// the batch, if it exists.
pub(super) async fn write<T: ImportTarget>(
    services: &Services,
    job: &Job,
    targets: &[Option<i64>],
    rows: &[PreparedRow<T::Input>],
) -> Result<Vec<(RowIndex, i64)>> {
    let tx = services.write().await?;
    job.renew(&tx, services).await?;
    lock(&tx).await?;
    let path = own_path(&tx, job.unit).await?;
    let mut chunk = Chunk {
        services,
        tx: &tx,
        batch: job.batch,
        actor: job.actor(),
        own: job.unit,
        subtree: Subtree::of(&path),
        targets: targets.to_vec(),
        results: ChunkResults::default(),
    };
    T::write(&mut chunk, rows).await?;
    let ChunkResults { created, updated, failed, vanished } = chunk.results;
    let counts = [created.len(), updated.len(), failed.len()];
    let generated: Vec<GeneratedRow> = created.into_iter().chain(updated).collect();
    mark_generated(&tx, job.batch, &generated).await?;
    mark_failed(&tx, job.batch, failed).await?;
    mark_vanished(&tx, job.batch, vanished).await?;
    count(&tx, job, counts).await?;
    tx.commit().await?;
    Ok(generated.into_iter().map(|row| (row.index, row.target)).collect())
}

/// The path of the unit that uploaded the batch. A unit that was dissolved adds no records.
async fn own_path(tx: &DatabaseTransaction, unit: UnitId) -> Result<String> {
    let path = unit::Entity::find_by_id(unit)
        .select_only()
        .column(unit::Column::Path)
        .filter(unit::Column::MergedInto.is_null())
        .into_tuple()
        .one(tx)
        .await?;
    path.ok_or_else(|| Error::internal("the batch's unit does not exist any more"))
}

async fn mark_generated(tx: &DatabaseTransaction, batch: BatchId, generated: &[GeneratedRow]) -> Result<()> {
    let row = |row: &GeneratedRow| vec![batch.into(), Count(row.row).into(), row.target.into()];
    let rows = generated.iter().map(row).collect();
    let marked = update_each(tx, import_row::Entity, &KEY, &[import_row::Column::TargetId], rows, |update| {
        update
            .value(import_row::Column::State, RowState::Generated)
            .and_where(Expr::col((import_row::Entity, import_row::Column::State)).is_in(PENDING));
    });
    if usize::try_from(marked.await?).ok() != Some(generated.len()) {
        return Err(Error::internal("some rows of the chunk were generated already"));
    }
    Ok(())
}

/// Marks rows that cannot be generated any more, with the reason at the cell.
async fn mark_failed(tx: &DatabaseTransaction, batch: BatchId, failed: Vec<Finding>) -> Result<()> {
    if failed.is_empty() {
        return Ok(());
    }
    let stored: Vec<String> = import_row::Entity::find()
        .select_only()
        .column(import_row::Column::Findings)
        .filter(import_row::Column::BatchId.eq(batch))
        .filter(is_any_of(tx, import_row::Column::Row, failed.iter().map(|finding| Count(finding.row))))
        .filter(import_row::Column::Findings.is_not_null())
        .into_tuple()
        .all(tx)
        .await?;
    let mut before: Vec<Finding> = Vec::new();
    for findings in stored {
        before.append(&mut serde_json::from_str(&findings)?);
    }
    let mut by_row: HashMap<u32, Vec<Finding>> = HashMap::new();
    for finding in merge(before, failed) {
        by_row.entry(finding.row).or_default().push(finding);
    }
    let row = |(row, findings): (&u32, &Vec<Finding>)| {
        Ok(vec![batch.into(), Count(*row).into(), serde_json::to_string(findings)?.into()])
    };
    let rows = by_row.iter().map(row).collect::<Result<_>>()?;
    update_each(tx, import_row::Entity, &KEY, &[import_row::Column::Findings], rows, |update| {
        update.value(import_row::Column::State, RowState::Failed);
    })
    .await?;
    Ok(())
}

/// Lets rows add a record in a later pass whose record was deleted.
async fn mark_vanished(tx: &DatabaseTransaction, batch: BatchId, vanished: Vec<u32>) -> Result<()> {
    if vanished.is_empty() {
        return Ok(());
    }
    import_row::Entity::update_many()
        .col_expr(import_row::Column::State, Expr::val(RowState::Correct))
        .col_expr(import_row::Column::TargetId, Expr::val(None::<i64>))
        .filter(import_row::Column::BatchId.eq(batch))
        .filter(is_any_of(tx, import_row::Column::Row, vanished.into_iter().map(Count)))
        .exec(tx)
        .await?;
    Ok(())
}

/// Adds the rows of a chunk to the counts of the job: added, changed and failed ones.
async fn count(tx: &DatabaseTransaction, job: &Job, rows: [usize; 3]) -> Result<()> {
    use job::Column::{Attempts, Created, Done, Failed, Updated};
    let mut update = job.update().col_expr(Attempts, Expr::val(1));
    let done = rows.iter().sum();
    for (column, rows) in [Created, Updated, Failed, Done].into_iter().zip(rows.into_iter().chain([done])) {
        let rows = u32::try_from(rows).map_err(Error::internal)?;
        update = update.col_expr(column, Expr::col(column).add(Count(rows)));
    }
    update.exec(tx).await?;
    Ok(())
}
