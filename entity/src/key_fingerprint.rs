//! The fingerprints of the keys that encrypt stored data.

use sea_orm::entity::prelude::*;

/// A key that all servers on the database must have.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "key_fingerprint")]
pub struct Model {
    /// What the key is for: "sms".
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub name: String,
    /// A hash of the key in hexadecimal, from which the key cannot be computed.
    #[sea_orm(column_type = "Text")]
    pub fingerprint: String,
}

impl ActiveModelBehavior for ActiveModel {}
