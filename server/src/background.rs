//! What goes on beside requests: jobs, SMS, and sweeping out what has run out.

use service::Services;
use std::time::Duration;
use tokio::time::sleep;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Between two sweeps.
const SWEEP: Duration = Duration::from_hours(1);
/// Before a worker that broke down is started again.
const PAUSE: Duration = Duration::from_secs(1);

/// Starts the workers. They end, each with its piece of work done, once `stop` is cancelled.
pub(crate) fn start(services: &Services, stop: &CancellationToken) -> TaskTracker {
    let workers = TaskTracker::new();
    spawn(&workers, "jobs", services, stop, service::generate::work);
    spawn(&workers, "sms", services, stop, service::sms::work);
    spawn(&workers, "sweep", services, stop, sweep);
    workers.close();
    workers
}

fn spawn<F>(
    workers: &TaskTracker,
    name: &'static str,
    services: &Services,
    stop: &CancellationToken,
    work: fn(Services, CancellationToken) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let (services, again) = (services.clone(), stop.clone());
    workers.spawn(keep(name, stop.clone(), move || work(services.clone(), again.clone())));
}

/// Starts a worker again whenever it ends before it was told to.
async fn keep<F>(name: &'static str, stop: CancellationToken, work: impl Fn() -> F)
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
            () = sleep(PAUSE) => {}
        }
    }
}

async fn sweep(services: Services, stop: CancellationToken) {
    loop {
        if let Err(error) = service::session::delete_expired(&services).await {
            // Logs what went wrong inside.
            let _ = error.into_problem();
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(SWEEP) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::keep;
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
        keep("test", stop, work).await;
        assert_eq!(starts.load(Ordering::Relaxed), 2);
    }
}
