//! The data that a unit completes at its first sign-in (完善单位资料).

use crate::level::{AdminLevel, BudgetLevel};
use serde::{Deserialize, Serialize};

/// The data that a unit completes at its first sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Full name of the unit. Only the superior unit can change it.
    pub unit_name: String,
    /// Credit code. Only the superior unit can change it.
    pub code: Option<String>,
    /// 行政级次.
    pub admin_level: Option<AdminLevel>,
    /// 预算级次.
    pub budget_level: Option<BudgetLevel>,
    /// Contact person.
    pub contact: String,
    /// The full mobile number of the contact. It is not masked, because it belongs to the reader.
    pub mobile: String,
    /// Full name of the direct superior unit, which can change the name and the share. `None` at the top.
    pub superior: Option<String>,
}

/// The profile form as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileForm {
    /// 行政级次, as in the sheet.
    pub admin_level: String,
    /// 预算级次, as in the sheet.
    pub budget_level: String,
    /// Contact person.
    pub contact: String,
    /// Mobile number.
    pub mobile: String,
}
