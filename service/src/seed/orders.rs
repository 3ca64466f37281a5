//! Orders of the demo data. They are the same each time. An order goes on from step to step as time passes, each with a higher
//! revision, so that adding them again later brings them up to date.

use super::origin_counties;
use crate::{
    Result, Services,
    ledger::{OrderSource, receive},
};
use domain::{
    calendar::{Day, Timestamp},
    count,
    ids::PurchaserId,
    order::{LineRecord, OrderRecord, PayerKind, ProductCategory, RefundRecord},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::{ops::Range, sync::LazyLock};
use tokio_util::sync::CancellationToken;

/// What a purchaser orders in a year.
#[derive(Clone, Copy, Debug)]
pub(super) struct DemoPurchases {
    pub(super) purchaser: PurchaserId,
    /// Who pays for most orders.
    pub(super) payer: PayerKind,
    pub(super) year: i32,
    /// What all orders of the year cost, about, in fen.
    pub(super) amount: i64,
    /// The number of orders, at most 1,000.
    pub(super) orders: u32,
}

/// Orders that are received at once: few, so that users who write do not wait long for SQLite's only writer.
const AT_ONCE: usize = 500;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// Products: the category, the name, and the price of a unit of measure in fen. What unions rather buy stands later.
const PRODUCTS: [(ProductCategory, &str, i64); 24] = [
    (ProductCategory::GrainAndOil, "五谷杂粮礼盒 5kg", 8_800),
    (ProductCategory::GrainAndOil, "菜籽油 5L", 9_900),
    (ProductCategory::GrainAndOil, "生态大米 10kg", 7_600),
    (ProductCategory::MeatAndEggs, "土鸡蛋 30 枚", 4_500),
    (ProductCategory::MeatAndEggs, "黑猪前腿肉 2.5kg", 13_800),
    (ProductCategory::MeatAndEggs, "牛腩 1kg", 11_500),
    (ProductCategory::Vegetables, "高山土豆 10kg", 3_900),
    (ProductCategory::Vegetables, "大白菜 25kg", 5_200),
    (ProductCategory::Vegetables, "鲜香菇 2kg", 4_200),
    (ProductCategory::Seafood, "冷水鱼 2kg", 8_600),
    (ProductCategory::Fruit, "苹果 5kg", 5_800),
    (ProductCategory::Fruit, "脐橙 5kg", 4_900),
    (ProductCategory::Fruit, "猕猴桃 2.5kg", 4_600),
    (ProductCategory::DriedGoods, "黑木耳 500g", 5_600),
    (ProductCategory::DriedGoods, "核桃 2.5kg", 7_900),
    (ProductCategory::DriedGoods, "红枣 2.5kg", 6_500),
    (ProductCategory::Tea, "高山绿茶 250g", 12_800),
    (ProductCategory::Tea, "黑茶 1kg", 16_800),
    (ProductCategory::Drinks, "果汁 24 瓶", 9_600),
    (ProductCategory::Dairy, "纯牛奶 24 盒", 6_800),
    (ProductCategory::Seasonings, "豆瓣酱 1kg", 2_600),
    (ProductCategory::Seasonings, "野生蜂蜜 500g", 6_900),
    (ProductCategory::Snacks, "牛肉干 500g", 8_900),
    (ProductCategory::Other, "鲜切花 20 枝", 3_600),
];
/// Where the products begin that a union buys.
const FIRST_OF_UNION: usize = 10;

/// Adds the orders as far as they have come at `now`. Returns how many there are. `stop` ends it between two calls.
pub(super) async fn add(
    services: &Services,
    purchases: Vec<DemoPurchases>,
    now: Timestamp,
    stop: &CancellationToken,
) -> Result<u32> {
    let mut records = records(&purchases, now);
    // In the order of their times, so that a call changes the totals of few days.
    records.sort_by_key(|record| record.ordered_at);
    for records in records.chunks(AT_ONCE) {
        if stop.is_cancelled() {
            break;
        }
        receive(services, &OrderSource::console(), records.to_vec()).await?;
    }
    Ok(count::of(records.len()))
}

fn records(purchases: &[DemoPurchases], now: Timestamp) -> Vec<OrderRecord> {
    let of_year = |purchases: &DemoPurchases| {
        let purchases = *purchases;
        (0..purchases.orders).filter_map(move |number| until(record(&purchases, number), now))
    };
    purchases.iter().flat_map(of_year).collect()
}

/// An order with all its steps. It depends on nothing but the purchaser, the year and its number in the year.
fn record(purchases: &DemoPurchases, number: u32) -> OrderRecord {
    let DemoPurchases { purchaser, payer, year, amount, orders } = *purchases;
    let seed = (purchaser.0.unsigned_abs() << 22) ^ (u64::from(year.unsigned_abs()) << 10) ^ u64::from(number);
    let mut random = StdRng::seed_from_u64(seed);
    // Purchases grow towards the end of the year.
    let day = random.random_range(0..365_i64).max(random.random_range(0..365));
    let minute = day * DAY + random.random_range(9 * HOUR..18 * HOUR);
    let ordered_at = Timestamp(Day::first_of_year(year).start().0 + minute * MINUTE);
    let mut later = |from: Option<Timestamp>, percent: u32, minutes: Range<i64>| {
        let happens = random.random_range(0..100) < percent;
        let after = random.random_range(minutes) * MINUTE;
        from.filter(|_| happens).map(|from| Timestamp(from.0 + after))
    };
    let paid_at = later(Some(ordered_at), 98, 5..3 * DAY);
    let shipped_at = later(paid_at, 98, 12 * HOUR..4 * DAY);
    let accepted_at = later(shipped_at, 95, DAY..8 * DAY);
    let evaluated_at = later(accepted_at, 70, HOUR..10 * DAY);
    let refunded_at = later(accepted_at, 2, DAY..9 * DAY);

    let usual = amount / i64::from(orders) * random.random_range(60..140) / 100;
    let (county_code, county) = county(&mut random);
    let first = if payer == PayerKind::Union { FIRST_OF_UNION } else { 0 };
    let count = random.random_range(1..4_i64);
    let lines: Vec<LineRecord> = (0..count)
        .filter_map(|_| PRODUCTS.get(random.random_range(first..PRODUCTS.len())))
        .map(|(category, product, unit_price)| {
            let quantity = (usual / count / unit_price).max(1);
            LineRecord {
                product: format!("{}{product}", county.trim_end_matches(['县', '市', '区'])),
                category: category.as_str().to_owned(),
                quantity: quantity.to_string(),
                unit_price: *unit_price,
                amount: quantity * unit_price,
                origin: Some(county_code.to_owned()),
            }
        })
        .collect();
    let refund = refunded_at.zip(lines.first());
    let by_employees = random.random_range(0..100) < if payer == PayerKind::Union { 15 } else { 6 };
    let payer = if by_employees { PayerKind::Employee } else { payer };
    OrderRecord {
        number: format!("DEMO-{year}-{purchaser}-{number:03}"),
        revision: 0,
        purchaser: purchaser.to_string(),
        supplier: format!("{county}农产品专业合作社"),
        supplier_code: None,
        payer: payer.as_str().to_owned(),
        ordered_at,
        paid_at,
        shipped_at,
        accepted_at,
        evaluated_at,
        refunds: refund.map(|(at, line)| RefundRecord { at, amount: line.amount, line: Some(1) }).into_iter().collect(),
        lines,
    }
}

/// Code and name of a county of origin. Some are chosen much more often than others.
fn county(random: &mut StdRng) -> (&'static str, &'static str) {
    static COUNTIES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| origin_counties().collect());
    let mut index = || random.random_range(0..COUNTIES.len().max(1));
    let least = index().min(index()).min(index());
    // Neighbours in the list are neighbours on the map.
    COUNTIES.get(least * 7 % COUNTIES.len().max(1)).copied().unwrap_or_default()
}

