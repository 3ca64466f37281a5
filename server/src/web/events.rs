//! The progress of a job as server-sent events. Every event is the job as JSON. The stream sends one after each change and ends
//! when the job cannot change any more.
//!
//! One task per job queries the database, and all browsers that follow the job share it.

use super::{
    App,
    download::batch_id,
    problem_response::{ResponseFormat, management_actor},
};
use app::request::Visitor;
use axum::{
    Extension,
    extract::{Path, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use domain::{
    Problem,
    ids::BatchId,
    job::{JobState, JobView},
};
use futures_util::stream::{self, Stream};
use http::HeaderName;
use service::{Actor, RequestOrigin, Secret, Services};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};

/// The pause between two queries while the job makes progress.
const SHORTEST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause between two queries. The streams of a finished job end if no SMS was sent during this pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// The time between two checks of the subscriber's session, which another process may have ended.
const SESSION_CHECK_INTERVAL: Duration = Duration::from_secs(3);
/// The shortest time between two checks, however many requests of this process change something.
const SHORTEST_SESSION_CHECK_INTERVAL: Duration = Duration::from_millis(250);
/// Makes nginx pass events on at once.
const NO_BUFFERING: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// The jobs with subscribers, by batch.
#[derive(Clone, Default)]
pub(super) struct FollowedJobs(Arc<Mutex<HashMap<BatchId, watch::Receiver<JobView>>>>);

/// Streams the progress of a batch's job.
pub(super) async fn stream(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(batch): Path<String>,
    response_format: ResponseFormat,
) -> Response {
    match events(app, visitor, &batch).await {
        Ok(events) => ([NO_BUFFERING], Sse::new(events).keep_alive(KeepAlive::default())).into_response(),
        Err(problem) => response_format.problem_response(&problem),
    }
}

async fn events(
    app: App,
    visitor: Visitor,
    batch: &str,
) -> Result<impl Stream<Item = Result<Event, axum::Error>> + use<>, Problem> {
    let actor = management_actor(&visitor)?;
    let token = visitor.token.ok_or(Problem::NotSignedIn)?;
    let batch = batch_id(batch)?;
    let found = service::generate::job(&app.services, &actor, batch).await.map_err(service::Error::into_problem)?;
    let job = found.ok_or(Problem::NotFound)?;
    let updates = (!is_final(&job)).then(|| app.followed_jobs.subscribe(&app, actor, batch, job.clone()));
    let origin = visitor.origin;
    let changes = app.changes.subscribe();
    let (checked_at, check_at) = check_times();
    let subscriber = Subscriber { app, token, origin, changes, checked_at, check_at, first_job: Some(job), updates };
    Ok(stream::unfold(subscriber, |mut subscriber| async move {
        let job = subscriber.next().await?;
        Some((Event::default().json_data(&job), subscriber))
    }))
}

/// Whether the job cannot change any more.
fn is_final(job: &JobView) -> bool {
    match job.state {
        JobState::Queued | JobState::Running => false,
        JobState::Done => job.sms_sent >= job.created,
        JobState::Failed => true,
    }
}

/// The time of a check of the session that has just been made, and the time of the next one.
fn check_times() -> (Instant, Instant) {
    let now = Instant::now();
    (now, now + SESSION_CHECK_INTERVAL)
}

/// A browser that follows a job.
struct Subscriber {
    app: App,
    token: Secret,
    origin: RequestOrigin,
    /// Any change by a request of this process may have ended the session.
    changes: watch::Receiver<()>,
    /// The last check of the session.
    checked_at: Instant,
    /// The next check.
    check_at: Instant,
    /// The state of the job at the start of the stream.
    first_job: Option<JobView>,
    /// `None` if the job cannot change any more.
    updates: Option<watch::Receiver<JobView>>,
}

impl Subscriber {
    /// Waits for the next change. `None` if the job cannot change any more, the session has ended or the server stops.
    async fn next(&mut self) -> Option<JobView> {
        if let Some(job) = self.first_job.take() {
            return Some(job);
        }
        loop {
            let updates = self.updates.as_mut()?;
            tokio::select! {
                changed = updates.changed() => {
                    changed.ok()?;
                    return Some(updates.borrow_and_update().clone());
                }
                Ok(()) = self.changes.changed() => {
                    self.check_at = self.check_at.min(self.checked_at + SHORTEST_SESSION_CHECK_INTERVAL);
                }
                () = sleep_until(self.check_at) => self.check_session().await?,
                () = self.app.stop.cancelled() => return None,
            }
        }
    }

    /// `None` if the session has ended. A database that does not answer has ended no session.
    async fn check_session(&mut self) -> Option<()> {
        let session = service::session::authenticate(&self.app.services, &self.token.0, &self.origin).await;
        (self.checked_at, self.check_at) = check_times();
        match session.and_then(|session| session.actor()) {
            Ok(_) => Some(()),
            Err(error) => error.may_pass().then_some(()),
        }
    }
}

impl FollowedJobs {
    /// Subscribes to a job that the actor may see. Starts the task that polls the job, if there is none yet.
    fn subscribe(&self, app: &App, actor: Actor, batch: BatchId, job: JobView) -> watch::Receiver<JobView> {
        let mut followed = self.lock();
        if let Some(updates) = followed.get(&batch) {
            let mut updates = updates.clone();
            // The last update may be older than the job that the caller has just read.
            updates.mark_unchanged();
            return updates;
        }
        let (sender, updates) = watch::channel(job);
        followed.insert(batch, updates.clone());
        tokio::spawn(self.clone().poll(app.services.clone(), actor, batch, sender));
        updates
    }

    /// Queries a job until it cannot change any more or has no subscriber.
    async fn poll(self, services: Services, actor: Actor, batch: BatchId, sender: watch::Sender<JobView>) {
        let mut progress = service::generate::moves(&services);
        let mut pause = SHORTEST_PAUSE;
        loop {
            // The pause is needed because SMS and the worker of another process do not report progress here.
            let pause_elapsed = tokio::select! {
                Ok(()) = progress.changed() => false,
                () = sleep(pause) => true,
            };
            if self.remove_if_unused(batch, &sender) {
                return;
            }
            let job = match service::generate::job(&services, &actor, batch).await {
                Ok(Some(job)) => job,
                // `into_problem` logs the error. The next query may succeed again.
                Err(error) if error.may_pass() => {
                    let _ = error.into_problem();
                    pause = LONGEST_PAUSE;
                    continue;
                }
                Ok(None) | Err(_) => break,
            };
            let has_changed = sender.send_if_modified(|known| std::mem::replace(known, job.clone()) != job);
            let waits_for_sms_too_long = pause >= LONGEST_PAUSE && matches!(job.state, JobState::Done);
            if is_final(&job) || (!has_changed && waits_for_sms_too_long) {
                break;
            }
            if has_changed {
                pause = SHORTEST_PAUSE;
            } else if pause_elapsed {
                pause = LONGEST_PAUSE.min(pause * 2);
            }
        }
        // The entry must go before the sender is dropped, so that a later subscriber starts a new task.
        self.lock().remove(&batch);
    }

    /// Removes the entry of a job without subscribers. Returns whether it did.
    fn remove_if_unused(&self, batch: BatchId, sender: &watch::Sender<JobView>) -> bool {
        let mut followed = self.lock();
        // The entry itself holds one receiver.
        let is_unused = sender.receiver_count() <= 1;
        if is_unused {
            followed.remove(&batch);
        }
        is_unused
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<BatchId, watch::Receiver<JobView>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
