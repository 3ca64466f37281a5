//! Numbers handed out in blocks: ids that must be known before the rows are written, and login numbers, which are never reused.

use sea_orm::entity::prelude::*;

/// A counter.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "counter")]
pub struct Model {
    /// What is counted.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub name: String,
    /// The last number that was handed out.
    pub value: i64,
}

impl ActiveModelBehavior for ActiveModel {}
