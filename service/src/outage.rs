//! What a worker does when its work fails, because the database or the disk does: it waits, and tells it once.

use crate::Error;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// The wait after the first failure. It doubles with every further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// An outage that lasts is logged again this often.
const REMINDER: Duration = Duration::from_mins(1);

/// The failures of a worker since its last success.
#[derive(Debug)]
pub struct Outage {
    /// What cannot be done, for the log.
    what: &'static str,
    failures: u32,
    logged_at: Option<Instant>,
}

impl Outage {
    /// A worker that has not failed. `what` says in the log what cannot be done.
    pub const fn none(what: &'static str) -> Self {
        Self { what, failures: 0, logged_at: None }
    }

    /// The work succeeded.
    pub fn end(&mut self) {
        if self.failures > 0 {
            tracing::info!(failures = self.failures, "{}: this has ended", self.what);
        }
        *self = Self::none(self.what);
    }

    /// The work failed. Logs the first failure, and later ones once a minute. Returns how long the worker must wait.
    pub fn fail(&mut self, error: &Error) -> Duration {
        self.fail_at(error, Instant::now())
    }

    fn fail_at(&mut self, error: &Error, now: Instant) -> Duration {
        let pause = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST_PAUSE);
        self.failures = self.failures.saturating_add(1);
        if self.logged_at.is_none_or(|logged_at| now - logged_at >= REMINDER) {
            self.logged_at = Some(now);
            tracing::error!(error = %error.with_causes(), failures = self.failures, "{}", self.what);
        }
        pause
    }

    /// The same, and waits, at most until `stop`.
    pub async fn pause(&mut self, error: &Error, stop: &CancellationToken) {
        let pause = self.fail(error);
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// A failure that many pieces of work have for the same reason. It is logged once a minute.
#[derive(Debug)]
pub(crate) struct Repetition(Mutex<State>);

#[derive(Debug)]
struct State {
    logged_at: Option<Instant>,
    left_out: u32,
}

impl Repetition {
    /// A failure that was not seen yet.
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(State { logged_at: None, left_out: 0 }))
    }

    /// Whether the failure that is seen now must be logged. If so, returns how many were left out since the last one.
    pub(crate) fn log(&self) -> Option<u32> {
        self.log_at(Instant::now())
    }

    fn log_at(&self, now: Instant) -> Option<u32> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.logged_at.is_some_and(|logged_at| now.saturating_duration_since(logged_at) < REMINDER) {
            state.left_out = state.left_out.saturating_add(1);
            return None;
        }
        state.logged_at = Some(now);
        Some(std::mem::take(&mut state.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_minute_and_start_again_after_a_success() {
        let mut outage = Outage::none("nothing works");
        let error = Error::internal("no space left");
        let pauses: Vec<u64> = (0..8).map(|_| outage.fail(&error).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
        outage.end();
        assert_eq!(outage.fail(&error).as_secs(), 1);
    }

    #[test]
    fn repetitions_are_counted_and_logged_once_a_minute() {
        let (repetition, begin) = (Repetition::new(), Instant::now());
        let logged: Vec<_> = (0..150).map(|second| repetition.log_at(begin + Duration::from_secs(second))).collect();
        let logged: Vec<_> = (0..).zip(logged).filter_map(|(second, logged)| Some((second, logged?))).collect();
        assert_eq!(logged, [(0, 0), (60, 59), (120, 59)]);
    }

    #[test]
    fn an_outage_is_logged_once_a_minute() {
        let mut outage = Outage::none("nothing works");
        let error = Error::internal("no space left");
        let begin = Instant::now();
        let (mut now, mut logged) = (begin, Vec::new());
        while now - begin < Duration::from_mins(5) {
            let pause = outage.fail_at(&error, now);
            logged.extend(outage.logged_at.map(|at| (at - begin).as_secs()));
            now += pause;
        }
        logged.dedup();
        assert_eq!(logged, [0, 63, 123, 183, 243]);
    }
}
