//! Writes one log line per request. An id connects it with the other lines of the request. Query strings, cookies and bodies
//! may hold secrets and never reach the log.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderName, HeaderValue};
use std::time::Instant;
use tracing::{Instrument, debug, info, info_span, warn};

use super::App;

/// The header with the id of the request, so that a user can report it.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Logs a request when its response begins.
pub(super) async fn log_request(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = format!("{:016x}", rand::random::<u64>());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let trusted = &app.config.site.trusted_proxies;
    app.untrusted_proxies.warn_of(&request, trusted);
    let address = super::visitor::client_address(&request, trusted);
    let span = info_span!("request", id = %id);
    async move {
        let started = Instant::now();
        let mut response = next.run(request).await;
        let status = response.status().as_u16();
        let ms = started.elapsed().as_millis();
        match status {
            500.. => warn!(%method, path, status, ms, address, "answered"),
            // Monitoring requests it every few seconds.
            _ if path == "/healthz" => debug!(%method, path, status, ms, address, "answered"),
            _ => info!(%method, path, status, ms, address, "answered"),
        }
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        response
    }
    .instrument(span)
    .await
}
