//! Parameters of yearly plans (填报参数) that finance departments set.

use crate::unit;
use domain::{calendar::Timestamp, ids::UnitId};
use sea_orm::entity::prelude::*;

/// The parameters that one unit has set for one year.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plan_parameter_set")]
pub struct Model {
    /// The unit.
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: UnitId,
    /// The calendar year.
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    /// The values with their sources: `domain::plan_parameters::ParameterSet` as JSON. They are read and written together.
    #[sea_orm(column_type = "Text")]
    pub parameters: String,
    /// When they were last changed.
    pub updated_at: Timestamp,
    /// Counts the changes; an edit of an older version is refused.
    pub version: i32,
    /// The unit.
    #[sea_orm(belongs_to, from = "UnitId", to = "Id")]
    pub unit: BelongsTo<unit::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
