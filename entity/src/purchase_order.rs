//! The orders of purchasers.

use domain::{
    Money,
    calendar::Timestamp,
    ids::{OrderId, PurchaserId, UnitId},
    order::{OrderState, PayerKind},
};
use sea_orm::entity::prelude::*;

/// An order of today's revision.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "purchase_order")]
pub struct Model {
    /// Handed out by `counter`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderId,
    /// The number on the trading platform.
    #[sea_orm(unique, column_type = "Text")]
    pub number: String,
    /// The revision of the content.
    pub revision: i32,
    /// The purchaser. It has no foreign key, as the migration explains.
    pub purchaser_id: PurchaserId,
    /// The unit for which the order counts today: the purchaser's.
    pub unit_id: UnitId,
    /// The unit for which it was received first. It stays when units are merged and when the purchaser moves.
    pub registered_unit_id: UnitId,
    /// The supplier's name.
    #[sea_orm(column_type = "Text")]
    pub supplier: String,
    /// Who pays.
    pub payer: PayerKind,
    /// The amount of all lines.
    pub amount: Money,
    /// The amount of all refunds.
    pub refunded: Money,
    /// The state that follows from the times.
    pub state: OrderState,
    /// When it was ordered.
    pub ordered_at: Timestamp,
    /// JSON of `domain::order::Order`.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// When this revision was received.
    pub received_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
