//! Number formats of cells. Only two kinds change the value that a person sees: a percent format shows the value times
//! 100, and a date format shows the day that the value counts.

use super::sheet::CellValue;
use calamine::{ExcelDateTime, ExcelDateTimeType};

/// How a cell displays its number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum NumberFormat {
    /// As a plain number.
    #[default]
    Number,
    /// Times 100, with a percent sign.
    Percent,
    /// As a date, a time or both.
    Date,
}

/// Converts a day that a workbook counts from 1904 into a day counted from 1900 (ECMA-376 part 1, 18.17.4.1). A value
/// below 1 is a time of day and stays unchanged.
pub(super) fn days_from_1904(days: f64) -> f64 {
    const DAYS_BETWEEN: f64 = 1462.0;
    if days < 1.0 { days } else { days + DAYS_BETWEEN }
}

/// The day after 9999-12-31. Spreadsheet programs show no dates from this day on.
const END_OF_DATES: f64 = 2_958_466.0;

impl NumberFormat {
    /// Parses the code of a number format. Quoted and escaped characters are decoration. Only the first section counts.
    pub(super) fn parse(code: &str) -> Self {
        let mut chars = code.chars();
        while let Some(c) = chars.next() {
            match c {
                '%' => return Self::Percent,
                'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => return Self::Date,
                ';' => return Self::Number,
                '\\' | '_' | '*' => drop(chars.next()),
                '"' => drop(chars.find(|c| *c == '"')),
                '[' => {
                    // Brackets hold a colour, a condition or a currency, or elapsed hours, minutes or seconds.
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

    /// The built-in format with this id (ECMA-376 part 1, 18.8.30): 9 and 10 are `0%` and `0.00%`; the dates and times
    /// include those of Chinese Excel.
    pub(super) const fn builtin(id: u16) -> Self {
        match id {
            9 | 10 => Self::Percent,
            14..=22 | 27..=36 | 45..=47 | 50..=58 => Self::Date,
            _ => Self::Number,
        }
    }

    /// The value of a cell with this format that stores `value`. A day is counted from 1900.
    pub(super) fn cell_value(&self, value: f64) -> CellValue {
        match self {
            Self::Date if (0.0..END_OF_DATES).contains(&value) => CellValue::Date(value),
            Self::Percent => CellValue::Number { value, percent: true },
            Self::Number | Self::Date => CellValue::Number { value, percent: false },
        }
    }
}

/// Formats a date, a time or both similar to what a person sees: `2026-03-01`, `2026-03-01 10:00`, `10:00`.
pub(super) fn format_date(days: f64) -> String {
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
    #[case("0.00%", NumberFormat::Percent)]
    #[case("#,##0.0 %;[Red]-0.0%", NumberFormat::Percent)]
    #[case("[>=1]0%", NumberFormat::Percent)]
    #[case("0.00", NumberFormat::Number)]
    #[case("0\"%\"", NumberFormat::Number)]
    #[case("0\\%", NumberFormat::Number)]
    #[case("0;0%", NumberFormat::Number)]
    #[case("0\"", NumberFormat::Number)]
    #[case("General", NumberFormat::Number)]
    #[case("G/通用格式", NumberFormat::Number)]
    #[case("_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", NumberFormat::Number)]
    #[case("[Red]0.00_);[$¥-804]0", NumberFormat::Number)]
    #[case("0.00E+00", NumberFormat::Number)]
    #[case("0\"m\"", NumberFormat::Number)]
    #[case("[>=100][Magenta]0", NumberFormat::Number)]
    #[case("yyyy-mm-dd", NumberFormat::Date)]
    #[case("[$-804]yyyy\"年\"m\"月\"d\"日\";@", NumberFormat::Date)]
    #[case("h:mm", NumberFormat::Date)]
    #[case("[h]:mm:ss", NumberFormat::Date)]
    #[case("[", NumberFormat::Number)]
    fn parse_recognises_percent_and_date_formats(#[case] code: &str, #[case] expected: NumberFormat) {
        assert_eq!(NumberFormat::parse(code), expected);
    }

    #[rstest]
    #[case(46_082.0, "2026-03-01")]
    #[case(46_082.416_666_666_7, "2026-03-01 10:00")]
    #[case(46_082.416_678_240_7, "2026-03-01 10:00:01")]
    #[case(0.5, "12:00")]
    #[case(1.0, "1900-01-01")]
    #[case(2_958_465.0, "9999-12-31")]
    fn format_date_shows_date_and_time(#[case] days: f64, #[case] expected: &str) {
        assert_eq!(format_date(days), expected);
    }

    #[rstest]
    #[case(-1.0)]
    #[case(END_OF_DATES)]
    #[case(f64::NAN)]
    fn a_value_outside_the_calendar_stays_a_number(#[case] value: f64) {
        assert!(matches!(NumberFormat::Date.cell_value(value), CellValue::Number { percent: false, .. }));
    }
}
