//! The signed-in account, as the frame of every page shows it.

use crate::{account::AccountKind, calendar::Timestamp, schema::Template, trade::PortalPurchaser, unit::UnitRef};
use serde::{Deserialize, Serialize};

/// The next step that a signed-in account must take before it can use the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignInStep {
    /// The initial or reset password must be changed.
    ChangePassword,
    /// The unit's or the purchaser's data must be completed.
    CompleteProfile,
    /// No step: the account can use the system.
    Open,
}

/// The signed-in account, with the data that the frame of every page needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentAccount {
    /// Login name.
    pub login: String,
    /// Kind of account.
    pub kind: AccountKind,
    /// Its unit. `None` for the operator and for a purchaser.
    pub unit: Option<UnitRef>,
    /// The purchaser that a trading account belongs to.
    pub purchaser: Option<PortalPurchaser>,
    /// The step that it must take first.
    pub sign_in_step: SignInStep,
    /// Rows in error in the current batches, for the badges of the menu.
    pub rows_in_error: RowsInError,
    /// Number of notices that it has not read, up to one more than [`crate::notice::MOST_UNREAD`].
    pub unread_notices: u32,
    /// Whether the demo pages (sent SMS) are available.
    pub demo: bool,
    /// The current time of the server, so that server and browser agree on "today".
    pub now: Timestamp,
}

/// Number of rows in error in the current batch of each template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsInError {
    /// Units.
    pub units: u32,
    /// Purchasers.
    pub purchasers: u32,
}

impl RowsInError {
    /// The number for a template.
    pub const fn of(self, template: Template) -> u32 {
        match template {
            Template::Units => self.units,
            Template::Purchasers => self.purchasers,
        }
    }
}
