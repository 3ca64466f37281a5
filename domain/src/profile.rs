//! The data that a unit completes at its first sign-in (完善单位资料).

use crate::level::{AdminLevel, BudgetLevel};
use serde::{Deserialize, Serialize};

/// What a person completes at the first sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The unit's full name; only a superior changes it.
    pub unit_name: String,
    /// Credit code, likewise.
    pub code: Option<String>,
    /// 行政级次.
    pub admin_level: Option<AdminLevel>,
    /// 预算级次.
    pub budget_level: Option<BudgetLevel>,
    /// Contact person.
    pub contact: String,
    /// The contact's mobile number, in full: it is the reader's own.
    pub mobile: String,
    /// The direct superior: whom to ask where the name or the share must be changed. None at the top.
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
