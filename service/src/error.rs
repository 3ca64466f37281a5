//! The errors of the use cases.

use crate::outage::Repetition;
use domain::Problem;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, sqlx::error::DatabaseError};
use std::io;

/// The requests that were refused because the disk is full.
static DISK_FULL: Repetition = Repetition::new();

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
    /// this reference. A full disk is written to the log once a minute.
    pub fn into_problem(self) -> Problem {
        match self {
            Self::Problem(Problem::DiskFull) => {
                if let Some(left_out) = DISK_FULL.log() {
                    tracing::error!(left_out, "the disk is full, and requests are refused");
                }
                Problem::DiskFull
            }
            Self::Problem(problem) => problem,
            Self::Internal(error) => {
                let reference = format!("{:08X}", rand::random::<u32>());
                tracing::error!(reference, error = %join_causes(error.as_ref()), "internal error");
                Problem::Internal { reference }
            }
        }
    }

    /// Whether the same may succeed later, because the database, the disk or the load hinders it now.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Internal(_) | Self::Problem(Problem::Busy | Problem::DiskFull))
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

internal_error_from!(serde_json::Error, tokio::task::JoinError, postcard::Error);

impl From<io::Error> for Error {
    /// A full disk is a problem that the user may see.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // The last is a limit of the process.
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Problem::DiskFull.into()
            }
            _ => Self::internal(error),
        }
    }
}

impl From<DbErr> for Error {
    /// No free connection within the time limit means that the server is overloaded, so it is not an internal error; nor is a full
    /// disk.
    fn from(error: DbErr) -> Self {
        match error {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Problem::Busy.into(),
            other if is_disk_full(&other) => Problem::DiskFull.into(),
            other => Self::internal(other),
        }
    }
}

/// Whether the error is SQLITE_FULL or the `disk_full` of PostgreSQL.
fn is_disk_full(error: &DbErr) -> bool {
    let (DbErr::Conn(RuntimeErr::SqlxError(error))
    | DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| code == "13" || code == "53100")
}
