//! The key that encrypts the passwords in the outbox, which all servers on a database must share.

use crate::{Result, Services, cipher::SecretOwner};
use domain::sms::SmsState;
use entity::{
    key_fingerprint::{ActiveModel, Column, Entity},
    sms_outbox,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set,
    sea_query::{Expr, OnConflict},
};
use sha2::{Digest, Sha256};

/// The name of the key in the table.
const NAME: &str = "sms";
/// What is hashed before the key, so that the hash is of no use for anything else.
const PURPOSE: &[u8] = b"farm-purchase: fingerprint of the SMS key\0";

/// Whether this server has the key of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStatus {
    /// It has, or the database had none yet.
    Same,
    /// The database was used with another key.
    Different,
}

/// Compares the SMS key of this server with the one of the first server that used the database. Another key could not open
/// the passwords that wait to be sent, and the other servers could not open those of this one.
pub async fn check_key(services: &Services) -> Result<KeyStatus> {
    let (db, own) = (&services.0.db, fingerprint(services));
    if let Some(stored) = stored(db).await? {
        return Ok(if stored == own { KeyStatus::Same } else { KeyStatus::Different });
    }
    let first = ActiveModel { name: Set(NAME.to_owned()), fingerprint: Set(own.clone()) };
    let another_was_first = OnConflict::column(Column::Name).do_nothing().to_owned();
    Entity::insert(first).on_conflict(another_was_first).exec_without_returning(&services.0.writer).await?;
    let stored = stored(&services.0.writer).await?;
    Ok(if stored == Some(own) { KeyStatus::Same } else { KeyStatus::Different })
}

/// Makes the key of this server the key of the database. The waiting SMS whose passwords it cannot open are given up: a superior
/// sees them as failed and sends them again. Returns how many they are. The API keys whose secrets it cannot open are revoked.
pub async fn accept_key(services: &Services) -> Result<u64> {
    use sms_outbox::Column as Sms;
    let tx = services.write().await?;
    let own = ActiveModel { name: Set(NAME.to_owned()), fingerprint: Set(fingerprint(services)) };
    let replaces = OnConflict::column(Column::Name).update_column(Column::Fingerprint).to_owned();
    Entity::insert(own).on_conflict(replaces).exec_without_returning(&tx).await?;
    let waiting: Vec<(i64, Vec<u8>)> = sms_outbox::Entity::find()
        .select_only()
        .columns([Sms::Id, Sms::Secret])
        .filter(Sms::State.eq(SmsState::Waiting))
        .filter(Sms::Secret.is_not_null())
        .into_tuple()
        .all(&tx)
        .await?;
    let lost =
        waiting.into_iter().filter(|(id, secret)| services.0.cipher.open(SecretOwner::Sms(*id), secret).is_err());
    let lost: Vec<i64> = lost.map(|(id, _)| id).collect();
    let mut given_up = 0;
    for ids in lost.chunks(10_000) {
        let failed = sms_outbox::Entity::update_many()
            .col_expr(Sms::State, SmsState::Failed.into())
            .col_expr(Sms::Secret, Expr::val(None::<Vec<u8>>))
            .col_expr(Sms::Error, Expr::val("the key that encrypted its password was replaced"))
            .filter(crate::query::is_any_of(&tx, Sms::Id, ids.iter().copied()))
            .filter(Sms::State.eq(SmsState::Waiting))
            .exec(&tx)
            .await?;
        given_up += failed.rows_affected;
    }
    crate::api_key::revoke_unreadable(services, &tx).await?;
    tx.commit().await?;
    Ok(given_up)
}

async fn stored(db: &impl ConnectionTrait) -> Result<Option<String>> {
    let row = Entity::find_by_id(NAME).one(db).await?;
    Ok(row.map(|row| row.fingerprint))
}

/// A hash of the key in hexadecimal. The key is random, so nobody can find it by trying.
fn fingerprint(services: &Services) -> String {
    hex::encode(Sha256::new().chain_update(PURPOSE).chain_update(services.settings().secret_key.0).finalize())
}
