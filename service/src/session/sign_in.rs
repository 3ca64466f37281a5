//! Signing in (登录).

use super::{
    SignedIn, device,
    token::{open, session_id},
};
use crate::{
    RequestOrigin, Result, Services,
    account::AccountWithHolder,
    audit::{self, AuditAction, AuditActor, AuditEvent, AuditObject},
    hashing_queue::HashingSender,
    password::Verification,
    throttle::{self, SignInSource},
};
use domain::{Problem, account::Portal, calendar::Timestamp};
use entity::{account, session};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

/// The length of a login name. A text of another length is neither looked up nor kept.
const LOGIN_LENGTH: usize = 10;

/// Signs an account in at the portal to which its kind belongs. Attempts are throttled ([`crate::throttle`]), and take the same
/// time whether or not the name exists. The earlier session of the same browser (`old_token`) ends. The browser becomes a known
/// device of the account.
pub async fn sign_in(
    services: &Services,
    portal: Portal,
    login: &str,
    password: &str,
    old_token: Option<&str>,
    origin: &RequestOrigin,
) -> Result<SignedIn> {
    let now = services.now();
    let login = normalized_login(login);
    let device_token = origin.device.as_ref().map(|token| token.0.as_str());
    let device = match (&login, device_token) {
        (Some(login), Some(token)) => device::find(services, login, token).await?,
        _ => None,
    };
    let source = SignInSource { login: login.as_deref(), address: &origin.address, device: device.as_deref() };
    let tx = services.write().await?;
    let counted = match throttle::count_sign_in(&tx, now, source).await {
        Ok(counted) => counted,
        Err(refused) => {
            tx.rollback().await?;
            return Err(refused);
        }
    };
    tx.commit().await?;

    let account = match &login {
        None => None,
        Some(login) => AccountWithHolder::find(&services.0.db, account::Column::Login.eq(login)).await?,
    };
    let stored = account.as_ref().and_then(|account| account.password_hash.as_deref());
    let sender = || match &device {
        Some(device) => HashingSender::device(device),
        None => HashingSender::address(&origin.address),
    };
    let verification = services.0.hasher.verify(password, stored, sender()).await?;
    let refused = match &account {
        Some(account) if verification != Verification::Wrong => refusal(account, portal, now),
        _ => Some(Problem::SignInFailed),
    };
    let rehashed = match (&refused, verification) {
        (None, Verification::CorrectNeedsRehash) => Some(services.0.hasher.hash(password, sender()).await?),
        _ => None,
    };

    let actor = AuditActor {
        account: account.as_ref().map(|account| account.id),
        // A text that is no login name may be a password in the wrong field, so it is never kept.
        login: login.unwrap_or_default(),
        address: origin.address.clone(),
    };
    let holder = account.as_ref().and_then(AccountWithHolder::holder);
    let event = |action| AuditEvent::new(action, holder, AuditObject::Account(actor.account));
    let tx = services.write().await?;
    if verification != Verification::Wrong {
        throttle::take_back_sign_in(&tx, &counted).await?;
    }
    let (Some(account), None) = (account, &refused) else {
        let problem = refused.unwrap_or(Problem::SignInFailed);
        let after = Some(serde_json::json!({ "refused": problem.code() }));
        let event = AuditEvent { after, ..event(AuditAction::SignInFailed) };
        audit::record(&tx, now, &actor, vec![event]).await?;
        tx.commit().await?;
        return Err(problem.into());
    };
    // The password may have been changed, or the account disabled, while the password was being verified.
    let mut signed_in = account::Entity::update_many()
        .col_expr(account::Column::LastSignInAt, now.into())
        .filter(account::Column::Id.eq(account.id))
        .filter(account::Column::PasswordHash.eq(account.password_hash.clone()))
        .filter(account::Column::DisabledAt.is_null());
    if let Some(hash) = rehashed {
        signed_in = signed_in.col_expr(account::Column::PasswordHash, Expr::val(hash));
    }
    if signed_in.exec(&tx).await?.rows_affected != 1 {
        return Err(Problem::SignInFailed.into());
    }
    if let Some(old_token) = old_token {
        session::Entity::delete_by_id(session_id(old_token)).exec(&tx).await?;
    }
    let token = open(services, &tx, account.id, origin).await?;
    let device = device::remember(&tx, now, account.id, device_token).await?;
    audit::record(&tx, now, &actor, vec![event(AuditAction::SignIn)]).await?;
    tx.commit().await?;
    let (lifetime, sign_in_step) = (services.settings().session_lifetime, account.sign_in_step());
    Ok(SignedIn { token, lifetime, sign_in_step, device: Some(device) })
}

/// Why an account is not signed in at a portal although the password is right.
fn refusal(account: &AccountWithHolder, portal: Portal, now: Timestamp) -> Option<Problem> {
    let own_portal = account.kind.portal();
    if own_portal != portal {
        Some(Problem::WrongPortal(own_portal))
    } else if account.disabled_at.is_some() {
        Some(Problem::AccountDisabled)
    } else if account.initial_until.is_some_and(|until| until <= now) {
        Some(Problem::InitialPasswordExpired)
    } else {
        None
    }
}

/// A login name as it is stored: upper case, half-width, without spaces. `None` if the text cannot be a login name.
pub(crate) fn normalized_login(typed: &str) -> Option<String> {
    let mut login = domain::normalize::compact(typed).unwrap_or_else(|| typed.to_owned());
    login.make_ascii_uppercase();
    let (kind, number) = login.split_at_checked(2)?;
    let is_login = login.len() == LOGIN_LENGTH
        && kind.bytes().all(|b| b.is_ascii_uppercase())
        && number.bytes().all(|b| b.is_ascii_digit());
    is_login.then_some(login)
}

#[cfg(test)]
mod tests {
    use super::normalized_login;
    use rstest::rstest;

    #[rstest]
    #[case("GL00000001", Some("GL00000001"))]
    #[case(" gl00000001 ", Some("GL00000001"))]
    #[case("ＧＬ００００ ０００１", Some("GL00000001"))]
    #[case("GL0000001", None)]
    #[case("GL000000012", None)]
    #[case("G100000001", None)]
    #[case("中0000001", None)]
    #[case("", None)]
    fn login_names_are_normalized(#[case] typed: &str, #[case] normalized: Option<&str>) {
        assert_eq!(normalized_login(typed).as_deref(), normalized);
    }
}
