//! Collects the rows of one sheet cell by cell. It never builds a dense range, so that a single cell far outside the
//! template costs no memory.

use super::{
    Limits, Result,
    cell_sink::{CellSink, CellSinkFactory},
    header::{FirstRows, HEADER_SEARCH_COLUMNS, HEADER_SEARCH_ROWS},
    number_format::{Sections, format_date},
};
use domain::{
    Excess, Refusal, Template, normalize,
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
        let Rows { width, numbers, cells, merged, hidden, hidden_columns } = &self.rows;
        numbers.iter().zip(cells.chunks_exact(*width)).enumerate().map(|(index, (row, cells))| Row {
            row: *row,
            cells: cells.iter().map(|value| self.texts.cell(*value)).collect(),
            merged: merged.get(index).copied().unwrap_or_default(),
            hidden: hidden.get(index).copied().unwrap_or_default(),
            hidden_columns: *hidden_columns,
        })
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

    /// The size of all texts.
    pub(super) const fn bytes(&self) -> u64 {
        self.0.len() as u64
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

    /// Adds what a format makes of a text of the pool.
    pub(super) fn add_formatted(&mut self, text: TextSpan, sections: &Sections) -> Result<TextSpan> {
        let mut shown = String::new();
        sections.write_text(self.get(text), &mut shown);
        self.add(|texts| {
            texts.push_str(&shown);
            Ok(())
        })
    }

    fn cell(&self, value: CellValue) -> Cell<'_> {
        match value {
            CellValue::Empty => Cell::Empty,
            CellValue::Text(span) => Cell::Text(self.get(span).into()),
            CellValue::Number { value, percent } => Cell::Number { value, percent },
            // A date becomes the text that a person sees. Its number of days could be mistaken for an amount.
            CellValue::Date(days) => Cell::Text(format_date(days).into()),
            CellValue::Scaled { stored, shown } => Cell::Scaled { stored, shown },
            CellValue::Shown { stored, text } => Cell::Shown { stored, text: self.get(text).into() },
            CellValue::Abbreviated { stored, text } => Cell::Abbreviated { stored, shown: self.get(text).into() },
            CellValue::Bool(value) => Cell::Bool(value),
            CellValue::Error(text) => Cell::Error(text),
            CellValue::FormulaWithoutValue => Cell::FormulaWithoutValue,
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
    /// A number in a number column whose format shows a fraction of it.
    Scaled { stored: f64, shown: f64 },
    /// A number that its format turns into a text of the [`TextPool`].
    Shown { stored: f64, text: TextSpan },
    /// A number in a text column that its format abbreviates to a text of the [`TextPool`].
    Abbreviated { stored: f64, text: TextSpan },
    /// A date or a time in a number column, in days counted from 1900.
    Date(f64),
    /// TRUE or FALSE.
    Bool(bool),
    /// An error value as the cell shows it, for example `#N/A`.
    Error(&'static str),
    /// A formula without a stored value.
    FormulaWithoutValue,
}

/// Row numbers, and the cells of all rows concatenated.
#[derive(Debug, PartialEq)]
pub(super) struct Rows {
    width: usize,
    numbers: Vec<u32>,
    cells: Vec<CellValue>,
    /// The columns of each row that are merged with a filled cell before them, one bit per column. Empty if there are none.
    merged: Vec<u16>,
    /// Whether each row is hidden. Empty if no row is.
    hidden: Vec<bool>,
    /// The hidden columns, one bit per column.
    hidden_columns: u16,
}

impl Rows {
    const fn new(width: usize) -> Self {
        Self {
            width,
            numbers: Vec::new(),
            cells: Vec::new(),
            merged: Vec::new(),
            hidden: Vec::new(),
            hidden_columns: 0,
        }
    }

    /// The cell of a row, by the index of the row.
    fn cell_mut(&mut self, index: usize, column: usize) -> Option<&mut CellValue> {
        if column >= self.width {
            return None;
        }
        self.cells.get_mut(index * self.width + column)
    }

    fn push(&mut self, number: u32) {
        self.numbers.push(number);
        self.cells.resize(self.cells.len() + self.width, CellValue::Empty);
    }

    fn pop(&mut self) {
        if self.numbers.pop().is_some() {
            self.cells.truncate(self.cells.len() - self.width);
        }
    }

    /// Empties the cells that have a zero.
    fn remove_zeros(&mut self) {
        for cell in self.cells.iter_mut().filter(|cell| is_zero(**cell)) {
            *cell = CellValue::Empty;
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
        let mut rows = Self { cells: Vec::with_capacity(self.cells.len()), ..Self::new(self.width) };
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

/// The part of merged cells that lies in the columns of the template. It is smaller than a [`CellRange`], because a file may
/// have a million of them.
#[derive(Clone, Copy)]
struct MergedCells {
    first_row: u32,
    last_row: u32,
    first_column: u8,
    last_column: u8,
}

/// Row numbers, one bit per row.
#[derive(Default)]
struct RowSet(Vec<u64>);

impl RowSet {
    /// The last row of a spreadsheet.
    const MAX_ROW: u32 = 1 << 20;

    fn insert(&mut self, row: u32) {
        if row > Self::MAX_ROW {
            return;
        }
        let word = row as usize / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << (row % 64);
        }
    }

    fn contains(&self, row: u32) -> bool {
        self.0.get(row as usize / 64).is_some_and(|word| word & 1 << (row % 64) != 0)
    }
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
    /// The cell whose value is the result of a formula, if the value is still to come.
    formula: Option<(u32, u32)>,
    merged: Vec<MergedCells>,
    hidden: RowSet,
    /// The hidden columns, one bit per column.
    hidden_columns: u16,
    /// Whether the sheet does not show zeros.
    hides_zeros: bool,
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
            rows: Rows::new(template.columns().len()),
            filled_rows: 0,
            last_row_filled: false,
            ascending: true,
            formula: None,
            merged: Vec::new(),
            hidden: RowSet::default(),
            hidden_columns: 0,
            hides_zeros: false,
        }
    }
}

/// Makes the collectors of a template's rows.
pub(super) struct RowCollectors {
    pub(super) template: Template,
    pub(super) limits: Limits,
}

impl CellSinkFactory for RowCollectors {
    type Output = Rows;
    type Sink<'t> = RowCollector<'t>;

    fn sink<'t>(&self, texts: &'t mut TextPool) -> RowCollector<'t> {
        RowCollector::new(self.template, self.limits, texts)
    }
}

impl CellSink for RowCollector<'_> {
    type Output = Rows;

    const COLUMNS: usize = HEADER_SEARCH_COLUMNS;

    fn limits(&self) -> Limits {
        self.limits
    }

    fn texts(&self) -> &TextPool {
        self.texts
    }

    fn texts_mut(&mut self) -> &mut TextPool {
        self.texts
    }

    fn takes_text(&self, row: u32, column: u32) -> bool {
        let columns = if row <= HEADER_SEARCH_ROWS { HEADER_SEARCH_COLUMNS } else { self.template.columns().len() };
        (column as usize) < columns
    }

    /// Cells above the data, and serial numbers, count as stored.
    fn shown_as(&self, row: u32, column: u32) -> Option<Kind> {
        let kind = self.template.columns().get(column as usize)?.kind;
        (row >= FIRST_DATA_ROW && kind != Kind::Serial).then_some(kind)
    }

    fn mark_formula(&mut self, row: u32, column: u32) {
        self.formula = Some((row, column));
    }

    fn merged_cells(&mut self, range: CellRange) -> Result<()> {
        /// A file with more ranges is refused, so that they fill at most 24 MB.
        const MAX_RANGES: u32 = 2_000_000;
        let CellRange { first_row, last_row, first_column, last_column } = range;
        let Some(last_template_column) = self.rows.width.checked_sub(1).and_then(|last| u8::try_from(last).ok()) else {
            return Ok(());
        };
        let last_column = u8::try_from(last_column).unwrap_or(u8::MAX).min(last_template_column);
        let Ok(first_column) = u8::try_from(first_column) else { return Ok(()) };
        let has_other_cells = first_row < last_row || first_column < last_column;
        if last_row < FIRST_DATA_ROW || first_row > last_row || first_column > last_column || !has_other_cells {
            return Ok(());
        }
        if self.merged.len() >= MAX_RANGES as usize {
            return Err(Refusal::TooLarge(Excess::MergedCells { limit: MAX_RANGES }));
        }
        self.merged.push(MergedCells { first_row, last_row, first_column, last_column });
        Ok(())
    }

    fn hidden_row(&mut self, row: u32) {
        self.hidden.insert(row);
    }

    fn hide_columns(&mut self, first: u32, last: u32) {
        for column in first..=last.min(u16::BITS - 1) {
            self.hidden_columns |= 1 << column;
        }
    }

    fn hide_zeros(&mut self) {
        self.hides_zeros = true;
    }

    fn cell(&mut self, row: u32, column: u32, value: CellValue) -> Result<()> {
        let is_formula = self.formula.take() == Some((row, column));
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
        self.data_cell(row, column, value, is_formula)
    }

    /// Returns the rows in ascending order, without blank rows.
    fn finish(mut self) -> Result<Rows> {
        if !self.header_matches.unwrap_or_else(|| self.first_rows.matches(self.template)) {
            return Err(self.first_rows.refusal(self.template));
        }
        if !self.last_row_filled {
            self.rows.pop();
        }
        if !self.ascending {
            self.rows = std::mem::replace(&mut self.rows, Rows::new(0)).sorted();
        }
        if self.hides_zeros {
            self.rows.remove_zeros();
            self.remove_blank_rows();
        }
        if self.rows.numbers.is_empty() {
            return Err(Refusal::Empty);
        }
        self.merge()?;
        self.rows.hidden_columns = self.hidden_columns;
        let hidden: Vec<bool> = self.rows.numbers.iter().map(|row| self.hidden.contains(*row)).collect();
        if hidden.contains(&true) {
            self.rows.hidden = hidden;
        }
        Ok(self.rows)
    }
}

