//! `cargo xtask lint`: form, lints for both targets, licences and advisories.

use crate::{
    paths::{cargo, end2end, root},
    report::Report,
    setup,
    shell::{Outcome, run},
    sql_scan,
};
use std::process::{Command, Stdio};

/// The crates that run natively, except for this one. Every command uses this list, because another list would enable other
/// features and compile everything again.
pub(crate) const NATIVE_PACKAGES: [&str; 7] =
    ["--workspace", "--exclude", "frontend", "--exclude", "worker", "--exclude", "xtask"];

/// Runs every check.
pub(crate) fn lint(report: &mut Report) {
    report.step("form", || {
        run("checking the form", cargo().args(["fmt", "--all", "--check"]), "Mend it: cargo fmt --all")
    });
    report.step("SQL in its folder", sql_scan::check);
    report.step("lints, native", || clippy("checking the native crates", &NATIVE_PACKAGES));
    report.step("lints, oracle", || {
        clippy("checking the oracle", &["--package", "workbook", "--features", "oracle,write"])
    });
    report.step("lints, xtask", || clippy("checking xtask", &["--package", "xtask"]));
    report.step("lints, wasm32", || {
        setup::wasm_target()?;
        clippy(
            "checking the crates of the browser",
            &["--package", "frontend", "--package", "worker", "--target", "wasm32-unknown-unknown"],
        )
    });
    report.step("types of the tests", || {
        setup::npm_packages()?;
        run(
            "checking the types of the browser tests",
            Command::new("npx").current_dir(root()).args(["tsc", "--project"]).arg(end2end()),
            "Mend what the compiler names above.",
        )
    });
    report.step("dependencies", dependencies);
    report.step_if_possible("advisories", advisories);
}

fn clippy(what: &str, packages: &[&str]) -> Outcome {
    run(
        what,
        cargo().args(["clippy", "--quiet", "--all-targets"]).args(packages).args(["--", "-D", "warnings"]),
        "Mend what clippy names above.",
    )
}

fn cargo_deny(arguments: &[&str]) -> Outcome<Command> {
    let mut command = Command::new(setup::cargo_deny()?);
    command.current_dir(root()).args(["--log-level", "warn"]).args(arguments);
    Ok(command)
}

fn dependencies() -> Outcome {
    run(
        "checking licences, sources and bans",
        &mut cargo_deny(&["check", "licenses", "sources", "bans"])?,
        "deny.toml says what is allowed.",
    )
}

/// Checks the advisories. They are a repository on the web, and the step is left out if the machine cannot reach it.
fn advisories() -> Outcome<Option<String>> {
    let fetch_status = cargo_deny(&["fetch", "db"])?.stderr(Stdio::null()).status();
    if !fetch_status.is_ok_and(|status| status.success()) {
        return Ok(Some("the database of advisories cannot be reached".to_owned()));
    }
    run(
        "checking advisories",
        &mut cargo_deny(&["check", "advisories"])?,
        "Update the crate, or say in deny.toml why it stays.",
    )
    .map(|()| None)
}
