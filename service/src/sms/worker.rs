//! Claims the SMS that are due, hands them to the gateway and marks them.

use super::{FileGateway, Gateway, Message};
use crate::{
    Error, Result, Services,
    cipher::SecretOwner,
    outage::{Outage, Repetition},
    query::is_any_of,
    sql,
};
use domain::{
    account::AccountKind,
    calendar::{Day, Timestamp},
    reminder::ReminderKind,
    sms::{SmsKind, SmsState},
};
use entity::{
    Count, account, purchaser,
    sms_outbox::{Column, Entity, Relation},
    unit,
};
use futures_util::{StreamExt, stream};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    RelationTrait, Select, UpdateMany,
    sea_query::{Expr, ExprTrait, Func, LockBehavior, LockType},
};
use std::{mem, time::Duration};
use texts::Lang;
use tokio::{sync::mpsc::unbounded_channel, time::timeout};
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

/// Attempts at an SMS before it is given up: the last one is some five hours after the first.
pub const ATTEMPTS: u32 = 14;
/// The wait after the first failure. It doubles with every further one.
const BACKOFF: Duration = Duration::from_secs(10);
/// The longest wait between two attempts.
const BACKOFF_LIMIT: Duration = Duration::from_hours(1);
/// The SMS that the gateway did not take.
static NOT_TAKEN: Repetition = Repetition::new();
/// SMS claimed together.
const CLAIM: u32 = 32;
/// SMS handed to the gateway at the same time.
const CONCURRENCY: usize = 16;
/// The time that a gateway may take for one SMS.
const GATEWAY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a claim lasts: longer than the gateway may take for [`CLAIM`] SMS.
const CLAIM_DURATION: Duration = Duration::from_secs(30);
/// How much of a claim must be left when an SMS is handed to the gateway.
const CLAIM_LEFT: Duration = Duration::from_secs(1);
/// How often the worker looks for SMS that another process queued and for retries that are due.
const PAUSE: Duration = Duration::from_secs(1);

/// Sends the waiting SMS through the `file` gateway, until `stop`.
pub async fn work(services: Services, stop: CancellationToken) {
    let gateway = FileGateway::new(services.0.settings.sms_file.clone());
    work_with(services, &gateway, stop).await;
}

