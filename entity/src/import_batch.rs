//! Uploaded files.
#![allow(missing_docs)] // each column is explained in schema.sql

use crate::BatchState;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_batch")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub unit_id: i64,
    pub account_id: i64,
    #[sea_orm(column_type = "Text")]
    pub template: String,
    #[sea_orm(column_type = "Text")]
    pub file_name: String,
    pub state: BatchState,
    #[sea_orm(column_type = "Text")]
    pub counts: String,
    #[sea_orm(column_type = "Text")]
    pub kinds: String,
    pub uploaded_at: i64,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
