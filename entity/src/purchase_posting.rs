//! Postings (入账): what orders add to the amounts of their units. A revision adds the difference.

use domain::{
    calendar::Day,
    ids::{OrderId, PurchaserId, UnitId},
    purchases::PurchaseClass,
};
use sea_orm::entity::prelude::*;

/// A posting.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "purchase_posting")]
pub struct Model {
    /// The unit for which the order counts today.
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: UnitId,
    /// The day on which the amounts count.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Day,
    /// The order.
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_id: OrderId,
    /// The revision that posted it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i32,
    /// The purchaser. A revision that names another purchaser than the one before posts for both.
    #[sea_orm(primary_key, auto_increment = false)]
    pub purchaser_id: PurchaserId,
    /// The class, with the type that the purchaser has today.
    #[sea_orm(primary_key, auto_increment = false)]
    pub class: PurchaseClass,
    /// GB/T 2260 code of the county of origin, 0 for none.
    #[sea_orm(primary_key, auto_increment = false)]
    pub origin: i32,
    /// 下单金额 in fen. This and the following are differences.
    pub ordered: i64,
    /// 已支付金额
    pub paid: i64,
    /// The amount of what is paid and accepted.
    pub accepted: i64,
    /// The amount of what is paid, accepted and evaluated.
    pub evaluated: i64,
    /// The number of orders.
    pub orders: i64,
}

impl ActiveModelBehavior for ActiveModel {}