/// Sends the waiting SMS through any gateway, until `stop`.
pub async fn work_with(services: Services, gateway: &dyn Gateway, stop: CancellationToken) {
    let worker = format!("{:016x}", rand::random::<u64>());
    let mut outage = Outage::none("SMS cannot be sent");
    while !stop.is_cancelled() {
        let claimed = match send_due(&services, gateway, &worker).await {
            Ok(claimed) => {
                outage.end();
                claimed
            }
            Err(error) => {
                outage.pause(&error, &stop).await;
                continue;
            }
        };
        if claimed == 0 {
            tokio::select! {
                () = stop.cancelled() => {}
                () = services.0.sms_added.notified() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }
}

/// An SMS that was claimed.
#[derive(FromQueryResult)]
struct ClaimedSms {
    id: i64,
    kind: SmsKind,
    mobile: String,
    secret: Option<Vec<u8>>,
    attempts: Count,
    created_at: Timestamp,
    last_day: Option<Day>,
    login: String,
    account_kind: AccountKind,
    /// The name of the unit or of the purchaser.
    holder_name: Option<String>,
}

/// Claims some SMS that are due and sends them. Returns how many were claimed.
///
/// Each SMS is marked as soon as its outcome is there, together with those whose outcomes came at the same moment. An outcome
/// that cannot be written delays no other and is the error: an SMS that the gateway took but that is not marked goes out again.
async fn send_due(services: &Services, gateway: &dyn Gateway, worker: &str) -> Result<usize> {
    let claimed = claim(services, worker).await?;
    let count = claimed.len();
    let (outcomes, mut arrived) = unbounded_channel();
    let sending = async {
        let outcomes = outcomes;
        stream::iter(claimed)
            .for_each_concurrent(CONCURRENCY, |sms| async {
                let outcome = send(services, gateway, worker, &sms).await;
                // The receiver lives as long as this function.
                let _ = outcomes.send((sms, outcome));
            })
            .await;
    };
    // Beside the sending, and not between two polls of it: SMS that are being sent wait for connections too.
    let marking = async {
        let mut failure = None;
        let mut outcomes = Vec::new();
        while arrived.recv_many(&mut outcomes, CONCURRENCY).await > 0 {
            failure = mark(services, worker, mem::take(&mut outcomes)).await.err().or(failure);
        }
        failure
    };
    let ((), failure) = tokio::join!(sending, marking);
    failure.map_or(Ok(count), Err)
}

/// Stores the outcomes of some SMS. Each is tried; the error is the last one.
async fn mark(services: &Services, worker: &str, outcomes: Vec<(ClaimedSms, Outcome)>) -> Result<()> {
    let mut failure = None;
    let taken = |(sms, outcome): &(ClaimedSms, Outcome)| matches!(outcome, Outcome::Taken).then_some(sms.id);
    let taken: Vec<i64> = outcomes.iter().filter_map(taken).collect();
    if !taken.is_empty() {
        failure = mark_sent(services, worker, taken).await.err();
    }
    for (sms, outcome) in outcomes {
        match outcome {
            Outcome::Taken | Outcome::ClaimLost => {}
            Outcome::Refused(reason) => {
                failure = mark_failed(services, worker, &sms, &reason).await.err().or(failure);
            }
            Outcome::Unknown(error) => failure = Some(error),
        }
    }
    failure.map_or(Ok(()), Err)
}

/// What became of an SMS.
enum Outcome {
    /// The gateway took it.
    Taken,
    /// It was not sent; the reason is for the operator.
    Refused(String),
    /// It was not sent, because this worker has lost its claim: it stood still for too long, or the SMS was withdrawn.
    ClaimLost,
    /// It was not sent, because the database did not tell whether this worker still has its claim.
    Unknown(Error),
}

/// The SMS that may be claimed now.
fn due(now: &Expr) -> Select<Entity> {
    let unclaimed =
        Condition::any().add(Column::LockedUntil.is_null()).add(Column::LockedUntil.into_expr().lte(now.clone()));
    Entity::find()
        .filter(Column::State.eq(SmsState::Waiting))
        .filter(Column::NextAt.into_expr().lte(now.clone()))
        .filter(unclaimed)
        .select_only()
        .column(Column::Id)
}

async fn claim(services: &Services, worker: &str) -> Result<Vec<ClaimedSms>> {
    let db = &services.0.writer;
    let now = sql::clock::now(db, services.clock());
    // Reading first costs nothing while no SMS is due; claiming would take SQLite's only writer every time.
    if due(&now).limit(1).into_tuple::<i64>().one(&services.0.db).await?.is_none() {
        return Ok(Vec::new());
    }
    let next = due(&now)
        .order_by_asc(Column::NextAt)
        .order_by_asc(Column::Id)
        .limit(u64::from(CLAIM))
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_query();
    let claimed = Entity::update_many()
        .col_expr(Column::Attempts, Column::Attempts.into_expr().add(1))
        .col_expr(Column::LockedBy, Expr::val(worker))
        .col_expr(Column::LockedUntil, now.clone().add(millis(CLAIM_DURATION)))
        .filter(Column::Id.in_subquery(next))
        .exec_with_returning(db)
        .await?;
    let holder_name = Func::coalesce([
        Expr::col((unit::Entity, unit::Column::Name)),
        Expr::col((purchaser::Entity, purchaser::Column::Name)),
    ]);
    // Another connection sees what was committed: a claim whose commit failed is none.
    let db = &services.0.db;
    Ok(Entity::find()
        .select_only()
        .columns([Column::Id, Column::Kind, Column::Mobile, Column::Secret, Column::Attempts])
        .columns([Column::CreatedAt, Column::LastDay])
        .column(account::Column::Login)
        .column_as(account::Column::Kind, "account_kind")
        .expr_as(holder_name, "holder_name")
        .join(JoinType::InnerJoin, Relation::Account.def())
        .join(JoinType::LeftJoin, Relation::Unit.def())
        .join(JoinType::LeftJoin, Relation::Purchaser.def())
        .filter(is_any_of(db, Column::Id, claimed.into_iter().map(|sms| sms.id)))
        .filter(Column::LockedBy.eq(worker))
        .order_by_asc(Column::Id)
        .into_model()
        .all(db)
        .await?)
}

/// Whether this worker still has its claim of an SMS. The process may have stood still since it claimed the SMS, and another
/// worker may have claimed and sent it meanwhile.
async fn has_claim(services: &Services, worker: &str, sms: &ClaimedSms) -> Result<bool> {
    let db = &services.0.db;
    let left = sql::clock::now(db, services.clock()).add(millis(CLAIM_LEFT));
    let claimed = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.eq(sms.id))
        .filter(Column::State.eq(SmsState::Waiting))
        .filter(Column::LockedBy.eq(worker))
        .filter(Column::LockedUntil.into_expr().gt(left))
        .into_tuple::<i64>();
    Ok(claimed.one(db).await?.is_some())
}

/// Hands an SMS to the gateway.
async fn send(services: &Services, gateway: &dyn Gateway, worker: &str, sms: &ClaimedSms) -> Outcome {
    match has_claim(services, worker, sms).await {
        Ok(true) => hand_over(services, gateway, sms).await.map_or_else(Outcome::Refused, |()| Outcome::Taken),
        Ok(false) => Outcome::ClaimLost,
        Err(error) => Outcome::Unknown(error),
    }
}

/// Hands an SMS to the gateway; the error is for the operator.
async fn hand_over(services: &Services, gateway: &dyn Gateway, sms: &ClaimedSms) -> std::result::Result<(), String> {
    let Count(attempt) = sms.attempts;
    if attempt > ATTEMPTS {
        return Err("every process that tried to send it ended".to_owned());
    }
    let text = text(services, sms).map_err(|error| error.to_string())?;
    let key = format!("{}-{}", sms.id, sms.created_at.0);
    let message = Message { key, mobile: sms.mobile.clone(), text };
    match timeout(GATEWAY_TIMEOUT, gateway.send(&message)).await {
        Ok(outcome) => outcome.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} s", GATEWAY_TIMEOUT.as_secs())),
    }
}

