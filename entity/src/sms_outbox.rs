//! The outbox of SMS (短信).

use crate::{Count, account, import_batch, purchaser, unit};
use domain::{
    calendar::{Day, Timestamp},
    ids::{AccountId, BatchId, PurchaserId, UnitId},
    sms::{SmsKind, SmsState},
};
use sea_orm::entity::prelude::*;

/// An SMS to send or already sent.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sms_outbox")]
pub struct Model {
    /// Handed out by `counter`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// The purpose of the SMS.
    pub kind: SmsKind,
    /// The account that it is about. It may be deleted, and so may its holder: what was sent stays.
    pub account_id: AccountId,
    /// The unit of that account.
    pub unit_id: Option<UnitId>,
    /// The purchaser of that account.
    pub purchaser_id: Option<PurchaserId>,
    /// The batch that created the account.
    pub batch_id: Option<BatchId>,
    /// The mobile number of the recipient, in full.
    #[sea_orm(column_type = "Text")]
    pub mobile: String,
    /// The encrypted password. It is deleted when the gateway has accepted the SMS, the worker has given it up, or it was
    /// withdrawn.
    #[sea_orm(column_type = "Blob")]
    pub secret: Option<Vec<u8>>,
    /// The state of the SMS.
    pub state: SmsState,
    /// Number of attempts so far.
    pub attempts: Count,
    /// When it may be claimed.
    pub next_at: Timestamp,
    /// When the claim of a worker expires, by the clock of the database.
    pub locked_until: Option<Timestamp>,
    /// The last error, for the operator.
    #[sea_orm(column_type = "Text")]
    pub error: Option<String>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When the gateway accepted it.
    pub sent_at: Option<Timestamp>,
    /// The worker that has claimed it.
    #[sea_orm(column_type = "Text")]
    pub locked_by: Option<String>,
    /// When it may go at the earliest, as its number gets a limited number of SMS; none in rows of earlier versions.
    pub not_before: Option<Timestamp>,
    /// The last day of what a reminder is about, which is in its year. None for all other SMS.
    pub last_day: Option<Day>,
    /// The account.
    #[sea_orm(belongs_to, from = "AccountId", to = "Id", skip_fk)]
    pub account: BelongsTo<account::Entity>,
    /// The unit of the account.
    #[sea_orm(belongs_to, from = "UnitId", to = "Id", skip_fk)]
    pub unit: BelongsTo<Option<unit::Entity>>,
    /// The purchaser of the account.
    #[sea_orm(belongs_to, from = "PurchaserId", to = "Id", skip_fk)]
    pub purchaser: BelongsTo<Option<purchaser::Entity>>,
    /// The batch that created the account.
    #[sea_orm(belongs_to, from = "BatchId", to = "Id")]
    pub batch: BelongsTo<Option<import_batch::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
