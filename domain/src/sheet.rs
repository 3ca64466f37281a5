//! The rows of a spreadsheet as the reader hands them to the checks.

use std::borrow::Cow;

/// A cell's value as stored, before any tidying. Texts are lent by the reader, which keeps each once.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell<'a> {
    /// Nothing there.
    #[default]
    Empty,
    /// Text as stored.
    Text(Cow<'a, str>),
    /// A number; `percent` when its format shows it ×100 with a % sign.
    Number {
        /// As stored: 0.15 for a cell that shows 15.00%.
        value: f64,
        /// Shown as a percentage.
        percent: bool,
    },
    /// TRUE or FALSE.
    Bool(bool),
    /// A formula error such as `#N/A`, as shown.
    Error(&'static str),
}

/// A row with at least one cell that is not blank.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'a> {
    /// As the spreadsheet program counts it, 1-based.
    pub row: u32,
    /// One cell per template column, padded with [`Cell::Empty`].
    pub cells: Vec<Cell<'a>>,
}
