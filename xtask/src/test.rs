//! `cargo xtask test`: the Rust tests on both databases, the browser tests with a real server on each database, and faults
//! against such servers.

use crate::{
    build,
    chaos::{self, Options},
    lint::NATIVE_PACKAGES,
    paths::{cargo, end2end, root, target},
    postgres::Cluster,
    report::{Counts, Report},
    setup,
    shell::{Outcome, Running, print_step, run, stop_requested},
    site::{Site, binary},
};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
};

/// The environment variable with the URL of PostgreSQL for the Rust tests.
pub(crate) const POSTGRES_URL_VARIABLE: &str = "FARM_TEST_POSTGRES_URL";

/// The environment variable with the folder of schemathesis for the test of the interface for orders.
const SCHEMATHESIS_VARIABLE: &str = "FARM_TEST_SCHEMATHESIS";

/// Runs every test.
pub(crate) fn all(report: &mut Report) {
    rust(report);
    interface(report);
    browser(report, &[]);
    report.step("faults", || chaos::chaos(&Options::of_tests()));
}

/// Runs the Rust tests.
pub(crate) fn rust(report: &mut Report) {
    report.step("building", build);
    report.tests("Rust tests", || {
        setup::npm_packages()?;
        let cluster = Cluster::start()?;
        print_step("running the Rust tests on SQLite and PostgreSQL");
        let mut tests = cargo();
        tests
            .arg("test")
            .args(NATIVE_PACKAGES)
            .args(["--no-fail-fast", "--quiet"])
            .env(POSTGRES_URL_VARIABLE, cluster.url());
        let mut counts = run_and_count(&mut tests)?;
        counts += run_and_count(cargo().args(["test", "--quiet", "--package", "xtask"]))?;
        Ok(counts)
    });
}

/// Tests the interface for orders by its description: schemathesis sends calls that it invents.
pub(crate) fn interface(report: &mut Report) {
    report.tests("interface for orders", || {
        let packages = setup::schemathesis()?;
        setup::npm_packages()?;
        let cluster = Cluster::start()?;
        print_step("sending calls that schemathesis invents");
        let mut tests = cargo();
        tests
            .arg("test")
            .args(NATIVE_PACKAGES)
            .args(["--quiet", "--test", "site", "--", "--ignored", "invented_calls"])
            .env(SCHEMATHESIS_VARIABLE, packages)
            .env(POSTGRES_URL_VARIABLE, cluster.url());
        run_and_count(&mut tests)
    });
}

/// Builds the tests and the server's binary. The list of packages is always the same, because another list would enable other
/// features and compile everything again.
fn build() -> Outcome {
    run(
        "building the server and its tests",
        cargo().arg("test").args(NATIVE_PACKAGES).args(["--no-run", "--quiet"]),
        "Mend what the compiler names above.",
    )
}

/// Runs `cargo test`, prints its output and counts the tests.
fn run_and_count(command: &mut Command) -> Outcome<Counts> {
    let mut running = Running::start(command.stdout(Stdio::piped()))?;
    let mut counts = Counts::default();
    if let Some(stdout) = running.stdout() {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            println!("{line}");
            counts += counts_in_line(&line);
        }
    }
    let status = running.wait()?;
    // A test program that does not compile or is killed prints no result.
    if !status.success() && counts.failed == 0 {
        return Err(format!("`cargo test` ended with {status}"));
    }
    Ok(counts)
}

/// The counts in a line such as "test result: ok. 12 passed; 0 failed; 1 ignored; …".
fn counts_in_line(line: &str) -> Counts {
    let Some((_, result)) = line.split_once("test result: ") else { return Counts::default() };
    let number = |what: &str| {
        result.split([';', '.']).find_map(|part| part.trim().strip_suffix(what)?.trim().parse().ok()).unwrap_or(0)
    };
    Counts { passed: number("passed"), failed: number("failed"), skipped: number("ignored"), flaky: 0 }
}

