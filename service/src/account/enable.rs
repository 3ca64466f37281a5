//! 停用 and 启用 of accounts.

use super::{managed, revoke_access};
use crate::{
    Actor, Result, Services,
    audit::{self, AuditAction, AuditActor, AuditEvent},
    query::is_any_of,
    throttle,
};
use domain::{
    account::{AccountHolder, AccountState},
    calendar::Timestamp,
    ids::{AccountId, UnitId},
};
use entity::account::{Column, Entity};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

/// Enables or disables an account. A disabled account is signed out everywhere. Failed sign-ins at an account that is enabled are
/// forgotten. An account that is so already stays unchanged.
pub async fn set_enabled(
    services: &Services,
    actor: &Actor,
    holder: impl Into<AccountHolder>,
    enabled: bool,
) -> Result<()> {
    let tx = services.write().await?;
    let now = services.now();
    let account = managed::find_and_lock(&tx, actor, holder.into()).await?;
    if enabled == (account.state != AccountState::Disabled) {
        return Ok(());
    }
    let action = if enabled {
        set_disabled_at(&tx, &[account.id], None).await?;
        throttle::forget_accounts(&tx, &[account.id]).await?;
        AuditAction::AccountEnabled
    } else {
        disable(&tx, now, &[account.id]).await?;
        AuditAction::AccountDisabled
    };
    let event = AuditEvent::new(action, account.holder(), account.id);
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    Ok(tx.commit().await?)
}

/// Disables the accounts of a unit that is dissolved (单位合并).
pub(crate) async fn disable_all_of_unit(tx: &DatabaseTransaction, now: Timestamp, unit: UnitId) -> Result<()> {
    let enabled: Vec<AccountId> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::UnitId.eq(unit))
        .filter(Column::DisabledAt.is_null())
        .lock_exclusive()
        .into_tuple()
        .all(tx)
        .await?;
    disable(tx, now, &enabled).await
}

/// Disables accounts that the caller has locked, signs them out everywhere and withdraws the passwords that wait to be sent.
async fn disable(tx: &DatabaseTransaction, now: Timestamp, accounts: &[AccountId]) -> Result<()> {
    set_disabled_at(tx, accounts, Some(now)).await?;
    revoke_access(tx, accounts).await
}

async fn set_disabled_at(tx: &DatabaseTransaction, accounts: &[AccountId], at: Option<Timestamp>) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::DisabledAt, Expr::val(at))
        .col_expr(Column::Version, Column::Version.into_expr().add(1))
        .filter(is_any_of(tx, Column::Id, accounts.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}
