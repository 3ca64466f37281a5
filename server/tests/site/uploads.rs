//! Uploads: which files are accepted or refused, and that refused files cost neither memory nor disk space.

use crate::harness::{Backend, DEPARTMENT, OTHER_DEPARTMENT, Server, Site, problem_code, sample};
use domain::{Refusal, Template};
use futures_util::stream;
use reqwest::{
    Body, Method,
    header::{ACCEPT, CONTENT_TYPE, LOCATION, SET_COOKIE},
};
use rstest::rstest;
use std::{fs, io};
use texts::Lang;

const LIMIT: usize = 65_536;
const SMALL_LIMIT: &[(&str, &str)] = &[("FARM_IMPORT_MAX_BYTES", "65536")];

/// The largest amount of memory that the server has used so far, in KiB.
fn peak_memory(server: &Server) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.process_id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// A form with a file of `bytes` bytes, sent in pieces and without a content length.
fn form_without_length(bytes: usize) -> Body {
    let head = b"--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.xls\"\r\n\r\n".to_vec();
    let pieces = (0..bytes / LIMIT).map(|_| vec![0; LIMIT]);
    let pieces = std::iter::once(head).chain(pieces).chain([b"\r\n--x--\r\n".to_vec()]);
    Body::wrap_stream(stream::iter(pieces.map(Ok::<_, io::Error>)))
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_and_costs_no_memory() {
    let site = Site::new(Backend::Sqlite, SMALL_LIMIT).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let person = server.sign_in(&accounts[DEPARTMENT]).await;
    let before = peak_memory(&server);

    // The files are one byte too large, far too large by their content length, and too large without a content length.
    let refused = person.upload("a.xls", vec![0; LIMIT + 1]).await;
    assert_eq!((refused.status().as_u16(), problem_code(refused).await.as_str()), (413, "too-large"));
    let refused = person.upload("a.xls", vec![0; 8 << 20]).await;
    assert_eq!((refused.status().as_u16(), problem_code(refused).await.as_str()), (413, "too-large"));
    let form = person.request(Method::POST, "/units/import").header(CONTENT_TYPE, "multipart/form-data; boundary=x");
    let refused = form.body(form_without_length(128 << 20)).send().await.unwrap();
    assert_eq!((refused.status().as_u16(), problem_code(refused).await.as_str()), (413, "too-large"));

    let grown = peak_memory(&server).saturating_sub(before);
    assert!(grown < 16 << 10, "the server grew by {grown} KiB");
    assert_eq!(fs::read_dir(site.path("data/uploads")).unwrap().count(), 0, "an upload was left behind");
}

#[rstest]
#[case::small(SMALL_LIMIT, LIMIT)]
#[case::as_configured(&[], 20 << 20)]
#[tokio::test]
async fn a_file_of_exactly_the_limit_is_read(#[case] settings: &[(&str, &str)], #[case] bytes: usize) {
    let site = Site::new(Backend::Sqlite, settings).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let person = server.sign_in(&accounts[DEPARTMENT]).await;
    let refused = person.upload("a.xls", vec![0; bytes]).await;
    assert_eq!((refused.status().as_u16(), problem_code(refused).await.as_str()), (422, "not-a-spreadsheet"));
}

#[tokio::test]
async fn an_upload_needs_a_session() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let server = site.serve().await;
    let refused = server.signed_out().upload("units-valid.xls", sample("units-valid.xls")).await;
    assert_eq!((refused.status().as_u16(), problem_code(refused).await.as_str()), (401, "not-signed-in"));
    assert_eq!(fs::read_dir(site.path("data/uploads")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_form_without_a_file_is_refused() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let person = server.sign_in(&accounts[DEPARTMENT]).await;
    for (media_type, body) in [
        ("multipart/form-data; boundary=x", "--x--\r\n"),
        (
            "multipart/form-data; boundary=x",
            "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--x--\r\n",
        ),
        (
            "multipart/form-data; boundary=x",
            "--x\r\ncontent-disposition: form-data; name=\"other\"\r\n\r\n1\r\n--x--\r\n",
        ),
        ("multipart/form-data; boundary=x", "--x\r\ncontent-dispos"),
        ("multipart/form-data", "--x--\r\n"),
        ("application/x-www-form-urlencoded", "file=1"),
    ] {
        let form = person.request(Method::POST, "/units/import").header(CONTENT_TYPE, media_type).body(body);
        let refused = form.send().await.unwrap();
        assert_eq!(
            (refused.status().as_u16(), problem_code(refused).await.as_str()),
            (422, "no-file"),
            "{media_type} {body}"
        );
    }
}

#[tokio::test]
async fn a_browser_without_javascript_is_redirected() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let person = server.sign_in(&accounts[DEPARTMENT]).await;
    let submit = async |path: &str, name: &'static str| {
        let file = reqwest::multipart::Part::bytes(sample(name)).file_name(name);
        let form = reqwest::multipart::Form::new().part("file", file);
        let request = server.request(Method::POST, path).header(ACCEPT, "text/html,*/*;q=0.8").multipart(form);
        let response = request.header("cookie", person.cookie.as_deref().unwrap()).send().await.unwrap();
        assert_eq!(response.status(), 303, "{name}");
        response
    };
    let location = |response: &reqwest::Response| response.headers()[LOCATION].to_str().unwrap().to_owned();
    // The page shows the reason once, and the address does not hold it.
    let refusal_page = async |path: &str, name: &'static str| {
        let response = submit(path, name).await;
        assert_eq!(location(&response), format!("{path}?refused"), "{name}");
        let cookie = response.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let request = server.request(Method::GET, &location(&response)).header(ACCEPT, "text/html");
        let cookies = format!("{}; {cookie}", person.cookie.as_deref().unwrap());
        let page = request.header("cookie", cookies).send().await.unwrap();
        assert!(page.headers()[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"), "{name}");
        page.text().await.unwrap()
    };
    for (path, valid) in [("/units/import", "units-valid.xlsx"), ("/purchasers/import", "purchasers-valid.xlsx")] {
        assert!(location(&submit(path, valid).await).starts_with(&format!("{path}/")));
        let csv = refusal_page(path, "refused-csv.xls").await;
        assert!(csv.contains(&Lang::Zh.refusal(&Refusal::NotASpreadsheet)));
    }
    let altered = refusal_page("/units/import", "refused-altered-header.xlsx").await;
    assert!(altered.contains("现在是“*信用代码”"));
    let other = refusal_page("/purchasers/import", "units-valid.xlsx").await;
    assert!(other.contains(&Lang::Zh.refusal(&Refusal::WrongTemplate { found: Some(Template::Units) })));
}

#[tokio::test]
async fn every_sample_is_accepted_or_refused_as_expected() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let mut server = site.serve().await;
    let expected: serde_json::Value = serde_json::from_slice(&sample("expected.json")).unwrap();
    let person = server.sign_in(&accounts[DEPARTMENT]).await;
    for (name, expected) in expected["findings"].as_object().unwrap() {
        let response = person.upload(name, sample(name)).await;
        match expected.as_str() {
            _ if name.starts_with("purchasers") => assert_eq!(problem_code(response).await, "wrong-template", "{name}"),
            Some(refusal) => assert_eq!(problem_code(response).await, refusal, "{name}"),
            None => assert_eq!(response.status(), 200, "{name}"),
        }
        if name.contains("-valid.") {
            let response = person.upload_to("/purchasers/import", name, sample(name)).await;
            if name.starts_with("purchasers") {
                assert_eq!(response.status(), 200, "{name}");
            } else {
                assert_eq!(problem_code(response).await, "wrong-template", "{name}");
            }
        }
    }
    drop(person);
    assert!(server.is_running());
}

#[tokio::test]
async fn only_the_uploader_can_download_the_annotated_sheet() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let (own, other) = (server.sign_in(&accounts[DEPARTMENT]).await, server.sign_in(&accounts[OTHER_DEPARTMENT]).await);
    let batch = own.stage("units-errors.xls", sample("units-errors.xls")).await;
    let path = format!("/units/import/{batch}/annotated.xlsx");
    let sheet = own.get(&path).await;
    assert_eq!(sheet.status(), 200);
    assert!(sheet.headers()["content-disposition"].to_str().unwrap().contains("filename*=UTF-8''"));
    // The annotated sheet is still the template, so that it can be corrected and uploaded again.
    let again = own.stage("annotated.xlsx", sheet.bytes().await.unwrap().to_vec()).await;
    assert!(again > batch);
    let refused = other.get(&path).await;
    assert_eq!((refused.status().as_u16(), problem_code(refused).await.as_str()), (404, "not-found"));
}
