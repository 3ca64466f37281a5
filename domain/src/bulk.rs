//! Results of bulk actions.

use crate::{account::AccountHolder, problem::Problem};
use serde::{Deserialize, Serialize};

/// What came of one account in a batch action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkOutcome {
    /// Whose; only its id where it is not in the asker's scope.
    pub holder: AccountHolder,
    /// Its name, where it is in the asker's scope.
    pub name: Option<String>,
    /// Why nothing was done, if so.
    pub refused: Option<Problem>,
}
