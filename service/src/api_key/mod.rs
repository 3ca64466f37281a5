//! Keys (接口密钥) of other systems that send orders: the operator issues and revokes them. A request is signed with the secret of
//! a key, which is stored encrypted because the server must sign too, and wiped when the key is revoked.

mod signature;
mod verify;

pub use signature::{SCHEME, sign};
pub(crate) use verify::delete_old_nonces;
pub use verify::{CallHead, PendingCall, VerifyError, WINDOW, begin};

use crate::{
    Actor, Result, Services,
    audit::{self, AuditAction, AuditActor, AuditEvent},
    cipher::SecretOwner,
    ids::{IdSequence, take},
    query::is_any_of,
};
use domain::{
    Problem,
    api_key::{ApiKeyForm, ApiKeyItem, IssuedApiKey, KeyState},
    calendar::Timestamp,
    ids::ApiKeyId,
};
use entity::api_key::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Set, sea_query::Expr,
};
use serde_json::json;

/// The letters before the random digits of a public id.
const PUBLIC_ID_LETTERS: &str = "JK";
/// The most keys of a list. The valid ones come first.
const MAX_LISTED: u64 = 200;

/// Issues a key. Only the operator may. [`Problem::Fields`] names the fields to correct. The secret cannot be read again.
pub async fn issue(services: &Services, actor: &Actor, form: &ApiKeyForm) -> Result<IssuedApiKey> {
    actor.require_operator()?;
    let (name, lifetime) = form.check().map_err(Problem::Fields)?;
    let now = services.now();
    // Nobody guesses a public id, so that nobody without a key can make the server receive a body.
    let public_id = format!("{PUBLIC_ID_LETTERS}{}", hex::encode(rand::random::<[u8; 10]>()));
    let secret = hex::encode(rand::random::<[u8; 32]>());
    let tx = services.write().await?;
    let id = ApiKeyId(take(&tx, IdSequence::ApiKey, 1).await?);
    let expires_at = lifetime.end(now);
    let key = ActiveModel {
        id: Set(id),
        public_id: Set(public_id.clone()),
        name: Set(name.clone()),
        secret: Set(Some(services.0.cipher.seal(SecretOwner::ApiKey(id), &secret)?)),
        issued_at: Set(now),
        issued_by: Set(actor.login.clone()),
        expires_at: Set(expires_at),
        revoked_at: Set(None),
        last_used_at: Set(None),
        refused_at: Set(None),
    };
    Entity::insert(key).exec_without_returning(&tx).await?;
    let event = AuditEvent::new(AuditAction::ApiKeyIssued, None, id);
    let after = json!({ "name": name, "public_id": public_id, "expires_at": expires_at });
    let event = AuditEvent { after: Some(after), ..event };
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    tx.commit().await?;
    Ok(IssuedApiKey { name, public_id, secret })
}

/// The keys: first those that are not revoked, then the others, the newest first. Only the operator may see them.
pub async fn list(services: &Services, actor: &Actor) -> Result<Vec<ApiKeyItem>> {
    actor.require_operator()?;
    let now = services.now();
    let keys = Entity::find()
        .order_by(Column::RevokedAt.is_null(), Order::Desc)
        .order_by_desc(Column::Id)
        .limit(MAX_LISTED)
        .all(&services.0.db)
        .await?;
    let item = |key: Model| ApiKeyItem {
        id: key.id,
        state: state(&key, now),
        public_id: key.public_id,
        name: key.name,
        issued_at: key.issued_at,
        issued_by: key.issued_by,
        expires_at: key.expires_at,
        revoked_at: key.revoked_at,
        last_used_at: key.last_used_at,
        refused_at: key.refused_at,
    };
    Ok(keys.into_iter().map(item).collect())
}

fn state(key: &Model, now: Timestamp) -> KeyState {
    if key.revoked_at.is_some() {
        KeyState::Revoked
    } else if key.expires_at.is_some_and(|end| end <= now) {
        KeyState::Expired
    } else {
        KeyState::Valid
    }
}

/// Revokes a key and wipes its secret. Nothing changes if it was revoked before. Only the operator may.
pub async fn revoke(services: &Services, actor: &Actor, id: ApiKeyId) -> Result<()> {
    actor.require_operator()?;
    let now = services.now();
    let tx = services.write().await?;
    let key = Entity::find_by_id(id).one(&tx).await?.ok_or(Problem::NotFound)?;
    if wipe(&tx, now, Column::Id.eq(id)).await? > 0 {
        let event = AuditEvent::new(AuditAction::ApiKeyRevoked, None, id);
        let before = json!({ "name": key.name, "public_id": key.public_id });
        let event = AuditEvent { before: Some(before), ..event };
        audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Revokes the keys of a condition that are not revoked yet. Returns their number.
async fn wipe(tx: &DatabaseTransaction, now: Timestamp, which: Expr) -> Result<u64> {
    let wiped = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::val(now))
        .col_expr(Column::Secret, Expr::val(None::<Vec<u8>>))
        .filter(which)
        .filter(Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(wiped.rows_affected)
}

/// Revokes the keys whose secrets the key of this server cannot open.
pub(crate) async fn revoke_unreadable(services: &Services, tx: &DatabaseTransaction) -> Result<()> {
    let now = services.now();
    let stored: Vec<(ApiKeyId, Vec<u8>)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Secret])
        .filter(Column::Secret.is_not_null())
        .into_tuple()
        .all(tx)
        .await?;
    let cannot_open =
        |(id, secret): &(ApiKeyId, Vec<u8>)| services.0.cipher.open(SecretOwner::ApiKey(*id), secret).is_err();
    let lost: Vec<ApiKeyId> = stored.into_iter().filter(cannot_open).map(|(id, _)| id).collect();
    if lost.is_empty() {
        return Ok(());
    }
    wipe(tx, now, is_any_of(tx, Column::Id, lost.iter().copied())).await?;
    let event = |id: ApiKeyId| AuditEvent::new(AuditAction::ApiKeyRevoked, None, id);
    audit::record(tx, now, &AuditActor::default(), lost.into_iter().map(event).collect()).await
}
