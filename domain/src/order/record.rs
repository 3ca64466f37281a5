//! Records of orders as another system sends them, and their check.

use super::{
    Order, OrderFault, OrderFaultCode, OrderLine, OrderNumber, OriginCounty, PayerKind, ProductCategory, PurchaserKey,
    Quantity, Refund, contribution::allocate_refunds,
};
use crate::{calendar::Timestamp, money::Money};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A revision of an order as it is sent. Its texts are not checked yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderRecord {
    /// The number of the order: 1 to 40 characters.
    pub number: String,
    /// Counts the versions of the order, from 1.
    pub revision: u32,
    /// The login name of the purchaser's trading account (JY…), or the purchaser's id.
    pub purchaser: String,
    /// The supplier's name.
    pub supplier: String,
    /// The supplier's credit code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier_code: Option<String>,
    /// Who pays: a word of [`PayerKind`].
    pub payer: String,
    /// What is ordered.
    pub lines: Vec<LineRecord>,
    /// When it was ordered.
    pub ordered_at: Timestamp,
    /// When it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<Timestamp>,
    /// When it was shipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipped_at: Option<Timestamp>,
    /// When it was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_at: Option<Timestamp>,
    /// When it was evaluated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluated_at: Option<Timestamp>,
    /// What was refunded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<RefundRecord>,
}

/// A line of an order as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LineRecord {
    /// The product's name.
    pub product: String,
    /// A word of [`ProductCategory`].
    pub category: String,
    /// A decimal number above 0 with at most 3 places.
    pub quantity: String,
    /// The price of one unit of measure in fen.
    pub unit_price: i64,
    /// What the line costs in fen.
    pub amount: i64,
    /// The GB/T 2260 code of the county where the product comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

/// A refund as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RefundRecord {
    /// When it was made.
    pub at: Timestamp,
    /// The refunded amount in fen.
    pub amount: i64,
    /// The number of the line for which it is made, from 1. Without it, the refund is spread over all lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// What a record names that is not known here, perhaps not yet. The record is parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum UnknownPart {
    /// No purchaser has the login name or the id.
    Purchaser,
    /// No category has the word.
    Category,
    /// No county has the code.
    Origin,
}

impl UnknownPart {
    /// All values.
    pub const ALL: [Self; 3] = [Self::Purchaser, Self::Category, Self::Origin];

    /// The word in answers, URLs and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Purchaser => "purchaser",
            Self::Category => "category",
            Self::Origin => "origin",
        }
    }

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == text)
    }
}

/// The most lines, and the most refunds, of an order.
pub const MAX_LINES: usize = 500;
/// The most characters of a name.
const MAX_NAME: usize = 200;
/// The start of 2019, when the programme began: 2019-01-01T00:00+08:00.
const FIRST_TIME: Timestamp = Timestamp(1_546_272_000_000);
/// How far the clock of another system may be ahead.
const CLOCK_TOLERANCE: Duration = Duration::from_hours(24);

impl OrderRecord {
    /// The order of a record that is right. `is_county` knows the counties that exist. An error has every fault of the record,
    /// or else says why the record is parked.
    pub fn check(
        &self,
        now: Timestamp,
        is_county: impl Fn(OriginCounty) -> bool,
    ) -> Result<Order, Result<UnknownPart, Vec<OrderFault>>> {
        let mut check = RecordCheck { faults: Vec::new(), unknown: None, latest: now + CLOCK_TOLERANCE };
        let order = check.order(self, is_county);
        if !check.faults.is_empty() {
            return Err(Err(check.faults));
        }
        match (check.unknown, order) {
            (Some(unknown), _) => Err(Ok(unknown)),
            (None, Some(order)) => Ok(order),
            // Every part that is missing has a fault or is unknown.
            (None, None) => Err(Err(Vec::new())),
        }
    }
}

/// The check of a record.
struct RecordCheck {
    faults: Vec<OrderFault>,
    unknown: Option<UnknownPart>,
    /// The latest time that is not in the future.
    latest: Timestamp,
}

impl RecordCheck {
    fn fault(&mut self, code: OrderFaultCode, index: Option<usize>) {
        self.faults.push(OrderFault { code, position: index.map(|index| index + 1) });
    }

    /// The value, or a fault if there is none.
    fn require<T>(&mut self, value: Option<T>, code: OrderFaultCode, index: Option<usize>) -> Option<T> {
        if value.is_none() {
            self.fault(code, index);
        }
        value
    }

    /// The first reason stays: one is enough to park the record.
    fn place<T>(&mut self, value: Option<T>, reason: UnknownPart) -> Option<T> {
        if value.is_none() {
            self.unknown.get_or_insert(reason);
        }
        value
    }

