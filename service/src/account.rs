//! Accounts (账号): how they are opened, and what their owners and superiors do with them.

mod change_password;
mod enable;
mod initial_password;
mod issue;
mod managed;
mod open;
mod remove;
mod resend;
mod reset;
mod with_holder;

pub use change_password::change_password;
pub use enable::set_enabled;
pub use issue::{issue, issue_on_console};
pub use resend::{resend, resend_many};
pub use reset::reset;

pub(crate) use enable::disable_all_of_unit;
pub(crate) use open::{HasAccount, NewAccount, open};
pub(crate) use remove::remove_unused;
pub(crate) use with_holder::AccountWithHolder;

use crate::{Result, query::is_any_of, sms};
use domain::{
    account::AccountHolder,
    ids::{AccountId, PurchaserId, UnitId},
};
use entity::{account, session};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

/// Whether an account belongs to a unit or a purchaser.
fn is_account_of(holder: AccountHolder) -> Expr {
    match holder {
        AccountHolder::Unit(unit) => account::Column::UnitId.eq(unit),
        AccountHolder::Purchaser(purchaser) => account::Column::PurchaserId.eq(purchaser),
    }
}

/// The units and the purchasers among holders.
fn split_by_kind(holders: &[AccountHolder]) -> (Vec<UnitId>, Vec<PurchaserId>) {
    let (mut units, mut purchasers) = (Vec::new(), Vec::new());
    for holder in holders {
        match holder {
            AccountHolder::Unit(unit) => units.push(*unit),
            AccountHolder::Purchaser(purchaser) => purchasers.push(*purchaser),
        }
    }
    (units, purchasers)
}

/// Signs accounts out everywhere and withdraws the passwords that wait to be sent: they work no more.
async fn revoke_access(tx: &impl ConnectionTrait, accounts: &[AccountId]) -> Result<()> {
    let of_accounts = is_any_of(tx, session::Column::AccountId, accounts.iter().copied());
    session::Entity::delete_many().filter(of_accounts).exec(tx).await?;
    sms::withdraw(tx, accounts).await
}
