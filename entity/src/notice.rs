//! Notices (通知公告) of the operator and of units that administer others.

use crate::unit;
use domain::{
    calendar::{Day, Timestamp},
    ids::{NoticeId, UnitId},
    notice::Importance,
};
use sea_orm::entity::prelude::*;

/// A notice.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice")]
pub struct Model {
    /// Handed out by `counter`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeId,
    /// The unit that has written it; none for the operator.
    pub unit_id: Option<UnitId>,
    /// The title.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// The text, with a line for each paragraph.
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// How important it is.
    pub importance: Importance,
    /// When it was published.
    pub published_at: Timestamp,
    /// The last day on which it is shown.
    pub ends_on: Option<Day>,
    /// When it was last changed.
    pub edited_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
    /// Counts the changes.
    pub version: i32,
    /// The unit that has written it.
    #[sea_orm(belongs_to, from = "UnitId", to = "Id")]
    pub unit: BelongsTo<Option<unit::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
