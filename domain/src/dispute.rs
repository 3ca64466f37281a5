//! Code disputes (代码争议): a unit asks the operator to decide who may have a credit code that a unit elsewhere has already.

use crate::{
    Code, CreditCode, Finding, Mobile,
    calendar::Timestamp,
    check::check_field,
    form::column_of,
    ids::{DisputeId, UnitId},
    paging::BoundedCount,
    problem::FieldFault,
    schema::{Kind, units},
    unit::{UnitDetail, UnitRef},
};
use serde::{Deserialize, Serialize};

/// The state of a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum DisputeState {
    /// 待处理: the operator must decide.
    Open,
    /// 已支持: the code is free for the requester, or its unit lies in the requester's subtree.
    Upheld,
    /// 已驳回: the code stays with its holder.
    Rejected,
    /// 已撤回: the requester has withdrawn it.
    Withdrawn,
}

impl DisputeState {
    /// All values.
    pub const ALL: [Self; 4] = [Self::Open, Self::Upheld, Self::Rejected, Self::Withdrawn];

    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Upheld => "upheld",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// Disputes that an account may file within 24 hours.
pub const DISPUTES_PER_DAY: u32 = 10;

/// Disputes on a page of a list.
pub const DISPUTES_PER_PAGE: u32 = 20;

/// The input of 提出争议: the unit as the requester has it. The field names equal the names of the inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DisputeForm {
    /// 统一信用代码
    pub code: String,
    /// 预算单位名称
    pub name: String,
    /// 上级预算单位名称: a unit of the requester's subtree.
    pub superior: String,
    /// The id of the superior if the user selected it from the list.
    pub superior_id: String,
    /// 理由
    pub reason: String,
    /// The person whom the operator can ask.
    pub contact: String,
    /// That person's mobile number.
    pub mobile: String,
}

/// The valid data of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisputeInput {
    /// Credit code.
    pub code: CreditCode,
    /// Full name of the unit.
    pub name: String,
    /// Full name of its superior.
    pub superior: String,
    /// The reason.
    pub reason: String,
    /// Contact person.
    pub contact: String,
    /// Mobile number.
    pub mobile: Mobile,
}

/// The column of template 1 whose rule and words a field of the form has. The reason has those of 备注.
pub fn column(field: &str) -> Option<u8> {
    if field == "reason" { Some(units::REMARK) } else { column_of(field) }
}

impl DisputeForm {
    /// The valid data, tidied like cells of a spreadsheet, or the fields that the user must correct.
    pub fn check(&self) -> Result<DisputeInput, Vec<FieldFault>> {
        let mut faults = Vec::new();
        let mut value = |name: &str, kind: Kind, typed: &str| {
            check_field(kind, typed).unwrap_or_else(|code| {
                faults.push(FieldFault::new(name, code));
                String::new()
            })
        };
        let code = value("code", Kind::CreditCode, &self.code);
        let name = value("name", Kind::Name, &self.name);
        let superior = value("superior", Kind::UnitName, &self.superior);
        let reason = value("reason", Kind::Remark, &self.reason);
        let contact = value("contact", Kind::Contact, &self.contact);
        let mobile = value("mobile", Kind::Mobile, &self.mobile);
        match (CreditCode::parse(&code), Mobile::parse(&mobile)) {
            (Ok(code), Ok(mobile)) if faults.is_empty() => {
                Ok(DisputeInput { code, name, superior, reason, contact, mobile })
            }
            _ => Err(faults),
        }
    }

    /// The same faults as findings, for the check while the form is filled in.
    pub fn findings(&self) -> Vec<Finding> {
        let faults = self.check().err().unwrap_or_default();
        let finding = |fault: FieldFault| Some(Finding::new(0, column(&fault.field)?, fault.code));
        faults.into_iter().filter_map(finding).collect()
    }
}

/// Checks the operator's answer to a dispute that is not upheld: required, at most 200 characters. Returns the tidied text.
pub fn rejection(typed: &str) -> Result<String, FieldFault> {
    check_field(Kind::Remark, typed).map_err(|code| FieldFault::new("answer", code))
}

/// Checks the operator's answer to a dispute that is upheld. It may be empty.
pub fn approval(typed: &str) -> Result<Option<String>, FieldFault> {
    match rejection(typed) {
        Ok(answer) => Ok(Some(answer)),
        Err(fault) if fault.code == Code::Required => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// A dispute in a list. It has nothing of the holder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeListItem {
    /// The dispute.
    pub id: DisputeId,
    /// Its version. Withdrawing sends it back.
    pub version: i32,
    /// The disputed code.
    pub code: String,
    /// Name of the unit, as the requester has it.
    pub name: String,
    /// Name of its superior, as the requester has it.
    pub superior: String,
    /// Full name of the unit that filed it.
    pub requester: String,
    /// The state.
    pub state: DisputeState,
    /// The operator's answer.
    pub answer: Option<String>,
    /// Time of filing.
    pub filed_at: Timestamp,
    /// Time of the decision or the withdrawal.
    pub closed_at: Option<Timestamp>,
}

/// A page of disputes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputesPage {
    /// The disputes.
    pub rows: Vec<DisputeListItem>,
    /// Number of disputes in the list.
    pub total: BoundedCount,
    /// The last dispute of the page, behind which the next one begins. `None` on the last page.
    pub next: Option<DisputeId>,
}

