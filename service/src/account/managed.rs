//! What a superior does with the accounts of the units below it, and a unit with those of the purchasers of its subtree.

use super::{disable, set_initial};
use crate::{
    Actor, PlaintextPassword, Result, Services,
    audit::{self, AuditActor, AuditEvent},
    clock::{DAY, millis},
    database::{elements, sql},
    password::{self, Verification},
    purchaser, sms,
    throttle::{self, Guarded},
    unit,
};
use domain::account::AccountState;
use domain::{
    Problem,
    account::AccountHolder,
    bulk::BulkOutcome,
    ids::{PurchaserId, UnitId},
    mobile::mask,
    password::Owner,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, FromQueryResult};
use std::{collections::HashMap, time::Duration};

/// How often an account SMS may be sent again.
const RESEND_PAUSE: Duration = Duration::from_mins(1);
const RESEND_A_DAY: u32 = 5;
/// Accounts in one batch action at most.
const AT_ONCE: usize = 200;

/// The holder's table, its column in other tables, and its id.
const fn stored(holder: AccountHolder) -> (&'static str, &'static str, i64) {
    match holder {
        AccountHolder::Unit(UnitId(id)) => ("unit", "unit_id", id),
        AccountHolder::Purchaser(PurchaserId(id)) => ("purchaser", "purchaser_id", id),
    }
}

/// The holder must stand below the actor's own unit, or be a purchaser of its subtree: outside it is
/// [`Problem::NotFound`], and the own unit is [`Problem::AskSuperior`].
async fn check(db: &impl ConnectionTrait, actor: &Actor, holder: AccountHolder) -> Result<()> {
    match holder {
        AccountHolder::Unit(unit) => unit::below(db, actor, unit).await.map(drop),
        AccountHolder::Purchaser(purchaser) => purchaser::within(db, actor, purchaser).await.map(drop),
    }
}

/// An account that is about to be changed.
#[derive(FromQueryResult)]
struct Managed {
    id: i64,
    login: String,
    state: AccountState,
    name: String,
    code: Option<String>,
    contact: Option<String>,
    mobile: Option<String>,
}

impl Managed {
    /// Locked until the transaction ends.
    async fn lock(tx: &DatabaseTransaction, actor: &Actor, holder: AccountHolder) -> Result<Self> {
        check(tx, actor, holder).await?;
        let (table, column, id) = stored(holder);
        let lock = if tx.get_database_backend() == DbBackend::Postgres { "FOR UPDATE OF a" } else { "" };
        let text = format!(
            "SELECT a.id, a.login, a.state, h.name, h.code, h.contact, h.mobile FROM account a \
             JOIN {table} h ON h.id = a.{column} WHERE a.{column} = $1 {lock}"
        );
        let found = Self::find_by_statement(sql(tx, &text, [id.into()])).one(tx).await?;
        Ok(found.ok_or(Problem::NotFound)?)
    }

    /// Only accounts that have a password and are not disabled get another one.
    fn usable(&self) -> Result<()> {
        match self.state {
            AccountState::NotActivated | AccountState::Active => Ok(()),
            state => Err(Problem::AccountIs(state.into()).into()),
        }
    }

