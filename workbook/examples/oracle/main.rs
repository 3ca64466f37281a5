//! Reads every spreadsheet below a folder in several ways and reports where the results differ. `cargo xtask oracle` builds
//! and calls it.
//!
//! Usage: `oracle FOLDER [CONVERTED]`. CONVERTED is a folder with the copies that LibreOffice made, each named by the SHA-256
//! of the original. Ends with status 1 if there is a difference that nobody has explained.
//!
//! Each file is read in a process of its own (`oracle --file FILE [CONVERTED]`), which may use a limited time and memory.

mod file;
mod report;

use report::Report;
use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    sync::Mutex,
    thread,
};

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let result = match arguments.as_slice() {
        [flag, file, converted @ ..] if flag.as_os_str() == "--file" => {
            file::compare(file, converted.first().map(PathBuf::as_path))
        }
        [folder, converted @ ..] => run(folder, converted.first().map(PathBuf::as_path)),
        [] => Err(io::Error::other("usage: oracle FOLDER [CONVERTED]")),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the files below a folder and prints the report. Returns whether every difference is known.
fn run(folder: &Path, converted: Option<&Path>) -> io::Result<bool> {
    let mut files = Vec::new();
    collect_spreadsheets(folder, &mut files)?;
    files.sort();
    let program = env::current_exe()?;
    let queue = Mutex::new(files.iter());
    let report = Mutex::new(Report::default());
    let next = || queue.lock().ok()?.next();
    let work = || -> io::Result<()> {
        while let Some(file) = next() {
            let mut command = Command::new(&program);
            command.arg("--file").arg(file).args(converted).stdin(Stdio::null()).stderr(Stdio::null());
            let output = command.output()?;
            let name = file.strip_prefix(folder).unwrap_or(file);
            if let Ok(mut report) = report.lock() {
                report.add(name, &String::from_utf8_lossy(&output.stdout), output.status);
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Ok(())))
    })?;
    let report = report.into_inner().map_err(|_| io::Error::other("a worker has stopped"))?;
    print!("{report}");
    Ok(report.is_clean())
}

/// Adds the files below a folder that start like a ZIP archive or a compound file, whatever their names.
fn collect_spreadsheets(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect_spreadsheets(&path, files)?;
        } else if file::is_spreadsheet(&path)? {
            files.push(path);
        }
    }
    Ok(())
}
