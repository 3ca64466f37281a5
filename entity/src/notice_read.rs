//! Which accounts have read which notices.

use crate::{account, notice};
use domain::{
    calendar::Timestamp,
    ids::{AccountId, NoticeId},
};
use sea_orm::entity::prelude::*;

/// An account has read a notice.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_read")]
pub struct Model {
    /// The account.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    /// The notice.
    #[sea_orm(primary_key, auto_increment = false)]
    pub notice_id: NoticeId,
    /// When it was opened for the first time.
    pub read_at: Timestamp,
    /// The account.
    #[sea_orm(belongs_to, from = "AccountId", to = "Id")]
    pub account: BelongsTo<account::Entity>,
    /// The notice.
    #[sea_orm(belongs_to, from = "NoticeId", to = "Id")]
    pub notice: BelongsTo<notice::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
