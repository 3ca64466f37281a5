//! The rows of one sheet, cell by cell: never a dense range, so that a single cell far out costs nothing.

use super::{
    Limits, Result,
    header::{HEAD_ROWS, Head},
};
use domain::{
    Refusal, Template, normalize,
    schema::{FIRST_DATA_ROW, HEADER_ROW, Kind},
    sheet::{Cell, Row},
};

/// Collects the cells of a sheet in the order in which they come.
pub(super) struct Collector {
    template: Template,
    limits: Limits,
    /// Bytes of text so far.
    text: u64,
    head: Head,
    /// Whether the header is known to be ours; decided at the first cell below it.
    ours: Option<bool>,
    rows: Vec<Row>,
    /// Rows so far with anything in them.
    filled: u32,
    /// Whether the newest row has anything in it.
    newest_filled: bool,
    /// Whether every row came below the one before.
    ascending: bool,
}

impl Collector {
    pub(super) fn new(template: Template, limits: Limits) -> Self {
        Self {
            template,
            limits,
            text: 0,
            head: Head::default(),
            ours: None,
            rows: Vec::new(),
            filled: 0,
            newest_filled: false,
            ascending: true,
        }
    }

    /// Takes a cell at a row (1-based) and column (0-based).
    pub(super) fn cell(&mut self, row: u32, column: u32, cell: Cell) -> Result<()> {
        if row <= HEAD_ROWS && self.ours != Some(true) {
            self.note(row, column, &cell);
        }
        if row < FIRST_DATA_ROW {
            return Ok(());
        }
        let ours = *self.ours.get_or_insert_with(|| self.head.is(self.template));
        if !ours {
            return if row > HEAD_ROWS { Err(self.head.refusal(self.template)) } else { Ok(()) };
        }
        self.data(row, column, cell)
    }

    fn note(&mut self, row: u32, column: u32, cell: &Cell) {
        match cell {
            Cell::Text(text) => self.head.note(row, column, text),
            Cell::Number { value, .. } if row == HEADER_ROW => self.head.note(row, column, &value.to_string()),
            _ => {}
        }
    }

    fn data(&mut self, number: u32, column: u32, cell: Cell) -> Result<()> {
        let columns = self.template.columns();
        let Some(kind) = columns.get(column as usize).map(|c| c.kind) else { return Ok(()) };
        if matches!(cell, Cell::Empty) {
            return Ok(());
        }
        if self.rows.last().is_none_or(|newest| newest.row != number) {
            self.begin(number);
        }
        // A serial number alone does not make a row: sheets come with them filled in ahead.
        if kind != Kind::Serial && !self.newest_filled && !is_blank(&cell) {
            self.newest_filled = true;
            self.filled += 1;
            if self.filled > self.limits.rows {
                return Err(Refusal::TooManyRows { limit: self.limits.rows });
            }
        }
        if let Cell::Text(text) = &cell {
            self.text = self.text.saturating_add(text.len() as u64);
            if self.text > self.limits.text() {
                return Err(self.limits.too_large());
            }
        }
        if let Some(slot) = self.rows.last_mut().and_then(|row| row.cells.get_mut(column as usize)) {
            *slot = cell;
        }
        Ok(())
    }

    fn begin(&mut self, number: u32) {
        if !self.newest_filled {
            self.rows.pop();
        }
        self.ascending &= self.rows.last().is_none_or(|newest| newest.row < number);
        let cells = vec![Cell::Empty; self.template.columns().len()];
        self.rows.push(Row { row: number, cells });
        self.newest_filled = false;
    }

    /// The rows, ascending, without the blank ones.
    pub(super) fn finish(mut self) -> Result<Vec<Row>> {
        if !self.ours.unwrap_or_else(|| self.head.is(self.template)) {
            return Err(self.head.refusal(self.template));
        }
        if !self.newest_filled {
            self.rows.pop();
        }
        if !self.ascending {
            // Some writers give a row in pieces; what comes later in the file stands.
            self.rows.sort_by_key(|row| row.row);
            self.rows.dedup_by(|later, earlier| {
                let same = later.row == earlier.row;
                if same {
                    for (slot, cell) in earlier.cells.iter_mut().zip(later.cells.drain(..)) {
                        if !matches!(cell, Cell::Empty) {
                            *slot = cell;
                        }
                    }
                }
                same
            });
        }
        if self.rows.is_empty() { Err(Refusal::Empty) } else { Ok(self.rows) }
    }
}

fn is_blank(cell: &Cell) -> bool {
    match cell {
        Cell::Empty => true,
        Cell::Text(text) => normalize::is_blank(text),
        _ => false,
    }
}
