//! The server: one binary that serves the site, prepares its database, checks a spreadsheet and reads uploads.

mod args;
mod background;
mod check;
mod config;
mod connections;
mod error;
mod secret_key;
mod serve;
mod settings;
mod tasks;
mod web;

use args::{Args, Command, StatsCommand};
use clap::{CommandFactory, Parser};
use config::{Config, LogFormat};
use error::Error;
use mimalloc::MiMalloc;
use std::{
    backtrace::{Backtrace, BacktraceStatus},
    io::{IsTerminal, Write},
    panic::PanicHookInfo,
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};
use tracing_subscriber::EnvFilter;

/// It returns memory to the system. That of glibc keeps some 60 MiB in each thread that has hashed a password.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The exit code of a start that fails; `clap` uses the same for a wrong command line.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    let Args { config, command } = Args::parse();
    match command.unwrap_or(Command::Serve { ready_file: None }) {
        Command::Check { file, template, format, lang } => match Config::load_if_present(config) {
            Ok(config) => check::run(&file, template, (&config.public()).into(), format, lang),
            Err(why) => refuse(&why.to_string()),
        },
        Command::Read { template } => service::reader::run_child(template),
        Command::Completions { shell } => print_completions(shell),
        Command::Serve { ready_file } => configured(config, |config| serve::run(config, ready_file)),
        Command::Migrate { dry_run } => configured(config, move |config| tasks::migrate(config, dry_run)),
        Command::Seed { demo } => configured(config, move |config| tasks::seed(config, demo)),
        Command::IssuePassword { login } => configured(config, |config| tasks::issue_password(config, login)),
        Command::ResumeJobs => configured(config, tasks::resume_jobs),
        Command::AcceptSmsKey => configured(config, tasks::accept_sms_key),
        Command::Stats { command: StatsCommand::Rebuild } => configured(config, tasks::rebuild_statistics),
    }
}

/// Prints the completions of the command line.
fn print_completions(shell: clap_complete::Shell) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "server", &mut script);
    match std::io::stdout().write_all(&script) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => refuse(&format!("standard output: {why}")),
    }
}

/// Runs a task that needs the configuration.
fn configured<F: Future<Output = Result<(), Error>>>(
    file: Option<PathBuf>,
    task: impl FnOnce(Config) -> F,
) -> ExitCode {
    let outcome = Config::load(file).map_err(Error::from).and_then(|config| {
        log(&config.log);
        let runtime = runtime()?;
        let outcome = runtime.block_on(task(config));
        // A thread that still hashes a password works for a request that is gone.
        runtime.shutdown_timeout(Duration::from_millis(100));
        outcome
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => refuse(&why.to_string()),
    }
}

/// At least two threads: a page that streams must not wait for itself.
fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.max(2))
        .enable_all()
        .build()
        .map_err(Error::Runtime)
}

/// Logs to standard error; standard output is for results.
fn log(config: &config::Log) {
    let filter = EnvFilter::builder().parse_lossy(&config.filter);
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        // Telling on standard error that standard error cannot be written would panic in the request.
        .log_internal_errors(false);
    match config.format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    std::panic::set_hook(Box::new(log_panic));
}

/// Logs a panic in the form of all other lines. One that is returned as an error is left out.
fn log_panic(panic: &PanicHookInfo<'_>) {
    if workbook::write::is_catching_panics() {
        return;
    }
    let why = panic.payload_as_str().unwrap_or_default();
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let backtrace = Backtrace::capture();
    let backtrace = (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string());
    tracing::error!(why, place, backtrace, "a thread panicked");
}

fn refuse(why: &str) -> ExitCode {
    eprintln!("{why}");
    ExitCode::from(FAILED)
}
