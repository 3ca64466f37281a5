//! The forms of one unit and of one purchaser (新增, 编辑): the columns of a template as typed, judged by the checks of the
//! spreadsheet, in the browser and on the server alike.

use crate::{
    Cells, Code, Finding, Severity, Template,
    check::{CheckedRow, PurchaserRow, UnitRow, check, purchaser_row, unit_row},
    problem::FieldFault,
    schema::{purchasers, units},
    sheet::{self, Cell},
};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// A unit's data as typed; the names are those of the inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnitForm {
    /// 预算单位名称
    pub name: String,
    /// 统一信用代码
    pub code: String,
    /// 上级预算单位名称
    pub superior: String,
    /// The superior's id where it was chosen from a list: tells several of that name apart. Empty where it was typed.
    pub superior_id: String,
    /// 行政级次, the word.
    pub admin_level: String,
    /// 预算级次, the word.
    pub budget_level: String,
    /// The year of the plan; empty is this year.
    pub year: String,
    /// 年度农副产品采购总额(万元)
    pub total: String,
    /// 拟预留比例(%)
    pub ratio: String,
    /// 预留份额(万元); empty is total × ratio.
    pub share: String,
    /// 联系人
    pub contact: String,
    /// 联系人手机号码
    pub mobile: String,
    /// 备注
    pub remark: String,
}

/// The inputs' names by column.
const FIELDS: [&str; 12] = [
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

/// The input of a column of template 1; empty for 序号, which has none.
pub fn field_of(column: u8) -> &'static str {
    FIELDS.get(usize::from(column)).copied().unwrap_or_default()
}

/// The column of an input; none for `year`, which no sheet has.
pub fn column_of(field: &str) -> Option<u8> {
    (0..).zip(FIELDS).find_map(|(column, name)| (name == field && !name.is_empty()).then_some(column))
}

/// A purchaser's data as typed; the names are those of the inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PurchaserForm {
    /// 采购人名称
    pub name: String,
    /// 统一信用代码
    pub code: String,
    /// 采购人类型, the word.
    pub kind: String,
    /// 所属预算单位名称; empty is the own unit.
    pub unit: String,
    /// The unit's id where it was chosen from a list: tells several of that name apart. Empty where it was typed.
    pub unit_id: String,
    /// 联系人
    pub contact: String,
    /// 联系人手机号码
    pub mobile: String,
    /// 备注
    pub remark: String,
}

/// The inputs' names of a purchaser by column.
const PURCHASER_FIELDS: [&str; 8] = ["", "name", "code", "kind", "unit", "contact", "mobile", "remark"];

/// The input of a column of template 2; empty for 序号, which has none.
pub fn purchaser_field_of(column: u8) -> &'static str {
    PURCHASER_FIELDS.get(usize::from(column)).copied().unwrap_or_default()
}

/// The column of an input of a purchaser.
pub fn purchaser_column_of(field: &str) -> Option<u8> {
    (0..).zip(PURCHASER_FIELDS).find_map(|(column, name)| (name == field && !name.is_empty()).then_some(column))
}

/// A form that was checked, to be read as `Row`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedForm<Row = UnitRow> {
    /// The tidied texts by column.
    pub row: CheckedRow,
    /// What was found, in column order: errors, warnings and what was tidied; the row number means nothing.
    pub findings: Vec<Finding>,
    reads: PhantomData<Row>,
}

impl UnitForm {
    /// Runs the checks of template 1 that need nothing but the form.
    pub fn check(&self) -> CheckedForm {
        checked(
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
    /// Runs the checks of template 2 that need nothing but the form.
    pub fn check(&self) -> CheckedForm<PurchaserRow> {
        let texts = [&self.name, &self.code, &self.kind, &self.unit, &self.contact, &self.mobile, &self.remark];
        checked(Template::Purchasers, texts)
    }
}

/// Checks the texts of a form: those of the template's columns behind 序号.
fn checked<Row, const N: usize>(template: Template, texts: [&String; N]) -> CheckedForm<Row> {
    let texts = texts.map(|text| Cell::Text(text.as_str().into()));
    let cells = std::iter::once(Cell::Empty).chain(texts).collect();
    let mut checked = check(template, vec![sheet::Row { row: 0, cells }]);
    let row = checked.rows.pop().unwrap_or(CheckedRow { row: 0, cells: Cells::default() });
    CheckedForm { row, findings: checked.findings, reads: PhantomData }
}

impl CheckedForm<UnitRow> {
    /// The typed data, or what must be mended.
    pub fn unit(&self) -> Result<UnitRow, Vec<FieldFault>> {
        self.read(unit_row(&self.row), field_of, units::NAME)
    }
}

impl CheckedForm<PurchaserRow> {
    /// The typed data, or what must be mended.
    pub fn purchaser(&self) -> Result<PurchaserRow, Vec<FieldFault>> {
        self.read(purchaser_row(&self.row), purchaser_field_of, purchasers::NAME)
    }
}

impl<Row> CheckedForm<Row> {
    fn read(&self, row: Option<Row>, field: fn(u8) -> &'static str, name: u8) -> Result<Row, Vec<FieldFault>> {
        let errors = self.findings.iter().filter(|finding| finding.severity() == Severity::Error);
        let faults: Vec<_> = errors.map(|finding| FieldFault::new(field(finding.column), finding.code)).collect();
        match row {
            Some(row) if faults.is_empty() => Ok(row),
            // Every cell that is no value has its error; were one missing, the name is as good a place as any.
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
    fn what_is_typed_is_tidied_as_in_a_sheet() {
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
    fn faults_stand_at_their_field(#[case] change: fn(&mut UnitForm), #[case] field: &str, #[case] code: Code) {
        let mut form = form();
        change(&mut form);
        assert_eq!(form.check().unit().unwrap_err(), [FieldFault::new(field, code)]);
    }

    #[test]
    fn an_empty_form_names_every_required_field() {
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
    fn a_purchasers_faults_too(#[case] change: fn(&mut PurchaserForm), #[case] field: &str, #[case] code: Code) {
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
