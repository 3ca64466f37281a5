//! Checked rows as typed values, which the server writes to the database.

use super::CheckedRow;
use crate::{
    CreditCode, Mobile, PurchaserKind,
    level::{AdminLevel, BudgetLevel},
    money::{Money, Ratio},
    schema::{purchasers, units},
};
use serde::{Deserialize, Serialize};

/// The data of a unit from a valid row of template 1 or from a valid form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitInput {
    /// 预算单位名称
    pub name: String,
    /// 统一信用代码
    pub code: CreditCode,
    /// 上级预算单位名称
    pub superior: String,
    /// 行政级次
    pub admin_level: AdminLevel,
    /// 预算级次
    pub budget_level: BudgetLevel,
    /// 年度农副产品采购总额
    pub total: Money,
    /// 拟预留比例
    pub ratio: Ratio,
    /// 预留份额 as given; total × ratio if the cell is empty.
    pub share: Money,
    /// 联系人
    pub contact: String,
    /// 联系人手机号码
    pub mobile: Mobile,
    /// 备注
    pub remark: String,
}

/// Converts a checked row of template 1. `None` if a cell is in error.
pub fn unit_input(row: &CheckedRow) -> Option<UnitInput> {
    let filled = |column| filled(row, column);
    let total = Money::parse_wan(row.cell(units::TOTAL)).ok()?;
    let ratio = Ratio::parse_percent(row.cell(units::RATIO)).ok()?;
    let share = match row.cell(units::SHARE) {
        "" => total.share(ratio),
        given => Money::parse_share(given).ok()?,
    };
    Some(UnitInput {
        name: filled(units::NAME)?,
        code: CreditCode::parse(row.cell(units::CODE)).ok()?,
        superior: filled(units::SUPERIOR)?,
        admin_level: AdminLevel::from_name(row.cell(units::ADMIN_LEVEL))?,
        budget_level: BudgetLevel::from_name(row.cell(units::BUDGET_LEVEL))?,
        total,
        ratio,
        share,
        contact: filled(units::CONTACT)?,
        mobile: Mobile::parse(row.cell(units::MOBILE)).ok()?,
        remark: row.cell(units::REMARK).to_owned(),
    })
}

/// The data of a purchaser from a valid row of template 2 or from a valid form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaserInput {
    /// 采购人名称
    pub name: String,
    /// 统一信用代码
    pub code: CreditCode,
    /// 采购人类型
    pub kind: PurchaserKind,
    /// 所属预算单位名称. Empty means the unit of the uploader.
    pub unit: String,
    /// 联系人
    pub contact: String,
    /// 联系人手机号码
    pub mobile: Mobile,
    /// 备注
    pub remark: String,
}

/// Converts a checked row of template 2. `None` if a cell is in error.
pub fn purchaser_input(row: &CheckedRow) -> Option<PurchaserInput> {
    Some(PurchaserInput {
        name: filled(row, purchasers::NAME)?,
        code: CreditCode::parse(row.cell(purchasers::CODE)).ok()?,
        kind: PurchaserKind::from_label(row.cell(purchasers::TYPE))?,
        unit: row.cell(purchasers::UNIT).to_owned(),
        contact: filled(row, purchasers::CONTACT)?,
        mobile: Mobile::parse(row.cell(purchasers::MOBILE)).ok()?,
        remark: row.cell(purchasers::REMARK).to_owned(),
    })
}

/// The text of a required column. `None` if it is empty.
fn filled(row: &CheckedRow, column: u8) -> Option<String> {
    Some(row.cell(column).to_owned()).filter(|text| !text.is_empty())
}
