//! What a purchaser (采购人) is.

use crate::schema::PURCHASER_TYPES;
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
