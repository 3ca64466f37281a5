//! Verifies signed requests: first what the head says, then the signature, when the whole body was hashed.

use super::signature::SignatureHeader;
use crate::{
    Error, Result, Services,
    audit::{self, AuditAction, AuditActor, AuditEvent},
    cipher::SecretOwner,
    ledger::OrderSource,
    sql,
};
use domain::{calendar::Timestamp, ids::ApiKeyId, order::CallRefusal};
use entity::{api_key, api_nonce};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use serde_json::json;
use std::time::Duration;
use zeroize::Zeroizing;

/// How far the time in a signature may be from the time of the database.
pub const WINDOW: Duration = Duration::from_mins(5);
/// How long nonces are kept. It is much longer than [`WINDOW`], because a request that was begun inside of it may end later.
const NONCE_LIFETIME: Duration = Duration::from_hours(1);
/// The last use of a key is written at most once in this time.
const LAST_USED_INTERVAL: Duration = Duration::from_mins(1);
/// Refused requests that name a key are written to the audit log at most once in this time.
const REFUSED_INTERVAL: Duration = Duration::from_mins(10);

/// Why a request is not accepted.
#[derive(Debug)]
pub enum VerifyError {
    /// The sender is told why.
    Refused(CallRefusal),
    /// The server cannot tell.
    Failed(Error),
}

impl<E: Into<Error>> From<E> for VerifyError {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// The head of a request.
#[derive(Clone, Copy, Debug)]
pub struct CallHead<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The path with its query, as the request line has it.
    pub target: &'a str,
    /// The header `Authorization`.
    pub authorization: Option<&'a str>,
    /// The network address, for the audit log.
    pub address: &'a str,
}

/// A request whose key and time are right, and whose signature is not verified yet.
pub struct PendingCall {
    key: ApiKeyId,
    secret: Zeroizing<String>,
    header: SignatureHeader,
    method: String,
    target: String,
    address: String,
}

/// Why a request that names an existing key is refused, for the audit log.
#[derive(Clone, Copy, Debug)]
enum RefusedFor {
    Revoked,
    Expired,
    Clock,
    Signature,
    Replay,
}

impl RefusedFor {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::Clock => "clock",
            Self::Signature => "signature",
            Self::Replay => "replay",
        }
    }
}

/// Checks the form of the signature, the key and the time, so that the body of any other request need not be received.
pub async fn begin(services: &Services, head: CallHead<'_>) -> std::result::Result<PendingCall, VerifyError> {
    let not_signed = VerifyError::Refused(CallRefusal::NotSigned);
    let Some(header) = head.authorization.and_then(SignatureHeader::parse) else { return Err(not_signed) };
    let db = &services.0.db;
    let now = sql::clock::read(db, services.clock()).await?;
    let by_public_id = api_key::Column::PublicId.eq(header.key.as_str());
    let Some(key) = api_key::Entity::find().filter(by_public_id).one(db).await? else { return Err(not_signed) };
    let (id, address) = (key.id, head.address);
    let Some(sealed) = key.secret.filter(|_| key.revoked_at.is_none()) else {
        note_refused(services, id, address, RefusedFor::Revoked, now).await;
        return Err(not_signed);
    };
    if key.expires_at.is_some_and(|end| end <= now) {
        note_refused(services, id, address, RefusedFor::Expired, now).await;
        return Err(not_signed);
    }
    let signed_at = header.signed_at();
    if signed_at < now - WINDOW || signed_at > now + WINDOW {
        note_refused(services, id, address, RefusedFor::Clock, now).await;
        return Err(VerifyError::Refused(CallRefusal::Clock { server_time: now.0.div_euclid(1_000) }));
    }
    let secret = services.0.cipher.open(SecretOwner::ApiKey(id), &sealed)?;
    let (method, target) = (head.method.to_owned(), head.target.to_owned());
    Ok(PendingCall { key: id, secret, header, method, target, address: address.to_owned() })
}

impl PendingCall {
    /// The key that the request names.
    pub const fn key(&self) -> ApiKeyId {
        self.key
    }

