//! Reads spreadsheet bytes into rows of cells, and writes rows as spreadsheets. Reading also runs in the browser.

pub mod check_session;
pub mod read;
#[cfg(feature = "write")]
pub mod write;
