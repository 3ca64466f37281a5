//! Mainland mobile numbers: 11 digits, 1 then 3–9 (the numbering plan of the Ministry of Industry and Information
//! Technology has no stricter rule that is permanent).

use serde::{Deserialize, Serialize};
use std::fmt;

/// A mainland mobile number. `Debug` masks it, so that logs do not contain it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Mobile(String);

/// The text is not a mainland mobile number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a mainland mobile number")]
pub struct MobileError;

impl Mobile {
    /// Parses 11 digits.
    pub fn parse(text: &str) -> Result<Self, MobileError> {
        if Self::is_valid(text) { Ok(Self(text.to_owned())) } else { Err(MobileError) }
    }

    /// Whether the text is a mainland mobile number.
    pub fn is_valid(text: &str) -> bool {
        match text.as_bytes() {
            [b'1', b'3'..=b'9', rest @ ..] => rest.len() == 9 && rest.iter().all(u8::is_ascii_digit),
            _ => false,
        }
    }

    /// All 11 digits. Only for the SMS gateway and for the owner of the number.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The masked number for all other readers: `138****6021`.
    pub fn masked(&self) -> String {
        mask(&self.0)
    }
}

/// Masks the middle of a number: the first 3 and the last 4 characters stay. A text of at most 7 characters stays unchanged.
pub fn mask(text: &str) -> String {
    let count = text.chars().count();
    text.chars().enumerate().map(|(i, c)| if i >= 3 && i + 4 < count { '*' } else { c }).collect()
}

impl fmt::Debug for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mobile({})", self.masked())
    }
}

impl TryFrom<String> for Mobile {
    type Error = MobileError;

    fn try_from(text: String) -> Result<Self, MobileError> {
        Self::parse(&text)
    }
}

impl From<Mobile> for String {
    fn from(mobile: Mobile) -> Self {
        mobile.0
    }
}
