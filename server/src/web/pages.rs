//! Pages and server functions. Both get the same context: the visitor and the services.

use super::{App, RequestTasks, guard, headers, problem_response::ResponseFormat, visitor};
use crate::config::Site;
use app::request::Visitor;
use axum::{
    Router,
    extract::Request,
    middleware::{from_fn, from_fn_with_state},
    response::Response,
};
use domain::{Problem, account::Portal};
use http::{Method, StatusCode, request::Parts};
use leptos::{
    config::{Env, LeptosOptions},
    context::{provide_context, use_context},
};
use leptos_axum::LeptosRoutes;
use service::Services;
use tower_http::{compression::CompressionLayer, limit::RequestBodyLimitLayer};

/// The name of the bundles; the build uses the same.
const OUTPUT_NAME: &str = "farm-purchase";
/// The file in which the build lists the hashes in the names of the bundles.
const HASH_FILE: &str = "hash.txt";
/// The largest body of a server function, in bytes.
const MAX_ARGUMENT_BYTES: usize = 64 * 1024;

/// The options of Leptos for this site.
pub(super) fn options(site: &Site) -> LeptosOptions {
    let hash_file = site.root.join(&site.pkg_dir).join(HASH_FILE);
    LeptosOptions::builder()
        .output_name(OUTPUT_NAME)
        .site_root(site.root.to_string_lossy())
        .site_pkg_dir(site.pkg_dir.as_str())
        .site_addr(site.addr)
        .env(Env::PROD)
        .hash_files(hash_file.exists())
        .hash_file(hash_file.to_string_lossy().into())
        .build()
}

/// The routes of pages and server functions; other addresses get the page "not found".
pub(super) fn router(app: &App) -> Router<App> {
    let services = app.services.clone();
    let context = move || provide_request_context(&services);
    let options = app.leptos.clone();
    let shell = move || app::shell(options.clone());
    let (routes, _) = leptos_axum::generate_route_list_with_exclusions_and_ssg_and_context(shell.clone(), None, {
        let services = app.services.clone();
        move || provide_route_list_context(&services)
    });
    let not_found_page = leptos_axum::render_app_async_with_context(context.clone(), shell.clone());
    Router::new()
        .leptos_routes_with_context(app, routes, context, shell)
        .fallback(move |request: Request| not_found(request, not_found_page.clone()))
        .layer(from_fn_with_state(app.clone(), visitor::add_account))
        .layer(RequestBodyLimitLayer::new(MAX_ARGUMENT_BYTES))
        .layer(from_fn_with_state(RequestTasks::new(app.request_time()), guard::complete_pages))
        .layer(from_fn(guard::retry_busy_pages))
        .layer(CompressionLayer::new())
}

/// The context of a request.
fn provide_request_context(services: &Services) {
    provide_context(services.clone());
    if let Some(visitor) = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Visitor>().cloned()) {
        provide_context(visitor);
    }
    headers::set_page_policy();
}

/// The context in which Leptos renders the pages once to list their routes. There is no request yet.
fn provide_route_list_context(services: &Services) {
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

/// Answers an address that does not exist: with a page of the application, or with a problem for scripts.
async fn not_found<F>(request: Request, page: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let response_format = ResponseFormat::of_request(&request);
    if !response_format.is_html || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return response_format.problem_response(&Problem::NotFound);
    }
    let mut response = page(request).await;
    // A redirect to the sign-in page keeps its status.
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}
