//! The run-time configuration: `Leptos.toml`, overridden by the environment, over built-in defaults. An unknown key or a
//! bad value stops the start with one message that names it.

mod keys;
mod network;
mod value;

use keys::{KEYS, Key};
pub(crate) use network::Network;
use service::SqliteSynchronous;
use std::{
    collections::BTreeSet,
    ffi::OsString,
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
};
use value::Value;

/// The file read when no other is named.
pub(crate) const FILE: &str = "Leptos.toml";
/// The environment variable that names another file.
pub(crate) const FILE_VARIABLE: &str = "FARM_CONFIG";
/// What every other variable of ours begins with.
const PREFIX: &str = "FARM_";
/// What variables of the tests begin with; they are none of the server's.
const TEST_PREFIX: &str = "FARM_TEST_";
/// The variable that hosting platforms set; the same key as `FARM_DATABASE_URL`.
const DATABASE_URL: &str = "DATABASE_URL";

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// `[site]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    /// Where to listen.
    pub(crate) addr: SocketAddr,
    /// Folder of the files that the build makes.
    pub(crate) root: PathBuf,
    /// Folder of the bundles inside `root`, also in URLs.
    pub(crate) pkg_dir: String,
    /// Served over TLS: cookies are Secure and browsers are told to stay with TLS.
    pub(crate) secure: bool,
    /// Proxies whose X-Forwarded-For is believed.
    pub(crate) trusted_proxies: Vec<Network>,
    /// The address under which people reach the site, without a slash at its end; none where it is not told.
    pub(crate) url: Option<String>,
    /// How long an ordinary request may take.
    pub(crate) request_seconds: u64,
    /// How long a stop waits for requests and jobs under way.
    pub(crate) shutdown_seconds: u64,
}

/// `[database]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Database {
    /// `sqlite:` or `postgres:` URL.
    pub(crate) url: String,
    /// Connections to keep at most.
    pub(crate) max_connections: u32,
    /// How far SQLite waits for the disk when a transaction ends.
    pub(crate) synchronous: SqliteSynchronous,
}

/// `[session]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    /// How long a session lives after its last use.
    pub(crate) idle_minutes: u32,
    /// How long a session lives at all.
    pub(crate) hours: u32,
}

/// `[password]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Password {
    /// argon2id memory.
    pub(crate) memory_kib: u32,
    /// argon2id passes.
    pub(crate) iterations: u32,
    /// argon2id lanes.
    pub(crate) parallelism: u32,
    /// How long an initial password works.
    pub(crate) initial_days: u32,
}

/// `[import]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// Largest upload.
    pub(crate) max_bytes: u64,
    /// Most data rows.
    pub(crate) max_rows: u32,
    /// Where uploads lie while they are read.
    pub(crate) upload_dir: PathBuf,
    /// Memory of the reading process.
    pub(crate) reader_memory_mib: u64,
    /// Time of the reading process.
    pub(crate) reader_seconds: u32,
}

/// `[sms]`
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Sms {
    /// File of the `file` gateway.
    pub(crate) file: PathBuf,
    /// Key of the passwords that wait in the outbox; else `secret_key_file` holds it.
    pub(crate) secret_key: Option<[u8; 32]>,
    /// Where the key lies, made at first start.
    pub(crate) secret_key_file: PathBuf,
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sms").field("file", &self.file).finish_non_exhaustive()
    }
}

/// `[log]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Log {
    /// What is logged, in the words of `tracing_subscriber::EnvFilter`.
    pub(crate) filter: String,
    /// How.
    pub(crate) format: LogFormat,
}

/// The whole configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// `[log]`
    pub(crate) log: Log,
    /// `demo.enabled`: the page that shows sent SMS is open to anybody.
    pub(crate) demo: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            site: Site {
                addr: SocketAddr::from(([127, 0, 0, 1], 3000)),
                root: "target/site".into(),
                pkg_dir: "pkg".into(),
                secure: false,
                trusted_proxies: Vec::new(),
                url: None,
                request_seconds: 30,
                shutdown_seconds: 20,
            },
            database: Database {
                url: "sqlite://data/farm-purchase.db".into(),
                max_connections: 16,
                synchronous: SqliteSynchronous::Full,
            },
            session: Session { idle_minutes: 120, hours: 12 },
            password: Password { memory_kib: 19_456, iterations: 2, parallelism: 1, initial_days: 30 },
            import: Import {
                max_bytes: 20 * 1024 * 1024,
                max_rows: 50_000,
                upload_dir: "data/uploads".into(),
                reader_memory_mib: 1024,
                reader_seconds: 30,
            },
            sms: Sms { file: "data/sms.jsonl".into(), secret_key: None, secret_key_file: "data/secret.key".into() },
            log: Log { filter: "info".into(), format: LogFormat::Text },
            demo: false,
        }
    }
}

