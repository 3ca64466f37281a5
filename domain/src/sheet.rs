//! The rows of a spreadsheet: the output of the reader and the input of the checks.

use std::borrow::Cow;

/// The stored value of a cell, before tidying. A text borrows from the reader, which stores each text once.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell<'a> {
    /// An empty cell.
    #[default]
    Empty,
    /// Text as stored.
    Text(Cow<'a, str>),
    /// A number.
    Number {
        /// The stored value: 0.15 for a cell that displays 15.00%.
        value: f64,
        /// Whether the format of the cell displays the value times 100 with a percent sign.
        percent: bool,
    },
    /// TRUE or FALSE.
    Bool(bool),
    /// An error value as displayed, such as `#N/A`.
    Error(&'static str),
}

/// A row with at least one cell that is not blank.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'a> {
    /// Row number in the spreadsheet program, 1-based.
    pub row: u32,
    /// One cell per template column. Missing cells are [`Cell::Empty`].
    pub cells: Vec<Cell<'a>>,
}
