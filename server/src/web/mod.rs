//! The site: its routes and their middleware.

mod download;
mod events;
mod guard;
mod headers;
mod lang;
mod log;
mod pages;
mod problem_response;
mod statics;
mod templates;
mod upload;
mod visitor;

pub(crate) use upload::delete_leftover_uploads;

use crate::config::Config;
use app::routes::{BatchEndpoint, Endpoint, Route};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef, State},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::Template;
use http::StatusCode;
use leptos::config::LeptosOptions;
use service::{Services, health};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;
use tower_http::csrf::CsrfLayer;

/// The time in which the health of the server must be known.
const HEALTH_TIME: Duration = Duration::from_secs(2);

/// The state that every handler gets. Cheap to clone.
#[derive(Clone)]
struct App {
    config: Arc<Config>,
    services: Services,
    leptos: LeptosOptions,
    followed_jobs: events::FollowedJobs,
    /// Cancelled when the server must stop.
    stop: CancellationToken,
}

impl FromRef<App> for LeptosOptions {
    fn from_ref(app: &App) -> Self {
        app.leptos.clone()
    }
}

/// The router of the whole site.
pub(crate) fn router(config: Config, services: Services, stop: CancellationToken) -> Router {
    let app = App {
        leptos: pages::options(&config.site),
        config: Arc::new(config),
        services,
        followed_jobs: events::FollowedJobs::default(),
        stop,
    };
    // These requests load their session from the database first.
    let with_session = Router::new()
        .merge(pages::router(&app))
        .merge(with_time_limit(download::router(), &app))
        .merge(Template::ALL.into_iter().map(import_routes).fold(Router::new(), Router::merge))
        .layer(from_fn_with_state(app.clone(), visitor::add_visitor));
    let without_session = Router::new()
        .merge(templates::router())
        .route(&Endpoint::Language.to_string(), post(lang::switch))
        .route("/healthz", get(healthz));
    Router::new()
        .merge(with_session)
        .merge(with_time_limit(without_session, &app))
        .merge(statics::router(&app))
        .layer(CsrfLayer::new())
        .layer(from_fn(guard::respond_to_failures))
        .layer(from_fn_with_state(app.clone(), headers::add_security_headers))
        .layer(from_fn_with_state(app.clone(), log::log_request))
        .with_state(app)
}

/// The upload of a template and the progress of its job.
fn import_routes(template: Template) -> Router<App> {
    let path = Route::Import(template).to_string();
    let upload = move |app, visitor, request| upload::import(template, app, visitor, request);
    Router::new()
        // The upload counts its own bytes. The limit of axum is 2 MB, because axum's own extractors keep the body in memory.
        .route(&path, post(upload).layer(DefaultBodyLimit::disable()))
        .route(&BatchEndpoint::Events.path(template, "{batch}"), get(events::stream))
}

/// Limits the time until the response begins. Uploads and streams of events have their own limits.
fn with_time_limit(router: Router<App>, app: &App) -> Router<App> {
    router.layer(from_fn_with_state(app.clone(), guard::limit_time))
}

/// Whether the server can work, for monitoring.
async fn healthz(State(app): State<App>) -> Response {
    let health = tokio::time::timeout(HEALTH_TIME, health::check(&app.services)).await;
    match health.unwrap_or(Err(health::Fault::Database)) {
        Ok(()) => "ok".into_response(),
        Err(fault) => (StatusCode::SERVICE_UNAVAILABLE, fault.to_string()).into_response(),
    }
}
