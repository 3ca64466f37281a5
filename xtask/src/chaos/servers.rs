//! The server's processes: they are started, killed, stopped and measured.

use super::world::{Target, World, lock};
use crate::{
    shell::{Outcome, stop_requested},
    site::{Server, SiteData},
};
use rustix::process::Signal;
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitStatus,
    thread,
    time::{Duration, Instant},
};

/// `site.shutdown_seconds`, and what a busy machine may add to it.
const SHUTDOWN: Duration = Duration::from_secs(20 + 6);
/// How often a condition is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// What a process uses.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Resources {
    /// Resident memory in MiB.
    pub(super) memory_mib: u64,
    /// Open files, sockets among them.
    pub(super) files: usize,
}

impl Resources {
    /// What a process uses now. Only Linux tells it; everything is 0 elsewhere.
    fn of(process: u32) -> Self {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let kib =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix("kB")?.trim().parse().ok());
        let files = fs::read_dir(format!("/proc/{process}/fd")).map_or(0, Iterator::count);
        Self { memory_mib: kib.unwrap_or(0_u64) / 1024, files }
    }
}

/// A process of the server. It is killed when the value is dropped.
pub(super) struct Process {
    server: Server,
    /// Its number and its address.
    pub(super) target: Target,
    /// What it used when it was ready.
    pub(super) at_start: Resources,
    /// The file of its log.
    log: PathBuf,
}

impl Drop for Process {
    fn drop(&mut self) {
        self.server.running.send(Signal::KILL);
    }
}

impl Process {
    /// What it uses now.
    pub(super) fn resources(&self) -> Resources {
        Resources::of(self.server.running.id())
    }

    /// Stops it or lets it go on.
    pub(super) fn send(&self, signal: Signal) {
        self.server.running.send(signal);
    }

    /// Whether it has ended.
    pub(super) fn exit_status(&mut self) -> Option<ExitStatus> {
        self.server.running.exit_status()
    }

    /// The lines of its log so far that belong to no request.
    pub(super) fn log_lines_beside_requests(&self) -> usize {
        let text = fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&text).lines().filter(|line| !line.contains("request{")).count()
    }
}

/// All processes of a site.
pub(super) struct Servers<'a> {
    world: &'a World,
    site: &'a SiteData,
    logs: &'a Path,
    started: u32,
    /// The one that gets the requests.
    pub(super) current: Process,
}

impl<'a> Servers<'a> {
    /// Starts the first server.
    pub(super) fn start(world: &'a World, site: &'a SiteData, logs: &'a Path) -> Outcome<Self> {
        let current = start(world, site, logs, 1, &[])?;
        world.set_target(current.target.clone());
        Ok(Self { world, site, logs, started: 1, current })
    }

    /// Starts another server beside the current one.
    pub(super) fn start_other(&mut self, variables: &[(&str, String)]) -> Outcome<Process> {
        self.started += 1;
        start(self.world, self.site, self.logs, self.started, variables)
    }

    /// Makes another server the current one. Returns the one before, which still runs.
    pub(super) fn replace(&mut self, other: Process) -> Process {
        self.world.set_target(other.target.clone());
        std::mem::replace(&mut self.current, other)
    }

    /// Kills the current server, so that it cannot clean up, and starts another one.
    pub(super) fn kill_and_start(&mut self) -> Outcome {
        self.world.expect_end(self.current.target.number);
        self.current.send(Signal::KILL);
        wait_for_end(&mut self.current, SHUTDOWN)?;
        let other = self.start_other(&[])?;
        self.replace(other);
        Ok(())
    }

    /// Records a server that has ended by itself, and starts another one.
    pub(super) fn check_alive(&mut self) -> Outcome {
        if stop_requested() {
            return Err("stopped".to_owned());
        }
        if let Some(status) = self.current.exit_status() {
            let number = self.current.target.number;
            self.world.violate("a server ended by itself", format!("server {number} with {status}"));
            self.world.expect_end(number);
            let other = self.start_other(&[])?;
            self.replace(other);
        }
        Ok(())
    }
}

fn start(world: &World, site: &SiteData, logs: &Path, number: u32, variables: &[(&str, String)]) -> Outcome<Process> {
    let log = logs.join(format!("server-{number}.log"));
    let server = site.serve(&log, variables)?;
    let target = Target { url: server.url.clone(), number };
    let at_start = Resources::of(server.running.id());
    *lock(&world.record).acts.entry("servers started").or_default() += 1;
    Ok(Process { server, target, at_start, log })
}

/// Ends a server by SIGTERM. It must end in time and without a failure.
pub(super) fn terminate(world: &World, process: &mut Process) -> Outcome {
    world.expect_end(process.target.number);
    process.send(Signal::TERM);
    let number = process.target.number;
    match wait_for_end(process, SHUTDOWN) {
        Ok(status) if status.success() => {}
        Ok(status) => world.violate("a server stopped with a failure", format!("server {number}: {status}")),
        Err(why) => {
            world.violate("a server did not stop in time", format!("server {number}: {why}"));
            process.send(Signal::KILL);
            wait_for_end(process, SHUTDOWN)?;
        }
    }
    Ok(())
}

fn wait_for_end(process: &mut Process, time: Duration) -> Outcome<ExitStatus> {
    let start = Instant::now();
    while start.elapsed() < time {
        if let Some(status) = process.exit_status() {
            return Ok(status);
        }
        thread::sleep(LOOK);
    }
    Err(format!("it still runs after {} s", time.as_secs()))
}
