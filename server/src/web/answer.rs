//! How a use case's refusal becomes a response, for pages and for scripts.

use super::App;
use app::server::Visitor;
use axum::{
    Json,
    response::{IntoResponse, Redirect, Response},
};
use domain::Problem;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use service::Error;
use texts::Lang;

/// The problem that a caller may know; what went wrong inside goes to the log under a reference.
pub(super) fn problem(error: Error) -> Problem {
    match error {
        Error::Problem(problem) => problem,
        Error::Internal(cause) => {
            let reference = format!("{:08x}", rand::random::<u32>());
            tracing::error!(reference, error = %cause, "failed");
            Problem::Internal { reference }
        }
    }
}

fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// As words.
pub(super) fn plain(lang: Lang, problem: &Problem) -> Response {
    let language = HeaderValue::from_static(lang.tag());
    (status(problem), [(header::CONTENT_LANGUAGE, language)], lang.problem(problem)).into_response()
}

/// As data.
pub(super) fn json(problem: &Problem) -> Response {
    (status(problem), Json(problem)).into_response()
}

/// For a link that a person followed: where to go on if there is such a place, else words.
pub(super) fn page(lang: Lang, problem: &Problem) -> Response {
    match problem {
        Problem::NotSignedIn => Redirect::to("/signin").into_response(),
        Problem::MustChangePassword => Redirect::to("/password").into_response(),
        Problem::MustCompleteProfile => Redirect::to("/profile/complete").into_response(),
        other => plain(lang, other),
    }
}

/// Whether a script asks, which wants data.
pub(super) fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"))
}

/// The account that acts, or why nobody may.
pub(super) fn actor(visitor: &Visitor) -> Result<service::Actor, Problem> {
    visitor.session.as_ref().ok_or(Problem::NotSignedIn)?.actor().map_err(problem)
}

/// A fresh look at a session, for responses that outlive the request's.
pub(super) async fn still_signed_in(app: &App, token: &str, client: &service::Client) -> Result<service::Actor, Problem> {
    service::session::authenticate(&app.services, token, client).await.and_then(|s| s.actor()).map_err(problem)
}
