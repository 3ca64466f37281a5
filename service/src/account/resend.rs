//! 重新发送账号短信: sends the account SMS again.

use super::{
    AccountWithHolder,
    initial_password::set_initial_passwords,
    managed::{self, sms_event},
    split_by_kind,
};
use crate::{
    Actor, Error, PlaintextPassword, Result, Services,
    audit::{self, AuditAction, AuditActor},
    hashing_queue::HashingSender,
    password,
    query::{is_any_of, within},
    sms::{self, NewSms, OverLimit, Quota},
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
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::ExprTrait,
};
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
    let outcomes = resend_all(services, actor, &[holder.into()]).await?;
    match outcomes.into_iter().find_map(|outcome| outcome.refused) {
        Some(problem) => Err(problem.into()),
        None => Ok(()),
    }
}

/// The same for several accounts, each with an outcome of its own. [`Problem::TooManyAtOnce`] for more than 200.
pub async fn resend_many(
    services: &Services,
    actor: &Actor,
    holders: &[impl Into<AccountHolder> + Copy],
) -> Result<Vec<BulkOutcome>> {
    if !u32::try_from(holders.len()).is_ok_and(|count| count <= BULK_LIMIT) {
        return Err(Problem::TooManyAtOnce { limit: BULK_LIMIT }.into());
    }
    let holders: Vec<AccountHolder> = holders.iter().map(|holder| (*holder).into()).collect();
    resend_all(services, actor, &holders).await
}

/// Sends the SMS in one transaction: the number of statements does not grow with the number of accounts.
async fn resend_all(services: &Services, actor: &Actor, holders: &[AccountHolder]) -> Result<Vec<BulkOutcome>> {
    let candidates = candidates(services, actor, holders).await?;
    let mut initial = initial_passwords(services, actor, &candidates).await?;

    let tx = services.write().await?;
    let now = services.now();
    let visible: Vec<AccountHolder> = candidates.keys().copied().collect();
    let mut managed_accounts = managed::find_and_lock_all(&tx, actor, &visible).await?;
    let earlier = earlier_resends(&tx, now, &visible).await?;
    let mobiles = managed_accounts.values().filter_map(|account| account.as_ref().ok()?.mobile());
    let mut quota = Quota::load(services, &tx, mobiles).await?;
    let mut outcomes = Vec::with_capacity(holders.len());
    let mut accepted = Vec::with_capacity(holders.len());
    for holder in holders {
        // A holder that was named twice gets one SMS. For the second time its account is gone from the map.
        let account = managed_accounts.remove(holder).unwrap_or_else(|| Err(Problem::NotFound.into()));
        let resend = account.and_then(|account| {
            let earlier = earlier.get(&account.id).map_or(&[][..], Vec::as_slice);
            let resend = Resend::new(*holder, account, initial.remove(holder), now, earlier)?;
            quota.take_now(&resend.mobile)?;
            Ok(resend)
        });
        let name = candidates.get(holder).map(|candidate| candidate.name.clone());
        let refused = match resend {
            Ok(resend) => {
                accepted.push(resend);
                None
            }
            Err(error) => Some(error.into_problem()),
        };
        outcomes.push(BulkOutcome { holder: *holder, name, refused });
    }
    write(services, &tx, actor, now, accepted).await?;
    tx.commit().await?;
    sms::wake(services);
    Ok(outcomes)
}

/// A new initial password with its hash.
type HashedPassword = (PlaintextPassword, String);

/// New initial passwords for the accounts that were never activated. They are hashed before the transaction begins, because
/// hashing takes long.
async fn initial_passwords(
    services: &Services,
    actor: &Actor,
    candidates: &HashMap<AccountHolder, Candidate>,
) -> Result<HashMap<AccountHolder, HashedPassword>> {
    let not_activated = candidates.iter().filter(|(_, candidate)| candidate.state == AccountState::NotActivated);
    let not_activated: Vec<AccountHolder> = not_activated.map(|(holder, _)| *holder).collect();
    if let [holder] = not_activated[..] {
        // Hashing of many gives way to everything else. For one account a user waits.
        let password = password::initial();
        let hash = services.0.hasher.hash(&password, HashingSender::account(actor.account)).await?;
        return Ok(HashMap::from([(holder, (password, hash))]));
    }
    let passwords = not_activated.iter().map(|_| password::initial()).collect();
    let hashed = services.0.hasher.hash_all(passwords).await?;
    Ok(not_activated.into_iter().zip(hashed).collect())
}

