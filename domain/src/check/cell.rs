//! Checks of single cells and of the cells of one row among each other.

use super::CheckedRow;
use crate::{
    Cells, Code, CreditCode, Detail, Finding, Mobile, Severity,
    credit_code::CreditCodeError,
    money::{Money, NumberError, Ratio},
    nearest::nearest,
    normalize,
    schema::{Kind, MOST_COLUMNS, Template},
    sheet::{Cell, Row},
};
use std::borrow::Cow;

/// How many list values or names are offered at most.
pub(super) const SUGGESTIONS: usize = 3;
/// How far 预留份额 may be from total × ratio: 0.01 万元, in fen.
const SHARE_TOLERANCE: u64 = 10_000;
/// The sign that may follow a ratio, and the unit that may follow an amount. A plain 元 is never taken away: it would
/// make ten-thousandths of the amount.
const PERCENT: &str = "%";
const WAN: &str = "万元";

/// Tidies and checks the cells of a row; findings are appended in column order.
pub(super) fn check_row(template: Template, row: Row<'_>, findings: &mut Vec<Finding>) -> CheckedRow {
    let number = row.row;
    let mut sums = Sums::default();
    let mut source = row.cells.into_iter();
    let mut texts = [const { Cow::Borrowed("") }; MOST_COLUMNS];
    let first = findings.len();
    for ((index, column), slot) in (0..).zip(template.columns()).zip(&mut texts) {
        let cell = source.next().unwrap_or_default();
        if let (Kind::Ratio, Cell::Number { value, percent: true }) = (column.kind, &cell) {
            sums.percent = Some(*value);
        }
        let (text, change) = tidy(column.kind, cell);
        if text.is_empty() {
            if column.required() {
                findings.push(Finding::new(number, index, Code::Required));
            }
        } else if let Some(fault) = fault(column.kind, &text, &mut sums) {
            findings.push(Finding { row: number, column: index, ..fault });
        } else if let Some(from) = change {
            let detail = Detail::Change { from: from.into_owned(), to: text.to_string() };
            findings.push(Finding::new(number, index, Code::Normalized).with(detail));
        }
        *slot = text;
    }
    if let Some(sums) = sums.complete() {
        share(template, number, &mut texts, sums, first, findings);
    }
    CheckedRow { row: number, cells: Cells::from(texts.get(..template.columns().len()).unwrap_or_default()) }
}

/// Tidies and checks one required field of a form as if it were a cell of this kind.
pub fn field(kind: Kind, typed: &str) -> Result<String, Code> {
    let (text, _) = tidy(kind, Cell::Text(typed.into()));
    if text.is_empty() {
        return Err(Code::Required);
    }
    match fault(kind, &text, &mut Sums::default()).map(|finding| finding.code) {
        Some(code) if code.severity() == Severity::Error => Err(code),
        _ => Ok(text.into_owned()),
    }
}

/// What the amounts of a row add up to, as far as they are in order.
#[derive(Default)]
struct Sums {
    total: Option<Money>,
    ratio: Option<Ratio>,
    share: Option<Money>,
    /// The stored value of a ratio cell that is formatted as a percentage.
    percent: Option<f64>,
}

/// Total and share are in order; the ratio may still be decided by them.
struct Complete {
    total: Money,
    share: Money,
    ratio: Option<Ratio>,
    percent: Option<f64>,
}

impl Sums {
    fn complete(self) -> Option<Complete> {
        Some(Complete { total: self.total?, share: self.share?, ratio: self.ratio, percent: self.percent })
    }
}

