//! Yearly plans (预留份额) of units.

use crate::{Count, unit};
use domain::{Money, Ratio, calendar::Timestamp, ids::UnitId};
use sea_orm::entity::prelude::*;

/// The plan of one unit for one year.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reserve_plan")]
pub struct Model {
    /// The unit.
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: UnitId,
    /// The calendar year.
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    /// 年度农副产品采购总额
    pub total: Money,
    /// 拟预留比例
    pub ratio: Ratio,
    /// 预留份额
    pub share: Money,
    /// 工会会员人数. 0 without a demand of the union.
    pub union_members: Count,
    /// 工会经费, if the union has funds of its own.
    pub union_funds: Money,
    /// 工会预留
    pub union_share: Money,
    /// When the plan was last changed.
    pub updated_at: Timestamp,
    /// Counts the changes.
    pub version: i32,
    /// The unit.
    #[sea_orm(belongs_to, from = "UnitId", to = "Id")]
    pub unit: BelongsTo<unit::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