/// Runs the browser tests with these arguments for Playwright.
pub(crate) fn browser(report: &mut Report, playwright_arguments: &[String]) {
    report.step("front end", || {
        setup::wasm_target()?;
        setup::npm_packages()?;
        build::frontend(false)
    });
    report.step("server", build);
    report.tests("browser tests", || {
        setup::npm_packages()?;
        setup::browser()?;
        playwright(playwright_arguments)
    });
}

fn playwright(arguments: &[String]) -> Outcome<Counts> {
    let server = binary("debug");
    let log = |name: &str| target().join(name);
    let cluster = Cluster::start()?;
    let sqlite = Site::start(&server, None, &log("end2end-sqlite.log"))?;
    let postgres = Site::start(&server, Some(&cluster.url()), &log("end2end-postgres.log"))?;

    let start = |name: &str, arguments: &[String]| {
        let results = target().join(format!("end2end-{name}.json"));
        let _ = fs::remove_file(&results);
        let mut tests = Command::new("npx");
        tests
            .current_dir(root())
            .args(["playwright", "test", "--config"])
            .arg(end2end())
            // Each run needs its own folder, because Playwright empties the folder when it starts.
            .arg("--output")
            .arg(end2end().join("test-results").join(name))
            .args(arguments)
            .env("SITE_ON_SQLITE", sqlite.url())
            .env("SITE_ON_POSTGRES", postgres.url())
            .env("DEMO_ACCOUNTS", sqlite.accounts())
            .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &results);
        if let Some(chromium) = setup::system_browser() {
            tests.env("CHROMIUM", chromium);
        }
        Running::start(&mut tests).map(|running| (running, results))
    };
    print_step("running the browser tests on SQLite and PostgreSQL");
    // The tests of one server share its data and must run one after the other. The two servers share nothing. So without
    // arguments, two processes of Playwright test both servers at the same time.
    let runs: Vec<(Running, PathBuf)> = if arguments.is_empty() {
        let project = |name: &str| start(name, &[format!("--project={name}")]);
        vec![project("sqlite")?, project("postgres")?]
    } else {
        vec![start("selected", arguments)?]
    };
    let mut total = Counts::default();
    for (mut running, results) in runs {
        let status = running.wait()?;
        let counts = fs::read_to_string(&results).ok().and_then(|text| counts_in_json(&text));
        match counts {
            Some(counts) if status.success() || counts.failed > 0 => total += counts,
            _ if stop_requested() => return Err("stopped".to_owned()),
            _ => {
                let logs = log("end2end-*.log");
                return Err(format!("Playwright ended with {status}; the servers' logs are {}", logs.display()));
            }
        }
    }
    Ok(total)
}

fn counts_in_json(text: &str) -> Option<Counts> {
    let report: serde_json::Value = serde_json::from_str(text).ok()?;
    let number = |name: &str| report.get("stats")?.get(name)?.as_u64();
    Some(Counts {
        passed: number("expected")? + number("flaky")?,
        failed: number("unexpected")?,
        skipped: number("skipped")?,
        flaky: number("flaky")?,
    })
}

#[cfg(test)]
mod tests {
    use super::{counts_in_json, counts_in_line};
    use crate::report::Counts;

    #[test]
    fn the_result_line_of_cargo_is_counted() {
        let line = "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.01s";
        assert_eq!(counts_in_line(line), Counts { passed: 12, failed: 2, skipped: 1, flaky: 0 });
        assert_eq!(counts_in_line("running 3 tests"), Counts::default());
    }

    #[test]
    fn the_json_report_of_playwright_is_counted() {
        let text = r#"{"stats": {"expected": 20, "unexpected": 1, "flaky": 2, "skipped": 3}}"#;
        assert_eq!(counts_in_json(text), Some(Counts { passed: 22, failed: 1, skipped: 3, flaky: 2 }));
    }
}
