//! Sessions and cookies.

use crate::harness::{Backend, DEPARTMENT, OTHER_DEPARTMENT, Site, problem_code, sample, server_function};
use reqwest::{
    Method,
    header::{ACCEPT, LOCATION, SET_COOKIE, STRICT_TRANSPORT_SECURITY},
    multipart::{Form, Part},
};
use rstest::rstest;
use std::collections::BTreeSet;

#[rstest]
#[case(&[], false)]
#[case(&[("FARM_SITE_SECURE", "true")], true)]
#[tokio::test]
async fn the_session_cookie_is_hidden_from_scripts_and_other_sites(
    #[case] variables: &[(&str, &str)],
    #[case] secure: bool,
) {
    let site = Site::new(Backend::Sqlite, variables).await;
    let (login, password) = site.seed()[DEPARTMENT].clone();
    let server = site.serve().await;

    let response = server.signed_out().call("sign_in", &[("login", &login), ("password", &password)]).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers().contains_key(STRICT_TRANSPORT_SECURITY), secure);
    let cookie = response.headers()[SET_COOKIE].to_str().unwrap();
    let (value, attributes) = cookie.split_once("; ").unwrap();
    let token = value.strip_prefix(if secure { "__Host-session=" } else { "session=" }).unwrap();
    assert!(token.len() >= 43, "256 bits");
    let mut expected = BTreeSet::from(["Path=/", "Max-Age=43200", "HttpOnly", "SameSite=Lax"]);
    if secure {
        expected.insert("Secure");
    }
    assert_eq!(attributes.split("; ").collect::<BTreeSet<_>>(), expected);
    assert!(!site.log().contains(token) && !site.log().contains(&password), "a secret is in the log");

    // Another host of the domain can set a cookie of the plain name. It opens no session where the site is secure.
    let mut person = server.signed_out();
    person.keep_cookie(&response);
    assert_eq!(person.call_ok("who", &[]).await["login"], login);
    person.cookie = Some(format!("session={token}"));
    assert_eq!(person.call_ok("who", &[]).await.is_null(), secure);
}

/// A page without TLS may have been written by somebody on the way, so that it changes nothing on a site with TLS.
#[rstest]
#[case("https:", None, true)]
#[case("http:", None, false)]
#[case("http:", Some("same-origin"), false)]
#[tokio::test]
async fn a_page_without_tls_changes_nothing_on_a_site_with_tls(
    #[case] scheme: &str,
    #[case] fetch_site: Option<&str>,
    #[case] allowed: bool,
) {
    let site = Site::new(Backend::Sqlite, &[("FARM_SITE_SECURE", "true")]).await;
    let server = site.serve().await;
    for path in [server_function("sign_in").0, "/lang", "/units/import"] {
        let mut request = server.request(Method::POST, path).header(ACCEPT, "application/json");
        request = request.header("origin", server.base.replacen("http:", scheme, 1));
        if let Some(value) = fetch_site {
            request = request.header("sec-fetch-site", value);
        }
        let response = request.send().await.unwrap();
        let refused = response.status() == 403 && response.text().await.unwrap() == "\"cross-site\"";
        assert_eq!(refused, !allowed, "{path}");
    }
}

#[tokio::test]
async fn signing_in_renews_the_session_and_signing_out_ends_it() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;

    let wrong = server
        .signed_out()
        .call("sign_in", &[("login", &accounts[DEPARTMENT].0), ("password", "wrong-password")])
        .await;
    assert_eq!((wrong.status().as_u16(), problem_code(wrong).await.as_str()), (422, "sign-in-failed"));

    let mut person = server.sign_in(&accounts[DEPARTMENT]).await;
    assert_eq!(person.call_ok("who", &[]).await["login"], accounts[DEPARTMENT].0);

    // Signing in again renews the session.
    let old = person.clone();
    let (login, password) = &accounts[DEPARTMENT];
    let again = person.call("sign_in", &[("login", login), ("password", password)]).await;
    person.keep_cookie(&again);
    assert_ne!(person.cookie, old.cookie);
    assert!(old.call_ok("who", &[]).await.is_null());

    let out = person.call("sign_out", &[]).await;
    assert_eq!(out.status(), 200);
    let cookie = out.headers()[SET_COOKIE].to_str().unwrap().split("; ").collect::<BTreeSet<_>>();
    assert!(cookie.is_superset(&["session=", "Path=/", "Max-Age=0"].into()), "{cookie:?}");
    assert!(person.call_ok("who", &[]).await.is_null());
}

/// A browser has one session, but its tabs may show pages of several accounts. A request from a page of another account is
/// refused before it changes anything.
#[tokio::test]
async fn a_request_from_a_page_of_another_account_is_refused() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let person = server.sign_in(&accounts[DEPARTMENT]).await;
    let (own, other) = (accounts[DEPARTMENT].0.as_str(), accounts[OTHER_DEPARTMENT].0.as_str());
    let units = server_function("unit_tree").0;
    let file = || Form::new().part("file", Part::bytes(sample("units-valid.xlsx")).file_name("units.xlsx"));
    for (account, status) in [(own, 200), (other, 409)] {
        let read = person.request(Method::GET, units).header("x-account", account).send().await.unwrap();
        assert_eq!(read.status(), status, "{account}");
        let upload = person.request(Method::POST, "/units/import").header("x-account", account);
        let upload = upload.multipart(file()).send().await.unwrap();
        assert_eq!(upload.status(), status, "{account}");
        if status == 409 {
            assert_eq!(problem_code(upload).await, "other-account");
        }
    }
    // A user who is not signed in gets that answer instead.
    let signed_out = server.signed_out().request(Method::GET, units).header("x-account", own).send().await.unwrap();
    assert_eq!(problem_code(signed_out).await, "not-signed-in");
}

