//! 我的订单: the orders of a purchaser as it sees them.

use super::{OrderState, PayerKind, ProductCategory};
use crate::{
    Money,
    calendar::{Day, Timestamp},
    ids::OrderId,
    paging::BoundedCount,
};
use serde::{Deserialize, Serialize};

/// The orders on a page of the list.
pub const ORDERS_PER_PAGE: u32 = 20;

/// Which orders are listed by their state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderFilter {
    /// 待付款
    Unpaid,
    /// 待发货
    Paid,
    /// 待验收
    Shipped,
    /// 待评价
    Accepted,
    /// 已完成
    Evaluated,
    /// 退款: of a part or of the whole.
    Refunds,
}

impl OrderFilter {
    /// All values, in the order in which an order goes through them.
    pub const ALL: [Self; 6] =
        [Self::Unpaid, Self::Paid, Self::Shipped, Self::Accepted, Self::Evaluated, Self::Refunds];

    /// The word in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::Paid => "paid",
            Self::Shipped => "shipped",
            Self::Accepted => "accepted",
            Self::Evaluated => "evaluated",
            Self::Refunds => "refunds",
        }
    }

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.as_str() == text)
    }

    /// The state of the orders; `None` for refunds, which orders of several states have.
    pub const fn state(self) -> Option<OrderState> {
        match self {
            Self::Unpaid => Some(OrderState::Unpaid),
            Self::Paid => Some(OrderState::Paid),
            Self::Shipped => Some(OrderState::Shipped),
            Self::Accepted => Some(OrderState::Accepted),
            Self::Evaluated => Some(OrderState::Evaluated),
            Self::Refunds => None,
        }
    }
}

/// Which orders are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderQuery {
    /// Any part of the number or of the supplier's name.
    pub search: String,
    /// Only orders in this state.
    pub state: Option<OrderFilter>,
    /// Only orders made on this day or later.
    pub from: Option<Day>,
    /// Only orders made on this day or earlier.
    pub until: Option<Day>,
    /// The order behind which the page begins.
    pub after: Option<OrderId>,
}

/// A page of the list, the newest orders first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrdersPage {
    /// The orders.
    pub rows: Vec<OrderListItem>,
    /// How many orders the query finds.
    pub total: BoundedCount,
    /// The order behind which the next page begins.
    pub next: Option<OrderId>,
}

/// An order in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderListItem {
    /// Its id.
    pub id: OrderId,
    /// Its number.
    pub number: String,
    /// The supplier's name.
    pub supplier: String,
    /// Who pays.
    pub payer: PayerKind,
    /// The amount of all lines.
    pub amount: Money,
    /// The amount of all refunds.
    pub refunded: Money,
    /// Its state.
    pub state: OrderState,
    /// When it was ordered.
    pub ordered_at: Timestamp,
}

/// An order with everything that its purchaser sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    /// What the list has of it.
    pub item: OrderListItem,
    /// The supplier's credit code, as it was sent.
    pub supplier_code: Option<String>,
    /// The lines.
    pub lines: Vec<LineView>,
    /// What happened, in the order of the times; refunds too.
    pub steps: Vec<OrderStep>,
    /// The revision of today.
    pub revision: i32,
    /// When it was received.
    pub received_at: Timestamp,
    /// The revisions before, the newest first.
    pub former: Vec<FormerOrder>,
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineView {
    /// The product's name.
    pub product: String,
    /// Its category.
    pub category: ProductCategory,
    /// How much of it.
    pub quantity: String,
    /// The price of one unit of measure.
    pub unit_price: Money,
    /// What the line costs.
    pub amount: Money,
    /// The county where it comes from, with its province.
    pub origin: Option<String>,
}

/// Something that happened to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderStep {
    /// What happened.
    pub event: OrderEvent,
    /// When.
    pub at: Timestamp,
}

/// What happens to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderEvent {
    /// 下单
    Ordered,
    /// 付款
    Paid,
    /// 发货
    Shipped,
    /// 验收
    Accepted,
    /// 评价
    Evaluated,
    /// 退款
    Refunded {
        /// The refunded amount.
        amount: Money,
        /// The number of the line, from 1; `None` if all lines share it.
        line: Option<u32>,
    },
}

/// A revision that was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerOrder {
    /// Its number.
    pub revision: i32,
    /// When it was received.
    pub received_at: Timestamp,
    /// The state that it had.
    pub state: OrderState,
    /// Its amount.
    pub amount: Money,
    /// The amount of its refunds.
    pub refunded: Money,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_parsed() {
        for filter in OrderFilter::ALL {
            assert_eq!(OrderFilter::from_name(filter.as_str()), Some(filter));
            assert_eq!(serde_json::to_value(filter).unwrap(), filter.as_str());
        }
    }
}
