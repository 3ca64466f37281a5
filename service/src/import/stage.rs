//! From an uploaded file to a stored batch.

use super::{
    judge::{Batch, Sheet, judge},
    known,
};
use crate::{
    Actor, Error, Result, Services, audit,
    database::{insert, sql},
};
use domain::{
    Problem, Template,
    view::{BatchId, UnitId},
};
use entity::{BatchState, RowState};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend};
use std::path::Path;
use tokio::task::spawn_blocking;

/// Reads a file in a child process, repeats every check, adds what only the database knows, and stores the batch; the
/// unit's earlier batch that still waits is superseded (one that is being generated goes on beside it). A refused file is
/// [`Problem::File`] and leaves nothing.
pub async fn stage(
    services: &Services,
    actor: &Actor,
    template: Template,
    file_name: &str,
    file: &Path,
) -> Result<BatchId> {
    let own = actor.unit()?;
    if template != Template::Units {
        return Err(Problem::NotFound.into());
    }
    let inner = &services.0;
    let checked = inner.settings.reader.read(&inner.reading, template, file, inner.settings.limits).await?;
    let (sheet, questions) = spawn_blocking(|| {
        let sheet = Sheet::new(checked);
        sheet.questions().map(|questions| (sheet, questions))
    })
    .await??;
    let db = &inner.db;
    let known = known::load(db, &own.path, inner.clock.year(), questions).await?;
    let names = if sheet.has_unknown(&known) { known::names(db, &own.path).await? } else { Vec::new() };
    let batch = spawn_blocking(move || {
        let mut verdict = judge(&sheet, &known);
        verdict.suggest(&names);
        verdict.finish()
    })
    .await??;
    let tx = services.write().await?;
    let id = store(&tx, services, actor, (template, file_name), batch).await?;
    tx.commit().await?;
    Ok(id)
}

async fn store(
    tx: &DatabaseTransaction,
    services: &Services,
    actor: &Actor,
    (template, file_name): (Template, &str),
    batch: Batch,
) -> Result<BatchId> {
    let own = actor.unit()?.id.0;
    let now = services.0.clock.now().0;
    // Two uploads of one unit at once: one supersedes the other. SQLite's writers wait for each other anyway.
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_raw(sql(tx, "SELECT id FROM unit WHERE id = $1 FOR NO KEY UPDATE", [own.into()])).await?;
    }
    let text = "UPDATE import_batch SET state = 'superseded', version = version + 1 \
                WHERE unit_id = $1 AND template = $2 AND state = 'checked'";
    tx.execute_raw(sql(tx, text, [own.into(), template.as_str().into()])).await?;
    let text = "INSERT INTO import_batch \
                (unit_id, account_id, template, file_name, state, counts, kinds, uploaded_at, version) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) RETURNING id";
    let values = [
        own.into(),
        actor.account.0.into(),
        template.as_str().into(),
        file_name.into(),
        BatchState::Checked.as_str().into(),
        serde_json::to_string(&batch.counts)?.into(),
        serde_json::to_string(&batch.kinds)?.into(),
        now.into(),
    ];
    let row = tx.query_one_raw(sql(tx, text, values)).await?;
    let id: i64 = row.ok_or_else(|| Error::internal("a batch was stored without an id"))?.try_get_by_index(0)?;
    let rows = batch.rows.into_iter().map(|row| {
        [
            id.into(),
            i32::try_from(row.row).unwrap_or(i32::MAX).into(),
            RowState::from(row.state).as_str().into(),
            row.cells.into(),
            row.findings.into(),
            row.unit.into(),
            row.superior.into(),
        ]
    });
    insert(tx, "import_row (batch_id, row, state, cells, findings, unit_id, superior_id)", rows, "").await?;
    let event = audit::Event {
        action: "import",
        unit: Some(UnitId(own)),
        object: "batch",
        object_id: Some(id),
        after: Some(serde_json::json!({ "file": file_name, "rows": batch.counts.total() }).to_string()),
        ..audit::Event::default()
    };
    audit::record(tx, now, &actor.into(), vec![event]).await?;
    Ok(BatchId(id))
}
