//! The clock as a value, so that a test can move it.

use domain::view::Timestamp;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Tells the time, moved forward by what a test asks for.
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

    /// The calendar year in China (UTC+8), to which a reserve plan of today belongs.
    pub fn year(&self) -> i32 {
        year(self.now())
    }

    /// Moves the clock forward, for tests of what expires.
    pub fn advance(&self, by: Duration) {
        self.ahead.fetch_add(millis(by), Ordering::Relaxed);
    }
}

/// A day, as initial passwords count it.
pub(crate) const DAY: Duration = Duration::from_hours(24);

/// A duration in the unit of [`Timestamp`].
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The year of the proleptic Gregorian calendar at UTC+8.
fn year(at: Timestamp) -> i32 {
    const DAY: i64 = 86_400_000;
    /// Days of 400 years.
    const ERA: i64 = 146_097;
    // Days since 0000-03-01; years are counted from March on, so that the leap day is the last of a year.
    let days = (at.0 + 8 * 3_600_000).div_euclid(DAY) + 719_468;
    let (era, day) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let of_era = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * of_era + of_era / 4 - of_era / 100);
    let january = i64::from(of_year >= 306);
    i32::try_from(era * 400 + of_era + january).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(0, 1970)]
    #[case(1_767_196_799_999, 2025)] // 2025-12-31T23:59:59.999+08:00
    #[case(1_767_196_800_000, 2026)]
    #[case(951_782_400_000, 2000)] // 2000-02-29
    #[case(1_709_136_000_000, 2024)]
    fn years_turn_at_midnight_in_china(#[case] at: i64, #[case] expected: i32) {
        assert_eq!(year(Timestamp(at)), expected);
    }
}
