//! `cargo xtask bench`: measures on this machine. `import` measures the import of generated files with 1,000, 10,000 and 50,000
//! rows and compares it with other libraries. `units` measures lists, searches and the tree, `stats` the receipt of orders and
//! the reports on them. The results are printed;
//! `docs/performance.md` records them.

mod reader;
mod stats;
mod units;

pub(crate) use stats::{Size, stats};
pub(crate) use units::units;

use crate::{
    build,
    paths::{cargo, end2end, root, target},
    postgres::Cluster,
    setup, sheets,
    shell::{Outcome, Running, print_step, run},
    site::{Site, binary},
};
use argon2::{Algorithm, Argon2, Params, Version};
use std::{
    fs,
    path::PathBuf,
    process::Command,
    thread,
    time::{Duration, Instant},
};

/// The numbers of rows of the files.
const SIZES: [u32; 3] = [1_000, 10_000, 50_000];
/// The number of accounts that are generated. During the generation, requests must be enough for a percentile.
const ACCOUNTS: u32 = 2_000;
/// The time for which hashing without other work is measured.
const BARE_HASHING_TIME: Duration = Duration::from_secs(10);

/// Builds for release, generates the files and measures.
pub(crate) fn import() -> Outcome {
    setup::wasm_target()?;
    setup::npm_packages()?;
    setup::browser()?;
    build::frontend(true)?;
    run(
        "building the server for release",
        cargo().args(["build", "--quiet", "--release", "--package", "server"]),
        "Look at what the compiler says above.",
    )?;
    // Two runs at the same time must not write into the same files.
    let scratch = tempfile::tempdir().map_err(|why| format!("no temporary folder: {why}"))?;
    let folder = scratch.path();
    let mut files = Vec::new();
    for rows in SIZES {
        files.push((rows, sheets::xlsx(folder, rows)?));
        files.push((rows, sheets::xls(folder, rows)?));
    }
    let accounts = [sheets::clean(folder, ACCOUNTS, 1)?, sheets::clean(folder, ACCOUNTS, 2)?];
    let server = binary("release");

    print_bundle_sizes()?;
    print_step("measuring the reader");
    println!("\nThe reader's process, alone: file in, rows and findings out\n");
    println!("| rows | file | MB | ms | rows/s | peak memory, MiB |\n|---|---|---|---|---|---|");
    for (rows, file) in &files {
        println!("{}", reader::measure(&server, *rows, file)?);
    }

    print_step("measuring bare argon2id");
    let bare = bare_hashes();
    println!("\nargon2id on every core, m = 19456 KiB, t = 2, p = 1: {bare:.1} hashes/s\n");

    let cluster = Cluster::start()?;
    let sqlite = Site::start(&server, None, &target().join("bench-sqlite.log"))?;
    let postgres = Site::start(&server, Some(&cluster.url()), &target().join("bench-postgres.log"))?;
    measure_in_browser(&[(&sqlite, "SQLite"), (&postgres, "PostgreSQL")], &files, &accounts, bare)
}

/// Prints the sizes of the bundles, compressed by brotli.
fn print_bundle_sizes() -> Outcome {
    println!("\n| bundle | bytes of brotli |\n|---|---|");
    let folder = build::site_root().join("pkg");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .map_err(|why| format!("{}: {why}", folder.display()))?
        .filter_map(Result::ok)
        .filter(|file| file.path().extension().is_some_and(|kind| kind == "br"))
        .collect();
    files.sort_by_key(fs::DirEntry::file_name);
    for file in files {
        println!(
            "| {} | {} |",
            file.path().with_extension("").file_name().unwrap_or_default().display(),
            file.metadata().map_or(0, |m| m.len())
        );
    }
    Ok(())
}

/// Measures everything that needs a browser or HTTP.
fn measure_in_browser(sites: &[(&Site, &str)], files: &[(u32, PathBuf)], accounts: &[PathBuf], bare: f64) -> Outcome {
    print_step("measuring in Chromium and over HTTP");
    let plan = serde_json::json!({
        "sites": sites.iter().map(|(site, database)| serde_json::json!({
            "url": site.url(), "database": database, "accounts": site.accounts(),
        })).collect::<Vec<_>>(),
        "files": files.iter().map(|(rows, file)| serde_json::json!({ "rows": rows, "file": file })).collect::<Vec<_>>(),
        "generate": { "rows": ACCOUNTS, "files": accounts, "bare": bare },
    });
    let mut node = Command::new("node");
    node.current_dir(root()).arg(end2end().join("bench/import.mjs")).arg(plan.to_string());
    if let Some(chromium) = setup::system_browser() {
        node.env("CHROMIUM", chromium);
    }
    match Running::start(&mut node)?.wait()? {
        status if status.success() => Ok(()),
        status => Err(format!("the measurement ended with {status}")),
    }
}

/// The number of passwords per second that this machine hashes without other work, at the default cost and on every core.
fn bare_hashes() -> f64 {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let start = Instant::now();
    let hash_on = |core: usize| {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default());
        let mut memory = vec![argon2::Block::default(); argon2.params().block_count()];
        let mut count = 0_u32;
        let mut out = [0_u8; 32];
        while start.elapsed() < BARE_HASHING_TIME {
            let salt = format!("{core:08}{count:08}");
            if argon2.hash_password_into_with_memory(b"abcdefghijkl", salt.as_bytes(), &mut out, &mut memory).is_err() {
                break;
            }
            count += 1;
        }
        count
    };
    let hashed: u32 = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|core| scope.spawn(move || hash_on(core))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_default()).sum()
    });
    f64::from(hashed) / start.elapsed().as_secs_f64()
}
