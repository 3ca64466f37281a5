//! Why a use case did not do what was asked.

use domain::Problem;

/// Either something the asker can be told, or our own fault.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The asker can be told, and what to do.
    #[error("{}", .0.code())]
    Problem(Problem),
    /// A fault of the system; goes to the log, never to the asker.
    #[error(transparent)]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

/// What a use case answers.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A fault of the system from anything that tells what happened.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }

    /// What the asker may be told. A fault of the system is written to the log under the reference that they get.
    pub fn into_problem(self) -> Problem {
        match self {
            Self::Problem(problem) => problem,
            Self::Internal(error) => {
                let reference = format!("{:08X}", rand::random::<u32>());
                tracing::error!(reference, error = %chain(error.as_ref()), "internal error");
                Problem::Internal { reference }
            }
        }
    }

    /// Writes a failure of background work, where nobody asked, to the log.
    pub(crate) fn log(&self, what: &str) {
        tracing::error!(error = %self.full(), "{what}");
    }

    /// With its causes, on one line, for the operator.
    pub(crate) fn full(&self) -> String {
        match self {
            Self::Problem(problem) => problem.code().to_owned(),
            Self::Internal(error) => chain(error.as_ref()),
        }
    }
}

/// The error with its causes, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(error.source(), |e| e.source()).fold(error.to_string(), |all, e| format!("{all}: {e}"))
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

macro_rules! internal {
    ($($type:ty),* $(,)?) => {$(
        impl From<$type> for Error {
            fn from(error: $type) -> Self {
                Self::internal(error)
            }
        }
    )*};
}

internal!(std::io::Error, serde_json::Error, tokio::task::JoinError, postcard::Error);

impl From<sea_orm::DbErr> for Error {
    /// A pool that stays full is too much at once, not a fault.
    fn from(error: sea_orm::DbErr) -> Self {
        match error {
            sea_orm::DbErr::ConnectionAcquire(sea_orm::ConnAcquireErr::Timeout) => Problem::Busy.into(),
            other => Self::internal(other),
        }
    }
}
