//! The site: its routes and their middleware.

mod download;
mod events;
mod guard;
mod headers;
mod lang;
mod log;
mod orders_api;
mod pages;
mod problem_response;
mod statics;
mod templates;
mod upload;
mod visitor;

pub(crate) use guard::RequestTasks;
pub(crate) use upload::{delete_leftovers, prepare_folder};

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
    /// The requests that change something.
    changes: RequestTasks,
    uploads: upload::Uploads,
    untrusted_proxies: Arc<visitor::UntrustedProxies>,
    /// Cancelled when the server must stop.
    stop: CancellationToken,
}

impl App {
    /// The time within which the response to an ordinary request begins.
    fn request_time(&self) -> Duration {
        Duration::from_secs(self.config.site.request_seconds)
    }
}

impl FromRef<App> for LeptosOptions {
    fn from_ref(app: &App) -> Self {
        app.leptos.clone()
    }
}

/// The router of the whole site. `changes` gets the requests that change something.
pub(crate) fn router(config: Config, services: Services, changes: RequestTasks, stop: CancellationToken) -> Router {
    let app = App {
        leptos: pages::options(&config.site),
        uploads: upload::Uploads::new(&config.import),
        config: Arc::new(config),
        services,
        followed_jobs: events::FollowedJobs::default(),
        changes,
        untrusted_proxies: Arc::default(),
        stop,
    };
    // These requests load their session from the database first.
    let with_session = Router::new()
        .merge(pages::router(&app))
        .merge(download::router())
        .merge(events_router())
        .layer(from_fn_with_state(app.clone(), visitor::add_visitor))
        .layer(from_fn_with_state(app.clone(), guard::give_up_without_database));
    let without_session = Router::new()
        .merge(templates::router())
        .route(&Endpoint::Language.to_string(), post(lang::switch))
        .route("/healthz", get(healthz));
    // Everything that a request does is inside its time. A stream of events begins inside its time.
    let limited = Router::new()
        .merge(with_session)
        .merge(without_session)
        .layer(from_fn_with_state(app.changes.clone(), guard::complete_changes))
        .layer(from_fn_with_state(app.clone(), guard::limit_time));
    // Uploads have limits of their own.
    let uploads = uploads_router()
        .layer(from_fn_with_state(app.clone(), visitor::add_visitor))
        .layer(from_fn_with_state(app.clone(), guard::give_up_without_database))
        .layer(from_fn_with_state(app.changes.clone(), guard::complete_upload));
    Router::new()
        .merge(limited)
        .merge(uploads)
        .merge(statics::router(&app))
        .layer(from_fn_with_state(app.clone(), guard::refuse_insecure_origin))
        .layer(CsrfLayer::new())
        .merge(orders_api::router(&app))
        .layer(from_fn(guard::respond_to_failures))
        .layer(from_fn_with_state(app.clone(), headers::add_security_headers))
        .layer(from_fn_with_state(app.clone(), log::log_request))
        .with_state(app)
}

/// The progress of jobs.
fn events_router() -> Router<App> {
    Template::ALL.into_iter().fold(Router::new(), |router, template| {
        router.route(&BatchEndpoint::Events.path(template, "{batch}"), get(events::stream))
    })
}

/// The uploads of templates. A GET request to the same path opens the page.
fn uploads_router() -> Router<App> {
    Template::ALL.into_iter().fold(Router::new(), |router, template| {
        let upload = move |app, visitor, request| upload::import(template, app, visitor, request);
        // The upload counts its own bytes. The limit of axum is 2 MB, because axum's own extractors keep the body in memory.
        router.route(&Route::Import(template).to_string(), post(upload).layer(DefaultBodyLimit::disable()))
    })
}

/// Whether the server can work, for monitoring.
async fn healthz(State(app): State<App>) -> Response {
    let health = tokio::time::timeout(HEALTH_TIME, health::check(&app.services)).await;
    match health.unwrap_or(Err(health::Fault::Database)) {
        Ok(()) => "ok".into_response(),
        Err(fault) => (StatusCode::SERVICE_UNAVAILABLE, fault.to_string()).into_response(),
    }
}
