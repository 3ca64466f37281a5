//! Turns a problem into a response: a page for a browser that asks for HTML, JSON for scripts, and RFC 9457's JSON for other
//! systems.

use super::orders_api::is_for_systems;
use app::{
    cookies,
    request::{PortalSession, Visitor},
    routes::{Route, portal_of},
};
use axum::{
    Json,
    extract::{FromRequestParts, Request},
    response::{Html, IntoResponse, Redirect, Response},
};
use domain::{Problem, account::Portal, order::CallRefusal};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts};
use serde::Serialize;
use service::{Actor, PurchaserActor};
use std::convert::Infallible;
use texts::Lang;
use utoipa::ToSchema;

/// The pause, in seconds, before a client may try again after [`Problem::Busy`].
const RETRY_SECONDS: u32 = 5;

/// The language and the format that a request asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct ResponseFormat {
    pub(super) lang: Lang,
    /// Whether the response is a page for people. Scripts get JSON.
    pub(super) is_html: bool,
    /// The portal whose page has sent the request.
    portal: Portal,
    /// Whether another system has sent the request, not a page.
    is_for_systems: bool,
    /// Whether the same request may be sent again without asking anybody.
    is_repeatable: bool,
}

/// So that a handler can take it as an argument.
impl<S: Sync> FromRequestParts<S> for ResponseFormat {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::new(&parts.method, parts.uri.path(), &parts.headers))
    }
}

impl ResponseFormat {
    pub(super) fn of_request(request: &Request) -> Self {
        Self::new(request.method(), request.uri().path(), request.headers())
    }

    /// Browsers ask for HTML when they follow a link or submit a form.
    fn new(method: &Method, path: &str, headers: &HeaderMap) -> Self {
        let is_for_systems = is_for_systems(path);
        let accepts_html = |value: &HeaderValue| value.to_str().is_ok_and(|value| value.contains("text/html"));
        Self {
            lang: cookies::language(headers),
            is_html: !is_for_systems && headers.get_all(header::ACCEPT).iter().any(accepts_html),
            portal: portal_of(path),
            is_for_systems,
            is_repeatable: matches!(*method, Method::GET | Method::HEAD),
        }
    }

    /// Whether the page of [`Problem::Busy`] tries again by itself. A form must not be submitted twice without its user.
    pub(super) const fn retries(self) -> bool {
        self.is_html && self.is_repeatable
    }

    /// The response for a problem. A page redirects to the step that the account must do first.
    pub(super) fn problem_response(self, problem: &Problem) -> Response {
        let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = if self.is_for_systems {
            problem_details(problem.code(), status, self.lang.problem(problem), None)
        } else if self.is_html {
            match problem {
                Problem::NotSignedIn => redirect(Route::SignIn(self.portal)).into_response(),
                Problem::MustChangePassword => redirect(Route::Password(self.portal)).into_response(),
                Problem::MustCompleteProfile => redirect(Route::CompleteProfile(self.portal)).into_response(),
                other => (status, [(header::CONTENT_SECURITY_POLICY, PAGE_POLICY)], Html(self.problem_page(other)))
                    .into_response(),
            }
        } else {
            (status, Json(problem)).into_response()
        };
        if *problem == Problem::Busy {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_SECONDS.into());
        }
        response
    }

    /// The response for a call of another system that is refused as a whole.
    pub(super) fn refusal_response(self, refusal: CallRefusal) -> Response {
        let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let server_time = match refusal {
            CallRefusal::Clock { server_time } => Some(server_time),
            _ => None,
        };
        let mut response = problem_details(refusal.code(), status, self.lang.call_refusal(refusal), server_time);
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(service::api_key::SCHEME));
        }
        response
    }

    /// This page does not use the application, because the problem may be that the application does not work.
    fn problem_page(self, problem: &Problem) -> String {
        let lang = self.lang;
        let (retry, more) = match problem {
            Problem::Busy if self.retries() => (
                format!("<meta http-equiv=\"refresh\" content=\"{RETRY_SECONDS}\">"),
                format!("<p>{}</p>", lang.problem_retry(RETRY_SECONDS)),
            ),
            Problem::Busy => (String::new(), format!("<p>{}</p>", lang.problem_resubmit())),
            _ => (String::new(), String::new()),
        };
        format!(
            "<!DOCTYPE html>\n<html lang=\"{tag}\"><head><meta charset=\"utf-8\">{retry}\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title} - {product}</title>\
             <link rel=\"stylesheet\" href=\"/problem.css\"></head>\
             <body><main><h1>{title}</h1><p>{text}</p>{more}<p><a href=\"/\">{home}</a></p></main></body></html>\n",
            tag = lang.tag(),
            title = lang.problem_title(),
            product = lang.product(),
            text = html_escape::encode_text(&lang.problem(problem)),
            home = lang.problem_home(),
        )
    }
}

