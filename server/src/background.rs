//! Workers that run beside requests: jobs, SMS, the ledger of orders, the counts of units, and the deletion of expired sessions
//! and leftover uploads.

use crate::web;
use service::{Services, outage::Outage};
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::{task::spawn_blocking, time::sleep};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The time between two deletions of expired sessions.
const SWEEP_INTERVAL: Duration = Duration::from_hours(1);
/// The time between two deletions of leftover uploads.
const UPLOAD_SWEEP_INTERVAL: Duration = Duration::from_mins(1);
/// The pause before a failed worker is started again.
const RESTART_PAUSE: Duration = Duration::from_secs(1);

/// Starts the workers. Each completes its current unit of work and ends when `stop` is cancelled. `uploads` is the folder of
/// uploads; `province` says whether the demo province is loaded.
pub(crate) fn start(services: &Services, uploads: PathBuf, province: bool, stop: &CancellationToken) -> TaskTracker {
    let workers = TaskTracker::new();
    spawn(&workers, "jobs", services, stop, service::generate::work);
    spawn(&workers, "sms", services, stop, service::sms::work);
    spawn(&workers, "ledger", services, stop, service::ledger::work);
    if province {
        spawn(&workers, "demo province", services, stop, service::seed::province::work);
    }
    spawn(&workers, "recount", services, stop, service::situation::work);
    spawn(&workers, "sweep", services, stop, delete_expired_sessions);
    let (watched, watch_stop) = (services.clone(), stop.clone());
    let watch = move || watched.clone().watch_database(watch_stop.clone());
    workers.spawn(keep_running("database link", stop.clone(), watch));
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
    let (services, worker_stop, work) = (services.clone(), stop.clone(), Arc::new(work));
    let work = move || work_while_database_answers(name, services.clone(), worker_stop.clone(), Arc::clone(&work));
    workers.spawn(keep_running(name, stop.clone(), work));
}

/// Works until `stop` is cancelled. The work is dropped when the database falls silent, because its statements would wait without
/// a limit, and begins again when the database answers.
async fn work_while_database_answers<F>(
    name: &'static str,
    services: Services,
    stop: CancellationToken,
    work: Arc<impl Fn(Services, CancellationToken) -> F + Send + Sync>,
) where
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        tokio::select! {
            () = work(services.clone(), stop.clone()) => return,
            () = services.database_lost() => tracing::warn!(worker = name, "a worker waits for the database"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = services.database_restored() => {}
        }
    }
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
    let mut outage = Outage::none("expired sessions cannot be deleted");
    while !stop.is_cancelled() {
        if let Err(error) = service::session::delete_expired(&services).await {
            outage.pause(&error, &stop).await;
            continue;
        }
        outage.end();
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
