//! Middleware for every handler: limits the time until the response begins, lets changes run to their end, and answers failures
//! with a problem.

use super::{App, problem_response::ResponseFormat};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use domain::Problem;
use futures_util::FutureExt;
use http::{HeaderMap, Method, StatusCode, header};
use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    sync::Arc,
    time::Duration,
};
use tokio::sync::{Semaphore, watch};
use tokio_util::task::TaskTracker;
use tower_http::csrf::ProtectionError;
use tracing::Instrument;

/// How many requests of a kind may run to their end at once. They go on after their clients have left, so that without a limit one
/// client could begin any number of them.
const MAX_TASKS: usize = 256;

/// Answers a panic of the handler and a request from another site with a problem.
pub(super) async fn respond_to_failures(request: Request, next: Next) -> Response {
    let response_format = ResponseFormat::of_request(&request);
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) if response.extensions().get::<ProtectionError>().is_some() => {
            response_format.problem_response(&Problem::CrossSite)
        }
        Ok(response) => response,
        // The panic hook has already printed the message of the panic.
        Err(_) => {
            response_format.problem_response(&service::Error::internal("a request's handler panicked").into_problem())
        }
    }
}

/// Refuses a change whose page was loaded without TLS, if the site is served with TLS: somebody on the way may have written that
/// page. [`tower_http::csrf::CsrfLayer`] compares hosts and ports but no schemes.
pub(super) async fn refuse_insecure_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    if app.config.site.secure && is_change(request.method()) && has_insecure_origin(request.headers()) {
        return ResponseFormat::of_request(&request).problem_response(&Problem::CrossSite);
    }
    next.run(request).await
}

fn has_insecure_origin(headers: &HeaderMap) -> bool {
    let is_insecure = |origin: &[u8]| origin.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"http:"));
    headers.get_all(header::ORIGIN).iter().any(|origin| is_insecure(origin.as_bytes()))
}

/// Answers with [`Problem::Busy`] if the response does not begin within the configured time. A change goes on then, and its
/// client gets [`Problem::OutcomeUnknown`].
pub(super) async fn limit_time(State(app): State<App>, request: Request, next: Next) -> Response {
    let response_format = ResponseFormat::of_request(&request);
    let problem = if is_change(request.method()) { Problem::OutcomeUnknown } else { Problem::Busy };
    let response = tokio::time::timeout(app.request_time(), next.run(request)).await;
    response.unwrap_or_else(|_| response_format.problem_response(&problem))
}

/// Drops a request when the database falls silent, because its statements would wait without a limit. It is inside of what lets
/// changes run to their end.
pub(super) async fn give_up_without_database(State(app): State<App>, request: Request, next: Next) -> Response {
    let response_format = ResponseFormat::of_request(&request);
    let problem = if is_change(request.method()) { Problem::OutcomeUnknown } else { Problem::Busy };
    tokio::select! {
        response = next.run(request) => response,
        () = app.services.database_lost() => response_format.problem_response(&problem),
    }
}

/// Shows the problem page, which tries again by itself, in place of a page whose subject could not be loaded because the server
/// is busy.
pub(super) async fn retry_busy_pages(request: Request, next: Next) -> Response {
    let response_format = ResponseFormat::of_request(&request);
    let response = next.run(request).await;
    if response_format.retries() && response.status() == StatusCode::SERVICE_UNAVAILABLE {
        return response_format.problem_response(&Problem::Busy);
    }
    response
}

/// Requests that run to their end, whether or not their clients wait for the responses. Cheap to clone.
#[derive(Clone)]
pub(crate) struct RequestTasks {
    turns: Arc<Semaphore>,
    turn_time: Duration,
    tasks: TaskTracker,
    ended: watch::Sender<()>,
}

impl RequestTasks {
    /// `request_time` is the time of an ordinary request. A request waits for its turn for half of it; the rest is for its work.
    pub(crate) fn new(request_time: Duration) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(MAX_TASKS)),
            turn_time: request_time / 2,
            tasks: TaskTracker::new(),
            ended: watch::Sender::default(),
        }
    }

    /// Waits until no request is under way. The caller must have stopped the connections.
    pub(crate) async fn wait(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Notifies the receiver when a request has ended.
    pub(super) fn subscribe(&self) -> watch::Receiver<()> {
        self.ended.subscribe()
    }

    /// Runs a request to its end, also if the returned future is dropped. [`Problem::Busy`] if it gets no turn in time.
    async fn complete(&self, request: Request, next: Next) -> Response {
        let response_format = ResponseFormat::of_request(&request);
        // A client that leaves while it waits for its turn has begun nothing.
        let turn = Arc::clone(&self.turns).acquire_owned();
        let Ok(Ok(turn)) = tokio::time::timeout(self.turn_time, turn).await else {
            return response_format.problem_response(&Problem::Busy);
        };
        let work = async move {
            let response = next.run(request).await;
            drop(turn);
            response
        };
        self.spawn(work, response_format).await
    }

    async fn spawn(
        &self,
        work: impl Future<Output = Response> + Send + 'static,
        response_format: ResponseFormat,
    ) -> Response {
        let ended = self.ended.clone();
        let work = async move {
            let response = work.await;
            ended.send_replace(());
            response
        };
        // `respond_to_failures` answers a panic.
        self.tasks.spawn(work.in_current_span()).await.unwrap_or_else(|error| match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(cancelled) => response_format.problem_response(&service::Error::internal(cancelled).into_problem()),
        })
    }
}

