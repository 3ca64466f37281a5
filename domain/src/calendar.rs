//! The calendar of China (UTC+8, no summer time), by which people read moments and by which a budget year turns.

use serde::{Deserialize, Serialize};
use std::{
    fmt,
    ops::{Add, Sub},
    time::Duration,
};
use time::{OffsetDateTime, UtcOffset, macros::offset};

/// A moment in UTC: milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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

/// A day on China's calendar, as the number yyyymmdd: 20261130.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(i32);

impl Day {
    /// The day of a moment.
    pub fn of(at: Timestamp) -> Self {
        let date = in_china(at);
        Self(date.year() * 10_000 + i32::from(u8::from(date.month())) * 100 + i32::from(date.day()))
    }

    /// From the number yyyymmdd. `None` if there is no such day between the years 1000 and 9999.
    pub fn from_number(number: i32) -> Option<Self> {
        let month = time::Month::try_from(u8::try_from(number / 100 % 100).ok()?).ok()?;
        let day = u8::try_from(number % 100).ok()?;
        let exists = number >= 10_000_000 && time::Date::from_calendar_date(number / 10_000, month, day).is_ok();
        exists.then_some(Self(number))
    }

    /// The first day of a year.
    pub const fn first_of_year(year: i32) -> Self {
        Self(year * 10_000 + 101)
    }

    /// The last day of a year.
    pub const fn last_of_year(year: i32) -> Self {
        Self(year * 10_000 + 1_231)
    }

    /// The number yyyymmdd.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The moment at which the day begins.
    pub fn start(self) -> Timestamp {
        let start = self.date().map_or(OffsetDateTime::UNIX_EPOCH, |date| date.midnight().assume_offset(CHINA));
        Timestamp(start.unix_timestamp().saturating_mul(1_000))
    }

    /// The moment at which the day ends and the next one begins.
    pub fn end(self) -> Timestamp {
        self.start() + Duration::from_hours(24)
    }

    /// The year, which is the budget year.
    pub const fn year(self) -> i32 {
        self.0 / 10_000
    }

    /// The month with its year, as the number yyyymm: 202611.
    pub const fn month_number(self) -> i32 {
        self.0 / 100
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u32 {
        (self.0 / 100 % 100).unsigned_abs()
    }

    /// The day of the month, from 1.
    pub const fn of_month(self) -> u32 {
        (self.0 % 100).unsigned_abs()
    }

    /// The number of the day in its year, from 1.
    pub fn of_year(self) -> u16 {
        self.date().map_or(1, time::Date::ordinal)
    }

    /// The same day of the year before; 28 February for 29 February.
    #[must_use]
    pub fn year_before(self) -> Self {
        let before = self.0 - 10_000;
        Self::from_number(before).unwrap_or(Self(before - 1))
    }

    /// The first day of a month of its year; the day itself if there is no such month.
    #[must_use]
    pub fn in_month(self, month: u32) -> Self {
        let number = i32::try_from(month).ok().map(|month| self.year() * 10_000 + month * 100 + 1);
        number.and_then(Self::from_number).unwrap_or(self)
    }

    /// The last day of its month.
    #[must_use]
    pub fn month_end(self) -> Self {
        let first = self.0 / 100 * 100;
        (28..=31).rev().find_map(|day| Self::from_number(first + day)).unwrap_or(self)
    }

    /// Every day is a date: `from_number` and `of` make no other.
    fn date(self) -> Option<time::Date> {
        let month = time::Month::try_from(u8::try_from(self.month()).ok()?).ok()?;
        time::Date::from_calendar_date(self.year(), month, u8::try_from(self.of_month()).ok()?).ok()
    }

    /// Parses the text of a date field: `2026-11-30`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let mut part = |digits: usize| {
            let part = parts.next().filter(|part| part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()))?;
            part.parse::<i32>().ok()
        };
        Self::from_number(part(4)? * 10_000 + part(2)? * 100 + part(2)?)
    }

    /// Whether the day is the last one of its month.
    pub fn ends_month(self) -> bool {
        // The number after the last day of a month is no day; after the last of a year it is none either.
        Self::from_number(self.0 + 1).is_none()
    }
}

impl fmt::Display for Day {
    /// As the text of a date field: `2026-11-30`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.of_month())
    }
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

    #[rstest]
    #[case(1_767_196_799_999, 20_251_231, true)] // 2025-12-31T23:59:59.999+08:00
    #[case(1_767_196_800_000, 20_260_101, false)]
    #[case(951_782_400_000, 20_000_229, true)]
    fn days_turn_at_midnight_in_china(#[case] at: i64, #[case] number: i32, #[case] ends_month: bool) {
        let day = Day::of(Timestamp(at));
        assert_eq!((day.number(), day.year(), day.month_number()), (number, number / 10_000, number / 100));
        assert_eq!((Day::from_number(number), day.ends_month()), (Some(day), ends_month));
    }

    #[rstest]
    #[case(20_260_229)]
    #[case(20_261_301)]
    #[case(20_260_100)]
    #[case(260_101)]
    #[case(-20_260_101)]
    #[case(i32::MAX)]
    #[case(i32::MIN)]
    fn a_number_that_is_no_day_is_refused(#[case] number: i32) {
        assert_eq!(Day::from_number(number), None);
    }

    #[rstest]
    #[case("2026-11-30", 334, "2025-11-30", "2026-11-30")]
    #[case("2024-02-29", 60, "2023-02-28", "2024-02-29")]
    #[case("2025-02-01", 32, "2024-02-01", "2025-02-28")]
    #[case("2024-12-31", 366, "2023-12-31", "2024-12-31")]
    fn days_are_found_in_their_years(
        #[case] text: &str,
        #[case] of_year: u16,
        #[case] year_before: &str,
        #[case] month_end: &str,
    ) {
        let day = Day::parse(text).unwrap();
        let texts = [day.to_string(), day.year_before().to_string(), day.month_end().to_string()];
        assert_eq!((day.of_year(), texts), (of_year, [text, year_before, month_end].map(str::to_owned)));
        assert_eq!(Day::first_of_year(day.year()).of_year(), 1);
        assert_eq!(
            [day.start(), day.start() - Duration::from_millis(1)].map(Day::of).map(|of| of < day),
            [false, true]
        );
    }

    #[rstest]
    #[case("")]
    #[case("2026-13-01")]
    #[case("2026-1-1")]
    #[case("20261130")]
    #[case("2026-11-30-1")]
    #[case("+026-11-30")]
    fn a_text_that_is_no_day_is_refused(#[case] text: &str) {
        assert_eq!(Day::parse(text), None);
    }

    #[test]
    fn a_day_is_a_text_and_24_hours() {
        let day = Day::from_number(20_260_101).unwrap();
        assert_eq!((day.to_string().as_str(), Day::parse("2026-01-01")), ("2026-01-01", Some(day)));
        assert_eq!(day.start(), Timestamp(1_767_196_800_000));
        assert_eq!((Day::of(day.end()).number(), Day::of(Timestamp(day.end().0 - 1))), (20_260_102, day));
        for text in ["2026-1-1", "2026-02-29", "20260101", "+026-01-01", "2026-01-01-", "", "中026-01-01"] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
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
