//! The settings of the use cases. The server reads them from its configuration.

use crate::reader::Reader;
use domain::PublicSettings;
use std::{path::PathBuf, time::Duration};

/// The settings of all use cases.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `sqlite://data/farm.db?mode=rwc` or `postgres://…`. It is never logged, because it may contain a password.
    pub database_url: Secret,
    /// The maximum number of connections to the database.
    pub database_connections: u32,
    /// How far SQLite waits for the disk when a transaction ends. PostgreSQL does not read this setting.
    pub sqlite_synchronous: SqliteSynchronous,
    /// Cost of password hashing.
    pub hashing: Hashing,
    /// The key that encrypts passwords in the SMS outbox and the secrets of API keys.
    pub secret_key: Secret<[u8; 32]>,
    /// A session ends if it has no request for this time.
    pub session_idle: Duration,
    /// A session ends after this time in any case.
    pub session_lifetime: Duration,
    /// The settings that the browser and the texts use too.
    pub public: PublicSettings,
    /// The child process that reads uploads.
    pub reader: Reader,
    /// Whether this is a demonstration: a page shows the sent SMS with their passwords. It must be off on a system with real
    /// users.
    pub demo: bool,
    /// The public URL of the site, without a slash at its end. The SMS of trading accounts contain it.
    pub site_url: Option<String>,
    /// The folder of files that exist for one request.
    pub temporary_folder: PathBuf,
    /// How many SMS a mobile number gets.
    pub sms_limits: SmsLimits,
    /// Days within which a unit gets one reminder at most.
    pub reminder_days: u32,
    /// The file that the `file` gateway writes.
    pub sms_file: PathBuf,
    /// For which units totals of purchases are kept.
    pub totals: TotalsSettings,
}

/// How far SQLite waits for the disk when a transaction ends (`PRAGMA synchronous`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SqliteSynchronous {
    /// Every commit is on the disk before it is reported. A power cut loses nothing.
    #[default]
    Full,
    /// A power cut may undo the last commits, but does not damage the file. It may undo the creation of an account whose SMS
    /// was already sent.
    Normal,
}

impl Settings {
    /// The time from the issue of an initial password until it expires.
    pub(crate) fn initial_password_lifetime(&self) -> Duration {
        crate::clock::DAY * self.public.initial_password_days
    }
}

/// How many SMS a mobile number gets at most, whatever they are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmsLimits {
    /// Within an hour.
    pub per_number_hour: u32,
    /// Within 24 hours.
    pub per_number_day: u32,
}

/// For which units totals of purchases are kept. The amounts of a smaller subtree are summed up from the postings of its units, so
/// that the work of a report has a bound for every unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TotalsSettings {
    /// A subtree with more units than this has totals.
    pub units: u32,
    /// A subtree with more units than this has totals by origin too, which are larger.
    pub units_with_origins: u32,
    /// How many transactions may add to totals at the same time. Reports sum up the slots that were ever used.
    pub slots: i16,
}

impl Default for TotalsSettings {
    fn default() -> Self {
        Self { units: 512, units_with_origins: 2_048, slots: 8 }
    }
}

/// The cost of argon2id (RFC 9106).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hashing {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Number of passes over the memory.
    pub passes: u32,
    /// Number of lanes, which can be computed in parallel.
    pub lanes: u32,
}

impl Default for Hashing {
    /// The minimum that OWASP recommends: 19 MiB, 2 passes, 1 lane.
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

/// A value that `Debug` does not print, so that logs do not contain it.
#[derive(Clone)]
pub struct Secret<T = String>(pub T);

impl<T> std::fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
