//! Results of an edit.

use crate::unit::UnitEdit;
use serde::{Deserialize, Serialize};

/// What came of an edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EditResult<Stored = UnitEdit> {
    /// Saved.
    Saved,
    /// Nothing was saved: somebody else changed it meanwhile, and this is what is stored now. No error, as errors of
    /// plain forms go through URLs, where personal data must not be.
    Conflict(Box<Stored>),
}