    /// Verifies the signature with the SHA-256 of the body, and takes the nonce. A request whose nonce was taken before, also at
    /// another instance, is refused as a replay.
    pub async fn finish(
        self,
        services: &Services,
        body_sha256: &[u8; 32],
    ) -> std::result::Result<OrderSource, VerifyError> {
        let Self { key, secret, header, method, target, address } = self;
        let now = sql::clock::read(&services.0.db, services.clock()).await?;
        if !header.is_valid(&secret, &method, &target, body_sha256) {
            note_refused(services, key, &address, RefusedFor::Signature, now).await;
            return Err(VerifyError::Refused(CallRefusal::NotSigned));
        }
        let tx = services.write().await?;
        // The key may have been revoked while the body arrived.
        let last_used_at = match api_key::Entity::find_by_id(key).one(&tx).await? {
            Some(stored) if stored.revoked_at.is_none() => stored.last_used_at,
            _ => {
                tx.rollback().await?;
                return Err(VerifyError::Refused(CallRefusal::NotSigned));
            }
        };
        let signed_at = header.signed_at();
        let nonce = api_nonce::ActiveModel { key_id: Set(key), nonce: Set(header.nonce), signed_at: Set(signed_at) };
        let is_taken =
            OnConflict::columns([api_nonce::Column::KeyId, api_nonce::Column::Nonce]).do_nothing().to_owned();
        if api_nonce::Entity::insert(nonce).on_conflict(is_taken).exec_without_returning(&tx).await? == 0 {
            tx.rollback().await?;
            note_refused(services, key, &address, RefusedFor::Replay, now).await;
            return Err(VerifyError::Refused(CallRefusal::Replayed));
        }
        if last_used_at.is_none_or(|at| at + LAST_USED_INTERVAL <= now) {
            api_key::Entity::update_many()
                .col_expr(api_key::Column::LastUsedAt, Expr::val(now))
                .filter(api_key::Column::Id.eq(key))
                .exec(&tx)
                .await?;
        }
        tx.commit().await?;
        Ok(OrderSource::verified())
    }
}

/// Writes a refused request to the audit log, unless one of the same key was written a moment ago. A failure is logged: the
/// request is refused anyway.
async fn note_refused(services: &Services, key: ApiKeyId, address: &str, why: RefusedFor, now: Timestamp) {
    if let Err(error) = try_note_refused(services, key, address, why, now).await {
        error.log("a refused request of an API key cannot be written to the audit log");
    }
}

async fn try_note_refused(
    services: &Services,
    key: ApiKeyId,
    address: &str,
    why: RefusedFor,
    now: Timestamp,
) -> Result<()> {
    use api_key::Column::{Id, RefusedAt};
    let is_due = RefusedAt.is_null().or(RefusedAt.lte(now - REFUSED_INTERVAL));
    // Most refused requests only read: a sender that goes wrong repeats it often.
    if api_key::Entity::find_by_id(key).filter(is_due.clone()).one(&services.0.db).await?.is_none() {
        return Ok(());
    }
    let tx = services.write().await?;
    let noted = api_key::Entity::update_many()
        .col_expr(RefusedAt, Expr::val(now))
        .filter(Id.eq(key))
        .filter(is_due)
        .exec(&tx)
        .await?;
    if noted.rows_affected > 0 {
        let event = AuditEvent::new(AuditAction::ApiRequestRefused, None, key);
        let event = AuditEvent { after: Some(json!({ "reason": why.as_str() })), ..event };
        let actor = AuditActor { address: address.to_owned(), ..AuditActor::default() };
        audit::record(&tx, services.now(), &actor, vec![event]).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Deletes the nonces of requests that are too old to be accepted anyway.
pub(crate) async fn delete_old_nonces(services: &Services) -> Result<()> {
    let now = sql::clock::read(&services.0.db, services.clock()).await?;
    let is_old = api_nonce::Column::SignedAt.lt(now - NONCE_LIFETIME);
    api_nonce::Entity::delete_many().filter(is_old).exec(&services.0.writer).await?;
    Ok(())
}
