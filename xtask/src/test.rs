//! `cargo xtask test`: the Rust tests on both databases, then the browser against the real server on both.

use crate::{
    build,
    lint::NATIVE,
    place::{cargo, end2end, root, target},
    postgres::Cluster,
    report::{Counts, Report},
    setup,
    shell::{Outcome, Running, run, say, stopped},
    site::{Site, binary},
};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
};

/// The variable that tells Rust tests where PostgreSQL is.
pub(crate) const POSTGRES: &str = "FARM_TEST_POSTGRES_URL";

/// Every test.
pub(crate) fn all(report: &mut Report) {
    rust(report);
    browser(report, &[]);
}

/// The Rust tests.
pub(crate) fn rust(report: &mut Report) {
    report.step("building", build);
    report.tests("Rust tests", || {
        setup::npm_packages()?;
        let cluster = Cluster::start()?;
        say("running the Rust tests on SQLite and PostgreSQL");
        let mut tests = cargo();
        tests.arg("test").args(NATIVE).args(["--no-fail-fast", "--quiet"]).env(POSTGRES, cluster.url());
        let mut counts = counted(&mut tests)?;
        counts += counted(cargo().args(["test", "--quiet", "--package", "xtask"]))?;
        Ok(counts)
    });
}

/// Builds the tests, and with them the server's binary. Always the same call: another list of packages would have other
/// features, and compile everything once more.
fn build() -> Outcome {
    run(
        "building the server and its tests",
        cargo().arg("test").args(NATIVE).args(["--no-run", "--quiet"]),
        "Mend what the compiler names above.",
    )
}

/// Runs `cargo test`, shows what it prints and counts what it says.
fn counted(command: &mut Command) -> Outcome<Counts> {
    let mut running = Running::start(command.stdout(Stdio::piped()))?;
    let mut counts = Counts::default();
    if let Some(stdout) = running.stdout() {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            println!("{line}");
            counts += of_line(&line);
        }
    }
    let status = running.wait()?;
    // Where a test program does not compile or dies, there is no line that says so.
    if !status.success() && counts.failed == 0 {
        return Err(format!("`cargo test` ended with {status}"));
    }
    Ok(counts)
}

/// What a line such as "test result: ok. 12 passed; 0 failed; 1 ignored; …" counts.
fn of_line(line: &str) -> Counts {
    let Some((_, result)) = line.split_once("test result: ") else { return Counts::default() };
    let number = |what: &str| {
        result.split([';', '.']).find_map(|part| part.trim().strip_suffix(what)?.trim().parse().ok()).unwrap_or(0)
    };
    Counts { passed: number("passed"), failed: number("failed"), skipped: number("ignored") }
}

/// The browser tests, with further arguments for Playwright.
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
            // Playwright empties this folder at its start.
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
    say("running the browser tests on SQLite and PostgreSQL");
    // The tests of one database share the data of its server and run one after the other. The databases have nothing in
    // common: without arguments, each is tested by a Playwright of its own, both at once.
    let runs: Vec<(Running, PathBuf)> = if arguments.is_empty() {
        let project = |name: &str| start(name, &[format!("--project={name}")]);
        vec![project("sqlite")?, project("postgres")?]
    } else {
        vec![start("selected", arguments)?]
    };
    let mut sum = Counts::default();
    for (mut running, results) in runs {
        let status = running.wait()?;
        let counts = fs::read_to_string(&results).ok().and_then(|text| of_json(&text));
        match counts {
            Some(counts) if status.success() || counts.failed > 0 => sum += counts,
            _ if stopped() => return Err("stopped".to_owned()),
            _ => {
                let logs = log("end2end-*.log");
                return Err(format!("Playwright ended with {status}; the servers' logs are {}", logs.display()));
            }
        }
    }
    Ok(sum)
}

fn of_json(text: &str) -> Option<Counts> {
    let report: serde_json::Value = serde_json::from_str(text).ok()?;
    let number = |name: &str| report.get("stats")?.get(name)?.as_u64();
    Some(Counts {
        passed: number("expected")? + number("flaky")?,
        failed: number("unexpected")?,
        skipped: number("skipped")?,
    })
}

#[cfg(test)]
mod tests {
    use super::{of_json, of_line};
    use crate::report::Counts;

    #[test]
    fn counts_what_cargo_says() {
        let line = "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.01s";
        assert_eq!(of_line(line), Counts { passed: 12, failed: 2, skipped: 1 });
        assert_eq!(of_line("running 3 tests"), Counts::default());
    }

    #[test]
    fn counts_what_playwright_says() {
        let text = r#"{"stats": {"expected": 20, "unexpected": 1, "flaky": 0, "skipped": 3}}"#;
        assert_eq!(of_json(text), Some(Counts { passed: 20, failed: 1, skipped: 3 }));
    }
}
