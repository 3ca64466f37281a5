//! What an order contributes to the amounts of its purchaser's unit, day by day. All totals are sums of this.

use super::{Order, OriginCounty, PayerKind, ProductCategory, Refund};
use crate::{
    calendar::{Day, Timestamp},
    purchases::Amounts,
};
use std::collections::BTreeMap;

/// What an order contributes on a day, in a category and from an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The day.
    pub day: Day,
    /// Who pays.
    pub payer: PayerKind,
    /// The category of the products.
    pub category: ProductCategory,
    /// The origin of the products, if the order names it.
    pub origin: Option<OriginCounty>,
    /// The differences of the amounts, never all 0.
    pub amounts: Amounts,
}

/// What an order contributes. An amount counts from the day on which it is reached ([`Amounts`] says when). A refund is subtracted
/// on its own day from each amount that is reached by then, and from every other one on the day when that one is reached. So no
/// amount of an order is ever negative. The order itself counts on the day when it was made.
///
/// A change of this rule needs `server stats rebuild`: the ledger subtracts what the rule gives for the stored content when an
/// order is revised.
pub fn contributions(order: &Order) -> Vec<Contribution> {
    let mut sums: BTreeMap<(Day, ProductCategory, Option<OriginCounty>), Amounts> = BTreeMap::new();
    let mut refunds = allocate_refunds(order).of_lines.into_iter();
    let reached = ReachedAt::of(order);
    let largest = order.lines.iter().enumerate().max_by_key(|(index, line)| (line.amount, std::cmp::Reverse(*index)));
    for (index, line) in order.lines.iter().enumerate() {
        let mut add = |at: Timestamp, amounts: Amounts| {
            *sums.entry((Day::of(at), line.category, line.origin)).or_default() += amounts;
        };
        if largest.is_some_and(|(largest, _)| largest == index) {
            add(order.ordered_at, Amounts { orders: 1, ..Amounts::default() });
        }
        let refunds = refunds.next().unwrap_or_default();
        for (at, amounts_of) in reached.each() {
            let Some(at) = at else { continue };
            add(at, amounts_of(line.amount.fen()));
            for (refunded_at, fen) in &refunds {
                add(Ord::max(at, *refunded_at), amounts_of(-fen));
            }
        }
    }
    let payer = order.payer;
    let contributions = sums.into_iter().map(|((day, category, origin), amounts)| Contribution {
        day,
        payer,
        category,
        origin,
        amounts,
    });
    contributions.filter(|contribution| !contribution.amounts.is_zero()).collect()
}

/// When an amount was reached, and what a number of fen is in this amount.
type ReachedAmount = (Option<Timestamp>, fn(i64) -> Amounts);

/// When each of the four amounts of an order was reached.
struct ReachedAt {
    ordered: Timestamp,
    paid: Option<Timestamp>,
    accepted: Option<Timestamp>,
    evaluated: Option<Timestamp>,
}

impl ReachedAt {
    fn of(order: &Order) -> Self {
        let later = |a: Option<Timestamp>, b: Option<Timestamp>| Some(Ord::max(a?, b?));
        let accepted = later(order.paid_at, order.accepted_at);
        let evaluated = later(accepted, order.evaluated_at);
        Self { ordered: order.ordered_at, paid: order.paid_at, accepted, evaluated }
    }

    fn each(&self) -> [ReachedAmount; 4] {
        [
            (Some(self.ordered), |ordered| Amounts { ordered, ..Amounts::default() }),
            (self.paid, |paid| Amounts { paid, ..Amounts::default() }),
            (self.accepted, |accepted| Amounts { accepted, ..Amounts::default() }),
            (self.evaluated, |evaluated| Amounts { evaluated, ..Amounts::default() }),
        ]
    }
}

/// The refunds of each line, with their times in fen.
#[derive(Default)]
pub(super) struct AllocatedRefunds {
    of_lines: Vec<Vec<(Timestamp, i64)>>,
    /// The index of the first refund that is more than what remains.
    pub(super) exceeding: Option<usize>,
}

