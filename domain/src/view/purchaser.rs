//! Purchasers (采购人) and whose an account is.

use super::{AccountState, EventView, SmsState, SmsView, Timestamp, Total, UnitId, UnitRef};
use crate::{
    form::PurchaserForm,
    purchaser::{Certification, PurchaserKind},
};
use serde::{Deserialize, Serialize};

ids! {
    /// A purchaser.
    PurchaserId,
}

/// Whose an account is: a management account's unit or a trading account's purchaser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    /// 预算单位
    Unit(UnitId),
    /// 采购人
    Purchaser(PurchaserId),
}

impl From<UnitId> for Holder {
    fn from(unit: UnitId) -> Self {
        Self::Unit(unit)
    }
}

impl From<PurchaserId> for Holder {
    fn from(purchaser: PurchaserId) -> Self {
        Self::Purchaser(purchaser)
    }
}

/// Which purchasers to list, in the order of the tree of their units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PurchaserQuery {
    /// Any part of the name, the login name, the credit code or the contact person's name, or at least the last 4 digits of
    /// the contact's mobile number.
    pub search: String,
    /// Only accounts in this state.
    pub state: Option<AccountState>,
    /// Only these.
    pub certification: Option<Certification>,
    /// Only this 采购人类型.
    pub kind: Option<PurchaserKind>,
    /// Only those of this unit and of the units below it.
    pub unit: Option<UnitId>,
    /// Where the page begins: [`PurchasersPage::previous`] or [`PurchasersPage::next`] of another; the first page without,
    /// or where its purchaser is gone.
    pub at: Option<String>,
}

/// Purchasers on a page of the list.
pub const PURCHASERS_PER_PAGE: u32 = 20;

/// A purchaser in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaserRow {
    /// Its id.
    pub id: PurchaserId,
    /// 采购人名称
    pub name: String,
    /// Credit code.
    pub code: String,
    /// 采购人类型
    pub kind: PurchaserKind,
    /// 所属预算单位
    pub unit: UnitRef,
    /// Trading login name.
    pub login: Option<String>,
    /// Its account's state.
    pub account: AccountState,
    /// How far it is certified.
    pub certification: Certification,
    /// Contact person.
    pub contact: String,
    /// Contact's mobile number, masked.
    pub mobile: String,
    /// The last SMS's state.
    pub sms: Option<SmsState>,
}

/// A page of purchasers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchasersPage {
    /// The purchasers.
    pub rows: Vec<PurchaserRow>,
    /// How many fit the query in all.
    pub total: Total,
    /// [`PurchaserQuery::at`] of the page before, where there is one.
    pub previous: Option<String>,
    /// Of the page behind.
    pub next: Option<String>,
}

/// What a purchaser completes itself; empty where it has not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Completion {
    /// 单位地址
    pub address: String,
    /// 收货地址
    pub delivery_address: String,
    /// 发票抬头
    pub invoice_title: String,
    /// 纳税人识别号
    pub invoice_tax_number: String,
    /// 开户银行
    pub invoice_bank: String,
    /// 银行账号
    pub invoice_account: String,
}

/// A purchaser's data to edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaserEdit {
    /// The purchaser.
    pub id: PurchaserId,
    /// What it is called in the database.
    pub name: String,
    /// To be sent back with the edit, which is refused when it has changed.
    pub version: i32,
    /// What is stored.
    pub form: PurchaserForm,
}

/// A purchaser in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaserDetail {
    /// The purchaser as in the list.
    pub purchaser: PurchaserRow,
    /// 备注
    pub remark: Option<String>,
    /// What it completed itself.
    pub completion: Completion,
    /// When it did.
    pub completed_at: Option<Timestamp>,
    /// Why the operator returned it.
    pub certification_note: Option<String>,
    /// When it was last submitted.
    pub submitted_at: Option<Timestamp>,
    /// When the operator last decided.
    pub decided_at: Option<Timestamp>,
    /// Last sign-in of its account.
    pub last_sign_in: Option<Timestamp>,
    /// Whether its account was ever activated: what was used is not deleted.
    pub activated: bool,
    /// SMS, newest first.
    pub sms: Vec<SmsView>,
    /// Events, newest first.
    pub events: Vec<EventView>,
}
