//! The orders of the province: what its purchasers bought in the last year and in this year, to the end that each has reached.

use super::{ProvincePurchaser, ProvinceUnit, Purpose, YearPlan, random};
use crate::{
    Error, Result, Services,
    ledger::{OrderSource, receive},
    query::count,
    seed::origin_counties,
};
use domain::{
    calendar::{Day, Timestamp},
    ids::PurchaserId,
    order::{LineRecord, OrderRecord, PayerKind, ProductCategory, RefundRecord},
};
use entity::parked_order;
use rand::{RngExt, rngs::StdRng};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::sync::LazyLock;
use tokio_util::sync::CancellationToken;

/// Orders that are received at once: few, so that users who write do not wait long for SQLite's only writer.
const AT_ONCE: usize = 500;
/// The number of the order that is received last.
const LAST: &str = "DD-2099-000003";
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// Products: the category, the name, and the price of a unit of measure in fen.
const PRODUCTS: [(ProductCategory, &str, i64); 24] = [
    (ProductCategory::GrainAndOil, "五谷杂粮礼盒 5kg", 8_800),
    (ProductCategory::GrainAndOil, "高原菜籽油 5L", 9_900),
    (ProductCategory::GrainAndOil, "生态大米 10kg", 7_600),
    (ProductCategory::MeatAndEggs, "土鸡蛋 30 枚", 4_500),
    (ProductCategory::MeatAndEggs, "黑猪前腿肉 2.5kg", 13_800),
    (ProductCategory::MeatAndEggs, "牦牛肉 1kg", 11_500),
    (ProductCategory::Vegetables, "高山土豆 10kg", 3_900),
    (ProductCategory::Vegetables, "露天大白菜 25kg", 5_200),
    (ProductCategory::Vegetables, "鲜香菇 2kg", 4_200),
    (ProductCategory::Fruit, "苹果 5kg", 5_800),
    (ProductCategory::Fruit, "脐橙 5kg", 4_900),
    (ProductCategory::Fruit, "猕猴桃 2.5kg", 4_600),
    (ProductCategory::DriedGoods, "黑木耳 500g", 5_600),
    (ProductCategory::DriedGoods, "核桃 2.5kg", 7_900),
    (ProductCategory::DriedGoods, "红枣 2.5kg", 6_500),
    (ProductCategory::Tea, "高山绿茶 250g", 12_800),
    (ProductCategory::Tea, "黑茶 1kg", 16_800),
    (ProductCategory::Seafood, "冷水鱼 2kg", 8_600),
    (ProductCategory::Drinks, "沙棘汁 24 瓶", 9_600),
    (ProductCategory::Dairy, "纯牛奶 24 盒", 6_800),
    (ProductCategory::Seasonings, "豆瓣酱 1kg", 2_600),
    (ProductCategory::Seasonings, "野生蜂蜜 500g", 6_900),
    (ProductCategory::Snacks, "牛肉干 500g", 8_900),
    (ProductCategory::Other, "鲜切花 20 枝", 3_600),
];
/// Products that unions choose rather than canteens begin here.
const FIRST_OF_UNIONS: usize = 9;

/// Whether all orders have been received.
pub(super) async fn are_complete(services: &Services) -> Result<bool> {
    let last = parked_order::Entity::find().filter(parked_order::Column::Number.eq(LAST));
    Ok(count(&services.0.db, last).await? > 0)
}

/// Receives the orders until `now`. What has been received before stays as it is. `stop` ends it between two calls.
pub(super) async fn add(
    services: &Services,
    units: &[ProvinceUnit],
    purchasers: &[ProvincePurchaser],
    now: Timestamp,
    stop: &CancellationToken,
) -> Result<()> {
    let source = OrderSource::console();
    let mut records = Vec::new();
    for purchaser in purchasers {
        let unit = units.get(purchaser.unit).ok_or_else(|| Error::internal("a purchaser has no unit"))?;
        records.extend(orders_of(unit, purchaser, now));
    }
    // In the order of their times, so that a call changes the totals of few days.
    records.sort_by_key(|record| record.ordered_at);
    for records in records.chunks(AT_ONCE) {
        if stop.is_cancelled() {
            return Ok(());
        }
        receive(services, &source, records.to_vec()).await?;
    }
    receive(services, &source, parked(now).collect()).await?;
    Ok(())
}

