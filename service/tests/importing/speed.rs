//! Figures of this machine, when asked for:
//! `cargo test --release -p service --test importing -- --ignored --nocapture --test-threads 1 speed`.

use crate::support::*;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use rstest::rstest;
use service::{Hashing, generate};
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
    let path = world.stand.folder().join("upload.xlsx");
    let below = |n: u32| if n > 500 { row(n).below(&format!("示例县第{}小学校", n % 500 + 1)) } else { row(n) };
    sheet(&(1..=rows).map(below).collect::<Vec<_>>(), &path);
    for _ in 0..5 {
        let start = Instant::now();
        world.stage_file(&own, &path).await.unwrap();
        let took = start.elapsed();
        println!("{backend:?}: {rows} rows staged in {took:.3?}, {:.0} rows/s", per_second(rows, took));
    }
}

/// The bare rate of argon2id on all cores.
fn bare(cost: Hashing, count: u32) -> f64 {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None).unwrap();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let cores = u32::try_from(std::thread::available_parallelism().unwrap().get()).unwrap();
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                for _ in 0..count / cores {
                    argon2.hash_password(b"Kp7mWx3nRt9q").unwrap();
                }
            });
        }
    });
    per_second(count, start.elapsed())
}

#[rstest]
#[ignore = "measures"]
#[tokio::test(flavor = "multi_thread")]
async fn generating(#[values(Sqlite, Postgres)] backend: Backend) {
    const ACCOUNTS: u32 = 2_000;
    let world = World::with(backend, |settings| settings.hashing = Hashing::default()).await;
    let own = world.own().await;
    let batch = world.stage(&own, &(1..=ACCOUNTS).map(row).collect::<Vec<_>>()).await;
    let before = bare(Hashing::default(), ACCOUNTS / 2);
    let sender = Worker::sending(world.services());
    generate::start(world.services(), &own, batch).await.unwrap();
    let start = Instant::now();
    let worker = Worker::generating(world.services());
    world.done(&own, batch).await;
    let rate = per_second(ACCOUNTS, start.elapsed());
    worker.stop().await;
    sender.stop().await;
    let after = bare(Hashing::default(), ACCOUNTS / 2);
    let bare = f64::midpoint(before, after);
    println!(
        "{backend:?}: {rate:.1} accounts/s; bare argon2id {before:.1} and {after:.1}/s; {:.1} %",
        100.0 * rate / bare
    );
}