/// Allocates refunds to lines, in the order of the list. A refund without a line is spread over all lines in proportion to what
/// remains of each; the first lines get the fen that cannot be divided. What exceeds the remainder is left out.
pub(super) fn allocate_refunds(order: &Order) -> AllocatedRefunds {
    let mut allocated =
        AllocatedRefunds { of_lines: order.lines.iter().map(|_| Vec::new()).collect(), exceeding: None };
    let mut remaining: Vec<i64> = order.lines.iter().map(|line| line.amount.fen()).collect();
    for (index, Refund { at, amount, line }) in order.refunds.iter().enumerate() {
        let in_line = |index: usize| line.is_none_or(|line| line == index);
        let available: i64 =
            remaining.iter().enumerate().filter(|(index, _)| in_line(*index)).map(|(_, fen)| fen).sum();
        if amount.fen() > available && allocated.exceeding.is_none() {
            allocated.exceeding = Some(index);
        }
        let amount = Ord::min(amount.fen(), available);
        let part = |fen: i64| {
            let part = i128::from(amount) * i128::from(fen) / i128::from(Ord::max(available, 1));
            i64::try_from(part).unwrap_or_default()
        };
        let parts: Vec<i64> =
            remaining.iter().enumerate().map(|(index, fen)| if in_line(index) { part(*fen) } else { 0 }).collect();
        let mut undivided = amount - parts.iter().sum::<i64>();
        let lines = remaining.iter_mut().zip(&mut allocated.of_lines).zip(parts).enumerate();
        for (index, ((remaining, of_line), mut part)) in lines {
            if undivided > 0 && in_line(index) && part < *remaining {
                part += 1;
                undivided -= 1;
            }
            if part > 0 {
                *remaining -= part;
                of_line.push((*at, part));
            }
        }
    }
    allocated
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Money,
        ids::PurchaserId,
        order::{OrderLine, OrderNumber, PurchaserKey, Quantity},
    };
    use proptest::prelude::*;
    use rstest::rstest;

    /// Noon in China on a day of November 2026.
    fn at(day: i64) -> Timestamp {
        // 2026-11-01T12:00+08:00
        Timestamp(1_793_505_600_000 + (day - 1) * 86_400_000)
    }

    fn line(category: ProductCategory, fen: i64) -> OrderLine {
        OrderLine {
            product: "大米".to_owned(),
            category,
            quantity: Quantity::parse("1").unwrap(),
            unit_price: Money::from_fen(fen).unwrap(),
            amount: Money::from_fen(fen).unwrap(),
            origin: OriginCounty::from_code(522_325),
        }
    }

    fn order(lines: Vec<OrderLine>) -> Order {
        Order {
            number: OrderNumber::parse("1").unwrap(),
            revision: 1,
            purchaser: PurchaserKey::Id(PurchaserId(1)),
            supplier: "合作社".to_owned(),
            supplier_code: None,
            payer: PayerKind::Union,
            lines,
            ordered_at: at(1),
            paid_at: None,
            shipped_at: None,
            accepted_at: None,
            evaluated_at: None,
            refunds: Vec::new(),
        }
    }

    fn refund(day: i64, fen: i64, line: Option<usize>) -> Refund {
        Refund { at: at(day), amount: Money::from_fen(fen).unwrap(), line }
    }

    /// The day of the month, and ordered, paid, accepted, evaluated, orders.
    type Row = (i32, [i64; 5]);

    fn rows(order: &Order) -> Vec<Row> {
        let row = |Contribution { day, amounts: a, .. }: &Contribution| {
            (day.number() % 100, [a.ordered, a.paid, a.accepted, a.evaluated, a.orders])
        };
        contributions(order).iter().map(row).collect()
    }

    #[rstest]
    #[case::ordered([None; 3], vec![], &[(1, [100, 0, 0, 0, 1])])]
    #[case::paid([Some(2), None, None], vec![], &[(1, [100, 0, 0, 0, 1]), (2, [0, 100, 0, 0, 0])])]
    #[case::all_at_once([Some(1); 3], vec![], &[(1, [100, 100, 100, 100, 1])])]
    #[case::accepted_before_it_is_paid(
        [Some(5), Some(3), None], vec![], &[(1, [100, 0, 0, 0, 1]), (5, [0, 100, 100, 0, 0])]
    )]
    #[case::evaluated_but_not_paid([None, Some(3), Some(4)], vec![], &[(1, [100, 0, 0, 0, 1])])]
    #[case::evaluated(
        [Some(2), Some(3), Some(4)], vec![],
        &[(1, [100, 0, 0, 0, 1]), (2, [0, 100, 0, 0, 0]), (3, [0, 0, 100, 0, 0]), (4, [0, 0, 0, 100, 0])]
    )]
    #[case::refunded_in_the_end(
        [Some(1), Some(1), None], vec![refund(9, 30, None)], &[(1, [100, 100, 100, 0, 1]), (9, [-30, -30, -30, 0, 0])]
    )]
    #[case::refunded_before_it_is_accepted(
        [Some(1), Some(5), None], vec![refund(3, 30, None)],
        &[(1, [100, 100, 0, 0, 1]), (3, [-30, -30, 0, 0, 0]), (5, [0, 0, 70, 0, 0])]
    )]
    #[case::refunded_as_a_whole_on_the_same_day([Some(1); 3], vec![refund(1, 100, None)], &[(1, [0, 0, 0, 0, 1])])]
    #[case::refunded_in_two_steps(
        [Some(1); 3], vec![refund(2, 60, Some(0)), refund(3, 40, None)],
        &[(1, [100, 100, 100, 100, 1]), (2, [-60; 4].into_five()), (3, [-40; 4].into_five())]
    )]
    fn amounts_count_from_the_day_on_which_they_are_reached(
        #[case] days: [Option<i64>; 3],
        #[case] refunds: Vec<Refund>,
        #[case] expected: &[Row],
    ) {
        let [paid_at, accepted_at, evaluated_at] = days.map(|day| day.map(at));
        let order =
            Order { paid_at, accepted_at, evaluated_at, refunds, ..order(vec![line(ProductCategory::Tea, 100)]) };
        assert_eq!(rows(&order), expected);
    }

    trait IntoFive {
        fn into_five(self) -> [i64; 5];
    }

    impl IntoFive for [i64; 4] {
        fn into_five(self) -> [i64; 5] {
            let [ordered, paid, accepted, evaluated] = self;
            [ordered, paid, accepted, evaluated, 0]
        }
    }

    #[test]
    fn lines_count_in_their_categories_and_the_order_in_that_of_the_largest() {
        use ProductCategory::{Fruit, Tea};
        let lines = vec![line(Fruit, 100), line(Tea, 300), line(Tea, 1)];
        let order = Order { refunds: vec![refund(2, 4, None)], ..order(lines) };
        let found: Vec<_> =
            contributions(&order).iter().map(|c| (c.category, c.amounts.ordered, c.amounts.orders)).collect();
        // 4 × 100/401 is 0, 4 × 300/401 is 2; the two that remain go to the first lines.
        assert_eq!(found, [(Fruit, 100, 0), (Tea, 301, 1), (Fruit, -1, 0), (Tea, -3, 0)]);
    }

    #[test]
    fn a_year_turns_at_midnight_in_china() {
        let new_year = Timestamp(1_798_732_800_000); // 2027-01-01T00:00+08:00
        let order = Order {
            ordered_at: Timestamp(new_year.0 - 1),
            paid_at: Some(new_year),
            ..order(vec![line(ProductCategory::Tea, 100)])
        };
        let days: Vec<i32> = contributions(&order).iter().map(|c| c.day.number()).collect();
        assert_eq!(days, [20_261_231, 20_270_101]);
    }

    proptest! {
        #[test]
        fn no_amount_is_ever_negative_and_all_of_it_arrives(
            amounts in proptest::collection::vec(0_i64..1_000, 1..5),
            days in proptest::array::uniform3(proptest::option::of(1_i64..30)),
            refunds in proptest::collection::vec((1_i64..30, 1_i64..500, proptest::option::of(0_usize..4)), 0..6),
        ) {
            let [paid_at, accepted_at, evaluated_at] = days.map(|day| day.map(at));
            let lines: Vec<_> = amounts.iter().zip(ProductCategory::ALL).map(|(fen, category)| line(category, *fen)).collect();
            let count = lines.len();
            let refunds = refunds.into_iter().map(|(day, fen, line)| refund(day, fen, line.map(|line| line % count)));
            let order = Order { paid_at, accepted_at, evaluated_at, refunds: refunds.collect(), ..order(lines) };
            let allocated = allocate_refunds(&order);
            let refunded: i64 = allocated.of_lines.iter().flatten().map(|(_, fen)| fen).sum();
            if allocated.exceeding.is_none() {
                prop_assert_eq!(refunded, order.refunded().fen());
            }
            let mut sums = Amounts::default();
            for contribution in contributions(&order) {
                sums += contribution.amounts;
            }
            let total: i64 = amounts.iter().sum();
            prop_assert_eq!(sums.orders, 1);
            prop_assert_eq!(sums.ordered, total - refunded);
            prop_assert_eq!(sums.paid, if paid_at.is_some() { sums.ordered } else { 0 });
            // Day by day and category by category, no sum so far is negative, and a later amount is never above an earlier.
            for category in ProductCategory::ALL {
                let mut so_far = Amounts::default();
                for contribution in contributions(&order).iter().filter(|c| c.category == category) {
                    so_far += contribution.amounts;
                    prop_assert!(so_far.evaluated >= 0 && so_far.evaluated <= so_far.accepted);
                    prop_assert!(so_far.accepted <= so_far.paid);
                }
            }
        }
    }
}
