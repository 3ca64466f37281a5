//! Known devices: browsers that have signed in to an account.

use crate::account;
use domain::{calendar::Timestamp, ids::AccountId};
use sea_orm::entity::prelude::*;

/// A browser that has signed in to an account. A browser may be known to several accounts.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "known_device")]
pub struct Model {
    /// The SHA-256 of the cookie's token in hexadecimal.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub id: String,
    /// The account that signed in.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    /// The last sign-in.
    pub last_used_at: Timestamp,
    /// The account.
    #[sea_orm(belongs_to, from = "AccountId", to = "Id")]
    pub account: BelongsTo<account::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
