//! The settings that are public.

use serde::{Deserialize, Serialize};

/// The settings that the server sends to every browser in the document, for the texts and for the web worker. Templates and
/// `server check` use the same values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicSettings {
    /// The largest number of data rows in an imported file (`import.max_rows`).
    pub max_rows: u32,
    /// The size limit of an imported file in bytes (`import.max_bytes`).
    pub max_bytes: u64,
    /// How many days an initial password is valid (`password.initial_days`).
    pub initial_password_days: u32,
}

impl Default for PublicSettings {
    /// The defaults of the configuration: 50,000 rows, 20 MiB, 30 days.
    fn default() -> Self {
        Self { max_rows: 50_000, max_bytes: 20 << 20, initial_password_days: 30 }
    }
}
