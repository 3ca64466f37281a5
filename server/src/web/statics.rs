//! Static files: the files of the build, of which a release has compressed copies, and the files in the server's binary.

use super::{App, download::PAPER_STYLE};
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
        .layer(from_fn(set_cache_control))
        .route("/favicon.ico", get(async || embedded_file("image/svg+xml", include_str!("favicon.svg"))))
        .route("/problem.css", get(async || embedded_file("text/css", include_str!("problem.css"))))
        .route(PAPER_STYLE, get(async || embedded_file("text/css", include_str!("bulletin.css"))))
}

fn embedded_file(media_type: &'static str, text: &'static str) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
    ];
    (headers, text)
}

/// Lets browsers keep a file for a year if its name or query holds its version. Browsers must ask again for other files.
async fn set_cache_control(request: Request, next: Next) -> Response {
    let is_versioned =
        is_versioned_name(request.uri().path()) || request.uri().query().is_some_and(|q| q.starts_with("v="));
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        let value = if is_versioned { "public, max-age=31536000, immutable" } else { "no-cache" };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    }
    response
}

/// Whether a file's name holds a hash: `farm-purchase.0a1b2c3d4e5f6071.js`.
fn is_versioned_name(path: &str) -> bool {
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
    use super::is_versioned_name;
    use rstest::rstest;

    #[rstest]
    #[case("/pkg/farm-purchase.0a1b2c3d4e5f6071.js", true)]
    #[case("/pkg/farm-purchase.js", false)]
    #[case("/pkg/farm-purchase_bg.wasm", false)]
    #[case("/favicon.ico", false)]
    fn a_file_name_with_a_hash_is_versioned(#[case] path: &str, #[case] expected: bool) {
        assert_eq!(is_versioned_name(path), expected);
    }
}
