//! What a unit means to spend in a year (预留份额).
#![allow(missing_docs)] // each column is explained in schema.sql

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reserve_plan")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    pub total: i64,
    pub ratio: i32,
    pub share: i64,
    pub updated_at: i64,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
