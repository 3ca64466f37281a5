//! Unified social credit codes (统一社会信用代码), GB 32100-2015.

use crate::count;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A code of 18 characters with the right check character.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct CreditCode(String);

/// The reason why a text is not a credit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    /// The text does not have 18 characters, but this number.
    #[error("{0} characters instead of 18")]
    Length(u32),
    /// A character that cannot occur at its place.
    #[error("character {found:?} at place {place} cannot occur")]
    Charset {
        /// Place of the character, 1-based.
        place: u32,
        /// The character.
        found: char,
    },
    /// The check character is wrong.
    #[error("the check character does not fit")]
    Check,
}

/// The 31 characters of the code in the order of their values: no I, O, S, V, Z (GB 32100-2015, table 2).
const CHARSET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// The weight of place i is 3^(i-1) mod 31 (GB 32100-2015, 4.5). The check character at place 18 makes the sum of all values with
/// their weights a multiple of 31.
const WEIGHTS: [u32; 18] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1];
/// The characters of the administrative division, counted from 0. They are digits (GB 32100-2015, 4.3).
const DIVISION: std::ops::Range<usize> = 2..8;

impl CreditCode {
    /// Parses a text. The rules are those of [`CreditCode::verify`].
    pub fn parse(text: &str) -> Result<Self, CreditCodeError> {
        Self::verify(text).map(|()| Self(text.to_owned()))
    }

    /// Checks length, characters and check character, in this order. Accepts upper case only, so tidy the text first.
    pub fn verify(text: &str) -> Result<(), CreditCodeError> {
        let length = text.chars().count();
        if length != 18 {
            return Err(CreditCodeError::Length(count::of(length)));
        }
        let (mut sum, mut is_possible) = (0, true);
        for (byte, weight) in text.bytes().zip(WEIGHTS) {
            let value = value(byte);
            is_possible &= value.is_some();
            sum += value.unwrap_or_default() * weight;
        }
        let division = text.get(DIVISION).unwrap_or_default();
        if is_possible && division.bytes().all(|byte| byte.is_ascii_digit()) {
            return if sum % 31 == 0 { Ok(()) } else { Err(CreditCodeError::Check) };
        }
        let is_wrong = |(index, found): &(usize, char)| {
            let value = u8::try_from(*found).ok().and_then(value);
            value.is_none() || DIVISION.contains(index) && !found.is_ascii_digit()
        };
        let wrong = text.chars().enumerate().find(is_wrong).map(|(index, found)| (count::of(index + 1), found));
        Err(wrong.map_or(CreditCodeError::Check, |(place, found)| CreditCodeError::Charset { place, found }))
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Suggests a code for a text with letters that cannot occur: each is replaced by the digit that it looks like (O → 0,
    /// I → 1, S → 5, Z → 2). `None` if the result is not a valid code. A wrong check character gets no suggestion: the slip
    /// may be at any of the 18 places, and a suggestion could turn it into the code of another organisation.
    pub fn suggest(text: &str) -> Option<Self> {
        let replaced: String = text
            .chars()
            .map(|c| match c {
                'O' => '0',
                'I' => '1',
                'S' => '5',
                'Z' => '2',
                other => other,
            })
            .collect();
        if replaced == text { None } else { Self::parse(&replaced).ok() }
    }
}

/// The value of a character by its ASCII code. [`NONE`] for a byte that cannot occur.
const VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut value = 0;
    while value < CHARSET.len() {
        #[allow(clippy::cast_possible_truncation)]
        {
            values[CHARSET[value] as usize] = value as u8;
        }
        value += 1;
    }
    values
};
const NONE: u8 = u8::MAX;

fn value(byte: u8) -> Option<u32> {
    VALUES.get(usize::from(byte)).copied().filter(|value| *value != NONE).map(u32::from)
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for CreditCode {
    type Error = CreditCodeError;

    fn try_from(text: String) -> Result<Self, CreditCodeError> {
        Self::parse(&text)
    }
}

impl From<CreditCode> for String {
    fn from(code: CreditCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("11320106MB3FQEFLCG", Ok(()))]
    #[case("11320106MB3FQEFLCH", Err(CreditCodeError::Check))]
    #[case("11320106MB3FQEFLC", Err(CreditCodeError::Length(17)))]
    #[case("", Err(CreditCodeError::Length(0)))]
    #[case("1132O106MB3FQEFLCG", Err(CreditCodeError::Charset { place: 5, found: 'O' }))]
    #[case("11320106MB3FQEFLCg", Err(CreditCodeError::Charset { place: 18, found: 'g' }))]
    #[case("11A20106MB3FQEFLCG", Err(CreditCodeError::Charset { place: 3, found: 'A' }))]
    #[case("11320106MB3FQEFL中G", Err(CreditCodeError::Charset { place: 17, found: '中' }))]
    fn parse_reports_the_first_fault(#[case] text: &str, #[case] expected: Result<(), CreditCodeError>) {
        assert_eq!(CreditCode::parse(text).map(|_| ()), expected);
    }

    #[test]
    fn a_suggestion_must_be_a_valid_code() {
        assert_eq!(CreditCode::suggest("1132O106MB3FQEFLCG").unwrap().as_str(), "11320106MB3FQEFLCG");
        assert_eq!(CreditCode::suggest("1132O106MB3FQEFLCH"), None);
        assert_eq!(CreditCode::suggest("11320106MB3FQEFLCH"), None);
    }

    proptest! {
        #[test]
        fn a_code_with_one_wrong_character_is_refused(place in 0usize..18, index in 0usize..31) {
            let code = "11320106MB3FQEFLCG";
            let mut wrong: Vec<u8> = code.bytes().collect();
            wrong[place] = CHARSET[index];
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert_eq!(CreditCode::parse(&wrong).is_ok(), wrong == code);
        }

        #[test]
        fn never_panics(text in "\\PC*") {
            let _ = CreditCode::parse(&text);
            let _ = CreditCode::suggest(&text);
        }
    }
}
