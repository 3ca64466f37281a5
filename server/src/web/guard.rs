//! Middleware for every handler: limits the time until the response begins, and answers failures with a problem.

use super::{App, problem_response::ResponseFormat};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use domain::Problem;
use futures_util::FutureExt;
use std::{panic::AssertUnwindSafe, time::Duration};
use tower_http::csrf::ProtectionError;

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

/// Answers with [`Problem::Busy`] if the response does not begin within the configured time.
pub(super) async fn limit_time(State(app): State<App>, request: Request, next: Next) -> Response {
    let response_format = ResponseFormat::of_request(&request);
    let limit = Duration::from_secs(app.config.site.request_seconds);
    let response = tokio::time::timeout(limit, next.run(request)).await;
    response.unwrap_or_else(|_| response_format.problem_response(&Problem::Busy))
}
