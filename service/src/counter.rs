//! Numbers handed out in blocks, never twice: ids that must be known before the rows are written, and login numbers.

use crate::{Error, Result, database::sql};
use domain::view::AccountKind;
use sea_orm::ConnectionTrait;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counter {
    Unit,
    Purchaser,
    Account,
    Sms,
    /// Login numbers of a kind of account.
    Login(AccountKind),
}

impl Counter {
    const fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Purchaser => "purchaser",
            Self::Account => "account",
            Self::Sms => "sms",
            Self::Login(AccountKind::Management) => "management-login",
            Self::Login(AccountKind::Trading) => "trading-login",
            Self::Login(AccountKind::Operator) => "operator-login",
        }
    }
}

/// Takes the next `n` numbers, from 1 on, and gives the first. One statement: two takers never get the same. Numbers of a
/// transaction that is rolled back are handed out again, as nobody has seen them.
pub(crate) async fn take(db: &impl ConnectionTrait, counter: Counter, n: u32) -> Result<i64> {
    let statement = sql(
        db,
        "INSERT INTO counter (name, value) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value",
        [counter.name().into(), i64::from(n).into()],
    );
    let row = db.query_one_raw(statement).await?.ok_or_else(|| Error::internal("a counter gave nothing"))?;
    let last: i64 = row.try_get_by_index(0)?;
    Ok(last - i64::from(n) + 1)
}

/// `GL00000001`: a login name, never reused.
pub(crate) fn login(kind: AccountKind, number: i64) -> String {
    let letters = match kind {
        AccountKind::Management => "GL",
        AccountKind::Trading => "JY",
        AccountKind::Operator => "YW",
    };
    format!("{letters}{number:08}")
}
