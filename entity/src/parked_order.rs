//! Records of orders that name something unknown. They count as soon as it is known.

use domain::{calendar::Timestamp, order::UnknownPart};
use sea_orm::entity::prelude::*;

/// A parked record.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "parked_order")]
pub struct Model {
    /// The number of the order.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub number: String,
    /// Its revision.
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i32,
    /// What is unknown.
    pub reason: UnknownPart,
    /// The purchaser as the record names it.
    #[sea_orm(column_type = "Text")]
    pub purchaser: String,
    /// JSON of `domain::order::OrderRecord`.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// When it was received last.
    pub received_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
