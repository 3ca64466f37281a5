//! The clock of the services. Tests can move it forward.

use domain::calendar::{Timestamp, budget_year};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The system clock plus an offset, which only tests change.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_millis: Arc<AtomicI64>,
}

impl Clock {
    /// The current time in UTC.
    pub fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(millis(since_epoch).saturating_add(self.offset_millis.load(Ordering::Relaxed)))
    }

    /// The current budget year. A new reserve plan is for this year.
    pub fn year(&self) -> i32 {
        budget_year(self.now())
    }

    /// Moves the clock forward, so that tests can let sessions and passwords expire.
    pub fn advance(&self, by: Duration) {
        self.offset_millis.fetch_add(millis(by), Ordering::Relaxed);
    }
}

/// One day: settings count the lifetime of initial passwords in days.
pub(crate) const DAY: Duration = Duration::from_hours(24);

/// Converts a duration to milliseconds, the unit of [`Timestamp`].
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
