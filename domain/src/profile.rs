//! The data that a unit completes at its first sign-in (完善单位资料).

use serde::{Deserialize, Serialize};

/// The own unit's data, which its people complete at the first sign-in and correct later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Sent back with the form, which is refused when the stored version is another one.
    pub version: i32,
    /// The stored data, with the contact's mobile number in full: it is the reader's own.
    pub form: ProfileForm,
    /// The unit's full name; only a superior changes it.
    pub unit_name: String,
    /// Credit code; only a superior changes it.
    pub code: Option<String>,
    /// The direct superior, who changes the name and the plan on request. None at the top.
    pub superior: Option<String>,
}

/// The profile form as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileForm {
    /// 行政级次, the word.
    pub admin_level: String,
    /// 预算级次, the word.
    pub budget_level: String,
    /// Contact person.
    pub contact: String,
    /// Mobile number.
    pub mobile: String,
}
