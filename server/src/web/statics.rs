//! The files that the build made, compressed beforehand where it did so, and the few that belong to the server itself.

use super::App;
use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderValue, StatusCode, header};
use tower_http::services::ServeDir;

pub(super) fn router(app: &App) -> Router<App> {
    let site = &app.config.site;
    let bundles = ServeDir::new(site.root.join(&site.pkg_dir))
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false)
        .redirect_to_trailing_slash(false);
    Router::new()
        .nest_service(&format!("/{}", site.pkg_dir), bundles)
        .layer(from_fn(cache))
        .route("/favicon.ico", get(async || own("image/svg+xml", include_str!("favicon.svg"))))
        .route("/problem.css", get(async || own("text/css", include_str!("problem.css"))))
}

fn own(media_type: &'static str, text: &'static str) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
    ];
    (headers, text)
}

/// Files whose name or query carries their version stay in the browser's cache; the others are asked for again.
async fn cache(request: Request, next: Next) -> Response {
    let versioned = versioned(request.uri().path()) || request.uri().query().is_some_and(|q| q.starts_with("v="));
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        let value = if versioned { "public, max-age=31536000, immutable" } else { "no-cache" };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    }
    response
}

/// Whether a file's name holds a hash: `farm-purchase.0a1b2c3d4e5f6071.js`.
fn versioned(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut parts = name.split('.').skip(1).collect::<Vec<_>>();
    parts.pop();
    parts.iter().any(|part| {
        part.len() >= 16
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && part.bytes().any(|b| b.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::versioned;
    use rstest::rstest;

    #[rstest]
    #[case("/pkg/farm-purchase.0a1b2c3d4e5f6071.js", true)]
    #[case("/pkg/farm-purchase.js", false)]
    #[case("/pkg/farm-purchase_bg.wasm", false)]
    #[case("/favicon.ico", false)]
    fn by_name(#[case] path: &str, #[case] expected: bool) {
        assert_eq!(versioned(path), expected);
    }
}
