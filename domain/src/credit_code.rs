//! Unified social credit codes (统一社会信用代码), GB 32100-2015.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A code of 18 characters whose check character fits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreditCode(String);

/// Why a text is not a credit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    /// Not 18 characters: how many there are.
    #[error("{0} characters instead of 18")]
    Length(u32),
    /// A character that cannot stand there: its 1-based place and itself.
    #[error("character {found:?} at place {place} cannot occur")]
    Charset {
        /// 1-based place.
        place: u32,
        /// The character.
        found: char,
    },
    /// The check character does not fit.
    #[error("the check character does not fit")]
    Check,
}

impl CreditCode {
    /// Checks length, characters and check character, in this order. Upper case only: tidy first.
    pub fn parse(text: &str) -> Result<Self, CreditCodeError> {
        let _ = text;
        Err(CreditCodeError::Check) // filled in by the domain work
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
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
