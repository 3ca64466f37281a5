//! The forms of a unit and of a purchaser (新增, 编辑). They have the columns of a template and use the same checks as the
//! spreadsheet, in the browser and on the server.

use crate::{
    Cells, Code, Finding, Severity, Template,
    check::{CheckedRow, PurchaserInput, UnitInput, check, purchaser_input, unit_input},
    problem::FieldFault,
    schema::{purchasers, units},
    sheet::{self, Cell},
};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// The data of a unit as typed. The field names equal the names of the inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnitForm {
    /// 预算单位名称
    pub name: String,
    /// 统一信用代码
    pub code: String,
    /// 上级预算单位名称
    pub superior: String,
    /// The id of the superior if the user selected it from the list, because several units may have the same name. Empty if
    /// the user typed the name.
    pub superior_id: String,
    /// 行政级次, as in the sheet.
    pub admin_level: String,
    /// 预算级次, as in the sheet.
    pub budget_level: String,
    /// The year of the plan. Empty means the current year.
    pub year: String,
    /// 年度农副产品采购总额(万元)
    pub total: String,
    /// 拟预留比例(%)
    pub ratio: String,
    /// 预留份额(万元). Empty means total × ratio.
    pub share: String,
    /// 联系人
    pub contact: String,
    /// 联系人手机号码
    pub mobile: String,
    /// 备注
    pub remark: String,
}

/// The input names of a unit, by column of template 1.
const UNIT_FIELDS: [&str; 12] = [
    "",
    "name",
    "code",
    "superior",
    "admin_level",
    "budget_level",
    "total",
    "ratio",
    "share",
    "contact",
    "mobile",
    "remark",
];

/// The input name of a column of template 1. Empty for 序号, which has no input.
pub fn field_of(column: u8) -> &'static str {
    UNIT_FIELDS.get(usize::from(column)).copied().unwrap_or_default()
}

/// The column of an input. `None` for `year`, which is not in the sheet.
pub fn column_of(field: &str) -> Option<u8> {
    (0..).zip(UNIT_FIELDS).find_map(|(column, name)| (name == field && !name.is_empty()).then_some(column))
}

/// The data of a purchaser as typed. The field names equal the names of the inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PurchaserForm {
    /// 采购人名称
    pub name: String,
    /// 统一信用代码
    pub code: String,
    /// 采购人类型, as in the sheet.
    pub kind: String,
    /// 所属预算单位名称. Empty means the unit of the user.
    pub unit: String,
    /// The id of the unit if the user selected it from the list, because several units may have the same name. Empty if the
    /// user typed the name.
    pub unit_id: String,
    /// 联系人
    pub contact: String,
    /// 联系人手机号码
    pub mobile: String,
    /// 备注
    pub remark: String,
}

/// The input names of a purchaser, by column of template 2.
const PURCHASER_FIELDS: [&str; 8] = ["", "name", "code", "kind", "unit", "contact", "mobile", "remark"];

/// The input name of a column of template 2. Empty for 序号, which has no input.
pub fn purchaser_field_of(column: u8) -> &'static str {
    PURCHASER_FIELDS.get(usize::from(column)).copied().unwrap_or_default()
}

/// The column of an input of the purchaser form.
pub fn purchaser_column_of(field: &str) -> Option<u8> {
    (0..).zip(PURCHASER_FIELDS).find_map(|(column, name)| (name == field && !name.is_empty()).then_some(column))
}

/// A checked form. `Row` is the type of its valid data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedForm<Row = UnitInput> {
    /// The tidied texts by column of the template.
    pub row: CheckedRow,
    /// The findings in column order: errors, warnings and infos. Their row number is 0.
    pub findings: Vec<Finding>,
    output: PhantomData<Row>,
}

impl UnitForm {
    /// Runs the checks of template 1 that need only the form.
    pub fn check(&self) -> CheckedForm {
        check_texts(
            Template::Units,
            [
                &self.name,
                &self.code,
                &self.superior,
                &self.admin_level,
                &self.budget_level,
                &self.total,
                &self.ratio,
                &self.share,
                &self.contact,
                &self.mobile,
                &self.remark,
            ],
        )
    }
}

impl PurchaserForm {
    /// Runs the checks of template 2 that need only the form.
    pub fn check(&self) -> CheckedForm<PurchaserInput> {
        let texts = [&self.name, &self.code, &self.kind, &self.unit, &self.contact, &self.mobile, &self.remark];
        check_texts(Template::Purchasers, texts)
    }
}

/// Checks the texts of a form. `texts` are the columns of the template after 序号.
fn check_texts<Row, const N: usize>(template: Template, texts: [&String; N]) -> CheckedForm<Row> {
    let texts = texts.map(|text| Cell::Text(text.as_str().into()));
    let cells = std::iter::once(Cell::Empty).chain(texts).collect();
    let mut checked = check(template, vec![sheet::Row::new(0, cells)]);
    let row = checked.rows.pop().unwrap_or(CheckedRow { row: 0, cells: Cells::default() });
    CheckedForm { row, findings: checked.findings, output: PhantomData }
}

impl CheckedForm<UnitInput> {
    /// The valid data, or the fields that the user must correct.
    pub fn unit(&self) -> Result<UnitInput, Vec<FieldFault>> {
        self.read(unit_input(&self.row), field_of, units::NAME)
    }
}

impl CheckedForm<PurchaserInput> {
    /// The valid data, or the fields that the user must correct.
    pub fn purchaser(&self) -> Result<PurchaserInput, Vec<FieldFault>> {
        self.read(purchaser_input(&self.row), purchaser_field_of, purchasers::NAME)
    }
}

