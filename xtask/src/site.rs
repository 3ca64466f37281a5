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
    _server: Running,
    url: String,
    accounts: String,
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
        let path = |name: &str| folder.path().join(name).into_os_string();
        let database =
            database.map_or_else(|| format!("sqlite://{}", path("site.db").to_string_lossy()).into(), OsString::from);
        let command = |words: &[&str]| {
            let mut server = Command::new(binary);
            server
                .current_dir(root())
                .args(words)
                .env("FARM_SITE_ADDR", "127.0.0.1:0")
                .env("FARM_DATABASE_URL", &database)
                .env("FARM_IMPORT_UPLOAD_DIR", path("uploads"))
                .env("FARM_SMS_FILE", path("sms.jsonl"))
                .env("FARM_SMS_SECRET_KEY_FILE", path("secret.key"))
                // The tests send more to some numbers than people do.
                .env("FARM_SMS_PER_NUMBER_HOUR", "1000")
                .env("FARM_SMS_PER_NUMBER_DAY", "1000")
                .env("FARM_DEMO_ENABLED", "true")
                .env("FARM_LOG_FILTER", "warn,server=info")
                .stdin(Stdio::null());
            server
        };
        let help = "Look at what the server says above.";
        run("making the schema", command(&["migrate"]).stdout(Stdio::null()), help)?;
        print_step("loading the presets and the demo data");
        let accounts = command_output(&mut command(&["seed", "--demo"])).ok_or("`server seed --demo` failed")?;

        let output = File::create(log).and_then(|file| Ok((file.try_clone()?, file)));
        let (stdout, stderr) = output.map_err(|why| format!("{}: {why}", log.display()))?;
        let ready = folder.path().join("ready");
        let mut serve = command(&["serve", "--ready-file"]);
        serve.arg(&ready).stdout(stdout).stderr(stderr);
        let mut running = Running::start(&mut serve)?;
        let url = wait_ready(&mut running, &ready)
            .map_err(|why| format!("{why}\n{}", fs::read_to_string(log).unwrap_or_default()))?;
        Ok(Self { _server: running, url, accounts, _folder: folder })
    }

    /// Its address, such as `http://127.0.0.1:41234`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The demo accounts, one per line: name, login name and password, separated by tabs.
    pub(crate) fn accounts(&self) -> &str {
        &self.accounts
    }
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
