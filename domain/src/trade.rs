//! The trading portal (采购人交易平台): the data that a purchaser completes itself, and its certification (认证).

use crate::{
    Code, Mobile,
    calendar::Timestamp,
    check::check_field,
    ids::PurchaserId,
    paging::BoundedCount,
    problem::FieldFault,
    purchaser::{Certification, Completion, PurchaserKind},
    schema::{Kind, PURCHASER_TYPES},
};
use serde::{Deserialize, Serialize};

/// Minimum and maximum number of digits of a bank account number.
pub const BANK_ACCOUNT_LENGTH: (usize, usize) = (8, 30);

/// The data that a purchaser completes itself, as typed. The field names equal the names of the inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TradeForm {
    /// 采购人类型, as in the sheet.
    pub kind: String,
    /// 单位地址
    pub address: String,
    /// 收货地址
    pub delivery_address: String,
    /// 发票抬头
    pub invoice_title: String,
    /// 纳税人识别号: 18 characters, as a credit code (GB 32100-2015).
    pub invoice_tax_number: String,
    /// 开户银行; may be empty.
    pub invoice_bank: String,
    /// 银行账号; may be empty.
    pub invoice_account: String,
    /// Contact person.
    pub contact: String,
    /// Mobile number.
    pub mobile: String,
}

/// The valid data of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trade {
    /// 采购人类型
    pub kind: PurchaserKind,
    /// Addresses and invoice data, tidied.
    pub completion: Completion,
    /// Contact person.
    pub contact: String,
    /// Mobile number.
    pub mobile: Mobile,
}

impl TradeForm {
    /// A form with the stored data.
    pub fn filled(kind: PurchaserKind, completion: Completion, contact: String, mobile: String) -> Self {
        let Completion { address, delivery_address, invoice_title, invoice_tax_number, invoice_bank, invoice_account } =
            completion;
        Self {
            kind: kind.label().to_owned(),
            address,
            delivery_address,
            invoice_title,
            invoice_tax_number,
            invoice_bank,
            invoice_account,
            contact,
            mobile,
        }
    }

    /// The valid data, tidied like cells of a spreadsheet, or the fields that the user must correct.
    pub fn check(&self) -> Result<Trade, Vec<FieldFault>> {
        let mut faults = Vec::new();
        let mut value = |name: &str, checked: Result<String, Code>| {
            checked.unwrap_or_else(|code| {
                faults.push(FieldFault::new(name, code));
                String::new()
            })
        };
        let kind = value("kind", check_field(Kind::List(PURCHASER_TYPES), &self.kind));
        let completion = Completion {
            address: value("address", check_field(Kind::Name, &self.address)),
            delivery_address: value("delivery_address", check_field(Kind::Name, &self.delivery_address)),
            invoice_title: value("invoice_title", check_field(Kind::Name, &self.invoice_title)),
            invoice_tax_number: value("invoice_tax_number", check_field(Kind::CreditCode, &self.invoice_tax_number)),
            invoice_bank: value("invoice_bank", optional(&self.invoice_bank, |bank| check_field(Kind::Name, bank))),
            invoice_account: value("invoice_account", optional(&self.invoice_account, bank_account)),
        };
        let contact = value("contact", check_field(Kind::Contact, &self.contact));
        let mobile = value("mobile", check_field(Kind::Mobile, &self.mobile));
        match (PurchaserKind::from_label(&kind), Mobile::parse(&mobile)) {
            (Some(kind), Ok(mobile)) if faults.is_empty() => Ok(Trade { kind, completion, contact, mobile }),
            _ => Err(faults),
        }
    }
}

impl From<Trade> for TradeForm {
    fn from(trade: Trade) -> Self {
        Self::filled(trade.kind, trade.completion, trade.contact, trade.mobile.as_str().to_owned())
    }
}

