//! The clock as a value, which a test can move.

use domain::calendar::{Timestamp, budget_year};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The system clock, plus the offset by which a test moved it.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// Now, UTC.
    pub fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(millis(since).saturating_add(self.ahead.load(Ordering::Relaxed)))
    }

    /// The budget year of today, to which a new reserve plan belongs.
    pub fn year(&self) -> i32 {
        budget_year(self.now())
    }

    /// Moves the clock forward: tests use it to let sessions and passwords expire.
    pub fn advance(&self, by: Duration) {
        self.ahead.fetch_add(millis(by), Ordering::Relaxed);
    }
}

/// A day. The lifetime of initial passwords is counted in days.
pub(crate) const DAY: Duration = Duration::from_hours(24);

/// A duration in the unit of [`Timestamp`].
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
