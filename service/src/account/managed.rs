//! The accounts that an actor manages: those of the units below its own, and those of the purchasers of its subtree.

use super::{AccountWithHolder, is_account_of};
use crate::{
    Actor, Result,
    audit::{AuditAction, AuditEvent},
    purchaser, unit,
};
use domain::{
    Problem,
    account::{AccountHolder, AccountState},
    mobile::mask,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::json;

/// The holder must be a unit below the actor's own or a purchaser of its subtree. Any other is [`Problem::NotFound`], and
/// the own unit is [`Problem::AskSuperior`].
pub(super) async fn check_scope(db: &impl ConnectionTrait, actor: &Actor, holder: AccountHolder) -> Result<()> {
    match holder {
        AccountHolder::Unit(unit) => unit::below(db, actor, unit).await.map(drop),
        AccountHolder::Purchaser(purchaser) => purchaser::within(db, actor, purchaser).await.map(drop),
    }
}

/// A managed account.
pub(super) async fn find(db: &impl ConnectionTrait, actor: &Actor, holder: AccountHolder) -> Result<AccountWithHolder> {
    check_scope(db, actor, holder).await?;
    Ok(AccountWithHolder::find(db, is_account_of(holder)).await?.ok_or(Problem::NotFound)?)
}

/// A managed account, locked until the transaction ends.
pub(super) async fn find_and_lock(
    tx: &DatabaseTransaction,
    actor: &Actor,
    holder: AccountHolder,
) -> Result<AccountWithHolder> {
    check_scope(tx, actor, holder).await?;
    Ok(AccountWithHolder::find_and_lock(tx, is_account_of(holder)).await?.ok_or(Problem::NotFound)?)
}

/// Only an account that has a password and is not disabled gets another password. [`Problem::AccountIs`] for any other.
pub(super) fn check_has_password(account: &AccountWithHolder) -> Result<()> {
    match account.state {
        AccountState::NotActivated | AccountState::Active => Ok(()),
        state => Err(Problem::AccountIs(state).into()),
    }
}

/// An event about an SMS, with the contact who receives it.
pub(super) fn sms_event(account: &AccountWithHolder, action: AuditAction) -> AuditEvent {
    let contact = json!({ "contact": account.contact(), "mobile": account.mobile().map(mask) });
    AuditEvent { after: Some(contact), ..AuditEvent::new(action, account.holder(), account.id) }
}
