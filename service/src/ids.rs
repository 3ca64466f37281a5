//! Numbers handed out in blocks, never twice: the ids of rows that must be known before the rows are written, and the
//! numbers of login names.

use crate::Result;
use domain::account::AccountKind;
use entity::counter;
use sea_orm::{
    ConnectionTrait, EntityTrait, Set,
    sea_query::{Expr, ExprTrait, OnConflict},
};

/// What the numbers are for; each sequence begins at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdSequence {
    Unit,
    Purchaser,
    Account,
    Sms,
    Dispute,
    Order,
    ApiKey,
    Notice,
    /// The numbers in the login names of one kind of account.
    Login(AccountKind),
}

impl IdSequence {
    const fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Purchaser => "purchaser",
            Self::Account => "account",
            Self::Sms => "sms",
            Self::Dispute => "dispute",
            Self::Order => "order",
            Self::ApiKey => "api-key",
            Self::Notice => "notice",
            Self::Login(AccountKind::Management) => "management-login",
            Self::Login(AccountKind::Trading) => "trading-login",
            Self::Login(AccountKind::Operator) => "operator-login",
        }
    }
}

/// Takes the next `count` numbers and returns the first of them. It is one statement, so that two callers never get the same
/// number. The numbers of a transaction that is rolled back are handed out again, as nobody has seen them.
pub(crate) async fn take(db: &impl ConnectionTrait, sequence: IdSequence, count: u32) -> Result<i64> {
    let first = counter::ActiveModel { name: Set(sequence.name().to_owned()), value: Set(count.into()) };
    let next =
        Expr::col((counter::Entity, counter::Column::Value)).add(Expr::col(("excluded", counter::Column::Value)));
    let on_conflict = OnConflict::column(counter::Column::Name).value(counter::Column::Value, next).to_owned();
    let taken = counter::Entity::insert(first).on_conflict(on_conflict).exec_with_returning(db).await?;
    Ok(taken.value - i64::from(count) + 1)
}

/// A login name, which is never reused: `GL00000001`.
pub(crate) fn login(kind: AccountKind, number: i64) -> String {
    let letters = match kind {
        AccountKind::Management => "GL",
        AccountKind::Trading => "JY",
        AccountKind::Operator => "YW",
    };
    format!("{letters}{number:08}")
}
