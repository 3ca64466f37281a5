//! The errors of the use cases.

use domain::Problem;

/// The error of a use case: either a problem that the user may see, or an internal error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The reason why the request is refused. The user sees it and what to do about it.
    #[error("{}", .0.code())]
    Problem(Problem),
    /// A fault of the system. It is written to the log. The user never sees it, because it may contain secrets.
    #[error(transparent)]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

/// The result of a use case.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Creates an internal error from another error or from a text.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }

    /// The problem that the user may see. An internal error is written to the log with a reference, and the user sees only
    /// this reference.
    pub fn into_problem(self) -> Problem {
        match self {
            Self::Problem(problem) => problem,
            Self::Internal(error) => {
                let reference = format!("{:08X}", rand::random::<u32>());
                tracing::error!(reference, error = %join_causes(error.as_ref()), "internal error");
                Problem::Internal { reference }
            }
        }
    }

    /// Writes a failure of background work to the log, because no user waits for a response.
    pub(crate) fn log(&self, what: &str) {
        tracing::error!(error = %self.with_causes(), "{what}");
    }

    /// The error with its causes, on one line, for the operator.
    pub(crate) fn with_causes(&self) -> String {
        match self {
            Self::Problem(problem) => problem.code().to_owned(),
            Self::Internal(error) => join_causes(error.as_ref()),
        }
    }
}

/// Joins the messages of an error and of its causes on one line.
fn join_causes(error: &dyn std::error::Error) -> String {
    std::iter::successors(error.source(), |e| e.source())
        .fold(error.to_string(), |messages, cause| format!("{messages}: {cause}"))
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

macro_rules! internal_error_from {
    ($($type:ty),* $(,)?) => {$(
        impl From<$type> for Error {
            fn from(error: $type) -> Self {
                Self::internal(error)
            }
        }
    )*};
}

internal_error_from!(std::io::Error, serde_json::Error, tokio::task::JoinError, postcard::Error);

impl From<sea_orm::DbErr> for Error {
    /// No free connection within the time limit means that the server is overloaded, so it is not an internal error.
    fn from(error: sea_orm::DbErr) -> Self {
        match error {
            sea_orm::DbErr::ConnectionAcquire(sea_orm::ConnAcquireErr::Timeout) => Problem::Busy.into(),
            other => Self::internal(other),
        }
    }
}
