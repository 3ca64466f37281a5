//! The SMS outbox and its worker.
//!
//! An SMS is a row, written in the transaction of what it tells of; the worker claims it, hands it to the gateway and
//! marks it. Where the process dies between the two, it is handed over again under the same key: at least once, and once
//! only with a gateway that knows its keys, as [`FileGateway`] does.

mod file;
mod gateway;
mod worker;

pub use file::FileGateway;
pub use gateway::{Gateway, GatewayError, Message};
pub use worker::{ATTEMPTS, work, work_with};

use crate::{
    Result, Services,
    audit::columns,
    database::{insert, sql},
    ids::{IdSequence, take},
};
use domain::sms::{SmsKind, SmsState};
use domain::{Problem, account::AccountHolder, sms::SentSms};
use sea_orm::{ConnectionTrait, Value};

/// SMS that the demo page shows at most.
const SHOWN: usize = 200;

/// An SMS to queue.
pub(crate) struct New<'a> {
    pub(crate) kind: SmsKind,
    pub(crate) account: i64,
    /// Whose account it is about.
    pub(crate) holder: AccountHolder,
    pub(crate) batch: Option<i64>,
    pub(crate) mobile: &'a str,
    /// The initial password, where the SMS holds one.
    pub(crate) secret: Option<&'a str>,
}

/// Queues SMS in the transaction of what they tell of. After its commit, [`wake`].
pub(crate) async fn queue(services: &Services, tx: &impl ConnectionTrait, news: &[New<'_>]) -> Result<()> {
    let Ok(count @ 1..) = u32::try_from(news.len()) else { return Ok(()) };
    let now = services.0.clock.now().0;
    let first = take(tx, IdSequence::Sms, count).await?;
    let rows = (first..).zip(news).map(|(id, new)| {
        let (unit, purchaser) = columns(new.holder);
        let secret = new.secret.map(|clear| services.0.cipher.seal(id, clear)).transpose()?;
        Ok([
            id.into(),
            new.kind.into(),
            new.account.into(),
            unit.into(),
            purchaser.into(),
            new.batch.into(),
            new.mobile.into(),
            secret.into(),
            SmsState::Waiting.into(),
            0.into(),
            now.into(),
            now.into(),
        ])
    });
    let rows: Vec<[Value; 12]> = rows.collect::<Result<_>>()?;
    let into = "sms_outbox (id, kind, account_id, unit_id, purchaser_id, batch_id, mobile, secret, state, attempts, next_at, \
                created_at)";
    insert(tx, into, rows, "").await.map(drop)
}

/// Takes back the passwords that an account was to get and that no longer hold.
pub(crate) async fn withdraw(tx: &impl ConnectionTrait, account: i64) -> Result<()> {
    let text = "DELETE FROM sms_outbox WHERE account_id = $1 AND state = 'waiting' AND secret IS NOT NULL";
    tx.execute_raw(sql(tx, text, [account.into()])).await?;
    Ok(())
}

/// Tells the worker that there is something to send.
pub(crate) fn wake(services: &Services) {
    services.0.sms_added.notify_one();
}

/// The newest SMS that the `file` gateway wrote, newest first, at most 200; [`domain::Problem::NotFound`] outside demo
/// mode. With `mobile` or a login name only those.
pub async fn sent(services: &Services, search: &str) -> Result<Vec<SentSms>> {
    let settings = &services.0.settings;
    if !settings.demo {
        return Err(Problem::NotFound.into());
    }
    let search = search.trim().to_owned();
    let gateway = FileGateway::new(settings.sms_file.clone());
    let fits = move |sms: &SentSms| search.is_empty() || sms.mobile == search || sms.text.contains(&search);
    gateway.newest(SHOWN, fits).await
}
