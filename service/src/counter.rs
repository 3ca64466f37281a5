//! Numbers handed out in blocks, never twice: ids that must be known before the rows are written, and login numbers.

use crate::Result;
use sea_orm::ConnectionTrait;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counter {
    Unit,
    Account,
    Sms,
    /// GL + 8 digits.
    ManagementLogin,
    /// JY + 8 digits.
    TradingLogin,
    /// YW + 8 digits.
    OperatorLogin,
}

/// Takes the next `n` numbers and gives the first.
pub(crate) async fn take(db: &impl ConnectionTrait, counter: Counter, n: u32) -> Result<i64> {
    let _ = (db, counter, n);
    Err(crate::Error::internal("unfinished"))
}
