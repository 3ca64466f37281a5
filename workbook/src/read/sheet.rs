//! Collects the rows of one sheet cell by cell. It never builds a dense range, so that a single cell far outside the
//! template costs no memory.

use super::{
    Limits, Result,
    header::{FirstRows, HEADER_SEARCH_COLUMNS, HEADER_SEARCH_ROWS},
    number_format::{NumberFormat, format_date},
};
use domain::{
    Refusal, Template, normalize,
    schema::{FIRST_DATA_ROW, HEADER_ROW, Kind},
    sheet::{Cell, Row},
};

/// The filled rows of a sheet in ascending order. A text that many cells share is stored once.
#[derive(Debug, PartialEq)]
pub struct Sheet {
    texts: TextPool,
    rows: Rows,
}

impl Sheet {
    pub(super) const fn new(texts: TextPool, rows: Rows) -> Self {
        Self { texts, rows }
    }

    /// The rows. Each has as many cells as the template has columns.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = Row<'_>> + ExactSizeIterator {
        let Rows { width, numbers, cells } = &self.rows;
        numbers
            .iter()
            .zip(cells.chunks_exact(*width))
            .map(|(row, cells)| Row { row: *row, cells: cells.iter().map(|value| self.texts.cell(*value)).collect() })
    }
}

/// All texts of a file, concatenated.
#[derive(Debug, Default, PartialEq)]
pub(super) struct TextPool(String);

/// The byte range of one text in a [`TextPool`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct TextSpan {
    start: u32,
    end: u32,
}

impl TextPool {
    /// Adds a text. `write` appends its pieces to the pool.
    pub(super) fn add(&mut self, write: impl FnOnce(&mut String) -> Result<()>) -> Result<TextSpan> {
        let start = self.end()?;
        write(&mut self.0)?;
        Ok(TextSpan { start, end: self.end()? })
    }

    fn end(&self) -> Result<u32> {
        u32::try_from(self.0.len()).map_err(|_| Refusal::Damaged)
    }

    /// Removes the texts that were added since `mark`, an empty text, was added.
    pub(super) fn truncate(&mut self, mark: TextSpan) {
        self.0.truncate(mark.start as usize);
    }

    pub(super) fn get(&self, span: TextSpan) -> &str {
        self.0.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    fn cell(&self, value: CellValue) -> Cell<'_> {
        match value {
            CellValue::Empty => Cell::Empty,
            CellValue::Text(span) => Cell::Text(self.get(span).into()),
            CellValue::Number { value, percent } => Cell::Number { value, percent },
            // A date becomes the text that a person sees. Its number of days could be mistaken for an amount.
            CellValue::Date(days) => Cell::Text(format_date(days).into()),
            CellValue::Bool(value) => Cell::Bool(value),
            CellValue::Error(text) => Cell::Error(text),
        }
    }
}

/// The value of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum CellValue {
    /// An empty cell.
    #[default]
    Empty,
    /// A text in the [`TextPool`].
    Text(TextSpan),
    /// A number as stored. `percent`: the cell shows it times 100 with a percent sign.
    Number { value: f64, percent: bool },
    /// A date or a time, in days counted from 1900.
    Date(f64),
    /// TRUE or FALSE.
    Bool(bool),
    /// An error value as the cell shows it, for example `#N/A`.
    Error(&'static str),
}

/// Row numbers, and the cells of all rows concatenated.
#[derive(Debug, PartialEq)]
pub(super) struct Rows {
    width: usize,
    numbers: Vec<u32>,
    cells: Vec<CellValue>,
}

impl Rows {
    fn push(&mut self, number: u32) {
        self.numbers.push(number);
        self.cells.resize(self.cells.len() + self.width, CellValue::Empty);
    }

    fn pop(&mut self) {
        if self.numbers.pop().is_some() {
            self.cells.truncate(self.cells.len() - self.width);
        }
    }

    /// The cells of the row that was added last.
    fn last_row(&mut self) -> &mut [CellValue] {
        let start = self.cells.len().saturating_sub(self.width);
        self.cells.get_mut(start..).unwrap_or_default()
    }

    /// Sorts the rows and joins the pieces of a row, because some programs write a row in several pieces or the rows in any
    /// order. If a cell occurs twice, the later value in the file wins.
    fn sorted(self) -> Self {
        let mut pieces: Vec<(u32, &[CellValue])> =
            self.numbers.iter().copied().zip(self.cells.chunks_exact(self.width)).collect();
        pieces.sort_by_key(|(number, _)| *number);
        let mut rows = Self { width: self.width, numbers: Vec::new(), cells: Vec::with_capacity(self.cells.len()) };
        for (number, cells) in pieces {
            if rows.numbers.last() != Some(&number) {
                rows.push(number);
            }
            for (cell, slot) in cells.iter().zip(rows.last_row()) {
                if *cell != CellValue::Empty {
                    *slot = *cell;
                }
            }
        }
        rows
    }
}

/// A rectangle of cells: rows 1-based, columns 0-based, all inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CellRange {
    pub(super) first_row: u32,
    pub(super) last_row: u32,
    pub(super) first_column: u32,
    pub(super) last_column: u32,
}

/// Collects the cells of a sheet in the order of the file.
pub(super) struct RowCollector<'a> {
    template: Template,
    limits: Limits,
    texts: &'a mut TextPool,
    /// Bytes of the texts of all cells so far. A shared text counts once per cell.
    text_bytes: u64,
    first_rows: FirstRows,
    /// Whether row 3 is the template's header. Decided at the first cell below it.
    header_matches: Option<bool>,
    rows: Rows,
    /// Number of rows so far that are not blank.
    filled_rows: u32,
    /// Whether the last row is not blank.
    last_row_filled: bool,
    /// Whether the row numbers have only increased so far.
    ascending: bool,
}

