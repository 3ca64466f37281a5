//! A running server.

use crate::{
    paths::{root, target},
    shell::{Outcome, Running, command_output, print_step, run, stop_requested},
};
use std::{
    ffi::OsString,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// The server's binary, built with this profile.
pub(crate) fn binary(profile: &str) -> PathBuf {
    target().join(profile).join("server")
}

/// A server with its own database and data folder, with the demo data, on a free port. It is stopped when the value is dropped.
pub(crate) struct Site {
    server: Server,
    data: SiteData,
    _folder: TempDir,
}

impl Site {
    /// Migrates the database, loads the demo data and starts the server. `database` is a URL; without one, the server uses a
    /// SQLite file in its own folder. The server logs to the file `log`.
    pub(crate) fn start(binary: &Path, database: Option<&str>, log: &Path) -> Outcome<Self> {
        let folder = tempfile::Builder::new()
            .prefix("farm-purchase-site-")
            .tempdir()
            .map_err(|why| format!("no temporary folder: {why}"))?;
        let data = SiteData::create(binary, database, folder.path(), &[])?;
        let server = data.serve(log, &[])?;
        Ok(Self { server, data, _folder: folder })
    }

    /// Its address, such as `http://127.0.0.1:41234`.
    pub(crate) fn url(&self) -> &str {
        &self.server.url
    }

    /// The demo accounts, one per line: name, login name and password, separated by tabs.
    pub(crate) fn accounts(&self) -> &str {
        self.data.accounts()
    }
}

/// The database and the folder of a site, with the demo data. Several servers can run on them.
pub(crate) struct SiteData {
    binary: PathBuf,
    variables: Vec<(String, OsString)>,
    accounts: String,
}

impl SiteData {
    /// Migrates the database and loads the demo data. `database` is a URL; without one, the servers use a SQLite file in the
    /// folder. `variables` are more settings.
    pub(crate) fn create(
        binary: &Path,
        database: Option<&str>,
        folder: &Path,
        variables: &[(&str, &str)],
    ) -> Outcome<Self> {
        let path = |name: &str| folder.join(name).into_os_string();
        let database =
            database.map_or_else(|| format!("sqlite://{}", path("site.db").to_string_lossy()).into(), OsString::from);
        let own = [
            ("FARM_SITE_ADDR", OsString::from("127.0.0.1:0")),
            ("FARM_DATABASE_URL", database),
            ("FARM_IMPORT_UPLOAD_DIR", path("uploads")),
            ("FARM_SMS_FILE", path("sms.jsonl")),
            ("FARM_SMS_SECRET_KEY_FILE", path("secret.key")),
            // The tests send more to some numbers than people do.
            ("FARM_SMS_PER_NUMBER_HOUR", "1000".into()),
            ("FARM_SMS_PER_NUMBER_DAY", "1000".into()),
            ("FARM_DEMO_ENABLED", "true".into()),
            ("FARM_LOG_FILTER", "warn,server=info".into()),
        ];
        let more = variables.iter().map(|(name, value)| (*name, OsString::from(value)));
        let variables = own.into_iter().chain(more).map(|(name, value)| (name.to_owned(), value)).collect();
        let mut data = Self { binary: binary.to_owned(), variables, accounts: String::new() };
        let help = "Look at what the server says above.";
        run("making the schema", data.command(&["migrate"]).stdout(Stdio::null()), help)?;
        print_step("loading the presets and the demo data");
        data.accounts = command_output(&mut data.command(&["seed", "--demo"])).ok_or("`server seed --demo` failed")?;
        Ok(data)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut server = Command::new(&self.binary);
        let variables = self.variables.iter().map(|(name, value)| (name, value));
        server.current_dir(root()).args(words).envs(variables).stdin(Stdio::null());
        server
    }

    /// The demo accounts, one per line: name, login name and password, separated by tabs.
    pub(crate) fn accounts(&self) -> &str {
        &self.accounts
    }

    /// Starts a server and waits until it is ready. The server logs to the file `log`. `variables` are more environment
    /// variables.
    pub(crate) fn serve(&self, log: &Path, variables: &[(&str, String)]) -> Outcome<Server> {
        let output = File::create(log).and_then(|file| Ok((file.try_clone()?, file)));
        let (stdout, stderr) = output.map_err(|why| format!("{}: {why}", log.display()))?;
        // It is beside the log, because the disk of the site may be full.
        let ready = log.with_extension("ready");
        let _ = fs::remove_file(&ready);
        let mut serve = self.command(&["serve", "--ready-file"]);
        serve.arg(&ready).envs(variables.iter().map(|(name, value)| (name, value))).stdout(stdout).stderr(stderr);
        let mut running = Running::start(&mut serve)?;
        let url = wait_ready(&mut running, &ready)
            .map_err(|why| format!("{why}\n{}", fs::read_to_string(log).unwrap_or_default()))?;
        let _ = fs::remove_file(&ready);
        Ok(Server { running, url })
    }
}

/// A running server. It is stopped when the value is dropped.
pub(crate) struct Server {
    /// The process.
    pub(crate) running: Running,
    /// Its address, such as `http://127.0.0.1:41234`.
    pub(crate) url: String,
}

/// Waits until a server has written its address.
pub(crate) fn wait_ready(server: &mut Running, ready: &Path) -> Outcome<String> {
    loop {
        if let Ok(address) = fs::read_to_string(ready)
            && address.ends_with('\n')
        {
            return Ok(address.trim().to_owned());
        }
        if stop_requested() {
            return Err("stopped".to_owned());
        }
        if let Some(status) = server.exit_status() {
            return Err(format!("the server ended with {status} before it was ready"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
