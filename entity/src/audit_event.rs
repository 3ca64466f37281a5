//! The audit log: who did what to what.

use domain::{
    calendar::Timestamp,
    ids::{AccountId, PurchaserId, UnitId},
};
use sea_orm::entity::prelude::*;

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
    /// Who did it; none where the system itself acted. No foreign key: the log outlives the account.
    pub account_id: Option<AccountId>,
    /// The login name of that account.
    #[sea_orm(column_type = "Text")]
    pub login: String,
    /// The network address of the request; empty where the system itself acted.
    #[sea_orm(column_type = "Text")]
    pub address: String,
    /// What was done, kebab-case.
    #[sea_orm(column_type = "Text")]
    pub action: String,
    /// The unit whose history it belongs to.
    pub unit_id: Option<UnitId>,
    /// The purchaser whose history it belongs to.
    pub purchaser_id: Option<PurchaserId>,
    /// What it was done to: "unit", "account", "batch" …
    #[sea_orm(column_type = "Text")]
    pub object: String,
    /// Which one.
    pub object_id: Option<i64>,
    /// JSON of the changed values before, without secrets.
    #[sea_orm(column_type = "Text")]
    pub before: Option<String>,
    /// JSON of the changed values after, without secrets.
    #[sea_orm(column_type = "Text")]
    pub after: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
