//! Who buys (采购人).
#![allow(missing_docs)] // each column is explained in schema.sql

use crate::{AccountState, Certification, PurchaserKind};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "purchaser")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub unit_id: i64,
    #[sea_orm(column_type = "Text")]
    pub unit_path: String,
    pub kind: PurchaserKind,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub name_key: String,
    #[sea_orm(column_type = "Text")]
    pub code: String,
    #[sea_orm(column_type = "Text")]
    pub contact: String,
    #[sea_orm(column_type = "Text")]
    pub mobile: String,
    #[sea_orm(column_type = "Text")]
    pub remark: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub address: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub delivery_address: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub invoice_title: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub invoice_tax_number: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub invoice_bank: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub invoice_account: Option<String>,
    pub completed_at: Option<i64>,
    pub certification: Certification,
    #[sea_orm(column_type = "Text")]
    pub certification_note: Option<String>,
    pub submitted_at: Option<i64>,
    pub decided_at: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub login: Option<String>,
    pub account: AccountState,
    #[sea_orm(column_type = "Text")]
    pub sought: String,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
