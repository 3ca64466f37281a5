//! The tokens of sessions. The database has only their hashes: a reader of the table can open no session.

use crate::{RequestOrigin, Result, Services};
use domain::ids::AccountId;
use entity::session;
use sea_orm::{ActiveModelTrait, ConnectionTrait, Set};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Opens a session of an account and returns its token: 256 random bits in hexadecimal.
pub(crate) async fn open(
    services: &Services,
    tx: &impl ConnectionTrait,
    account: AccountId,
    origin: &RequestOrigin,
) -> Result<Zeroizing<String>> {
    let token = Zeroizing::new(hex::encode(rand::random::<[u8; 32]>()));
    let now = services.now();
    let session = session::ActiveModel {
        id: Set(session_id(&token)),
        account_id: Set(account),
        address: Set(origin.address.clone()),
        created_at: Set(now),
        last_used_at: Set(now),
        expires_at: Set(now + services.settings().session_lifetime),
    };
    session.insert(tx).await?;
    Ok(token)
}

/// The id of the session of a token: its SHA-256 in hexadecimal.
pub(super) fn session_id(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
