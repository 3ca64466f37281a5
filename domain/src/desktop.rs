//! The desktop (桌面).

use crate::{calendar::Timestamp, import_batch::BatchView, unit::UnitRef};
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
}

/// Days for which the desktop shows that a code dispute was decided.
pub const ANSWER_SHOWN_DAYS: u64 = 14;