impl RowCollector<'_> {
    fn record_header(&mut self, row: u32, column: u32, value: CellValue) {
        match value {
            CellValue::Text(text) => self.first_rows.record(row, column, self.texts.get(text)),
            CellValue::Number { value, .. } if row == HEADER_ROW => {
                self.first_rows.record(row, column, &value.to_string());
            }
            _ => {}
        }
    }

    fn data_cell(&mut self, number: u32, column: u32, value: CellValue, is_formula: bool) -> Result<()> {
        let columns = self.template.columns();
        let Some(kind) = columns.get(column as usize).map(|c| c.kind) else { return Ok(()) };
        if value == CellValue::Empty {
            return Ok(());
        }
        if self.rows.numbers.last() != Some(&number) {
            self.begin_row(number);
        }
        let is_zero_of_formula = is_formula && is_zero(value);
        if !(self.last_row_filled || is_zero_of_formula) && self.fills_row(kind, value) {
            self.last_row_filled = true;
            self.filled_rows += 1;
            if self.filled_rows > self.limits.rows {
                return Err(Refusal::TooManyRows { limit: self.limits.rows });
            }
        }
        self.count_text(value)?;
        if let Some(slot) = self.rows.last_row().get_mut(column as usize) {
            *slot = value;
        }
        Ok(())
    }

    /// Counts the bytes of the texts of all cells.
    fn count_text(&mut self, value: CellValue) -> Result<()> {
        if let CellValue::Text(text) | CellValue::Shown { text, .. } | CellValue::Abbreviated { text, .. } = value {
            self.text_bytes = self.text_bytes.saturating_add(u64::from(text.end - text.start));
            if self.text_bytes > self.limits.text_bytes() {
                return Err(self.limits.too_much_text());
            }
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

    /// Whether a value in a column of this kind shows that its row is not blank. Users fill in the serial numbers in advance,
    /// and formulas for later rows.
    fn fills_row(&self, kind: Kind, value: CellValue) -> bool {
        let says_nothing = kind == Kind::Serial || value == CellValue::FormulaWithoutValue && kind.is_number();
        !says_nothing && !self.is_blank(value)
    }

    /// Removes the rows that have become blank.
    fn remove_blank_rows(&mut self) {
        let Rows { width, numbers, cells, .. } = std::mem::replace(&mut self.rows, Rows::new(0));
        let mut rows = Rows::new(width);
        for (number, cells) in numbers.into_iter().zip(cells.chunks_exact(width)) {
            let mut columns = self.template.columns().iter().zip(cells);
            if columns.any(|(column, value)| self.fills_row(column.kind, *value)) {
                rows.push(number);
                rows.last_row().copy_from_slice(cells);
            }
        }
        self.rows = rows;
    }

    fn is_blank(&self, value: CellValue) -> bool {
        match value {
            CellValue::Empty => true,
            CellValue::Text(text) | CellValue::Shown { text, .. } => normalize::is_blank(self.texts.get(text)),
            _ => false,
        }
    }

    /// Gives the cells that are merged with a filled cell of their column its value, and marks all cells that are merged with a
    /// filled cell.
    fn merge(&mut self) -> Result<()> {
        // Ranges must not overlap. A file in which they do so many times is refused, so that the work has a bound.
        let mut work = 4 * self.rows.cells.len();
        for range in std::mem::take(&mut self.merged) {
            let numbers = &self.rows.numbers;
            let start = numbers.partition_point(|row| *row < range.first_row);
            let end = numbers.partition_point(|row| *row <= range.last_row);
            let (first, last) = (usize::from(range.first_column), usize::from(range.last_column));
            if numbers.get(start) != Some(&range.first_row) {
                continue;
            }
            let value = self.rows.cell_mut(start, first).map(|cell| *cell).unwrap_or_default();
            if self.is_blank(value) {
                continue;
            }
            work = work.checked_sub((end - start) * (last + 1 - first)).ok_or(Refusal::Damaged)?;
            self.rows.merged.resize(self.rows.numbers.len(), 0);
            for index in start..end {
                for column in first..=last {
                    if index == start && column == first {
                        continue;
                    }
                    let shared = if column == first { value } else { CellValue::Empty };
                    self.count_text(shared)?;
                    if let Some(cell) = self.rows.cell_mut(index, column) {
                        *cell = shared;
                    }
                    if let Some(columns) = self.rows.merged.get_mut(index) {
                        *columns |= 1 << column;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Whether a value is what a formula gives for empty cells.
fn is_zero(value: CellValue) -> bool {
    match value {
        CellValue::Number { value, .. } | CellValue::Date(value) => value == 0.0,
        CellValue::Scaled { stored, .. } | CellValue::Shown { stored, .. } | CellValue::Abbreviated { stored, .. } => {
            stored == 0.0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
