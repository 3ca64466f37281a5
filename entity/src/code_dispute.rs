//! Code disputes (代码争议): requests to the operator about a credit code that a unit elsewhere has already.

use crate::{account, unit};
use domain::{
    calendar::Timestamp,
    dispute::DisputeState,
    ids::{AccountId, DisputeId, UnitId},
};
use sea_orm::entity::prelude::*;

/// A dispute. What it says of the disputed unit is what the requester has written.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "code_dispute")]
pub struct Model {
    /// Handed out by `counter`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DisputeId,
    /// The unit that filed it. It has at most one open dispute about a code.
    pub unit_id: UnitId,
    /// The account that filed it.
    pub account_id: AccountId,
    /// The disputed credit code.
    #[sea_orm(column_type = "Text")]
    pub code: String,
    /// Name of the unit.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Name of its superior.
    #[sea_orm(column_type = "Text")]
    pub superior: String,
    /// The superior. It has no foreign key, because it may be deleted.
    pub superior_id: Option<UnitId>,
    /// The reason.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Contact person.
    #[sea_orm(column_type = "Text")]
    pub contact: String,
    /// The contact's mobile number, in full.
    #[sea_orm(column_type = "Text")]
    pub mobile: String,
    /// The state.
    pub state: DisputeState,
    /// The operator's answer.
    #[sea_orm(column_type = "Text")]
    pub answer: Option<String>,
    /// When it was filed.
    pub filed_at: Timestamp,
    /// When it was decided or withdrawn.
    pub closed_at: Option<Timestamp>,
    /// Counts the changes.
    pub version: i32,
    /// The unit that filed it.
    #[sea_orm(belongs_to, from = "UnitId", to = "Id")]
    pub unit: BelongsTo<unit::Entity>,
    /// The account that filed it.
    #[sea_orm(belongs_to, from = "AccountId", to = "Id")]
    pub account: BelongsTo<account::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
