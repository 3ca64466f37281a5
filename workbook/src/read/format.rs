//! Number formats, as far as they change what a person sees: a percent sign shows the value times 100, a date shows the day
//! that the value counts.

use super::sheet::Value;
use calamine::{ExcelDateTime, ExcelDateTimeType};

/// How a number is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shown {
    /// As a number.
    #[default]
    Number,
    /// Times 100, with a percent sign.
    Percent,
    /// As a date, a time or both.
    Date,
}

/// The day since 1900 of one that a workbook counts from 1904 (ECMA-376 part 1, 18.17.4.1); a time stays one.
pub(super) fn from_1904(days: f64) -> f64 {
    const BETWEEN: f64 = 1462.0;
    if days < 1.0 { days } else { days + BETWEEN }
}

/// The first day after 9999-12-31, behind which nothing is shown as a date.
const DAYS: f64 = 2_958_466.0;

impl Shown {
    /// By a number format's code. Quoted and escaped signs are decoration; the first section counts.
    pub(super) fn of(code: &str) -> Self {
        let mut chars = code.chars();
        while let Some(c) = chars.next() {
            match c {
                '%' => return Self::Percent,
                'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => return Self::Date,
                ';' => return Self::Number,
                '\\' | '_' | '*' => drop(chars.next()),
                '"' => drop(chars.find(|c| *c == '"')),
                '[' => {
                    // A colour, a condition, a currency; or hours, minutes or seconds beyond their measure.
                    let inside = chars.as_str().split(']').next().unwrap_or_default();
                    if !inside.is_empty() && inside.chars().all(|c| matches!(c, 'h' | 'H' | 'm' | 'M' | 's' | 'S')) {
                        return Self::Date;
                    }
                    let _ = chars.find(|c| *c == ']');
                }
                _ => {}
            }
        }
        Self::Number
    }

    /// By the number of a built-in format (ECMA-376 part 1, 18.8.30): `0%` and `0.00%`; dates and times, those of Chinese
    /// among them.
    pub(super) const fn builtin(id: u16) -> Self {
        match id {
            9 | 10 => Self::Percent,
            14..=22 | 27..=36 | 45..=47 | 50..=58 => Self::Date,
            _ => Self::Number,
        }
    }

    /// What a cell holds that shows this number so; a day is counted from 1900.
    pub(super) fn value(self, value: f64) -> Value {
        match self {
            Self::Date if (0.0..DAYS).contains(&value) => Value::Date(value),
            Self::Percent => Value::Number { value, percent: true },
            Self::Number | Self::Date => Value::Number { value, percent: false },
        }
    }
}

/// A date, a time or both, much as a person sees it: `2026-03-01`, `2026-03-01 10:00`, `10:00`.
pub(super) fn date(days: f64) -> String {
    let moment = ExcelDateTime::new(days, ExcelDateTimeType::DateTime, false);
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let time =
        if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") };
    match (days < 1.0, days.fract() == 0.0) {
        (true, _) => time,
        (false, true) => date,
        (false, false) => format!("{date} {time}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("0.00%", Shown::Percent)]
    #[case("#,##0.0 %;[Red]-0.0%", Shown::Percent)]
    #[case("[>=1]0%", Shown::Percent)]
    #[case("0.00", Shown::Number)]
    #[case("0\"%\"", Shown::Number)]
    #[case("0\\%", Shown::Number)]
    #[case("0;0%", Shown::Number)]
    #[case("0\"", Shown::Number)]
    #[case("General", Shown::Number)]
    #[case("G/通用格式", Shown::Number)]
    #[case("_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", Shown::Number)]
    #[case("[Red]0.00_);[$¥-804]0", Shown::Number)]
    #[case("0.00E+00", Shown::Number)]
    #[case("0\"m\"", Shown::Number)]
    #[case("[>=100][Magenta]0", Shown::Number)]
    #[case("yyyy-mm-dd", Shown::Date)]
    #[case("[$-804]yyyy\"年\"m\"月\"d\"日\";@", Shown::Date)]
    #[case("h:mm", Shown::Date)]
    #[case("[h]:mm:ss", Shown::Date)]
    #[case("[", Shown::Number)]
    fn formats(#[case] code: &str, #[case] expected: Shown) {
        assert_eq!(Shown::of(code), expected);
    }

    #[rstest]
    #[case(46_082.0, "2026-03-01")]
    #[case(46_082.416_666_666_7, "2026-03-01 10:00")]
    #[case(46_082.416_678_240_7, "2026-03-01 10:00:01")]
    #[case(0.5, "12:00")]
    #[case(1.0, "1900-01-01")]
    #[case(2_958_465.0, "9999-12-31")]
    fn dates(#[case] days: f64, #[case] expected: &str) {
        assert_eq!(date(days), expected);
    }

    #[rstest]
    #[case(-1.0)]
    #[case(DAYS)]
    #[case(f64::NAN)]
    fn what_is_no_day_stays_a_number(#[case] value: f64) {
        assert!(matches!(Shown::Date.value(value), Value::Number { percent: false, .. }));
    }
}
