//! The administrative level (行政级次) and the budget level (预算级次) of a unit.

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

macro_rules! level_conversions {
    ($type:ident, $names:ident) => {
        impl $type {
            /// Parses the value of the sheet.
            pub fn from_name(name: &str) -> Option<Self> {
                let index = $names.iter().position(|n| *n == name)?;
                Self::from_index(u8::try_from(index).ok()?)
            }

            /// From the stored number. 0 is the highest level.
            pub fn from_index(index: u8) -> Option<Self> {
                Self::ALL.get(usize::from(index)).copied()
            }

            /// The stored number. 0 is the highest level.
            pub const fn index(self) -> u8 {
                self as u8
            }

            /// The value in the sheet.
            pub fn name(self) -> &'static str {
                $names.get(usize::from(self.index())).copied().unwrap_or_default()
            }
        }
    };
}

impl AdminLevel {
    /// All levels, highest first.
    pub const ALL: [Self; 5] = [Self::Central, Self::Province, Self::City, Self::County, Self::Township];
}

impl BudgetLevel {
    /// All levels, first to fifth.
    pub const ALL: [Self; 5] = [Self::First, Self::Second, Self::Third, Self::Fourth, Self::Fifth];
}

level_conversions!(AdminLevel, ADMIN_LEVELS);
level_conversions!(BudgetLevel, BUDGET_LEVELS);