/// The order without the steps that lie ahead; `None` if it was not ordered yet. Its revision counts the steps.
fn until(record: OrderRecord, now: Timestamp) -> Option<OrderRecord> {
    let happened = |at: &Timestamp| *at <= now;
    let mut record = happened(&record.ordered_at).then_some(record)?;
    let mut steps = 1;
    for time in [&mut record.paid_at, &mut record.shipped_at, &mut record.accepted_at, &mut record.evaluated_at] {
        *time = time.filter(happened);
        steps += u32::from(time.is_some());
    }
    record.refunds.retain(|refund| happened(&refund.at));
    Some(OrderRecord { revision: steps + count::of(record.refunds.len()), ..record })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::is_county;

    fn made(now: Timestamp) -> Vec<OrderRecord> {
        let purchaser = PurchaserId(7);
        let of_year =
            |year| DemoPurchases { purchaser, payer: PayerKind::Canteen, year, amount: 12_000_000, orders: 36 };
        records(&[2025, 2026].map(of_year), now)
    }

    #[test]
    fn every_order_is_right_at_any_moment_and_only_goes_on() {
        let (early, late) = (Day::first_of_year(2026).start(), Day::first_of_year(2027).start());
        let (before, after) = (made(early), made(late));
        assert_eq!(made(late), after);
        assert!(before.len() >= 35 && after.len() >= 70, "{} {}", before.len(), after.len());
        for record in before.iter().chain(&after) {
            assert!(record.check(late, is_county).is_ok(), "{record:?} {:?}", record.check(late, is_county));
        }
        for old in &before {
            let new = after.iter().find(|new| new.number == old.number).unwrap();
            assert!(new.revision > old.revision || new == old);
        }
    }
}
