//! `cargo xtask chaos`: faults against the built server while users work, and an audit afterwards. `docs/chaos.md` says what
//! each fault is and what the audit checks.

mod audit;
mod client;
mod disk;
mod faults;
mod hostile;
mod ledger;
mod link;
mod load;
mod orders;
mod plan;
mod servers;
mod table;
mod world;

use crate::{
    paths::{cargo, target},
    postgres::Cluster,
    setup,
    shell::{Outcome, print_step, run},
    site::{SiteData, binary},
};
use clap::{Args, ValueEnum};
use client::Client;
use disk::Disk;
use fastrand::Rng;
use faults::Faults;
use link::Link;
use orders::Key;
use rustix::process::Signal;
use servers::{Resources, Servers, terminate};
use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};
use world::{World, lock};

/// The finance departments of the demo data.
const DEPARTMENT: &str = "示例县财政局";
const OTHER_DEPARTMENT: &str = "样例县财政局";
/// The operator, and a purchaser.
const OPERATOR: &str = "平台运维";
const PURCHASER: &str = "样例县城南镇人民政府机关食堂";
/// The systems that send orders at the same time.
const PLATFORMS: [&str; 2] = ["PT1", "PT2"];
/// The time in which all work must come to its end after the last fault, in the short and in the long form: an SMS that failed
/// again and again during a long outage waits some 80 s.
const DRAIN: [Duration; 2] = [Duration::from_mins(2), Duration::from_mins(4)];
/// About the time of a round.
const ROUND: Duration = Duration::from_secs(90);
/// By how much the memory of a server may have grown at the end, in MiB.
const MEMORY_GROWTH_MIB: u64 = 300;
/// How many more files a server may have open at the end: the connections to the database.
const MORE_FILES: usize = 40;
/// How long a server may take to close the connections of clients that are gone.
const CLOSING: Duration = Duration::from_secs(30);
/// The seed of the run among the tests: the same at each run, so that a failure has its reason in the change.
const SEED_OF_TESTS: u64 = 20_261_130;

/// The arguments of `cargo xtask chaos`.
#[derive(Clone, Debug, Args)]
pub(crate) struct Options {
    /// The time for each database; 1 is the short form, which `cargo xtask test` runs
    #[arg(long, default_value_t = 1)]
    minutes: u32,
    /// The databases
    #[arg(long, value_enum, default_value_t = Databases::Both)]
    database: Databases,
    /// Build the server for release
    #[arg(long)]
    release: bool,
    /// Repeat the plan of the run with this seed
    #[arg(long)]
    seed: Option<u64>,
}

/// The databases of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Databases {
    Sqlite,
    Postgres,
    Both,
}

impl Options {
    /// The short form, among the tests.
    pub(crate) const fn of_tests() -> Self {
        Self { minutes: 1, database: Databases::Both, release: false, seed: Some(SEED_OF_TESTS) }
    }
}

