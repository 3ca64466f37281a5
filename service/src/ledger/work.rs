//! What the ledger does beside requests.

use super::{Recheck, match_parked};
use crate::{Result, Services, api_key, outage::Outage, totals};
use std::time::Duration;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// The time between two rounds.
const INTERVAL: Duration = Duration::from_mins(1);

/// Begins to keep totals for subtrees that have become large, receives parked records again, and deletes the nonces of old
/// requests, until `stop` is cancelled.
pub async fn work(services: Services, stop: CancellationToken) {
    let mut outage = Outage::none("the ledger cannot be looked after");
    let mut recheck = Recheck::Everything;
    while !stop.is_cancelled() {
        if let Err(error) = work_once(&services, recheck).await {
            outage.pause(&error, &stop).await;
            continue;
        }
        outage.end();
        recheck = Recheck::Purchasers;
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(INTERVAL) => {}
        }
    }
}

async fn work_once(services: &Services, recheck: Recheck) -> Result<()> {
    totals::promote(services).await?;
    match_parked(services, recheck).await?;
    api_key::delete_old_nonces(services).await?;
    Ok(())
}
