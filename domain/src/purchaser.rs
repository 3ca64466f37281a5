//! Purchasers (采购人): list, details and edit.

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
    /// All types in the order of the drop-down list.
    pub const ALL: [Self; 4] = [Self::Unit, Self::Union, Self::Canteen, Self::Other];

    /// Parses the value of the sheet.
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.label() == label)
    }

    /// The value in the sheet.
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

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// The state of the certification (认证) by the platform operator. Only a certified purchaser can purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum Certification {
    /// 未提交: the data was never submitted.
    None,
    /// 待审核: the operator must decide.
    Submitted,
    /// 已退回: the purchaser must correct the data and submit it again.
    Returned,
    /// 已认证
    Certified,
}

impl Certification {
    /// All values.
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

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// The filter and the page of the purchaser list. Its order is the tree order of the units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PurchaserQuery {
    /// Any part of the name, the login name, the credit code or the contact person's name, or at least the last 4 digits of
    /// the contact's mobile number.
    pub search: String,
    /// Only purchasers with an account in this state.
    pub state: Option<AccountState>,
    /// Only purchasers in this certification state.
    pub certification: Option<Certification>,
    /// Only purchasers of this 采购人类型.
    pub kind: Option<PurchaserKind>,
    /// Only purchasers of this unit and of the units below it.
    pub unit: Option<UnitId>,
    /// The start of the page: [`PurchasersPage::previous`] or [`PurchasersPage::next`] of another page. `None`, or a cursor
    /// whose purchaser no longer exists, means the first page.
    pub cursor: Option<String>,
}

/// Number of purchasers on a page of the list.
pub const PURCHASERS_PER_PAGE: u32 = 20;

/// A row of the purchaser list.
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
    /// State of the trading account.
    pub account: AccountState,
    /// State of the certification.
    pub certification: Certification,
    /// Contact person.
    pub contact: String,
    /// Contact's mobile number, masked.
    pub mobile: String,
    /// State of the last SMS.
    pub sms: Option<SmsState>,
}

/// A page of purchasers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchasersPage {
    /// The purchasers.
    pub rows: Vec<PurchaserListItem>,
    /// The number of purchasers that match the query.
    pub total: BoundedCount,
    /// The cursor of the previous page. `None` on the first page.
    pub previous: Option<String>,
    /// The cursor of the next page. `None` on the last page.
    pub next: Option<String>,
}

/// The data that a purchaser completes itself. Empty before.
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

/// The data of a purchaser in the edit form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaserEdit {
    /// The purchaser.
    pub id: PurchaserId,
    /// The stored name.
    pub name: String,
    /// The version of the stored data. The edit form sends it back; if it has changed, the edit is refused.
    pub version: i32,
    /// The stored data.
    pub form: PurchaserForm,
}

/// The details of a purchaser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaserDetail {
    /// The data that the purchaser list also shows.
    pub purchaser: PurchaserListItem,
    /// 备注
    pub remark: Option<String>,
    /// The data that the purchaser completed itself.
    pub completion: Completion,
    /// Time of the completion.
    pub completed_at: Option<Timestamp>,
    /// The reason why the operator returned the data.
    pub certification_note: Option<String>,
    /// Time of the last submission.
    pub submitted_at: Option<Timestamp>,
    /// Time of the last decision of the operator.
    pub decided_at: Option<Timestamp>,
    /// Time of the last sign-in of its account.
    pub last_sign_in: Option<Timestamp>,
    /// Whether its account was ever activated. If so, the purchaser cannot be deleted.
    pub activated: bool,
    /// The SMS of its account, newest first.
    pub sms: Vec<SmsView>,
    /// Its history, newest first.
    pub events: Vec<EventView>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_equal_the_values_of_the_sheet() {
        assert_eq!(PurchaserKind::ALL.map(PurchaserKind::label), PURCHASER_TYPES);
        for kind in PurchaserKind::ALL {
            assert_eq!(PurchaserKind::from_label(kind.label()), Some(kind));
            assert_eq!(PurchaserKind::from_name(kind.as_str()), Some(kind));
        }
    }
}
