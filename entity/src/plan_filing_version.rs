//! Every version of the yearly plans that units file. Rows are only added.

use crate::unit;
use domain::{calendar::Timestamp, ids::UnitId, plan_filing::FilingAction};
use sea_orm::entity::prelude::*;

/// A version of the filing of one unit for one year.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plan_filing_version")]
pub struct Model {
    /// The unit.
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: UnitId,
    /// The calendar year.
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    /// The number of the version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// When it was made.
    pub at: Timestamp,
    /// What was done.
    pub action: FilingAction,
    /// Name of the unit that did it, as it was then.
    #[sea_orm(column_type = "Text")]
    pub by_unit: String,
    /// Login name of the account that did it.
    #[sea_orm(column_type = "Text")]
    pub login: String,
    /// The reason of a return, of a change request or of an answer to one.
    #[sea_orm(column_type = "Text")]
    pub reason: Option<String>,
    /// The figures, if the action has changed them: `domain::plan_filing::PlanFigures` as JSON.
    #[sea_orm(column_type = "Text")]
    pub figures: Option<String>,
    /// The unit.
    #[sea_orm(belongs_to, from = "UnitId", to = "Id")]
    pub unit: BelongsTo<unit::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
