//! The server: one binary that serves the site, prepares its database, checks a spreadsheet and reads uploads.

mod args;
mod background;
mod check;
mod config;
mod error;
mod secret_key;
mod serve;
mod settings;
mod tasks;
mod web;

use args::{Args, Command};
use config::{Config, LogFormat};
use error::Error;
use std::{io::IsTerminal, process::ExitCode, time::Duration};
use tracing_subscriber::EnvFilter;

/// What a failed start exits with.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    let Args { config, command } = match args::parse(std::env::args_os().skip(1)) {
        Ok(args) => args,
        Err(why) => return refuse(&format!("{why}; see --help")),
    };
    match command {
        Command::Help => {
            print!("{}", args::HELP);
            ExitCode::SUCCESS
        }
        Command::Check { file, template, format, lang } => check::run(&file, template, format, lang),
        Command::Read { template } => service::reader::child(template),
        Command::Serve { ready_file } => configured(config, |config| serve::run(config, ready_file)),
        Command::Migrate { dry_run } => configured(config, move |config| tasks::migrate(config, dry_run)),
        Command::Seed { demo } => configured(config, move |config| tasks::seed(config, demo)),
        Command::IssuePassword { login } => configured(config, |config| tasks::issue_password(config, login)),
    }
}

/// Runs what needs the configuration.
fn configured<F: Future<Output = Result<(), Error>>>(
    file: Option<std::path::PathBuf>,
    task: impl FnOnce(Config) -> F,
) -> ExitCode {
    let outcome = Config::load(&config::find(file)).map_err(Error::from).and_then(|config| {
        log(&config.log);
        let runtime = runtime()?;
        let outcome = runtime.block_on(task(config));
        // Whatever still hashes a password has nobody left to tell.
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
        .with_writer(std::io::stderr);
    match config.format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}

fn refuse(why: &str) -> ExitCode {
    eprintln!("{why}");
    ExitCode::from(FAILED)
}
