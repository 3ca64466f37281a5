//! The ledger of orders (台账): receives orders of the trading platform, and posts what they add to the amounts of units.
//!
//! `purchase_order` has one row of truth for each order. `purchase_posting` has what `domain::order::contributions` gives for it, at
//! the unit of its purchaser: both follow the purchaser when it moves or its unit is merged. `totals` sums postings up.

mod decide;
pub(crate) mod own_orders;
mod parked;
mod parked_list;
mod purchasers;
mod rebuild;
mod receive;
mod store;
mod work;

pub(crate) use own_orders::count_own;
pub use own_orders::{list_own, own_order};
pub use parked::{Recheck, match_parked};
pub(crate) use parked_list::parked_count;
pub use parked_list::{list_parked, match_parked_now};
pub use rebuild::{Rebuilt, rebuild};
pub use receive::receive;
pub use work::work;

use crate::{Result, query};
use domain::{
    Problem,
    ids::{PurchaserId, UnitId},
};
use entity::purchase_order;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};

/// Who may send orders. It has no fields that others can fill, so that nobody else can make one.
#[derive(Clone, Debug)]
pub struct OrderSource(());

impl OrderSource {
    /// The operator at the console of the server, who has the database at hand anyway.
    pub const fn console() -> Self {
        Self(())
    }

    /// The sender of a request whose signature was verified.
    pub(crate) const fn verified() -> Self {
        Self(())
    }
}

/// [`Problem::HasOrders`] if a purchaser has orders.
pub(crate) async fn require_no_orders_of_purchaser(db: &impl ConnectionTrait, purchaser: PurchaserId) -> Result<()> {
    let orders = purchase_order::Entity::find().filter(purchase_order::Column::PurchaserId.eq(purchaser));
    refuse_any(query::count(db, orders).await?)
}

/// [`Problem::HasOrders`] if orders were received for a unit whose purchasers are elsewhere now. Those of purchasers that the unit
/// still has are not looked for.
pub(crate) async fn require_no_orders_of_unit(db: &impl ConnectionTrait, unit: UnitId) -> Result<()> {
    use purchase_order::Column::{RegisteredUnitId, UnitId};
    let elsewhere = Expr::col(RegisteredUnitId).ne(Expr::col(UnitId));
    let orders = purchase_order::Entity::find().filter(RegisteredUnitId.eq(unit)).filter(elsewhere);
    refuse_any(query::count(db, orders).await?)
}

fn refuse_any(count: u32) -> Result<()> {
    if count == 0 { Ok(()) } else { Err(Problem::HasOrders { count }.into()) }
}
