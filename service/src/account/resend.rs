//! 重新发送账号短信: sends the account SMS again.

use super::{initial_password::set_initial_password, managed};
use crate::{
    Actor, Error, PlaintextPassword, Result, Services,
    audit::{self, AuditAction, AuditActor},
    password,
    query::{is_any_of, within},
    sms::{self, NewSms},
};
use domain::{
    Problem,
    account::{AccountHolder, AccountState},
    bulk::BulkOutcome,
    calendar::Timestamp,
    ids::{AccountId, PurchaserId, UnitId},
    sms::SmsKind,
};
use entity::{audit_event, purchaser, unit};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::{collections::HashMap, time::Duration};

/// The shortest time between two SMS to one account.
const PAUSE: Duration = Duration::from_mins(1);
/// SMS to one account within 24 hours.
const LIMIT_PER_DAY: u32 = 5;
/// Accounts of one bulk action.
const BULK_LIMIT: u32 = 200;

/// Sends the account SMS to the contact again: with a new initial password before the account is activated, with the login
/// name alone afterwards. At most once a minute and five times a day.
pub async fn resend(services: &Services, actor: &Actor, holder: impl Into<AccountHolder>) -> Result<()> {
    let holder = holder.into();
    let candidates = candidates(services, actor, &[holder]).await?;
    let initial = if candidates.get(&holder).is_some_and(Candidate::needs_initial_password) {
        let password = password::initial();
        let hash = services.0.hasher.hash(&password).await?;
        Some((password, hash))
    } else {
        None
    };
    resend_one(services, actor, holder, initial).await?;
    sms::wake(services);
    Ok(())
}

/// The same for several accounts, one after the other. [`Problem::TooManyAtOnce`] for more than 200.
pub async fn resend_many(
    services: &Services,
    actor: &Actor,
    holders: &[impl Into<AccountHolder> + Copy],
) -> Result<Vec<BulkOutcome>> {
    if !u32::try_from(holders.len()).is_ok_and(|count| count <= BULK_LIMIT) {
        return Err(Problem::TooManyAtOnce { limit: BULK_LIMIT }.into());
    }
    let holders: Vec<AccountHolder> = holders.iter().map(|holder| (*holder).into()).collect();
    let candidates = candidates(services, actor, &holders).await?;
    let not_activated = candidates.iter().filter(|(_, candidate)| candidate.needs_initial_password());
    let not_activated: Vec<AccountHolder> = not_activated.map(|(holder, _)| *holder).collect();
    let passwords = not_activated.iter().map(|_| password::initial()).collect();
    let hashed = services.0.hasher.hash_all(passwords).await?;
    let mut initial: HashMap<_, _> = not_activated.into_iter().zip(hashed).collect();
    let mut outcomes = Vec::with_capacity(holders.len());
    for holder in holders {
        let refused = resend_one(services, actor, holder, initial.remove(&holder)).await.err();
        let name = candidates.get(&holder).map(|candidate| candidate.name.clone());
        outcomes.push(BulkOutcome { holder, name, refused: refused.map(Error::into_problem) });
    }
    sms::wake(services);
    Ok(outcomes)
}

/// A holder as it is before its transaction begins.
struct Candidate {
    name: String,
    state: AccountState,
}

impl Candidate {
    /// Whether the account was never activated, so that it gets a new initial password.
    fn needs_initial_password(&self) -> bool {
        self.state == AccountState::NotActivated
    }
}

/// The holders that the actor may see, in one query for each kind of holder.
async fn candidates(
    services: &Services,
    actor: &Actor,
    holders: &[AccountHolder],
) -> Result<HashMap<AccountHolder, Candidate>> {
    let (db, subtree) = (&services.0.db, actor.subtree());
    let (mut units, mut purchasers): (Vec<UnitId>, Vec<PurchaserId>) = (Vec::new(), Vec::new());
    for holder in holders {
        match holder {
            AccountHolder::Unit(unit) => units.push(*unit),
            AccountHolder::Purchaser(purchaser) => purchasers.push(*purchaser),
        }
    }
    let mut found: Vec<(AccountHolder, String, AccountState)> = Vec::with_capacity(holders.len());
    if !units.is_empty() {
        use unit::{Column, Entity};
        let rows: Vec<(UnitId, String, AccountState)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Name, Column::Account])
            .filter(is_any_of(db, Column::Id, units))
            .filter(within(Column::Path, &subtree))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(|(id, name, state)| (id.into(), name, state)));
    }
    if !purchasers.is_empty() {
        use purchaser::{Column, Entity};
        let rows: Vec<(PurchaserId, String, AccountState)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Name, Column::Account])
            .filter(is_any_of(db, Column::Id, purchasers))
            .filter(within(Column::UnitPath, &subtree))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(|(id, name, state)| (id.into(), name, state)));
    }
    Ok(found.into_iter().map(|(holder, name, state)| (holder, Candidate { name, state })).collect())
}

/// Sends one SMS in a transaction of its own. `initial` is a new initial password with its hash.
async fn resend_one(
    services: &Services,
    actor: &Actor,
    holder: AccountHolder,
    initial: Option<(PlaintextPassword, String)>,
) -> Result<()> {
    let tx = services.write().await?;
    let now = services.now();
    let account = managed::find_and_lock(&tx, actor, holder).await?;
    managed::check_has_password(&account)?;
    let mobile = account.mobile().ok_or(Problem::NoMobile)?;
    check_limits(&tx, now, holder, account.id).await?;
    let (kind, password) = match (account.state, initial) {
        (AccountState::NotActivated, Some((password, hash))) => {
            set_initial_password(services, &tx, account.id, hash).await?;
            (SmsKind::InitialPassword, Some(password))
        }
        // The account was activated or disabled and enabled again before it was locked.
        (AccountState::NotActivated, None) => return Err(Problem::Stale.into()),
        _ => (SmsKind::LoginName, None),
    };
    let secret = password.as_ref().map(|password| password.as_str());
    let message = NewSms { kind, account: account.id, holder, batch: None, mobile, secret };
    sms::queue(services, &tx, &[message]).await?;
    let event = managed::sms_event(&account, AuditAction::SmsResent);
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    Ok(tx.commit().await?)
}

/// Refuses an SMS that comes too soon or too often. The audit log has the earlier ones.
async fn check_limits(
    tx: &DatabaseTransaction,
    now: Timestamp,
    holder: AccountHolder,
    account: AccountId,
) -> Result<()> {
    use audit_event::{Column, Entity};
    let sent: Vec<Timestamp> = Entity::find()
        .select_only()
        .column(Column::At)
        .filter(audit::in_history_of(holder))
        .filter(Column::ObjectId.eq(account))
        .filter(Column::Action.eq(AuditAction::SmsResent))
        .filter(Column::At.gt(now - Duration::from_hours(24)))
        .order_by_desc(Column::Id)
        .limit(u64::from(LIMIT_PER_DAY))
        .into_tuple()
        .all(tx)
        .await?;
    if let Some(wait) = sent.first().map(|last| *last + PAUSE - now).filter(|wait| !wait.is_zero()) {
        let seconds = wait.as_millis().div_ceil(1000).try_into().map_err(Error::internal)?;
        return Err(Problem::ResendTooSoon { seconds }.into());
    }
    if u32::try_from(sent.len()).map_err(Error::internal)? >= LIMIT_PER_DAY {
        return Err(Problem::ResendTooMany { limit: LIMIT_PER_DAY }.into());
    }
    Ok(())
}
