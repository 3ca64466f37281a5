//! Collects every cell of a sheet.

use super::{Cell, SheetCells, Value, View};
use crate::read::{
    Limits, Result,
    cell_sink::{CellSink, CellSinkFactory},
    number_format::{NumberFormat, is_in_calendar},
    sheet::{CellRange, CellValue, TextPool},
};
use domain::{Excess, Refusal, schema::Kind};
use std::collections::BTreeSet;

/// Makes the collectors of the cells of any sheet.
pub(super) struct GridCollectors {
    pub(super) view: View,
    pub(super) limits: Limits,
}

impl CellSinkFactory for GridCollectors {
    type Output = SheetCells;
    type Sink<'t> = GridCollector<'t>;

    fn sink<'t>(&self, texts: &'t mut TextPool) -> GridCollector<'t> {
        GridCollector {
            view: self.view,
            limits: self.limits,
            texts,
            text_bytes: 0,
            cells: Vec::new(),
            formula: None,
            merged: BTreeSet::new(),
            hidden: BTreeSet::new(),
            hidden_columns: BTreeSet::new(),
            hides_zeros: false,
        }
    }
}

/// Collects the cells of a sheet, the merged ranges and what the sheet hides.
pub(super) struct GridCollector<'a> {
    view: View,
    limits: Limits,
    texts: &'a mut TextPool,
    /// Bytes of the texts of all cells so far.
    text_bytes: u64,
    /// Row, column and content, in the order of the file.
    cells: Vec<((u32, u32), Cell)>,
    /// The cell whose value is the result of a formula, if the value is still to come.
    formula: Option<(u32, u32)>,
    merged: BTreeSet<[u32; 4]>,
    hidden: BTreeSet<u32>,
    hidden_columns: BTreeSet<u32>,
    hides_zeros: bool,
}

/// Maximum number of cells, of merged ranges and of hidden rows of a sheet. They are held in memory several times.
const MAX_ITEMS: usize = 1 << 20;

impl CellSink for GridCollector<'_> {
    type Output = SheetCells;

    const COLUMNS: usize = 1 << 14;

    fn limits(&self) -> Limits {
        self.limits
    }

    fn texts(&self) -> &TextPool {
        self.texts
    }

    fn texts_mut(&mut self) -> &mut TextPool {
        self.texts
    }

    fn takes_text(&self, _row: u32, column: u32) -> bool {
        (column as usize) < Self::COLUMNS
    }

    fn shown_as(&self, _row: u32, _column: u32) -> Option<Kind> {
        self.view.kind()
    }

    fn mark_formula(&mut self, row: u32, column: u32) {
        self.formula = Some((row, column));
    }

    fn merged_cells(&mut self, range: CellRange) -> Result<()> {
        self.merged.insert([range.first_row, range.last_row, range.first_column, range.last_column]);
        check_items(self.merged.len())
    }

    fn hidden_row(&mut self, row: u32) {
        // A row number is at most 2^20 in a spreadsheet, but not in any file.
        if self.hidden.len() < MAX_ITEMS {
            self.hidden.insert(row);
        }
    }

    fn hide_columns(&mut self, first: u32, last: u32) {
        let last = last.min(u32::try_from(Self::COLUMNS).unwrap_or(u32::MAX));
        self.hidden_columns.extend(first..=last);
    }

    fn hide_zeros(&mut self) {
        self.hides_zeros = true;
    }

    fn stored_number(&self, value: f64, format: &NumberFormat) -> CellValue {
        if format.is_date() && is_in_calendar(value) {
            CellValue::Date(value)
        } else {
            CellValue::Number { value, percent: false }
        }
    }

    fn cell(&mut self, row: u32, column: u32, value: CellValue) -> Result<()> {
        let is_marked = self.formula.take() == Some((row, column));
        let value = match value {
            CellValue::Empty => return Ok(()),
            CellValue::Text(text) => Value::Text(self.texts.get(text).to_owned()),
            CellValue::Shown { stored, text } | CellValue::Abbreviated { stored, text } => {
                Value::Shown { stored, text: self.texts.get(text).to_owned() }
            }
            CellValue::Number { value, percent: false } => Value::Number(value),
            CellValue::Number { value, percent: true } => Value::Percent(value),
            CellValue::Scaled { stored, shown } => Value::Scaled { stored, shown },
            CellValue::Date(days) => Value::Date(days),
            CellValue::Bool(value) => Value::Bool(value),
            CellValue::Error(text) => Value::Error(text.to_owned()),
            CellValue::FormulaWithoutValue => Value::FormulaWithoutValue,
        };
        if let Value::Text(text) | Value::Shown { text, .. } = &value {
            self.text_bytes += text.len() as u64;
        }
        if self.text_bytes > self.limits.text_bytes() {
            return Err(self.limits.too_much_text());
        }
        let is_formula = is_marked || value == Value::FormulaWithoutValue;
        // The product takes no cell from further columns either.
        if (column as usize) < Self::COLUMNS {
            self.cells.push(((row, column), Cell { value, is_formula }));
        }
        check_items(self.cells.len())
    }

    fn finish(self) -> Result<SheetCells> {
        // If a cell occurs twice, the later value in the file wins.
        Ok(SheetCells {
            cells: self.cells.into_iter().collect(),
            merged: self.merged,
            hidden: self.hidden,
            hidden_columns: self.hidden_columns,
            hides_zeros: self.hides_zeros,
        })
    }
}

/// Refuses a sheet with too many items.
const fn check_items(count: usize) -> Result<()> {
    if count > MAX_ITEMS { Err(Refusal::TooLarge(Excess::Elements)) } else { Ok(()) }
}
