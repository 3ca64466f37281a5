//! What the threads of a run share: the address of the server, whether a fault is under way, what the server has confirmed, and
//! what was observed.

use super::ledger::Ledger;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

/// `site.request_seconds`: the longest time until an ordinary request is answered.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);
/// What a busy machine may add to it.
const MARGIN: Duration = Duration::from_secs(6);
/// How long after the first good answer requests may still fail because of an outage.
const AFTERMATH: Duration = Duration::from_secs(10);
/// Details that are kept of a fault of one kind.
const DETAILS: usize = 8;

/// The violation of work that hangs.
pub(super) const UNFINISHED: &str = "work did not come to its end after the faults";

/// The time after which an answer is too late.
pub(super) const TOO_LATE: Duration = REQUEST_LIMIT.saturating_add(MARGIN);

/// Locks a mutex. The threads of a run do not panic while they hold one.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The server to which requests go.
#[derive(Clone, Debug, Default)]
pub(super) struct Target {
    /// Its address, such as `http://127.0.0.1:41234`.
    pub(super) url: String,
    /// Its number: each start of a server has another one.
    pub(super) number: u32,
}

/// A time in which a server was stopped by SIGSTOP.
#[derive(Clone, Copy, Debug)]
struct Freeze {
    server: u32,
    from: Instant,
    /// `None` while it lasts.
    until: Option<Instant>,
}

/// Whether an outage is under way.
#[derive(Debug, Default)]
enum Weather {
    #[default]
    Calm,
    /// The outage.
    Outage(String),
    /// The outage that has ended, and when.
    After(String, Instant),
}

/// Something that must not happen.
#[derive(Debug, Default)]
pub(super) struct Violation {
    /// How often it was seen.
    pub(super) count: u32,
    /// The first cases.
    pub(super) details: Vec<String>,
}

/// The time until the server worked again after an outage.
#[derive(Clone, Debug)]
pub(super) struct Recovery {
    /// The fault.
    pub(super) fault: String,
    /// Until a list was read; `None` if it was given up.
    pub(super) reading: Option<Duration>,
    /// Until something was written; `None` if it was given up.
    pub(super) writing: Option<Duration>,
}

/// What was observed.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Injected faults by kind, in the order of the report.
    pub(super) faults: BTreeMap<&'static str, u32>,
    /// Faults that this machine cannot inject, with the reason.
    pub(super) skipped: BTreeMap<&'static str, String>,
    /// Single hostile acts: connections cut, kept open and so on.
    pub(super) acts: BTreeMap<&'static str, u32>,
    /// Recoveries in their order.
    pub(super) recoveries: Vec<Recovery>,
    /// Answers by the first digit of the status, and requests without an answer.
    pub(super) answers: BTreeMap<String, u32>,
    /// The slowest answers: while no fault was under way, and during faults.
    pub(super) slowest: [(Duration, String); 2],
    /// Lines of the log beside those of requests, a minute, at most.
    pub(super) log_lines_per_minute: u32,
    /// What must not happen.
    pub(super) violations: BTreeMap<String, Violation>,
}

/// The outcome of a request.
pub(super) struct Observation<'a> {
    /// Method and path.
    pub(super) what: &'a str,
    /// The server that was asked.
    pub(super) server: u32,
    /// When the request began.
    pub(super) began: Instant,
    /// The outage at that moment: [`World::outage`].
    pub(super) began_in: Option<String>,
    /// The status, or why there was no answer.
    pub(super) outcome: Result<u16, String>,
    /// The time after which the answer is too late.
    pub(super) too_late: Duration,
}

/// What the threads of a run share.
pub(super) struct World {
    started: Instant,
    target: Mutex<Target>,
    weather: Mutex<Weather>,
    freezes: Mutex<Vec<Freeze>>,
    /// The servers that were ended on purpose.
    ended: Mutex<Vec<u32>>,
    stopping: AtomicBool,
    /// The end of the time in which the threads may finish what they have begun.
    deadline: Mutex<Option<Instant>>,
    next_serial: AtomicU32,
    next_address: AtomicU32,
    /// The paths of server functions by their names.
    functions: Mutex<HashMap<String, String>>,
    /// What the server has confirmed.
    pub(super) ledger: Mutex<Ledger>,
    /// What was observed.
    pub(super) record: Mutex<Record>,
}

