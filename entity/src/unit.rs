//! The tree of budget units (预算单位).
#![allow(missing_docs)] // each column is explained in schema.sql

use crate::{AccountState, UnitKind};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub parent_id: Option<i64>,
    #[sea_orm(unique, column_type = "Text")]
    pub path: String,
    pub kind: UnitKind,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub name_key: String,
    #[sea_orm(unique, column_type = "Text")]
    pub code: Option<String>,
    pub admin_level: i16,
    pub budget_level: Option<i16>,
    #[sea_orm(column_type = "Text")]
    pub contact: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub mobile: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub remark: Option<String>,
    #[sea_orm(unique, column_type = "Text")]
    pub division: Option<String>,
    pub completed_at: Option<i64>,
    pub merged_into: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub login: Option<String>,
    pub account: AccountState,
    pub initial_until: Option<i64>,
    pub even_year: Option<i32>,
    pub even_total: Option<i64>,
    pub odd_year: Option<i32>,
    pub odd_total: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub sought: String,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
