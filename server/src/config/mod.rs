//! The run-time configuration: `Leptos.toml`, overridden by the environment, over the defaults. An unknown key or a value
//! that is not allowed stops the start with one message that names it.

mod network;
mod values;

#[cfg(test)]
pub(crate) use network::parse as parse_network;
pub(crate) use network::{Network, contains};

use config::{ConfigError, File, FileFormat, ValueKind};
use domain::{PublicSettings, public_settings::HotlineDays};
use serde::Deserialize;
use service::SqliteSynchronous;
use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
};
use toml::{Table, Value};

/// The file that is read if no other is named.
pub(crate) const FILE: &str = "Leptos.toml";
/// The environment variable that names another file.
pub(crate) const FILE_VARIABLE: &str = "FARM_CONFIG";
/// The prefix of all other variables of the server.
const PREFIX: &str = "FARM_";
/// The prefix of variables that only tests read.
const TEST_PREFIX: &str = "FARM_TEST_";
/// The variable that hosting platforms set; the same key as `FARM_DATABASE_URL`.
const DATABASE_URL: &str = "DATABASE_URL";
/// Every key with its default: the file as it is shipped, so that the defaults are written once.
const DEFAULTS: &str = include_str!("../../../Leptos.toml");

/// The format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// `[site]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Site {
    /// The address and port to listen on.
    #[serde(deserialize_with = "values::socket_address")]
    pub(crate) addr: SocketAddr,
    /// Folder of the files that the build makes.
    #[serde(deserialize_with = "values::folder")]
    pub(crate) root: PathBuf,
    /// Folder of the bundles inside `root`, also in URLs.
    #[serde(deserialize_with = "values::folder_name")]
    pub(crate) pkg_dir: String,
    /// Whether the site is served over TLS: cookies are Secure and browsers are told to stay with TLS.
    #[serde(deserialize_with = "values::flag")]
    pub(crate) secure: bool,
    /// Proxies whose X-Forwarded-For is trusted.
    #[serde(deserialize_with = "values::networks")]
    pub(crate) trusted_proxies: Vec<Network>,
    /// The public address of the site, without a slash at its end.
    #[serde(deserialize_with = "values::site_url")]
    pub(crate) url: Option<String>,
    /// The time limit of an ordinary request.
    #[serde(deserialize_with = "values::integer::<_, _, 1, 600>")]
    pub(crate) request_seconds: u64,
    /// The largest number of connections.
    #[serde(deserialize_with = "values::integer::<_, _, 16, 1_000_000>")]
    pub(crate) max_connections: usize,
    /// The largest number of connections from one address.
    #[serde(deserialize_with = "values::integer::<_, _, 1, 1_000_000>")]
    pub(crate) max_connections_per_address: usize,
    /// How long the first request of a connection may take to arrive, without its body.
    #[serde(deserialize_with = "values::integer::<_, _, 1, 600>")]
    pub(crate) header_seconds: u64,
    /// How long a connection may be idle after a request.
    #[serde(deserialize_with = "values::integer::<_, _, 1, 3600>")]
    pub(crate) keep_alive_seconds: u64,
    /// The longest pause of a client that sends a body or takes a response.
    #[serde(deserialize_with = "values::integer::<_, _, 1, 600>")]
    pub(crate) client_pause_seconds: u64,
    /// The lowest rate of a body that takes longer than this pause.
    #[serde(deserialize_with = "values::integer::<_, _, 1, 1_000_000>")]
    pub(crate) body_bytes_per_second: u64,
    /// How long a stop waits for requests and jobs under way.
    #[serde(deserialize_with = "values::integer::<_, _, 1, 600>")]
    pub(crate) shutdown_seconds: u64,
}

/// `[database]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Database {
    /// `sqlite:` or `postgres:` URL.
    #[serde(deserialize_with = "values::database_url")]
    pub(crate) url: String,
    /// The largest number of connections.
    #[serde(deserialize_with = "values::integer::<_, _, 2, 1000>")]
    pub(crate) max_connections: u32,
    /// How far SQLite waits for the disk when a transaction ends.
    #[serde(deserialize_with = "values::sqlite_synchronous")]
    pub(crate) synchronous: SqliteSynchronous,
}

