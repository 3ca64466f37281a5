//! Passwords and first passwords.

mod open;

pub(crate) use open::{Opening, open};

use crate::{
    Actor, Clear, Client, Result, Services,
    audit::{self, By, Event},
    clock::{DAY, millis},
    database::{elements, sql},
    password::{self, Verdict},
    session::{self, Identity, SignedIn},
    sms,
    throttle::{self, Guarded},
    unit,
};
use domain::{
    Mobile, Problem,
    check::field,
    mobile::mask,
    password::{Owner, PolicyFault},
    problem::FieldFault,
    schema::Kind,
    view::{Outcome, UnitId},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, FromQueryResult};
use std::{collections::HashMap, time::Duration};

/// What changing the own password must know.
#[derive(FromQueryResult)]
struct Own {
    password_hash: Option<String>,
    kind: entity::AccountKind,
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
    client: &Client,
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
    if services.0.hasher.verify(old, stored.password_hash.as_deref()).await? == Verdict::Wrong {
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
    let event = Event {
        action: "password-changed",
        of: own.of,
        object: "account",
        object_id: Some(own.account.0),
        ..Event::default()
    };
    audit::record(&tx, now, &own.by(), vec![event]).await?;
    tx.commit().await?;
    let gate = session::gate(stored.kind, false, stored.completed_at);
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
    set_initial(services, &tx, account.id, hash).await?;
    let noted = sql(
        &tx,
        "UPDATE unit SET contact = $1, mobile = $2, updated_at = $3, version = version + 1 WHERE id = $4",
        [contact.as_str().into(), mobile.as_str().into(), now.into(), unit.0.into()],
    );
    tx.execute_raw(noted).await?;
    let message = sms::New {
        kind: entity::SmsKind::InitialPassword,
        account: account.id,
        holder: unit.into(),
        batch: None,
        mobile: mobile.as_str(),
        secret: Some(&clear),
    };
    sms::queue(services, &tx, &[message]).await?;
    let told =
        |contact: &str, mobile: &str| serde_json::json!({ "contact": contact, "mobile": mask(mobile) }).to_string();
    let event = Event {
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
        of: account.unit_id.map(|id| UnitId(id).into()),
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

/// How often an account SMS may be sent again.
const RESEND_PAUSE: Duration = Duration::from_mins(1);
const RESEND_A_DAY: u32 = 5;
/// Units in one batch action at most.
const AT_ONCE: usize = 200;

/// The account of a unit below the actor's own, about to be changed.
#[derive(FromQueryResult)]
struct Managed {
    id: i64,
    login: String,
    state: entity::AccountState,
    code: Option<String>,
    contact: Option<String>,
    mobile: Option<String>,
}

impl Managed {
    /// Locked until the transaction ends.
    async fn lock(tx: &DatabaseTransaction, actor: &Actor, unit: UnitId) -> Result<(unit::Target, Self)> {
        let target = unit::below(tx, actor, unit).await?;
        let lock = if tx.get_database_backend() == DbBackend::Postgres { "FOR UPDATE OF a" } else { "" };
        let text = format!(
            "SELECT a.id, a.login, a.state, u.code, u.contact, u.mobile FROM account a JOIN unit u ON u.id = a.unit_id \
             WHERE a.unit_id = $1 AND a.kind = 'management' {lock}"
        );
        let found = Self::find_by_statement(sql(tx, &text, [unit.0.into()])).one(tx).await?;
        Ok((target, found.ok_or(Problem::NotFound)?))
    }

    /// Only accounts that have a password and are not disabled get another one.
    fn usable(&self) -> Result<()> {
        match self.state {
            entity::AccountState::NotActivated | entity::AccountState::Active => Ok(()),
            state => Err(Problem::AccountIs(state.into()).into()),
        }
    }

    /// An event in the unit's history, with whom the SMS went to.
    fn event(&self, action: &'static str, unit: UnitId) -> Event<'static> {
        let told = serde_json::json!({ "contact": self.contact, "mobile": self.mobile.as_deref().map(mask) });
        Event {
            action,
            of: Some(unit.into()),
            object: "account",
            object_id: Some(self.id),
            before: None,
            after: Some(told.to_string()),
        }
    }
}

/// 重新发送账号短信 to the contact of a unit below the actor's own: before activation with a fresh initial password, after it
/// the login name only. At most once a minute and five times a day.
pub async fn resend(services: &Services, actor: &Actor, unit: UnitId) -> Result<()> {
    let initial = if waiting(services, actor, &[unit]).await?.is_empty() {
        None
    } else {
        let clear = password::initial();
        let hash = services.0.hasher.hash(&clear).await?;
        Some((clear, hash))
    };
    resend_one(services, actor, unit, initial).await?;
    sms::wake(services);
    Ok(())
}

/// The same for several, one after the other; [`domain::Problem::TooManyAtOnce`] above 200.
pub async fn resend_many(services: &Services, actor: &Actor, units: &[UnitId]) -> Result<Vec<Outcome>> {
    if units.len() > AT_ONCE {
        return Err(Problem::TooManyAtOnce { limit: u32::try_from(AT_ONCE).unwrap_or(u32::MAX) }.into());
    }
    let waiting = waiting(services, actor, units).await?;
    let clear = waiting.iter().map(|_| password::initial()).collect();
    let mut initial: HashMap<_, _> = waiting.into_iter().zip(services.0.hasher.hash_all(clear).await?).collect();
    let names = unit::names(&services.0.db, &actor.subtree(), units.iter().map(|unit| unit.0)).await?;
    let mut outcomes = Vec::with_capacity(units.len());
    for unit in units {
        let refused = resend_one(services, actor, *unit, initial.remove(unit)).await.err();
        let name = names.get(&unit.0).cloned();
        outcomes.push(Outcome { unit: *unit, name, refused: refused.map(crate::Error::into_problem) });
    }
    sms::wake(services);
    Ok(outcomes)
}

/// Those of these units whose accounts were never activated: a fresh initial password is made for each before its
/// transaction begins.
async fn waiting(services: &Services, actor: &Actor, units: &[UnitId]) -> Result<Vec<UnitId>> {
    let (db, subtree) = (&services.0.db, actor.subtree());
    let text = format!(
        "SELECT id FROM unit WHERE id IN ({}) AND path > $2 AND path < $3 AND account = 'not-activated'",
        elements::<i64>(db, 1)
    );
    let values = [serde_json::to_string(units)?.into(), subtree.from.into(), subtree.to.into()];
    let rows = db.query_all_raw(sql(db, &text, values)).await?;
    rows.iter().map(|row| Ok(UnitId(row.try_get_by_index(0)?))).collect()
}

async fn resend_one(services: &Services, actor: &Actor, unit: UnitId, initial: Option<(Clear, String)>) -> Result<()> {
    let tx = services.write().await?;
    let now = services.now();
    let (_, account) = Managed::lock(&tx, actor, unit).await?;
    account.usable()?;
    let mobile = account.mobile.as_deref().ok_or(Problem::NoMobile)?;
    may_resend(&tx, now, unit, account.id).await?;
    let (kind, clear) = match (account.state, initial) {
        (entity::AccountState::NotActivated, Some((clear, hash))) => {
            set_initial(services, &tx, account.id, hash).await?;
            (entity::SmsKind::InitialPassword, Some(clear))
        }
        // It was activated or disabled and enabled again between looking and locking.
        (entity::AccountState::NotActivated, None) => return Err(Problem::Stale.into()),
        _ => (entity::SmsKind::LoginName, None),
    };
    let secret = clear.as_ref().map(|clear| clear.as_str());
    let message = sms::New { kind, account: account.id, holder: unit.into(), batch: None, mobile, secret };
    sms::queue(services, &tx, &[message]).await?;
    audit::record(&tx, now, &By::from(actor), vec![account.event("sms-resent", unit)]).await?;
    Ok(tx.commit().await?)
}

/// Refuses what comes too soon or too often, by what the audit log has of this account.
async fn may_resend(tx: &DatabaseTransaction, now: i64, unit: UnitId, account: i64) -> Result<()> {
    let text = "SELECT COUNT(*) AS times, MAX(at) AS last FROM audit_event \
                WHERE unit_id = $1 AND action = 'sms-resent' AND object_id = $2 AND at > $3";
    let row = tx.query_one_raw(sql(tx, text, [unit.0.into(), account.into(), (now - millis(DAY)).into()])).await?;
    let Some(row) = row else { return Ok(()) };
    let (times, last): (i64, Option<i64>) = (row.try_get("", "times")?, row.try_get("", "last")?);
    let wait = last.map_or(0, |last| last + millis(RESEND_PAUSE) - now);
    if wait > 0 {
        let seconds = u32::try_from(wait).unwrap_or(u32::MAX).div_ceil(1000);
        return Err(Problem::ResendTooSoon { seconds }.into());
    }
    if times >= i64::from(RESEND_A_DAY) {
        return Err(Problem::ResendTooMany { limit: RESEND_A_DAY }.into());
    }
    Ok(())
}

/// 重置密码 of a unit below the actor's own, confirmed with the actor's own password: to a typed password, of which the SMS to
/// the contact only tells, or to a made one that the SMS holds. It must be changed at the next sign-in, within the time of
/// an initial password, and every session ends.
pub async fn reset(
    services: &Services,
    actor: &Actor,
    unit: UnitId,
    typed: Option<&str>,
    own_password: &str,
) -> Result<()> {
    unit::below(&services.0.db, actor, unit).await?;
    confirm(services, actor, own_password).await?;
    let clear = typed.map_or_else(password::initial, |typed| Clear::new(typed.to_owned()));
    let hash = services.0.hasher.hash(&clear).await?;

    let tx = services.write().await?;
    let now = services.now();
    let (target, account) = Managed::lock(&tx, actor, unit).await?;
    account.usable()?;
    if typed.is_some() {
        let known = [Some(&target.name), account.code.as_ref(), account.mobile.as_ref()];
        let known: Vec<&str> = known.into_iter().flatten().map(String::as_str).collect();
        let owner = Owner { login: &account.login, unit: &known };
        domain::password::check(&clear, owner).map_err(Problem::Password)?;
    }
    set_initial(services, &tx, account.id, hash).await?;
    let (kind, secret) = match typed {
        Some(_) => (entity::SmsKind::PasswordReset, None),
        None => (entity::SmsKind::NewPassword, Some(clear.as_str())),
    };
    match account.mobile.as_deref() {
        Some(mobile) => {
            let message = sms::New { kind, account: account.id, holder: unit.into(), batch: None, mobile, secret };
            sms::queue(services, &tx, &[message]).await?;
        }
        // A made password would reach nobody.
        None if secret.is_some() => return Err(Problem::NoMobile.into()),
        None => {}
    }
    audit::record(&tx, now, &By::from(actor), vec![account.event("password-reset", unit)]).await?;
    tx.commit().await?;
    sms::wake(services);
    Ok(())
}

/// Verifies the actor's own password, slowed down like any other guessing.
async fn confirm(services: &Services, actor: &Actor, password: &str) -> Result<()> {
    let (now, guarded) = (services.now(), Guarded::old_password(&actor.login));
    throttle::attempt(&services.0.writer, now, &guarded).await?;
    let db = &services.0.db;
    let own = sql(db, "SELECT password_hash FROM account WHERE id = $1", [actor.account.0.into()]);
    let row = db.query_one_raw(own).await?.ok_or(Problem::NotSignedIn)?;
    let stored: Option<String> = row.try_get_by_index(0)?;
    if services.0.hasher.verify(password, stored.as_deref()).await? == Verdict::Wrong {
        return Err(Problem::OldPasswordWrong.into());
    }
    throttle::forget(&services.0.writer, &guarded).await
}

/// 停用 and 启用 the account of a unit below the actor's own; a disabled one is signed out everywhere. What is so already
/// stays so.
pub async fn set_enabled(services: &Services, actor: &Actor, unit: UnitId, enabled: bool) -> Result<()> {
    let tx = services.write().await?;
    let now = services.now();
    let (_, account) = Managed::lock(&tx, actor, unit).await?;
    if enabled == (account.state != entity::AccountState::Disabled) {
        return Ok(());
    }
    if enabled {
        let enable = "UPDATE account SET disabled_at = NULL, version = version + 1 WHERE id = $1";
        tx.execute_raw(sql(&tx, enable, [account.id.into()])).await?;
    } else {
        disable(&tx, now, account.id).await?;
    }
    let event = Event {
        action: if enabled { "account-enabled" } else { "account-disabled" },
        of: Some(unit.into()),
        object: "account",
        object_id: Some(account.id),
        ..Event::default()
    };
    audit::record(&tx, now, &By::from(actor), vec![event]).await?;
    Ok(tx.commit().await?)
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
        field(kind, typed).map_err(|code| faults.push(FieldFault { field: name.to_owned(), code })).ok()
    };
    let contact = checked("contact", Kind::Contact, contact);
    let mobile = checked("mobile", Kind::Mobile, mobile).and_then(|text| Mobile::parse(&text).ok());
    match (contact, mobile) {
        (Some(contact), Some(mobile)) => Ok((contact, mobile)),
        _ => Err(Problem::Fields(faults).into()),
    }
}