/// Runs a request that changes something to its end: a transaction that is dropped in the middle may leave its connection in the
/// transaction.
pub(super) async fn complete_changes(State(changes): State<RequestTasks>, request: Request, next: Next) -> Response {
    if is_change(request.method()) { changes.complete(request, next).await } else { next.run(request).await }
}

/// Draws a page to its end. The tasks that draw it read signals, which would disappear under them with the request.
pub(super) async fn complete_pages(State(pages): State<RequestTasks>, request: Request, next: Next) -> Response {
    if is_change(request.method()) { next.run(request).await } else { pages.complete(request, next).await }
}

/// As [`complete_changes`], for uploads, which limit their number themselves. An upload whose client leaves before the whole
/// file has arrived ends with that.
pub(super) async fn complete_upload(State(changes): State<RequestTasks>, request: Request, next: Next) -> Response {
    let response_format = ResponseFormat::of_request(&request);
    changes.spawn(async move { next.run(request).await }, response_format).await
}

/// Whether a request with this method may change something.
fn is_change(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

#[cfg(test)]
mod tests {
    use super::{MAX_TASKS, RequestTasks, complete_changes, has_insecure_origin, respond_to_failures};
    use axum::{
        Router,
        body::Body,
        extract::Request,
        middleware::{from_fn, from_fn_with_state},
        routing::{get, post},
    };
    use http::{HeaderMap, Method, StatusCode, header};
    use rstest::rstest;
    use std::{sync::Arc, time::Duration};
    use tokio::sync::Notify;
    use tower::ServiceExt;

    fn guarded(router: Router, changes: &RequestTasks) -> Router {
        router.layer(from_fn_with_state(changes.clone(), complete_changes)).layer(from_fn(respond_to_failures))
    }

    fn request(method: Method) -> Request {
        Request::builder().method(method).uri("/").body(Body::empty()).unwrap()
    }

    #[tokio::test]
    async fn a_change_goes_on_after_its_client_has_left() {
        let (begun, go_on, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(Notify::new()));
        let handler = {
            let (begun, go_on, done) = (begun.clone(), go_on.clone(), done.clone());
            move || async move {
                begun.notify_one();
                go_on.notified().await;
                done.notify_one();
            }
        };
        let changes = RequestTasks::new(Duration::from_secs(30));
        let site = guarded(Router::new().route("/", post(handler)), &changes);
        let mut ended = changes.subscribe();
        let response = tokio::spawn(site.oneshot(request(Method::POST)));
        begun.notified().await;
        response.abort();
        assert!(response.await.unwrap_err().is_cancelled());
        go_on.notify_one();
        done.notified().await;
        ended.changed().await.unwrap();
        changes.wait().await;
    }

    #[tokio::test]
    async fn a_read_ends_with_its_client() {
        let (begun, read) = (Arc::new(Notify::new()), Arc::new(()));
        let handler = {
            let (begun, read) = (begun.clone(), read.clone());
            move || async move {
                begun.notify_one();
                std::future::pending::<()>().await;
                drop(read);
            }
        };
        let site = guarded(Router::new().route("/", get(handler)), &RequestTasks::new(Duration::from_secs(30)));
        let response = tokio::spawn(site.oneshot(request(Method::GET)));
        begun.notified().await;
        response.abort();
        assert!(response.await.unwrap_err().is_cancelled());
        assert_eq!(Arc::strong_count(&read), 1);
    }

    #[tokio::test]
    async fn a_change_that_panics_is_answered() {
        async fn handler() {
            panic!("broken on purpose");
        }
        let changes = RequestTasks::new(Duration::from_secs(30));
        let site = guarded(Router::new().route("/", post(handler)), &changes);
        let response = site.oneshot(request(Method::POST)).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        changes.wait().await;
    }

    #[tokio::test]
    async fn a_change_without_a_turn_is_busy() {
        let changes = RequestTasks::new(Duration::from_millis(20));
        let _turns = changes.turns.clone().acquire_many_owned(u32::try_from(MAX_TASKS).unwrap()).await.unwrap();
        let site = guarded(Router::new().route("/", post(async || ())), &changes);
        let response = site.oneshot(request(Method::POST)).await.unwrap();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    }

    #[rstest]
    #[case("http://farm.example.cn", true)]
    #[case("HTTP://farm.example.cn", true)]
    #[case("https://farm.example.cn", false)]
    #[case("null", false)]
    fn an_origin_without_tls_is_insecure(#[case] origin: &str, #[case] expected: bool) {
        assert_eq!(has_insecure_origin(&HeaderMap::from_iter([(header::ORIGIN, origin.parse().unwrap())])), expected);
    }
}
