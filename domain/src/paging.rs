//! Counts and cursors of paged lists.

use serde::{Deserialize, Serialize};

/// A count that stops at a bound, because counting all rows of a large list is slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BoundedCount {
    /// The exact count.
    Exactly(u32),
    /// More than this number.
    MoreThan(u32),
}

impl BoundedCount {
    /// The bound of counting.
    pub const BOUND: u32 = 10_000;

    /// From a count that stopped at most one above the bound.
    pub const fn counted(count: u32) -> Self {
        if count > Self::BOUND { Self::MoreThan(Self::BOUND) } else { Self::Exactly(count) }
    }

    /// The exact count, or the bound.
    pub const fn number(self) -> u32 {
        match self {
            Self::Exactly(n) | Self::MoreThan(n) => n,
        }
    }
}