impl<Row> CheckedForm<Row> {
    fn read(&self, row: Option<Row>, field: fn(u8) -> &'static str, name: u8) -> Result<Row, Vec<FieldFault>> {
        let errors = self.findings.iter().filter(|finding| finding.severity() == Severity::Error);
        let faults: Vec<_> = errors.map(|finding| FieldFault::new(field(finding.column), finding.code)).collect();
        match row {
            Some(row) if faults.is_empty() => Ok(row),
            // Every invalid cell has an error. If one had none, the fault would be shown at the name.
            _ if faults.is_empty() => Err(vec![FieldFault::new(field(name), Code::Required)]),
            _ => Err(faults),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn form() -> UnitForm {
        UnitForm {
            name: " 示例县第一中学 ".to_owned(),
            code: "11320106mb3fqeflcg".to_owned(),
            superior: "示例县教育局".to_owned(),
            admin_level: "县级".to_owned(),
            budget_level: "二级预算单位".to_owned(),
            total: "1,234.5".to_owned(),
            ratio: "15%".to_owned(),
            contact: "王芳".to_owned(),
            mobile: "138-1234-5678".to_owned(),
            ..UnitForm::default()
        }
    }

    #[test]
    fn typed_values_are_tidied_as_in_a_sheet() {
        let unit = form().check().unit().unwrap();
        assert_eq!((unit.name.as_str(), unit.code.as_str()), ("示例县第一中学", "11320106MB3FQEFLCG"));
        assert_eq!((unit.total.to_string().as_str(), unit.share.to_string().as_str()), ("1234.5", "185.175"));
        assert_eq!(unit.mobile.as_str(), "13812345678");
    }

    #[rstest]
    #[case(|f: &mut UnitForm| f.name.clear(), "name", Code::Required)]
    #[case(|f: &mut UnitForm| f.code = "11320106MB3FQEFLC1".to_owned(), "code", Code::CreditCodeCheck)]
    #[case(|f: &mut UnitForm| f.superior = "示例县第一中学".to_owned(), "superior", Code::SuperiorSelf)]
    #[case(|f: &mut UnitForm| f.admin_level = "县".to_owned(), "admin_level", Code::NotInList)]
    #[case(|f: &mut UnitForm| f.budget_level.clear(), "budget_level", Code::Required)]
    #[case(|f: &mut UnitForm| f.total = "1.23456".to_owned(), "total", Code::NumberFormat)]
    #[case(|f: &mut UnitForm| f.ratio = "120".to_owned(), "ratio", Code::NumberRange)]
    #[case(|f: &mut UnitForm| f.share = "100".to_owned(), "share", Code::ShareMismatch)]
    #[case(|f: &mut UnitForm| f.mobile = "1381234".to_owned(), "mobile", Code::MobileFormat)]
    #[case(|f: &mut UnitForm| f.remark = "长".repeat(201), "remark", Code::TooLong)]
    fn a_fault_of_a_unit_is_reported_at_its_field(
        #[case] change: fn(&mut UnitForm),
        #[case] field: &str,
        #[case] code: Code,
    ) {
        let mut form = form();
        change(&mut form);
        assert_eq!(form.check().unit().unwrap_err(), [FieldFault::new(field, code)]);
    }

    #[test]
    fn an_empty_form_reports_every_required_field() {
        let faults = UnitForm::default().check().unit().unwrap_err();
        let required = Template::Units.columns().iter().filter(|column| column.required()).count();
        assert_eq!(faults.len(), required);
        for (column, _) in (0..).zip(Template::Units.columns()).skip(1) {
            assert_eq!(column_of(field_of(column)), Some(column));
        }
    }

    #[rstest]
    #[case(|f: &mut PurchaserForm| f.code = "11320106MB3FQEFLC1".to_owned(), "code", Code::CreditCodeCheck)]
    #[case(|f: &mut PurchaserForm| f.kind = "食堂".to_owned(), "kind", Code::NotInList)]
    #[case(|f: &mut PurchaserForm| f.unit = "局".to_owned(), "unit", Code::TooShort)]
    #[case(|f: &mut PurchaserForm| f.contact.clear(), "contact", Code::Required)]
    #[case(|f: &mut PurchaserForm| f.mobile = "1381234".to_owned(), "mobile", Code::MobileFormat)]
    #[case(|f: &mut PurchaserForm| f.remark = "长".repeat(201), "remark", Code::TooLong)]
    fn a_fault_of_a_purchaser_is_reported_at_its_field(
        #[case] change: fn(&mut PurchaserForm),
        #[case] field: &str,
        #[case] code: Code,
    ) {
        let mut form = PurchaserForm {
            name: "示例县第一中学食堂".to_owned(),
            code: "11320106mb3fqeflcg".to_owned(),
            kind: "食堂承包方".to_owned(),
            contact: "王芳".to_owned(),
            mobile: "13812345678".to_owned(),
            ..PurchaserForm::default()
        };
        assert_eq!(form.check().purchaser().unwrap().code.as_str(), "11320106MB3FQEFLCG");
        change(&mut form);
        assert_eq!(form.check().purchaser().unwrap_err(), [FieldFault::new(field, code)]);
        for (column, _) in (0..).zip(Template::Purchasers.columns()).skip(1) {
            assert_eq!(purchaser_column_of(purchaser_field_of(column)), Some(column));
        }
    }
}
