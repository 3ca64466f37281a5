//! Measures import and generation on this machine. The tests run only on request:
//! `cargo test --release -p service --test importing -- --ignored --nocapture --test-threads 1 speed`.

use crate::support::*;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use domain::job::JobState;
use rstest::rstest;
use service::{Hashing, SqliteSynchronous, generate};
use std::time::{Duration, Instant};
use testdb::Backend::{self, Postgres, Sqlite};

fn per_second(count: u32, took: Duration) -> f64 {
    f64::from(count) / took.as_secs_f64()
}

#[rstest]
#[ignore = "measures"]
#[tokio::test(flavor = "multi_thread")]
async fn staging(#[values(Sqlite, Postgres)] backend: Backend, #[values(1_000, 10_000, 50_000)] rows: u32) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let path = world.app.folder().join("upload.xlsx");
    let below = |n: u32| if n > 500 { row(n).below(&format!("示例县第{}小学校", n % 500 + 1)) } else { row(n) };
    sheet(&(1..=rows).map(below).collect::<Vec<_>>(), &path);
    for _ in 0..5 {
        let start = Instant::now();
        world.stage_file(&own, &path).await.unwrap();
        let took = start.elapsed();
        println!("{backend:?}: {rows} rows staged in {took:.3?}, {:.0} rows/s", per_second(rows, took));
    }
}

/// The processor time of this process in seconds, from Linux. Unlike the time on the clock, it does not depend on the load
/// of the machine. Its resolution is a hundredth of a second.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<f64> = stat.rsplit(')').next().unwrap().split(' ').filter_map(|field| field.parse().ok()).collect();
    (fields[10] + fields[11]) / 100.0
}

/// The number of argon2id hashes per second on all cores, and the processor time of one hash in seconds.
fn argon2id_rate(cost: Hashing, count: u32) -> (f64, f64) {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None).unwrap();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let cores = u32::try_from(std::thread::available_parallelism().unwrap().get()).unwrap();
    let (start, cpu) = (Instant::now(), processor_seconds());
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                for _ in 0..count / cores {
                    argon2.hash_password(b"Kp7mWx3nRt9q").unwrap();
                }
            });
        }
    });
    (per_second(count, start.elapsed()), (processor_seconds() - cpu) / f64::from(count))
}

#[rstest]
#[ignore = "measures"]
#[tokio::test(flavor = "multi_thread")]
async fn generating(#[values(Sqlite, Postgres)] backend: Backend) {
    const ACCOUNTS: u32 = 1_000;
    let world = World::with(backend, |settings| settings.hashing = Hashing::default()).await;
    let own = world.own().await;
    let batch = world.stage(&own, &(1..=ACCOUNTS).map(row).collect::<Vec<_>>()).await;
    let (before, hash) = argon2id_rate(Hashing::default(), ACCOUNTS / 4);
    let sender = Worker::sending(world.services());
    generate::start(world.services(), &own, batch).await.unwrap();
    let (start, cpu) = (Instant::now(), processor_seconds());
    let worker = Worker::generating(world.services());
    // The interval is long, because each query takes processor time too.
    while generate::job(world.services(), &own, batch).await.unwrap().unwrap().state != JobState::Done {
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    let rate = per_second(ACCOUNTS, start.elapsed());
    let account = (processor_seconds() - cpu) / f64::from(ACCOUNTS);
    worker.stop().await;
    sender.stop().await;
    let (after, _) = argon2id_rate(Hashing::default(), ACCOUNTS / 4);
    println!(
        "{backend:?}: {rate:.1} accounts/s, bare argon2id {before:.1} and {after:.1}/s; \
         {:.2} ms of processor an account, {:.2} ms a bare hash",
        1e3 * account,
        1e3 * hash
    );
}

/// The cost of SQLite's `synchronous = FULL` against `NORMAL`: staging, generation and sign-ins.
#[rstest]
#[ignore = "measures"]
#[tokio::test(flavor = "multi_thread")]
async fn sqlite_synchronous(
    #[values(SqliteSynchronous::Full, SqliteSynchronous::Normal)] synchronous: SqliteSynchronous,
) {
    const ROWS: u32 = 10_000;
    const ACCOUNTS: u32 = 1_000;
    const SIGN_INS: u32 = 200;
    // Password hashing has its lowest cost, so that waiting for the disk takes the largest possible share of the time.
    let world = World::with(Sqlite, |settings| settings.sqlite_synchronous = synchronous).await;
    let own = world.own().await;
    let path = world.app.folder().join("upload.xlsx");
    sheet(&(1..=ROWS).map(row).collect::<Vec<_>>(), &path);
    let mut staged = Vec::new();
    for _ in 0..5 {
        let start = Instant::now();
        world.stage_file(&own, &path).await.unwrap();
        staged.push(start.elapsed());
    }
    staged.sort_unstable();

    let batch = world.stage(&own, &(1..=ACCOUNTS).map(row).collect::<Vec<_>>()).await;
    let start = Instant::now();
    assert_eq!(world.generate(&own, batch).await.state, JobState::Done);
    let generated = start.elapsed();

    let start = Instant::now();
    for _ in 0..SIGN_INS {
        world.own().await;
    }
    let signed_in = start.elapsed() / SIGN_INS;
    println!(
        "{synchronous:?}: {ROWS} rows staged in {:.1?} (median of 5), {ACCOUNTS} accounts generated in {generated:.2?}, \
         a sign-in in {signed_in:.2?}",
        staged[2]
    );
}
