//! Workers that run beside requests: jobs, SMS, and the deletion of expired sessions and leftover uploads.

use crate::web;
use service::Services;
use std::{path::PathBuf, time::Duration};
use tokio::{task::spawn_blocking, time::sleep};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The time between two deletions of expired sessions.
const SWEEP_INTERVAL: Duration = Duration::from_hours(1);
/// The time between two deletions of leftover uploads.
const UPLOAD_SWEEP_INTERVAL: Duration = Duration::from_mins(1);
/// The pause before a failed worker is started again.
const RESTART_PAUSE: Duration = Duration::from_secs(1);

/// Starts the workers. Each completes its current unit of work and ends when `stop` is cancelled. `uploads` is the folder of
/// uploads.
pub(crate) fn start(services: &Services, uploads: PathBuf, stop: &CancellationToken) -> TaskTracker {
    let workers = TaskTracker::new();
    spawn(&workers, "jobs", services, stop, service::generate::work);
    spawn(&workers, "sms", services, stop, service::sms::work);
    spawn(&workers, "sweep", services, stop, delete_expired_sessions);
    spawn(&workers, "uploads", services, stop, move |_, stop| delete_leftover_uploads(uploads.clone(), stop));
    workers.close();
    workers
}

fn spawn<F>(
    workers: &TaskTracker,
    name: &'static str,
    services: &Services,
    stop: &CancellationToken,
    work: impl Fn(Services, CancellationToken) -> F + Send + Sync + 'static,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let (services, worker_stop) = (services.clone(), stop.clone());
    workers.spawn(keep_running(name, stop.clone(), move || work(services.clone(), worker_stop.clone())));
}

/// Starts a worker again if it ends although `stop` is not cancelled.
async fn keep_running<F>(name: &'static str, stop: CancellationToken, work: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        let outcome = tokio::spawn(work()).await;
        if stop.is_cancelled() {
            return;
        }
        let why = outcome.err().map_or_else(|| "it returned".to_owned(), |error| error.to_string());
        tracing::error!(worker = name, why, "a worker broke down and is started again");
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(RESTART_PAUSE) => {}
        }
    }
}

async fn delete_expired_sessions(services: Services, stop: CancellationToken) {
    loop {
        if let Err(error) = service::session::delete_expired(&services).await {
            // `into_problem` logs the error.
            let _ = error.into_problem();
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(SWEEP_INTERVAL) => {}
        }
    }
}

async fn delete_leftover_uploads(folder: PathBuf, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(UPLOAD_SWEEP_INTERVAL) => {}
        }
        let folder = folder.clone();
        let deleted = spawn_blocking(move || web::delete_leftovers(&folder)).await.map_err(std::io::Error::other);
        if let Err(error) = deleted.flatten() {
            tracing::warn!(%error, "leftover uploads cannot be deleted");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::keep_running;
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };
    use tokio_util::sync::CancellationToken;

    #[tokio::test]
    async fn a_worker_that_panics_is_started_again() {
        let (stop, starts) = (CancellationToken::new(), Arc::new(AtomicU32::new(0)));
        let work = {
            let (stop, starts) = (stop.clone(), Arc::clone(&starts));
            move || {
                let (stop, starts) = (stop.clone(), Arc::clone(&starts));
                async move {
                    assert!(starts.fetch_add(1, Ordering::Relaxed) > 0, "broken on purpose");
                    stop.cancel();
                }
            }
        };
        keep_running("test", stop, work).await;
        assert_eq!(starts.load(Ordering::Relaxed), 2);
    }
}