    fn order(&mut self, record: &OrderRecord, is_county: impl Fn(OriginCounty) -> bool) -> Option<Order> {
        use OrderFaultCode as Code;
        let number = self.require(OrderNumber::parse(&record.number), Code::NumberInvalid, None);
        let revision = i32::try_from(record.revision).ok().filter(|revision| *revision > 0);
        let revision = self.require(revision, Code::RevisionInvalid, None);
        let purchaser = self.require(PurchaserKey::parse(&record.purchaser), Code::PurchaserInvalid, None);
        let supplier = self.name(&record.supplier, Code::SupplierMissing, None);
        let supplier_code = record.supplier_code.as_deref().map(str::trim).filter(|code| !code.is_empty());
        if supplier_code.is_some_and(|code| code.chars().count() > OrderNumber::MAX_LENGTH) {
            self.fault(Code::TextTooLong, None);
        }
        if supplier_code.is_some_and(|code| code.chars().any(char::is_control)) {
            self.fault(Code::TextInvalid, None);
        }
        let payer = self.require(PayerKind::from_name(record.payer.trim()), Code::PayerUnknown, None);
        if record.lines.is_empty() {
            self.fault(Code::LinesMissing, None);
        }
        if record.lines.len() > MAX_LINES || record.refunds.len() > MAX_LINES {
            self.fault(Code::TooManyLines, None);
            return None;
        }
        let lines: Option<Vec<OrderLine>> = {
            let lines = record.lines.iter().enumerate();
            // Every line is checked, also behind one that is wrong.
            let lines: Vec<_> = lines.map(|(index, line)| self.line(index, line, &is_county)).collect();
            lines.into_iter().collect()
        };
        self.times(record);
        let refunds: Vec<_> =
            record.refunds.iter().enumerate().map(|(index, refund)| self.refund(index, refund, record)).collect();
        let mut refunds = refunds.into_iter().collect::<Option<Vec<Refund>>>()?;
        refunds.sort_by_key(|refund| refund.at);
        let order = Order {
            number: number?,
            revision: revision?,
            purchaser: purchaser?,
            supplier: supplier?,
            supplier_code: supplier_code.map(str::to_owned),
            payer: payer?,
            lines: lines?,
            ordered_at: record.ordered_at,
            paid_at: record.paid_at,
            shipped_at: record.shipped_at,
            accepted_at: record.accepted_at,
            evaluated_at: record.evaluated_at,
            refunds,
        };
        let total = order.lines.iter().map(|line| line.amount.fen()).fold(0_i64, i64::saturating_add);
        self.require(Money::from_fen(total), Code::AmountInvalid, None)?;
        let exceeding = allocate_refunds(&order).exceeding;
        if exceeding.is_some() {
            self.fault(Code::RefundExceedsAmount, exceeding);
        }
        Some(order)
    }

    fn name(&mut self, text: &str, missing: OrderFaultCode, index: Option<usize>) -> Option<String> {
        let text = text.trim();
        if text.chars().count() > MAX_NAME {
            self.fault(OrderFaultCode::TextTooLong, index);
            return None;
        }
        if text.chars().any(char::is_control) {
            self.fault(OrderFaultCode::TextInvalid, index);
            return None;
        }
        self.require((!text.is_empty()).then(|| text.to_owned()), missing, index)
    }

    fn line(&mut self, index: usize, line: &LineRecord, is_county: impl Fn(OriginCounty) -> bool) -> Option<OrderLine> {
        use OrderFaultCode as Code;
        let at = Some(index);
        let product = self.name(&line.product, Code::ProductMissing, at);
        let category = self.place(ProductCategory::from_name(line.category.trim()), UnknownPart::Category);
        let quantity = self.require(Quantity::parse(&line.quantity), Code::QuantityInvalid, at);
        let unit_price = self.require(Money::from_fen(line.unit_price), Code::AmountInvalid, at);
        let amount = self.require(Money::from_fen(line.amount), Code::AmountInvalid, at);
        if let (Some(quantity), Some(unit_price), Some(amount)) = (quantity, unit_price, amount)
            && !is_covered(quantity, unit_price, amount)
        {
            self.fault(Code::AmountAbovePrice, at);
        }
        let origin = match line.origin.as_deref().map(str::trim).filter(|code| !code.is_empty()) {
            Some(code) => {
                let county = OriginCounty::parse(code).filter(|county| is_county(*county));
                Some(self.place(county, UnknownPart::Origin)?)
            }
            None => None,
        };
        Some(OrderLine {
            product: product?,
            category: category?,
            quantity: quantity?,
            unit_price: unit_price?,
            amount: amount?,
            origin,
        })
    }

