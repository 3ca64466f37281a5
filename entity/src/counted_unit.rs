//! What was counted of units the last time.

use domain::ids::UnitId;
use sea_orm::entity::prelude::*;

/// A counted unit.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "counted_unit")]
pub struct Model {
    /// The unit.
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: UnitId,
    /// The path that it had.
    #[sea_orm(column_type = "Text")]
    pub path: String,
    /// Its counts in postcard's format.
    pub counts: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
