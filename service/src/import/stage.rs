//! From an uploaded file to a stored batch.

use super::{
    known::{self, Names, Subject},
    purchasers::Purchaser,
    sheet::{Batch, Judged, Sheet, judge},
    supersede,
    units::Unit,
};
use crate::{
    Actor, Error, Result, Services,
    actor::OwnUnit,
    audit,
    database::{insert, sql},
};
use domain::import_batch::{BatchState, RowState};
use domain::{
    Template,
    check::Checked,
    ids::{BatchId, UnitId},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend};
use std::path::Path;
use tokio::task::spawn_blocking;

/// Reads a file in a child process, repeats every check, adds what only the database knows, and stores the batch; the
/// unit's earlier batch that still waits is superseded (one that is being generated goes on beside it). A refused file is
/// [`domain::Problem::File`] and leaves nothing.
pub async fn stage(
    services: &Services,
    actor: &Actor,
    template: Template,
    file_name: &str,
    file: &Path,
) -> Result<BatchId> {
    let own = actor.unit()?;
    let inner = &services.0;
    let checked = inner.settings.reader.read(&inner.reading, template, file, inner.settings.public.into()).await?;
    let batch = match template {
        Template::Units => judged::<Unit>(services, own, checked).await?,
        Template::Purchasers => judged::<Purchaser>(services, own, checked).await?,
    };
    let tx = services.write().await?;
    let id = store(&tx, services, actor, (template, file_name), batch).await?;
    tx.commit().await?;
    Ok(id)
}

/// What the server makes of a file's rows.
async fn judged<S: Subject>(services: &Services, own: &OwnUnit, checked: Checked) -> Result<Batch> {
    let db = &services.0.db;
    let (sheet, questions) = spawn_blocking(|| {
        let sheet = Sheet::new(checked);
        sheet.questions::<S>().map(|questions| (sheet, questions))
    })
    .await??;
    let known = known::load::<S>(db, own, services.clock().year(), questions).await?;
    let names = if sheet.has_unknown(&known) { known::names(db, &own.path).await? } else { Names::default() };
    let batch = spawn_blocking(move || {
        let mut verdict = judge(&sheet, &known);
        verdict.suggest(&names);
        verdict.finish()
    });
    Ok(batch.await??)
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
    supersede(tx, own, template).await?;
    let text = "INSERT INTO import_batch \
                (unit_id, account_id, template, file_name, state, counts, kinds, uploaded_at, version) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) RETURNING id";
    let values = [
        own.into(),
        actor.account.0.into(),
        template.as_str().into(),
        file_name.into(),
        BatchState::Checked.into(),
        serde_json::to_string(&batch.counts)?.into(),
        serde_json::to_string(&batch.kinds)?.into(),
        now.into(),
    ];
    let row = tx.query_one_raw(sql(tx, text, values)).await?;
    let id: i64 = row.ok_or_else(|| Error::internal("a batch was stored without an id"))?.try_get_by_index(0)?;
    let counts = batch.counts;
    match tx.get_database_backend() {
        DbBackend::Postgres => store_columns(tx, id, &batch.rows).await?,
        _ => store_rows(tx, id, batch.rows).await?,
    }
    let event = audit::AuditEvent {
        action: "import",
        of: Some(UnitId(own).into()),
        object: "batch",
        object_id: Some(id),
        after: Some(serde_json::json!({ "file": file_name, "rows": counts.total() }).to_string()),
        ..audit::AuditEvent::default()
    };
    audit::record(tx, now, &actor.into(), vec![event]).await?;
    Ok(BatchId(id))
}

const ROWS: &str = "import_row (batch_id, row, state, cells, findings, target_id, place_id)";

async fn store_rows(tx: &DatabaseTransaction, batch: i64, rows: Vec<Judged>) -> Result<()> {
    let rows = rows.into_iter().map(|row| {
        [
            batch.into(),
            i32::try_from(row.row).unwrap_or(i32::MAX).into(),
            RowState::from(row.state).as_str().into(),
            row.cells.into(),
            row.findings.into(),
            row.target.into(),
            row.place.into(),
        ]
    });
    insert(tx, ROWS, rows, "").await.map(drop)
}

/// PostgreSQL takes long over thousands of parameters: here it gets one text a column, which it takes apart itself.
async fn store_columns(tx: &DatabaseTransaction, batch: i64, rows: &[Judged]) -> Result<()> {
    /// Rows in one statement.
    const AT_ONCE: usize = 10_000;
    /// Between the values of a column: JSON escapes it, and the other columns are words and numbers.
    const SEPARATOR: &str = "\u{1f}";
    let text = format!(
        "INSERT INTO {ROWS} SELECT $1, v.* FROM unnest(string_to_array($2, $8)::int[], string_to_array($3, $8), \
         string_to_array($4, $8), string_to_array($5, $8, ''), string_to_array($6, $8, '')::bigint[], \
         string_to_array($7, $8, '')::bigint[]) AS v"
    );
    for rows in rows.chunks(AT_ONCE) {
        let column = |value: &dyn Fn(&Judged, &mut String)| {
            let mut column = String::new();
            for (place, row) in rows.iter().enumerate() {
                if place > 0 {
                    column.push_str(SEPARATOR);
                }
                value(row, &mut column);
            }
            column
        };
        let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        let values = [
            batch.into(),
            column(&|row, to| to.push_str(&row.row.to_string())).into(),
            column(&|row, to| to.push_str(RowState::from(row.state).as_str())).into(),
            column(&|row, to| to.push_str(&row.cells)).into(),
            column(&|row, to| to.push_str(row.findings.as_deref().unwrap_or_default())).into(),
            column(&|row, to| to.push_str(&id(row.target))).into(),
            column(&|row, to| to.push_str(&id(row.place))).into(),
            SEPARATOR.into(),
        ];
        tx.execute_raw(sql(tx, &text, values)).await?;
    }
    Ok(())
}
