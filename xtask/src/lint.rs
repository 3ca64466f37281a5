//! `cargo xtask lint`: form, lints for both targets, licences and advisories.

use crate::{
    place::{cargo, end2end, root},
    report::Report,
    setup,
    shell::{Outcome, run},
    sql_scan,
};
use std::process::{Command, Stdio};

/// The crates that run natively, without this one. Always the same list: another one would have other features and compile
/// everything again.
pub(crate) const NATIVE: [&str; 7] =
    ["--workspace", "--exclude", "frontend", "--exclude", "worker", "--exclude", "xtask"];

/// All of it.
pub(crate) fn lint(report: &mut Report) {
    report.step("form", || {
        run("checking the form", cargo().args(["fmt", "--all", "--check"]), "Mend it: cargo fmt --all")
    });
    report.step("SQL in its folder", sql_scan::check);
    report.step("lints, native", || clippy("checking the native crates", &NATIVE));
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

fn deny(what: &[&str]) -> Outcome<Command> {
    let mut command = Command::new(setup::cargo_deny()?);
    command.current_dir(root()).args(["--log-level", "warn"]).args(what);
    Ok(command)
}

fn dependencies() -> Outcome {
    run(
        "checking licences, sources and bans",
        &mut deny(&["check", "licenses", "sources", "bans"])?,
        "deny.toml says what is allowed.",
    )
}

/// The advisories are a repository on the web. On a machine that cannot reach it, the step is left out.
fn advisories() -> Outcome<Option<String>> {
    let fetched = deny(&["fetch", "db"])?.stderr(Stdio::null()).status();
    if !fetched.is_ok_and(|status| status.success()) {
        return Ok(Some("the database of advisories cannot be reached".to_owned()));
    }
    run(
        "checking advisories",
        &mut deny(&["check", "advisories"])?,
        "Update the crate, or say in deny.toml why it stays.",
    )
    .map(|()| None)
}
