//! Turns a problem into a response: a page for a browser that asks for HTML, JSON for scripts.

use app::{
    cookies,
    request::{PortalSession, Visitor},
    routes::Route,
};
use axum::{
    Json,
    extract::Request,
    response::{Html, IntoResponse, Redirect, Response},
};
use domain::{Problem, account::Portal};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use service::Actor;
use texts::Lang;

/// The language and the format that a request asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct ResponseFormat {
    pub(super) lang: Lang,
    /// Whether the response is a page for people. Scripts get JSON.
    pub(super) is_html: bool,
}

impl ResponseFormat {
    pub(super) fn of_request(request: &Request) -> Self {
        Self::of_headers(request.headers())
    }

    /// Browsers ask for HTML when they follow a link or submit a form.
    pub(super) fn of_headers(headers: &HeaderMap) -> Self {
        let accepts_html = |value: &HeaderValue| value.to_str().is_ok_and(|value| value.contains("text/html"));
        Self { lang: cookies::language(headers), is_html: headers.get_all(header::ACCEPT).iter().any(accepts_html) }
    }

    /// The response for a problem. A page redirects to the step that the account must do first.
    pub(super) fn problem_response(self, problem: &Problem) -> Response {
        let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if !self.is_html {
            return (status, Json(problem)).into_response();
        }
        match problem {
            Problem::NotSignedIn => redirect(Route::SignIn(Portal::Management)).into_response(),
            Problem::MustChangePassword => redirect(Route::Password(Portal::Management)).into_response(),
            Problem::MustCompleteProfile => redirect(Route::CompleteProfile(Portal::Management)).into_response(),
            other => (status, [(header::CONTENT_SECURITY_POLICY, PAGE_POLICY)], Html(problem_page(self.lang, other)))
                .into_response(),
        }
    }
}

fn redirect(page: Route) -> Redirect {
    Redirect::to(&page.to_string())
}

/// The problem page loads nothing but its style sheet.
const PAGE_POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

/// This page does not use the application, because the problem may be that the application does not work.
fn problem_page(lang: Lang, problem: &Problem) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"{tag}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title} - {product}</title>\
         <link rel=\"stylesheet\" href=\"/problem.css\"></head>\
         <body><main><h1>{title}</h1><p>{text}</p><p><a href=\"/\">{home}</a></p></main></body></html>\n",
        tag = lang.tag(),
        title = lang.problem_title(),
        product = lang.product(),
        text = escape_html(&lang.problem(problem)),
        home = lang.problem_home(),
    )
}

fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The actor of a session at the management, if the account has completed its sign-in steps.
pub(super) fn management_actor(visitor: &Visitor) -> Result<Actor, Problem> {
    match &visitor.session {
        Some(PortalSession::Management(session)) => session.actor().map_err(service::Error::into_problem),
        Some(PortalSession::Trading(_)) | None => Err(Problem::NotSignedIn),
    }
}

#[cfg(test)]
mod tests {
    use super::{ResponseFormat, problem_page};
    use domain::{Problem, Refusal};
    use http::{HeaderMap, header};
    use rstest::rstest;
    use texts::Lang;

    #[rstest]
    #[case("text/html,application/xhtml+xml,*/*;q=0.8", true)]
    #[case("application/json", false)]
    #[case("text/event-stream", false)]
    #[case("*/*", false)]
    fn a_request_gets_a_page_only_if_it_accepts_html(#[case] accept: &str, #[case] expected: bool) {
        let headers = HeaderMap::from_iter([(header::ACCEPT, accept.parse().unwrap())]);
        assert_eq!(ResponseFormat::of_headers(&headers).is_html, expected);
    }

    #[test]
    fn text_from_a_file_is_escaped_in_the_problem_page() {
        let found = "<script>alert(1)</script>".to_owned();
        let refusal = Refusal::AlteredHeader { column: 1, expected: String::new(), found };
        assert!(!problem_page(Lang::Zh, &Problem::File(refusal)).contains("<script>"));
    }
}
