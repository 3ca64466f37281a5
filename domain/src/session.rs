//! The signed-in account, as the frame of every page shows it.

use crate::{account::AccountKind, calendar::Timestamp, schema::Template, trade::OwnPurchaser, unit::UnitRef};
use serde::{Deserialize, Serialize};

/// What stands between a signed-in account and the rest of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignInStep {
    /// The initial or reset password must be changed.
    ChangePassword,
    /// The unit's or the purchaser's data must be completed.
    CompleteProfile,
    /// Nothing: everything its kind may do is open.
    Open,
}

/// Who is signed in: enough to draw the frame of every page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentAccount {
    /// Login name.
    pub login: String,
    /// Kind of account.
    pub kind: AccountKind,
    /// The unit it manages; none for the operator and for a purchaser.
    pub unit: Option<UnitRef>,
    /// The purchaser that a trading account belongs to.
    pub purchaser: Option<OwnPurchaser>,
    /// What must be done first.
    pub sign_in_step: SignInStep,
    /// Rows in error in the current batches, for the menu's badges.
    pub rows_in_error: RowsInError,
    /// Whether the demo pages (sent SMS) are open.
    pub demo: bool,
    /// The server's clock, so that server and browser agree on "today".
    pub now: Timestamp,
}

/// Rows in error in the current batch of each template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsInError {
    /// Units.
    pub units: u32,
    /// Purchasers.
    pub purchasers: u32,
}

impl RowsInError {
    /// Those of one template.
    pub const fn of(self, template: Template) -> u32 {
        match template {
            Template::Units => self.units,
            Template::Purchasers => self.purchasers,
        }
    }
}
