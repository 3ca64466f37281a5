//! The desktop (桌面).

use crate::{calendar::Timestamp, import_batch::BatchView, unit::UnitRef};
use serde::{Deserialize, Serialize};

/// What waits for an account, on the desktop (桌面).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desktop {
    /// Units in the subtree, the own one not counted.
    pub units: u32,
    /// The current units batch, if one waits or is being generated.
    pub batch: Option<BatchView>,
    /// The same of purchasers.
    pub purchasers: Option<BatchView>,
    /// Management accounts of the subtree never activated.
    pub not_activated: u32,
    /// The unit that has waited longest, and since when.
    pub oldest_not_activated: Option<(UnitRef, Timestamp)>,
    /// How many of those the last SMS did not reach ([`UnitQuery::unreached`]).
    pub sms_failed: u32,
}
