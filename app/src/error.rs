//! The one error of every server function: a [`Problem`], which holds nothing that the reader may not know.

use crate::json;
use domain::Problem;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// Why a server function has failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApiError(Problem);

impl ApiError {
    /// The problem, as the reader may see it.
    pub const fn problem(&self) -> &Problem {
        &self.0
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

#[cfg(feature = "ssr")]
impl From<service::Error> for ApiError {
    fn from(error: service::Error) -> Self {
        Self(error.into_problem())
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

    /// Readers do not see errors of the transport. Arguments of the wrong shape are our bug or an attack: nothing is found.
    /// A request that has not arrived is reported as an overload, with the advice to try again.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Problem::Busy.into(),
            other => {
                // A client that hangs up within a form is the ordinary cause.
                #[cfg(feature = "ssr")]
                tracing::info!(error = %other, "a call cannot be read");
                #[cfg(not(feature = "ssr"))]
                leptos::logging::error!("{other}");
                Problem::NotFound.into()
            }
        }
    }
}