/// Why the configuration does not do: one line for the operator. Never holds a secret: the value of a key is not shown.
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
        /// What the parser says.
        why: String,
    },
    /// There is no such key.
    #[error("{origin}: there is no setting `{key}`{}", .nearest.as_ref().map(|n| format!("; did you mean `{n}`?")).unwrap_or_default())]
    UnknownKey {
        /// The file or "environment".
        origin: String,
        /// The key as written.
        key: String,
        /// A key that looks like it.
        nearest: Option<String>,
    },
    /// The value is not allowed.
    #[error("{origin}: `{key}` must be {allowed}")]
    BadValue {
        /// The file or the environment variable.
        origin: String,
        /// The key.
        key: &'static str,
        /// What would do.
        allowed: &'static str,
    },
}

/// Where the configuration lies: `--config`, else what the environment names, else `Leptos.toml` here.
pub(crate) fn find(option: Option<PathBuf>) -> PathBuf {
    option.or_else(|| std::env::var_os(FILE_VARIABLE).map(PathBuf::from)).unwrap_or_else(|| FILE.into())
}

impl Config {
    /// Reads the file and the environment.
    pub(crate) fn load(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|why| Error::Unreadable { path: path.to_owned(), why })?;
        let mut config = Self::parse(&text, path, std::env::vars_os())?;
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        config.resolve(&std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned()));
        Ok(config)
    }

    /// The configuration of a file's text and these variables, paths as written.
    fn parse(text: &str, path: &Path, variables: impl Iterator<Item = (OsString, OsString)>) -> Result<Self, Error> {
        let mut config = Self::default();
        let table: toml::Table = text.parse().map_err(|why: toml::de::Error| Error::NotToml {
            path: path.to_owned(),
            line: why.span().and_then(|s| text.get(..s.start)).map(|before| before.matches('\n').count() + 1),
            why: why.message().to_owned(),
        })?;
        let origin = path.display().to_string();
        for (section, content) in table {
            let toml::Value::Table(content) = content else {
                return Err(unknown(&origin, &section));
            };
            if !KEYS.iter().any(|key| key.section() == section) {
                return Err(unknown(&origin, &format!("[{section}]")));
            }
            for (name, value) in content {
                let full = format!("{section}.{name}");
                let key = key(&full).ok_or_else(|| unknown(&origin, &full))?;
                key.apply(&mut config, &Value::File(value), &origin)?;
            }
        }
        // Sorted, so that DATABASE_URL comes before FARM_DATABASE_URL, which is the more particular of the two.
        let mut ours: Vec<_> = variables
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .filter(|(name, _)| {
                let ours = name.starts_with(PREFIX) && !name.starts_with(TEST_PREFIX) && name != FILE_VARIABLE;
                ours || name == DATABASE_URL
            })
            .collect();
        ours.sort();
        for (name, value) in ours {
            let key = KEYS
                .iter()
                .find(|key| key.variable() == name || name == DATABASE_URL && key.name == "database.url")
                .ok_or_else(|| unknown("environment", &name))?;
            let origin = format!("environment variable {name}");
            let value = value.into_string().map_err(|_| key.refused(&origin))?;
            key.apply(&mut config, &Value::Env(value), &origin)?;
        }
        Ok(config)
    }

    /// Takes relative paths from the configuration file's folder, so that the place of the start does not matter.
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

/// The file of an `sqlite:` URL; none for another database or one in memory.
fn sqlite_file(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("sqlite:")?;
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let file = rest.split('?').next().unwrap_or(rest);
    (!file.is_empty() && file != ":memory:").then_some(file)
}

fn key(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

fn unknown(origin: &str, key: &str) -> Error {
    let as_written = |candidate: &Key| match key.as_bytes() {
        [b'[', ..] => format!("[{}]", candidate.section()),
        _ if key.starts_with(PREFIX) => candidate.variable(),
        _ => candidate.name.to_owned(),
    };
    let candidates: BTreeSet<String> = KEYS.iter().map(as_written).collect();
    let nearest =
        domain::nearest::nearest(key, candidates.iter().map(String::as_str), 1).first().map(|&n| n.to_owned());
    Error::UnknownKey { origin: origin.to_owned(), key: key.to_owned(), nearest }
}

#[cfg(test)]
mod tests;
