//! The totals of large subtrees by period. The total of a period is the sum of the rows of all slots.

use domain::ids::UnitId;
use sea_orm::entity::prelude::*;

/// A part of a total.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subtree_total")]
pub struct Model {
    /// The unit at the top of the subtree.
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: UnitId,
    /// A month, yyyymm, or a day, yyyymmdd.
    #[sea_orm(primary_key, auto_increment = false)]
    pub period: i32,
    /// The slot. Transactions at the same time write to different ones.
    #[sea_orm(primary_key, auto_increment = false)]
    pub slot: i16,
    /// 下单金额 in fen. A part may be negative.
    pub ordered: i64,
    /// 已支付金额
    pub paid: i64,
    /// The amount of what is paid and accepted.
    pub accepted: i64,
    /// The amount of what is paid, accepted and evaluated.
    pub evaluated: i64,
    /// The number of orders.
    pub orders: i64,
    /// The amounts by class, in postcard's format.
    pub classes: Vec<u8>,
    /// The amounts by origin, in postcard's format, if the unit has them.
    pub origins: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}
