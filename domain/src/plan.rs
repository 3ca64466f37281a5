//! Yearly plans of units (预留份额).

use crate::money::{Money, Ratio};
use serde::{Deserialize, Serialize};

/// The reserve plan of a unit for a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanView {
    /// The year.
    pub year: i32,
    /// 年度农副产品采购总额.
    pub total: Money,
    /// 拟预留比例.
    pub ratio: Ratio,
    /// 预留份额.
    pub share: Money,
}