/// The orders of a purchaser in both years.
fn orders_of(unit: &ProvinceUnit, purchaser: &ProvincePurchaser, now: Timestamp) -> Vec<OrderRecord> {
    let mut random = random(Purpose::Orders, purchaser.unit * 2 + usize::from(purchaser.is_union));
    // An eighth of the purchasers buys nothing, and the others 40 to 130 percent of what is reserved.
    let percent = if random.random_range(0..8) == 0 { 0 } else { random.random_range(40..130) };
    let mut orders = Vec::new();
    for plan in &unit.plans {
        let reserved = if purchaser.is_union { plan.union.0 } else { plan.total.share(plan.ratio) };
        let count = random.random_range(3..8_i64);
        let amount = reserved.fen() * percent / 100 / count;
        if amount == 0 {
            continue;
        }
        for n in 0..count {
            let number = format!("DD{}{:06}{n}", plan.year, purchaser.id);
            let ordered = moment(plan, &mut random);
            let amount = amount * random.random_range(60..140) / 100;
            if ordered.0 < now.0 {
                orders.push(order(number, purchaser, ordered, amount, now, &mut random));
            }
        }
    }
    orders
}

/// A working hour of a random day of the year.
fn moment(plan: &YearPlan, random: &mut StdRng) -> Timestamp {
    let first = Day::from_number(plan.year * 10_000 + 101).map_or(Timestamp(0), Day::start);
    // Purchases grow towards the end of the year.
    let day = random.random_range(0..365_i64).max(random.random_range(0..365));
    Timestamp(first.0 + day * DAY + random.random_range(9 * 60..18 * 60) * MINUTE)
}

fn order(
    number: String,
    purchaser: &ProvincePurchaser,
    ordered_at: Timestamp,
    amount: i64,
    now: Timestamp,
    random: &mut StdRng,
) -> OrderRecord {
    let mut later = |from: Option<Timestamp>, percent: u32, minutes: std::ops::Range<i64>| {
        let happens = random.random_range(0..100) < percent;
        let after = random.random_range(minutes) * MINUTE;
        from.filter(|_| happens).map(|from| Timestamp(from.0 + after)).filter(|at| at.0 < now.0)
    };
    let paid_at = later(Some(ordered_at), 98, 5..3 * 24 * 60);
    let shipped_at = later(paid_at, 98, 12 * 60..4 * 24 * 60);
    let accepted_at = later(shipped_at, 95, 24 * 60..8 * 24 * 60);
    let evaluated_at = later(accepted_at, 70, 60..10 * 24 * 60);
    let refunded_at = later(accepted_at, 2, 24 * 60..9 * 24 * 60);
    let first = if purchaser.is_union { FIRST_OF_UNIONS } else { 0 };
    let lines = random.random_range(1..4_i64);
    let county = county(random);
    let lines: Vec<LineRecord> = (0..lines)
        .filter_map(|_| PRODUCTS.get(random.random_range(first..PRODUCTS.len())))
        .map(|(category, product, unit_price)| {
            let quantity = (amount / lines / unit_price).max(1);
            LineRecord {
                product: format!("{}{product}", county.1.trim_end_matches(['县', '市', '区'])),
                category: category.as_str().to_owned(),
                quantity: quantity.to_string(),
                unit_price: *unit_price,
                amount: quantity * unit_price,
                origin: Some(county.0.to_owned()),
            }
        })
        .collect();
    let refund =
        refunded_at.zip(lines.first()).map(|(at, line)| RefundRecord { at, amount: line.amount, line: Some(1) });
    let payer = match (purchaser.is_union, random.random_range(0..100)) {
        (false, 0..6) | (true, 0..15) => PayerKind::Employee,
        (false, _) => PayerKind::Canteen,
        (true, _) => PayerKind::Union,
    };
    OrderRecord {
        number,
        revision: 1,
        purchaser: purchaser.id.to_string(),
        supplier: format!("{}农产品专业合作社", county.1),
        supplier_code: None,
        payer: payer.as_str().to_owned(),
        lines,
        ordered_at,
        paid_at,
        shipped_at,
        accepted_at,
        evaluated_at,
        refunds: refund.into_iter().collect(),
    }
}

/// Code and name of a county of origin. Some are chosen much more often than others.
fn county(random: &mut StdRng) -> (&'static str, &'static str) {
    static COUNTIES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| origin_counties().collect());
    let last = COUNTIES.len().saturating_sub(1);
    let index = random.random_range(0..=last).min(random.random_range(0..=last)).min(random.random_range(0..=last));
    // Neighbours in the list are neighbours on the map.
    COUNTIES.get(index * 7 % (last + 1)).copied().unwrap_or_default()
}

/// Records that name purchasers that nobody knows.
fn parked(now: Timestamp) -> impl Iterator<Item = OrderRecord> {
    let purchaser = ProvincePurchaser { id: PurchaserId(0), unit: 0, is_union: false };
    let numbers = ["DD-2099-000001", "DD-2099-000002", LAST];
    numbers.into_iter().zip(1..).map(move |(number, n)| {
        let ordered = Timestamp(now.0 - n * DAY);
        let mut random = random(Purpose::Orders, usize::MAX);
        let record = order(number.to_owned(), &purchaser, ordered, 60_000 * n, now, &mut random);
        OrderRecord { purchaser: format!("JY9999999{n}"), ..record }
    })
}
