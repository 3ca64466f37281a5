//! Known devices: browsers that have signed in to an account. Their attempts are counted apart from everybody else's
//! ([`crate::throttle`]), so that nobody can lock the owner of an account out.

use crate::{Result, Services};
use domain::{calendar::Timestamp, ids::AccountId};
use entity::{account, known_device};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    RelationTrait, Set, sea_query::OnConflict,
};
use sha2::{Digest, Sha256};
use std::time::Duration;
use zeroize::Zeroizing;

/// A device is forgotten if nobody has signed in from it for this long.
pub const DEVICE_LIFETIME: Duration = Duration::from_hours(180 * 24);
/// The devices of one account; the one that was not used for the longest time is forgotten first.
const MOST_DEVICES: u64 = 20;

/// The id of the device of a token, if it is known for the account with this login name.
pub(super) async fn find(services: &Services, login: &str, token: &str) -> Result<Option<String>> {
    let id = device_id(token);
    let known = known_device::Entity::find()
        .select_only()
        .column(known_device::Column::Id)
        .join(JoinType::InnerJoin, known_device::Relation::Account.def())
        .filter(known_device::Column::Id.eq(id))
        .filter(known_device::Column::LastUsedAt.gt(services.now() - DEVICE_LIFETIME))
        .filter(account::Column::Login.eq(login))
        .into_tuple();
    Ok(known.one(&services.0.db).await?)
}

/// Makes the browser a known device of the account and returns its new token: 256 random bits in hexadecimal. A browser that
/// has a token stays known to all its accounts, under the new token: a token that somebody else has put into the browser, or
/// has copied from it, is worth nothing after the next sign-in.
pub(super) async fn remember(
    tx: &impl ConnectionTrait,
    now: Timestamp,
    account: AccountId,
    old_token: Option<&str>,
) -> Result<Zeroizing<String>> {
    use known_device::{ActiveModel, Column, Entity};
    let token = Zeroizing::new(hex::encode(rand::random::<[u8; 32]>()));
    let id = device_id(&token);
    if let Some(old_token) = old_token {
        Entity::update_many()
            .col_expr(Column::Id, id.as_str().into())
            .filter(Column::Id.eq(device_id(old_token)))
            .exec(tx)
            .await?;
    }
    let device = ActiveModel { id: Set(id), account_id: Set(account), last_used_at: Set(now) };
    let is_known = OnConflict::columns([Column::Id, Column::AccountId]).update_column(Column::LastUsedAt).to_owned();
    Entity::insert(device).on_conflict(is_known).exec_without_returning(tx).await?;
    let newest = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::AccountId.eq(account))
        .order_by_desc(Column::LastUsedAt)
        .limit(MOST_DEVICES)
        .into_query();
    Entity::delete_many()
        .filter(Column::AccountId.eq(account))
        .filter(Column::Id.not_in_subquery(newest))
        .exec(tx)
        .await?;
    Ok(token)
}

/// Forgets the devices that were not used for too long.
pub(super) async fn delete_expired(db: &impl ConnectionTrait, now: Timestamp) -> Result<()> {
    let expired = known_device::Column::LastUsedAt.lte(now - DEVICE_LIFETIME);
    known_device::Entity::delete_many().filter(expired).exec(db).await?;
    Ok(())
}

/// The id of the device of a token: its SHA-256 in hexadecimal.
fn device_id(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
