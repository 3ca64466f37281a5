//! Compares what two readers take from a file.

use super::{Cell, Reading, SheetCells, SheetReading, Value};
pub(super) use crate::read::canonical_xlsx::column_letters;
use std::{collections::BTreeSet, fmt};

/// The reader whose result is compared with the product's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Other {
    /// Our canonical reader. Every part of the results is equal.
    Canonical,
    /// calamine. It knows stored values, and of formats only dates.
    Calamine,
    /// LibreOffice: its copy of the file, read by the product.
    LibreOffice,
}

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Canonical => "canonical",
            Self::Calamine => "calamine",
            Self::LibreOffice => "LibreOffice",
        })
    }
}

/// A difference between the product and another reader.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The other reader.
    pub other: Other,
    /// Where it is.
    pub place: Place,
    /// What the product reads.
    pub ours: Found,
    /// What the other reader reads.
    pub theirs: Found,
}

/// The place of a difference. Sheets count from 1 and are the visible ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The file.
    File,
    /// A sheet.
    Sheet(usize),
    /// A cell: sheet, row (1-based) and column (0-based).
    Cell(usize, u32, u32),
}

/// What a reader found at a place.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// A cell.
    Cell(Cell),
    /// The reason why the reader refuses the file or the sheet.
    Refusal(String),
    /// This number of sheets.
    Sheets(usize),
    /// The merged ranges that the other reader does not have.
    MergedCells(BTreeSet<[u32; 4]>),
    /// The hidden rows that the other reader does not have.
    HiddenRows(BTreeSet<u32>),
    /// The hidden columns that the other reader does not have.
    HiddenColumns(BTreeSet<u32>),
    /// Whether the sheet hides zeros.
    HiddenZeros(bool),
}

impl Found {
    /// The value of a cell.
    pub const fn value(&self) -> Option<&Value> {
        if let Self::Cell(cell) = self { Some(&cell.value) } else { None }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => f.write_str("file"),
            Self::Sheet(sheet) => write!(f, "sheet {sheet}"),
            Self::Cell(sheet, row, column) => write!(f, "sheet {sheet}, {}{row}", column_letters(*column)),
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Cell(Cell { value, is_formula }) => {
                write!(f, "{value}{}", if *is_formula { " of a formula" } else { "" })
            }
            Self::Refusal(reason) => write!(f, "refused: {reason}"),
            Self::Sheets(count) => write!(f, "{count} sheets"),
            Self::MergedCells(ranges) => write!(f, "merged cells {ranges:?}"),
            Self::HiddenRows(rows) => write!(f, "hidden rows {rows:?}"),
            Self::HiddenColumns(columns) => write!(f, "hidden columns {columns:?}"),
            Self::HiddenZeros(hidden) => write!(f, "{}", if *hidden { "zeros hidden" } else { "zeros shown" }),
        }
    }
}

/// Compares a file as the product reads it with the same file as another reader reads it.
pub fn compare(other: Other, ours: &Reading, theirs: &Reading) -> Vec<Difference> {
    let mut found = Vec::new();
    let difference = |place, ours, theirs| Difference { other, place, ours, theirs };
    match (ours, theirs) {
        (Err(ours), Err(theirs)) if other != Other::Canonical || ours == theirs => {}
        (Ok(ours), Ok(theirs)) if ours.len() == theirs.len() => {
            for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                compare_sheets(other, index + 1, ours, theirs, &mut found);
            }
        }
        _ => {
            let summary = |reading: &Reading| match reading {
                Ok(sheets) => Found::Sheets(sheets.len()),
                Err(reason) => Found::Refusal(reason.clone()),
            };
            found.push(difference(Place::File, summary(ours), summary(theirs)));
        }
    }
    found
}

fn compare_sheets(other: Other, sheet: usize, ours: &SheetReading, theirs: &SheetReading, found: &mut Vec<Difference>) {
    let difference = |place, ours, theirs| Difference { other, place, ours, theirs };
    match (ours, theirs) {
        (Err(ours), Err(theirs)) if other != Other::Canonical || ours == theirs => {}
        (Ok(ours), Ok(theirs)) => {
            let positions: BTreeSet<_> = ours.cells.keys().chain(theirs.cells.keys()).collect();
            for position @ (row, column) in positions {
                let (our, their) = (ours.cells.get(position), theirs.cells.get(position));
                if !are_equal(other, our, their) {
                    let cell = |cell: Option<&Cell>| cell.map_or(Found::Nothing, |cell| Found::Cell(cell.clone()));
                    found.push(difference(Place::Cell(sheet, *row, *column), cell(our), cell(their)));
                }
            }
            if other == Other::Canonical {
                compare_rest(sheet, ours, theirs, found);
            }
        }
        _ => {
            let summary = |reading: &SheetReading| match reading {
                Ok(_) => Found::Nothing,
                Err(reason) => Found::Refusal(reason.clone()),
            };
            found.push(difference(Place::Sheet(sheet), summary(ours), summary(theirs)));
        }
    }
}

/// Compares merged ranges and what the sheets hide.
fn compare_rest(sheet: usize, ours: &SheetCells, theirs: &SheetCells, found: &mut Vec<Difference>) {
    let mut push = |ours, theirs| {
        found.push(Difference { other: Other::Canonical, place: Place::Sheet(sheet), ours, theirs });
    };
    if ours.merged != theirs.merged {
        let only = |of: &SheetCells, than: &SheetCells| Found::MergedCells(&of.merged - &than.merged);
        push(only(ours, theirs), only(theirs, ours));
    }
    if ours.hidden != theirs.hidden {
        let only = |of: &SheetCells, than: &SheetCells| Found::HiddenRows(&of.hidden - &than.hidden);
        push(only(ours, theirs), only(theirs, ours));
    }
    if ours.hidden_columns != theirs.hidden_columns {
        let only = |of: &SheetCells, than: &SheetCells| Found::HiddenColumns(&of.hidden_columns - &than.hidden_columns);
        push(only(ours, theirs), only(theirs, ours));
    }
    if ours.hides_zeros != theirs.hides_zeros {
        push(Found::HiddenZeros(ours.hides_zeros), Found::HiddenZeros(theirs.hides_zeros));
    }
}

fn are_equal(other: Other, ours: Option<&Cell>, theirs: Option<&Cell>) -> bool {
    if other == Other::Canonical {
        return ours == theirs;
    }
    // Others do not tell an empty text from an empty cell.
    let filled = |cell: Option<&'_ Cell>| {
        cell.filter(|cell| !matches!(&cell.value, Value::Text(text) if text.is_empty())).map(|cell| stored(&cell.value))
    };
    filled(ours) == filled(theirs)
}

/// The value without what a number format other than a date makes of it.
fn stored(value: &Value) -> Value {
    match value {
        Value::Percent(stored) | Value::Scaled { stored, .. } | Value::Shown { stored, .. } => Value::Number(*stored),
        value => value.clone(),
    }
}
