//! The process that reads an upload, measured alone.

use crate::shell::Outcome;
use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// What the server would tell it: the limits of the configuration's defaults.
const ORDERS: &str = r#"{"bytes":20971520,"rows":50000,"memory_bytes":1073741824,"seconds":30}"#;
/// Best of so many.
const TIMES: u32 = 5;

/// A line of the table.
pub(super) fn measure(server: &Path, rows: u32, file: &Path) -> Outcome<String> {
    complete(server, rows, file)?;
    let (mut best, mut peak) = (Duration::MAX, 0);
    for _ in 0..TIMES {
        let (took, memory) = once(server, file)?;
        best = best.min(took);
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

/// Refuses a file that is not what it should be, before a figure is taken of it: its last row is in error, as every
/// hundredth is.
fn complete(server: &Path, rows: u32, file: &Path) -> Outcome {
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

/// How long it took, and the most memory that it held at once, in KiB.
fn once(server: &Path, file: &Path) -> Outcome<(Duration, u64)> {
    let input = File::open(file).map_err(|why| format!("{}: {why}", file.display()))?;
    let start = Instant::now();
    let mut child = Command::new(server)
        .args(["read", "--template", "units"])
        .env_clear()
        .env("READER_ORDERS", ORDERS)
        .stdin(input)
        .stdout(Stdio::null())
        .spawn()
        .map_err(|why| format!("{}: {why}", server.display()))?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let ended = loop {
        // The kernel keeps the high-water mark, so that the last look before the end tells it.
        let text = fs::read_to_string(&status).unwrap_or_default();
        let mark =
            text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse().ok());
        peak = peak.max(mark.unwrap_or(0));
        if let Some(ended) = child.try_wait().map_err(|why| why.to_string())? {
            break ended;
        }
        std::thread::sleep(Duration::from_micros(500));
    };
    if ended.success() { Ok((start.elapsed(), peak)) } else { Err(format!("`server read` ended with {ended}")) }
}
