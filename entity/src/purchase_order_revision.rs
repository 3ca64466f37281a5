//! The history of orders: their revisions before the one of today. Rows are only added.

use domain::{calendar::Timestamp, ids::OrderId};
use sea_orm::entity::prelude::*;

/// A former revision of an order.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "purchase_order_revision")]
pub struct Model {
    /// The order.
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_id: OrderId,
    /// Its revision.
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i32,
    /// JSON of `domain::order::Order`.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// When it was received.
    pub received_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
