//! The accounts that an actor manages: those of the units below its own, and those of the purchasers of its subtree.

use super::{AccountWithHolder, is_account_of, split_by_kind};
use crate::{
    Actor, Result,
    audit::{AuditAction, AuditEvent},
    purchaser,
    query::is_any_of,
    unit,
};
use domain::{
    Problem,
    account::{AccountHolder, AccountState},
    mobile::mask,
};
use entity::account;
use sea_orm::{ConnectionTrait, DatabaseTransaction, sea_query::ExprTrait};
use serde_json::json;
use std::collections::HashMap;

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

/// The accounts of several holders, locked until the transaction ends, each with the problem where the actor does not manage
/// it. Holders without an account are absent.
pub(super) async fn find_and_lock_all(
    tx: &DatabaseTransaction,
    actor: &Actor,
    holders: &[AccountHolder],
) -> Result<HashMap<AccountHolder, Result<AccountWithHolder>>> {
    let subtree = unit::subtree(tx, actor).await?;
    let (units, purchasers) = split_by_kind(holders);
    let of_holders =
        is_any_of(tx, account::Column::UnitId, units).or(is_any_of(tx, account::Column::PurchaserId, purchasers));
    let mut accounts = HashMap::with_capacity(holders.len());
    for account in AccountWithHolder::find_and_lock_all(tx, of_holders).await? {
        let (Some(holder), Some(path)) = (account.holder(), account.unit_path()) else { continue };
        let managed = if !subtree.contains(path) {
            Err(Problem::NotFound.into())
        } else if account.unit.is_some() && path == subtree.from {
            // This happens for one account at most.
            check_scope(tx, actor, holder).await.map(|()| account)
        } else {
            Ok(account)
        };
        accounts.insert(holder, managed);
    }
    Ok(accounts)
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