/// 预留份额 against total × ratio. Where the ratio cell is formatted as a percentage, the share decides whether 15
/// typed there (shown as 1500.00%) was meant as 15.
fn share(
    template: Template,
    row: u32,
    texts: &mut [Cow<'_, str>],
    sums: Complete,
    first: usize,
    findings: &mut Vec<Finding>,
) {
    let fits = |ratio: Ratio| sums.total.share(ratio).fen().abs_diff(sums.share.fen()) <= SHARE_TOLERANCE;
    if sums.ratio.is_some_and(fits) {
        return;
    }
    let index = |kind| (0u8..).zip(template.columns()).find_map(|(i, c)| (c.kind == kind).then_some(i));
    let (Some(ratio_at), Some(share_at)) = (index(Kind::Ratio), index(Kind::Share)) else { return };
    let typed = sums.percent.map(shown).and_then(|text| Some((Ratio::parse_percent(&text).ok()?, text)));
    if let Some((meant, text)) = typed.filter(|(meant, _)| fits(*meant)) {
        let at = findings.iter().skip(first).position(|f| f.column == ratio_at).map(|i| first + i);
        let was = texts.get_mut(usize::from(ratio_at)).map(|cell| std::mem::replace(cell, text.clone().into()));
        let change = Detail::Change { from: format!("{}%", was.unwrap_or_default()), to: text };
        let code = if meant < Ratio::POLICY_MINIMUM { Code::RatioBelowPolicy } else { Code::Normalized };
        let news = Finding::new(row, ratio_at, code).with(change);
        match at.and_then(|i| findings.get_mut(i)) {
            Some(slot) => *slot = news,
            None => findings.push(news),
        }
        findings.get_mut(first..).unwrap_or_default().sort_by_key(|f| f.column);
    } else if let Some(ratio) = sums.ratio {
        let expected = sums.total.share(ratio).to_string();
        let news = Finding::new(row, share_at, Code::ShareMismatch).with(Detail::Expected(expected));
        match findings.iter().skip(first).position(|f| f.column == share_at).and_then(|i| findings.get_mut(first + i)) {
            Some(slot) => *slot = news,
            None => findings.push(news),
        }
        findings.get_mut(first..).unwrap_or_default().sort_by_key(|f| f.column);
    }
}

/// The cell's text as a person sees it, tidied, and what it was where tidying changed it.
fn tidy(kind: Kind, cell: Cell<'_>) -> (Cow<'_, str>, Option<Cow<'_, str>>) {
    let raw = match cell {
        Cell::Empty => return (Cow::default(), None),
        Cell::Text(text) => text,
        Cell::Number { value, percent: true } if kind == Kind::Ratio => return (shown(value * 100.0).into(), None),
        Cell::Number { value, percent: true } => return ((shown(value * 100.0) + PERCENT).into(), None),
        // A formula may give more places than anybody typed; what counts for a share is the fen.
        Cell::Number { value, .. } if kind == Kind::Share => return (shown((value * 1e6).round() / 1e6).into(), None),
        Cell::Number { value, .. } => return (shown(value).into(), None),
        Cell::Bool(value) => return (if value { "TRUE" } else { "FALSE" }.into(), None),
        Cell::Error(text) => return (text.into(), None),
    };
    let tidied = match kind {
        Kind::Name | Kind::UnitName | Kind::Contact | Kind::Remark | Kind::Serial => normalize::text(&raw),
        Kind::List(_) => normalize::compact(&raw),
        Kind::CreditCode => normalize::credit_code(&raw),
        Kind::Mobile => normalize::mobile(&raw),
        Kind::Amount | Kind::Share => normalize::number(&raw, WAN),
        Kind::Ratio => normalize::number(&raw, PERCENT),
    };
    match tidied {
        None => (raw, None),
        // Nobody cares about the spaces around a serial number.
        Some(tidied) if kind == Kind::Serial => (tidied.into(), None),
        Some(tidied) => (tidied.into(), Some(raw)),
    }
}

/// A number with the 15 significant digits that spreadsheet programs keep, never in exponent form.
fn shown(value: f64) -> String {
    if let Some(text) = plain(value) {
        return text;
    }
    let rounded = format!("{value:.14e}").parse().unwrap_or(value);
    // -0 is 0.
    if rounded == 0.0 { "0".to_owned() } else { f64::to_string(&rounded) }
}

/// The same for nearly every number that is typed, many times faster: one that is the nearest to a decimal of at most
/// 6 places and 15 digits is that decimal.
fn plain(value: f64) -> Option<String> {
    const PLACES: u32 = 6;
    const SCALE: f64 = 1e6;
    // Ties are no decimals of 6 places, so that it does not matter which way they go; this way is one instruction.
    let scaled = (value * SCALE).round_ties_even();
    if !(1.0..1e15).contains(&scaled) || (scaled / SCALE).to_bits() != value.to_bits() {
        return None;
    }
    // Whole, and far below 2^63.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let scaled = scaled as u64;
    let whole = u32::try_from(scaled / 10_u64.pow(PLACES)).ok()?;
    let mut fraction = u32::try_from(scaled % 10_u64.pow(PLACES)).ok()?;
    // From the last digit to the first.
    let mut text = Vec::with_capacity(16);
    if fraction > 0 {
        let mut places = PLACES;
        while fraction % 10 == 0 {
            fraction /= 10;
            places -= 1;
        }
        push_backwards(&mut text, fraction, places);
        text.push(b'.');
    }
    push_backwards(&mut text, whole, 1);
    text.reverse();
    String::from_utf8(text).ok()
}

/// Adds the digits of a number from the last to the first, with zeros up to so many places.
fn push_backwards(text: &mut Vec<u8>, mut number: u32, mut places: u32) {
    while number > 0 || places > 0 {
        text.extend(u8::try_from(number % 10).map(|digit| b'0' + digit));
        number /= 10;
        places = places.saturating_sub(1);
    }
}

/// The first thing wrong with a filled cell. Row and column are the caller's.
fn fault(kind: Kind, text: &str, sums: &mut Sums) -> Option<Finding> {
    match kind {
        Kind::Serial => None,
        Kind::Name | Kind::UnitName | Kind::Contact | Kind::Remark => words(kind, text),
        Kind::CreditCode => CreditCode::verify(text).err().map(|error| credit_code(text, error)),
        Kind::List(values) => (!values.contains(&text)).then(|| {
            let near = nearest(text, values.iter().copied(), SUGGESTIONS);
            finding(Code::NotInList).suggest(near.into_iter().map(str::to_owned).collect())
        }),
        Kind::Mobile => (!Mobile::is_one(text)).then(|| {
            let detail = if text.bytes().all(|b| b.is_ascii_digit()) { length(text) } else { Detail::None };
            finding(Code::MobileFormat).with(detail)
        }),
        Kind::Amount => number(Money::parse_wan(text), &mut sums.total),
        Kind::Share => number(Money::parse_share(text), &mut sums.share),
        Kind::Ratio => number(Ratio::parse_percent(text), &mut sums.ratio)
            .or_else(|| (sums.ratio? < Ratio::POLICY_MINIMUM).then(|| finding(Code::RatioBelowPolicy))),
    }
}

const fn finding(code: Code) -> Finding {
    Finding::new(0, 0, code)
}

/// How many characters a text has.
fn count(text: &str) -> u32 {
    // Bytes that begin one; for texts as short as these quicker than std's way.
    text.bytes().fold(0, |count, b| count + u32::from(b & 0xC0 != 0x80))
}

fn length(text: &str) -> Detail {
    Detail::Length(count(text))
}

fn words(kind: Kind, text: &str) -> Option<Finding> {
    // What any of the bad characters begins with; hardly any Chinese text has such bytes. Without a branch it is many at a
    // time.
    let suspicious = text.bytes().fold(false, |found, b| found | matches!(b, 0..0x20 | 0x7F | 0xC2 | 0xE2 | 0xEF));
    let count = count(text);
    if let Some((least, most)) = kind.length() {
        if count < least {
            return Some(finding(Code::TooShort).with(Detail::Length(count)));
        }
        if count > most {
            return Some(finding(Code::TooLong).with(Detail::Length(count)));
        }
    }
    // A remark may have several lines.
    let lines = kind == Kind::Remark;
    // U+FFFD is what broken encodings leave behind.
    let breaks = |c| matches!(c, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}');
    let bad = |c: char| if breaks(c) { !lines } else { c.is_control() || c == '\u{fffd}' };
    if !suspicious {
        return None;
    }
    let (place, found) = (1..).zip(text.chars()).find(|(_, c)| bad(*c))?;
    Some(finding(Code::BadCharacters).with(Detail::CharAt { place, found }))
}

fn credit_code(text: &str, error: CreditCodeError) -> Finding {
    match error {
        CreditCodeError::Length(n) => finding(Code::CreditCodeLength).with(Detail::Length(n)),
        CreditCodeError::Charset { place, found } => {
            let meant = CreditCode::meant(text).map(String::from);
            finding(Code::CreditCodeCharset).with(Detail::CharAt { place, found }).suggest(meant.into_iter().collect())
        }
        CreditCodeError::Check => finding(Code::CreditCodeCheck),
    }
}

fn number<T>(parsed: Result<T, NumberError>, slot: &mut Option<T>) -> Option<Finding> {
    match parsed {
        Ok(value) => {
            *slot = Some(value);
            None
        }
        Err(NumberError::Format) => Some(finding(Code::NumberFormat)),
        Err(NumberError::Range) => Some(finding(Code::NumberRange)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn thoroughly(value: f64) -> String {
        let rounded: f64 = format!("{value:.14e}").parse().unwrap();
        if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() }
    }

    proptest! {
        #[test]
        fn the_short_way_shows_the_same(whole in 0u64..200_000_000, places in 0i32..9, any in any::<f64>()) {
            #[allow(clippy::cast_precision_loss)]
            let typed = whole as f64 / 10_f64.powi(places);
            for value in [typed, -typed, typed * 1e6, any] {
                prop_assert_eq!(shown(value), thoroughly(value));
            }
        }
    }
}
