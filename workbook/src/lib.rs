//! Spreadsheet bytes to rows of cells, and rows to spreadsheets. Natively and in the browser.

pub mod read;
#[cfg(feature = "write")]
pub mod write;
