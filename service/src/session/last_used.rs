//! Writes when sessions were used last, beside the requests: reading a page needs no write. A time that cannot be written is
//! lost, and the session ends up to so much earlier if nobody uses it any more.

use crate::{Result, Services, query::is_any_of};
use domain::calendar::Timestamp;
use entity::session::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Sessions in one statement.
const AT_ONCE: usize = 10_000;
/// After a failure nothing is written for this long.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(10);
/// Failures are logged at most this often.
const LOG_INTERVAL: Duration = Duration::from_mins(1);

/// The times that wait to be written.
#[derive(Default)]
pub(crate) struct LastUsed(Mutex<State>);

#[derive(Default)]
struct State {
    pending: HashMap<String, Timestamp>,
    /// Whether a task writes. There is one at a time.
    is_writing: bool,
    paused_until: Option<Instant>,
    logged_at: Option<Instant>,
}

impl LastUsed {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Up to [`AT_ONCE`] times to write. Without any, the writing ends.
    fn take(&self) -> Vec<(String, Timestamp)> {
        let mut state = self.state();
        let ids: Vec<String> = state.pending.keys().take(AT_ONCE).cloned().collect();
        state.is_writing = !ids.is_empty();
        ids.into_iter().filter_map(|id| state.pending.remove_entry(&id)).collect()
    }

    /// Notes a failure. Returns whether it is to be logged.
    fn fail(&self) -> bool {
        let (mut state, now) = (self.state(), Instant::now());
        state.pending.clear();
        state.paused_until = Some(now + PAUSE_AFTER_FAILURE);
        let logs = state.logged_at.is_none_or(|logged_at| now - logged_at >= LOG_INTERVAL);
        if logs {
            state.logged_at = Some(now);
        }
        logs
    }
}

/// Lets the time at which a session was used be written. The caller does not wait for it.
pub(super) fn note(services: &Services, session: String, now: Timestamp) {
    {
        let mut state = services.0.last_used.state();
        if state.paused_until.is_some_and(|until| Instant::now() < until) {
            return;
        }
        state.pending.insert(session, now);
        if state.is_writing {
            return;
        }
        state.is_writing = true;
    }
    let services = services.clone();
    tokio::spawn(async move {
        loop {
            let used = services.0.last_used.take();
            if used.is_empty() {
                return;
            }
            if let Err(error) = write(&services, used).await
                && services.0.last_used.fail()
            {
                error.log("the time at which sessions were used cannot be written");
            }
        }
    });
}

/// Writes the newest of the times for all of the sessions.
async fn write(services: &Services, used: Vec<(String, Timestamp)>) -> Result<()> {
    let (db, Some(now)) = (&services.0.writer, used.iter().map(|(_, at)| *at).max()) else { return Ok(()) };
    Entity::update_many()
        .col_expr(Column::LastUsedAt, now.into())
        .filter(is_any_of(db, Column::Id, used.into_iter().map(|(id, _)| id)))
        .filter(Column::LastUsedAt.lt(now))
        .exec(db)
        .await?;
    Ok(())
}
