//! Reads every cell of every visible sheet in several ways, to compare the readers with each other and with others.
//!
//! The product reads a template's rows only. The oracle takes all cells from the same readers by another [`CellSink`], so that
//! any spreadsheet of the world tests them. It is compiled for tests and with the feature `oracle`, which the product never
//! enables.
//!
//! [`CellSink`]: super::cell_sink::CellSink

pub mod compare;
mod grid;
pub mod known_differences;
mod plain_calamine;

pub use plain_calamine::read_by_calamine;

use super::{
    Limits, Result, canonical_xlsx,
    cell_sink::CellSinkFactory,
    compound_file,
    fast_xlsx::{self, Stop},
    package::Package,
    sheet::TextPool,
    xls, xlsx,
};
use domain::{Refusal, schema::Kind};
use grid::GridCollectors;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// What a reader takes from a file: its visible sheets of cells in the order of the workbook, or why it refuses the file.
pub type Reading = std::result::Result<Vec<SheetReading>, String>;

/// The cells of a sheet, or why the reader refuses the sheet.
pub type SheetReading = std::result::Result<SheetCells, String>;

/// How the formats of cells count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Formats only tell dates from other numbers.
    Stored,
    /// As a person sees a column of texts.
    Text,
    /// As a person sees a column of amounts.
    Amount,
    /// As a person sees a column of percentages.
    Ratio,
}

impl View {
    /// All views.
    pub const ALL: [Self; 4] = [Self::Stored, Self::Text, Self::Amount, Self::Ratio];

    const fn kind(self) -> Option<Kind> {
        match self {
            Self::Stored => None,
            Self::Text => Some(Kind::Remark),
            Self::Amount => Some(Kind::Amount),
            Self::Ratio => Some(Kind::Ratio),
        }
    }
}

/// The value of a cell that is not empty.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A number as stored.
    Number(f64),
    /// A number as stored, shown times 100 with a percent sign.
    Percent(f64),
    /// A number whose format shows a fraction of it.
    Scaled {
        /// The number as stored.
        stored: f64,
        /// The number as shown.
        shown: f64,
    },
    /// A number that its format turns into a text.
    Shown {
        /// The number as stored.
        stored: f64,
        /// The text.
        text: String,
    },
    /// A date or a time, in days counted from 1900.
    Date(f64),
    /// TRUE or FALSE.
    Bool(bool),
    /// An error value as the cell shows it.
    Error(String),
    /// A formula without a stored value.
    FormulaWithoutValue,
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "text {:?}", shortened(text)),
            Self::Number(value) => write!(f, "number {value}"),
            Self::Percent(value) => write!(f, "number {value} as a percentage"),
            Self::Scaled { stored, shown } => write!(f, "number {stored} shown as {shown}"),
            Self::Shown { stored, text } => write!(f, "number {stored} shown as {:?}", shortened(text)),
            Self::Date(days) => write!(f, "date {days}"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Error(text) => write!(f, "error {text}"),
            Self::FormulaWithoutValue => f.write_str("formula without value"),
        }
    }
}

/// The start of a text, for a report.
fn shortened(text: &str) -> &str {
    const BYTES: usize = 120;
    text.get(..text.floor_char_boundary(BYTES)).unwrap_or(text)
}

/// A cell that is not empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Its value.
    pub value: Value,
    /// Whether the value is the result of a formula.
    pub is_formula: bool,
}

/// A sheet. Rows are 1-based, columns 0-based.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SheetCells {
    /// The cells by row and column.
    pub cells: BTreeMap<(u32, u32), Cell>,
    /// The merged ranges: first and last row, first and last column.
    pub merged: BTreeSet<[u32; 4]>,
    /// The hidden rows.
    pub hidden: BTreeSet<u32>,
    /// The hidden columns.
    pub hidden_columns: BTreeSet<u32>,
    /// Whether the sheet shows an empty cell for a zero.
    pub hides_zeros: bool,
}

/// Reads a file as the product does, but all its cells.
pub fn read_as_product(bytes: &[u8], view: View, limits: Limits) -> Reading {
    product_sheets(bytes, view, limits).map_err(code)
}

/// Reads an .xlsx by the canonical reader alone. `None`: the file is no .xlsx.
pub fn read_canonically(bytes: &[u8], view: View, limits: Limits) -> Option<Reading> {
    if is_package(bytes) {
        return Some(canonical_sheets(bytes, view, limits).map_err(code));
    }
    match xls::content(bytes) {
        Ok(xls::Content::Package(package)) => Some(canonical_sheets(&package, view, limits).map_err(code)),
        _ => None,
    }
}

/// Whether the fast scanner reads all of an .xlsx alone.
pub fn is_read_by_fast_scanner(bytes: &[u8], limits: Limits) -> bool {
    let scan = || -> std::result::Result<(), Stop> {
        let mut package = Package::open(bytes, limits)?;
        let (paths, mut cells) = xlsx::workbook(&mut package)?;
        let mut texts = TextPool::default();
        if let Some(path) = cells.shared_strings.clone().filter(|path| package.has_part(path)) {
            cells.shared = fast_xlsx::shared_strings(package.part(&path, limits.text_bytes())?, &mut texts)?;
        }
        let to = GridCollectors { view: View::Stored, limits };
        for path in paths {
            fast_xlsx::sheet(package.part(&path, u64::MAX)?, &cells, to.sink(&mut texts))?;
        }
        Ok(())
    };
    scan().is_ok()
}

fn is_package(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

fn product_sheets(bytes: &[u8], view: View, limits: Limits) -> Result<Vec<SheetReading>> {
    if is_package(bytes) {
        return package_sheets(bytes, view, limits);
    }
    if !bytes.starts_with(compound_file::SIGNATURE) {
        return Err(Refusal::NotASpreadsheet);
    }
    let stream = match xls::content(bytes)? {
        xls::Content::Package(package) => return package_sheets(&package, view, limits),
        xls::Content::Records(stream) => stream,
    };
    let mut texts = TextPool::default();
    let mut workbook = xls::Workbook::open(&stream, &mut texts)?;
    let to = GridCollectors { view, limits };
    let starts = workbook.sheets().into_iter();
    Ok(starts.map(|start| workbook.sheet(start, to.sink(&mut texts)).map_err(code)).collect())
}

fn package_sheets(bytes: &[u8], view: View, limits: Limits) -> Result<Vec<SheetReading>> {
    let mut texts = TextPool::default();
    let mut workbook = xlsx::Workbook::open(bytes, limits, &mut texts)?;
    let to = GridCollectors { view, limits };
    let paths = workbook.sheets().into_iter();
    Ok(paths.map(|path| workbook.sheet(&path, &to, &mut texts).map_err(code)).collect())
}

fn canonical_sheets(bytes: &[u8], view: View, limits: Limits) -> Result<Vec<SheetReading>> {
    let mut package = Package::open(bytes, limits)?;
    let (paths, mut cells) = xlsx::workbook(&mut package)?;
    let mut texts = TextPool::default();
    if let Some(path) = cells.shared_strings.clone().filter(|path| package.has_part(path)) {
        let part = package.part(&path, limits.text_bytes())?;
        cells.shared = canonical_xlsx::shared_strings(part, &mut texts, limits)?;
    }
    let to = GridCollectors { view, limits };
    let mut read = |path: String| canonical_xlsx::sheet(package.part(&path, u64::MAX)?, &cells, to.sink(&mut texts));
    Ok(paths.into_iter().map(|path| read(path).map_err(code)).collect())
}

fn code(refusal: Refusal) -> String {
    refusal.code().to_owned()
}

#[cfg(test)]
mod tests;