    /// Everything happens after the order, and within the years of the programme.
    fn times(&mut self, record: &OrderRecord) {
        let later = [record.paid_at, record.shipped_at, record.accepted_at, record.evaluated_at];
        let later = later.into_iter().flatten().chain(record.refunds.iter().map(|refund| refund.at));
        let (first, last) = later.fold((record.ordered_at, record.ordered_at), |(first, last), at| {
            (Ord::min(first, at), Ord::max(last, at))
        });
        if first < FIRST_TIME || last > self.latest {
            self.fault(OrderFaultCode::TimeOutOfRange, None);
        }
        let evaluated_too_early = record.accepted_at.zip(record.evaluated_at).is_some_and(|(a, e)| e < a);
        if first < record.ordered_at || evaluated_too_early {
            self.fault(OrderFaultCode::TimesOutOfOrder, None);
        }
    }

    fn refund(&mut self, index: usize, refund: &RefundRecord, record: &OrderRecord) -> Option<Refund> {
        let amount = Money::from_fen(refund.amount).filter(|amount| *amount > Money::default());
        let line = refund.line.map(|line| usize::try_from(line).ok()?.checked_sub(1));
        let is_line = |line: Option<usize>| line.is_some_and(|line| line < record.lines.len());
        let line_is_right = line.is_none_or(is_line);
        let amount = amount.filter(|_| line_is_right);
        let amount = self.require(amount, OrderFaultCode::RefundInvalid, Some(index))?;
        Some(Refund { at: refund.at, amount, line: line.flatten() })
    }
}

