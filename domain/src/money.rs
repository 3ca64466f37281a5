//! Amounts and ratios, exact. Spreadsheets give amounts in 万元 (10,000 yuan) with at most 4 decimal places, i.e.
//! whole yuan; a share is that times a ratio, i.e. whole ten-thousandths of a yuan, kept to the fen.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount in fen (1/100 yuan), never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

/// A percentage in hundredths of a percent: 15.5 % is 1550.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ratio(u16);

/// The reason why a text is not a valid number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// The text is not a decimal number, or it has too many decimal places.
    #[error("not a decimal number of the allowed places")]
    Format,
    /// The number is negative or above the maximum.
    #[error("out of range")]
    Range,
}

impl Money {
    /// 1 万元 in fen.
    pub const WAN: i64 = 1_000_000;
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest accepted amount: 100,000,000 万元, which is above any national total.
    pub const MAX: Self = Self(100_000_000 * Self::WAN);

    /// From fen. `None` if negative or above [`Money::MAX`].
    pub fn from_fen(fen: i64) -> Option<Self> {
        (0..=Self::MAX.0).contains(&fen).then_some(Self(fen))
    }

    /// The amount in fen.
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// Parses a decimal text in 万元 with at most 4 places. Thousands separators (`,`) are allowed.
    pub fn parse_wan(text: &str) -> Result<Self, NumberError> {
        let ten_thousandths = decimal(text, 4)?;
        let fen = ten_thousandths.checked_mul(100).ok_or(NumberError::Range)?;
        Self::from_fen(fen).ok_or(NumberError::Range)
    }

    /// Parses a decimal text in yuan with at most 2 places. Thousands separators (`,`) are allowed.
    pub fn parse_yuan(text: &str) -> Result<Self, NumberError> {
        Self::from_fen(decimal(text, 2)?).ok_or(NumberError::Range)
    }

    /// The amount in yuan with 2 decimal places, without separators: `420000.00`.
    pub fn yuan(self) -> String {
        format!("{}.{:02}", self.0 / 100, self.0 % 100)
    }

    /// Parses a reserved share (预留份额) in 万元. It may have more decimal places than an amount, because a formula may
    /// calculate it. Parts of a fen are cut off.
    pub fn parse_share(text: &str) -> Result<Self, NumberError> {
        let places = decimal_point(text).map_or(text.len(), |point| (point + 1 + 6).min(text.len()));
        let (counted, rest) = text.split_at_checked(places).ok_or(NumberError::Format)?;
        if !rest.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NumberError::Format);
        }
        Self::from_fen(decimal(counted, 6)?).ok_or(NumberError::Range)
    }

    /// The share of this total at a ratio, rounded half up to the fen.
    #[must_use]
    pub const fn share(self, ratio: Ratio) -> Self {
        // An i64 can hold the product: it is at most 10^14 fen × 10^4.
        Self((self.0 * ratio.0 as i64 + 5_000) / 10_000)
    }
}

impl fmt::Display for Money {
    /// In 万元, exact and without trailing zeros: `86.5`, `240`, `0.0123`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&trimmed(self.0, 6))
    }
}

impl Ratio {
    /// The policy minimum (10 %).
    pub const POLICY_MINIMUM: Self = Self(1_000);
    /// 100 %.
    pub const MAX: Self = Self(10_000);

    /// A whole percentage. One above 100 % becomes 100 %.
    pub(crate) const fn percent(whole: u16) -> Self {
        if whole > 100 { Self::MAX } else { Self(whole * 100) }
    }

    /// From hundredths of a percent. `None` above 100 %.
    pub fn from_hundredths(hundredths: u16) -> Option<Self> {
        (hundredths <= Self::MAX.0).then_some(Self(hundredths))
    }

    /// The ratio in hundredths of a percent.
    pub const fn hundredths(self) -> u16 {
        self.0
    }

    /// Parses a decimal text in percent with at most 2 places, without the percent sign.
    pub fn parse_percent(text: &str) -> Result<Self, NumberError> {
        let hundredths = decimal(text, 2)?;
        u16::try_from(hundredths).ok().and_then(Self::from_hundredths).ok_or(NumberError::Range)
    }
}

impl fmt::Display for Ratio {
    /// In percent, without the percent sign: `15.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&trimmed(i64::from(self.0), 2))
    }
}

/// A bound above every valid number, and far below the maximum of i64.
const BOUND: i64 = 100 * Money::MAX.0;

/// Parses a decimal text and multiplies it by 10^places, exactly. A negative number is out of range, not a wrong format.
pub(crate) fn decimal(text: &str, places: u32) -> Result<i64, NumberError> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = match decimal_point(digits) {
        Some(point) => (digits.get(..point).unwrap_or_default(), digits.get(point + 1..).unwrap_or_default()),
        None => (digits, ""),
    };
    let fraction = fraction.trim_end_matches('0');
    let is_decimal = !whole.is_empty() && has_valid_groups(whole) && fraction.bytes().all(|b| b.is_ascii_digit());
    if !is_decimal || fraction.len() > places as usize {
        return Err(NumberError::Format);
    }
    let fraction = fraction.bytes().chain(std::iter::repeat(b'0')).take(places as usize);
    let digits = whole.bytes().filter(|b| *b != b',').chain(fraction);
    let value = digits.fold(0_i64, |value, digit| value.min(BOUND) * 10 + i64::from(digit - b'0'));
    if value > BOUND || negative && value > 0 { Err(NumberError::Range) } else { Ok(value) }
}

/// The place of the decimal point. For texts as short as these, this is faster than a search by `char`.
fn decimal_point(text: &str) -> Option<usize> {
    text.bytes().position(|byte| byte == b'.')
}

/// Whether a text has only digits, with or without thousands separators as in `1,234,567`.
fn has_valid_groups(whole: &str) -> bool {
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    if digits(whole) {
        return true;
    }
    let Some((first, rest)) = whole.split_once(',') else { return false };
    let first_is_valid = (1..=3).contains(&first.len()) && digits(first) && !first.starts_with('0');
    first_is_valid && rest.split(',').all(|group| group.len() == 3 && digits(group))
}

/// Formats `value / 10^places` without trailing zeros.
pub(crate) fn trimmed(value: i64, places: usize) -> String {
    let digits = format!("{value:0width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}
