//! The calendar of China (UTC+8, no summer time), by which people read moments and by which a budget year turns.

use serde::{Deserialize, Serialize};
use std::{
    ops::{Add, Sub},
    time::Duration,
};
use time::{OffsetDateTime, UtcOffset, macros::offset};

/// A moment in UTC: milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

const CHINA: UtcOffset = offset!(+8);

/// A moment on China's calendar. A moment beyond the year 9999, which no clock returns, becomes the start of 1970.
pub fn in_china(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.0.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH).to_offset(CHINA)
}

/// The budget year to which a moment belongs: the calendar year in China.
pub fn budget_year(at: Timestamp) -> i32 {
    in_china(at).year()
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    /// The moment later by a duration. The last possible moment if the result is out of range.
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    /// The moment earlier by a duration. The first possible moment if the result is out of range.
    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis(duration)))
    }
}

impl Sub for Timestamp {
    type Output = Duration;

    /// The time from `earlier` until this moment. Zero if `earlier` is in fact later.
    fn sub(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or_default())
    }
}

/// A duration of more milliseconds than a [`Timestamp`] can count (292 million years) becomes the longest one.
fn millis(duration: Duration) -> i64 {
    duration.as_millis().try_into().unwrap_or(i64::MAX)
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
    #[case(-28_800_001, 1969)] // 1969-12-31T23:59:59.999+08:00
    fn budget_years_turn_at_midnight_in_china(#[case] at: i64, #[case] expected: i32) {
        assert_eq!(budget_year(Timestamp(at)), expected);
    }

    #[test]
    fn a_moment_out_of_range_does_not_panic() {
        assert_eq!(budget_year(Timestamp(i64::MAX)), 1970);
        assert_eq!(budget_year(Timestamp(i64::MIN)), 1970);
    }

    #[test]
    fn moments_and_durations_add_up() {
        let (earlier, later) = (Timestamp(1_000), Timestamp(61_000));
        assert_eq!(earlier + Duration::from_mins(1), later);
        assert_eq!(later - Duration::from_mins(1), earlier);
        assert_eq!(later - earlier, Duration::from_mins(1));
        assert_eq!(earlier - later, Duration::ZERO);
        assert_eq!(Timestamp(i64::MAX) + Duration::MAX, Timestamp(i64::MAX));
        assert_eq!(Timestamp(i64::MIN) - Duration::MAX, Timestamp(i64::MIN));
    }
}
