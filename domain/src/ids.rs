//! Ids of rows in the database.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A budget unit.
    UnitId,
    /// An account.
    AccountId,
    /// An uploaded file with its rows.
    BatchId,
    /// A background job.
    JobId,
    /// A purchaser.
    PurchaserId,
    /// A code dispute.
    DisputeId,
    /// An order of a purchaser.
    OrderId,
    /// A key of a system that sends orders.
    ApiKeyId,
    /// A notice.
    NoticeId,
}
