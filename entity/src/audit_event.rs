//! The audit log: the actions of accounts on units, purchasers and other objects.

use domain::{
    calendar::Timestamp,
    history::AuditAction,
    ids::{AccountId, PurchaserId, UnitId},
};
use sea_orm::entity::prelude::*;

/// The kind of object to which something was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case")]
pub enum AuditObjectKind {
    /// A unit.
    Unit,
    /// A purchaser.
    Purchaser,
    /// An account.
    Account,
    /// A batch.
    Batch,
    /// A code dispute.
    Dispute,
    /// A key of a system that sends orders.
    ApiKey,
    /// A notice.
    Notice,
}

/// An event. Rows are only added.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_event")]
pub struct Model {
    /// Given by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// The acting account; none if the system itself acted. It has no foreign key, because the log outlives the account.
    pub account_id: Option<AccountId>,
    /// The login name of that account.
    #[sea_orm(column_type = "Text")]
    pub login: String,
    /// The network address of the request; empty if the system itself acted.
    #[sea_orm(column_type = "Text")]
    pub address: String,
    /// What was done.
    pub action: AuditAction,
    /// The unit whose history it belongs to.
    pub unit_id: Option<UnitId>,
    /// The purchaser whose history it belongs to.
    pub purchaser_id: Option<PurchaserId>,
    /// The kind of object to which it was done.
    pub object: AuditObjectKind,
    /// The id of that object; none if a sign-in named no account.
    pub object_id: Option<i64>,
    /// JSON of the changed values before, without secrets.
    #[sea_orm(column_type = "Text")]
    pub before: Option<String>,
    /// JSON of the changed values after, without secrets.
    #[sea_orm(column_type = "Text")]
    pub after: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
