//! Spreadsheet bytes to rows of cells, and rows to spreadsheets. Natively and in the browser.

pub mod read;
