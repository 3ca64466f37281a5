//! Pages and server functions, both with the same context: who asks, and the services.

use super::{App, answer, guard, headers, visitor};
use crate::config::Site;
use app::request::Visitor;
use axum::{Router, extract::Request, middleware::from_fn_with_state, response::Response};
use domain::{Problem, account::Portal};
use http::{Method, StatusCode, request::Parts};
use leptos::{
    config::{Env, LeptosOptions},
    context::{provide_context, use_context},
};
use leptos_axum::LeptosRoutes;
use service::Services;
use tower_http::{compression::CompressionLayer, limit::RequestBodyLimitLayer};

/// What the build calls its bundles.
const OUTPUT_NAME: &str = "farm-purchase";
/// What the build writes the hashes in the names of its bundles into.
const HASHES: &str = "hash.txt";
/// A server function's arguments at most.
const ARGUMENTS: usize = 64 * 1024;

/// What Leptos needs to know of the site.
pub(super) fn options(site: &Site) -> LeptosOptions {
    let hashes = site.root.join(&site.pkg_dir).join(HASHES);
    LeptosOptions::builder()
        .output_name(OUTPUT_NAME)
        .site_root(site.root.to_string_lossy())
        .site_pkg_dir(site.pkg_dir.as_str())
        .site_addr(site.addr)
        .env(Env::PROD)
        .hash_files(hashes.exists())
        .hash_file(hashes.to_string_lossy().into())
        .build()
}

/// Every page, every server function, and the page for what does not exist.
pub(super) fn router(app: &App) -> Router<App> {
    let services = app.services.clone();
    let context = move || give(&services);
    let options = app.leptos.clone();
    let shell = move || app::shell(options.clone());
    let (routes, _) = leptos_axum::generate_route_list_with_exclusions_and_ssg_and_context(shell.clone(), None, {
        let services = app.services.clone();
        move || nobody(&services)
    });
    let missing = leptos_axum::render_app_to_stream_with_context(context.clone(), shell.clone());
    Router::new()
        .leptos_routes_with_context(app, routes, context, shell)
        .fallback(move |request: Request| not_found(request, missing.clone()))
        .layer(from_fn_with_state(app.clone(), visitor::introduce))
        .layer(RequestBodyLimitLayer::new(ARGUMENTS))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(app.clone(), guard::in_time))
}

/// The context of a request.
fn give(services: &Services) {
    provide_context(services.clone());
    if let Some(visitor) = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Visitor>().cloned()) {
        provide_context(visitor);
    }
    headers::page_policy();
}

/// The context while the routes are collected: nobody asks yet.
fn nobody(services: &Services) {
    provide_context(services.clone());
    provide_context(Visitor {
        portal: Portal::Management,
        session: None,
        me: None,
        token: None,
        origin: service::RequestOrigin::default(),
        lang: texts::Lang::default(),
        secure: false,
    });
}

/// The application's own page for an address where there is nothing.
async fn not_found<F>(request: Request, page: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let asker = answer::Asker::of(&request);
    if !asker.is_person || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return asker.refuse(&Problem::NotFound);
    }
    let mut response = page(request).await;
    // A redirect to the sign-in page stays one.
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}
