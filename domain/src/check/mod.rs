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

use crate::{Cells, Severity, finding::Finding, schema::Template, sheet::Row};
use serde::{Deserialize, Serialize};

/// A checked row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedRow {
    /// As the spreadsheet program counts it, 1-based.
    pub row: u32,
    /// One tidied text per template column, as the page shows it.
    pub cells: Cells,
}

impl CheckedRow {
    /// The text of a column, empty where there is none.
    pub fn cell(&self, column: u8) -> &str {
        self.cells.get(usize::from(column)).unwrap_or_default()
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

/// Runs every check that needs nothing but the file. The rows come in ascending order.
pub fn check<'a>(template: Template, rows: impl IntoIterator<Item = Row<'a>>) -> Checked {
    let mut findings = Vec::new();
    let (rows, wrong): (Vec<CheckedRow>, Vec<Wrong>) = rows
        .into_iter()
        .map(|row| {
            let first = findings.len();
            let row = cell::check_row(template, row, &mut findings);
            (row, Wrong::of(findings.get(first..).unwrap_or_default()))
        })
        .unzip();
    let found = file::check(template, &rows, &wrong);
    Checked { rows, findings: merge(findings, found) }
}

/// Which cells of a row are in error, a bit a column.
#[derive(Clone, Copy, Default)]
struct Wrong(u32);

impl Wrong {
    fn of(findings: &[Finding]) -> Self {
        let errors = findings.iter().filter(|f| f.severity() == Severity::Error);
        Self(errors.fold(0, |wrong, finding| wrong | 1 << (finding.column % 32)))
    }

    const fn has(self, column: u8) -> bool {
        self.0 & 1 << (column % 32) != 0
    }
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