/// `[session]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Session {
    /// How long a session lives after its last use.
    #[serde(deserialize_with = "values::integer::<_, _, 5, 10_080>")]
    pub(crate) idle_minutes: u32,
    /// How long a session lives after sign-in.
    #[serde(deserialize_with = "values::integer::<_, _, 1, 720>")]
    pub(crate) hours: u32,
}

/// `[password]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Password {
    /// argon2id memory.
    #[serde(deserialize_with = "values::integer::<_, _, 19_456, 1_048_576>")]
    pub(crate) memory_kib: u32,
    /// argon2id passes.
    #[serde(deserialize_with = "values::integer::<_, _, 2, 64>")]
    pub(crate) iterations: u32,
    /// argon2id lanes.
    #[serde(deserialize_with = "values::integer::<_, _, 1, 16>")]
    pub(crate) parallelism: u32,
    /// How many days an initial password is valid.
    #[serde(deserialize_with = "values::integer::<_, _, 1, 365>")]
    pub(crate) initial_days: u32,
}

/// `[import]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Import {
    /// The size limit of an upload.
    #[serde(deserialize_with = "values::integer::<_, _, 65_536, 268_435_456>")]
    pub(crate) max_bytes: u64,
    /// The largest number of data rows.
    #[serde(deserialize_with = "values::integer::<_, _, 1, 1_000_000>")]
    pub(crate) max_rows: u32,
    /// Folder of the uploads that are being read.
    #[serde(deserialize_with = "values::folder")]
    pub(crate) upload_dir: PathBuf,
    /// How many uploads one account may have at once.
    #[serde(deserialize_with = "values::integer::<_, _, 1, 100>")]
    pub(crate) uploads_per_account: usize,
    /// How many uploads there may be at once.
    #[serde(deserialize_with = "values::integer::<_, _, 1, 1000>")]
    pub(crate) uploads_at_once: usize,
    /// Memory limit of the reading process.
    #[serde(deserialize_with = "values::integer::<_, _, 64, 65_536>")]
    pub(crate) reader_memory_mib: u64,
    /// Time limit of the reading process.
    #[serde(deserialize_with = "values::integer::<_, _, 1, 600>")]
    pub(crate) reader_seconds: u32,
}

/// The SMS gateways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gateway {
    /// Appends every SMS to `sms.file`.
    File,
}

/// `[sms]`
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sms {
    /// The gateway.
    #[serde(deserialize_with = "values::gateway")]
    pub(crate) gateway: Gateway,
    /// File of the `file` gateway.
    #[serde(deserialize_with = "values::file")]
    pub(crate) file: PathBuf,
    /// SMS to one mobile number within an hour.
    #[serde(deserialize_with = "values::integer::<_, _, 1, 1000>")]
    pub(crate) per_number_hour: u32,
    /// SMS to one mobile number within 24 hours.
    #[serde(deserialize_with = "values::integer::<_, _, 1, 1000>")]
    pub(crate) per_number_day: u32,
    /// Days within which a unit gets one reminder at most.
    #[serde(deserialize_with = "values::integer::<_, _, 1, 365>")]
    pub(crate) reminder_days: u32,
    /// Key that encrypts the passwords in the outbox; if there is none, `secret_key_file` holds it.
    #[serde(deserialize_with = "values::secret_key")]
    pub(crate) secret_key: Option<[u8; 32]>,
    /// File of the key, made at first start.
    #[serde(deserialize_with = "values::file")]
    pub(crate) secret_key_file: PathBuf,
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sms").field("file", &self.file).finish_non_exhaustive()
    }
}

/// `[hotline]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hotline {
    /// The number.
    #[serde(deserialize_with = "values::telephone_number")]
    pub(crate) number: String,
    /// On which days it is answered.
    #[serde(deserialize_with = "values::hotline_days")]
    pub(crate) days: HotlineDays,
    /// Since when.
    #[serde(deserialize_with = "values::clock_time")]
    pub(crate) from: String,
    /// Until when.
    #[serde(deserialize_with = "values::clock_time")]
    pub(crate) to: String,
}

/// `[log]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Log {
    /// Directives of `tracing_subscriber::EnvFilter`.
    #[serde(deserialize_with = "values::log_filter")]
    pub(crate) filter: String,
    /// The format of log lines.
    #[serde(deserialize_with = "values::log_format")]
    pub(crate) format: LogFormat,
}

