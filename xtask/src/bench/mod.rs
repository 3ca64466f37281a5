//! `cargo xtask bench`: figures of this machine, beside what others need for the same. `import`: the import, on made-up
//! files of 1,000, 10,000 and 50,000 rows. `units`: lists, searches and the tree. Prints its figures;
//! `docs/performance.md` keeps them.

mod reader;
mod sheets;
mod units;

pub(crate) use units::units;

use crate::{
    build,
    place::{cargo, end2end, root, target},
    postgres::Cluster,
    setup,
    shell::{Outcome, Running, run, say},
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

/// Rows of the files.
const SIZES: [u32; 3] = [1_000, 10_000, 50_000];
/// Rows of the file whose accounts are generated: long enough for a percentile of requests meanwhile.
const ACCOUNTS: u32 = 2_000;
/// How long the bare hashing is measured.
const BARE: Duration = Duration::from_secs(10);

/// Builds for release, makes the files and measures.
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
    // Of this run alone: two at once must not write into each other's files.
    let scratch = tempfile::tempdir().map_err(|why| format!("no temporary folder: {why}"))?;
    let folder = scratch.path();
    let mut files = Vec::new();
    for rows in SIZES {
        files.push((rows, sheets::xlsx(folder, rows)?));
        files.push((rows, sheets::xls(folder, rows)?));
    }
    let accounts = [sheets::clean(folder, ACCOUNTS, 1)?, sheets::clean(folder, ACCOUNTS, 2)?];
    let server = binary("release");

    bundles()?;
    say("measuring the reader");
    println!("\nThe reader's process, alone: file in, rows and findings out\n");
    println!("| rows | file | MB | ms | rows/s | peak memory, MiB |\n|---|---|---|---|---|---|");
    for (rows, file) in &files {
        println!("{}", reader::measure(&server, *rows, file)?);
    }

    say("measuring bare argon2id");
    let bare = bare_hashes();
    println!("\nargon2id on every core, m = 19456 KiB, t = 2, p = 1: {bare:.1} hashes/s\n");

    let cluster = Cluster::start()?;
    let sqlite = Site::start(&server, None, &target().join("bench-sqlite.log"))?;
    let postgres = Site::start(&server, Some(&cluster.url()), &target().join("bench-postgres.log"))?;
    browser(&[(&sqlite, "SQLite"), (&postgres, "PostgreSQL")], &files, &accounts, bare)
}

/// What the browser loads, as brotli sends it.
fn bundles() -> Outcome {
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

/// Everything that needs a browser or HTTP.
fn browser(sites: &[(&Site, &str)], files: &[(u32, PathBuf)], accounts: &[PathBuf], bare: f64) -> Outcome {
    say("measuring in Chromium and over HTTP");
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

/// How many passwords a second this machine hashes with nothing else to do, at the default cost on every core.
fn bare_hashes() -> f64 {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let start = Instant::now();
    let hash_on = |core: usize| {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default());
        let mut memory = vec![argon2::Block::default(); argon2.params().block_count()];
        let mut count = 0_u32;
        let mut out = [0_u8; 32];
        while start.elapsed() < BARE {
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
