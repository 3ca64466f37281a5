//! Measures the process that reads an upload, without a server.

use crate::shell::Outcome;
use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// The limits that a server with the default configuration gives the process.
const READER_LIMITS: &str = r#"{"bytes":20971520,"rows":50000,"memory_bytes":1073741824,"seconds":30}"#;
/// The number of runs, of which the fastest counts.
const RUNS: u32 = 5;

/// Measures one file. Returns its line of the table.
pub(super) fn measure(server: &Path, rows: u32, file: &Path) -> Outcome<String> {
    check_file(server, rows, file)?;
    let (mut best, mut peak) = (Duration::MAX, 0);
    for _ in 0..RUNS {
        let (duration, memory) = run_once(server, file)?;
        best = best.min(duration);
        peak = peak.max(memory);
    }
    let size = fs::metadata(file).map_or(0, |file| file.len());
    let kind = file.extension().unwrap_or_default().to_string_lossy();
    #[expect(clippy::cast_precision_loss, reason = "megabytes for people")]
    Ok(format!(
        "| {rows} | .{kind} | {:.1} | {:.0} | {:.0} | {:.0} |",
        size as f64 / 1e6,
        best.as_secs_f64() * 1e3,
        f64::from(rows) / best.as_secs_f64(),
        peak as f64 / 1024.0,
    ))
}

/// Refuses a file that is not complete, because its measurement would be worthless. Every hundredth row has an error, and so
/// has the last row.
fn check_file(server: &Path, rows: u32, file: &Path) -> Outcome {
    let output = Command::new(server)
        .arg("check")
        .arg(file)
        .args(["--template", "units", "--format", "json"])
        .output()
        .map_err(|why| format!("{}: {why}", server.display()))?;
    let answer: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|why| format!("`server check`: {why}"))?;
    let wrong: Vec<u64> =
        answer["findings"].as_array().into_iter().flatten().filter_map(|f| f["row"].as_u64()).collect();
    if wrong.len() as u64 == u64::from(rows / 100) && wrong.last() == Some(&u64::from(rows + 3)) {
        Ok(())
    } else {
        Err(format!("{} does not hold its {rows} rows with one in a hundred wrong", file.display()))
    }
}

/// Runs the process once. Returns its duration and its peak memory in KiB.
fn run_once(server: &Path, file: &Path) -> Outcome<(Duration, u64)> {
    let input = File::open(file).map_err(|why| format!("{}: {why}", file.display()))?;
    let start = Instant::now();
    let mut child = Command::new(server)
        .args(["read", "--template", "units"])
        .env_clear()
        .env("READER_ORDERS", READER_LIMITS)
        .env("MIMALLOC_ARENA_RESERVE", "32768")
        .env("MIMALLOC_PURGE_DELAY", "0")
        .stdin(input)
        .stdout(Stdio::null())
        .spawn()
        .map_err(|why| format!("{}: {why}", server.display()))?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let ended = loop {
        // The kernel records the peak, so that the last value before the end is right.
        let text = fs::read_to_string(&status).unwrap_or_default();
        let peak_now =
            text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse().ok());
        peak = peak.max(peak_now.unwrap_or(0));
        if let Some(ended) = child.try_wait().map_err(|why| why.to_string())? {
            break ended;
        }
        std::thread::sleep(Duration::from_micros(500));
    };
    if ended.success() { Ok((start.elapsed(), peak)) } else { Err(format!("`server read` ended with {ended}")) }
}
