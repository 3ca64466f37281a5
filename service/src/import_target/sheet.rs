//! A checked file as the server takes it over from the reading process.

use domain::{
    Finding, Severity,
    check::{Checked, CheckedRow, HiddenData},
};
use std::collections::HashSet;

/// A checked file, and which of its cells have errors.
pub(crate) struct Sheet {
    pub(crate) rows: Vec<CheckedRow>,
    /// The findings of the file alone, without the database.
    pub(crate) findings: Vec<Finding>,
    /// What the file hides.
    pub(crate) hidden: HiddenData,
    /// Row number and column of the cells with errors.
    errors: HashSet<(u32, u8)>,
}

impl Sheet {
    pub(crate) fn new(checked: Checked) -> Self {
        let Checked { rows, findings, hidden } = checked;
        let errors = findings.iter().filter(|f| f.severity() == Severity::Error).map(|f| (f.row, f.column)).collect();
        Self { rows, findings, hidden, errors }
    }

    /// The text of a cell; `None` if it is empty or has an error.
    pub(crate) fn valid_cell<'a>(&self, row: &'a CheckedRow, column: u8) -> Option<&'a str> {
        Some(row.cell(column)).filter(|text| !text.is_empty() && !self.errors.contains(&(row.row, column)))
    }
}
