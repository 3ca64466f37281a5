//! 重置密码: a superior gives an account another password.

use super::{change_password::confirm_own_password, initial_password::set_initial_passwords, managed};
use crate::{
    Actor, PlaintextPassword, Result, Services,
    audit::{self, AuditAction, AuditActor},
    hashing_queue::HashingSender,
    password,
    sms::{self, NewSms, OverLimit},
};
use domain::{Problem, account::AccountHolder, sms::SmsKind};
use entity::account;
use sea_orm::{EntityTrait, QuerySelect};

/// Resets a password, confirmed with the actor's own password. A typed password keeps the policy, and the SMS to the contact
/// only says that there is another one; without a typed password the SMS holds a generated one. The account must change it
/// at the next sign-in, within the lifetime of an initial password, and all its sessions end.
pub async fn reset(
    services: &Services,
    actor: &Actor,
    holder: impl Into<AccountHolder>,
    typed: Option<&str>,
    own_password: &str,
) -> Result<()> {
    let holder = holder.into();
    let account = managed::find(&services.0.db, actor, holder).await?;
    if let Some(typed) = typed {
        account.check_new_password(typed)?;
    }
    confirm(services, actor, own_password).await?;
    let password = typed.map_or_else(password::initial, |typed| PlaintextPassword::new(typed.to_owned()));
    let hash = services.0.hasher.hash(&password, HashingSender::account(actor.account)).await?;

    let tx = services.write().await?;
    let now = services.now();
    let account = managed::find_and_lock(&tx, actor, holder).await?;
    managed::check_has_password(&account)?;
    let (kind, secret) = match typed {
        Some(typed) => {
            // The holder's name, code or mobile number may have changed since the first check.
            account.check_new_password(typed)?;
            (SmsKind::PasswordReset, None)
        }
        None => (SmsKind::NewPassword, Some(password.as_str())),
    };
    set_initial_passwords(services, &tx, vec![(account.id, hash)]).await?;
    match account.mobile() {
        Some(mobile) => {
            let message = NewSms { kind, account: account.id, holder, batch: None, mobile, secret, last_day: None };
            sms::queue(services, &tx, &[message], OverLimit::Refuse).await?;
        }
        // Nobody would learn a generated password.
        None if secret.is_some() => return Err(Problem::NoMobile.into()),
        None => {}
    }
    let event = managed::sms_event(&account, AuditAction::PasswordReset);
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    tx.commit().await?;
    sms::wake(services);
    Ok(())
}

/// Verifies the actor's own password.
async fn confirm(services: &Services, actor: &Actor, password: &str) -> Result<()> {
    let hash: Option<String> = account::Entity::find_by_id(actor.account)
        .select_only()
        .column(account::Column::PasswordHash)
        .into_tuple()
        .one(&services.0.db)
        .await?
        .ok_or(Problem::NotSignedIn)?;
    confirm_own_password(services, actor.account, &actor.login, hash.as_deref(), password).await
}
