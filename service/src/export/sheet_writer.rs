//! Writes a spreadsheet from rows that are read page by page. A task reads a page while a thread writes the page before, so
//! that only two pages are in memory, however many rows there are.

use crate::{Error, Result, Services};
use domain::ids::AccountId;
use sea_orm::DatabaseTransaction;
use std::fs::File;
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    task::spawn_blocking,
};
use workbook::write::WriteError;

/// Number of rows of a page.
pub(super) const PAGE_ROWS: u32 = 1_000;

impl From<WriteError> for Error {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::File(error) => error.into(),
            other => Self::internal(other),
        }
    }
}

/// Takes the pages of rows.
pub(super) struct Pages<Row>(Sender<Vec<Row>>);

impl<Row> Pages<Row> {
    /// Hands a page over. Returns whether more are wanted: the writer ends early if it fails.
    pub(super) async fn send(&self, page: Vec<Row>) -> bool {
        self.0.send(page).await.is_ok()
    }
}

/// The rows of all pages.
pub(super) struct Rows<Row> {
    pages: Receiver<Vec<Row>>,
    page: std::vec::IntoIter<Row>,
}

impl<Row> Iterator for Rows<Row> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        loop {
            if let Some(row) = self.page.next() {
                return Some(row);
            }
            self.page = self.pages.blocking_recv()?.into_iter();
        }
    }
}

/// Writes a spreadsheet with the rows that `read` sends. It reads in a transaction that sees the database as it is at the
/// beginning. The turn is the account's. [`domain::Problem::Busy`] if too many spreadsheets are being written.
pub(super) async fn write_sheet<Row: Send + 'static>(
    services: &Services,
    account: AccountId,
    read: impl AsyncFnOnce(&DatabaseTransaction, Pages<Row>) -> Result<()>,
    write: impl FnOnce(Rows<Row>) -> Result<File> + Send + 'static,
) -> Result<File> {
    let turn = services.0.export_turns.take(account).await?;
    let (sender, pages) = channel(1);
    let tx = services.read().await?;
    let writing = spawn_blocking(move || {
        // The turn lasts as long as the thread works, also if the request is gone.
        let _turn = turn;
        write(Rows { pages, page: Vec::new().into_iter() })
    });
    let (read, written) = tokio::join!(read(&tx, Pages(sender)), writing);
    // An incomplete file vanishes here.
    read?;
    written?
}

/// Writes a file whose contents are in memory already. The turn is the account's. [`domain::Problem::Busy`] if too many files are being
/// written.
pub(super) async fn write_alone(
    services: &Services,
    account: AccountId,
    write: impl FnOnce() -> Result<File> + Send + 'static,
) -> Result<File> {
    let turn = services.0.export_turns.take(account).await?;
    let writing = spawn_blocking(move || {
        // The turn lasts as long as the thread works, also if the request is gone.
        let _turn = turn;
        write()
    });
    writing.await?
}
