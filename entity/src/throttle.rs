//! Failed sign-ins by login name ("login:GL00000001") and by address ("address:192.0.2.1").

use domain::calendar::Timestamp;
use sea_orm::entity::prelude::*;

/// The failed attempts of one login name or address.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "throttle")]
pub struct Model {
    /// The login name or the address.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub name: String,
    /// Number of failures in the present window.
    pub failures: i32,
    /// When the window ends.
    pub window_until: Timestamp,
    /// The time until which every attempt is refused.
    pub blocked_until: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
