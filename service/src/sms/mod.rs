//! The SMS outbox and its worker.
//!
//! An SMS is a row, written in the transaction of the change that it reports. The worker claims it, looks once more whether it
//! still has the claim, passes it to the gateway and marks it as sent. Rows are never deleted: what was sent stays. If the
//! process is killed between the last two steps, the SMS is passed to the gateway again with the same key. Therefore it is sent
//! at least once. It is sent exactly once if the gateway recognizes repeated keys, as [`FileGateway`] does.

mod file;
mod gateway;
mod key;
mod quota;
mod worker;

pub use file::FileGateway;
pub use gateway::{Gateway, GatewayError, Message};
pub use key::{KeyStatus, accept_key, check_key};
pub use worker::{ATTEMPTS, work, work_with};

pub(crate) use quota::Quota;
pub(crate) use worker::reminder;

use crate::{
    Error, Result, Services,
    audit::holder_columns,
    cipher::SecretOwner,
    ids::{IdSequence, take},
    query::{insert_many, is_any_of},
};
use domain::{
    Problem,
    account::AccountHolder,
    calendar::Day,
    ids::{AccountId, BatchId},
    sms::{SentSms, SmsKind, SmsState},
};
use entity::{
    Count,
    sms_outbox::{ActiveModel, Column, Entity},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set, UpdateMany, sea_query::Expr};

/// Maximum number of SMS on the demo page.
const MAX_SHOWN_SMS: usize = 200;

/// An SMS to queue.
pub(crate) struct NewSms<'a> {
    pub(crate) kind: SmsKind,
    /// The account that the SMS is about.
    pub(crate) account: AccountId,
    /// The holder of that account.
    pub(crate) holder: AccountHolder,
    /// The batch that created the account.
    pub(crate) batch: Option<BatchId>,
    pub(crate) mobile: &'a str,
    /// The password, if the SMS contains one.
    pub(crate) secret: Option<&'a str>,
    /// The last day of what a reminder is about.
    pub(crate) last_day: Option<Day>,
}

/// What happens to an SMS if its mobile number already gets as many as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OverLimit {
    /// It is refused, because somebody waits for it: [`Problem::SmsLimit`].
    Refuse,
    /// It goes later.
    Wait,
}

/// Queues SMS in the transaction of the change that they report. After its commit the caller calls [`wake`].
pub(crate) async fn queue(
    services: &Services,
    tx: &impl ConnectionTrait,
    messages: &[NewSms<'_>],
    over_limit: OverLimit,
) -> Result<()> {
    let count = u32::try_from(messages.len()).map_err(Error::internal)?;
    if count == 0 {
        return Ok(());
    }
    let now = services.now();
    let mut quota = Quota::load(services, tx, messages.iter().map(|new| new.mobile)).await?;
    let first = take(tx, IdSequence::Sms, count).await?;
    let rows = (first..).zip(messages).map(|(id, new)| {
        let (unit_id, purchaser_id) = holder_columns(new.holder);
        let place = match over_limit {
            OverLimit::Refuse => quota.take_now(new.mobile)?,
            OverLimit::Wait => quota.take_next(new.mobile),
        };
        Ok(ActiveModel {
            id: Set(id),
            kind: Set(new.kind),
            account_id: Set(new.account),
            unit_id: Set(unit_id),
            purchaser_id: Set(purchaser_id),
            batch_id: Set(new.batch),
            mobile: Set(new.mobile.to_owned()),
            secret: Set(new
                .secret
                .map(|password| services.0.cipher.seal(SecretOwner::Sms(id), password))
                .transpose()?),
            state: Set(SmsState::Waiting),
            attempts: Set(Count(0)),
            next_at: Set(place),
            not_before: Set(Some(place)),
            last_day: Set(new.last_day),
            created_at: Set(now),
            ..Default::default()
        })
    });
    let rows: Vec<_> = rows.collect::<Result<_>>()?;
    insert_many(tx, rows, None).await.map(drop)
}

/// Withdraws the waiting SMS of accounts that contain a password, because the password is no longer valid.
pub(crate) async fn withdraw(tx: &impl ConnectionTrait, accounts: &[AccountId]) -> Result<()> {
    withdrawal(tx, accounts).filter(Column::Secret.is_not_null()).exec(tx).await?;
    Ok(())
}

/// Withdraws all waiting SMS of accounts that are deleted. Those that were sent stay too.
pub(crate) async fn withdraw_all(tx: &impl ConnectionTrait, accounts: &[AccountId]) -> Result<()> {
    withdrawal(tx, accounts).exec(tx).await?;
    Ok(())
}

fn withdrawal(tx: &impl ConnectionTrait, accounts: &[AccountId]) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, SmsState::Withdrawn.into())
        .col_expr(Column::Secret, Expr::val(None::<Vec<u8>>))
        .filter(is_any_of(tx, Column::AccountId, accounts.iter().copied()))
        .filter(Column::State.eq(SmsState::Waiting))
}

/// Wakes the worker after an SMS was queued.
pub(crate) fn wake(services: &Services) {
    services.0.sms_added.notify_one();
}

/// The newest SMS that the `file` gateway wrote, newest first, at most 200; [`domain::Problem::NotFound`] outside demo
/// mode. If `search` is not empty, only those to this mobile number or with this text, for example a login name.
pub async fn sent(services: &Services, search: &str) -> Result<Vec<SentSms>> {
    let settings = &services.0.settings;
    if !settings.demo {
        return Err(Problem::NotFound.into());
    }
    let search = search.trim().to_owned();
    let gateway = FileGateway::new(settings.sms_file.clone());
    let is_selected = move |sms: &SentSms| search.is_empty() || sms.mobile == search || sms.text.contains(&search);
    gateway.newest(MAX_SHOWN_SMS, is_selected).await
}
