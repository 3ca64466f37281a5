//! Results of an edit.

use crate::unit::UnitEdit;
use serde::{Deserialize, Serialize};

/// The result of an edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EditResult<Stored = UnitEdit> {
    /// The edit was saved.
    Saved,
    /// Nothing was saved, because somebody else has changed the data since the form was loaded. It holds the stored data. This is
    /// not an error, because errors of forms without JavaScript go through URLs, which must not contain personal data.
    Conflict(Box<Stored>),
}
