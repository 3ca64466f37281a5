//! Counts and cursors of paged lists.

use serde::{Deserialize, Serialize};

/// How many there are, counted up to a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BoundedCount {
    /// So many.
    Exactly(u32),
    /// More than so many.
    MoreThan(u32),
}

impl BoundedCount {
    /// Counted no further.
    pub const BOUND: u32 = 10_000;

    /// From a count that stopped behind the bound.
    pub const fn counted(count: u32) -> Self {
        if count > Self::BOUND { Self::MoreThan(Self::BOUND) } else { Self::Exactly(count) }
    }

    /// The number that stands there, with or without "more than" before it.
    pub const fn number(self) -> u32 {
        match self {
            Self::Exactly(n) | Self::MoreThan(n) => n,
        }
    }
}
