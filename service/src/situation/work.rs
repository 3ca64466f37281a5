//! Counts units again beside requests.

use super::recount;
use crate::{Services, outage::Outage};
use std::time::Duration;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// The time between two rounds. What has changed in between is counted by those who read.
const INTERVAL: Duration = Duration::from_secs(1);

/// Counts units again that have changed, until `stop` is cancelled.
pub async fn work(services: Services, stop: CancellationToken) {
    let mut outage = Outage::none("units that have changed cannot be counted");
    while !stop.is_cancelled() {
        if let Err(error) = recount(&services).await {
            outage.pause(&error, &stop).await;
            continue;
        }
        outage.end();
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(INTERVAL) => {}
        }
    }
}
