//! Results of bulk actions.

use crate::{account::AccountHolder, problem::Problem};
use serde::{Deserialize, Serialize};

/// The result of a bulk action for one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkOutcome {
    /// The holder of the account.
    pub holder: AccountHolder,
    /// Its name. `None` if it is outside the scope of the current account.
    pub name: Option<String>,
    /// The reason why nothing was done. `None` on success.
    pub refused: Option<Problem>,
}
