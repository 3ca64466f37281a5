//! Batches (批次): uploaded files.

use crate::{account, import_row, job, unit};
use domain::{
    Template,
    calendar::Timestamp,
    ids::{AccountId, BatchId, UnitId},
    import_batch::BatchState,
};
use sea_orm::entity::prelude::*;

/// An uploaded file. A unit has at most one batch of a template that waits to be generated.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_batch")]
pub struct Model {
    /// Given by the database.
    #[sea_orm(primary_key)]
    pub id: BatchId,
    /// The uploader's unit.
    pub unit_id: UnitId,
    /// The uploader.
    pub account_id: AccountId,
    /// Which template the file is.
    pub template: Template,
    /// The file's name as uploaded.
    #[sea_orm(column_type = "Text")]
    pub file_name: String,
    /// The state of the batch.
    pub state: BatchState,
    /// JSON of `domain::import_batch::StateCounts`.
    #[sea_orm(column_type = "Text")]
    pub counts: String,
    /// JSON array of `domain::import_batch::FindingSummary`.
    #[sea_orm(column_type = "Text")]
    pub kinds: String,
    /// When it was uploaded.
    pub uploaded_at: Timestamp,
    /// Counts the changes.
    pub version: i32,
    /// The uploader's unit.
    #[sea_orm(belongs_to, from = "UnitId", to = "Id")]
    pub unit: BelongsTo<unit::Entity>,
    /// The uploader.
    #[sea_orm(belongs_to, from = "AccountId", to = "Id")]
    pub account: BelongsTo<account::Entity>,
    /// The rows.
    #[sea_orm(has_many)]
    pub rows: HasMany<import_row::Entity>,
    /// The job that generates it.
    #[sea_orm(has_one)]
    pub job: HasOne<job::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
