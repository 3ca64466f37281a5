//! Claims what is due, hands it to the gateway, marks it.

use super::{FileGateway, Gateway, Message};
use crate::{
    Error, Result, Services,
    clock::millis,
    database::{elements, sql},
};
use domain::{account::AccountKind, sms::SmsKind};
use futures_util::{StreamExt, stream};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};
use std::time::Duration;
use texts::Lang;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

/// Attempts at an SMS before it is given up, some five hours after the first.
pub const ATTEMPTS: u32 = 14;
/// Wait after the first failure; doubled after every further one.
const BACKOFF: Duration = Duration::from_secs(10);
/// Longest wait between two attempts.
const BACKOFF_MOST: Duration = Duration::from_hours(1);
/// SMS claimed at once, and how many of them are under way at a time.
const CLAIM: u32 = 32;
const AT_ONCE: usize = 16;
/// What a gateway may take for one SMS.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a claim holds without an answer: longer than [`CLAIM`] SMS may take.
const LEASE: Duration = Duration::from_secs(30);
/// How often to look for what another process queued or a retry made due.
const PAUSE: Duration = Duration::from_secs(1);

/// Sends what waits until told to stop, through the `file` gateway.
pub async fn work(services: Services, stop: CancellationToken) {
    let gateway = FileGateway::new(services.0.settings.sms_file.clone());
    work_with(services, &gateway, stop).await;
}