/// Builds the server, injects faults and audits. An error if something happened that must not happen.
pub(crate) fn chaos(options: &Options) -> Outcome {
    setup::npm_packages()?;
    let auditor = audit::build()?;
    if options.release {
        let mut server = cargo();
        server.args(["build", "--quiet", "--release", "--package", "server"]);
        run("building the server for release", &mut server, "Look at what the compiler says above.")?;
    }
    let seed = options.seed.unwrap_or_else(|| fastrand::u64(..));
    print_step(format!("the seed is {seed}"));
    let mut failed = Vec::new();
    for (database, name) in [(Databases::Sqlite, "SQLite"), (Databases::Postgres, "PostgreSQL")] {
        if [database, Databases::Both].contains(&options.database) {
            let logs = target().join("chaos").join(name.to_lowercase());
            if !on_database(options, seed, &auditor, (database, name), &logs)? {
                failed.push(format!("{name}: the logs are in {}", logs.display()));
            }
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(format!(
        "the server does not withstand the faults with seed {seed}: see \u{2715} above. {}\n  docs/chaos.md says how to read it.",
        failed.join("; ")
    ))
}

/// Runs the faults on one database. Returns whether everything held.
fn on_database(
    options: &Options,
    seed: u64,
    auditor: &Path,
    (database, name): (Databases, &str),
    logs: &Path,
) -> Outcome<bool> {
    print_step(format!("faults on {name}"));
    let _ = fs::remove_dir_all(logs);
    fs::create_dir_all(logs).map_err(|why| format!("{}: {why}", logs.display()))?;
    // Values are dropped in the reverse order: the servers end before their disk and their database.
    let disk = Disk::new()?;
    let cluster = if database == Databases::Postgres { Some(Cluster::start_durable()?) } else { None };
    let link = cluster.as_ref().map(|cluster| Link::open(cluster.address())).transpose()?;
    let url = link.as_ref().map(|link| format!("postgres://postgres@{}/postgres", link.address()));
    let binary = binary(if options.release { "release" } else { "debug" });
    // Each user has an address of its own, which the server believes.
    let variables = [("FARM_SITE_TRUSTED_PROXIES", "127.0.0.1")];
    let site = SiteData::create(&binary, url.as_deref(), disk.path(), &variables)?;
    let world = World::new();
    let sms_file = disk.path().join("sms.jsonl");
    lock(&world.ledger).sms_file.clone_from(&sms_file);
    let servers = Servers::start(&world, &site, logs)?;

    let accounts = |name| load::demo_account(site.accounts(), name);
    let (own, other) = (accounts(DEPARTMENT)?, accounts(OTHER_DEPARTMENT)?);
    let (third, hostile) = (load::new_account(&world, &own, &sms_file)?, load::new_account(&world, &other, &sms_file)?);
    let signed_in = |account| load::signed_in(&world, account);
    let importers = [(signed_in(&own)?, &own), (signed_in(&other)?, &other), (signed_in(&third)?, &third)];
    let (keeper, reader) = (signed_in(&own)?, signed_in(&own)?);
    let (operator, purchaser) = (accounts(OPERATOR)?, accounts(PURCHASER)?.login);
    let operator = signed_in(&operator)?;
    let mut platforms = Vec::new();
    for name in PLATFORMS {
        platforms.push((name, Key::issue(&operator, name)?, Client::new(&world)));
    }
    let is_long = options.minutes > 1;
    let rows = if is_long { 20..400 } else { 10..60 };
    let mut rng = Rng::with_seed(seed);
    let postgres = cluster.as_ref().zip(link.as_ref());
    let mut faults = Faults {
        world: &world,
        servers,
        postgres,
        disk: &disk,
        probe: signed_in(&other)?,
        hostile: (signed_in(&hostile)?, hostile),
        rng: rng.fork(),
        is_long,
    };

    let outcome = thread::scope(|scope| {
        let mut users = Vec::new();
        for (client, account) in &importers {
            let (world, rows, rng) = (&world, rows.clone(), rng.fork());
            users.push(scope.spawn(move || load::import(world, client, &account.name, rows, rng)));
        }
        for (name, key, client) in &platforms {
            let (world, purchaser, rng) = (&world, &purchaser[..], rng.fork());
            users.push(scope.spawn(move || orders::send(world, client, key, purchaser, name, rng)));
        }
        let (keeper_rng, reader_rng) = (rng.fork(), rng.fork());
        users.push(scope.spawn(|| load::keep_units(&world, &keeper, &own, keeper_rng)));
        users.push(scope.spawn(|| load::read(&world, &reader, reader_rng)));
        let outcome = inject_all(&mut faults, &mut rng, Duration::from_mins(options.minutes.into())).and_then(|()| {
            print_step(format!("{:>6.1} s  waiting until all work is done", world.elapsed().as_secs_f64()));
            world.stop(Instant::now() + DRAIN[usize::from(is_long)]);
            while users.iter().any(|user| !user.is_finished()) {
                faults.servers.check_alive()?;
                thread::sleep(Duration::from_millis(100));
            }
            Ok(())
        });
        if outcome.is_err() {
            world.stop(Instant::now());
            // Requests under way end with the server.
            faults.servers.current.send(Signal::KILL);
        }
        outcome
    });
    outcome?;
    finish(&world, faults, cluster.as_ref(), (auditor, name), logs)
}

/// Injects faults until the time is over. The last round begins in time.
fn inject_all(faults: &mut Faults<'_>, rng: &mut Rng, time: Duration) -> Outcome {
    loop {
        let is_last = faults.world.elapsed() + ROUND >= time;
        for fault in plan::round(rng, faults.postgres.is_some(), is_last) {
            faults.inject(fault)?;
        }
        if is_last {
            return Ok(());
        }
    }
}

/// Audits the database, the processes and the logs, and prints the report. Returns whether everything held.
fn finish(
    world: &World,
    mut faults: Faults<'_>,
    cluster: Option<&Cluster>,
    (auditor, name): (&Path, &str),
    logs: &Path,
) -> Outcome<bool> {
    let database =
        cluster.map_or_else(|| format!("sqlite://{}", faults.disk.path().join("site.db").display()), Cluster::url);
    let checks = audit::audit(world, auditor, &database, logs)?;
    for check in checks.iter().filter(|check| !check.faults.is_empty()) {
        for fault in &check.faults {
            world.violate(&check.rule, fault);
        }
    }
    let memory = check_resources(world, &faults.servers);
    let disk = faults.disk;
    terminate(world, &mut faults.servers.current)?;
    drop(faults);
    for file in ["sms.jsonl", "site.db", "site.db-wal"] {
        // PostgreSQL has no such files.
        let _ = fs::copy(disk.path().join(file), logs.join(file));
    }
    check_logs(world, logs)?;
    table::print(world, name, &checks, memory);
    let holds = lock(&world.record).violations.is_empty();
    Ok(holds)
}

/// Checks that the last server has given its memory and its files back. Returns what it used at its start and uses now.
fn check_resources(world: &World, servers: &Servers<'_>) -> [Resources; 2] {
    let (before, start) = (servers.current.at_start, Instant::now());
    let fits = |now: &Resources| {
        now.memory_mib <= before.memory_mib + MEMORY_GROWTH_MIB && now.files <= before.files + MORE_FILES
    };
    let mut now = servers.current.resources();
    while !fits(&now) && start.elapsed() < CLOSING {
        thread::sleep(Duration::from_millis(200));
        now = servers.current.resources();
    }
    if !fits(&now) {
        let detail = format!(
            "{} MiB and {} files at its start, {} MiB and {} files now",
            before.memory_mib, before.files, now.memory_mib, now.files
        );
        world.violate("the server did not give memory or files back", detail);
    }
    [before, now]
}

/// Checks that no server has panicked.
fn check_logs(world: &World, logs: &Path) -> Outcome {
    let files = fs::read_dir(logs).map_err(|why| format!("{}: {why}", logs.display()))?;
    let mut files: Vec<PathBuf> = files.filter_map(|file| Some(file.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|kind| kind == "log"));
    files.sort();
    for file in files {
        let text = fs::read(&file).unwrap_or_default();
        for line in String::from_utf8_lossy(&text).lines().filter(|line| line.contains("panicked")) {
            world.violate("a server panicked", format!("{}: {line}", file.display()));
        }
    }
    Ok(())
}
