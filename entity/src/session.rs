//! Signed-in browsers.
#![allow(missing_docs)] // each column is explained in schema.sql

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub id: String,
    pub account_id: i64,
    #[sea_orm(column_type = "Text")]
    pub address: String,
    pub created_at: i64,
    pub last_used_at: i64,
    pub expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
