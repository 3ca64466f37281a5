//! Sessions: browsers that are signed in.

use crate::account;
use domain::{calendar::Timestamp, ids::AccountId};
use sea_orm::entity::prelude::*;

/// A browser that is signed in.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// The SHA-256 of the cookie's token in hexadecimal. Nobody can open a session with it.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub id: String,
    /// The account that signed in.
    pub account_id: AccountId,
    /// The network address of the sign-in.
    #[sea_orm(column_type = "Text")]
    pub address: String,
    /// When it began.
    pub created_at: Timestamp,
    /// The last request.
    pub last_used_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// The account.
    #[sea_orm(belongs_to, from = "AccountId", to = "Id")]
    pub account: BelongsTo<account::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