/// Several servers may use one database. They may start at the same time, and a session is valid at all of them.
#[rstest]
#[tokio::test]
async fn servers_share_their_sessions(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let site = Site::new(backend, &[]).await;
    let (one, two) = tokio::join!(site.serve(), site.serve());
    let accounts = site.seed();
    let person = one.sign_in(&accounts[DEPARTMENT]).await;
    let at_other_server = person.at_server(&two);
    assert_eq!(at_other_server.call_ok("who", &[]).await["login"], accounts[DEPARTMENT].0);
    assert_eq!(at_other_server.call("sign_out", &[]).await.status(), 200);
    assert!(person.call_ok("who", &[]).await.is_null());
}

#[rstest]
#[case::another_site(Some("cross-site"), Some("https://elsewhere.example"), false)]
#[case::another_subdomain(Some("same-site"), Some("https://elsewhere.example"), false)]
#[case::an_old_browser_on_another_site(None, Some("https://elsewhere.example"), false)]
#[case::an_opaque_origin(None, Some("null"), false)]
#[case::this_site(Some("same-origin"), None, true)]
#[case::an_old_browser_on_this_site(None, Some("SITE"), true)]
#[case::no_browser(None, None, true)]
#[tokio::test]
async fn only_requests_from_this_site_change_anything(
    #[case] fetch_site: Option<&str>,
    #[case] origin: Option<&str>,
    #[case] allowed: bool,
) {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let server = site.serve().await;
    let (sign_in, _) = crate::harness::server_function("sign_in");
    for path in [sign_in, "/lang", "/units/import"] {
        let mut request = server.request(Method::POST, path).header(ACCEPT, "application/json");
        if let Some(value) = fetch_site {
            request = request.header("sec-fetch-site", value);
        }
        if let Some(value) = origin {
            request = request.header("origin", value.replace("SITE", &server.base));
        }
        let response = request.send().await.unwrap();
        let refused = response.status() == 403 && response.text().await.unwrap() == "\"cross-site\"";
        assert_eq!(refused, !allowed, "{path}");
    }
}

#[tokio::test]
async fn browsers_get_a_redirect_or_a_page_and_scripts_get_json() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;

    // Without a session, a browser is redirected to the sign-in page.
    let html = |request: reqwest::RequestBuilder| request.header(ACCEPT, "text/html,*/*;q=0.8").send();
    let download = "/units/import/1/accounts.xlsx";
    let redirected = html(server.request(Method::GET, download)).await.unwrap();
    assert_eq!((redirected.status().as_u16(), redirected.headers()[LOCATION].to_str().unwrap()), (303, "/signin"));
    let problem = server.signed_out().get(download).await;
    assert_eq!((problem.status().as_u16(), problem_code(problem).await.as_str()), (401, "not-signed-in"));

    // If there is no such batch, a browser gets a page in its language with a link to the start page.
    let person = server.sign_in(&accounts[DEPARTMENT]).await;
    let cookie = person.cookie.clone().unwrap();
    for (lang, words) in [("zh-CN", "返回首页"), ("en", "Back to the start page")] {
        let page = html(server.request(Method::GET, download).header("cookie", format!("{cookie}; lang={lang}")));
        let page = page.await.unwrap();
        assert_eq!(page.status(), 404);
        let text = page.text().await.unwrap();
        assert!(text.contains(&format!("<html lang=\"{lang}\">")) && text.contains(words), "{text}");
    }
    let problem = person.get(download).await;
    assert_eq!((problem.status().as_u16(), problem_code(problem).await.as_str()), (404, "not-found"));

    // At an address that does not exist, a browser gets a page of the application, and a script gets JSON.
    let page = html(server.request(Method::GET, "/no/such/page")).await.unwrap();
    assert_eq!(page.status(), 404);
    assert!(page.text().await.unwrap().contains("<!DOCTYPE html>"));
    let problem = server.signed_out().get("/no/such/page").await;
    assert_eq!((problem.status().as_u16(), problem_code(problem).await.as_str()), (404, "not-found"));
}

#[tokio::test]
async fn the_language_is_remembered_and_the_switch_stays_on_this_site() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let server = site.serve().await;
    for (back, location) in [("%2Funits%3Fpage%3D2", "/units?page=2"), ("https%3A%2F%2Felsewhere.example", "/")] {
        let switched = server
            .request(Method::POST, "/lang")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("lang=en&back={back}"))
            .send()
            .await
            .unwrap();
        assert_eq!(switched.status(), 303);
        assert_eq!(switched.headers()[LOCATION], location);
        let cookie = switched.headers()[SET_COOKIE].to_str().unwrap().split("; ").collect::<BTreeSet<_>>();
        assert_eq!(cookie, ["lang=en", "Path=/", "Max-Age=31536000", "SameSite=Lax"].into());
    }
    for (cookie, accepts, lang) in [("", "en", "en"), ("", "fr", "zh-CN"), ("lang=zh-CN", "en", "zh-CN")] {
        let page = server.request(Method::GET, "/signin").header("cookie", cookie).header("accept-language", accepts);
        let page = page.send().await.unwrap().text().await.unwrap();
        assert!(page.contains(&format!("<html lang=\"{lang}\">")));
    }
}
