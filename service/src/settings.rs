//! What the use cases need to know of their surroundings: plain values, read by the server from its configuration.

use crate::reader::Reader;
use domain::PublicSettings;
use std::{path::PathBuf, time::Duration};

/// The settings of all use cases.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `sqlite://data/farm.db?mode=rwc` or `postgres://…`. May hold a password: never logged.
    pub database_url: Secret,
    /// Connections at most.
    pub database_connections: u32,
    /// How far SQLite waits for the disk when a transaction ends. PostgreSQL does not read this setting.
    pub sqlite_synchronous: SqliteSynchronous,
    /// Cost of password hashing.
    pub hashing: Hashing,
    /// Encrypts what waits in the SMS outbox: 32 bytes.
    pub secret_key: Secret<[u8; 32]>,
    /// A session ends after this long without a request.
    pub session_idle: Duration,
    /// A session ends after this long whatever happens.
    pub session_lifetime: Duration,
    /// The settings that the server also gives away: the limits of a file, and how long initial passwords are valid.
    pub public: PublicSettings,
    /// How uploads are read.
    pub reader: Reader,
    /// Demo mode: sent SMS are shown on a page. Never on a system with real people.
    pub demo: bool,
    /// The address under which people reach the site, without a slash at its end: SMS of trading accounts say it.
    pub site_url: Option<String>,
    /// Where the `file` gateway writes.
    pub sms_file: PathBuf,
}

/// How far SQLite waits for the disk when a transaction ends (`PRAGMA synchronous`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SqliteSynchronous {
    /// Every commit is on the disk before it is reported. A power cut loses nothing.
    #[default]
    Full,
    /// A power cut may undo the last commits, but does not damage the file. Accounts whose SMS was sent may be among them.
    Normal,
}

impl Settings {
    /// How long an initial password works.
    pub(crate) fn initial_password_lifetime(&self) -> Duration {
        crate::clock::DAY * self.public.initial_password_days
    }
}

/// Cost of argon2id (RFC 9106).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hashing {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Hashing {
    /// The OWASP minimum: 19 MiB, 2 passes, 1 lane.
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

/// A value that never shows in `Debug`.
#[derive(Clone)]
pub struct Secret<T = String>(pub T);

impl<T> std::fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
