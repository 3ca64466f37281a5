//! Removes the accounts of a unit or a purchaser that is deleted.

use super::is_account_of;
use crate::{Result, sms};
use domain::{
    Problem,
    account::{AccountHolder, AccountState},
    calendar::Timestamp,
    ids::AccountId,
};
use entity::{account, known_device, session};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};

/// Removes the accounts of a holder with their sessions and devices. Their SMS stay, and those that wait are withdrawn.
/// [`Problem::AccountIs`] if one of them was ever activated: a holder that was used is not deleted.
pub(crate) async fn remove_unused(tx: &DatabaseTransaction, holder: AccountHolder) -> Result<()> {
    // Locked, so that an activation comes either before or after the removal.
    let accounts: Vec<(AccountId, Option<Timestamp>)> = account::Entity::find()
        .select_only()
        .columns([account::Column::Id, account::Column::ActivatedAt])
        .filter(is_account_of(holder))
        .lock_exclusive()
        .into_tuple()
        .all(tx)
        .await?;
    if accounts.iter().any(|(_, activated_at)| activated_at.is_some()) {
        return Err(Problem::AccountIs(AccountState::Active).into());
    }
    let ids = || accounts.iter().map(|(id, _)| *id);
    sms::withdraw_all(tx, &ids().collect::<Vec<_>>()).await?;
    known_device::Entity::delete_many().filter(known_device::Column::AccountId.is_in(ids())).exec(tx).await?;
    session::Entity::delete_many().filter(session::Column::AccountId.is_in(ids())).exec(tx).await?;
    account::Entity::delete_many().filter(account::Column::Id.is_in(ids())).exec(tx).await?;
    Ok(())
}
