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

use crate::Result;
use domain::{account::AccountHolder, ids::AccountId};
use entity::{account, session};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

/// Whether an account belongs to a unit or a purchaser.
fn is_account_of(holder: AccountHolder) -> Expr {
    match holder {
        AccountHolder::Unit(unit) => account::Column::UnitId.eq(unit),
        AccountHolder::Purchaser(purchaser) => account::Column::PurchaserId.eq(purchaser),
    }
}

/// Signs an account out everywhere.
async fn end_sessions(tx: &impl ConnectionTrait, account: AccountId) -> Result<()> {
    session::Entity::delete_many().filter(session::Column::AccountId.eq(account)).exec(tx).await?;
    Ok(())
}
