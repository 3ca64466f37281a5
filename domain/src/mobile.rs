//! Mainland mobile numbers: 11 digits, 1 then 3–9 (the numbering plan of the Ministry of Industry and Information
//! Technology gives no finer rule that lasts).

use serde::{Deserialize, Serialize};
use std::fmt;

/// A mainland mobile number. `Debug` masks it, so that it cannot slip into a log.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Mobile(String);

/// The text is not a mainland mobile number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a mainland mobile number")]
pub struct MobileError;

impl Mobile {
    /// From 11 digits.
    pub fn parse(text: &str) -> Result<Self, MobileError> {
        if Self::is_one(text) { Ok(Self(text.to_owned())) } else { Err(MobileError) }
    }

    /// Whether the text is a mainland mobile number.
    pub fn is_one(text: &str) -> bool {
        match text.as_bytes() {
            [b'1', b'3'..=b'9', rest @ ..] => rest.len() == 9 && rest.iter().all(u8::is_ascii_digit),
            _ => false,
        }
    }

    /// All 11 digits: for the gateway and for its owner.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `138****6021`, for everybody else.
    pub fn masked(&self) -> String {
        mask(&self.0)
    }
}

/// Masks the middle of anything number-like: the first 3 and last 4 characters stay where there are more than 7.
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