/// An SMS that may be sent.
struct Resend {
    holder: AccountHolder,
    account: AccountWithHolder,
    mobile: String,
    initial: Option<HashedPassword>,
}

impl Resend {
    /// Checks a locked account. `initial` is its new initial password, `earlier` has the times of the SMS that were sent again
    /// within 24 hours, the last one first.
    fn new(
        holder: AccountHolder,
        account: AccountWithHolder,
        initial: Option<HashedPassword>,
        now: Timestamp,
        earlier: &[Timestamp],
    ) -> Result<Self> {
        managed::check_has_password(&account)?;
        let mobile = account.mobile().ok_or(Problem::NoMobile)?.to_owned();
        check_limits(now, earlier)?;
        let initial = match account.state {
            // The account was disabled and enabled again before it was locked, and has no new password.
            AccountState::NotActivated => Some(initial.ok_or(Problem::Stale)?),
            _ => None,
        };
        Ok(Self { holder, account, mobile, initial })
    }

    fn message(&self) -> NewSms<'_> {
        let secret = self.initial.as_ref().map(|(password, _)| password.as_str());
        let kind = if secret.is_some() { SmsKind::InitialPassword } else { SmsKind::LoginName };
        let (account, holder, mobile) = (self.account.id, self.holder, &self.mobile);
        NewSms { kind, account, holder, batch: None, mobile, secret, last_day: None }
    }
}

/// Writes the passwords, the SMS and the audit events.
async fn write(
    services: &Services,
    tx: &DatabaseTransaction,
    actor: &Actor,
    now: Timestamp,
    resends: Vec<Resend>,
) -> Result<()> {
    let hash = |resend: &Resend| Some((resend.account.id, resend.initial.as_ref()?.1.clone()));
    set_initial_passwords(services, tx, resends.iter().filter_map(hash).collect()).await?;
    let messages: Vec<_> = resends.iter().map(Resend::message).collect();
    sms::queue(services, tx, &messages, OverLimit::Refuse).await?;
    let events = resends.iter().map(|resend| sms_event(&resend.account, AuditAction::SmsResent)).collect();
    audit::record(tx, now, &AuditActor::from(actor), events).await
}

/// The times of the SMS that were sent again within 24 hours, the last one first. The audit log has them.
async fn earlier_resends(
    tx: &DatabaseTransaction,
    now: Timestamp,
    holders: &[AccountHolder],
) -> Result<HashMap<AccountId, Vec<Timestamp>>> {
    use audit_event::{Column, Entity};
    let (units, purchasers) = split_by_kind(holders);
    let of_holders = is_any_of(tx, Column::UnitId, units).or(is_any_of(tx, Column::PurchaserId, purchasers));
    let events: Vec<(AccountId, Timestamp)> = Entity::find()
        .select_only()
        .columns([Column::ObjectId, Column::At])
        .filter(of_holders)
        .filter(Column::Action.eq(AuditAction::SmsResent))
        .filter(Column::At.gt(now - Duration::from_hours(24)))
        .order_by_desc(Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    let mut earlier: HashMap<AccountId, Vec<Timestamp>> = HashMap::new();
    for (account, at) in events {
        earlier.entry(account).or_default().push(at);
    }
    Ok(earlier)
}

/// Refuses an SMS that comes too soon or too often.
fn check_limits(now: Timestamp, earlier: &[Timestamp]) -> Result<()> {
    if let Some(wait) = earlier.first().map(|last| *last + PAUSE - now).filter(|wait| !wait.is_zero()) {
        let seconds = wait.as_millis().div_ceil(1000).try_into().map_err(Error::internal)?;
        return Err(Problem::ResendTooSoon { seconds }.into());
    }
    if u32::try_from(earlier.len()).map_err(Error::internal)? >= LIMIT_PER_DAY {
        return Err(Problem::ResendTooMany { limit: LIMIT_PER_DAY }.into());
    }
    Ok(())
}

/// A holder as it is before the transaction begins.
struct Candidate {
    name: String,
    state: AccountState,
}

/// The holders that the actor may see, in one query for each kind of holder.
async fn candidates(
    services: &Services,
    actor: &Actor,
    holders: &[AccountHolder],
) -> Result<HashMap<AccountHolder, Candidate>> {
    let (db, subtree) = (&services.0.db, actor.subtree());
    let (units, purchasers) = split_by_kind(holders);
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
