//! The calendar of China (UTC+8, no summer time), by which people read moments and by which a budget year turns.

use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, UtcOffset, macros::offset};

/// A moment in UTC: milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

const CHINA: UtcOffset = offset!(+8);

/// A moment on China's calendar. A moment beyond the year 9999, which no clock of ours gives, becomes the start of 1970.
pub fn in_china(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.0.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH).to_offset(CHINA)
}

/// The budget year to which a moment belongs: the calendar year in China.
pub fn budget_year(at: Timestamp) -> i32 {
    in_china(at).year()
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
}
