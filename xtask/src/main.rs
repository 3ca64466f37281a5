//! `cargo xtask`: set-up, run, test, bench. `--help` says how to call it.

mod bench;
mod build;
mod lint;
mod place;
mod postgres;
mod report;
mod run;
mod setup;
mod shell;
mod site;
mod templates;
mod test;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use report::Report;
use shell::Outcome;
use std::process::ExitCode;

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
        #[command(subcommand)]
        only: Option<Tests>,
    },
    /// Check form, lints for both targets, licences and advisories
    Lint,
    /// Run `lint`, then `test`, with one summary
    Ci,
    /// Make the .xls templates (needs LibreOffice)
    Templates,
    /// Measure, built for release
    Bench {
        /// What to measure
        what: Bench,
    },
}

#[derive(Subcommand)]
enum Tests {
    /// Run the Rust tests only
    Rust,
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
        Some(Task::Templates) => return templates::make(),
        Some(Task::Bench { what: Bench::Import }) => return bench::import(),
        Some(Task::Bench { what: Bench::Units }) => return bench::units(),
        Some(Task::Lint) => lint::lint(&mut report),
        Some(Task::Test { only: None }) => test::all(&mut report),
        Some(Task::Test { only: Some(Tests::Rust) }) => test::rust(&mut report),
        Some(Task::Test { only: Some(Tests::Browser { playwright }) }) => test::browser(&mut report, &playwright),
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
    let mut server = place::cargo();
    server.args(["build", "--package", "server"]);
    if release {
        server.arg("--release");
    }
    shell::run("building the server", &mut server, "See the compiler's message above.")
}
