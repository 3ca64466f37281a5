//! What units have purchased (采购执行): the amounts side by side, the classes by which they are split, and the reports.

use crate::{
    PurchaserKind,
    calendar::Day,
    ids::UnitId,
    order::{OriginCounty, PayerKind, ProductCategory},
    plan_parameters::CompletionBasis,
    unit::UnitRef,
};
use serde::{Deserialize, Serialize};
use std::ops::{AddAssign, Neg};

/// Amounts in fen and the number of orders. They are also differences, so that each may be negative.
///
/// An order counts in `ordered` (下单金额) from its first day on, in `paid` (已支付金额) from its payment on, in `accepted` from
/// the later one of payment and acceptance (验收) on, and in `evaluated` from the latest one of payment, acceptance and
/// evaluation (评价) on. Refunds are subtracted. Thus every [`CompletionBasis`] can be read from them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    /// 下单金额
    pub ordered: i64,
    /// 已支付金额
    pub paid: i64,
    /// The amount of what is paid and accepted.
    pub accepted: i64,
    /// The amount of what is paid, accepted and evaluated.
    pub evaluated: i64,
    /// The number of orders. Each counts once, on the day of the order, in the class and the origin of its largest line.
    pub orders: i64,
}

impl Amounts {
    /// 已完成金额 in fen.
    pub const fn completed(self, basis: CompletionBasis) -> i64 {
        match basis {
            CompletionBasis::Paid => self.paid,
            CompletionBasis::Accepted => self.accepted,
            CompletionBasis::Evaluated => self.evaluated,
        }
    }

    /// Whether nothing remains.
    pub fn is_zero(&self) -> bool {
        *self == Self::default()
    }
}

impl AddAssign for Amounts {
    fn add_assign(&mut self, other: Self) {
        self.ordered += other.ordered;
        self.paid += other.paid;
        self.accepted += other.accepted;
        self.evaluated += other.evaluated;
        self.orders += other.orders;
    }
}

impl Neg for Amounts {
    type Output = Self;

    fn neg(self) -> Self {
        Self {
            ordered: -self.ordered,
            paid: -self.paid,
            accepted: -self.accepted,
            evaluated: -self.evaluated,
            orders: -self.orders,
        }
    }
}

impl std::iter::Sum for Amounts {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), |mut sum, amounts| {
            sum += amounts;
            sum
        })
    }
}

/// The class of a purchase: who pays, what kind of product it is, and the type of the purchaser. Totals are kept by class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PurchaseClass {
    /// Who pays.
    pub payer: PayerKind,
    /// The category of the product.
    pub category: ProductCategory,
    /// The type of the purchaser.
    pub purchaser: PurchaserKind,
}

impl PurchaseClass {
    /// The number of categories and of types of purchasers. The stored numbers depend on them.
    const CATEGORIES: i16 = 12;
    const PURCHASERS: i16 = 4;

    /// The stored number, below 144. Classes that differ in the type of the purchaser alone have neighbouring numbers.
    pub const fn number(self) -> i16 {
        (self.payer as i16 * Self::CATEGORIES + self.category as i16) * Self::PURCHASERS + self.purchaser as i16
    }

    /// All classes.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).map_while(Self::from_number)
    }

    /// From the stored number.
    pub fn from_number(number: i16) -> Option<Self> {
        let number = usize::try_from(number).ok()?;
        let (rest, purchaser) = (number / PurchaserKind::ALL.len(), number % PurchaserKind::ALL.len());
        let (payer, category) = (rest / ProductCategory::ALL.len(), rest % ProductCategory::ALL.len());
        Some(Self {
            payer: *PayerKind::ALL.get(payer)?,
            category: *ProductCategory::ALL.get(category)?,
            purchaser: *PurchaserKind::ALL.get(purchaser)?,
        })
    }
}

/// Which purchases a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseQuery {
    /// The unit whose subtree is meant; `None` for the whole scope of the account.
    pub unit: Option<UnitId>,
    /// 截止日期: the last day that counts. The first one is the first day of its year.
    pub until: Day,
    /// Only what these pay.
    pub payer: Option<PayerKind>,
    /// Only products of this category.
    pub category: Option<ProductCategory>,
    /// Only purchasers of this type.
    pub purchaser: Option<PurchaserKind>,
}

impl PurchaseQuery {
    /// Everything from the beginning of the year until a day.
    pub const fn until(unit: Option<UnitId>, until: Day) -> Self {
        Self { unit, until, payer: None, category: None, purchaser: None }
    }

    /// Whether the purchases of a class are meant.
    pub fn includes(&self, class: PurchaseClass) -> bool {
        self.payer.is_none_or(|payer| payer == class.payer)
            && self.category.is_none_or(|category| category == class.category)
            && self.purchaser.is_none_or(|purchaser| purchaser == class.purchaser)
    }

    /// Whether purchases of every class are meant.
    pub const fn includes_all(&self) -> bool {
        self.payer.is_none() && self.category.is_none() && self.purchaser.is_none()
    }
}

/// The purchases of a subtree from the beginning of a year until a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseReport {
    /// All of them.
    pub total: Amounts,
    /// By month, 1 to 12, in their order; months without purchases are left out.
    pub months: Vec<(u32, Amounts)>,
    /// By payer.
    pub payers: Vec<(PayerKind, Amounts)>,
    /// By category of the product.
    pub categories: Vec<(ProductCategory, Amounts)>,
    /// By type of the purchaser.
    pub purchasers: Vec<(PurchaserKind, Amounts)>,
}

/// The purchases of a subtree by the county of origin; `None` where the order names none.
pub type OriginReport = Vec<(Option<OriginCounty>, Amounts)>;

/// The purchases of a unit and of the subtrees directly below it, side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildrenReport {
    /// What the purchasers of the unit itself purchased.
    pub own: Amounts,
    /// The direct subordinate units with their subtrees, in the order of their ids.
    pub children: Vec<(UnitRef, Amounts)>,
    /// Whether the unit has more direct subordinate units than [`MAX_CHILDREN`], of which the rest is left out.
    pub more: bool,
}

/// The most direct subordinate units that a report compares.
pub const MAX_CHILDREN: u32 = 2_000;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_basis_chooses_the_completed_amount() {
        let amounts = Amounts { ordered: 9, paid: 7, accepted: 5, evaluated: 3, orders: 1 };
        assert_eq!(CompletionBasis::ALL.map(|basis| amounts.completed(basis)), [7, 5, 3]);
    }

    #[test]
    fn every_class_has_a_number_of_its_own() {
        let mut numbers = HashSet::new();
        for payer in PayerKind::ALL {
            for category in ProductCategory::ALL {
                for purchaser in PurchaserKind::ALL {
                    let class = PurchaseClass { payer, category, purchaser };
                    assert_eq!(PurchaseClass::from_number(class.number()), Some(class));
                    assert!(numbers.insert(class.number()));
                }
            }
        }
        assert_eq!((numbers.len(), PurchaseClass::all().count()), (144, 144));
        assert_eq!([-1, 144].map(PurchaseClass::from_number), [None, None]);
    }
}
