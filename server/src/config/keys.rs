//! Every key of the configuration: its name, what it allows, and where it goes.

use super::{Config, Error, LogFormat, value::Value};
use crate::secret_key;
use service::SqliteSynchronous;

/// One key.
pub(super) struct Key {
    /// `section.key`, as in the file.
    pub(super) name: &'static str,
    /// What a value must be, to follow "must be".
    pub(super) allowed: &'static str,
    /// Stores the value; `None` where it is not allowed.
    set: fn(&mut Config, &Value) -> Option<()>,
}

impl Key {
    /// The table that holds it.
    pub(super) fn section(&self) -> &'static str {
        self.name.split('.').next().unwrap_or(self.name)
    }

    /// The environment variable that overrides it.
    pub(super) fn variable(&self) -> String {
        format!("{}{}", super::PREFIX, self.name.replace('.', "_").to_ascii_uppercase())
    }

    /// Stores a value.
    pub(super) fn apply(&self, config: &mut Config, value: &Value, origin: &str) -> Result<(), Error> {
        (self.set)(config, value).ok_or_else(|| self.refused(origin))
    }

    /// The message for a value that is not allowed.
    pub(super) fn refused(&self, origin: &str) -> Error {
        Error::BadValue { origin: origin.to_owned(), key: self.name, allowed: self.allowed }
    }
}

const fn key(name: &'static str, allowed: &'static str, set: fn(&mut Config, &Value) -> Option<()>) -> Key {
    Key { name, allowed, set }
}

/// Puts a value into its place.
macro_rules! set {
    ($($field:ident).+, |$value:ident| $read:expr) => {
        |config, $value| {
            config.$($field).+ = $read?;
            Some(())
        }
    };
}

/// A URL that the database layer can open.
fn database_url(value: &Value) -> Option<String> {
    value.filled().filter(|url| ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme)))
}

/// The address of the site; empty is none.
fn set_site_url(config: &mut Config, value: &Value) -> Option<()> {
    let text = value.text()?;
    let url = text.trim().trim_end_matches('/');
    let fits =
        url.split_once("://").is_some_and(|(scheme, rest)| matches!(scheme, "http" | "https") && !rest.is_empty());
    if !url.is_empty() && (!fits || url.contains(char::is_whitespace)) {
        return None;
    }
    config.site.url = (!url.is_empty()).then(|| url.to_owned());
    Some(())
}

/// 64 hexadecimal digits; without any, the key lies in its file.
fn set_secret_key(config: &mut Config, value: &Value) -> Option<()> {
    let text = value.text()?;
    config.sms.secret_key = if text.trim().is_empty() { None } else { Some(secret_key::parse(text.trim())?) };
    Some(())
}

/// A folder name of one part.
fn folder_name(value: &Value) -> Option<String> {
    value.filled().filter(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'))
}

pub(super) static KEYS: &[Key] = &[
    key(
        "site.addr",
        "an address with a port, such as 127.0.0.1:3000 or [::]:3000; port 0 takes a free one",
        set!(site.addr, |v| v.parsed()),
    ),
    key("site.root", "a folder", set!(site.root, |v| v.path())),
    key("site.pkg_dir", "a folder name of letters, digits, - and _", set!(site.pkg_dir, |v| folder_name(v))),
    key("site.secure", "true or false", set!(site.secure, |v| v.flag())),
    key(
        "site.trusted_proxies",
        "a list of addresses or networks, such as [\"127.0.0.1\", \"10.0.0.0/8\"] (separated by commas in the environment)",
        set!(site.trusted_proxies, |v| v.list()),
    ),
    key("site.url", "a URL that begins with http: or https:, or empty", set_site_url),
    key("site.request_seconds", "a whole number from 1 to 600", set!(site.request_seconds, |v| v.integer(1, 600))),
    key("site.shutdown_seconds", "a whole number from 1 to 600", set!(site.shutdown_seconds, |v| v.integer(1, 600))),
    key(
        "database.url",
        "a URL that begins with sqlite:, postgres: or postgresql:",
        set!(database.url, |v| database_url(v)),
    ),
    key(
        "database.max_connections",
        "a whole number from 2 to 1000",
        set!(database.max_connections, |v| v.integer(2, 1000)),
    ),
    key(
        "database.synchronous",
        "\"full\" or \"normal\"",
        set!(database.synchronous, |v| match v.text()?.as_str() {
            "full" => Some(SqliteSynchronous::Full),
            "normal" => Some(SqliteSynchronous::Normal),
            _ => None,
        }),
    ),
    key("session.idle_minutes", "a whole number from 5 to 10080", set!(session.idle_minutes, |v| v.integer(5, 10_080))),
    key("session.hours", "a whole number from 1 to 720", set!(session.hours, |v| v.integer(1, 720))),
    key(
        "password.memory_kib",
        "a whole number from 19456 to 1048576",
        set!(password.memory_kib, |v| v.integer(19_456, 1_048_576)),
    ),
    key("password.iterations", "a whole number from 2 to 64", set!(password.iterations, |v| v.integer(2, 64))),
    key("password.parallelism", "a whole number from 1 to 16", set!(password.parallelism, |v| v.integer(1, 16))),
    key("password.initial_days", "a whole number from 1 to 365", set!(password.initial_days, |v| v.integer(1, 365))),
    key(
        "import.max_bytes",
        "a whole number from 65536 to 268435456",
        set!(import.max_bytes, |v| v.integer(65_536, 268_435_456)),
    ),
    key("import.max_rows", "a whole number from 1 to 1000000", set!(import.max_rows, |v| v.integer(1, 1_000_000))),
    key("import.upload_dir", "a folder", set!(import.upload_dir, |v| v.path())),
    key(
        "import.reader_memory_mib",
        "a whole number from 64 to 65536",
        set!(import.reader_memory_mib, |v| v.integer(64, 65_536)),
    ),
    key("import.reader_seconds", "a whole number from 1 to 600", set!(import.reader_seconds, |v| v.integer(1, 600))),
    key("sms.gateway", "\"file\", the only gateway so far", |_, v| (v.text()? == "file").then_some(())),
    key("sms.file", "a file", set!(sms.file, |v| v.path())),
    key("sms.secret_key", "64 hexadecimal digits, or empty", set_secret_key),
    key("sms.secret_key_file", "a file", set!(sms.secret_key_file, |v| v.path())),
    key(
        "log.filter",
        "log directives such as \"info\" or \"warn,service=debug\"",
        set!(log.filter, |v| v.filled().filter(|text| tracing_subscriber::EnvFilter::builder().parse(text).is_ok())),
    ),
    key(
        "log.format",
        "\"text\" or \"json\"",
        set!(log.format, |v| match v.text()?.as_str() {
            "text" => Some(LogFormat::Text),
            "json" => Some(LogFormat::Json),
            _ => None,
        }),
    ),
    key("demo.enabled", "true or false", set!(demo, |v| v.flag())),
];
