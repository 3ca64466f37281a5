//! Accounts (账号): kinds, states and holders.

use crate::ids::{PurchaserId, UnitId};
use serde::{Deserialize, Serialize};

/// The kind of an account. Each kind signs in at only one portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum AccountKind {
    /// 平台运维
    Operator,
    /// 管理账号
    Management,
    /// 交易账号
    Trading,
}

impl AccountKind {
    /// The portal where accounts of this kind sign in.
    pub const fn portal(self) -> Portal {
        match self {
            Self::Operator | Self::Management => Portal::Management,
            Self::Trading => Portal::Trading,
        }
    }
}

/// A portal where accounts sign in. A browser can be signed in at both portals at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Portal {
    /// 采购人管理系统
    Management,
    /// 采购人交易平台
    Trading,
}

/// The state of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum AccountState {
    /// 未开通: a preset account without a password.
    NotIssued,
    /// 未激活: the initial password was never changed.
    NotActivated,
    /// 正常
    Active,
    /// 已停用
    Disabled,
}

impl AccountState {
    /// All values.
    pub const ALL: [Self; 4] = [Self::NotIssued, Self::NotActivated, Self::Active, Self::Disabled];

    /// The word in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotIssued => "not-issued",
            Self::NotActivated => "not-activated",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

/// The name of a unit or a purchaser and the login name of its account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountHolderName {
    /// Full name.
    pub name: String,
    /// Login name. `None` if there is no account.
    pub login: Option<String>,
}

/// The holder of an account: the unit of a management account or the purchaser of a trading account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountHolder {
    /// 预算单位
    Unit(UnitId),
    /// 采购人
    Purchaser(PurchaserId),
}

impl From<UnitId> for AccountHolder {
    fn from(unit: UnitId) -> Self {
        Self::Unit(unit)
    }
}

impl From<PurchaserId> for AccountHolder {
    fn from(purchaser: PurchaserId) -> Self {
        Self::Purchaser(purchaser)
    }
}
