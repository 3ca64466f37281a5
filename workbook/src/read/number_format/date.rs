//! Dates and times by the codes of a section (ECMA-376 part 1, 18.8.31).

use super::{Numerals, Token, numerals::write_chinese};
use calamine::{ExcelDateTime, ExcelDateTimeType};
use std::fmt::Write as _;

/// A code for a part of a date or a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum DateCode {
    /// A repeated letter in lower case: `y`, `m`, `d`, `h`, `s`, `e` for the year and `a` for the Chinese day of the week.
    Letters(char, usize),
    /// A repeated letter in brackets: hours, minutes or seconds since the beginning, such as `[h]`.
    Elapsed(char, usize),
    /// `AM/PM`
    HalfDay,
    /// `A/P`
    HalfDayLetter,
    /// `上午/下午`
    ChineseHalfDay,
}

const SECONDS_PER_DAY: f64 = 86_400.0;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const CHINESE_WEEKDAYS: [&str; 7] = ["日", "一", "二", "三", "四", "五", "六"];

/// A day and a time of day.
struct Moment {
    year: u16,
    month: u8,
    day: u8,
    /// 0 is Sunday.
    weekday: usize,
    hour: u64,
    minute: u64,
    second: u64,
    /// What the time has beyond its second, in units of the last place that the section shows.
    fraction: u64,
    /// Seconds since the beginning of the calendar.
    elapsed: u64,
}

impl Moment {
    /// `places` is the number of decimal places of the seconds. Seconds are rounded, days are not.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the calendar has less than 10^15 milliseconds
    fn new(days: f64, has_time: bool, places: usize) -> Self {
        let parts_per_second = 10_u32.pow(u32::try_from(places).unwrap_or_default());
        let seconds = if has_time { days } else { days.floor() } * SECONDS_PER_DAY;
        let parts = (seconds * f64::from(parts_per_second)).round() as u64;
        let elapsed = parts / u64::from(parts_per_second);
        let of_day = elapsed % 86_400;
        let day_number = (elapsed / 86_400) as u32;
        let (year, month, day, ..) =
            ExcelDateTime::new(f64::from(day_number), ExcelDateTimeType::DateTime, false).to_ymd_hms_milli();
        Self {
            year,
            month,
            day,
            // Spreadsheet programs count a day too many in 1900, and call day 1 a Sunday.
            weekday: ((day_number + 6) % 7) as usize,
            hour: of_day / 3_600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
            fraction: parts % u64::from(parts_per_second),
            elapsed,
        }
    }
}

/// Writes a day, counted from 1900, by the tokens of a section. `is_chinese`: the names of months and days are Chinese.
pub(super) fn write(tokens: &[Token], days: f64, is_chinese: bool, numerals: Numerals, to: &mut String) {
    let codes = || tokens.iter().filter_map(|token| if let Token::Date(code) = token { Some(*code) } else { None });
    let places = seconds_places(tokens);
    let is_time = |code| !matches!(code, DateCode::Letters('y' | 'e' | 'm' | 'd' | 'a', _));
    let moment = Moment::new(days, codes().any(is_time), places);
    let has_half_days = codes().any(|code| !matches!(code, DateCode::Letters(..) | DateCode::Elapsed(..)));
    let number = |value: u64, width: usize, to: &mut String| write_number(value, width, numerals, to);
    let mut index = 0;
    for token in tokens {
        match token {
            Token::Date(code) => {
                let is_minute = is_minute(codes(), index);
                index += 1;
                match *code {
                    DateCode::Letters('y' | 'e', count) => write_year(moment.year, count, numerals, *code, to),
                    DateCode::Letters('m', count @ 1..=2) if is_minute => number(moment.minute, count, to),
                    DateCode::Letters('m', count @ 1..=2) => number(moment.month.into(), count, to),
                    DateCode::Letters('m', count) => write_month(moment.month, count, is_chinese, to),
                    DateCode::Letters('d', count @ 1..=2) => number(moment.day.into(), count, to),
                    DateCode::Letters('a', count) => write_chinese_weekday(moment.weekday, count == 3, to),
                    DateCode::Letters('d', count) if is_chinese => {
                        write_chinese_weekday(moment.weekday, count == 3, to);
                    }
                    DateCode::Letters('d', count) => {
                        let name = WEEKDAYS.get(moment.weekday).copied().unwrap_or_default();
                        to.push_str(if count == 3 { abbreviation(name) } else { name });
                    }
                    DateCode::Letters('h', count) => {
                        let hour = if has_half_days { (moment.hour + 11) % 12 + 1 } else { moment.hour };
                        number(hour, count.min(2), to);
                    }
                    DateCode::Letters(_, count) => number(moment.second, count.min(2), to),
                    DateCode::Elapsed(unit, count) => {
                        let seconds = match unit {
                            'h' => 3_600,
                            'm' => 60,
                            _ => 1,
                        };
                        number(moment.elapsed / seconds, count, to);
                    }
                    half_day => to.push_str(half_day_name(half_day, moment.hour < 12, is_chinese)),
                }
            }
            Token::Literal(text) => to.push_str(text),
            Token::Point if places > 0 => {
                to.push('.');
                let _ = write!(to, "{:0places$}", moment.fraction);
            }
            Token::Point => to.push('.'),
            Token::Comma => to.push(','),
            Token::Slash => to.push('/'),
            Token::Percent => to.push('%'),
            _ => {}
        }
    }
}