fn text(services: &Services, sms: &ClaimedSms) -> Result<Zeroizing<String>> {
    let name = sms.holder_name.as_deref().unwrap_or_default();
    let (lang, days) = (Lang::Zh, services.0.settings.public.initial_password_days);
    let password = || {
        let sealed = sms.secret.as_deref().ok_or_else(|| Error::internal("its password is gone"))?;
        services.0.cipher.open(SecretOwner::Sms(sms.id), sealed)
    };
    let last_day = || sms.last_day.ok_or_else(|| Error::internal("its last day is missing"));
    let portal = services.0.settings.site_url.as_deref().map(|site| format!("{site}/trade"));
    let (portal, trading) = (portal.as_deref(), sms.account_kind == AccountKind::Trading);
    Ok(Zeroizing::new(match sms.kind {
        SmsKind::InitialPassword if trading => {
            lang.sms_trading_initial_password(name, &sms.login, &password()?, days, portal)
        }
        SmsKind::NewPassword if trading => lang.sms_trading_new_password(name, &sms.login, &password()?, days, portal),
        SmsKind::LoginName if trading => lang.sms_trading_login_name(name, &sms.login, portal),
        SmsKind::PasswordReset if trading => lang.sms_trading_password_reset(name, &sms.login),
        SmsKind::InitialPassword => lang.sms_initial_password(name, &sms.login, &password()?, days),
        SmsKind::NewPassword => lang.sms_new_password(name, &sms.login, &password()?, days),
        SmsKind::LoginName => lang.sms_login_name(name, &sms.login),
        SmsKind::PasswordReset => lang.sms_password_reset(name, &sms.login),
        SmsKind::Certified => lang.sms_certified(name),
        SmsKind::CertificationReturned => lang.sms_certification_returned(name),
        SmsKind::PlanReminder => reminder(ReminderKind::Filing, name, last_day()?, sms.created_at),
        SmsKind::PurchaseReminder => reminder(ReminderKind::Purchases, name, last_day()?, sms.created_at),
    }))
}

