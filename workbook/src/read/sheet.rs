//! The rows of one sheet, cell by cell: never a dense range, so that a single cell far out costs nothing.

use super::{
    Limits, Result,
    format::date,
    header::{HEAD_COLUMNS, HEAD_ROWS, Head},
};
use domain::{
    Refusal, Template, normalize,
    schema::{FIRST_DATA_ROW, HEADER_ROW, Kind},
    sheet::{Cell, Row},
};

/// The filled rows of a sheet, ascending. A text that stands in many cells is kept once.
#[derive(Debug, PartialEq)]
pub struct Sheet {
    texts: Texts,
    rows: Rows,
}

impl Sheet {
    pub(super) const fn new(texts: Texts, rows: Rows) -> Self {
        Self { texts, rows }
    }

    /// The rows, as many cells in each as the template has columns.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = Row<'_>> + ExactSizeIterator {
        let Rows { width, numbers, cells } = &self.rows;
        numbers
            .iter()
            .zip(cells.chunks_exact(*width))
            .map(|(row, cells)| Row { row: *row, cells: cells.iter().map(|value| self.texts.cell(*value)).collect() })
    }
}

/// The texts of a file, one behind the other.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Texts(String);

/// Where a text stands among [`Texts`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

impl Texts {
    /// Adds a text, piece by piece as `write` puts it behind the others.
    pub(super) fn add(&mut self, write: impl FnOnce(&mut String) -> Result<()>) -> Result<Span> {
        let start = self.place()?;
        write(&mut self.0)?;
        Ok(Span { start, end: self.place()? })
    }

    fn place(&self) -> Result<u32> {
        u32::try_from(self.0.len()).map_err(|_| Refusal::Damaged)
    }

    pub(super) fn get(&self, span: Span) -> &str {
        self.0.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    fn cell(&self, value: Value) -> Cell<'_> {
        match value {
            Value::Empty => Cell::Empty,
            Value::Text(span) => Cell::Text(self.get(span).into()),
            Value::Number { value, percent } => Cell::Number { value, percent },
            // What a person sees; what counts its days would pass for an amount.
            Value::Date(days) => Cell::Text(date(days).into()),
            Value::Bool(value) => Cell::Bool(value),
            Value::Error(text) => Cell::Error(text),
        }
    }
}

/// What a cell holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Value {
    /// Nothing.
    #[default]
    Empty,
    /// A text.
    Text(Span),
    /// A number, and whether it is shown as a percentage.
    Number { value: f64, percent: bool },
    /// A date or a time, in days since 1900.
    Date(f64),
    /// TRUE or FALSE.
    Bool(bool),
    /// An error, as shown.
    Error(&'static str),
}

/// Numbers of rows, and their cells one row behind the other.
#[derive(Debug, PartialEq)]
pub(super) struct Rows {
    width: usize,
    numbers: Vec<u32>,
    cells: Vec<Value>,
}

impl Rows {
    fn push(&mut self, number: u32) {
        self.numbers.push(number);
        self.cells.resize(self.cells.len() + self.width, Value::Empty);
    }

    fn pop(&mut self) {
        if self.numbers.pop().is_some() {
            self.cells.truncate(self.cells.len() - self.width);
        }
    }

    /// The cells of the newest row.
    fn newest(&mut self) -> &mut [Value] {
        let start = self.cells.len().saturating_sub(self.width);
        self.cells.get_mut(start..).unwrap_or_default()
    }

    /// Some writers give a row in pieces, or rows in any order; of a cell, what comes later in the file stands.
    fn in_order(self) -> Self {
        let mut pieces: Vec<(u32, &[Value])> =
            self.numbers.iter().copied().zip(self.cells.chunks_exact(self.width)).collect();
        pieces.sort_by_key(|(number, _)| *number);
        let mut rows = Self { width: self.width, numbers: Vec::new(), cells: Vec::with_capacity(self.cells.len()) };
        for (number, cells) in pieces {
            if rows.numbers.last() != Some(&number) {
                rows.push(number);
            }
            let later = cells.iter().zip(rows.newest()).filter(|(cell, _)| **cell != Value::Empty);
            later.for_each(|(cell, slot)| *slot = *cell);
        }
        rows
    }
}

