//! The answer to a record of an order.

use super::{OrderFault, UnknownPart};
use serde::{Deserialize, Serialize};

/// The verdict on a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The number, as it was sent.
    pub number: String,
    /// The revision, as it was sent.
    pub revision: u32,
    /// What became of the record.
    pub outcome: Outcome,
}

/// What became of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The order is new.
    Added,
    /// The order was known in an older revision, which stays in its history.
    Revised,
    /// The same revision with the same content is known. A call that is repeated gets this answer.
    Unchanged,
    /// The same revision is known with another content. The stored one stays.
    Conflict,
    /// A newer revision is known. The stored one stays.
    Stale,
    /// The record is kept, and counts as soon as what it names is known.
    Parked(UnknownPart),
    /// The record is wrong and is not kept.
    Refused(Vec<OrderFault>),
}

impl Outcome {
    /// The stable code, kebab-case.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Revised => "revised",
            Self::Unchanged => "unchanged",
            Self::Conflict => "conflict",
            Self::Stale => "stale",
            Self::Parked(_) => "parked",
            Self::Refused(_) => "refused",
        }
    }
}
