//! The one error of every server function: a [`Problem`], which holds nothing that the asker may not know.

use crate::json;
use domain::Problem;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// Why a server function did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApiError(Problem);

impl ApiError {
    /// What to tell the reader.
    pub const fn problem(&self) -> &Problem {
        &self.0
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        #[cfg(feature = "ssr")]
        // A form that was sent without JavaScript is led back to its page, which says what is wrong.
        if !crate::server::is_plain_form()
            && let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>()
            && let Ok(status) = http::StatusCode::from_u16(problem.status())
        {
            response.set_status(status);
        }
        Self(problem)
    }
}

#[cfg(feature = "ssr")]
impl From<service::Error> for ApiError {
    fn from(error: service::Error) -> Self {
        error.into_problem().into()
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.code())
    }
}

impl std::error::Error for ApiError {}

impl FromServerFnError for ApiError {
    type Encoder = json::Text;

    /// What the transport says is not for readers: arguments that do not fit are our bug or somebody's probing, and a
    /// request that did not arrive is told as too much at once, with the advice to try again.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Problem::Busy.into(),
            other => {
                leptos::logging::error!("{other}");
                Problem::NotFound.into()
            }
        }
    }
}
