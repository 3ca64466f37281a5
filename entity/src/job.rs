//! Background jobs.
#![allow(missing_docs)] // each column is explained in schema.sql

use crate::JobState;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    #[sea_orm(unique)]
    pub batch_id: Option<i64>,
    pub account_id: i64,
    #[sea_orm(column_type = "Text")]
    pub address: String,
    pub state: JobState,
    pub total: i32,
    pub done: i32,
    pub created: i32,
    pub updated: i32,
    pub failed: i32,
    pub attempts: i32,
    pub run_at: i64,
    #[sea_orm(column_type = "Text")]
    pub locked_by: Option<String>,
    pub locked_until: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub error: Option<String>,
    pub created_at: i64,
    pub finished_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
