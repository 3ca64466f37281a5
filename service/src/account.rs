//! Passwords and first passwords.

use crate::{
    Actor, Clear, Client, Result, Services, Session,
    audit::{self, By, Event},
    clock::{DAY, millis},
    database::sql,
    password::{self, Verdict},
    session::{self, SignedIn},
    sms,
    throttle::{self, Guarded},
};
use domain::{
    Mobile, Problem,
    check::field,
    password::{Owner, PolicyFault},
    problem::FieldFault,
    schema::Kind,
    view::{Gate, UnitId},
};
use sea_orm::{ConnectionTrait, FromQueryResult};

/// What changing the own password must know.
#[derive(FromQueryResult)]
struct Own {
    password_hash: Option<String>,
    name: Option<String>,
    code: Option<String>,
    mobile: Option<String>,
    completed_at: Option<i64>,
}

/// Changes the own password: the old one must be right and the new one must keep the policy. Every session of the account
/// ends, and this one goes on under a new token.
pub async fn change_password(
    services: &Services,
    session: &Session,
    old: &str,
    new: &str,
    repeat: &str,
    client: &Client,
) -> Result<SignedIn> {
    if new != repeat {
        return Err(Problem::PasswordsDiffer.into());
    }
    let own = sql(
        &services.0.db,
        "SELECT a.password_hash, u.name, u.code, u.mobile, u.completed_at \
         FROM account a LEFT JOIN unit u ON u.id = a.unit_id WHERE a.id = $1",
        [session.account.0.into()],
    );
    let own = Own::find_by_statement(own).one(&services.0.db).await?.ok_or(Problem::NotSignedIn)?;
    let unit: Vec<&str> = [&own.name, &own.code, &own.mobile].into_iter().flatten().map(String::as_str).collect();
    domain::password::check(new, Owner { login: &session.login, unit: &unit }).map_err(Problem::Password)?;

    let (now, guarded) = (services.now(), Guarded::old_password(&session.login));
    throttle::attempt(&services.0.writer, now, &guarded).await?;
    if services.0.hasher.verify(old, own.password_hash.as_deref()).await? == Verdict::Wrong {
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
        [hash.into(), now.into(), session.account.0.into(), own.password_hash.into()],
    );
    if tx.execute_raw(changed).await?.rows_affected() != 1 {
        return Err(Problem::Stale.into());
    }
    end_sessions(&tx, session.account.0).await?;
    let token = session::open(services, &tx, session.account.0, client).await?;
    // An initial password that still waits to be sent works no more.
    sms::withdraw(&tx, session.account.0).await?;
    let unit = session.unit().ok().map(|unit| unit.id);
    let event = Event {
        action: "password-changed",
        unit,
        object: "account",
        object_id: Some(session.account.0),
        ..Event::default()
    };
    audit::record(&tx, now, &session.by(), vec![event]).await?;
    tx.commit().await?;
    let gate = if unit.is_some() && own.completed_at.is_none() { Gate::CompleteProfile } else { Gate::Open };
    Ok(SignedIn { token, lifetime: services.settings().session_lifetime, gate })
}

/// An account that may get a first password.
#[derive(FromQueryResult)]
struct Unused {
    id: i64,
    kind: entity::AccountKind,
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
    let noted = sql(
        &tx,
        "UPDATE unit SET contact = $1, mobile = $2, updated_at = $3, version = version + 1 WHERE id = $4",
        [contact.as_str().into(), mobile.as_str().into(), now.into(), unit.0.into()],
    );
    tx.execute_raw(noted).await?;
    set_initial(services, &tx, account.id, hash).await?;
    let message = sms::New {
        kind: entity::SmsKind::InitialPassword,
        account: account.id,
        unit: Some(unit.0),
        batch: None,
        mobile: mobile.as_str(),
        secret: Some(&clear),
    };
    sms::queue(services, &tx, &[message]).await?;
    let told = |contact: &str, mobile: &str| {
        serde_json::json!({ "contact": contact, "mobile": domain::mobile::mask(mobile) }).to_string()
    };
    let event = Event {
        action: "password-issued",
        unit: Some(unit),
        object: "account",
        object_id: Some(account.id),
        before: Some(told(
            account.contact.as_deref().unwrap_or_default(),
            account.mobile.as_deref().unwrap_or_default(),
        )),
        after: Some(told(&contact, mobile.as_str())),
    };
    audit::record(&tx, now, &By::from(actor), vec![event]).await?;
    tx.commit().await?;
    sms::wake(services);
    Ok(())
}

