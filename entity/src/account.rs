//! Accounts of all kinds.
#![allow(missing_docs)] // each column is explained in schema.sql

use crate::{AccountKind, AccountState};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub kind: AccountKind,
    pub unit_id: Option<i64>,
    pub purchaser_id: Option<i64>,
    #[sea_orm(unique, column_type = "Text")]
    pub login: String,
    #[sea_orm(column_type = "Text")]
    pub password_hash: Option<String>,
    pub must_change: bool,
    pub initial_until: Option<i64>,
    pub activated_at: Option<i64>,
    pub disabled_at: Option<i64>,
    pub last_sign_in_at: Option<i64>,
    pub state: AccountState,
    pub created_at: i64,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
