//! Sessions as a browser sees them.

use crate::harness::{Backend, OTHER, OWN, Site, code, sample, server_function};
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
async fn the_cookie_is_for_this_site_and_no_script(#[case] variables: &[(&str, &str)], #[case] secure: bool) {
    let site = Site::new(Backend::Sqlite, variables).await;
    let (login, password) = site.seed()[OWN].clone();
    let server = site.serve().await;

    let response = server.nobody().call("sign_in", &[("login", &login), ("password", &password)]).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers().contains_key(STRICT_TRANSPORT_SECURITY), secure);
    let cookie = response.headers()[SET_COOKIE].to_str().unwrap();
    let (value, attributes) = cookie.split_once("; ").unwrap();
    let token = value.strip_prefix("session=").unwrap();
    assert!(token.len() >= 43, "256 bits");
    let mut expected = BTreeSet::from(["Path=/", "Max-Age=43200", "HttpOnly", "SameSite=Lax"]);
    if secure {
        expected.insert("Secure");
    }
    assert_eq!(attributes.split("; ").collect::<BTreeSet<_>>(), expected);
    assert!(!site.log().contains(token) && !site.log().contains(&password), "a secret is in the log");
}

#[tokio::test]
async fn in_and_out() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;

    let wrong = server.nobody().call("sign_in", &[("login", &accounts[OWN].0), ("password", "wrong-password")]).await;
    assert_eq!((wrong.status().as_u16(), code(wrong).await.as_str()), (422, "sign-in-failed"));

    let mut person = server.sign_in(&accounts[OWN]).await;
    assert_eq!(person.called("who", &[]).await["login"], accounts[OWN].0);

    // Signing in again renews the session.
    let old = person.clone();
    let (login, password) = &accounts[OWN];
    let again = person.call("sign_in", &[("login", login), ("password", password)]).await;
    person.keep(&again);
    assert_ne!(person.cookie, old.cookie);
    assert!(old.called("who", &[]).await.is_null());

    let out = person.call("sign_out", &[]).await;
    assert_eq!(out.status(), 200);
    let cookie = out.headers()[SET_COOKIE].to_str().unwrap().split("; ").collect::<BTreeSet<_>>();
    assert!(cookie.is_superset(&["session=", "Path=/", "Max-Age=0"].into()), "{cookie:?}");
    assert!(person.called("who", &[]).await.is_null());
}

/// A browser has one session, whatever its tabs show: what comes from the page of another account is refused before
/// anything is done.
#[tokio::test]
async fn a_page_of_another_account_does_nothing() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let person = server.sign_in(&accounts[OWN]).await;
    let (own, other) = (accounts[OWN].0.as_str(), accounts[OTHER].0.as_str());
    let units = server_function("unit_tree").0;
    let file = || Form::new().part("file", Part::bytes(sample("units-valid.xlsx")).file_name("units.xlsx"));
    for (account, status) in [(own, 200), (other, 409)] {
        let read = person.ask(Method::GET, units).header("x-account", account).send().await.unwrap();
        assert_eq!(read.status(), status, "{account}");
        let upload = person.ask(Method::POST, "/units/import").header("x-account", account);
        let upload = upload.multipart(file()).send().await.unwrap();
        assert_eq!(upload.status(), status, "{account}");
        if status == 409 {
            assert_eq!(code(upload).await, "other-account");
        }
    }
    // Whoever is signed out hears that.
    let nobody = server.nobody().ask(Method::GET, units).header("x-account", own).send().await.unwrap();
    assert_eq!(code(nobody).await, "not-signed-in");
}

/// Several servers work on one database: they may start at once, and a session of one is a session of all.
#[rstest]
#[tokio::test]
async fn servers_share_their_sessions(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let site = Site::new(backend, &[]).await;
    let (one, two) = tokio::join!(site.serve(), site.serve());
    let accounts = site.seed();
    let person = one.sign_in(&accounts[OWN]).await;
    let there = person.at(&two);
    assert_eq!(there.called("who", &[]).await["login"], accounts[OWN].0);
    assert_eq!(there.call("sign_out", &[]).await.status(), 200);
    assert!(person.called("who", &[]).await.is_null());
}

