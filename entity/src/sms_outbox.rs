//! SMS to send and sent.
#![allow(missing_docs)] // each column is explained in schema.sql

use crate::{SmsKind, SmsState};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sms_outbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub kind: SmsKind,
    pub account_id: i64,
    pub unit_id: Option<i64>,
    pub purchaser_id: Option<i64>,
    pub batch_id: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub mobile: String,
    #[sea_orm(column_type = "Blob")]
    pub secret: Option<Vec<u8>>,
    pub state: SmsState,
    pub attempts: i32,
    pub next_at: i64,
    pub locked_until: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub error: Option<String>,
    pub created_at: i64,
    pub sent_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
