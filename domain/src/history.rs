//! The history (操作记录) of a unit or a purchaser.

use crate::calendar::Timestamp;
use serde::{Deserialize, Serialize};

/// An event of a unit's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventView {
    /// When.
    pub at: Timestamp,
    /// Login name of who did it.
    pub actor: String,
    /// The network address that it came from; empty where the system itself acted.
    pub address: String,
    /// What was done, kebab-case, as in the audit log.
    pub action: String,
    /// The year of the plan that it touched.
    pub year: Option<i32>,
    /// What changed by it.
    pub changes: Vec<Change>,
}

/// A datum that an event changed; mobile numbers masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Which: a field of [`UnitForm`], `login` … as in the audit log.
    pub field: String,
    /// What it was: a level by its stored word (`county`, `second`), an amount in 万元, a ratio in percent, a superior by
    /// name, anything else as it is. None where it was empty.
    pub before: Option<String>,
    /// What it is, likewise.
    pub after: Option<String>,
}
