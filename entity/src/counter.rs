//! Blocks of numbers handed out.
#![allow(missing_docs)] // each column is explained in schema.sql

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "counter")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub name: String,
    pub value: i64,
}

impl ActiveModelBehavior for ActiveModel {}
