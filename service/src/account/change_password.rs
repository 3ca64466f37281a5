//! 修改密码: an account changes its own password.

use super::{AccountWithHolder, revoke_access};
use crate::{
    RequestOrigin, Result, Services,
    audit::{self, AuditAction, AuditEvent},
    hashing_queue::HashingSender,
    password::Verification,
    session::{self, Identity, SignedIn},
    throttle::{self, ThrottleKey},
};
use domain::{Problem, calendar::Timestamp, ids::AccountId, password::PolicyFault};
use entity::account::{Column, Entity};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};

/// Changes the own password. The old password must be right and the new one must keep the policy. Every session of the
/// account ends, and this session goes on under a new token. [`Problem::Stale`] if the account was changed or disabled at
/// the same time.
pub async fn change_password(
    services: &Services,
    own: &Identity,
    old: &str,
    new: &str,
    repeat: &str,
    origin: &RequestOrigin,
) -> Result<SignedIn> {
    if new != repeat {
        return Err(Problem::PasswordsDiffer.into());
    }
    let account = AccountWithHolder::find(&services.0.db, Column::Id.eq(own.account)).await?;
    let account = account.ok_or(Problem::NotSignedIn)?;
    account.check_new_password(new)?;
    confirm_own_password(services, account.id, &own.login, account.password_hash.as_deref(), old).await?;
    if new == old {
        return Err(Problem::Password(PolicyFault::Unchanged).into());
    }
    let hash = services.0.hasher.hash(new, HashingSender::account(account.id)).await?;

    let now = services.now();
    let tx = services.write().await?;
    replace_password(&tx, now, &account, hash).await?;
    revoke_access(&tx, &[account.id]).await?;
    let token = session::open(services, &tx, account.id, origin).await?;
    let event = AuditEvent::new(AuditAction::PasswordChanged, own.holder, account.id);
    audit::record(&tx, now, &own.audit_actor(), vec![event]).await?;
    tx.commit().await?;
    let sign_in_step = AccountWithHolder { must_change: false, ..account }.sign_in_step();
    Ok(SignedIn { token, lifetime: services.settings().session_lifetime, sign_in_step, device: None })
}

/// Verifies an account's own password. Attempts are throttled, as somebody else may sit at the browser.
pub(super) async fn confirm_own_password(
    services: &Services,
    account: AccountId,
    login: &str,
    stored: Option<&str>,
    password: &str,
) -> Result<()> {
    let key = ThrottleKey::own_password(login);
    throttle::attempt(&services.0.writer, services.now(), &key).await?;
    if services.0.hasher.verify(password, stored, HashingSender::account(account)).await? == Verification::Wrong {
        return Err(Problem::OldPasswordWrong.into());
    }
    throttle::forget(&services.0.writer, &key).await
}

/// Stores the hash of the new password, if the account still has the password that was verified and is not disabled.
async fn replace_password(
    tx: &impl ConnectionTrait,
    now: Timestamp,
    account: &AccountWithHolder,
    hash: String,
) -> Result<()> {
    let activated_at = Column::ActivatedAt.into_expr().if_null(now);
    let changed = Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::val(hash))
        .col_expr(Column::MustChange, false.into())
        .col_expr(Column::InitialUntil, Expr::val(None::<Timestamp>))
        .col_expr(Column::ActivatedAt, activated_at)
        .col_expr(Column::Version, Column::Version.into_expr().add(1))
        .filter(Column::Id.eq(account.id))
        .filter(Column::PasswordHash.eq(account.password_hash.clone()))
        .filter(Column::DisabledAt.is_null())
        .exec(tx)
        .await?;
    if changed.rows_affected == 1 { Ok(()) } else { Err(Problem::Stale.into()) }
}
