//! The clock of the services. Tests can move it forward.

use domain::calendar::{Timestamp, budget_year};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The system clock plus offsets, which only tests change.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// How far time has gone on for this server and its database.
    seconds_ahead: Arc<AtomicU64>,
    /// How far the clock of this server alone is ahead.
    wrong_by: Duration,
}

impl Clock {
    /// The current time in UTC.
    pub fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(0) + since_epoch + Duration::from_secs(self.seconds_ahead.load(Ordering::Relaxed)) + self.wrong_by
    }

    /// How many milliseconds tests have moved the clocks of the server and of the database forward.
    pub(crate) fn moved_by_tests(&self) -> i64 {
        i64::try_from(self.seconds_ahead.load(Ordering::Relaxed).saturating_mul(1_000)).unwrap_or(i64::MAX)
    }

    /// A clock that is wrong: ahead of this one and of the database's, so that tests can have servers whose clocks differ.
    #[must_use]
    pub fn wrong_by(&self, ahead: Duration) -> Self {
        Self { seconds_ahead: Arc::clone(&self.seconds_ahead), wrong_by: ahead }
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
