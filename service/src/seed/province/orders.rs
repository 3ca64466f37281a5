//! The orders of the province: what its purchasers bought in the last year and in this year.

use super::{ProvincePurchaser, ProvinceUnit, Purpose, random};
use crate::{
    Error, Result, Services,
    ledger::{OrderSource, receive},
    query::count,
    seed::orders::{self, DemoPurchases},
};
use domain::{
    calendar::Timestamp,
    order::{LineRecord, OrderRecord, PayerKind, ProductCategory},
};
use entity::parked_order;
use rand::RngExt;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The orders of purchasers that nobody knows. They are received last.
const PARKED: [&str; 3] = ["DEMO-PARKED-1", "DEMO-PARKED-2", "DEMO-PARKED-3"];

/// Whether all orders have been received.
pub(super) async fn are_complete(services: &Services) -> Result<bool> {
    let last = parked_order::Entity::find().filter(parked_order::Column::Number.is_in(PARKED));
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
    let mut bought = Vec::new();
    for purchaser in purchasers {
        let unit = units.get(purchaser.unit).ok_or_else(|| Error::internal("a purchaser has no unit"))?;
        bought.extend(purchases_of(unit, purchaser));
    }
    orders::add(services, bought, now, stop).await?;
    if !stop.is_cancelled() {
        receive(services, &OrderSource::console(), PARKED.map(|number| parked(number, now)).to_vec()).await?;
    }
    Ok(())
}

/// What a purchaser buys in both years: an eighth buys nothing, and the others 40 to 130 percent of what is reserved.
fn purchases_of(unit: &ProvinceUnit, purchaser: &ProvincePurchaser) -> Vec<DemoPurchases> {
    let mut random = random(Purpose::Orders, purchaser.unit * 2 + usize::from(purchaser.is_union));
    let percent = if random.random_range(0..8) == 0 { 0 } else { random.random_range(40..130) };
    let of_year = |plan: &super::YearPlan| {
        let reserved = if purchaser.is_union { plan.union.0 } else { plan.total.share(plan.ratio) };
        DemoPurchases {
            purchaser: purchaser.id,
            payer: if purchaser.is_union { PayerKind::Union } else { PayerKind::Canteen },
            year: plan.year,
            amount: reserved.fen() * percent / 100,
            orders: random.random_range(3..8),
        }
    };
    unit.plans.iter().map(of_year).filter(|purchases| purchases.amount > 0).collect()
}

fn parked(number: &str, now: Timestamp) -> OrderRecord {
    OrderRecord {
        number: number.to_owned(),
        revision: 1,
        purchaser: number.replace("DEMO-PARKED-", "JY9999999"),
        supplier: "示例农产品专业合作社".to_owned(),
        supplier_code: None,
        payer: PayerKind::Canteen.as_str().to_owned(),
        lines: vec![LineRecord {
            product: "核桃 2.5kg".to_owned(),
            category: ProductCategory::DriedGoods.as_str().to_owned(),
            quantity: "10".to_owned(),
            unit_price: 7_900,
            amount: 79_000,
            origin: None,
        }],
        ordered_at: now - Duration::from_hours(20),
        paid_at: None,
        shipped_at: None,
        accepted_at: None,
        evaluated_at: None,
        refunds: Vec::new(),
    }
}
