//! Keys of systems that send orders.

use domain::{calendar::Timestamp, ids::ApiKeyId};
use sea_orm::entity::prelude::*;

/// A key.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key")]
pub struct Model {
    /// Handed out by `counter`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiKeyId,
    /// The random text by which requests name it.
    #[sea_orm(unique, column_type = "Text")]
    pub public_id: String,
    /// What the operator calls it.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The encrypted secret; none once the key is revoked.
    pub secret: Option<Vec<u8>>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// The login name of the operator that issued it.
    #[sea_orm(column_type = "Text")]
    pub issued_by: String,
    /// From when on it is not valid any more.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When a request was last accepted, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When the audit log last got an event of a refused request.
    pub refused_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
