//! The row checks: the same in the browser and on the server.

use crate::{
    CreditCode, Mobile,
    finding::Finding,
    level::{AdminLevel, BudgetLevel},
    money::{Money, Ratio},
    schema::Template,
    sheet::Row,
};

/// A row of template 1 whose every cell is in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitRow {
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
    /// 预留份额: as given, else total × ratio
    pub share: Money,
    /// 联系人
    pub contact: String,
    /// 联系人手机号码
    pub mobile: Mobile,
    /// 备注
    pub remark: String,
}

/// A checked row.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedRow {
    /// As the spreadsheet program counts it, 1-based.
    pub row: u32,
    /// One tidied text per template column, as the page shows it.
    pub cells: Vec<String>,
}

/// What the checks say of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// The rows, ascending.
    pub rows: Vec<CheckedRow>,
    /// The findings, by row, then column.
    pub findings: Vec<Finding>,
}

/// Runs every check that needs nothing but the file.
pub fn check(template: Template, rows: Vec<Row>) -> Checked {
    let _ = (template, rows);
    Checked::default() // filled in by the domain work
}

/// The typed row of template 1; `None` while any of its cells is in error.
pub fn unit_row(row: &CheckedRow) -> Option<UnitRow> {
    let _ = row;
    None // filled in by the domain work
}