/// Checks an optional field.
fn optional(typed: &str, check: impl FnOnce(&str) -> Result<String, Code>) -> Result<String, Code> {
    match check(typed) {
        Err(Code::Required) => Ok(String::new()),
        result => result,
    }
}

/// Checks a bank account number. Spaces and hyphens between the digits are removed.
fn bank_account(typed: &str) -> Result<String, Code> {
    let text = check_field(Kind::Remark, typed)?;
    let digits: String = crate::normalize::compact(&text).unwrap_or(text).replace('-', "");
    let (least, most) = BANK_ACCOUNT_LENGTH;
    match digits.len() {
        _ if !digits.bytes().all(|b| b.is_ascii_digit()) => Err(Code::NumberFormat),
        length if length < least => Err(Code::TooShort),
        length if length > most => Err(Code::TooLong),
        _ => Ok(digits),
    }
}

/// Checks the operator's reason for returning a purchaser: required, at most 200 characters. Returns the tidied text.
pub fn reason(typed: &str) -> Result<String, FieldFault> {
    check_field(Kind::Remark, typed).map_err(|code| FieldFault::new("reason", code))
}

/// The purchaser of the current trading account, for the frame of the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalPurchaser {
    /// 采购人名称
    pub name: String,
    /// State of the certification.
    pub certification: Certification,
}

/// The data of the current purchaser (采购人资料).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TradeProfile {
    /// 采购人名称. Only its unit can change it.
    pub name: String,
    /// Credit code. Only its unit can change it.
    pub code: String,
    /// 所属预算单位, which can change name and code.
    pub unit: String,
    /// The other stored data.
    pub form: TradeForm,
    /// The version of the stored data. Forms send it back; if it has changed, the change is refused.
    pub version: i32,
    /// State of the certification.
    pub certification: Certification,
    /// The reason why the operator returned the data.
    pub note: Option<String>,
    /// Time of the last submission.
    pub submitted_at: Option<Timestamp>,
    /// Time of the last decision of the operator.
    pub decided_at: Option<Timestamp>,
}

/// Number of purchasers on a page of the certification queue.
pub const CERTIFICATIONS_PER_PAGE: u32 = 20;

/// A purchaser in the certification queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificationQueueItem {
    /// The purchaser.
    pub id: PurchaserId,
    /// 采购人名称
    pub name: String,
    /// Full name of 所属预算单位.
    pub unit: String,
    /// 采购人类型
    pub kind: PurchaserKind,
    /// Time of the submission.
    pub submitted_at: Timestamp,
}

/// A page of the certification queue, oldest submission first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificationQueuePage {
    /// The purchasers.
    pub rows: Vec<CertificationQueueItem>,
    /// Number of purchasers in the queue.
    pub total: BoundedCount,
    /// The cursor of the next page. `None` on the last page.
    pub next: Option<String>,
}

/// A certification case: the data of a purchaser compared with the data of its unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificationCase {
    /// The purchaser.
    pub id: PurchaserId,
    /// The version of the data. The decision sends it back; if it has changed, the decision is refused.
    pub version: i32,
    /// 采购人名称
    pub name: String,
    /// 采购人类型
    pub kind: PurchaserKind,
    /// Trading login name.
    pub login: String,
    /// State of the certification.
    pub certification: Certification,
    /// The reason of the last return.
    pub note: Option<String>,
    /// Time of the submission.
    pub submitted_at: Option<Timestamp>,
    /// Time of the last decision of the operator.
    pub decided_at: Option<Timestamp>,
    /// The items that both have.
    pub pairs: Vec<ComparedItem>,
    /// The data that only the purchaser has.
    pub completion: Completion,
}

/// A field of the purchaser that the unit also has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComparedField {
    /// Name.
    Name,
    /// Credit code.
    Code,
    /// 发票抬头, compared with the name of the unit.
    InvoiceTitle,
    /// 纳税人识别号, compared with the credit code of the unit.
    TaxNumber,
    /// Contact person.
    Contact,
    /// Mobile number, masked.
    Mobile,
}

