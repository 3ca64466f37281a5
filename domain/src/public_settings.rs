//! The settings that are public.

use serde::{Deserialize, Serialize};

/// The settings that the server sends to every browser in the document, for the texts and for the web worker. Templates and
/// `server check` use the same values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicSettings {
    /// The largest number of data rows in an imported file (`import.max_rows`).
    pub max_rows: u32,
    /// The size limit of an imported file in bytes (`import.max_bytes`).
    pub max_bytes: u64,
    /// How many days an initial password is valid (`password.initial_days`).
    pub initial_password_days: u32,
    /// Whom users can call (`hotline`).
    pub hotline: Hotline,
}

/// The service hotline (服务热线).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hotline {
    /// The number, as people read it.
    pub number: String,
    /// On which days it is answered.
    pub days: HotlineDays,
    /// Since when, such as `9:00`.
    pub from: String,
    /// Until when.
    pub to: String,
}

/// The days of a hotline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HotlineDays {
    /// 每天
    Daily,
    /// 工作日
    Workdays,
}

impl Default for Hotline {
    /// The default of the configuration.
    fn default() -> Self {
        Self {
            number: "400-1188-832".to_owned(),
            days: HotlineDays::Daily,
            from: "9:00".to_owned(),
            to: "18:00".to_owned(),
        }
    }
}

impl Default for PublicSettings {
    /// The defaults of the configuration: 50,000 rows, 20 MiB, 30 days, and the hotline.
    fn default() -> Self {
        Self { max_rows: 50_000, max_bytes: 20 << 20, initial_password_days: 30, hotline: Hotline::default() }
    }
}