impl World {
    /// A run that begins now.
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self {
            started: now,
            target: Mutex::default(),
            weather: Mutex::default(),
            freezes: Mutex::default(),
            ended: Mutex::default(),
            stopping: AtomicBool::new(false),
            deadline: Mutex::new(None),
            next_serial: AtomicU32::new(1),
            next_address: AtomicU32::new(1),
            functions: Mutex::default(),
            ledger: Mutex::default(),
            record: Mutex::default(),
        }
    }

    /// The time since the start of the run.
    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// The server to which requests go.
    pub(super) fn target(&self) -> Target {
        lock(&self.target).clone()
    }

    /// Sends all further requests to another server.
    pub(super) fn set_target(&self, target: Target) {
        *lock(&self.target) = target;
    }

    /// Reserves serial numbers of units. Returns the first.
    pub(super) fn take_serials(&self, count: u32) -> u32 {
        self.next_serial.fetch_add(count, Ordering::Relaxed)
    }

    /// A network address that no other client has: the server believes it, because it trusts this machine as a proxy.
    pub(super) fn take_address(&self) -> String {
        let [_, a, b, c] = self.next_address.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        format!("10.{a}.{b}.{c}")
    }

    /// The path of a server function, or the one that `find` finds.
    pub(super) fn function<E>(&self, name: &str, find: impl FnOnce() -> Result<String, E>) -> Result<String, E> {
        if let Some(path) = lock(&self.functions).get(name) {
            return Ok(path.clone());
        }
        let path = find()?;
        lock(&self.functions).insert(name.to_owned(), path.clone());
        Ok(path)
    }

    /// Notes that an outage begins.
    pub(super) fn begin_outage(&self, fault: &str) {
        *lock(&self.weather) = Weather::Outage(fault.to_owned());
    }

    /// Notes that the outage has ended.
    pub(super) fn end_outage(&self) {
        let mut weather = lock(&self.weather);
        if let Weather::Outage(fault) = &*weather {
            *weather = Weather::After(fault.clone(), Instant::now());
        }
    }

    /// The outage under way, or the one that has just ended: requests may fail because of it.
    pub(super) fn outage(&self) -> Option<String> {
        match &*lock(&self.weather) {
            Weather::Outage(fault) => Some(fault.clone()),
            Weather::After(fault, ended) if ended.elapsed() < AFTERMATH => Some(format!("after {fault}")),
            Weather::Calm | Weather::After(..) => None,
        }
    }

    /// Notes that a server is stopped by SIGSTOP.
    pub(super) fn begin_freeze(&self, server: u32) {
        lock(&self.freezes).push(Freeze { server, from: Instant::now(), until: None });
    }

    /// Notes that a server goes on.
    pub(super) fn end_freeze(&self, server: u32) {
        for freeze in lock(&self.freezes).iter_mut().filter(|freeze| freeze.server == server) {
            freeze.until.get_or_insert_with(Instant::now);
        }
    }

    /// Whether a server was frozen at some time since `since`.
    fn was_frozen(&self, server: u32, since: Instant) -> bool {
        let overlaps = |freeze: &Freeze| freeze.server == server && freeze.until.is_none_or(|until| until >= since);
        lock(&self.freezes).iter().any(|freeze| overlaps(freeze) && freeze.from <= Instant::now())
    }

    /// Notes that a server is ended on purpose.
    pub(super) fn expect_end(&self, server: u32) {
        lock(&self.ended).push(server);
    }

    fn is_ended(&self, server: u32) -> bool {
        lock(&self.ended).contains(&server)
    }

    /// Lets the threads finish what they have begun, until `deadline`.
    pub(super) fn stop(&self, deadline: Instant) {
        *lock(&self.deadline) = Some(deadline);
        self.stopping.store(true, Ordering::SeqCst);
    }

    /// Whether the threads begin nothing new.
    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// Whether the time to finish is over.
    pub(super) fn is_over(&self) -> bool {
        lock(&self.deadline).is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Records something that must not happen.
    pub(super) fn violate(&self, what: &str, detail: impl Into<String>) {
        let outage = self.outage().unwrap_or_else(|| "no outage".to_owned());
        let detail = format!("at {:.1} s, {outage}: {}", self.elapsed().as_secs_f64(), detail.into());
        let mut record = lock(&self.record);
        let violation = record.violations.entry(what.to_owned()).or_default();
        violation.count += 1;
        if violation.details.len() < DETAILS {
            violation.details.push(detail);
        }
    }

    /// Counts a hostile act.
    pub(super) fn count_act(&self, act: &'static str, times: u32) {
        *lock(&self.record).acts.entry(act).or_default() += times;
    }

    /// Records the outcome of a request and judges it.
    pub(super) fn observe(&self, seen: Observation<'_>) {
        let Observation { what, server, began, began_in, outcome, too_late } = seen;
        let took = began.elapsed();
        let calm = began_in.is_none() && self.outage().is_none();
        let frozen = self.was_frozen(server, began);
        let kind = match &outcome {
            Ok(status) => format!("{}xx", status / 100),
            Err(_) => "none".to_owned(),
        };
        {
            let mut record = lock(&self.record);
            *record.answers.entry(kind).or_default() += 1;
            let [in_calm, in_faults] = &mut record.slowest;
            let slowest = if calm { in_calm } else { in_faults };
            if outcome.is_ok() && !frozen && took > slowest.0 {
                *slowest = (took, what.to_owned());
            }
        }
        let seconds = took.as_secs_f64();
        match outcome {
            _ if frozen => {}
            _ if took > too_late && !self.is_ended(server) => {
                let began_in = began_in.as_deref().unwrap_or("no outage");
                let how = outcome.map_or_else(|why| why, |status| format!("status {status}"));
                self.violate(
                    "a request was answered too late, or never",
                    format!("{what}: {how} after {seconds:.1} s; it began in {began_in}"),
                );
            }
            Ok(500..) if calm => {
                let status = outcome.unwrap_or_default();
                self.violate("a request failed although there was no outage", format!("{what}: {status}"));
            }
            Err(why) if calm && !self.is_ended(server) => {
                self.violate("a request got no answer although there was no outage", format!("{what}: {why}"));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Observation, TOO_LATE, World, lock};
    use std::time::{Duration, Instant};

    fn seen(world: &World, outcome: Result<u16, String>, seconds_ago: u64) {
        let began = Instant::now().checked_sub(Duration::from_secs(seconds_ago)).unwrap();
        let began_in = world.outage();
        world.observe(Observation { what: "GET /", server: 1, began, began_in, outcome, too_late: TOO_LATE });
    }

    fn violations(world: &World) -> usize {
        lock(&world.record).violations.len()
    }

    #[test]
    fn a_failed_request_counts_only_if_there_is_no_outage() {
        let world = World::new();
        seen(&world, Ok(422), 0);
        world.begin_outage("disk full");
        seen(&world, Ok(500), 0);
        seen(&world, Err("reset".to_owned()), 0);
        assert_eq!(violations(&world), 0);
        let world = World::new();
        seen(&world, Ok(500), 0);
        seen(&world, Err("reset".to_owned()), 0);
        assert_eq!(violations(&world), 2);
    }

    #[test]
    fn a_late_answer_counts_unless_the_server_was_stopped() {
        let world = World::new();
        world.begin_freeze(1);
        world.end_freeze(1);
        seen(&world, Ok(200), 60);
        assert_eq!(violations(&world), 0);
        let world = World::new();
        world.begin_outage("link");
        seen(&world, Ok(503), 60);
        assert_eq!(violations(&world), 1);
    }
}
