//! The password policy: at least 8 characters, unlike the login name and the unit's name, and none of the common ones.

use serde::{Deserialize, Serialize};

/// What a new password breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyFault {
    /// Under 8 characters.
    TooShort,
    /// Over 128 characters.
    TooLong,
    /// Contains the login name, or its digits.
    LikeLogin,
    /// Contains the unit's name, its credit code or the contact's mobile number.
    LikeUnit,
    /// On the list of common passwords, or a plain run or repetition.
    Common,
    /// The same as the old one.
    Unchanged,
}

impl PolicyFault {
    /// The stable code, kebab-case.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "password-too-short",
            Self::TooLong => "password-too-long",
            Self::LikeLogin => "password-like-login",
            Self::LikeUnit => "password-like-unit",
            Self::Common => "password-common",
            Self::Unchanged => "password-unchanged",
        }
    }
}

/// How hard a password is to guess, for the meter beside the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// Breaks the policy or barely passes.
    Weak,
    /// Passes.
    Fair,
    /// Passes with room to spare.
    Strong,
}

/// Whom the password is for: what it must not resemble.
#[derive(Clone, Copy, Debug, Default)]
pub struct Owner<'a> {
    /// Login name.
    pub login: &'a str,
    /// Unit name, credit code, mobile number: each that is known.
    pub unit: &'a [&'a str],
}

/// Checks a new password against the policy.
pub fn check(password: &str, owner: Owner<'_>) -> Result<Strength, PolicyFault> {
    let _ = (password, owner);
    Ok(Strength::Fair) // filled in by the domain work
}