/// A dispute with both sides, for the operator alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeCase {
    /// The dispute.
    pub dispute: DisputeListItem,
    /// The unit that filed it.
    pub requester: UnitRef,
    /// Login name of the account that filed it.
    pub login: String,
    /// The superiors of the disputed unit as the requester has it, from the top down to the direct superior. If that one is
    /// gone, the path ends with the requester.
    pub path: Vec<UnitRef>,
    /// The reason.
    pub reason: String,
    /// Contact person.
    pub contact: String,
    /// The contact's mobile number, masked.
    pub mobile: String,
    /// The unit that has the code now.
    pub holder: CodeHolder,
}

impl DisputeCase {
    /// Whether the dispute can be upheld: the code is free, or its unit lies in the requester's subtree.
    pub fn is_settled(&self) -> bool {
        match &self.holder {
            CodeHolder::Nobody => true,
            CodeHolder::Dissolved { .. } => false,
            CodeHolder::Unit(unit) => unit.is_in_requesters_subtree,
        }
    }
}

/// The unit that has a disputed code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeHolder {
    /// The code is free.
    Nobody,
    /// A unit that was merged into another one keeps its code.
    Dissolved {
        /// Full name of the dissolved unit.
        name: String,
        /// The unit that took it in.
        into: UnitRef,
    },
    /// A unit.
    Unit(Box<HoldingUnit>),
}

/// A unit that has a disputed code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldingUnit {
    /// The unit in full.
    pub detail: UnitDetail,
    /// Its version. Moving it sends it back.
    pub version: i32,
    /// When it was added.
    pub added_at: Timestamp,
    /// Login name of the account that added it. `None` for units of the presets.
    pub added_by: Option<String>,
    /// Number of its purchasers.
    pub purchasers: u32,
    /// Whether the platform has preset it. Presets are neither moved nor deleted.
    pub is_preset: bool,
    /// Whether it lies in the requester's subtree.
    pub is_in_requesters_subtree: bool,
}

impl HoldingUnit {
    /// Its id.
    pub const fn id(&self) -> UnitId {
        self.detail.unit.id
    }

    /// Whether nobody ever used it, so that it can be deleted.
    pub const fn is_unused(&self) -> bool {
        !self.is_preset && !self.detail.activated && self.detail.children == 0 && self.purchasers == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn form() -> DisputeForm {
        DisputeForm {
            code: " 11320106mb3fqeflcg ".to_owned(),
            name: " 样例县第一中学 ".to_owned(),
            superior: "样例县教育局".to_owned(),
            reason: " 登记证书在我单位 ".to_owned(),
            contact: "王芳".to_owned(),
            mobile: "138-1234-5678".to_owned(),
            ..DisputeForm::default()
        }
    }

    #[test]
    fn typed_values_are_tidied() {
        let input = form().check().unwrap();
        assert_eq!((input.code.as_str(), input.name.as_str()), ("11320106MB3FQEFLCG", "样例县第一中学"));
        assert_eq!((input.reason.as_str(), input.mobile.as_str()), ("登记证书在我单位", "13812345678"));
        assert!(form().findings().is_empty());
    }

    #[rstest]
    #[case(|f: &mut DisputeForm| f.code.clear(), "code", Code::Required)]
    #[case(|f: &mut DisputeForm| f.code = "11320106MB3FQEFLC1".to_owned(), "code", Code::CreditCodeCheck)]
    #[case(|f: &mut DisputeForm| f.name = "县".to_owned(), "name", Code::TooShort)]
    #[case(|f: &mut DisputeForm| f.superior.clear(), "superior", Code::Required)]
    #[case(|f: &mut DisputeForm| f.reason = "  ".to_owned(), "reason", Code::Required)]
    #[case(|f: &mut DisputeForm| f.reason = "长".repeat(201), "reason", Code::TooLong)]
    #[case(|f: &mut DisputeForm| f.contact.clear(), "contact", Code::Required)]
    #[case(|f: &mut DisputeForm| f.mobile = "12345".to_owned(), "mobile", Code::MobileFormat)]
    fn a_fault_is_reported_at_its_input(#[case] spoil: fn(&mut DisputeForm), #[case] name: &str, #[case] code: Code) {
        let mut form = form();
        spoil(&mut form);
        assert_eq!(form.check(), Err(vec![FieldFault::new(name, code)]));
        assert_eq!(form.findings(), [Finding::new(0, column(name).unwrap(), code)]);
    }

    #[rstest]
    #[case(" 登记证书属实 ", Ok("登记证书属实"), Ok(Some("登记证书属实")))]
    #[case("  ", Err(Code::Required), Ok(None))]
    fn only_a_rejection_needs_an_answer(
        #[case] typed: &str,
        #[case] rejected: Result<&str, Code>,
        #[case] approved: Result<Option<&str>, Code>,
    ) {
        assert_eq!(rejection(typed).map_err(|fault| fault.code), rejected.map(str::to_owned));
        assert_eq!(approval(typed).map_err(|fault| fault.code), approved.map(|answer| answer.map(str::to_owned)));
        assert!(rejection(&"长".repeat(201)).is_err() && approval(&"长".repeat(201)).is_err());
    }

    #[test]
    fn states_are_read_back() {
        for state in DisputeState::ALL {
            assert_eq!(DisputeState::from_name(state.as_str()), Some(state));
        }
        assert_eq!(DisputeState::from_name("x"), None);
    }
}
