//! Passwords and first passwords.

mod managed;
mod open;

pub use managed::{resend, resend_many, reset, set_enabled};
pub(crate) use open::{Holds, Opening, open};

use crate::{
    Actor, PlaintextPassword, RequestOrigin, Result, Services,
    audit::{self, AuditActor, AuditEvent},
    clock::{DAY, millis},
    database::sql,
    password::{self, Verification},
    session::{self, Identity, SignedIn},
    sms,
    throttle::{self, Guarded},
};
use domain::{
    Mobile, Problem,
    check::check_field,
    ids::UnitId,
    mobile::mask,
    password::{Owner, PolicyFault},
    problem::FieldFault,
    schema::Kind,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};

/// What changing the own password must know.
#[derive(FromQueryResult)]
struct Own {
    password_hash: Option<String>,
    kind: domain::account::AccountKind,
    name: Option<String>,
    code: Option<String>,
    mobile: Option<String>,
    completed_at: Option<i64>,
}

/// Changes the own password: the old one must be right and the new one must keep the policy. Every session of the account
/// ends, and this one goes on under a new token.
pub async fn change_password(
    services: &Services,
    own: &Identity,
    old: &str,
    new: &str,
    repeat: &str,
    client: &RequestOrigin,
) -> Result<SignedIn> {
    if new != repeat {
        return Err(Problem::PasswordsDiffer.into());
    }
    let stored = sql(
        &services.0.db,
        "SELECT a.password_hash, a.kind, COALESCE(u.name, p.name) AS name, COALESCE(u.code, p.code) AS code, \
         COALESCE(u.mobile, p.mobile) AS mobile, COALESCE(u.completed_at, p.completed_at) AS completed_at \
         FROM account a LEFT JOIN unit u ON u.id = a.unit_id LEFT JOIN purchaser p ON p.id = a.purchaser_id \
         WHERE a.id = $1",
        [own.account.0.into()],
    );
    let stored = Own::find_by_statement(stored).one(&services.0.db).await?.ok_or(Problem::NotSignedIn)?;
    let unit: Vec<&str> =
        [&stored.name, &stored.code, &stored.mobile].into_iter().flatten().map(String::as_str).collect();
    domain::password::check(new, Owner { login: &own.login, unit: &unit }).map_err(Problem::Password)?;

    let (now, guarded) = (services.now(), Guarded::old_password(&own.login));
    throttle::attempt(&services.0.writer, now, &guarded).await?;
    if services.0.hasher.verify(old, stored.password_hash.as_deref()).await? == Verification::Wrong {
        return Err(Problem::OldPasswordWrong.into());
    }
    throttle::forget(&services.0.writer, &guarded).await?;
    if new == old {
        return Err(Problem::Password(PolicyFault::Unchanged).into());
    }
    let hash = services.0.hasher.hash(new).await?;

    let tx = services.write().await?;
    let changed = sql(
        &tx,
        "UPDATE account SET password_hash = $1, must_change = FALSE, initial_until = NULL, \
         activated_at = COALESCE(activated_at, $2), version = version + 1 WHERE id = $3 AND password_hash = $4",
        [hash.into(), now.into(), own.account.0.into(), stored.password_hash.into()],
    );
    if tx.execute_raw(changed).await?.rows_affected() != 1 {
        return Err(Problem::Stale.into());
    }
    end_sessions(&tx, own.account.0).await?;
    let token = session::open(services, &tx, own.account.0, client).await?;
    // An initial password that still waits to be sent works no more.
    sms::withdraw(&tx, own.account.0).await?;
    let event = AuditEvent {
        action: "password-changed",
        of: own.of,
        object: "account",
        object_id: Some(own.account.0),
        ..AuditEvent::default()
    };
    audit::record(&tx, now, &own.by(), vec![event]).await?;
    tx.commit().await?;
    let sign_in_step = session::sign_in_step(stored.kind, false, stored.completed_at);
    Ok(SignedIn { token, lifetime: services.settings().session_lifetime, sign_in_step })
}

/// An account that may get a first password.
#[derive(FromQueryResult)]
struct Unused {
    id: i64,
    kind: domain::account::AccountKind,
    unit_id: Option<i64>,
    unit_kind: Option<entity::UnitKind>,
    mobile: Option<String>,
    contact: Option<String>,
    activated_at: Option<i64>,
    disabled_at: Option<i64>,
}

impl Unused {
    /// By a condition on `a.login` or `a.unit_id`, whose value is `$1`.
    async fn find(
        db: &impl ConnectionTrait,
        condition: &str,
        value: impl Into<sea_orm::Value>,
    ) -> Result<Option<Self>> {
        let text = format!(
            "SELECT a.id, a.kind, a.unit_id, u.kind AS unit_kind, u.mobile, u.contact, a.activated_at, \
             a.disabled_at FROM account a LEFT JOIN unit u ON u.id = a.unit_id WHERE {condition} = $1"
        );
        Ok(Self::find_by_statement(sql(db, &text, [value.into()])).one(db).await?)
    }
}

