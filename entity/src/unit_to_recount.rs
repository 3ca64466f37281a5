//! The units of which something has changed that is counted. Triggers add rows, and a worker deletes them.

use domain::ids::UnitId;
use sea_orm::entity::prelude::*;

/// A change of a unit.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unit_to_recount")]
pub struct Model {
    /// Handed out by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The unit. It may be deleted.
    pub unit_id: UnitId,
    /// Whether orders must wait while the unit is counted, because it may have purchased less.
    pub exclusive: bool,
}

impl ActiveModelBehavior for ActiveModel {}
