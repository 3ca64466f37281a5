//! 月度通报: the form of its texts, as browsers and others send it.

use crate::harness::{Backend, DEPARTMENT, Person, Site, encode, problem_code};
use reqwest::{Method, Response, header::ACCEPT};

/// Posts texts.
async fn post(person: &Person<'_>, path: &str, fields: &[(&str, &str)], accept: &str) -> Response {
    let body: Vec<_> = fields.iter().map(|(name, text)| format!("{name}={}", encode(text))).collect();
    person
        .request(Method::POST, path)
        .header(ACCEPT, accept)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.join("&"))
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn the_form_of_a_bulletin_has_limits_and_belongs_to_one_account() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let (login, _) = &accounts[DEPARTMENT];
    let own = server.sign_in(&accounts[DEPARTMENT]).await;
    for path in ["/statistics/bulletin.docx", "/statistics/bulletin.xlsx", "/statistics/bulletin/paper"] {
        let edited = [("account", login.as_str()), ("title", "<b>改过的标题"), ("closing", "")];
        let response = post(&own, path, &edited, "text/html").await;
        assert_eq!(response.status(), 200, "{path}");
        let is_page = path.ends_with("paper");
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert_eq!(response.headers().contains_key("content-disposition"), !is_page, "{path}");
        let bytes = response.bytes().await.unwrap();
        assert_eq!(&bytes[..2], if is_page { b"<!" } else { b"PK" });
        if is_page {
            let page = String::from_utf8(bytes.to_vec()).unwrap();
            assert!(page.contains("<h1>&lt;b&gt;改过的标题</h1>") && !page.contains("特此通报"), "{page}");
        }
        // Another account has signed in since the page was drawn.
        let other = post(&own, path, &[("account", "GL00000000")], "application/json").await;
        assert_eq!((other.status().as_u16(), problem_code(other).await.as_str()), (409, "other-account"));
        // A text that is too long is told with its name, on a page too.
        let long = "长".repeat(5_001);
        let refused = post(&own, path, &[("concerns", &long)], "application/json").await;
        assert_eq!((refused.status().as_u16(), problem_code(refused).await.as_str()), (413, "text-too-long"));
        let refused = post(&own, path, &[("concerns", &long)], "text/html").await;
        assert!(refused.text().await.unwrap().contains("“存在的问题”超过 5,000 个字"));
        // The whole form has a limit.
        let refused = post(&own, path, &[("concerns", &"长".repeat(100_000))], "application/json").await;
        assert_eq!((refused.status().as_u16(), problem_code(refused).await.as_str()), (413, "text-too-long"));
        // Bytes that are no form.
        let draft =
            own.request(Method::POST, path).header("content-type", "text/plain").body("x").send().await.unwrap();
        assert_eq!(draft.status(), 200);
    }
}