/// Whether the amount is at most quantity × unit price. The unit price is rounded to the fen, so that the product may be half a
/// fen too low for each unit of measure.
fn is_covered(quantity: Quantity, unit_price: Money, amount: Money) -> bool {
    // In two-thousandths of a fen.
    let highest = i128::from(quantity.thousandths()) * (2 * i128::from(unit_price.fen()) + 1);
    i128::from(amount.fen()) * 2_000 <= highest + 2_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// 2026-11-30T12:00+08:00
    const NOW: Timestamp = Timestamp(1_796_011_200_000);

    fn record() -> OrderRecord {
        OrderRecord {
            number: " XS-2026-000001 ".to_owned(),
            revision: 1,
            purchaser: "jy00000001".to_owned(),
            supplier: "示例县合作社".to_owned(),
            supplier_code: None,
            payer: "canteen".to_owned(),
            lines: vec![LineRecord {
                product: "大米".to_owned(),
                category: "grain-and-oil".to_owned(),
                quantity: "12.5".to_owned(),
                unit_price: 680,
                amount: 8_500,
                origin: Some("522325".to_owned()),
            }],
            ordered_at: NOW,
            paid_at: Some(NOW),
            shipped_at: None,
            accepted_at: None,
            evaluated_at: None,
            refunds: Vec::new(),
        }
    }

    fn check(record: &OrderRecord) -> Result<Order, Result<UnknownPart, Vec<OrderFault>>> {
        record.check(NOW, |county| county.code() == 522_325)
    }

    #[test]
    fn a_right_record_becomes_an_order_that_json_gives_back() {
        let order = check(&record()).unwrap();
        assert_eq!(order.number.as_str(), "XS-2026-000001");
        assert_eq!(order.purchaser, PurchaserKey::Login("JY00000001".to_owned()));
        assert_eq!(order.lines[0].quantity.to_string(), "12.5");
        let json = serde_json::to_string(&order).unwrap();
        assert_eq!(serde_json::from_str::<Order>(&json).unwrap(), order);
    }

    #[rstest]
    #[case::number(|r: &mut OrderRecord| r.number = "A B".to_owned(), OrderFaultCode::NumberInvalid)]
    #[case::long_number(|r: &mut OrderRecord| r.number = "1".repeat(41), OrderFaultCode::NumberInvalid)]
    #[case::revision(|r: &mut OrderRecord| r.revision = 0, OrderFaultCode::RevisionInvalid)]
    #[case::large_revision(|r: &mut OrderRecord| r.revision = u32::MAX, OrderFaultCode::RevisionInvalid)]
    #[case::purchaser(|r: &mut OrderRecord| r.purchaser = String::new(), OrderFaultCode::PurchaserInvalid)]
    #[case::supplier(|r: &mut OrderRecord| r.supplier = " ".to_owned(), OrderFaultCode::SupplierMissing)]
    #[case::long_supplier(|r: &mut OrderRecord| r.supplier = "社".repeat(201), OrderFaultCode::TextTooLong)]
    #[case::control(|r: &mut OrderRecord| r.supplier = "a\u{0}".to_owned(), OrderFaultCode::TextInvalid)]
    #[case::product_control(|r: &mut OrderRecord| r.lines[0].product = "a\nb".to_owned(), OrderFaultCode::TextInvalid)]
    #[case::code_control(|r: &mut OrderRecord| r.supplier_code = Some("\u{1}1".to_owned()), OrderFaultCode::TextInvalid)]
    #[case::purchaser_control(|r: &mut OrderRecord| r.purchaser = "a\u{0}".to_owned(), OrderFaultCode::PurchaserInvalid)]
    #[case::payer(|r: &mut OrderRecord| r.payer = "me".to_owned(), OrderFaultCode::PayerUnknown)]
    #[case::lines(|r: &mut OrderRecord| r.lines.clear(), OrderFaultCode::LinesMissing)]
    #[case::many_lines(|r: &mut OrderRecord| r.lines = vec![r.lines[0].clone(); 501], OrderFaultCode::TooManyLines)]
    #[case::product(|r: &mut OrderRecord| r.lines[0].product.clear(), OrderFaultCode::ProductMissing)]
    #[case::quantity(|r: &mut OrderRecord| r.lines[0].quantity = "0".to_owned(), OrderFaultCode::QuantityInvalid)]
    #[case::fine_quantity(|r: &mut OrderRecord| r.lines[0].quantity = "1.2345".to_owned(), OrderFaultCode::QuantityInvalid)]
    #[case::negative(|r: &mut OrderRecord| r.lines[0].amount = -1, OrderFaultCode::AmountInvalid)]
    #[case::price(|r: &mut OrderRecord| r.lines[0].unit_price = i64::MAX, OrderFaultCode::AmountInvalid)]
    #[case::above(|r: &mut OrderRecord| r.lines[0].amount = 8_508, OrderFaultCode::AmountAbovePrice)]
    #[case::future(|r: &mut OrderRecord| r.paid_at = Some(Timestamp(NOW.0 + 90_000_000)), OrderFaultCode::TimeOutOfRange)]
    #[case::past(|r: &mut OrderRecord| r.ordered_at = Timestamp(FIRST_TIME.0 - 1), OrderFaultCode::TimeOutOfRange)]
    #[case::order(|r: &mut OrderRecord| r.paid_at = Some(Timestamp(NOW.0 - 1)), OrderFaultCode::TimesOutOfOrder)]
    #[case::evaluation(
        |r: &mut OrderRecord| (r.accepted_at, r.evaluated_at) = (Some(Timestamp(NOW.0 + 2)), Some(Timestamp(NOW.0 + 1))),
        OrderFaultCode::TimesOutOfOrder
    )]
    #[case::refund_of_nothing(|r: &mut OrderRecord| r.refunds = vec![refund(0, None)], OrderFaultCode::RefundInvalid)]
    #[case::refund_line(|r: &mut OrderRecord| r.refunds = vec![refund(1, Some(2))], OrderFaultCode::RefundInvalid)]
    #[case::refund_line_0(|r: &mut OrderRecord| r.refunds = vec![refund(1, Some(0))], OrderFaultCode::RefundInvalid)]
    #[case::refunds(
        |r: &mut OrderRecord| r.refunds = vec![refund(8_000, None), refund(501, Some(1))],
        OrderFaultCode::RefundExceedsAmount
    )]
    fn a_wrong_record_is_refused(#[case] change: fn(&mut OrderRecord), #[case] expected: OrderFaultCode) {
        let mut record = record();
        change(&mut record);
        let faults = check(&record).unwrap_err().unwrap_err();
        assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), [expected]);
    }

    fn refund(amount: i64, line: Option<u32>) -> RefundRecord {
        RefundRecord { at: NOW, amount, line }
    }

    #[rstest]
    #[case::category(|r: &mut OrderRecord| r.lines[0].category = "toys".to_owned(), UnknownPart::Category)]
    #[case::origin(|r: &mut OrderRecord| r.lines[0].origin = Some("522399".to_owned()), UnknownPart::Origin)]
    #[case::city(|r: &mut OrderRecord| r.lines[0].origin = Some("522300".to_owned()), UnknownPart::Origin)]
    fn a_record_that_names_something_unknown_is_to_be_parked(
        #[case] change: fn(&mut OrderRecord),
        #[case] expected: UnknownPart,
    ) {
        let mut record = record();
        change(&mut record);
        assert_eq!(check(&record), Err(Ok(expected)));
        // What is wrong cannot be placed later.
        record.revision = 0;
        assert!(matches!(check(&record), Err(Err(_))));
    }

    #[test]
    fn faults_name_their_lines() {
        let mut record = record();
        record.lines.push(LineRecord { quantity: "x".to_owned(), product: String::new(), ..record.lines[0].clone() });
        let faults = check(&record).unwrap_err().unwrap_err();
        let expected = [OrderFaultCode::ProductMissing, OrderFaultCode::QuantityInvalid]
            .map(|code| OrderFault { code, position: Some(2) });
        assert_eq!(faults, expected);
    }
}
