//! Failed sign-ins.
#![allow(missing_docs)] // each column is explained in schema.sql

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "throttle")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub name: String,
    pub failures: i32,
    pub window_until: i64,
    pub blocked_until: i64,
}

impl ActiveModelBehavior for ActiveModel {}
