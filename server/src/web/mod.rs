//! The site: which request goes where, and through what.

mod answer;
mod download;
mod events;
mod guard;
mod headers;
mod lang;
mod log;
mod pages;
mod statics;
mod templates;
mod upload;
mod visitor;

pub(crate) use upload::clear as clear_uploads;

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
use service::Services;
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;
use tower_http::csrf::CsrfLayer;

/// What every handler works with. Cheap to clone.
#[derive(Clone)]
struct App {
    config: Arc<Config>,
    services: Services,
    leptos: LeptosOptions,
    follow: events::Follow,
    /// Cancelled when the server is to stop.
    stop: CancellationToken,
}

impl FromRef<App> for LeptosOptions {
    fn from_ref(app: &App) -> Self {
        app.leptos.clone()
    }
}

/// The whole site.
pub(crate) fn router(config: Config, services: Services, stop: CancellationToken) -> Router {
    let app = App {
        leptos: pages::options(&config.site),
        config: Arc::new(config),
        services,
        follow: events::Follow::default(),
        stop,
    };
    // Whoever asks here is looked up in the database first.
    let known = Router::new()
        .merge(pages::router(&app))
        .merge(ordinary(download::router(), &app))
        .merge(Template::ALL.into_iter().map(imports).fold(Router::new(), Router::merge))
        .layer(from_fn_with_state(app.clone(), visitor::find));
    let open = Router::new()
        .merge(templates::router())
        .route(&Endpoint::Language.to_string(), post(lang::switch))
        .route("/healthz", get(healthz));
    Router::new()
        .merge(known)
        .merge(ordinary(open, &app))
        .merge(statics::router(&app))
        .layer(CsrfLayer::new())
        .layer(from_fn(guard::guard))
        .layer(from_fn_with_state(app.clone(), headers::secure))
        .layer(from_fn_with_state(app.clone(), log::log))
        .with_state(app)
}

/// The uploads of a template and what follows them.
fn imports(template: Template) -> Router<App> {
    let path = Route::Import(template).to_string();
    let upload = move |app, visitor, request| upload::import(template, app, visitor, request);
    Router::new()
        // The upload counts its own bytes; axum's limit of 2 MB is for what is held in memory.
        .route(&path, post(upload).layer(DefaultBodyLimit::disable()))
        .route(&BatchEndpoint::Events.path(template, "{batch}"), get(events::stream))
}

/// Requests that are answered within the configured time. Uploads and streams of events have limits of their own.
fn ordinary(router: Router<App>, app: &App) -> Router<App> {
    router.layer(from_fn_with_state(app.clone(), guard::in_time))
}

/// Whether the database answers, for whoever watches over the server.
async fn healthz(State(app): State<App>) -> Response {
    match tokio::time::timeout(Duration::from_secs(2), app.services.ping()).await {
        Ok(Ok(())) => "ok".into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response(),
    }
}
