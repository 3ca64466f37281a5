//! The messages between a page and the web worker that reads and checks a spreadsheet in the browser.

use crate::{
    PublicSettings, Refusal, Template,
    import_batch::{FileSummary, QueriedPage, RowQuery, RowsPage},
};
use serde::{Deserialize, Serialize};

/// A request of the page. `F` is the browser's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRequest<F> {
    /// The number of the request, which its response repeats.
    pub id: u32,
    /// The task of the worker.
    pub task: CheckTask<F>,
}

/// A task of the worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CheckTask<F> {
    /// Read and check a file, and keep its rows.
    Check {
        /// The template that the file must follow.
        template: Template,
        /// The limits of the server on which the file will be imported.
        settings: PublicSettings,
        /// The file.
        file: F,
    },
    /// Give a page of rows of the file that was checked last.
    Rows(RowQuery),
}

/// A response of the worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResponse {
    /// The number of the request.
    pub id: u32,
    /// The result of the task.
    pub result: CheckResult,
}

/// The result of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CheckResult {
    /// The worker has begun to check the file. The result of the check follows.
    Started,
    /// The file was read and checked; its rows may be in error.
    Checked {
        /// The counts of the file.
        summary: FileSummary,
        /// The page of rows that is shown first, which saves a request.
        first: QueriedPage,
    },
    /// The file cannot be imported.
    Refused(Refusal),
    /// A page of rows.
    Rows(RowsPage),
    /// The browser no longer gives the bytes of the file, or there is no checked file.
    Failed,
}
