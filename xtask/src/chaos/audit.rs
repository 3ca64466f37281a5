//! Builds and runs the audit of the database.

use super::world::{UNFINISHED, World, lock};
use crate::{
    lint::NATIVE_PACKAGES,
    paths::cargo,
    shell::{Outcome, Running, print_step},
};
use serde::Deserialize;
use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A check of the audit.
#[derive(Debug, Deserialize)]
pub(super) struct Check {
    /// What always holds.
    pub(super) rule: String,
    /// What was looked at.
    pub(super) seen: String,
    /// Where the rule is broken.
    pub(super) faults: Vec<String>,
}

/// The compiled test with the audit.
const TEST: &str = "importing";

/// Builds the server and the tests, among them the audit. Returns the program of the audit. The list of packages is that of the
/// other commands.
pub(super) fn build() -> Outcome<PathBuf> {
    print_step("building the server and the audit");
    let mut build = cargo();
    build.arg("test").args(NATIVE_PACKAGES).args(["--no-run", "--quiet", "--message-format=json-render-diagnostics"]);
    let mut running = Running::start(build.stdin(Stdio::null()).stdout(Stdio::piped()))?;
    let mut program = None;
    for line in running.stdout().map(BufReader::new).into_iter().flat_map(BufRead::lines).map_while(Result::ok) {
        program = test_program(&line).or(program);
    }
    if !running.wait()?.success() {
        return Err("the server and the audit cannot be built: mend what the compiler names above".to_owned());
    }
    program.ok_or_else(|| format!("cargo does not name the program of the test {TEST}"))
}

/// The program of the test, if a line of cargo's JSON names it.
fn test_program(line: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    let is_test = message.pointer("/target/name")? == TEST && message.pointer("/profile/test")? == true;
    is_test.then(|| message.get("executable")?.as_str().map(PathBuf::from))?
}

/// Audits the database at a URL by the program that [`build`] made. The audit is a test of crate `service`, because `xtask`
/// would have to compile the entities and the database's driver otherwise. The ledger and the audit's output are kept in the
/// folder of the logs.
pub(super) fn audit(world: &World, program: &Path, database: &str, logs: &Path) -> Outcome<Vec<Check>> {
    print_step("auditing the database");
    let ledger = logs.join("ledger.json");
    let text = serde_json::to_vec(&*lock(&world.ledger)).map_err(|why| format!("the ledger: {why}"))?;
    let failed = |file: &Path, why: std::io::Error| format!("{}: {why}", file.display());
    fs::write(&ledger, text).map_err(|why| failed(&ledger, why))?;
    let (results, log) = (logs.join("audit.json"), logs.join("audit.log"));
    let output = File::create(&log).and_then(|file| Ok((file.try_clone()?, file)));
    let (stdout, stderr) = output.map_err(|why| failed(&log, why))?;
    let mut audit = Command::new(program);
    audit.args(["--ignored", "--exact", "chaos_audit::audit"]).stdin(Stdio::null()).stdout(stdout).stderr(stderr);
    // The users have waited for their own work already.
    let patience = if lock(&world.record).violations.contains_key(UNFINISHED) { 10 } else { 120 };
    audit.env("CHAOS_PATIENCE_SECONDS", patience.to_string());
    audit.env("CHAOS_DATABASE", database).env("CHAOS_LEDGER", &ledger).env("CHAOS_RESULTS", &results);
    let status = Running::start(&mut audit)?.wait()?;
    if !status.success() {
        return Err(format!("the audit ended with {status}; see {}", log.display()));
    }
    let text = fs::read(&results).map_err(|why| failed(&results, why))?;
    serde_json::from_slice(&text).map_err(|why| format!("{}: {why}", results.display()))
}

#[cfg(test)]
mod tests {
    use super::test_program;

    #[test]
    fn the_program_of_the_audit_is_found() {
        let line = r#"{"reason":"compiler-artifact","target":{"name":"importing"},"profile":{"test":true},"executable":"/x/importing-1"}"#;
        assert_eq!(test_program(line), Some("/x/importing-1".into()));
        assert_eq!(test_program(&line.replace("\"importing\"", "\"people\"")), None);
        assert_eq!(test_program(r#"{"reason":"build-finished","success":true}"#), None);
    }
}
