//! The desktop (桌面) of the management, and what waits at the home page of the trading portal.

use crate::{
    calendar::{Day, Timestamp},
    import_batch::BatchView,
    order::OrderFilter,
    plan_filing::{Deadline, Standing},
    unit::UnitRef,
};
use serde::{Deserialize, Serialize};

/// The tasks of an account on its desktop (桌面).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desktop {
    /// Number of units in the subtree, without the own unit.
    pub units: u32,
    /// The current batch of units, if it is waiting or being generated.
    pub batch: Option<BatchView>,
    /// The current batch of purchasers, if it is waiting or being generated.
    pub purchasers: Option<BatchView>,
    /// Number of management accounts in the subtree that were never activated.
    pub not_activated: u32,
    /// The unit that has been waiting longest for its activation, and since when.
    pub oldest_not_activated: Option<(UnitRef, Timestamp)>,
    /// Number of those whose last SMS failed ([`crate::unit::UnitQuery::unreached`]).
    pub sms_failed: u32,
    /// Number of code disputes that the account must look at: for the operator those that wait, for a unit those of its own
    /// that were decided within [`ANSWER_SHOWN_DAYS`].
    pub disputes: u32,
    /// The plans of this year. `None` for the operator, who decides about none.
    pub plans: Option<PlansToDo>,
    /// Number of notices that the account has not read, up to one more than [`crate::notice::MOST_UNREAD`].
    pub unread_notices: u32,
    /// Number of purchasers that wait for their certification, for the operator.
    pub certifications: u32,
    /// Number of parked records of orders, for the operator.
    pub parked_orders: u32,
}

/// What a unit must do about plans of this year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlansToDo {
    /// The year.
    pub year: i32,
    /// Where the unit itself stands.
    pub own: Standing,
    /// Its last day, as long as it has to file or to correct its plan.
    pub deadline: Option<Deadline>,
    /// Number of units below it whose plans wait for a decision.
    pub submitted: u32,
    /// Number of those that ask to change a confirmed plan.
    pub change_requested: u32,
    /// Number of units below it with neither a plan nor a draft.
    pub not_filed: u32,
}

impl PlansToDo {
    /// Whether the unit itself must file or correct its plan.
    pub const fn must_file(&self) -> bool {
        matches!(self.own, Standing::NotFiled | Standing::Draft | Standing::Returned)
    }
}

/// Days for which the desktop shows that a code dispute was decided.
pub const ANSWER_SHOWN_DAYS: u64 = 14;

/// Days after which an order that is not paid, accepted or evaluated is shown as waiting. No public source names a number.
pub const ORDER_WAITS_DAYS: u64 = 30;

/// What waits for a purchaser at the home page of the trading portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TradeDesktop {
    /// Number of notices that the account has not read, up to one more than [`crate::notice::MOST_UNREAD`].
    pub unread_notices: u32,
    /// Orders that wait for long, by what they wait for: 待付款, 待验收, 待评价. None of them is 0; they are counted up to
    /// [`crate::paging::BoundedCount::BOUND`].
    pub orders: Vec<(OrderFilter, u32)>,
    /// Those orders were made on this day or earlier.
    pub ordered_until: Day,
}

/// The states in which an order waits for its purchaser.
pub const WAITING_ORDERS: [OrderFilter; 3] = [OrderFilter::Unpaid, OrderFilter::Shipped, OrderFilter::Accepted];
