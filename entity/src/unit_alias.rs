//! Former names of units and the names of units merged into them: a search by them still finds the unit.

use crate::unit;
use domain::ids::UnitId;
use sea_orm::entity::prelude::*;

/// A former name of a unit.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unit_alias")]
pub struct Model {
    /// The name in the form in which names are compared.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub name_key: String,
    /// The unit that is found by it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: UnitId,
    /// The name as it was.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The unit.
    #[sea_orm(belongs_to, from = "UnitId", to = "Id")]
    pub unit: BelongsTo<unit::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
