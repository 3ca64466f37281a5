//! Orders of purchasers (订单) on the trading platform, as the ledger of orders (台账) keeps them.

mod call;
mod contribution;
mod fault;
mod parked;
mod record;
mod verdict;
mod view;

pub use call::{CallAnswer, CallRefusal, FaultAnswer, RecordAnswer};
pub use contribution::{Contribution, contributions};
pub use fault::{OrderFault, OrderFaultCode};
pub use parked::{PARKED_PER_PAGE, ParkedItem, ParkedKey, ParkedPage, ParkedQuery};
pub use record::{LineRecord, MAX_LINES, OrderRecord, RefundRecord, UnknownPart};
pub use verdict::{Outcome, Verdict};
pub use view::{
    FormerOrder, LineView, ORDERS_PER_PAGE, OrderEvent, OrderFilter, OrderListItem, OrderQuery, OrderStep, OrderView,
    OrdersPage,
};

use crate::{
    calendar::Timestamp,
    ids::PurchaserId,
    money::{Money, decimal, trimmed},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most orders that one call may bring.
pub const MAX_ORDERS_AT_ONCE: u32 = 10_000;

/// The number of an order: 1 to 40 characters without white space. No two orders have the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderNumber(String);

impl OrderNumber {
    /// The most characters.
    pub const MAX_LENGTH: usize = 40;

    /// The number in a text, without the white space around it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = (1..=Self::MAX_LENGTH).contains(&text.chars().count());
        (fits && !text.chars().any(|c| c.is_whitespace() || c.is_control())).then(|| Self(text.to_owned()))
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How an order names its purchaser.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PurchaserKey {
    /// By the login name of its trading account, JY….
    Login(String),
    /// By its id.
    Id(PurchaserId),
}

impl PurchaserKey {
    /// The longest text that can be a key.
    const MAX_LENGTH: usize = 40;

    /// The key in a text: digits alone are an id.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // The database does not take every control character.
        if text.is_empty() || text.len() > Self::MAX_LENGTH || text.chars().any(|c| c.is_whitespace() || c.is_control())
        {
            return None;
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().ok().map(|id| Self::Id(PurchaserId(id)));
        }
        Some(Self::Login(text.to_ascii_uppercase()))
    }
}

/// Who pays for a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum PayerKind {
    /// 食堂
    Canteen,
    /// 工会
    Union,
    /// 职工个人
    Employee,
}

impl PayerKind {
    /// All values.
    pub const ALL: [Self; 3] = [Self::Canteen, Self::Union, Self::Employee];

    /// The word in URLs, records and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Canteen => "canteen",
            Self::Union => "union",
            Self::Employee => "employee",
        }
    }

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|payer| payer.as_str() == text)
    }
}

/// The category of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProductCategory {
    /// 粮油
    GrainAndOil,
    /// 肉禽蛋
    MeatAndEggs,
    /// 水产
    Seafood,
    /// 蔬菜
    Vegetables,
    /// 水果
    Fruit,
    /// 干货
    DriedGoods,
    /// 茶
    Tea,
    /// 饮料酒水
    Drinks,
    /// 奶制品
    Dairy,
    /// 调味品
    Seasonings,
    /// 休闲食品
    Snacks,
    /// 其他
    Other,
}

impl ProductCategory {
    /// All values.
    pub const ALL: [Self; 12] = [
        Self::GrainAndOil,
        Self::MeatAndEggs,
        Self::Seafood,
        Self::Vegetables,
        Self::Fruit,
        Self::DriedGoods,
        Self::Tea,
        Self::Drinks,
        Self::Dairy,
        Self::Seasonings,
        Self::Snacks,
        Self::Other,
    ];

    /// The word in URLs, records and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GrainAndOil => "grain-and-oil",
            Self::MeatAndEggs => "meat-and-eggs",
            Self::Seafood => "seafood",
            Self::Vegetables => "vegetables",
            Self::Fruit => "fruit",
            Self::DriedGoods => "dried-goods",
            Self::Tea => "tea",
            Self::Drinks => "drinks",
            Self::Dairy => "dairy",
            Self::Seasonings => "seasonings",
            Self::Snacks => "snacks",
            Self::Other => "other",
        }
    }

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == text)
    }
}

/// The county from which a product comes: its GB/T 2260 code of six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OriginCounty(u32);

impl OriginCounty {
    /// From the code. `None` for the code of a province or a city, whose last digits are 00. Whether there is such a county is
    /// known to the list of divisions.
    pub fn from_code(code: u32) -> Option<Self> {
        ((110_000..660_000).contains(&code) && !code.is_multiple_of(100)).then_some(Self(code))
    }

    /// The code in a text.
    pub fn parse(text: &str) -> Option<Self> {
        text.trim().parse().ok().and_then(Self::from_code)
    }

    /// The code.
    pub const fn code(self) -> u32 {
        self.0
    }
}

/// A quantity, exact to the thousandth of its unit of measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(i64);

impl Quantity {
    /// The largest: 1,000,000,000.
    const MAX: i64 = 1_000_000_000 * 1_000;

    /// Parses a decimal number above 0 with at most 3 places.
    pub fn parse(text: &str) -> Option<Self> {
        let thousandths = decimal(text.trim(), 3).ok()?;
        (1..=Self::MAX).contains(&thousandths).then_some(Self(thousandths))
    }

