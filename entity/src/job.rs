//! Background jobs.

use crate::{Count, JobKind, account, import_batch};
use domain::{
    calendar::Timestamp,
    ids::{AccountId, BatchId, JobId},
    job::JobState,
};
use sea_orm::entity::prelude::*;

/// A job.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    /// Given by the database.
    #[sea_orm(primary_key)]
    pub id: JobId,
    /// The kind of job.
    pub kind: JobKind,
    /// The batch that is generated.
    #[sea_orm(unique)]
    pub batch_id: Option<BatchId>,
    /// The account that started it.
    pub account_id: AccountId,
    /// The network address of the request that started it.
    #[sea_orm(column_type = "Text")]
    pub address: String,
    /// The state of the job.
    pub state: JobState,
    /// Number of rows to process.
    pub total: Count,
    /// Number of processed rows, including failed ones.
    pub done: Count,
    /// Number of created accounts.
    pub created: Count,
    /// Number of updated units or purchasers.
    pub updated: Count,
    /// Number of failed rows.
    pub failed: Count,
    /// Number of attempts since the last progress.
    pub attempts: i32,
    /// When it may be claimed.
    pub run_at: Timestamp,
    /// The worker that holds the lease.
    #[sea_orm(column_type = "Text")]
    pub locked_by: Option<String>,
    /// When the lease expires, by the clock of the database.
    pub locked_until: Option<Timestamp>,
    /// The last error, for the operator.
    #[sea_orm(column_type = "Text")]
    pub error: Option<String>,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it was finished.
    pub finished_at: Option<Timestamp>,
    /// The batch.
    #[sea_orm(belongs_to, from = "BatchId", to = "Id")]
    pub batch: BelongsTo<Option<import_batch::Entity>>,
    /// The account that started it.
    #[sea_orm(belongs_to, from = "AccountId", to = "Id")]
    pub account: BelongsTo<account::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
