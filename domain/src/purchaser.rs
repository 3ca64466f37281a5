//! What a purchaser (采购人) is.

use crate::schema::PURCHASER_TYPES;
use crate::{
    account::AccountState,
    calendar::Timestamp,
    form::PurchaserForm,
    history::EventView,
    ids::{PurchaserId, UnitId},
    paging::BoundedCount,
    sms::{SmsState, SmsView},
    unit::UnitRef,
};
use serde::{Deserialize, Serialize};

/// 采购人类型
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum PurchaserKind {
    /// 预算单位: the unit itself.
    Unit,
    /// 工会
    Union,
    /// 食堂承包方
    Canteen,
    /// 其他
    Other,
}

impl PurchaserKind {
    /// All, in the order of the spreadsheet's list.
    pub const ALL: [Self; 4] = [Self::Unit, Self::Union, Self::Canteen, Self::Other];

    /// From the word in the spreadsheet.
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.label() == label)
    }

    /// The word in the spreadsheet.
    pub fn label(self) -> &'static str {
        PURCHASER_TYPES.get(self as usize).copied().unwrap_or_default()
    }

    /// The word in URLs and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Union => "union",
            Self::Canteen => "canteen",
            Self::Other => "other",
        }
    }

    /// Reads that word back.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// How far the platform's operator has certified (认证) a purchaser: only a certified one may purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum Certification {
    /// 未提交: its data was never submitted.
    None,
    /// 待审核: waits for the operator.
    Submitted,
    /// 已退回: to be mended and submitted again.
    Returned,
    /// 已认证
    Certified,
}

impl Certification {
    /// All.
    pub const ALL: [Self; 4] = [Self::None, Self::Submitted, Self::Returned, Self::Certified];

    /// The word in URLs and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Certified => "certified",
        }
    }

    /// Reads the word back.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
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
    pub cursor: Option<String>,
}

/// Purchasers on a page of the list.
pub const PURCHASERS_PER_PAGE: u32 = 20;

/// A purchaser in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaserListItem {
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
    pub rows: Vec<PurchaserListItem>,
    /// How many fit the query in all.
    pub total: BoundedCount,
    /// [`PurchaserQuery::cursor`] of the page before, where there is one.
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
    pub purchaser: PurchaserListItem,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_words_of_the_list() {
        assert_eq!(PurchaserKind::ALL.map(PurchaserKind::label), PURCHASER_TYPES);
        for kind in PurchaserKind::ALL {
            assert_eq!(PurchaserKind::from_label(kind.label()), Some(kind));
            assert_eq!(PurchaserKind::from_name(kind.as_str()), Some(kind));
        }
    }
}