    /// The quantity in thousandths.
    pub const fn thousandths(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Quantity {
    /// Exact and without trailing zeros: `2.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&trimmed(self.0, 3))
    }
}

/// An order that passed the check. This is what the ledger stores as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The number.
    pub number: OrderNumber,
    /// Counts the versions that the trading platform has sent, from 1.
    pub revision: i32,
    /// The purchaser.
    pub purchaser: PurchaserKey,
    /// The supplier's name.
    pub supplier: String,
    /// The supplier's credit code, as it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier_code: Option<String>,
    /// Who pays.
    pub payer: PayerKind,
    /// What is ordered, at least one line.
    pub lines: Vec<OrderLine>,
    /// When it was ordered.
    pub ordered_at: Timestamp,
    /// When it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<Timestamp>,
    /// When it was shipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipped_at: Option<Timestamp>,
    /// When it was accepted (验收).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_at: Option<Timestamp>,
    /// When it was evaluated (评价).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluated_at: Option<Timestamp>,
    /// The refunds (退款), in the order of their times.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<Refund>,
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The product's name.
    pub product: String,
    /// Its category.
    pub category: ProductCategory,
    /// How much of it.
    pub quantity: Quantity,
    /// Its price in fen for one unit of measure.
    pub unit_price: Money,
    /// What the line costs in fen.
    pub amount: Money,
    /// Where the product comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<OriginCounty>,
}

/// A refund, of a part or of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// When it was made.
    pub at: Timestamp,
    /// The refunded amount in fen, above 0.
    pub amount: Money,
    /// The index of the line for which it is made; `None` if it is spread over all lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

/// The state of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum OrderState {
    /// 待付款
    Unpaid,
    /// 待发货
    Paid,
    /// 待验收
    Shipped,
    /// 待评价
    Accepted,
    /// 已评价
    Evaluated,
    /// 已退款: the whole amount was refunded.
    Refunded,
}

impl Order {
    /// The amount of all lines.
    pub fn amount(&self) -> Money {
        sum(self.lines.iter().map(|line| line.amount))
    }

    /// The amount of all refunds.
    pub fn refunded(&self) -> Money {
        sum(self.refunds.iter().map(|refund| refund.amount))
    }

    /// The state that follows from the times.
    pub fn state(&self) -> OrderState {
        let refunded = self.refunded();
        if refunded > Money::default() && refunded == self.amount() {
            OrderState::Refunded
        } else if self.paid_at.is_none() {
            OrderState::Unpaid
        } else if self.accepted_at.is_some() {
            if self.evaluated_at.is_some() { OrderState::Evaluated } else { OrderState::Accepted }
        } else if self.shipped_at.is_some() {
            OrderState::Shipped
        } else {
            OrderState::Paid
        }
    }
}

/// The sum of amounts whose sum is one too: the check of a record makes sure of it.
fn sum(amounts: impl Iterator<Item = Money>) -> Money {
    let fen = amounts.map(Money::fen).fold(0_i64, i64::saturating_add);
    Money::from_fen(fen).unwrap_or(Money::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn order(times: [bool; 4], refunded: i64) -> Order {
        let [paid_at, shipped_at, accepted_at, evaluated_at] = times.map(|done| done.then_some(Timestamp(2)));
        let amount = Money::from_fen(100).unwrap();
        Order {
            number: OrderNumber::parse("XS1").unwrap(),
            revision: 1,
            purchaser: PurchaserKey::Id(PurchaserId(1)),
            supplier: "合作社".to_owned(),
            supplier_code: None,
            payer: PayerKind::Canteen,
            lines: vec![OrderLine {
                product: "茶叶".to_owned(),
                category: ProductCategory::Tea,
                quantity: Quantity::parse("1").unwrap(),
                unit_price: amount,
                amount,
                origin: None,
            }],
            ordered_at: Timestamp(1),
            paid_at,
            shipped_at,
            accepted_at,
            evaluated_at,
            refunds: Money::from_fen(refunded)
                .filter(|amount| amount.fen() > 0)
                .map(|amount| Refund { at: Timestamp(3), amount, line: None })
                .into_iter()
                .collect(),
        }
    }

    #[rstest]
    #[case([false; 4], 0, OrderState::Unpaid)]
    #[case([false, true, true, true], 0, OrderState::Unpaid)]
    #[case([true, false, false, false], 0, OrderState::Paid)]
    #[case([true, true, false, false], 99, OrderState::Shipped)]
    #[case([true, false, true, false], 0, OrderState::Accepted)]
    #[case([true, true, true, true], 0, OrderState::Evaluated)]
    #[case([true, true, false, true], 0, OrderState::Shipped)]
    #[case([true, true, true, true], 100, OrderState::Refunded)]
    fn the_state_follows_from_the_times(#[case] times: [bool; 4], #[case] refunded: i64, #[case] expected: OrderState) {
        assert_eq!(order(times, refunded).state(), expected);
    }

    #[rstest]
    #[case("JY00000001", Some(PurchaserKey::Login("JY00000001".to_owned())))]
    #[case(" jy00000001 ", Some(PurchaserKey::Login("JY00000001".to_owned())))]
    #[case("42", Some(PurchaserKey::Id(PurchaserId(42))))]
    #[case("99999999999999999999", None)]
    #[case(" ", None)]
    #[case("JY\u{0}1", None)]
    fn a_purchaser_is_named_by_login_name_or_id(#[case] text: &str, #[case] expected: Option<PurchaserKey>) {
        assert_eq!(PurchaserKey::parse(text), expected);
    }

    #[test]
    fn words_are_parsed_and_are_those_of_json() {
        for category in ProductCategory::ALL {
            assert_eq!(ProductCategory::from_name(category.as_str()), Some(category));
            assert_eq!(serde_json::to_value(category).unwrap(), category.as_str());
        }
        for payer in PayerKind::ALL {
            assert_eq!(PayerKind::from_name(payer.as_str()), Some(payer));
            assert_eq!(serde_json::to_value(payer).unwrap(), payer.as_str());
        }
    }
}
