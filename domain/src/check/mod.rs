//! The row checks: the same in the browser and on the server.
//!
//! A cell has at most one finding: the first that applies. A check does not run if it needs a cell that is in error. A
//! tidied value is reported as an info; any other finding at the same cell replaces it.

mod cell;
mod file;
mod typed;

pub use cell::check_field;
pub use file::{depths, find_cycles};
pub use typed::{PurchaserInput, UnitInput, purchaser_input, unit_input};

use crate::{
    Cells, Severity,
    finding::Finding,
    schema::{Kind, Template},
    sheet::Row,
};
use serde::{Deserialize, Serialize};

/// A checked row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedRow {
    /// Row number in the spreadsheet program, 1-based.
    pub row: u32,
    /// One tidied text per template column.
    pub cells: Cells,
}

impl CheckedRow {
    /// The text of a column. Empty if the row has no such column.
    pub fn cell(&self, column: u8) -> &str {
        self.cells.get(usize::from(column)).unwrap_or_default()
    }
}

/// The result of the checks of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The rows in ascending order.
    pub rows: Vec<CheckedRow>,
    /// The findings by row, then column; at most one per cell.
    pub findings: Vec<Finding>,
    /// What the file hides.
    pub hidden: HiddenData,
}

/// The rows and columns that a sheet hides although they have data. They count like all others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HiddenData {
    /// The numbers of the rows that are hidden or filtered out, in ascending order.
    pub rows: Vec<u32>,
    /// The hidden columns in which a row has a value, in ascending order. 序号, which is ignored, never counts.
    pub columns: Vec<u8>,
}

/// Runs all checks that need only the file. `rows` must be in ascending order.
pub fn check<'a>(template: Template, rows: impl IntoIterator<Item = Row<'a>>) -> Checked {
    let mut findings = Vec::new();
    let mut hidden_rows = Vec::new();
    let mut hidden_columns = ColumnSet::default();
    let (rows, errors): (Vec<CheckedRow>, Vec<ColumnSet>) = rows
        .into_iter()
        .map(|row| {
            let first = findings.len();
            if row.hidden {
                hidden_rows.push(row.row);
            }
            let hidden = ColumnSet(row.hidden_columns);
            let row = cell::check_row(template, row, &mut findings);
            if !hidden.is_empty() {
                hidden_columns.add_filled(hidden, template, &row);
            }
            (row, ColumnSet::in_error(findings.get(first..).unwrap_or_default()))
        })
        .unzip();
    let file_findings = file::check(template, &rows, &errors);
    let hidden = HiddenData { rows: hidden_rows, columns: hidden_columns.iter().collect() };
    Checked { rows, findings: merge(findings, file_findings), hidden }
}

/// A set of columns, one bit per column.
#[derive(Clone, Copy, Default)]
struct ColumnSet(u16);

impl ColumnSet {
    /// The columns that are in error.
    fn in_error(findings: &[Finding]) -> Self {
        let errors = findings.iter().filter(|f| f.severity() == Severity::Error);
        Self(errors.fold(0, |columns, finding| columns | 1 << (finding.column % 16)))
    }

    const fn contains(self, column: u8) -> bool {
        self.0 & 1 << (column % 16) != 0
    }

    const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Adds the columns of another set in which the row has a value.
    fn add_filled(&mut self, columns: Self, template: Template, row: &CheckedRow) {
        for (index, column) in (0..).zip(template.columns()) {
            let counts = column.kind != Kind::Serial && columns.contains(index) && !row.cell(index).is_empty();
            self.0 |= u16::from(counts) << (index % 16);
        }
    }

    /// The columns in ascending order.
    fn iter(self) -> impl Iterator<Item = u8> {
        (0..16).filter(move |column| self.contains(*column))
    }
}

/// Adds the findings of a later check. If a cell has two findings, the more severe one stays. If both are equally severe, the
/// earlier one stays, but a later finding always replaces `normalized`.
pub fn merge(mut findings: Vec<Finding>, later: Vec<Finding>) -> Vec<Finding> {
    if later.is_empty() {
        return findings;
    }
    findings.extend(later);
    // The sort is stable: of equal severity, the earlier finding stays first.
    findings.sort_by_key(|f| (f.row, f.column, std::cmp::Reverse(f.severity()), f.code == crate::Code::Normalized));
    findings.dedup_by_key(|f| (f.row, f.column));
    findings
}

#[cfg(test)]
mod tests;
