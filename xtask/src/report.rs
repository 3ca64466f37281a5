//! The summary of a run of several steps.

use crate::shell::{Outcome, stop_requested};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// The numbers of tests that passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
    /// How many of those that passed had failed before in this run. Each is a fault to mend, of the test or of the product.
    pub(crate) flaky: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.flaky += other.flaky;
    }
}

#[derive(Serialize, Deserialize)]
struct Step {
    name: String,
    duration: Duration,
    counts: Counts,
    /// Why the step was left out.
    left_out: Option<String>,
}

impl Step {
    fn line(&self) -> String {
        let Self { name, duration, counts, left_out } = self;
        let (sign, text) = match (left_out, counts) {
            (Some(why), _) => ('!', format!("NOT DONE: {why}")),
            (None, Counts { passed: 0, failed: 0, .. }) => ('\u{2713}', String::new()),
            (None, Counts { passed, failed: 0, flaky: 0, .. }) => ('\u{2713}', format!("{passed} passed, 0 failed")),
            (None, Counts { passed, failed: 0, flaky, .. }) => {
                ('!', format!("{passed} passed, 0 failed; {flaky} of them only at the second attempt: a fault to mend"))
            }
            (None, Counts { passed, failed, .. }) => ('\u{2715}', format!("{passed} passed, {failed} failed")),
        };
        format!("{sign} {name:<22} {:>6.1} s  {text}", duration.as_secs_f64()).trim_end().to_owned()
    }
}

/// Every step with its result. The next step runs although a step has failed.
#[derive(Default)]
pub(crate) struct Report {
    steps: Vec<Step>,
}

impl Report {
    /// A report that begins with the steps of another command, which [`Report::save`] has written.
    pub(crate) fn continued(file: &Path) -> Outcome<Self> {
        let failed = |why: String| format!("{} cannot be read: {why}", file.display());
        let text = fs::read(file).map_err(|why| failed(why.to_string()))?;
        Ok(Self { steps: serde_json::from_slice(&text).map_err(|why| failed(why.to_string()))? })
    }

    /// Writes the steps to a file, for the report of the next command.
    pub(crate) fn save(&self, file: &Path) -> Outcome {
        let text = serde_json::json!(self.steps).to_string();
        fs::write(file, text).map_err(|why| format!("{} cannot be written: {why}", file.display()))
    }

    /// Runs a step without tests.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Outcome) {
        self.tests(name, || work().map(|()| Counts::default()));
    }

    /// Runs a step that counts tests.
    pub(crate) fn tests(&mut self, name: &str, work: impl FnOnce() -> Outcome<Counts>) {
        self.run(name, || work().map(|counts| (counts, None)));
    }

    /// Runs a step that is left out if the machine cannot do it. `work` returns the reason in that case.
    pub(crate) fn step_if_possible(&mut self, name: &str, work: impl FnOnce() -> Outcome<Option<String>>) {
        self.run(name, || work().map(|left_out| (Counts::default(), left_out)));
    }

    fn run(&mut self, name: &str, work: impl FnOnce() -> Outcome<(Counts, Option<String>)>) {
        if stop_requested() {
            return;
        }
        let start = Instant::now();
        let (counts, left_out) = work().unwrap_or_else(|why| {
            eprintln!("\u{2715} {name}: {why}");
            (Counts { failed: 1, ..Counts::default() }, None)
        });
        self.steps.push(Step { name: name.to_owned(), duration: start.elapsed(), counts, left_out });
    }

    /// Prints the summary, which ends with a line of counts. An error if a step failed.
    pub(crate) fn close(&self) -> Outcome {
        println!();
        for step in &self.steps {
            println!("{}", step.line());
        }
        let sum = self.sum();
        println!("\n{} passed, {} failed, {} skipped", sum.passed, sum.failed, sum.skipped);
        self.result()
    }

    /// An error if a step failed.
    pub(crate) fn result(&self) -> Outcome {
        if stop_requested() {
            return Err("stopped".to_owned());
        }
        if self.sum().failed > 0 { Err("something failed: see \u{2715} above".to_owned()) } else { Ok(()) }
    }

    fn sum(&self) -> Counts {
        let mut sum = Counts::default();
        self.steps.iter().for_each(|step| sum += step.counts);
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, Report};

    #[test]
    fn a_report_continues_that_of_another_command() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("summary.json");
        let mut lint = Report::default();
        lint.step("form", || Ok(()));
        lint.step("lints", || Err("a lint".to_owned()));
        lint.step_if_possible("advisories", || Ok(Some("no network".to_owned())));
        lint.save(&file).unwrap();

        let mut test = Report::continued(&file).unwrap();
        test.tests("Rust tests", || Ok(Counts { passed: 12, failed: 0, skipped: 1, flaky: 0 }));
        test.tests("browser tests", || Ok(Counts { passed: 30, failed: 0, skipped: 0, flaky: 1 }));
        let lines: Vec<String> = test.steps.iter().map(|step| step.line().replace(' ', "")).collect();
        assert_eq!(
            lines,
            [
                "✓form0.0s",
                "✕lints0.0s0passed,1failed",
                "!advisories0.0sNOTDONE:nonetwork",
                "✓Rusttests0.0s12passed,0failed",
                "!browsertests0.0s30passed,0failed;1ofthemonlyatthesecondattempt:afaulttomend"
            ]
        );
        assert_eq!(test.sum(), Counts { passed: 42, failed: 1, skipped: 1, flaky: 1 });
        assert!(test.result().is_err());
        assert!(Report::continued(&folder.path().join("missing")).is_err());
    }
}
