//! The SMS outbox and its worker.

use crate::{Error, Result, Services};
use domain::view::SentSms;
use tokio_util::sync::CancellationToken;

/// Sends what waits until told to stop.
pub async fn work(services: Services, stop: CancellationToken) {
    let _ = services;
    stop.cancelled().await;
}

/// The newest SMS that the `file` gateway wrote, newest first, at most 200; [`domain::Problem::NotFound`] outside demo
/// mode. With `mobile` or a login name only those.
pub async fn sent(services: &Services, search: &str) -> Result<Vec<SentSms>> {
    let _ = (services, search);
    Err(Error::internal("unfinished"))
}