#[rstest]
#[case::another_site(Some("cross-site"), Some("https://elsewhere.example"), false)]
#[case::a_sister_site(Some("same-site"), Some("https://elsewhere.example"), false)]
#[case::an_old_browser_elsewhere(None, Some("https://elsewhere.example"), false)]
#[case::an_opaque_origin(None, Some("null"), false)]
#[case::this_site(Some("same-origin"), None, true)]
#[case::an_old_browser_here(None, Some("SITE"), true)]
#[case::no_browser(None, None, true)]
#[tokio::test]
async fn only_own_pages_change_anything(
    #[case] fetch_site: Option<&str>,
    #[case] origin: Option<&str>,
    #[case] allowed: bool,
) {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let server = site.serve().await;
    let (sign_in, _) = crate::harness::server_function("sign_in");
    for path in [sign_in, "/lang", "/units/import"] {
        let mut request = server.ask(Method::POST, path).header(ACCEPT, "application/json");
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
async fn people_are_led_on_and_scripts_get_data() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;

    // Nobody is signed in: a person is led to the sign-in page.
    let html = |request: reqwest::RequestBuilder| request.header(ACCEPT, "text/html,*/*;q=0.8").send();
    let download = "/units/import/1/accounts.xlsx";
    let led = html(server.ask(Method::GET, download)).await.unwrap();
    assert_eq!((led.status().as_u16(), led.headers()[LOCATION].to_str().unwrap()), (303, "/signin"));
    let told = server.nobody().get(download).await;
    assert_eq!((told.status().as_u16(), code(told).await.as_str()), (401, "not-signed-in"));

    // Nothing there: a page with words in the reader's language and a way on.
    let person = server.sign_in(&accounts[OWN]).await;
    let cookie = person.cookie.clone().unwrap();
    for (lang, words) in [("zh-CN", "返回首页"), ("en", "Back to the start page")] {
        let page = html(server.ask(Method::GET, download).header("cookie", format!("{cookie}; lang={lang}")));
        let page = page.await.unwrap();
        assert_eq!(page.status(), 404);
        let text = page.text().await.unwrap();
        assert!(text.contains(&format!("<html lang=\"{lang}\">")) && text.contains(words), "{text}");
    }
    let told = person.get(download).await;
    assert_eq!((told.status().as_u16(), code(told).await.as_str()), (404, "not-found"));

    // Addresses that do not exist: the application's page, or data.
    let page = html(server.ask(Method::GET, "/no/such/page")).await.unwrap();
    assert_eq!(page.status(), 404);
    assert!(page.text().await.unwrap().contains("<!DOCTYPE html>"));
    let told = server.nobody().get("/no/such/page").await;
    assert_eq!((told.status().as_u16(), code(told).await.as_str()), (404, "not-found"));
}

#[tokio::test]
async fn the_language_is_remembered_and_nobody_is_led_elsewhere() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let server = site.serve().await;
    for (back, led_to) in [("%2Funits%3Fpage%3D2", "/units?page=2"), ("https%3A%2F%2Felsewhere.example", "/")] {
        let switched = server
            .ask(Method::POST, "/lang")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("lang=en&back={back}"))
            .send()
            .await
            .unwrap();
        assert_eq!(switched.status(), 303);
        assert_eq!(switched.headers()[LOCATION], led_to);
        let cookie = switched.headers()[SET_COOKIE].to_str().unwrap().split("; ").collect::<BTreeSet<_>>();
        assert_eq!(cookie, ["lang=en", "Path=/", "Max-Age=31536000", "SameSite=Lax"].into());
    }
    for (cookie, accepts, lang) in [("", "en", "en"), ("", "fr", "zh-CN"), ("lang=zh-CN", "en", "zh-CN")] {
        let page = server.ask(Method::GET, "/signin").header("cookie", cookie).header("accept-language", accepts);
        let page = page.send().await.unwrap().text().await.unwrap();
        assert!(page.contains(&format!("<html lang=\"{lang}\">")));
    }
}
