//! What a run of several steps came to.

use crate::shell::{Outcome, stopped};
use std::time::{Duration, Instant};

/// Tests that passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

struct Step {
    name: &'static str,
    took: Duration,
    counts: Counts,
    failure: Option<String>,
}

/// Every step with what came of it. A failed step does not keep the next from running.
#[derive(Default)]
pub(crate) struct Report {
    steps: Vec<Step>,
}

impl Report {
    /// Runs a step that is no test.
    pub(crate) fn step(&mut self, name: &'static str, work: impl FnOnce() -> Outcome) {
        self.tests(name, || work().map(|()| Counts::default()));
    }

    /// Runs a step that counts tests.
    pub(crate) fn tests(&mut self, name: &'static str, work: impl FnOnce() -> Outcome<Counts>) {
        if stopped() {
            return;
        }
        let start = Instant::now();
        let result = work();
        let (counts, failure) = match result {
            Ok(counts) if counts.failed > 0 => (counts, Some(format!("{} failed", counts.failed))),
            Ok(counts) => (counts, None),
            Err(why) => (Counts { failed: 1, ..Counts::default() }, Some(why)),
        };
        if let Some(why) = &failure {
            eprintln!("\u{2715} {name}: {why}");
        }
        self.steps.push(Step { name, took: start.elapsed(), counts, failure });
    }

    /// Prints the summary; an error where anything failed.
    pub(crate) fn close(&self) -> Outcome {
        println!();
        let mut sum = Counts::default();
        for Step { name, took, counts, failure } in &self.steps {
            let sign = if failure.is_none() { '\u{2713}' } else { '\u{2715}' };
            let tests = match counts {
                Counts { passed: 0, failed: 0, .. } => String::new(),
                Counts { passed, failed, .. } => format!("{passed} passed, {failed} failed"),
            };
            println!("{sign} {name:<22} {:>6.1} s  {tests}", took.as_secs_f64());
            sum += *counts;
        }
        println!("\n{} passed, {} failed, {} skipped", sum.passed, sum.failed, sum.skipped);
        if stopped() {
            return Err("stopped".to_owned());
        }
        if sum.failed > 0 { Err("not everything is well: see \u{2715} above".to_owned()) } else { Ok(()) }
    }
}