/// The decimal places of the seconds: zeros behind a point, at most 3.
fn seconds_places(tokens: &[Token]) -> usize {
    let behind = tokens.iter().skip_while(|token| **token != Token::Point).skip(1);
    behind.take_while(|token| **token == Token::Digit('0')).count().min(3)
}

/// Whether the code with this index, one or two `m`, stands for minutes: behind hours or in front of seconds.
fn is_minute(mut codes: impl Iterator<Item = DateCode>, index: usize) -> bool {
    let is = |code: Option<DateCode>, letter| matches!(code, Some(DateCode::Letters(found, _) | DateCode::Elapsed(found, _)) if found == letter);
    let before = index.checked_sub(1).and_then(|before| codes.nth(before));
    // Without a code before it, the iterator is at the code itself.
    let after = codes.nth(1);
    is(before, 'h') || is(after, 's')
}

/// Writes a number with at least `width` digits.
fn write_number(value: u64, width: usize, numerals: Numerals, to: &mut String) {
    let digits: Vec<u8> = format!("{value:0width$}").bytes().map(|digit| digit - b'0').collect();
    // Chinese dates have 十二月 where numbers have 一十二.
    if let (Numerals::Chinese, [1, rest @ ..]) = (numerals, digits.as_slice())
        && rest.len() == 1
    {
        to.push('十');
        to.extend(rest.iter().filter(|digit| **digit != 0).map(|digit| numerals.of(*digit)));
    } else if numerals.has_units() && digits.first() != Some(&0) {
        write_chinese(&digits, numerals, to);
    } else {
        to.extend(digits.iter().map(|digit| numerals.of(*digit)));
    }
}

/// Writes a year digit by digit.
fn write_year(year: u16, count: usize, numerals: Numerals, code: DateCode, to: &mut String) {
    let is_short = count <= 2 && matches!(code, DateCode::Letters('y', _));
    let year = if is_short { format!("{:02}", year % 100) } else { format!("{year:04}") };
    to.extend(year.bytes().map(|digit| numerals.of(digit - b'0')));
}

fn write_month(month: u8, count: usize, is_chinese: bool, to: &mut String) {
    if is_chinese {
        write_number(month.into(), 1, Numerals::Chinese, to);
        to.push('月');
        return;
    }
    let name = usize::from(month).checked_sub(1).and_then(|index| MONTHS.get(index)).copied().unwrap_or_default();
    to.push_str(match count {
        3 => abbreviation(name),
        5 => name.get(..1).unwrap_or(name),
        _ => name,
    });
}

fn write_chinese_weekday(weekday: usize, is_short: bool, to: &mut String) {
    to.push_str(if is_short { "周" } else { "星期" });
    to.push_str(CHINESE_WEEKDAYS.get(weekday).copied().unwrap_or_default());
}

/// The first three letters of an English name.
fn abbreviation(name: &str) -> &str {
    name.get(..3).unwrap_or(name)
}

const fn half_day_name(code: DateCode, is_morning: bool, is_chinese: bool) -> &'static str {
    match (code, is_morning) {
        (DateCode::HalfDayLetter, true) => "A",
        (DateCode::HalfDayLetter, false) => "P",
        (DateCode::HalfDay, true) if !is_chinese => "AM",
        (DateCode::HalfDay, false) if !is_chinese => "PM",
        (_, true) => "上午",
        (_, false) => "下午",
    }
}
