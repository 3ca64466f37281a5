//! Yearly plans that units file themselves (预留份额填报).

use crate::unit;
use domain::{
    Money,
    calendar::Timestamp,
    ids::UnitId,
    plan_filing::{CanteenKind, FilingState},
};
use sea_orm::entity::prelude::*;

/// The filing of one unit for one year, as it is now. Once it is approved, its figures are in `reserve_plan` too.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plan_filing")]
pub struct Model {
    /// The unit.
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: UnitId,
    /// The calendar year.
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    /// The state.
    pub state: FilingState,
    /// The form as typed: `domain::plan_filing::FilingForm` as JSON.
    #[sea_orm(column_type = "Text")]
    pub form: String,
    /// The figures that were submitted last: `domain::plan_filing::PlanFigures` as JSON.
    #[sea_orm(column_type = "Text")]
    pub figures: Option<String>,
    /// 食堂情况 of these figures.
    pub canteen: Option<CanteenKind>,
    /// The unit that files the shared canteen. It has no foreign key, because it may be deleted or merged.
    pub representative_id: Option<UnitId>,
    /// The total of these figures.
    pub total: Option<Money>,
    /// The share of these figures.
    pub share: Option<Money>,
    /// Whether they were submitted after the last day of filing (逾期).
    pub late: bool,
    /// When they were submitted.
    pub submitted_at: Option<Timestamp>,
    /// When the filing was last changed.
    pub updated_at: Timestamp,
    /// Counts the changes; an action on an older version is refused.
    pub version: i32,
    /// The unit.
    #[sea_orm(belongs_to, from = "UnitId", to = "Id")]
    pub unit: BelongsTo<unit::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
