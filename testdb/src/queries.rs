//! Counts the statements that a use case sends to the database: their number must not grow with the number of rows.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

/// Characters of a statement that a failed test shows.
const SHOWN: usize = 160;

/// The statements that some work sent to the database, in their order. Transaction control is not among them.
#[derive(Clone, Debug, Default)]
pub struct Queries(Vec<String>);

impl Queries {
    /// How many statements were sent.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The statements without those that match, for example those of a worker that polls.
    #[must_use]
    pub fn without(self, matches: impl Fn(&str) -> bool) -> Self {
        Self(self.0.into_iter().filter(|statement| !matches(statement)).collect())
    }

    /// Fails the test if `self`, the work with many rows, took more statements than `few`, the same work with few rows.
    #[track_caller]
    pub fn assert_no_more_than(&self, few: &Self, work: &str) {
        assert!(
            self.count() <= few.count(),
            "{work}: the number of statements grows with the rows, from {} to {}\nfew rows:\n{few}many rows:\n{self}",
            few.count(),
            self.count()
        );
    }
}

impl fmt::Display for Queries {
    /// Each distinct statement with the number of times that it was sent, the most frequent first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut times: HashMap<&str, usize> = HashMap::new();
        for statement in &self.0 {
            *times.entry(statement).or_default() += 1;
        }
        let mut times: Vec<_> = times.into_iter().collect();
        times.sort_by_key(|(statement, times)| (usize::MAX - times, *statement));
        for (statement, times) in times {
            let shown: String = statement.chars().take(SHOWN).collect();
            writeln!(f, "  {times:>4}  {shown}")?;
        }
        Ok(())
    }
}

/// Collects statements while services run.
#[derive(Clone, Debug, Default)]
pub(crate) struct QueryRecorder(Arc<Mutex<Vec<String>>>);

impl QueryRecorder {
    /// Adds a statement.
    pub(crate) fn record(&self, statement: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(statement.to_owned());
    }

    /// The statements since the last call.
    pub(crate) fn take(&self) -> Queries {
        Queries(std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}
