//! Names that a unit had before.
#![allow(missing_docs)] // each column is explained in schema.sql

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unit_alias")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub name_key: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: i64,
    #[sea_orm(column_type = "Text")]
    pub name: String,
}

impl ActiveModelBehavior for ActiveModel {}
