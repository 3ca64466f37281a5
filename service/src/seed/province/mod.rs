//! The demo province: what 示例省 has besides its two counties. About 3,000 units, two purchasers for each, and the plans and orders
//! of two years. All of it is made up from one seed, and loaded while the server answers.

mod filings;
mod orders;
mod purchasers;
mod units;

use crate::{Result, Services, outage::Outage, seed::demo::spread_states, totals};
use domain::{
    Money, Ratio,
    calendar::Timestamp,
    ids::{PurchaserId, UnitId},
};
use entity::account;
use rand::{SeedableRng, rngs::StdRng};
use tokio_util::sync::CancellationToken;

/// What the random numbers are made from.
const SEED: u64 = 20_261_130;

/// What a random number is for, so that units do not get the same numbers for different purposes.
#[derive(Clone, Copy)]
enum Purpose {
    Plan,
    Purchasers,
    Orders,
}

/// The random numbers of a unit, the same each time.
fn random(purpose: Purpose, unit: usize) -> StdRng {
    StdRng::seed_from_u64(SEED ^ (purpose as u64) << 32 ^ unit as u64)
}

/// A unit of the province with the plans of its years.
struct ProvinceUnit {
    id: UnitId,
    path: String,
    added: Timestamp,
    name: String,
    code: String,
    contact: String,
    mobile: String,
    /// The login names of its account and of that of its superior.
    login: String,
    superior: Superior,
    plans: [YearPlan; 2],
}

/// The superior of a unit.
struct Superior {
    name: String,
    login: String,
}

/// What a unit plans for a year.
#[derive(Clone, Copy)]
struct YearPlan {
    year: i32,
    total: Money,
    ratio: Ratio,
    /// 工会预留, with the number of members.
    union: (Money, u32),
    stage: Stage,
}

/// How far the plan of a year has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Nothing,
    Draft,
    Submitted,
    Returned,
    Approved,
    Confirmed,
    /// Approved, without a canteen.
    ZeroFiling,
}

/// The number of cities.
pub const CITIES: usize = units::CITIES.len();

/// Loads the province, and then waits for the end.
pub async fn work(services: Services, stop: CancellationToken) {
    let mut outage = Outage::none("the demo province cannot be loaded");
    while !stop.is_cancelled() {
        match load(&services, CITIES, &stop).await {
            Ok(()) => break,
            Err(error) => outage.pause(&error, &stop).await,
        }
    }
    stop.cancelled().await;
}

/// Loads what is missing of the first cities of the province. Once all of it has been loaded, nothing is added again, whatever users
/// delete. Stops between two calls with orders when `stop` is cancelled.
pub async fn load(services: &Services, cities: usize, stop: &CancellationToken) -> Result<()> {
    if orders::are_complete(services).await? {
        return Ok(());
    }
    let units = units::add(services, cities).await?;
    // The story of the plans and orders ends when the units were added, also if a later start goes on with it.
    let now = units.first().map_or_else(|| services.now(), |unit| unit.added);
    spread_states(services, account::Column::UnitId, units.iter().map(|unit| unit.id).collect()).await?;
    filings::add(services, &units, now).await?;
    let purchasers = purchasers::add(services, &units, now).await?;
    let ids: Vec<PurchaserId> = purchasers.iter().map(|purchaser| purchaser.id).collect();
    spread_states(services, account::Column::PurchaserId, ids).await?;
    // So the orders are added to the totals at once.
    totals::promote(services).await?;
    orders::add(services, &units, &purchasers, now, stop).await
}

/// A purchaser of a unit.
struct ProvincePurchaser {
    id: PurchaserId,
    /// The place of its unit among those of the province.
    unit: usize,
    is_union: bool,
}