/// The text of a reminder that is queued at a moment.
pub(crate) fn reminder(kind: ReminderKind, name: &str, last_day: Day, queued_at: Timestamp) -> String {
    let (lang, year) = (Lang::Zh, last_day.year());
    let day = lang.month_and_day(last_day);
    match kind {
        ReminderKind::Filing => lang.sms_plan_reminder(name, year, &day, Day::of(queued_at) > last_day),
        ReminderKind::Purchases => lang.sms_purchase_reminder(name, year, &day),
    }
}

/// Marks SMS that the gateway took and wipes their passwords. One that was withdrawn meanwhile was sent all the same.
async fn mark_sent(services: &Services, worker: &str, ids: Vec<i64>) -> Result<()> {
    let db = &services.0.writer;
    release(worker, None)
        .filter(Column::State.is_in([SmsState::Waiting, SmsState::Withdrawn]))
        .col_expr(Column::State, SmsState::Sent.into())
        .col_expr(Column::SentAt, services.now().into())
        .col_expr(Column::Secret, Expr::val(None::<Vec<u8>>))
        .filter(is_any_of(db, Column::Id, ids))
        .exec(db)
        .await?;
    Ok(())
}

/// Lets an SMS wait for its next attempt or gives it up. An SMS that is given up loses its password too.
async fn mark_failed(services: &Services, worker: &str, sms: &ClaimedSms, reason: &str) -> Result<()> {
    let (db, Count(attempt)) = (&services.0.writer, sms.attempts);
    let failed =
        release(worker, Some(reason)).filter(Column::Id.eq(sms.id)).filter(Column::State.eq(SmsState::Waiting));
    let failed = if attempt >= ATTEMPTS {
        tracing::error!(sms = sms.id, attempt, error = reason, "an SMS was given up");
        failed.col_expr(Column::State, SmsState::Failed.into()).col_expr(Column::Secret, Expr::val(None::<Vec<u8>>))
    } else {
        // The reason stands beside each SMS in the database.
        if let Some(left_out) = NOT_TAKEN.log() {
            tracing::warn!(
                sms = sms.id,
                attempt,
                error = reason,
                left_out,
                "SMS are not taken and will be tried again"
            );
        }
        let next_at = sql::clock::now(db, services.clock()).add(millis(backoff(attempt)));
        failed.col_expr(Column::NextAt, next_at)
    };
    failed.exec(db).await?;
    Ok(())
}

/// The part that all outcomes share: ends the claim of this worker and stores the error.
fn release(worker: &str, error: Option<&str>) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::LockedBy, Expr::val(None::<String>))
        .col_expr(Column::LockedUntil, Expr::val(None::<Timestamp>))
        .col_expr(Column::Error, Expr::val(error.map(str::to_owned)))
        .filter(Column::LockedBy.eq(worker))
}

/// A duration in the unit of the database's times.
fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The wait after an attempt: doubling, and up to a quarter shorter or longer by chance, so that not all SMS come back at
/// once after an outage.
fn backoff(attempt: u32) -> Duration {
    let doubled = BACKOFF.saturating_mul(2u32.saturating_pow(attempt.saturating_sub(1))).min(BACKOFF_LIMIT);
    doubled.mul_f64(rand::random_range(0.75..1.25))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_grows_to_an_hour() {
        assert!((7..13).contains(&backoff(1).as_secs()));
        assert!((30..50).contains(&backoff(3).as_secs()));
        assert!(backoff(ATTEMPTS) <= BACKOFF_LIMIT.mul_f64(1.25));
        assert!(backoff(u32::MAX) <= BACKOFF_LIMIT.mul_f64(1.25));
    }
}