/// A compared field with both values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedItem {
    /// The field.
    pub datum: ComparedField,
    /// The value of the purchaser.
    pub purchaser: String,
    /// The value of the unit. `None` if the unit has none.
    pub unit: Option<String>,
    /// Whether the values are equal.
    pub same: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CreditCode;
    use rstest::rstest;

    fn form() -> TradeForm {
        TradeForm {
            kind: "食堂承包方".to_owned(),
            address: " 示例县人民路 1 号 ".to_owned(),
            delivery_address: "示例县人民路 1 号食堂".to_owned(),
            invoice_title: "示例县第一中学".to_owned(),
            invoice_tax_number: "11320106mb3fqeflcg".to_owned(),
            invoice_bank: String::new(),
            invoice_account: " 6222 0000-1234 5678 ".to_owned(),
            contact: "王芳".to_owned(),
            mobile: "138-1234-5678".to_owned(),
        }
    }

    #[test]
    fn typed_values_are_tidied() {
        let trade = form().check().unwrap();
        assert_eq!((trade.kind, trade.mobile.as_str()), (PurchaserKind::Canteen, "13812345678"));
        assert_eq!(trade.completion.address, "示例县人民路 1 号");
        assert_eq!(trade.completion.invoice_tax_number, "11320106MB3FQEFLCG");
        assert_eq!((trade.completion.invoice_bank.as_str(), trade.completion.invoice_account.len()), ("", 16));
        assert!(CreditCode::parse(&trade.completion.invoice_tax_number).is_ok());
    }

    #[rstest]
    #[case(|f: &mut TradeForm| f.kind = "学校".to_owned(), "kind", Code::NotInList)]
    #[case(|f: &mut TradeForm| f.address.clear(), "address", Code::Required)]
    #[case(|f: &mut TradeForm| f.delivery_address = "路".repeat(101), "delivery_address", Code::TooLong)]
    #[case(|f: &mut TradeForm| f.invoice_title = " ".to_owned(), "invoice_title", Code::Required)]
    #[case(|f: &mut TradeForm| f.invoice_tax_number.truncate(15), "invoice_tax_number", Code::CreditCodeLength)]
    #[case(|f: &mut TradeForm| f.invoice_tax_number = "11320106MB3FQEFLC1".to_owned(), "invoice_tax_number", Code::CreditCodeCheck)]
    #[case(|f: &mut TradeForm| f.invoice_bank = "行".to_owned(), "invoice_bank", Code::TooShort)]
    #[case(|f: &mut TradeForm| f.invoice_account = "1234".to_owned(), "invoice_account", Code::TooShort)]
    #[case(|f: &mut TradeForm| f.invoice_account = "1".repeat(31), "invoice_account", Code::TooLong)]
    #[case(|f: &mut TradeForm| f.invoice_account = "62220000x1234".to_owned(), "invoice_account", Code::NumberFormat)]
    #[case(|f: &mut TradeForm| f.contact.clear(), "contact", Code::Required)]
    #[case(|f: &mut TradeForm| f.mobile = "12345".to_owned(), "mobile", Code::MobileFormat)]
    fn a_fault_is_reported_at_its_input(#[case] spoil: fn(&mut TradeForm), #[case] name: &str, #[case] code: Code) {
        let mut form = form();
        spoil(&mut form);
        assert_eq!(form.check(), Err(vec![FieldFault::new(name, code)]));
    }

    #[rstest]
    #[case("  发票抬头与单位名称不一致 ", Ok("发票抬头与单位名称不一致"))]
    #[case("  ", Err(Code::Required))]
    fn a_reason_is_required(#[case] typed: &str, #[case] expected: Result<&str, Code>) {
        assert_eq!(reason(typed).map_err(|fault| fault.code), expected.map(str::to_owned));
        assert!(reason(&"长".repeat(201)).is_err());
    }
}