/// Collects the cells of a sheet in the order in which they come.
pub(super) struct Collector<'a> {
    template: Template,
    limits: Limits,
    texts: &'a mut Texts,
    /// Bytes of text so far; a text counts in every cell that it stands in.
    text: u64,
    head: Head,
    /// Whether the header is known to be ours; decided at the first cell below it.
    ours: Option<bool>,
    rows: Rows,
    /// Rows so far with anything in them.
    filled: u32,
    /// Whether the newest row has anything in it.
    newest_filled: bool,
    /// Whether every row came below the one before.
    ascending: bool,
}

impl<'a> Collector<'a> {
    /// `texts` are those that cells may name.
    pub(super) fn new(template: Template, limits: Limits, texts: &'a mut Texts) -> Self {
        Self {
            template,
            limits,
            texts,
            text: 0,
            head: Head::default(),
            ours: None,
            rows: Rows { width: template.columns().len(), numbers: Vec::new(), cells: Vec::new() },
            filled: 0,
            newest_filled: false,
            ascending: true,
        }
    }

    /// Takes a cell with a text of its own, which `write` puts behind the others.
    pub(super) fn text(&mut self, row: u32, column: u32, write: impl FnOnce(&mut String) -> Result<()>) -> Result<()> {
        let columns = if row <= HEAD_ROWS { HEAD_COLUMNS } else { self.template.columns().len() };
        if column as usize >= columns {
            return Ok(());
        }
        let text = self.texts.add(write)?;
        // Those that cells share, and those of cells.
        if self.texts.0.len() as u64 > self.limits.text().saturating_mul(2) {
            return Err(self.limits.too_large());
        }
        self.cell(row, column, Value::Text(text))
    }

    /// Takes a cell at a row (1-based) and column (0-based).
    pub(super) fn cell(&mut self, row: u32, column: u32, value: Value) -> Result<()> {
        if row <= HEAD_ROWS && self.ours != Some(true) {
            self.note(row, column, value);
        }
        if row < FIRST_DATA_ROW {
            return Ok(());
        }
        let ours = *self.ours.get_or_insert_with(|| self.head.is(self.template));
        if !ours {
            return if row > HEAD_ROWS { Err(self.head.refusal(self.template)) } else { Ok(()) };
        }
        self.data(row, column, value)
    }

    fn note(&mut self, row: u32, column: u32, value: Value) {
        match value {
            Value::Text(text) => self.head.note(row, column, self.texts.get(text)),
            Value::Number { value, .. } if row == HEADER_ROW => self.head.note(row, column, &value.to_string()),
            _ => {}
        }
    }

    fn data(&mut self, number: u32, column: u32, value: Value) -> Result<()> {
        let columns = self.template.columns();
        let Some(kind) = columns.get(column as usize).map(|c| c.kind) else { return Ok(()) };
        if value == Value::Empty {
            return Ok(());
        }
        if self.rows.numbers.last() != Some(&number) {
            self.begin(number);
        }
        // A serial number alone does not make a row: sheets come with them filled in ahead.
        if kind != Kind::Serial && !self.newest_filled && !self.is_blank(value) {
            self.newest_filled = true;
            self.filled += 1;
            if self.filled > self.limits.rows {
                return Err(Refusal::TooManyRows { limit: self.limits.rows });
            }
        }
        if let Value::Text(Span { start, end }) = value {
            self.text = self.text.saturating_add(u64::from(end - start));
            if self.text > self.limits.text() {
                return Err(self.limits.too_large());
            }
        }
        if let Some(slot) = self.rows.newest().get_mut(column as usize) {
            *slot = value;
        }
        Ok(())
    }

    fn begin(&mut self, number: u32) {
        if !self.newest_filled {
            self.rows.pop();
        }
        self.ascending &= self.rows.numbers.last().is_none_or(|newest| *newest < number);
        self.rows.push(number);
        self.newest_filled = false;
    }

    fn is_blank(&self, value: Value) -> bool {
        match value {
            Value::Empty => true,
            Value::Text(text) => normalize::is_blank(self.texts.get(text)),
            _ => false,
        }
    }

    /// The rows, ascending, without the blank ones.
    pub(super) fn finish(mut self) -> Result<Rows> {
        if !self.ours.unwrap_or_else(|| self.head.is(self.template)) {
            return Err(self.head.refusal(self.template));
        }
        if !self.newest_filled {
            self.rows.pop();
        }
        let rows = if self.ascending { self.rows } else { self.rows.in_order() };
        if rows.numbers.is_empty() { Err(Refusal::Empty) } else { Ok(rows) }
    }
}