/// `[demo]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Demo {
    /// Whether anybody may open the page that shows sent SMS.
    #[serde(deserialize_with = "values::flag")]
    pub(crate) enabled: bool,
    /// Whether the demo province is loaded while the server answers.
    #[serde(deserialize_with = "values::flag")]
    pub(crate) province: bool,
}

/// The whole configuration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// `[site]`
    pub(crate) site: Site,
    /// `[database]`
    pub(crate) database: Database,
    /// `[session]`
    pub(crate) session: Session,
    /// `[password]`
    pub(crate) password: Password,
    /// `[import]`
    pub(crate) import: Import,
    /// `[sms]`
    pub(crate) sms: Sms,
    /// `[hotline]`
    pub(crate) hotline: Hotline,
    /// `[log]`
    pub(crate) log: Log,
    /// `[demo]`
    pub(crate) demo: Demo,
}

/// Why the configuration is refused: one line for the operator. It never holds the value of a key, which may be secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The file cannot be read.
    #[error("{}: {why}; name another with --config FILE or {FILE_VARIABLE}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        why: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{}{}: not valid TOML: {why}", .path.display(), .line.map(|n| format!(":{n}")).unwrap_or_default())]
    NotToml {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: Option<usize>,
        /// The parser's reason.
        why: String,
    },
    /// There is no such key.
    #[error("{origin}: there is no setting `{key}`{}", .nearest.as_ref().map(|n| format!("; did you mean `{n}`?")).unwrap_or_default())]
    UnknownKey {
        /// The file or "environment".
        origin: String,
        /// The key as written.
        key: String,
        /// The most similar key.
        nearest: Option<String>,
    },
    /// The value is not allowed.
    #[error("{origin}: `{key}` must be {allowed}")]
    BadValue {
        /// The file or the environment variable.
        origin: String,
        /// The key.
        key: String,
        /// The description of allowed values.
        allowed: String,
    },
}

impl Config {
    /// Reads the file and the environment. If no file is named, [`FILE`] in the current folder is read.
    pub(crate) fn load(file: Option<PathBuf>) -> Result<Self, Error> {
        let path = file.unwrap_or_else(|| FILE.into());
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::of_file(&text, &path),
            Err(why) => Err(Error::Unreadable { path, why }),
        }
    }

    /// As [`Config::load`], but [`FILE`] may be missing: a command that needs no site runs in any folder.
    pub(crate) fn load_if_present(file: Option<PathBuf>) -> Result<Self, Error> {
        if file.is_none() && !Path::new(FILE).exists() { Self::of_file("", Path::new(FILE)) } else { Self::load(file) }
    }

    /// The configuration of a file's text and the environment.
    fn of_file(text: &str, path: &Path) -> Result<Self, Error> {
        let mut config = Self::parse(text, path, std::env::vars_os())?;
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        config.resolve(&std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned()));
        Ok(config)
    }

    /// The configuration of a file's text and these variables, paths as written.
    fn parse(text: &str, path: &Path, variables: impl Iterator<Item = (OsString, OsString)>) -> Result<Self, Error> {
        let settings = Settings(parse_toml(DEFAULTS, Path::new(FILE))?);
        let origin = path.display().to_string();
        settings.refuse_unknown(&parse_toml(text, path)?, &origin)?;
        let mut builder = config::Config::builder()
            .add_source(File::from_str(DEFAULTS, FileFormat::Toml))
            .add_source(File::from_str(text, FileFormat::Toml));
        let mut set_by = BTreeMap::new();
        // Sorted, so that FARM_DATABASE_URL comes after DATABASE_URL and overrides it.
        let variables: BTreeMap<_, _> = variables.filter_map(|(name, v)| Some((name.into_string().ok()?, v))).collect();
        for (name, value) in variables {
            let of_server = name.starts_with(PREFIX) && !name.starts_with(TEST_PREFIX) && name != FILE_VARIABLE;
            if !of_server && name != DATABASE_URL {
                continue;
            }
            let (key, default) = settings.by_variable(&name).ok_or_else(|| settings.unknown("environment", &name))?;
            // No key allows Nil: a value that is not Unicode is refused like any other that is not allowed.
            let value = value.to_str().map_or(ValueKind::Nil, |text| values::from_variable(text, default));
            builder = builder.set_override(&key, value).map_err(|error| bad_value(&origin, error))?;
            set_by.insert(key, format!("environment variable {name}"));
        }
        builder.build().and_then(config::Config::try_deserialize).map_err(|error| match bad_value(&origin, error) {
            Error::BadValue { origin, key, allowed } => {
                Error::BadValue { origin: set_by.remove(&key).unwrap_or(origin), key, allowed }
            }
            other => other,
        })
    }

    /// The settings that the server also gives away.
    pub(crate) fn public(&self) -> PublicSettings {
        let Hotline { number, days, from, to } = self.hotline.clone();
        PublicSettings {
            max_rows: self.import.max_rows,
            max_bytes: self.import.max_bytes,
            initial_password_days: self.password.initial_days,
            hotline: domain::public_settings::Hotline { number, days, from, to },
        }
    }

    /// Makes relative paths start at the configuration file's folder, so that the current folder does not matter.
    fn resolve(&mut self, folder: &Path) {
        for path in
            [&mut self.site.root, &mut self.import.upload_dir, &mut self.sms.file, &mut self.sms.secret_key_file]
        {
            *path = folder.join(&*path);
        }
        if let Some(file) = sqlite_file(&self.database.url).filter(|file| Path::new(file).is_relative()) {
            self.database.url = self.database.url.replacen(file, &folder.join(file).to_string_lossy(), 1);
        }
    }
}