/// The same through another gateway.
pub async fn work_with(services: Services, gateway: &dyn Gateway, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let done = match round(&services, gateway).await {
            Ok(done) => done,
            Err(error) => {
                error.log("SMS cannot be sent");
                0
            }
        };
        if done == 0 {
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
struct Claimed {
    id: i64,
    kind: SmsKind,
    mobile: String,
    secret: Option<Vec<u8>>,
    attempts: i32,
    created_at: i64,
    login: String,
    account: AccountKind,
    /// The unit's or the purchaser's.
    name: Option<String>,
}

/// Claims some SMS that are due and sends them; answers how many there were.
async fn round(services: &Services, gateway: &dyn Gateway) -> Result<usize> {
    let claimed = claim(services).await?;
    let count = claimed.len();
    let sent: Vec<_> = stream::iter(claimed)
        .map(|sms| async {
            let outcome = send(services, gateway, &sms).await;
            (sms, outcome)
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let mut taken = Vec::new();
    for (sms, outcome) in sent {
        match outcome {
            Ok(()) => taken.push(sms.id),
            Err(error) => failed(services, &sms, &error).await?,
        }
    }
    if !taken.is_empty() {
        let db = &services.0.writer;
        let text = format!(
            "UPDATE sms_outbox SET state = 'sent', sent_at = $1, secret = NULL, locked_until = NULL, error = NULL \
             WHERE state = 'waiting' AND id IN ({})",
            elements::<i64>(db, 2)
        );
        let now = services.0.clock.now().0;
        db.execute_raw(sql(db, &text, [now.into(), serde_json::to_string(&taken)?.into()])).await?;
    }
    Ok(count)
}

async fn claim(services: &Services) -> Result<Vec<Claimed>> {
    let now = services.0.clock.now().0;
    let due = "SELECT id FROM sms_outbox WHERE state = 'waiting' AND next_at <= $1 \
               AND (locked_until IS NULL OR locked_until <= $1) ORDER BY next_at, id LIMIT $2";
    // Looking first costs SQLite's only writer nothing while there is nothing.
    let db = &services.0.db;
    if db.query_one_raw(sql(db, due, [now.into(), 1i64.into()])).await?.is_none() {
        return Ok(Vec::new());
    }
    let db = &services.0.writer;
    let skip = if db.get_database_backend() == DbBackend::Postgres { "FOR UPDATE SKIP LOCKED" } else { "" };
    let text = format!(
        "UPDATE sms_outbox SET attempts = attempts + 1, locked_until = $3 WHERE id IN ({due} {skip}) RETURNING id"
    );
    let values = [now.into(), i64::from(CLAIM).into(), now.saturating_add(millis(LEASE)).into()];
    let ids = db.query_all_raw(sql(db, &text, values)).await?;
    let ids: Vec<i64> = ids.iter().map(|row| row.try_get_by_index(0)).collect::<std::result::Result<_, _>>()?;
    let text = format!(
        "SELECT s.id, s.kind, s.mobile, s.secret, s.attempts, s.created_at, a.login, a.kind AS account, \
         COALESCE(u.name, p.name) AS name \
         FROM sms_outbox s JOIN account a ON a.id = s.account_id LEFT JOIN unit u ON u.id = s.unit_id \
         LEFT JOIN purchaser p ON p.id = s.purchaser_id WHERE s.id IN ({}) ORDER BY s.id",
        elements::<i64>(db, 1)
    );
    Ok(Claimed::find_by_statement(sql(db, &text, [serde_json::to_string(&ids)?.into()])).all(db).await?)
}

async fn send(services: &Services, gateway: &dyn Gateway, sms: &Claimed) -> std::result::Result<(), String> {
    let attempt = u32::try_from(sms.attempts).unwrap_or(u32::MAX);
    if attempt > ATTEMPTS {
        return Err("every process that tried to send it ended".to_owned());
    }
    let text = text(services, sms).map_err(|error| error.to_string())?;
    let key = format!("{}-{}", sms.id, sms.created_at);
    let message = Message { key, attempt, mobile: sms.mobile.clone(), text };
    match timeout(PATIENCE, gateway.send(&message)).await {
        Ok(outcome) => outcome.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}

fn text(services: &Services, sms: &Claimed) -> Result<Zeroizing<String>> {
    let name = sms.name.as_deref().unwrap_or_default();
    let (lang, days) = (Lang::Zh, services.0.settings.public.initial_password_days);
    let password = || {
        let sealed = sms.secret.as_deref().ok_or_else(|| Error::internal("its password is gone"))?;
        services.0.cipher.open(sms.id, sealed)
    };
    let portal = services.0.settings.site_url.as_deref().map(|site| format!("{site}/trade"));
    let (portal, trading) = (portal.as_deref(), sms.account == AccountKind::Trading);
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
    }))
}

/// Lets an SMS wait for its next attempt, or gives it up: then its secret is wiped too.
async fn failed(services: &Services, sms: &Claimed, error: &str) -> Result<()> {
    let db = &services.0.writer;
    let attempt = u32::try_from(sms.attempts).unwrap_or(u32::MAX);
    if attempt >= ATTEMPTS {
        tracing::error!(sms = sms.id, attempt, error, "an SMS was given up");
        let text = "UPDATE sms_outbox SET state = 'failed', secret = NULL, locked_until = NULL, error = $2 \
                    WHERE id = $1 AND state = 'waiting'";
        db.execute_raw(sql(db, text, [sms.id.into(), error.into()])).await?;
    } else {
        tracing::warn!(sms = sms.id, attempt, error, "an SMS was not taken and will be tried again");
        let next = services.0.clock.now().0.saturating_add(millis(backoff(attempt)));
        let text =
            "UPDATE sms_outbox SET next_at = $3, locked_until = NULL, error = $2 WHERE id = $1 AND state = 'waiting'";
        db.execute_raw(sql(db, text, [sms.id.into(), error.into(), next.into()])).await?;
    }
    Ok(())
}

/// Doubling, with a quarter of chance, so that not all come back at once after an outage.
fn backoff(attempt: u32) -> Duration {
    let doubled = BACKOFF.saturating_mul(2u32.saturating_pow(attempt.saturating_sub(1))).min(BACKOFF_MOST);
    doubled.mul_f64(rand::random_range(0.75..1.25))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_an_hour() {
        assert!((7..13).contains(&backoff(1).as_secs()));
        assert!((30..50).contains(&backoff(3).as_secs()));
        assert!(backoff(ATTEMPTS) <= BACKOFF_MOST.mul_f64(1.25));
        assert!(backoff(u32::MAX) <= BACKOFF_MOST.mul_f64(1.25));
    }
}
