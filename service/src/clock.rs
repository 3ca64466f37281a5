//! The clock of the services. Tests can move it forward.

use domain::calendar::{Timestamp, budget_year};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The system clock plus an offset, which only tests change.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    seconds_ahead: Arc<AtomicU64>,
}

impl Clock {
    /// The current time in UTC.
    pub fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(0) + since_epoch + Duration::from_secs(self.seconds_ahead.load(Ordering::Relaxed))
    }

    /// The current budget year. A new reserve plan is for this year.
    pub fn year(&self) -> i32 {
        budget_year(self.now())
    }

    /// Moves the clock forward by whole seconds, so that tests can let sessions and passwords expire.
    pub fn advance(&self, by: Duration) {
        self.seconds_ahead.fetch_add(by.as_secs(), Ordering::Relaxed);
    }
}

/// One day: settings count the lifetime of initial passwords in days.
pub(crate) const DAY: Duration = Duration::from_hours(24);