/// The operator opens a preset's account: notes contact and mobile number, and sends the initial password by SMS. A
/// preset that has not used it yet may be given another; one that has is [`domain::Problem::Stale`].
pub async fn issue(services: &Services, actor: &Actor, unit: UnitId, contact: &str, mobile: &str) -> Result<()> {
    actor.operator()?;
    let (contact, mobile) = contact_fields(contact, mobile)?;
    let clear = password::initial();
    let hash = services.0.hasher.hash(&clear).await?;

    let tx = services.write().await?;
    let account = Unused::find(&tx, "a.kind = 'management' AND a.unit_id", unit.0).await?;
    let account = account
        .filter(|a| matches!(a.unit_kind, Some(entity::UnitKind::Finance | entity::UnitKind::Central)))
        .ok_or(Problem::NotFound)?;
    if account.activated_at.is_some() || account.disabled_at.is_some() {
        return Err(Problem::Stale.into());
    }
    let now = services.now();
    set_initial(services, &tx, account.id, hash).await?;
    let noted = sql(
        &tx,
        "UPDATE unit SET contact = $1, mobile = $2, updated_at = $3, version = version + 1 WHERE id = $4",
        [contact.as_str().into(), mobile.as_str().into(), now.into(), unit.0.into()],
    );
    tx.execute_raw(noted).await?;
    let message = sms::New {
        kind: domain::sms::SmsKind::InitialPassword,
        account: account.id,
        holder: unit.into(),
        batch: None,
        mobile: mobile.as_str(),
        secret: Some(&clear),
    };
    sms::queue(services, &tx, &[message]).await?;
    let told =
        |contact: &str, mobile: &str| serde_json::json!({ "contact": contact, "mobile": mask(mobile) }).to_string();
    let event = AuditEvent {
        action: "password-issued",
        of: Some(unit.into()),
        object: "account",
        object_id: Some(account.id),
        before: Some(told(
            account.contact.as_deref().unwrap_or_default(),
            account.mobile.as_deref().unwrap_or_default(),
        )),
        after: Some(told(&contact, mobile.as_str())),
    };
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    tx.commit().await?;
    sms::wake(services);
    Ok(())
}

/// For the command line, where there is no session: a first password for an account that was never activated, to be
/// printed once. [`domain::Problem::NotFound`] for any other.
pub async fn issue_on_console(services: &Services, login: &str) -> Result<PlaintextPassword> {
    let login = session::tidied_login(login).ok_or(Problem::NotFound)?;
    let clear = password::initial();
    let hash = services.0.hasher.hash(&clear).await?;
    let tx = services.write().await?;
    let account = Unused::find(&tx, "a.login", login)
        .await?
        .filter(|a| {
            a.kind != domain::account::AccountKind::Trading && a.activated_at.is_none() && a.disabled_at.is_none()
        })
        .ok_or(Problem::NotFound)?;
    set_initial(services, &tx, account.id, hash).await?;
    let event = AuditEvent {
        action: "password-issued",
        of: account.unit_id.map(|id| UnitId(id).into()),
        object: "account",
        object_id: Some(account.id),
        ..AuditEvent::default()
    };
    audit::record(
        &tx,
        services.now(),
        &AuditActor { login: "console".to_owned(), ..AuditActor::default() },
        vec![event],
    )
    .await?;
    tx.commit().await?;
    Ok(clear)
}

/// Gives an account another initial password; the one before it, and whoever is signed in with it, are out.
async fn set_initial(services: &Services, tx: &impl ConnectionTrait, account: i64, hash: String) -> Result<()> {
    let until = services.now().saturating_add(millis(DAY * services.settings().public.initial_password_days));
    let set = sql(
        tx,
        "UPDATE account SET password_hash = $1, must_change = TRUE, initial_until = $2, version = version + 1 \
         WHERE id = $3",
        [hash.into(), until.into(), account.into()],
    );
    tx.execute_raw(set).await?;
    end_sessions(tx, account).await?;
    sms::withdraw(tx, account).await
}

/// Disables the accounts of a unit that is dissolved.
pub(crate) async fn close(tx: &DatabaseTransaction, now: i64, unit: i64) -> Result<()> {
    let accounts = sql(tx, "SELECT id FROM account WHERE unit_id = $1 AND disabled_at IS NULL", [unit.into()]);
    for row in tx.query_all_raw(accounts).await? {
        disable(tx, now, row.try_get_by_index(0)?).await?;
    }
    Ok(())
}

async fn disable(tx: &DatabaseTransaction, now: i64, account: i64) -> Result<()> {
    let disable = "UPDATE account SET disabled_at = $1, version = version + 1 WHERE id = $2";
    tx.execute_raw(sql(tx, disable, [now.into(), account.into()])).await?;
    end_sessions(tx, account).await?;
    sms::withdraw(tx, account).await
}

async fn end_sessions(tx: &impl ConnectionTrait, account: i64) -> Result<()> {
    tx.execute_raw(sql(tx, "DELETE FROM session WHERE account_id = $1", [account.into()])).await?;
    Ok(())
}

/// Contact and mobile number of a form, tidied, or what must be mended.
fn contact_fields(contact: &str, mobile: &str) -> Result<(String, Mobile)> {
    let mut faults = Vec::new();
    let mut checked = |name: &str, kind, typed| {
        check_field(kind, typed).map_err(|code| faults.push(FieldFault { field: name.to_owned(), code })).ok()
    };
    let contact = checked("contact", Kind::Contact, contact);
    let mobile = checked("mobile", Kind::Mobile, mobile).and_then(|text| Mobile::parse(&text).ok());
    match (contact, mobile) {
        (Some(contact), Some(mobile)) => Ok((contact, mobile)),
        _ => Err(Problem::Fields(faults).into()),
    }
}
