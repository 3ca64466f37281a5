//! Nonces of signed requests, so that no request is accepted twice.

use crate::api_key;
use domain::{calendar::Timestamp, ids::ApiKeyId};
use sea_orm::entity::prelude::*;

/// The nonce of an accepted request.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_nonce")]
pub struct Model {
    /// The key that signed the request.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_id: ApiKeyId,
    /// The text that the sender chose.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub nonce: String,
    /// The time in the signature.
    pub signed_at: Timestamp,
    /// The key.
    #[sea_orm(belongs_to, from = "KeyId", to = "Id")]
    pub key: BelongsTo<api_key::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
