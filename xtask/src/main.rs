//! `cargo xtask`: set-up, run, test, bench. `--help` says how to call it.

mod bench;
mod build;
mod chaos;
mod corpus;
mod fuzz;
mod lint;
mod oracle;
mod paths;
mod postgres;
mod report;
mod run;
mod setup;
mod sheets;
mod shell;
mod site;
mod sql_scan;
mod templates;
mod test;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use report::Report;
use shell::Outcome;
use std::{path::PathBuf, process::ExitCode};

/// Set-up, run, test, bench. Each command installs what it needs, or says how to.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Args {
    #[command(subcommand)]
    command: Option<Task>,
}

#[derive(Subcommand)]
enum Task {
    /// Build, load the demo data, serve on http://127.0.0.1:3000
    Run,
    /// Build the front end and the server
    Build {
        /// Optimise for production
        #[arg(long)]
        release: bool,
    },
    /// Run every test
    Test {
        /// Begin the summary with the steps in FILE, which `lint --save-summary` wrote
        #[arg(long, value_name = "FILE")]
        with_summary: Option<PathBuf>,
        #[command(subcommand)]
        only: Option<Tests>,
    },
    /// Check form, lints for both targets, licences and advisories
    Lint {
        /// Write the summary to FILE instead of printing it
        #[arg(long, value_name = "FILE")]
        save_summary: Option<PathBuf>,
    },
    /// List SQL outside of the folder that may hold it
    Sql,
    /// Run `lint`, then `test`, with one summary
    Ci,
    /// Make the .xls templates (needs LibreOffice)
    Templates,
    /// Write the files that test the reader anew (needs Python 3 with pip)
    Corpus,
    /// Read the spreadsheets below FOLDER in several ways and compare (LibreOffice takes part if installed)
    Oracle {
        /// The folder
        folder: PathBuf,
    },
    /// Look for spreadsheets on which the reader fails
    Fuzz {
        /// The time for each target
        #[arg(long, default_value_t = 5)]
        minutes: u32,
    },
    /// Inject faults while users work, and audit what the server has stored
    Chaos(chaos::Options),
    /// Measure, built for release
    Bench {
        /// What to measure
        what: Bench,
        #[command(flatten)]
        size: bench::Size,
    },
}

#[derive(Subcommand)]
enum Tests {
    /// Run the Rust tests only
    Rust,
    /// Run the calls only that schemathesis invents for the interface for orders (needs Python 3 with pip)
    Interface,
    /// Run the browser tests only
    Browser {
        /// Arguments for Playwright
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        playwright: Vec<String>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Bench {
    /// The import beside others (needs Python 3 with pip)
    Import,
    /// Lists, searches and the tree at 100,000 and 1,000,000 units
    Units,
    /// The receipt of orders and the reports, with up to 1,000,000 units and 10,000,000 orders
    Stats,
}

fn main() -> ExitCode {
    let command = Args::parse().command;
    match shell::stop_on_signals().and_then(|()| dispatch(command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\u{2715} {why}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Option<Task>) -> Outcome {
    let mut report = Report::default();
    match command {
        None => return Args::command().print_help().map_err(|why| format!("standard output: {why}")),
        Some(Task::Run) => return run::serve(),
        Some(Task::Build { release }) => return build_all(release),
        Some(Task::Sql) => return sql_scan::check(),
        Some(Task::Templates) => return templates::make(),
        Some(Task::Corpus) => return corpus::make(),
        Some(Task::Fuzz { minutes }) => return fuzz::fuzz(minutes),
        Some(Task::Oracle { folder }) => return oracle::compare(&folder),
        Some(Task::Chaos(options)) => return chaos::chaos(&options),
        Some(Task::Bench { what: Bench::Import, .. }) => return bench::import(),
        Some(Task::Bench { what: Bench::Units, .. }) => return bench::units(),
        Some(Task::Bench { what: Bench::Stats, size }) => return bench::stats(size),
        Some(Task::Lint { save_summary }) => {
            lint::lint(&mut report);
            if let Some(file) = save_summary {
                report.save(&file)?;
                return report.result();
            }
        }
        Some(Task::Test { with_summary, only }) => {
            if let Some(file) = with_summary {
                report = Report::continued(&file)?;
            }
            match only {
                None => test::all(&mut report),
                Some(Tests::Rust) => test::rust(&mut report),
                Some(Tests::Interface) => test::interface(&mut report),
                Some(Tests::Browser { playwright }) => test::browser(&mut report, &playwright),
            }
        }
        Some(Task::Ci) => {
            lint::lint(&mut report);
            test::all(&mut report);
        }
    }
    report.close()
}

fn build_all(release: bool) -> Outcome {
    setup::wasm_target()?;
    setup::npm_packages()?;
    build::frontend(release)?;
    let mut server = paths::cargo();
    server.args(["build", "--package", "server"]);
    if release {
        server.arg("--release");
    }
    shell::run("building the server", &mut server, "See the compiler's message above.")
}
