//! 预算单位导入 and 采购人导入: an uploaded file becomes a batch of rows with their states.

mod known;
mod purchasers;
mod rows;
mod sheet;
mod stage;
pub(crate) mod tree;
mod units;

pub use rows::rows;
pub use stage::stage;

use crate::{Actor, Error, Result, Services, database::sql, generate};
use domain::import_batch::BatchState;
use domain::{Problem, Template, calendar::Timestamp, ids::BatchId, import_batch::BatchView};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Value};

/// A batch of the actor's own unit; [`domain::Problem::NotFound`] for any other.
pub async fn batch(services: &Services, actor: &Actor, id: BatchId) -> Result<BatchView> {
    let values = [id.0.into(), actor.unit()?.id.0.into()];
    one(services, "b.id = $1 AND b.unit_id = $2", values).await?.ok_or_else(|| Problem::NotFound.into())
}

/// The own unit's newest batch that is not superseded.
pub async fn current(services: &Services, actor: &Actor, template: Template) -> Result<Option<BatchView>> {
    let values = [template.as_str().into(), actor.unit()?.id.0.into()];
    one(services, "b.template = $1 AND b.unit_id = $2 AND b.state <> 'superseded'", values).await
}

#[derive(FromQueryResult)]
struct Stored {
    id: i64,
    template: String,
    file_name: String,
    state: BatchState,
    counts: String,
    kinds: String,
    uploaded_at: i64,
    login: String,
}

/// The newest batch that fits.
async fn one(services: &Services, fits: &str, values: [Value; 2]) -> Result<Option<BatchView>> {
    let db = &services.0.db;
    let text = format!(
        "SELECT b.id, b.template, b.file_name, b.state, b.counts, b.kinds, b.uploaded_at, a.login \
         FROM import_batch b JOIN account a ON a.id = b.account_id WHERE {fits} ORDER BY b.id DESC LIMIT 1"
    );
    let Some(stored) = Stored::find_by_statement(sql(db, &text, values)).one(db).await? else {
        return Ok(None);
    };
    Ok(Some(BatchView {
        id: BatchId(stored.id),
        template: template(&stored.template)?,
        job: generate::of_batch(db, stored.id).await?,
        file_name: stored.file_name,
        uploaded_at: Timestamp(stored.uploaded_at),
        uploaded_by: stored.login,
        state: stored.state.into(),
        counts: serde_json::from_str(&stored.counts)?,
        kinds: serde_json::from_str(&stored.kinds)?,
    }))
}

/// A unit's batch of a template that still waits gives way. Its rows, which nobody can generate any more, go; the batch itself
/// stays to tell of.
pub(crate) async fn supersede(tx: &DatabaseTransaction, unit: i64, template: Template) -> Result<()> {
    let text = "UPDATE import_batch SET state = 'superseded', version = version + 1 \
                WHERE unit_id = $1 AND template = $2 AND state = 'checked' RETURNING id";
    for row in tx.query_all_raw(sql(tx, text, [unit.into(), template.as_str().into()])).await? {
        let batch: i64 = row.try_get_by_index(0)?;
        tx.execute_raw(sql(tx, "DELETE FROM import_row WHERE batch_id = $1", [batch.into()])).await?;
    }
    Ok(())
}

/// The template of a batch of this unit, and its file's name; one that was superseded has no rows left to make a file of.
pub(crate) async fn of_unit(db: &impl ConnectionTrait, batch: BatchId, unit: i64) -> Result<(Template, String)> {
    let text = "SELECT template, file_name FROM import_batch WHERE id = $1 AND unit_id = $2 AND state <> 'superseded'";
    let row = db.query_one_raw(sql(db, text, [batch.0.into(), unit.into()])).await?.ok_or(Problem::NotFound)?;
    let name: String = row.try_get_by_index(0)?;
    Ok((template(&name)?, row.try_get_by_index(1)?))
}

/// The stored name as a template.
pub(crate) fn template(name: &str) -> Result<Template> {
    Template::from_name(name).ok_or_else(|| Error::internal(format!("a batch of an unknown template: {name}")))
}