/// The file of an `sqlite:` URL; `None` for another database and for one in memory.
fn sqlite_file(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("sqlite:")?;
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let file = rest.split('?').next().unwrap_or(rest);
    (!file.is_empty() && file != ":memory:").then_some(file)
}

fn parse_toml(text: &str, path: &Path) -> Result<Table, Error> {
    text.parse().map_err(|why: toml::de::Error| Error::NotToml {
        path: path.to_owned(),
        line: why.span().and_then(|s| text.get(..s.start)).map(|before| before.matches('\n').count() + 1),
        why: why.message().to_owned(),
    })
}

/// The error of a value, whose text is what [`values`] allows there.
fn bad_value(origin: &str, error: ConfigError) -> Error {
    let (key, allowed) = match error {
        ConfigError::At { error, key, .. } => (key.unwrap_or_default(), error.to_string()),
        other => (String::new(), other.to_string()),
    };
    Error::BadValue { origin: origin.to_owned(), key, allowed }
}

/// All settings: the sections and keys of the defaults.
struct Settings(Table);

impl Settings {
    /// Every key as `section.key`, with its default.
    fn keys(&self) -> impl Iterator<Item = (String, &Value)> {
        self.0.iter().flat_map(|(section, content)| {
            let content = content.as_table().into_iter().flatten();
            content.map(move |(name, default)| (format!("{section}.{name}"), default))
        })
    }

    /// The key that an environment variable overrides, with its default.
    fn by_variable(&self, name: &str) -> Option<(String, &Value)> {
        let name = if name == DATABASE_URL { "FARM_DATABASE_URL" } else { name };
        self.keys().find(|(key, _)| variable(key) == name)
    }

    /// Refuses a file that has a section or a key beside those of the defaults.
    fn refuse_unknown(&self, file: &Table, origin: &str) -> Result<(), Error> {
        for (section, content) in file {
            let Some(content) = content.as_table() else { return Err(self.unknown(origin, section)) };
            let Some(Value::Table(keys)) = self.0.get(section) else {
                return Err(self.unknown(origin, &format!("[{section}]")));
            };
            if let Some(name) = content.keys().find(|name| !keys.contains_key(*name)) {
                return Err(self.unknown(origin, &format!("{section}.{name}")));
            }
        }
        Ok(())
    }

    /// The error for an unknown key, which proposes the most similar one in the same notation.
    fn unknown(&self, origin: &str, key: &str) -> Error {
        let candidates: Vec<String> = match key.as_bytes() {
            [b'[', ..] => self.0.keys().map(|section| format!("[{section}]")).collect(),
            _ if key.starts_with(PREFIX) => self.keys().map(|(key, _)| variable(&key)).collect(),
            _ => self.keys().map(|(key, _)| key).collect(),
        };
        let nearest = domain::nearest::nearest(key, candidates.iter().map(String::as_str), 1);
        let nearest = nearest.first().map(|&nearest| nearest.to_owned());
        Error::UnknownKey { origin: origin.to_owned(), key: key.to_owned(), nearest }
    }
}

/// The environment variable that overrides a key.
fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_ascii_uppercase())
}

#[cfg(test)]
mod tests;