impl<'a> RowCollector<'a> {
    /// `texts` holds the shared texts that cells may refer to.
    pub(super) fn new(template: Template, limits: Limits, texts: &'a mut TextPool) -> Self {
        Self {
            template,
            limits,
            texts,
            text_bytes: 0,
            first_rows: FirstRows::default(),
            header_matches: None,
            rows: Rows { width: template.columns().len(), numbers: Vec::new(), cells: Vec::new() },
            filled_rows: 0,
            last_row_filled: false,
            ascending: true,
        }
    }

    /// A text that cells share.
    pub(super) fn text_of(&self, text: TextSpan) -> &str {
        self.texts.get(text)
    }

    /// Adds a cell with a number.
    pub(super) fn number(&mut self, row: u32, column: u32, value: f64, format: &NumberFormat) -> Result<()> {
        self.cell(row, column, format.cell_value(value))
    }

    /// Adds a cell with a text that other cells share.
    pub(super) fn shared_text(&mut self, row: u32, column: u32, text: TextSpan, _format: &NumberFormat) -> Result<()> {
        self.cell(row, column, CellValue::Text(text))
    }

    /// Adds a cell with a formula that has no stored value.
    pub(super) fn formula_without_value(&mut self, row: u32, column: u32) -> Result<()> {
        self.cell(row, column, CellValue::Empty)
    }

    /// Records merged cells. Only the first cell of the range has a value.
    pub(super) fn merged_cells(&mut self, _range: CellRange) -> Result<()> {
        Ok(())
    }

    /// Records that a row (1-based) is hidden, also by a filter.
    pub(super) fn hidden_row(&mut self, _row: u32) {}

    /// Adds a cell with a text of its own. `write` appends the text to the pool.
    pub(super) fn text(
        &mut self,
        row: u32,
        column: u32,
        _format: &NumberFormat,
        write: impl FnOnce(&mut String) -> Result<()>,
    ) -> Result<()> {
        let columns = if row <= HEADER_SEARCH_ROWS { HEADER_SEARCH_COLUMNS } else { self.template.columns().len() };
        if column as usize >= columns {
            return Ok(());
        }
        let text = self.texts.add(write)?;
        // The pool holds the shared texts and the texts of single cells; each kind has the limit of its own.
        if self.texts.0.len() as u64 > self.limits.text_bytes().saturating_mul(2) {
            return Err(self.limits.too_large());
        }
        self.cell(row, column, CellValue::Text(text))
    }

    /// Adds a cell at a row (1-based) and column (0-based).
    pub(super) fn cell(&mut self, row: u32, column: u32, value: CellValue) -> Result<()> {
        if row <= HEADER_SEARCH_ROWS && self.header_matches != Some(true) {
            self.record_header(row, column, value);
        }
        if row < FIRST_DATA_ROW {
            return Ok(());
        }
        let header_matches = *self.header_matches.get_or_insert_with(|| self.first_rows.matches(self.template));
        if !header_matches {
            return if row > HEADER_SEARCH_ROWS { Err(self.first_rows.refusal(self.template)) } else { Ok(()) };
        }
        self.data_cell(row, column, value)
    }

    fn record_header(&mut self, row: u32, column: u32, value: CellValue) {
        match value {
            CellValue::Text(text) => self.first_rows.record(row, column, self.texts.get(text)),
            CellValue::Number { value, .. } if row == HEADER_ROW => {
                self.first_rows.record(row, column, &value.to_string());
            }
            _ => {}
        }
    }

    fn data_cell(&mut self, number: u32, column: u32, value: CellValue) -> Result<()> {
        let columns = self.template.columns();
        let Some(kind) = columns.get(column as usize).map(|c| c.kind) else { return Ok(()) };
        if value == CellValue::Empty {
            return Ok(());
        }
        if self.rows.numbers.last() != Some(&number) {
            self.begin_row(number);
        }
        // A row with nothing but 序号 is blank: users fill in the serial numbers in advance.
        if kind != Kind::Serial && !self.last_row_filled && !self.is_blank(value) {
            self.last_row_filled = true;
            self.filled_rows += 1;
            if self.filled_rows > self.limits.rows {
                return Err(Refusal::TooManyRows { limit: self.limits.rows });
            }
        }
        if let CellValue::Text(TextSpan { start, end }) = value {
            self.text_bytes = self.text_bytes.saturating_add(u64::from(end - start));
            if self.text_bytes > self.limits.text_bytes() {
                return Err(self.limits.too_large());
            }
        }
        if let Some(slot) = self.rows.last_row().get_mut(column as usize) {
            *slot = value;
        }
        Ok(())
    }

    fn begin_row(&mut self, number: u32) {
        if !self.last_row_filled {
            self.rows.pop();
        }
        self.ascending &= self.rows.numbers.last().is_none_or(|last| *last < number);
        self.rows.push(number);
        self.last_row_filled = false;
    }

    fn is_blank(&self, value: CellValue) -> bool {
        match value {
            CellValue::Empty => true,
            CellValue::Text(text) => normalize::is_blank(self.texts.get(text)),
            _ => false,
        }
    }

    /// Returns the rows in ascending order, without blank rows.
    pub(super) fn finish(mut self) -> Result<Rows> {
        if !self.header_matches.unwrap_or_else(|| self.first_rows.matches(self.template)) {
            return Err(self.first_rows.refusal(self.template));
        }
        if !self.last_row_filled {
            self.rows.pop();
        }
        let rows = if self.ascending { self.rows } else { self.rows.sorted() };
        if rows.numbers.is_empty() { Err(Refusal::Empty) } else { Ok(rows) }
    }
}