/// The problem of a request of another system (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProblemDetails {
    /// The meaning of the HTTP status.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// The stable code. Further codes may come.
    code: &'static str,
    /// The reason for people, in the language of the header Accept-Language.
    detail: String,
    /// With the code `clock`, the time of the server in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    server_time: Option<i64>,
}

fn problem_details(code: &'static str, status: StatusCode, detail: String, server_time: Option<i64>) -> Response {
    let title = status.canonical_reason().unwrap_or_default();
    let details = ProblemDetails { title, status: status.as_u16(), code, detail, server_time };
    let media_type = HeaderValue::from_static("application/problem+json");
    (status, [(header::CONTENT_TYPE, media_type)], Json(details)).into_response()
}

fn redirect(page: Route) -> Redirect {
    Redirect::to(&page.to_string())
}

/// The problem page loads nothing but its style sheet.
const PAGE_POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

/// The actor of a session at the management, if the account has completed its sign-in steps.
pub(super) fn management_actor(visitor: &Visitor) -> Result<Actor, Problem> {
    match &visitor.session {
        Some(PortalSession::Management(session)) => session.actor().map_err(service::Error::into_problem),
        Some(PortalSession::Trading(_)) | None => Err(Problem::NotSignedIn),
    }
}

/// The purchaser of a session at the trading portal, if the account has completed its sign-in steps.
pub(super) fn purchaser_actor(visitor: &Visitor) -> Result<PurchaserActor, Problem> {
    match &visitor.session {
        Some(PortalSession::Trading(session)) => session.purchaser().map_err(service::Error::into_problem),
        Some(PortalSession::Management(_)) | None => Err(Problem::NotSignedIn),
    }
}

#[cfg(test)]
mod tests {
    use super::ResponseFormat;
    use domain::{Problem, Refusal};
    use http::{HeaderMap, Method, StatusCode, header};
    use rstest::rstest;

    fn format(method: &Method, accept: &str) -> ResponseFormat {
        ResponseFormat::new(method, "/units", &HeaderMap::from_iter([(header::ACCEPT, accept.parse().unwrap())]))
    }

    #[rstest]
    #[case("text/html,application/xhtml+xml,*/*;q=0.8", true)]
    #[case("application/json", false)]
    #[case("text/event-stream", false)]
    #[case("*/*", false)]
    fn a_request_gets_a_page_only_if_it_accepts_html(#[case] accept: &str, #[case] expected: bool) {
        assert_eq!(format(&Method::GET, accept).is_html, expected);
    }

    #[test]
    fn a_name_is_escaped_in_the_problem_page() {
        let name = "</title><script>alert(1)</script><meta http-equiv=\"refresh\" content=\"0\">".to_owned();
        let header = Refusal::AlteredHeader { column: 1, expected: String::new(), found: name.clone() };
        let problems = [
            Problem::File(header),
            Problem::AskSuperior { superior: name.clone() },
            Problem::OtherAccount { page: name.clone(), now: name },
        ];
        for problem in problems {
            let page = format(&Method::GET, "text/html").problem_page(&problem);
            assert!(!page.contains("<script") && !page.contains("http-equiv=\"refresh\"><"), "{page}");
            assert_eq!((page.matches("<title>").count(), page.matches("<meta").count()), (1, 2), "{page}");
        }
    }

    #[test]
    fn a_busy_page_tries_again_but_a_form_is_not_submitted_again() {
        const RETRY: &str = "<meta http-equiv=\"refresh\"";
        for (method, retries) in [(Method::GET, true), (Method::POST, false)] {
            let page = format(&method, "text/html").problem_page(&Problem::Busy);
            assert_eq!((page.contains(RETRY), page.contains("刷新本页")), (retries, !retries), "{method}: {page}");
            let response = format(&method, "text/html").problem_response(&Problem::Busy);
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(response.headers()[header::RETRY_AFTER], "5");
        }
        assert!(!format(&Method::GET, "text/html").problem_page(&Problem::NotFound).contains(RETRY));
    }
}
