//! The response headers for every kind of response.

use crate::harness::{Backend, DEPARTMENT, Site};
use reqwest::{
    Method,
    header::{ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE},
};

#[tokio::test]
async fn every_response_has_security_headers() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let bundles = site.path("target/site/pkg");
    std::fs::create_dir_all(&bundles).unwrap();
    std::fs::write(bundles.join("check-worker.js"), "0").unwrap();
    let server = site.serve().await;
    let person = server.sign_in(&accounts[DEPARTMENT]).await;
    let who = crate::harness::server_function("who").0;
    let requests = [
        (Method::GET, "/signin", 200),
        (Method::GET, "/units", 200),
        (Method::GET, "/nothing", 404),
        (Method::GET, who, 200),
        (Method::GET, "/units/import/1/annotated.xlsx", 404),
        (Method::GET, "/units/import/x/events", 404),
        (Method::GET, "/templates/units.xlsx", 200),
        (Method::GET, "/templates/units.xls", 200),
        (Method::GET, "/pkg/check-worker.js", 200),
        (Method::GET, "/pkg/missing.js", 404),
        (Method::GET, "/favicon.ico", 200),
        (Method::GET, "/problem.css", 200),
        (Method::GET, "/healthz", 200),
        (Method::POST, "/units/import", 422),
        (Method::DELETE, "/signin", 405),
    ];
    for (method, path, status) in requests {
        let response = person.request(method, path).header(ACCEPT, "text/html").send().await.unwrap();
        let headers = response.headers();
        let header = |name: &str| headers.get(name).map(|v| v.to_str().unwrap()).unwrap_or_default();
        let expected_status = if path == "/units/import" { 303 } else { status };
        assert_eq!(response.status(), expected_status, "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("x-frame-options"), "DENY", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert!(header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert!(!header("content-security-policy").contains("unsafe-inline"), "{path}");
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(!header("x-request-id").is_empty(), "{path}");
        let is_static = ["/pkg/check-worker.js", "/favicon.ico", "/problem.css"].contains(&path);
        let cache_control = header(CACHE_CONTROL.as_str());
        assert_eq!(cache_control != "no-store", is_static, "{path}: {cache_control}");
    }
}

#[tokio::test]
async fn each_page_allows_its_own_scripts_only() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let server = site.serve().await;
    let mut seen = std::collections::HashSet::new();
    for _ in 0..2 {
        let response = server.request(Method::GET, "/signin").header(ACCEPT, "text/html").send().await.unwrap();
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        let nonce = policy.split_once("'nonce-").unwrap().1.split('\'').next().unwrap().to_owned();
        let page = response.text().await.unwrap();
        let scripts = page.matches("<script").count();
        assert!(scripts > 0);
        assert_eq!(page.matches(&format!("nonce=\"{nonce}\"")).count(), scripts, "{page}");
        assert!(!page.contains(" style=\"") && !page.contains(" onclick=\""), "{page}");
        assert!(seen.insert(nonce), "a nonce is used once");
    }
}

#[tokio::test]
async fn files_of_the_build_are_cached_by_browsers_and_sent_compressed() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let folder = site.path("target/site/pkg");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, text) in [
        ("farm-purchase.0123456789abcdef.js", "plain"),
        ("farm-purchase.0123456789abcdef.js.br", "brotli"),
        ("farm-purchase.0123456789abcdef.js.gz", "gzip"),
        ("check-worker.js", "worker"),
        ("hash.txt", "js: 0123456789abcdef\nwasm: 0123456789abcdef\ncss: 0123456789abcdef\n"),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let server = site.serve().await;
    let versioned = "/pkg/farm-purchase.0123456789abcdef.js";
    for (accepts, encoding, text) in [("br, gzip", "br", "brotli"), ("gzip", "gzip", "gzip"), ("identity", "", "plain")]
    {
        let response = server.request(Method::GET, versioned).header(ACCEPT_ENCODING, accepts).send().await.unwrap();
        let encoded = response.headers().get(CONTENT_ENCODING).map(|v| v.to_str().unwrap()).unwrap_or_default();
        assert_eq!(encoded, encoding);
        assert_eq!(response.headers()[CONTENT_TYPE], "text/javascript");
        assert_eq!(response.headers()[CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(response.text().await.unwrap(), text);
    }
    let plain = server.request(Method::GET, "/pkg/check-worker.js").send().await.unwrap();
    assert_eq!(plain.headers()[CACHE_CONTROL], "no-cache");
    // Files outside the folder are never sent.
    for path in
        ["/pkg/../../../Leptos.toml", "/pkg/%2e%2e/%2e%2e/%2e%2e/Leptos.toml", "/pkg/..%2f..%2f..%2fLeptos.toml"]
    {
        assert_eq!(server.request(Method::GET, path).send().await.unwrap().status(), 404, "{path}");
    }
    // Pages link to the files of the build and are compressed for each response.
    let page = server.request(Method::GET, "/signin").header(ACCEPT_ENCODING, "br").send().await.unwrap();
    assert_eq!(page.headers()[CONTENT_ENCODING], "br");
    let page = server.request(Method::GET, "/signin").send().await.unwrap().text().await.unwrap();
    assert!(page.contains(versioned) && page.contains("/pkg/farm-purchase.0123456789abcdef.css"), "{page}");
}
