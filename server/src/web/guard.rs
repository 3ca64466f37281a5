//! What stands around every handler: nobody waits for ever, and whatever goes wrong is told in words.

use super::{App, answer::Asker};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use domain::Problem;
use futures_util::FutureExt;
use std::{panic::AssertUnwindSafe, time::Duration};
use tower_http::csrf::ProtectionError;

/// Turns a panic and a request from another site into answers.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    let asker = Asker::of(&request);
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) if response.extensions().get::<ProtectionError>().is_some() => asker.refuse(&Problem::CrossSite),
        Ok(response) => response,
        // The panic's own words are in the log already.
        Err(_) => asker.refuse(&service::Error::internal("a request's handler panicked").into_problem()),
    }
}

/// Gives up on a request that takes longer than configured to begin its answer.
pub(super) async fn in_time(State(app): State<App>, request: Request, next: Next) -> Response {
    let asker = Asker::of(&request);
    let limit = Duration::from_secs(app.config.site.request_seconds);
    let answer = tokio::time::timeout(limit, next.run(request)).await;
    answer.unwrap_or_else(|_| asker.refuse(&Problem::Busy))
}
