//! The two ladders a unit stands on.

use crate::schema::{ADMIN_LEVELS, BUDGET_LEVELS};
use serde::{Deserialize, Serialize};

/// Administrative level (行政级次), highest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AdminLevel {
    /// 中央
    Central,
    /// 省级
    Province,
    /// 市级
    City,
    /// 县级
    County,
    /// 乡级
    Township,
}

/// Budget level (预算级次), first to fifth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BudgetLevel {
    /// 一级预算单位
    First,
    /// 二级预算单位
    Second,
    /// 三级预算单位
    Third,
    /// 四级预算单位
    Fourth,
    /// 五级预算单位
    Fifth,
}

macro_rules! ladder {
    ($type:ident, $names:ident) => {
        impl $type {
            /// From the word in the spreadsheet.
            pub fn from_name(name: &str) -> Option<Self> {
                let index = $names.iter().position(|n| *n == name)?;
                Self::from_index(u8::try_from(index).ok()?)
            }

            /// From the stored number, 0 = highest.
            pub fn from_index(index: u8) -> Option<Self> {
                Self::ALL.get(usize::from(index)).copied()
            }

            /// The stored number, 0 = highest.
            pub const fn index(self) -> u8 {
                self as u8
            }

            /// The word in the spreadsheet.
            pub fn name(self) -> &'static str {
                $names.get(usize::from(self.index())).copied().unwrap_or_default()
            }
        }
    };
}

impl AdminLevel {
    /// All, highest first.
    pub const ALL: [Self; 5] = [Self::Central, Self::Province, Self::City, Self::County, Self::Township];
}

impl BudgetLevel {
    /// All, first to fifth.
    pub const ALL: [Self; 5] = [Self::First, Self::Second, Self::Third, Self::Fourth, Self::Fifth];
}

ladder!(AdminLevel, ADMIN_LEVELS);
ladder!(BudgetLevel, BUDGET_LEVELS);
