//! Injects the faults of a plan one after the other, and measures how soon the server works again after each.

use super::{
    client::{Client, Failure},
    disk::Disk,
    hostile,
    link::{End, Link},
    load::Account,
    plan::Fault,
    servers::{Servers, terminate},
    world::{Recovery, World, lock},
};
use crate::{
    postgres::Cluster,
    shell::{Outcome, print_step, send_signal, stop_requested},
};
use fastrand::Rng;
use rustix::process::Signal;
use std::{
    fs,
    ops::Range,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

/// The time within which the server must work again after an outage.
const RECOVERY_LIMIT: Duration = Duration::from_secs(10);
/// The time after which a server that does not recover is killed.
const GIVE_UP: Duration = Duration::from_secs(90);
/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(100);
/// The lease of the SMS worker, the longest one, is 30 s: a server that was stopped for longer finds its work taken over.
const FREEZE_SECONDS: Range<u64> = 32..36;
/// How long a server with another clock works beside the first one.
const CLOCK_SECONDS: u64 = 15;
/// How far its clock is ahead, in seconds: longer than every lease. What it has queued waits for that long on other servers.
const CLOCK_AHEAD: u64 = 45;
/// Lines of the log beside those of requests that a server may write in a minute while something is missing.
const LOG_LINES_PER_MINUTE: usize = 600;
/// Lines that it may write at once besides, such as one for each SMS that waits.
const LOG_BURST: usize = 120;

/// What the faults need.
pub(super) struct Faults<'a> {
    /// What the threads share.
    pub(super) world: &'a World,
    /// The server's processes.
    pub(super) servers: Servers<'a>,
    /// PostgreSQL and the link to it, if it is the database.
    pub(super) postgres: Option<(&'a Cluster, &'a Link)>,
    /// The disk of the server's files.
    pub(super) disk: &'a Disk,
    /// A signed-in user who tells whether the server works.
    pub(super) probe: Client<'a>,
    /// A signed-in user whose requests are hostile, and its account.
    pub(super) hostile: (Client<'a>, Account),
    /// Chooses what is random.
    pub(super) rng: Rng,
    /// Whether outages are as long as in the long form.
    pub(super) is_long: bool,
}

impl Faults<'_> {
    /// Injects a fault and waits until the server works again.
    pub(super) fn inject(&mut self, fault: Fault) -> Outcome {
        self.servers.check_alive()?;
        // The moment is random: the users work meanwhile.
        let calm = self.rng.u64(0..1_500);
        rest(Duration::from_millis(calm))?;
        print_step(format!("{:>6.1} s  {}", self.world.elapsed().as_secs_f64(), fault.name()));
        let injected = match fault {
            Fault::Kill => self.kill(),
            Fault::Terminate => self.terminate(),
            Fault::Freeze => self.freeze(),
            Fault::ClockJump => self.clock_jump(),
            Fault::SilentLink => self.silent_link(),
            Fault::RestartedPostgres => self.restart_postgres(),
            Fault::KilledBackend => self.kill_backend(),
            Fault::FullDisk => self.fill_disk(),
            Fault::HangUps | Fault::SlowClients | Fault::WrongSignIns => Ok(self.hostile_clients(fault)),
        }?;
        let mut record = lock(&self.world.record);
        match injected {
            Injected::Yes => *record.faults.entry(fault.name()).or_default() += 1,
            Injected::No(why) => drop(record.skipped.insert(fault.name(), why)),
        }
        Ok(())
    }

    fn kill(&mut self) -> Outcome<Injected> {
        self.world.begin_outage(Fault::Kill.name());
        let since = Instant::now();
        self.servers.kill_and_start()?;
        self.recover(Fault::Kill.name(), since)
    }

    fn terminate(&mut self) -> Outcome<Injected> {
        self.world.begin_outage(Fault::Terminate.name());
        // As an operator does: the next server starts once the first one has ended.
        terminate(self.world, &mut self.servers.current)?;
        let since = Instant::now();
        let other = self.servers.start_other(&[])?;
        self.servers.replace(other);
        self.recover(Fault::Terminate.name(), since)
    }

    fn freeze(&mut self) -> Outcome<Injected> {
        self.world.begin_outage(Fault::Freeze.name());
        let other = self.servers.start_other(&[])?;
        let number = self.servers.current.target.number;
        self.world.begin_freeze(number);
        self.servers.current.send(Signal::STOP);
        let mut frozen = self.servers.replace(other);
        let longest = if self.is_long { FREEZE_SECONDS.end + 10 } else { FREEZE_SECONDS.end };
        let rested = rest(Duration::from_secs(self.rng.u64(FREEZE_SECONDS.start..longest)));
        frozen.send(Signal::CONT);
        let since = Instant::now();
        rested?;
        self.world.end_freeze(number);
        let recovered = self.recover(Fault::Freeze.name(), since)?;
        // Either of them may be the one that stays.
        if self.rng.bool() {
            let mut other = self.servers.replace(frozen);
            terminate(self.world, &mut other)?;
        } else {
            terminate(self.world, &mut frozen)?;
        }
        Ok(recovered)
    }

    fn clock_jump(&mut self) -> Outcome<Injected> {
        let Some(library) = faketime() else { return Ok(Injected::No("libfaketime is not installed".to_owned())) };
        let mut variables =
            vec![("LD_PRELOAD", library.display().to_string()), ("FAKETIME", format!("+{CLOCK_AHEAD}s"))];
        // A clock that is set wrong does not change the monotonic clock. With that one ahead too, each wait of the server
        // that has a limit would last as much longer. Versions of the library differ in the name.
        variables.extend(["FAKETIME_DONT_FAKE_MONOTONIC", "DONT_FAKE_MONOTONIC"].map(|name| (name, "1".to_owned())));
        self.world.begin_outage(Fault::ClockJump.name());
        let other = self.servers.start_other(&variables)?;
        let mut first = self.servers.replace(other);
        rest(Duration::from_secs(CLOCK_SECONDS))?;
        std::mem::swap(&mut first, &mut self.servers.current);
        self.world.set_target(self.servers.current.target.clone());
        // Its end takes as long as the passwords that it is hashing. The users are at the other server by then.
        terminate(self.world, &mut first)?;
        self.recover(Fault::ClockJump.name(), Instant::now())
    }

    fn silent_link(&mut self) -> Outcome<Injected> {
        let Some((_, link)) = self.postgres else { return Ok(Injected::No("the database is SQLite".to_owned())) };
        let mut ends = [End::Delivered, End::Forgotten, End::Reset];
        self.rng.shuffle(&mut ends);
        for end in ends {
            let name = match end {
                End::Delivered => "silent link, then delivered",
                End::Forgotten => "silent link, then forgotten",
                End::Reset => "silent link, then reset",
            };
            self.world.begin_outage(name);
            let lines = self.servers.current.log_lines_beside_requests();
            link.fall_silent();
            let time = self.outage_time();
            let rested = rest(time);
            let connections = link.end_silence(end);
            let since = Instant::now();
            self.world
                .count_act("connections to PostgreSQL in a silence", u32::try_from(connections).unwrap_or_default());
            rested?;
            self.check_log(lines, time);
            self.recover(name, since)?;
        }
        Ok(Injected::Yes)
    }

    fn restart_postgres(&mut self) -> Outcome<Injected> {
        let Some((cluster, _)) = self.postgres else { return Ok(Injected::No("the database is SQLite".to_owned())) };
        let immediate = self.rng.bool();
        self.world.begin_outage(Fault::RestartedPostgres.name());
        cluster.restart(immediate)?;
        self.recover(Fault::RestartedPostgres.name(), Instant::now())
    }

    fn kill_backend(&mut self) -> Outcome<Injected> {
        let Some((cluster, _)) = self.postgres else { return Ok(Injected::No("the database is SQLite".to_owned())) };
        let backends = cluster.backends();
        let Some(backend) = self.rng.choice(&backends) else {
            return Ok(Injected::No("this system does not tell its processes".to_owned()));
        };
        self.world.begin_outage(Fault::KilledBackend.name());
        // PostgreSQL ends all others too, because the memory that they share may be damaged, and recovers.
        send_signal(*backend, Signal::KILL);
        self.recover(Fault::KilledBackend.name(), Instant::now())
    }

    fn fill_disk(&mut self) -> Outcome<Injected> {
        if let Some(obstacle) = self.disk.obstacle() {
            return Ok(Injected::No(obstacle.to_owned()));
        }
        self.world.begin_outage(Fault::FullDisk.name());
        let lines = self.servers.current.log_lines_beside_requests();
        let filler = self.disk.fill()?;
        let time = self.outage_time();
        let rested = rest(time);
        drop(filler);
        let since = Instant::now();
        rested?;
        self.check_log(lines, time);
        self.recover(Fault::FullDisk.name(), since)
    }

    fn hostile_clients(&mut self, fault: Fault) -> Injected {
        let (client, account) = &self.hostile;
        let (world, rng, times) = (self.world, &mut self.rng, if self.is_long { 5 } else { 1 });
        match fault {
            Fault::HangUps => hostile::hang_up(world, client, account, 160 * times, rng),
            Fault::SlowClients => {
                hostile::be_slow(world, client, &self.probe, Duration::from_secs(6 * u64::from(times)));
            }
            _ => hostile::guess_passwords(world, &self.probe, 6 * times, rng),
        }
        Injected::Yes
    }

    /// The length of an outage.
    fn outage_time(&mut self) -> Duration {
        let seconds = if self.is_long { 5..61 } else { 5..8 };
        Duration::from_secs(self.rng.u64(seconds))
    }

    /// Checks that the server did not fill its log during an outage. `before` is the number of lines when it began.
    fn check_log(&self, before: usize, time: Duration) {
        let lines = self.servers.current.log_lines_beside_requests().saturating_sub(before);
        let seconds = usize::try_from(time.as_secs()).unwrap_or(usize::MAX).max(1);
        let per_minute = lines.saturating_sub(LOG_BURST).saturating_mul(60) / seconds;
        if per_minute > LOG_LINES_PER_MINUTE {
            let detail = format!("server {}: {lines} lines in {seconds} s", self.servers.current.target.number);
            self.world.violate("the log was flooded during an outage", detail);
        }
        let mut record = lock(&self.world.record);
        let per_minute = u32::try_from(lines.saturating_mul(60) / seconds).unwrap_or(u32::MAX);
        record.log_lines_per_minute = record.log_lines_per_minute.max(per_minute);
    }

    /// Waits until the server works again: until it lists units and writes. `since` is the end of the outage. A server that does
    /// not recover is killed.
    fn recover(&mut self, fault: &str, since: Instant) -> Outcome<Injected> {
        let probe = self.probe.clone();
        let reading = self.wait_until(since, || probe.page("/units").map(drop))?;
        // A wrong sign-in is counted and recorded: it writes. Each has an address of its own.
        let world = self.world;
        let writing = self.wait_until(since, || match Client::new(world).sign_in("probe", "probe") {
            Err(Failure::Refused { status: 422, .. }) => Ok(()),
            outcome => outcome,
        })?;
        for (what, time) in [("read", reading), ("write", writing)] {
            let seconds = |time: Duration| format!("{:.1} s", time.as_secs_f64());
            if time.is_none_or(|time| time > RECOVERY_LIMIT) {
                let after = time.map_or_else(|| format!("not within {}", seconds(GIVE_UP)), seconds);
                world.violate(
                    "the server did not work again soon after an outage",
                    format!("{fault}, to {what}: {after}"),
                );
            }
        }
        lock(&world.record).recoveries.push(Recovery { fault: fault.to_owned(), reading, writing });
        if reading.is_none() || writing.is_none() {
            self.servers.kill_and_start()?;
        }
        self.servers.check_alive()?;
        world.end_outage();
        Ok(Injected::Yes)
    }

    /// The time from `since` until a request succeeds; `None` if it was given up.
    fn wait_until(&mut self, since: Instant, request: impl Fn() -> Result<(), Failure>) -> Outcome<Option<Duration>> {
        loop {
            if request().is_ok() {
                return Ok(Some(since.elapsed()));
            }
            if since.elapsed() > GIVE_UP {
                return Ok(None);
            }
            self.servers.check_alive()?;
            rest(PAUSE)?;
        }
    }
}

/// Whether a fault was injected, or why not.
enum Injected {
    Yes,
    No(String),
}

/// Lets time pass, while the users work.
fn rest(time: Duration) -> Outcome {
    let start = Instant::now();
    while start.elapsed() < time {
        if stop_requested() {
            return Err("stopped".to_owned());
        }
        thread::sleep(PAUSE.min(time.saturating_sub(start.elapsed())));
    }
    Ok(())
}

/// The library that gives a process another clock, if it is installed.
fn faketime() -> Option<PathBuf> {
    let folders = ["/usr/lib", "/usr/local/lib"].into_iter().map(PathBuf::from);
    let below = |folder: &PathBuf| fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let folders: Vec<_> = folders
        .flat_map(|folder| below(&folder).map(|e| e.path()).chain([folder.clone()]).collect::<Vec<_>>())
        .collect();
    folders.into_iter().map(|folder| folder.join("faketime/libfaketimeMT.so.1")).find(|file| file.is_file())
}
