//! Formats moments for people, in China's time.

use domain::calendar::{Timestamp, in_china};
use texts::Lang;

/// 今天 10:24, 昨天 10:24, 11 月 24 日 10:24, and with the year where it is not the current one. "Today" comes from the
/// server's clock, so that server and browser draw the same text.
pub fn moment(lang: Lang, at: Timestamp) -> String {
    let now = crate::current_account::current_account().map(|account| account.now);
    relative(lang, at, now)
}

fn relative(lang: Lang, at: Timestamp, now: Option<Timestamp>) -> String {
    let (then, now) = (in_china(at), now.map(in_china));
    let clock = format!("{:02}:{:02}", then.hour(), then.minute());
    let (year, month, day) = (then.year().into(), u8::from(then.month()).into(), then.day().into());
    match now.map(|now| (now.date() - then.date()).whole_days()) {
        Some(0) => lang.time_today(&clock),
        Some(1) => lang.time_yesterday(&clock),
        _ if now.is_none_or(|now| now.year() != then.year()) => lang.time_date_of_year(year, month, day, &clock),
        _ => lang.time_date(month, day, &clock),
    }
}

/// The hour of the day in China, 0–23.
pub(crate) fn hour(at: Timestamp) -> i64 {
    in_china(at).hour().into()
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
