//! Moments as people say them, in China's time (UTC+8, no summer time).

use domain::view::Timestamp;
use texts::Lang;

/// 今天 10:24, 昨天 10:24, 11 月 24 日 10:24, and with the year where it is not the reader's. What "today" is comes from
/// the server's clock, so that server and browser draw the same.
pub fn moment(lang: Lang, at: Timestamp) -> String {
    let now = crate::session::me().map(|me| me.now);
    relative(lang, at, now)
}

fn relative(lang: Lang, at: Timestamp, now: Option<Timestamp>) -> String {
    let then = Civil::of(at);
    let clock = format!("{:02}:{:02}", then.minute / 60, then.minute % 60);
    let now = now.map(Civil::of);
    match now.as_ref().map(|now| now.days - then.days) {
        Some(0) => lang.time_today(&clock),
        Some(1) => lang.time_yesterday(&clock),
        _ if now.is_none_or(|now| now.year != then.year) => {
            lang.time_date_of_year(then.year, then.month, then.day, &clock)
        }
        _ => lang.time_date(then.month, then.day, &clock),
    }
}

/// The hour of the day in China, 0–23.
pub(crate) fn hour(at: Timestamp) -> i64 {
    Civil::of(at).minute / 60
}

/// The calendar year in China, to which a plan of today belongs.
pub(crate) fn year(at: Timestamp) -> i64 {
    Civil::of(at).year
}

/// A moment on the calendar.
struct Civil {
    days: i64,
    year: i64,
    month: i64,
    day: i64,
    minute: i64,
}

impl Civil {
    fn of(at: Timestamp) -> Self {
        const DAY: i64 = 24 * 60;
        let minutes = at.0.div_euclid(60_000) + 8 * 60;
        let (days, minute) = (minutes.div_euclid(DAY), minutes.rem_euclid(DAY));
        // Howard Hinnant's civil_from_days: years from March on, in eras of 400 years.
        let shifted = days + 719_468;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        Self { days, year: era * 400 + year_of_era + i64::from(month <= 2), month, day, minute }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-24T10:24:00+08:00.
    const NOW: i64 = 1_795_487_040_000;
    const DAY: i64 = 86_400_000;

    #[test]
    fn days_are_named() {
        let say = |at: i64| relative(Lang::Zh, Timestamp(at), Some(Timestamp(NOW)));
        assert_eq!(say(NOW), "今天 10:24");
        assert_eq!(say(NOW - DAY), "昨天 10:24");
        assert_eq!(say(NOW - 3 * DAY), "11 月 21 日 10:24");
        assert_eq!(say(NOW - 365 * DAY), "2025 年 11 月 24 日 10:24");
        // 00:00 in China is still yesterday in UTC.
        assert_eq!(say(NOW - (10 * 60 + 24) * 60_000), "今天 00:00");
        assert_eq!(say(NOW - (10 * 60 + 25) * 60_000), "昨天 23:59");
    }

    #[test]
    fn leap_days_and_new_year() {
        let say = |at: i64| relative(Lang::En, Timestamp(at), None);
        assert_eq!(say(1_709_136_000_000), "29 Feb 2024, 00:00");
        assert_eq!(say(1_767_196_800_000), "1 Jan 2026, 00:00");
    }
}
