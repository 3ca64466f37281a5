//! Their rows.
#![allow(missing_docs)] // each column is explained in schema.sql

use crate::RowState;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_row")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub row: i32,
    pub state: RowState,
    #[sea_orm(column_type = "Text")]
    pub cells: String,
    #[sea_orm(column_type = "Text")]
    pub findings: Option<String>,
    pub target_id: Option<i64>,
    pub place_id: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
