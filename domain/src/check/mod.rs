//! The row checks: the same in the browser and on the server.
//!
//! One cell, one finding: the first that applies. A check that needs a cell already in error is not run. What was
//! tidied is told as an info, and gives way to anything worse at the same cell.

mod cell;
mod file;
mod typed;

pub use cell::field;
pub use file::loops;
pub use typed::{PurchaserRow, UnitRow, purchaser_row, unit_row};

use crate::{finding::Finding, schema::Template, sheet::Row};
use serde::{Deserialize, Serialize};

/// A checked row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedRow {
    /// As the spreadsheet program counts it, 1-based.
    pub row: u32,
    /// One tidied text per template column, as the page shows it.
    pub cells: Vec<String>,
}

impl CheckedRow {
    /// The text of a column, empty where there is none.
    pub fn cell(&self, column: u8) -> &str {
        self.cells.get(usize::from(column)).map_or("", String::as_str)
    }
}

/// What the checks say of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The rows, ascending.
    pub rows: Vec<CheckedRow>,
    /// The findings, by row, then column; at most one a cell.
    pub findings: Vec<Finding>,
}

/// Runs every check that needs nothing but the file.
pub fn check(template: Template, rows: Vec<Row>) -> Checked {
    let mut findings = Vec::new();
    let rows: Vec<CheckedRow> = rows.into_iter().map(|row| cell::check_row(template, row, &mut findings)).collect();
    let found = file::check(template, &rows, &findings);
    Checked { rows, findings: merge(findings, found) }
}

/// Adds findings of a later check: at a cell that has one already, the worse stays, and of equals the earlier; but
/// what was tidied gives way to any news.
pub fn merge(mut findings: Vec<Finding>, later: Vec<Finding>) -> Vec<Finding> {
    if later.is_empty() {
        return findings;
    }
    findings.extend(later);
    // Stable: of equal severity the earlier stays first.
    findings.sort_by_key(|f| (f.row, f.column, std::cmp::Reverse(f.severity()), f.code == crate::Code::Normalized));
    findings.dedup_by_key(|f| (f.row, f.column));
    findings
}

#[cfg(test)]
mod tests;