/// For the command line, where there is no session: a first password for an account that was never activated, to be
/// printed once. [`domain::Problem::NotFound`] for any other.
pub async fn issue_on_console(services: &Services, login: &str) -> Result<Clear> {
    let login = session::tidied_login(login).ok_or(Problem::NotFound)?;
    let clear = password::initial();
    let hash = services.0.hasher.hash(&clear).await?;
    let tx = services.write().await?;
    let account = Unused::find(&tx, "a.login", login)
        .await?
        .filter(|a| a.kind != entity::AccountKind::Trading && a.activated_at.is_none() && a.disabled_at.is_none())
        .ok_or(Problem::NotFound)?;
    set_initial(services, &tx, account.id, hash).await?;
    let event = Event {
        action: "password-issued",
        unit: account.unit_id.map(UnitId),
        object: "account",
        object_id: Some(account.id),
        ..Event::default()
    };
    audit::record(&tx, services.now(), &By { login: "console".to_owned(), ..By::default() }, vec![event]).await?;
    tx.commit().await?;
    Ok(clear)
}

/// Gives an account another initial password; the one before it, and whoever is signed in with it, are out.
async fn set_initial(services: &Services, tx: &impl ConnectionTrait, account: i64, hash: String) -> Result<()> {
    let until = services.now().saturating_add(millis(DAY * services.settings().initial_password_days));
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

/// 重新发送账号短信 to the contact of a unit below the actor's own: before activation with a fresh initial password, after it
/// the login name only. At most once a minute and five times a day.
pub async fn resend(_services: &Services, _actor: &Actor, _unit: UnitId) -> Result<()> {
    Err(crate::Error::internal("unfinished"))
}

/// The same for several, one after the other; at most 200.
pub async fn resend_many(
    _services: &Services,
    _actor: &Actor,
    _units: &[UnitId],
) -> Result<Vec<domain::view::Outcome>> {
    Err(crate::Error::internal("unfinished"))
}

/// 重置密码 of a unit below the actor's own, confirmed with the actor's own password: to a typed password, or to a made one
/// that the SMS to the contact holds. It must be changed at the next sign-in, and every session ends.
pub async fn reset(
    _services: &Services,
    _actor: &Actor,
    _unit: UnitId,
    _typed: Option<&str>,
    _own_password: &str,
) -> Result<()> {
    Err(crate::Error::internal("unfinished"))
}

/// 停用 and 启用 the account of a unit below the actor's own; a disabled one is signed out everywhere.
pub async fn set_enabled(_services: &Services, _actor: &Actor, _unit: UnitId, _enabled: bool) -> Result<()> {
    Err(crate::Error::internal("unfinished"))
}

async fn end_sessions(tx: &impl ConnectionTrait, account: i64) -> Result<()> {
    tx.execute_raw(sql(tx, "DELETE FROM session WHERE account_id = $1", [account.into()])).await?;
    Ok(())
}

/// Contact and mobile number of a form, tidied, or what must be mended.
fn contact_fields(contact: &str, mobile: &str) -> Result<(String, Mobile)> {
    let mut faults = Vec::new();
    let mut checked = |name: &str, kind, typed| {
        field(kind, typed).map_err(|code| faults.push(FieldFault { field: name.to_owned(), code })).ok()
    };
    let contact = checked("contact", Kind::Contact, contact);
    let mobile = checked("mobile", Kind::Mobile, mobile).and_then(|text| Mobile::parse(&text).ok());
    match (contact, mobile) {
        (Some(contact), Some(mobile)) => Ok((contact, mobile)),
        _ => Err(Problem::Fields(faults).into()),
    }
}
