//! The SMS outbox and its worker.
//!
//! An SMS is a row, written in the transaction of the change that it reports. The worker claims it, passes it to the gateway
//! and marks it as sent. If the process is killed between the last two steps, the SMS is passed to the gateway again with
//! the same key. Therefore it is sent at least once. It is sent exactly once if the gateway recognizes repeated keys, as
//! [`FileGateway`] does.

mod file;
mod gateway;
mod worker;

pub use file::FileGateway;
pub use gateway::{Gateway, GatewayError, Message};
pub use worker::{ATTEMPTS, work, work_with};

use crate::{
    Error, Result, Services,
    audit::holder_columns,
    ids::{IdSequence, take},
    query::{insert_many, is_any_of},
};
use domain::{
    Problem,
    account::AccountHolder,
    ids::{AccountId, BatchId},
    sms::{SentSms, SmsKind, SmsState},
};
use entity::{
    Count,
    sms_outbox::{ActiveModel, Column, Entity},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};

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
}

/// Queues SMS in the transaction of the change that they report. After its commit the caller calls [`wake`].
pub(crate) async fn queue(services: &Services, tx: &impl ConnectionTrait, messages: &[NewSms<'_>]) -> Result<()> {
    let count = u32::try_from(messages.len()).map_err(Error::internal)?;
    if count == 0 {
        return Ok(());
    }
    let now = services.now();
    let first = take(tx, IdSequence::Sms, count).await?;
    let rows = (first..).zip(messages).map(|(id, new)| {
        let (unit_id, purchaser_id) = holder_columns(new.holder);
        Ok(ActiveModel {
            id: Set(id),
            kind: Set(new.kind),
            account_id: Set(new.account),
            unit_id: Set(unit_id),
            purchaser_id: Set(purchaser_id),
            batch_id: Set(new.batch),
            mobile: Set(new.mobile.to_owned()),
            secret: Set(new.secret.map(|password| services.0.cipher.seal(id, password)).transpose()?),
            state: Set(SmsState::Waiting),
            attempts: Set(Count(0)),
            next_at: Set(now),
            created_at: Set(now),
            ..Default::default()
        })
    });
    let rows: Vec<_> = rows.collect::<Result<_>>()?;
    insert_many(tx, rows, None).await.map(drop)
}

/// Deletes the waiting SMS of accounts that contain a password, because the password is no longer valid.
pub(crate) async fn withdraw(tx: &impl ConnectionTrait, accounts: &[AccountId]) -> Result<()> {
    Entity::delete_many()
        .filter(is_any_of(tx, Column::AccountId, accounts.iter().copied()))
        .filter(Column::State.eq(SmsState::Waiting))
        .filter(Column::Secret.is_not_null())
        .exec(tx)
        .await?;
    Ok(())
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
