//! The rows of a spreadsheet: the output of the reader and the input of the checks.

use std::borrow::Cow;

/// The value of a cell, before tidying. A text borrows from the reader, which stores each text once.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell<'a> {
    /// An empty cell.
    #[default]
    Empty,
    /// Text as shown.
    Text(Cow<'a, str>),
    /// A number.
    Number {
        /// The stored value: 0.15 for a cell that displays 15.00%.
        value: f64,
        /// Whether the format of the cell displays the value times 100 with a percent sign.
        percent: bool,
    },
    /// A number in a number column whose format shows a fraction of it: 2648400 in format `0"."0,` is shown as 264.8.
    Scaled {
        /// The stored value.
        stored: f64,
        /// What the format shows, in full precision: 264.84.
        shown: f64,
    },
    /// A number that its format turns into a text, for example by leading zeros or by added words.
    Shown {
        /// The stored value.
        stored: f64,
        /// The text that a person sees.
        text: Cow<'a, str>,
    },
    /// A number in a text column of which the cell shows an abbreviation, 1.38E+10, or nothing but #####. Its digits count.
    Abbreviated {
        /// The stored value.
        stored: f64,
        /// The text that a person sees.
        shown: Cow<'a, str>,
    },
    /// TRUE or FALSE.
    Bool(bool),
    /// An error value as displayed, such as `#N/A`.
    Error(&'static str),
    /// A formula without a stored value.
    FormulaWithoutValue,
}

/// A row with at least one cell that is not blank.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'a> {
    /// Row number in the spreadsheet program, 1-based.
    pub row: u32,
    /// One cell per template column. Missing cells are [`Cell::Empty`]. A cell that is merged with a filled cell of its own
    /// column repeats its value.
    pub cells: Vec<Cell<'a>>,
    /// The columns in which the row has no value of its own, because the cell is merged with a filled cell before it. One
    /// bit per column.
    pub merged: u16,
    /// Whether the row is hidden, also by a filter.
    pub hidden: bool,
    /// The columns that the sheet hides. One bit per column.
    pub hidden_columns: u16,
}

impl<'a> Row<'a> {
    /// A visible row without merged cells.
    pub const fn new(row: u32, cells: Vec<Cell<'a>>) -> Self {
        Self { row, cells, merged: 0, hidden: false, hidden_columns: 0 }
    }
}