    /// An event in the holder's history, with whom the SMS went to.
    fn event(&self, action: &'static str, holder: AccountHolder) -> AuditEvent<'static> {
        let told = serde_json::json!({ "contact": self.contact, "mobile": self.mobile.as_deref().map(mask) });
        AuditEvent {
            action,
            of: Some(holder),
            object: "account",
            object_id: Some(self.id),
            before: None,
            after: Some(told.to_string()),
        }
    }
}

/// 重新发送账号短信 to the contact: before activation with a fresh initial password, after it the login name only. At most once
/// a minute and five times a day.
pub async fn resend(services: &Services, actor: &Actor, holder: impl Into<AccountHolder>) -> Result<()> {
    let holder = holder.into();
    let waits = seen(services, actor, &[holder]).await?.get(&holder).is_some_and(Seen::waits);
    let initial = if waits {
        let clear = password::initial();
        let hash = services.0.hasher.hash(&clear).await?;
        Some((clear, hash))
    } else {
        None
    };
    resend_one(services, actor, holder, initial).await?;
    sms::wake(services);
    Ok(())
}

/// The same for several, one after the other; [`domain::Problem::TooManyAtOnce`] above 200.
pub async fn resend_many(
    services: &Services,
    actor: &Actor,
    holders: &[impl Into<AccountHolder> + Copy],
) -> Result<Vec<BulkOutcome>> {
    if holders.len() > AT_ONCE {
        return Err(Problem::TooManyAtOnce { limit: u32::try_from(AT_ONCE).unwrap_or(u32::MAX) }.into());
    }
    let holders: Vec<AccountHolder> = holders.iter().map(|holder| (*holder).into()).collect();
    let seen = seen(services, actor, &holders).await?;
    let waiting: Vec<AccountHolder> = seen.iter().filter(|(_, seen)| seen.waits()).map(|(holder, _)| *holder).collect();
    let clear = waiting.iter().map(|_| password::initial()).collect();
    let mut initial: HashMap<_, _> = waiting.into_iter().zip(services.0.hasher.hash_all(clear).await?).collect();
    let mut outcomes = Vec::with_capacity(holders.len());
    for holder in holders {
        let refused = resend_one(services, actor, holder, initial.remove(&holder)).await.err();
        let name = seen.get(&holder).map(|seen| seen.name.clone());
        outcomes.push(BulkOutcome { holder, name, refused: refused.map(crate::Error::into_problem) });
    }
    sms::wake(services);
    Ok(outcomes)
}

/// A holder before its transaction begins.
#[derive(FromQueryResult)]
struct Seen {
    id: i64,
    name: String,
    account: AccountState,
}

impl Seen {
    /// Whether its account was never activated: then a fresh initial password is made for it.
    fn waits(&self) -> bool {
        self.account == AccountState::NotActivated
    }
}

/// These holders, as far as the actor may see them.
async fn seen(services: &Services, actor: &Actor, holders: &[AccountHolder]) -> Result<HashMap<AccountHolder, Seen>> {
    let (db, subtree) = (&services.0.db, actor.subtree());
    let mut all = HashMap::with_capacity(holders.len());
    let ids =
        |unit: bool| holders.iter().filter(move |h| matches!(h, AccountHolder::Unit(_)) == unit).map(|h| stored(*h).2);
    let units: Vec<i64> = ids(true).collect();
    let purchasers: Vec<i64> = ids(false).collect();
    for (table, path, ids) in [("unit", "path", units), ("purchaser", "unit_path", purchasers)] {
        if ids.is_empty() {
            continue;
        }
        let text = format!(
            "SELECT id, name, account FROM {table} WHERE id IN ({}) AND {path} >= $2 AND {path} < $3",
            elements::<i64>(db, 1)
        );
        let values = [serde_json::to_string(&ids)?.into(), subtree.from.as_str().into(), subtree.to.as_str().into()];
        for seen in Seen::find_by_statement(sql(db, &text, values)).all(db).await? {
            let holder = if table == "unit" { UnitId(seen.id).into() } else { PurchaserId(seen.id).into() };
            all.insert(holder, seen);
        }
    }
    Ok(all)
}

async fn resend_one(
    services: &Services,
    actor: &Actor,
    holder: AccountHolder,
    initial: Option<(PlaintextPassword, String)>,
) -> Result<()> {
    let tx = services.write().await?;
    let now = services.now();
    let account = Managed::lock(&tx, actor, holder).await?;
    account.usable()?;
    let mobile = account.mobile.as_deref().ok_or(Problem::NoMobile)?;
    may_resend(&tx, now, holder, account.id).await?;
    let (kind, clear) = match (account.state, initial) {
        (AccountState::NotActivated, Some((clear, hash))) => {
            set_initial(services, &tx, account.id, hash).await?;
            (domain::sms::SmsKind::InitialPassword, Some(clear))
        }
        // It was activated or disabled and enabled again between looking and locking.
        (AccountState::NotActivated, None) => return Err(Problem::Stale.into()),
        _ => (domain::sms::SmsKind::LoginName, None),
    };
    let secret = clear.as_ref().map(|clear| clear.as_str());
    let message = sms::New { kind, account: account.id, holder, batch: None, mobile, secret };
    sms::queue(services, &tx, &[message]).await?;
    audit::record(&tx, now, &AuditActor::from(actor), vec![account.event("sms-resent", holder)]).await?;
    Ok(tx.commit().await?)
}

/// Refuses what comes too soon or too often, by what the audit log has of this account.
async fn may_resend(tx: &DatabaseTransaction, now: i64, holder: AccountHolder, account: i64) -> Result<()> {
    let (_, column, id) = stored(holder);
    let text = format!(
        "SELECT COUNT(*) AS times, MAX(at) AS last FROM audit_event \
         WHERE {column} = $1 AND action = 'sms-resent' AND object_id = $2 AND at > $3"
    );
    let row = tx.query_one_raw(sql(tx, &text, [id.into(), account.into(), (now - millis(DAY)).into()])).await?;
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

/// 重置密码, confirmed with the actor's own password: to a typed password, of which the SMS to the contact only tells, or to a
/// made one that the SMS holds. It must be changed at the next sign-in, within the time of an initial password, and every
/// session ends.
pub async fn reset(
    services: &Services,
    actor: &Actor,
    holder: impl Into<AccountHolder>,
    typed: Option<&str>,
    own_password: &str,
) -> Result<()> {
    let holder = holder.into();
    check(&services.0.db, actor, holder).await?;
    confirm(services, actor, own_password).await?;
    let clear = typed.map_or_else(password::initial, |typed| PlaintextPassword::new(typed.to_owned()));
    let hash = services.0.hasher.hash(&clear).await?;

    let tx = services.write().await?;
    let now = services.now();
    let account = Managed::lock(&tx, actor, holder).await?;
    account.usable()?;
    if typed.is_some() {
        let known = [Some(&account.name), account.code.as_ref(), account.mobile.as_ref()];
        let known: Vec<&str> = known.into_iter().flatten().map(String::as_str).collect();
        let owner = Owner { login: &account.login, unit: &known };
        domain::password::check(&clear, owner).map_err(Problem::Password)?;
    }
    set_initial(services, &tx, account.id, hash).await?;
    let (kind, secret) = match typed {
        Some(_) => (domain::sms::SmsKind::PasswordReset, None),
        None => (domain::sms::SmsKind::NewPassword, Some(clear.as_str())),
    };
    match account.mobile.as_deref() {
        Some(mobile) => {
            let message = sms::New { kind, account: account.id, holder, batch: None, mobile, secret };
            sms::queue(services, &tx, &[message]).await?;
        }
        // A made password would reach nobody.
        None if secret.is_some() => return Err(Problem::NoMobile.into()),
        None => {}
    }
    audit::record(&tx, now, &AuditActor::from(actor), vec![account.event("password-reset", holder)]).await?;
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
    if services.0.hasher.verify(password, stored.as_deref()).await? == Verification::Wrong {
        return Err(Problem::OldPasswordWrong.into());
    }
    throttle::forget(&services.0.writer, &guarded).await
}

/// 停用 and 启用; a disabled account is signed out everywhere. What is so already stays so.
pub async fn set_enabled(
    services: &Services,
    actor: &Actor,
    holder: impl Into<AccountHolder>,
    enabled: bool,
) -> Result<()> {
    let holder = holder.into();
    let tx = services.write().await?;
    let now = services.now();
    let account = Managed::lock(&tx, actor, holder).await?;
    if enabled == (account.state != AccountState::Disabled) {
        return Ok(());
    }
    if enabled {
        let enable = "UPDATE account SET disabled_at = NULL, version = version + 1 WHERE id = $1";
        tx.execute_raw(sql(&tx, enable, [account.id.into()])).await?;
    } else {
        disable(&tx, now, account.id).await?;
    }
    let event = AuditEvent {
        action: if enabled { "account-enabled" } else { "account-disabled" },
        of: Some(holder),
        object: "account",
        object_id: Some(account.id),
        ..AuditEvent::default()
    };
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    Ok(tx.commit().await?)
}
