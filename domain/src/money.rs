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

/// Why a text is not the number that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not a decimal number, or with too many places.
    #[error("not a decimal number of the allowed places")]
    Format,
    /// Negative, or above the bound.
    #[error("out of range")]
    Range,
}

impl Money {
    /// 1 万元 in fen.
    pub const WAN: i64 = 1_000_000;
    /// The largest amount that is accepted: 100,000,000 万元, above any national total.
    pub const MAX: Self = Self(100_000_000 * Self::WAN);

    /// From fen; `None` when negative or above [`Money::MAX`].
    pub fn from_fen(fen: i64) -> Option<Self> {
        (0..=Self::MAX.0).contains(&fen).then_some(Self(fen))
    }

    /// In fen.
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// From a decimal text in 万元 with at most 4 places, thousands separators (`,`) allowed.
    pub fn parse_wan(text: &str) -> Result<Self, NumberError> {
        let ten_thousandths = decimal(text, 4)?;
        let fen = ten_thousandths.checked_mul(100).ok_or(NumberError::Range)?;
        Self::from_fen(fen).ok_or(NumberError::Range)
    }

    /// A reserved share in 万元: as an amount, but a formula may give more places than anybody typed; what is below
    /// the fen is cut off.
    pub fn parse_share(text: &str) -> Result<Self, NumberError> {
        let places = point(text).map_or(text.len(), |point| (point + 1 + 6).min(text.len()));
        let (kept, rest) = text.split_at_checked(places).ok_or(NumberError::Format)?;
        if !rest.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NumberError::Format);
        }
        Self::from_fen(decimal(kept, 6)?).ok_or(NumberError::Range)
    }

    /// The share of this total at a ratio, rounded half up to the fen.
    #[must_use]
    pub const fn share(self, ratio: Ratio) -> Self {
        // Both factors are bounded: 10^14 fen × 10^4 fits an i64.
        Self((self.0 * ratio.0 as i64 + 5_000) / 10_000)
    }
}

impl fmt::Display for Money {
    /// In 万元, as short as exact: `86.5`, `240`, `0.0123`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&trimmed(self.0, 6))
    }
}

impl Ratio {
    /// The policy minimum (10 %).
    pub const POLICY_MINIMUM: Self = Self(1_000);
    /// 100 %.
    pub const MAX: Self = Self(10_000);

    /// From hundredths of a percent; `None` above 100 %.
    pub fn from_hundredths(hundredths: u16) -> Option<Self> {
        (hundredths <= Self::MAX.0).then_some(Self(hundredths))
    }

    /// In hundredths of a percent.
    pub const fn hundredths(self) -> u16 {
        self.0
    }

    /// From a decimal text in percent with at most 2 places, without the sign.
    pub fn parse_percent(text: &str) -> Result<Self, NumberError> {
        let hundredths = decimal(text, 2)?;
        u16::try_from(hundredths).ok().and_then(Self::from_hundredths).ok_or(NumberError::Range)
    }
}

impl fmt::Display for Ratio {
    /// In percent, without the sign: `15.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&trimmed(i64::from(self.0), 2))
    }
}

/// Above whatever any number here may be, and far from where an i64 ends.
const BOUND: i64 = 100 * Money::MAX.0;

/// A decimal text times 10^places, exact. A minus sign before a number is a matter of range, not of format.
fn decimal(text: &str, places: u32) -> Result<i64, NumberError> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = point(digits).and_then(|at| digits.split_at_checked(at)).unwrap_or((digits, ""));
    let fraction = fraction.strip_prefix('.').unwrap_or_default().trim_end_matches('0');
    let fits = !whole.is_empty() && has_whole_groups(whole) && fraction.bytes().all(|b| b.is_ascii_digit());
    if !fits || fraction.len() > places as usize {
        return Err(NumberError::Format);
    }
    let fraction = fraction.bytes().chain(std::iter::repeat(b'0')).take(places as usize);
    let digits = whole.bytes().filter(|b| *b != b',').chain(fraction);
    let value = digits.fold(0_i64, |value, digit| value.min(BOUND) * 10 + i64::from(digit - b'0'));
    if value > BOUND || negative && value > 0 { Err(NumberError::Range) } else { Ok(value) }
}

/// Where the decimal point stands. In texts as short as these quicker than std's search.
fn point(text: &str) -> Option<usize> {
    text.bytes().position(|b| b == b'.')
}

/// Whether these are digits, with or without the commas of `1,234,567`; a comma anywhere else is not a number.
fn has_whole_groups(whole: &str) -> bool {
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    if digits(whole) {
        return true;
    }
    let Some((first, rest)) = whole.split_once(',') else { return false };
    let begins = (1..=3).contains(&first.len()) && digits(first) && !first.starts_with('0');
    begins && rest.split(',').all(|group| group.len() == 3 && digits(group))
}

/// `value / 10^places` without trailing zeros.
fn trimmed(value: i64, places: usize) -> String {
    let digits = format!("{value:0width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}
