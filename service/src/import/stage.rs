//! From an uploaded file to a stored batch.

use super::{
    lookups::{LookupKeys, SuggestedNames, has_unknown_unit, look_up, suggested_names},
    staging::{StagedBatch, stage_rows},
};
use crate::{
    Actor, Result, Services,
    actor::OwnUnit,
    audit::{self, AuditAction, AuditEvent},
    batch::supersede,
    import_target::{ImportTarget, StoredPurchaser, StoredUnit, sheet::Sheet},
    sql::import::insert_rows,
};
use domain::{
    Problem, Template,
    check::Checked,
    ids::{BatchId, UnitId},
    import_batch::BatchState,
};
use entity::{import_batch, unit};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, Set, sea_query::LockType};
use std::path::Path;
use tokio::task::spawn_blocking;

/// Reads a file in a child process, repeats every check, adds the findings that need the database, and stores the batch. An
/// earlier batch of the unit that still waits is superseded; one that is being generated goes on beside it. A refused file
/// is [`domain::Problem::File`] and leaves nothing.
pub async fn stage(
    services: &Services,
    actor: &Actor,
    template: Template,
    file_name: &str,
    file: &Path,
) -> Result<BatchId> {
    let own = actor.unit()?;
    let inner = &services.0;
    let checked =
        inner.settings.reader.read(&inner.reader_queue, template, file, (&inner.settings.public).into()).await?;
    let batch = match template {
        Template::Units => staged::<StoredUnit>(services, own, checked).await?,
        Template::Purchasers => staged::<StoredPurchaser>(services, own, checked).await?,
    };
    let tx = services.write().await?;
    let id = store(&tx, services, actor, (template, file_name), batch).await?;
    tx.commit().await?;
    Ok(id)
}

async fn staged<T: ImportTarget>(services: &Services, own: &OwnUnit, checked: Checked) -> Result<StagedBatch> {
    let db = &services.0.db;
    let (sheet, keys) = spawn_blocking(|| {
        let sheet = Sheet::new(checked);
        let keys = LookupKeys::new::<T>(&sheet);
        (sheet, keys)
    })
    .await?;
    let lookup = look_up::<T>(db, own, services.clock().year(), &keys).await?;
    let unknown = has_unknown_unit(&sheet, &lookup);
    let names = if unknown { suggested_names(db, &own.path).await? } else { SuggestedNames::default() };
    spawn_blocking(move || stage_rows(&sheet, &lookup, &names)).await?
}

async fn store(
    tx: &DatabaseTransaction,
    services: &Services,
    actor: &Actor,
    (template, file_name): (Template, &str),
    batch: StagedBatch,
) -> Result<BatchId> {
    let own = actor.unit()?.id;
    lock_unit(tx, own).await?;
    supersede(tx, own, template).await?;
    let StagedBatch { rows, counts, kinds } = batch;
    let row = import_batch::ActiveModel {
        unit_id: Set(own),
        account_id: Set(actor.account),
        template: Set(template),
        file_name: Set(file_name.to_owned()),
        state: Set(BatchState::Checked),
        counts: Set(serde_json::to_string(&counts)?),
        kinds: Set(serde_json::to_string(&kinds)?),
        uploaded_at: Set(services.clock().now()),
        version: Set(1),
        ..import_batch::ActiveModel::default()
    };
    let id = import_batch::Entity::insert(row).exec(tx).await?.last_insert_id;
    insert_rows(tx, id, rows).await?;
    let after = Some(serde_json::json!({ "file": file_name, "rows": counts.total() }));
    let event = AuditEvent { after, ..AuditEvent::new(AuditAction::Import, Some(own.into()), id) };
    audit::record(tx, services.now(), &actor.into(), vec![event]).await?;
    Ok(id)
}

/// Locks the uploader's unit: of two uploads at once, one supersedes the other. [`Problem::NotSignedIn`] if the unit was
/// dissolved in the meantime.
async fn lock_unit(tx: &DatabaseTransaction, own: UnitId) -> Result<()> {
    let unit: Option<UnitId> = unit::Entity::find_by_id(own)
        .select_only()
        .column(unit::Column::Id)
        .filter(unit::Column::MergedInto.is_null())
        .lock(LockType::NoKeyUpdate)
        .into_tuple()
        .one(tx)
        .await?;
    unit.map(drop).ok_or_else(|| Problem::NotSignedIn.into())
}
