//! The history (操作记录) of a unit or a purchaser.

use crate::calendar::Timestamp;
use serde::{Deserialize, Serialize};

/// An event in the history of a unit or a purchaser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventView {
    /// Time of the event.
    pub at: Timestamp,
    /// Login name of the acting account.
    pub actor: String,
    /// The network address of the request. Empty if the system itself acted.
    pub address: String,
    /// The action in kebab-case, as in the audit log.
    pub action: String,
    /// The year of the changed plan.
    pub year: Option<i32>,
    /// The changed fields.
    pub changes: Vec<Change>,
}

/// A field that an event changed. Mobile numbers are masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The name of the field as in the audit log: a field of [`crate::form::UnitForm`], `login` and so on.
    pub field: String,
    /// The old value: a level as its stored word (`county`, `second`), an amount in 万元, a ratio in percent, a superior unit as
    /// its name, any other value unchanged. `None` if it was empty.
    pub before: Option<String>,
    /// The new value, in the same form.
    pub after: Option<String>,
}
