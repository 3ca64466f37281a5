//! The counts of subtrees, which are the sums of `counted_unit`.

use domain::ids::UnitId;
use sea_orm::entity::prelude::*;

/// The counts of a subtree.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subtree_count")]
pub struct Model {
    /// The unit at the top of the subtree.
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: UnitId,
    /// The counts in postcard's format.
    pub counts: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
