//! `cargo xtask lint`: form, lints for both targets, licences and advisories.

use crate::{
    place::{cargo, end2end, root},
    report::Report,
    setup,
    shell::{Outcome, run, say},
};
use std::process::{Command, Stdio};

/// The crates that run natively, apart from this one; always the same list, so that nothing compiles twice.
pub(crate) const NATIVE: [&str; 7] =
    ["--workspace", "--exclude", "frontend", "--exclude", "worker", "--exclude", "xtask"];

/// All of it.
pub(crate) fn lint(report: &mut Report) {
    report.step("form", || {
        run("checking the form", cargo().args(["fmt", "--all", "--check"]), "Mend it: cargo fmt --all")
    });
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
}

fn clippy(what: &str, packages: &[&str]) -> Outcome {
    run(
        what,
        cargo().args(["clippy", "--quiet", "--all-targets"]).args(packages).args(["--", "-D", "warnings"]),
        "Mend what clippy names above.",
    )
}

fn dependencies() -> Outcome {
    let deny = setup::cargo_deny()?;
    let check = |what: &[&str]| {
        let mut command = Command::new(&deny);
        command.current_dir(root()).args(["--log-level", "warn", "check"]).args(what);
        command
    };
    run(
        "checking licences, sources and bans",
        &mut check(&["licenses", "sources", "bans"]),
        "deny.toml says what is allowed.",
    )?;
    // The advisories lie in a repository on the web. A machine without a way there says so and goes on.
    let fetched = Command::new(&deny).current_dir(root()).args(["fetch", "db"]).stderr(Stdio::null()).status();
    if fetched.is_ok_and(|status| status.success()) {
        run("checking advisories", &mut check(&["advisories"]), "Update the crate, or say in deny.toml why it stays.")
    } else {
        say("advisories NOT checked: their database cannot be reached from here");
        Ok(())
    }
}
