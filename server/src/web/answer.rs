//! How a refusal becomes a response: a page for people, data for scripts.

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

/// Who is to be answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asker {
    /// The reader's language.
    pub(super) lang: Lang,
    /// Whether a person reads the answer, not a script.
    pub(super) is_person: bool,
}

impl Asker {
    /// Who sent a request.
    pub(super) fn of(request: &Request) -> Self {
        Self::from_headers(request.headers())
    }

    /// Who sent these headers: browsers ask for HTML when they follow a link or submit a form.
    pub(super) fn from_headers(headers: &HeaderMap) -> Self {
        let accepts_html = |value: &HeaderValue| value.to_str().is_ok_and(|value| value.contains("text/html"));
        Self { lang: cookies::language(headers), is_person: headers.get_all(header::ACCEPT).iter().any(accepts_html) }
    }

    /// The refusal.
    pub(super) fn refuse(self, problem: &Problem) -> Response {
        let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if !self.is_person {
            return (status, Json(problem)).into_response();
        }
        match problem {
            Problem::NotSignedIn => redirect(Route::SignIn(Portal::Management)).into_response(),
            Problem::MustChangePassword => redirect(Route::Password(Portal::Management)).into_response(),
            Problem::MustCompleteProfile => redirect(Route::CompleteProfile(Portal::Management)).into_response(),
            other => {
                (status, [(header::CONTENT_SECURITY_POLICY, POLICY)], Html(page(self.lang, other))).into_response()
            }
        }
    }
}

fn redirect(page: Route) -> Redirect {
    Redirect::to(&page.to_string())
}

/// The page of a refusal needs its style sheet alone.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

/// A page of its own, as what it tells may be that the application does not work.
fn page(lang: Lang, problem: &Problem) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"{tag}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title} - {product}</title>\
         <link rel=\"stylesheet\" href=\"/problem.css\"></head>\
         <body><main><h1>{title}</h1><p>{text}</p><p><a href=\"/\">{home}</a></p></main></body></html>\n",
        tag = lang.tag(),
        title = lang.problem_title(),
        product = lang.product(),
        text = escape(&lang.problem(problem)),
        home = lang.problem_home(),
    )
}

/// Text as HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The account that acts, or why nobody may.
pub(super) fn actor(visitor: &Visitor) -> Result<Actor, Problem> {
    match &visitor.session {
        Some(PortalSession::Management(session)) => session.actor().map_err(service::Error::into_problem),
        Some(PortalSession::Trading(_)) | None => Err(Problem::NotSignedIn),
    }
}

#[cfg(test)]
mod tests {
    use super::{Asker, page};
    use domain::{Problem, Refusal};
    use http::{HeaderMap, header};
    use rstest::rstest;
    use texts::Lang;

    #[rstest]
    #[case("text/html,application/xhtml+xml,*/*;q=0.8", true)]
    #[case("application/json", false)]
    #[case("text/event-stream", false)]
    #[case("*/*", false)]
    fn people_ask_for_html(#[case] accept: &str, #[case] expected: bool) {
        let headers = HeaderMap::from_iter([(header::ACCEPT, accept.parse().unwrap())]);
        assert_eq!(Asker::from_headers(&headers).is_person, expected);
    }

    #[test]
    fn what_a_file_says_is_text() {
        let found = "<script>alert(1)</script>".to_owned();
        let refusal = Refusal::AlteredHeader { column: 1, expected: String::new(), found };
        assert!(!page(Lang::Zh, &Problem::File(refusal)).contains("<script>"));
    }
}
