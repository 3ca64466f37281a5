//! The progress of a job, as server-sent events: the job as JSON whenever it has changed, until nothing more will.
//!
//! However many browsers follow a job, one task asks the database.

use super::{
    App,
    answer::{self, Asker},
    download::batch_id,
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
use http::{HeaderMap, HeaderName};
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

/// Between two looks while the job moves.
const QUICK: Duration = Duration::from_millis(500);
/// Between two looks at most; when even the SMS of a finished job have not moved for so long, its streams end.
const SLOW: Duration = Duration::from_secs(8);
/// Between two looks whether the reader is still signed in.
const SESSION: Duration = Duration::from_secs(30);
/// Tells nginx to pass events on at once.
const NO_BUFFERING: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// The jobs that somebody follows.
#[derive(Clone, Default)]
pub(super) struct Follow(Arc<Mutex<HashMap<BatchId, watch::Receiver<JobView>>>>);

/// Streams the progress of a batch's job.
pub(super) async fn stream(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(batch): Path<String>,
    headers: HeaderMap,
) -> Response {
    match events(app, visitor, &batch).await {
        Ok(events) => ([NO_BUFFERING], Sse::new(events).keep_alive(KeepAlive::default())).into_response(),
        Err(problem) => Asker::from_headers(&headers).refuse(&problem),
    }
}

async fn events(
    app: App,
    visitor: Visitor,
    batch: &str,
) -> Result<impl Stream<Item = Result<Event, axum::Error>> + use<>, Problem> {
    let actor = answer::actor(&visitor)?;
    let token = visitor.token.ok_or(Problem::NotSignedIn)?;
    let batch = batch_id(batch)?;
    let found = service::generate::job(&app.services, &actor, batch).await.map_err(service::Error::into_problem)?;
    let job = found.ok_or(Problem::NotFound)?;
    let jobs = (!is_settled(&job)).then(|| app.follow.job(&app, actor, batch, job.clone()));
    let reader = Reader { app, token, origin: visitor.origin, seen: Instant::now(), first: Some(job), jobs };
    Ok(stream::unfold(reader, |mut reader| async move {
        let job = reader.next().await?;
        Some((Event::default().json_data(&job), reader))
    }))
}

/// Whether nothing about it will change any more.
fn is_settled(job: &JobView) -> bool {
    match job.state {
        JobState::Queued | JobState::Running => false,
        JobState::Done => job.sms_sent >= job.created,
        JobState::Failed => true,
    }
}

/// One browser that follows a job.
struct Reader {
    app: App,
    token: Secret,
    origin: RequestOrigin,
    /// When the session was last looked at.
    seen: Instant,
    first: Option<JobView>,
    jobs: Option<watch::Receiver<JobView>>,
}

impl Reader {
    /// Waits for news; none when there will be no more or the reader has signed out.
    async fn next(&mut self) -> Option<JobView> {
        if let Some(job) = self.first.take() {
            return Some(job);
        }
        let jobs = self.jobs.as_mut()?;
        loop {
            tokio::select! {
                changed = jobs.changed() => {
                    changed.ok()?;
                    return Some(jobs.borrow_and_update().clone());
                }
                () = sleep_until(self.seen + SESSION) => {
                    let session = service::session::authenticate(&self.app.services, &self.token.0, &self.origin).await;
                    session.and_then(|session| session.actor()).ok()?;
                    self.seen = Instant::now();
                }
                () = self.app.stop.cancelled() => return None,
            }
        }
    }
}

impl Follow {
    /// News of a job that the actor may see, from the task that looks at it already or from a new one.
    fn job(&self, app: &App, actor: Actor, batch: BatchId, job: JobView) -> watch::Receiver<JobView> {
        let mut followed = self.lock();
        if let Some(jobs) = followed.get(&batch) {
            let mut jobs = jobs.clone();
            // What it knows may be older than what the caller has just read.
            jobs.mark_unchanged();
            return jobs;
        }
        let (news, jobs) = watch::channel(job);
        followed.insert(batch, jobs.clone());
        tokio::spawn(self.clone().look(app.services.clone(), actor, batch, news));
        jobs
    }

    /// Looks at a job until it is settled or nobody follows it.
    async fn look(self, services: Services, actor: Actor, batch: BatchId, news: watch::Sender<JobView>) {
        let mut steps = service::generate::moves(&services);
        let mut pause = QUICK;
        loop {
            // Of another process's worker nothing is heard, nor of SMS.
            let waited = tokio::select! {
                Ok(()) = steps.changed() => false,
                () = sleep(pause) => true,
            };
            if self.forget_if_alone(batch, &news) {
                return;
            }
            let job = match service::generate::job(&services, &actor, batch).await {
                Ok(Some(job)) => job,
                Ok(None) | Err(service::Error::Problem(_)) => break,
                // Logged; perhaps the database comes back.
                Err(error @ service::Error::Internal(_)) => {
                    let _ = error.into_problem();
                    pause = SLOW;
                    continue;
                }
            };
            let moved = news.send_if_modified(|known| std::mem::replace(known, job.clone()) != job);
            let tired = pause >= SLOW && matches!(job.state, JobState::Done);
            if is_settled(&job) || (!moved && tired) {
                break;
            }
            if moved {
                pause = QUICK;
            } else if waited {
                pause = SLOW.min(pause * 2);
            }
        }
        // Before the sender goes: whoever comes from now on has a new task look.
        self.lock().remove(&batch);
    }

    /// Whether only the register itself still listens; then the entry is gone.
    fn forget_if_alone(&self, batch: BatchId, news: &watch::Sender<JobView>) -> bool {
        let mut followed = self.lock();
        let alone = news.receiver_count() <= 1;
        if alone {
            followed.remove(&batch);
        }
        alone
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<BatchId, watch::Receiver<JobView>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
