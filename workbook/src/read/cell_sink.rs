//! What the readers give the cells of a sheet to. The product collects the rows of a template; a test of the readers collects
//! every cell.

use super::{
    Limits, Result,
    number_format::{NumberFormat, NumberText, Shown},
    sheet::{CellRange, CellValue, TextPool, TextSpan},
};
use domain::{normalize, schema::Kind};

/// Takes the cells of a sheet in the order of the file. Rows are 1-based, columns 0-based.
///
/// A reader is compiled for each sink, so that a cell costs no dynamic call.
pub(super) trait CellSink: Sized {
    /// What is made of the cells.
    type Output;

    /// Number of columns from which the sink takes cells. A reader may leave out the cells of further columns.
    const COLUMNS: usize;

    fn limits(&self) -> Limits;

    /// The texts to which cells refer.
    fn texts(&self) -> &TextPool;

    fn texts_mut(&mut self) -> &mut TextPool;

    /// Whether the sink takes a text of its own from this cell. If not, the text is not even stored.
    fn takes_text(&self, row: u32, column: u32) -> bool;

    /// The kind of the column for which the formats decide what a person sees. `None`: the cell counts as stored.
    fn shown_as(&self, row: u32, column: u32) -> Option<Kind>;

    /// Records that the value of this cell, which the caller adds next, is the result of a formula.
    fn mark_formula(&mut self, row: u32, column: u32);

    /// Records merged cells, after all cells of the sheet. Only the first cell of the range has a value.
    fn merged_cells(&mut self, range: CellRange) -> Result<()>;

    /// Records that a row is hidden, also by a filter.
    fn hidden_row(&mut self, row: u32);

    /// Records that columns are hidden. Both bounds belong to them.
    fn hide_columns(&mut self, first: u32, last: u32);

    /// Records that the sheet shows an empty cell for a zero.
    fn hide_zeros(&mut self);

    /// Adds a cell.
    fn cell(&mut self, row: u32, column: u32, value: CellValue) -> Result<()>;

    /// Ends the sheet.
    fn finish(self) -> Result<Self::Output>;

    /// Adds a cell with a formula that has no stored value.
    fn formula_without_value(&mut self, row: u32, column: u32) -> Result<()> {
        self.cell(row, column, CellValue::FormulaWithoutValue)
    }

    /// Adds a cell with a number.
    fn number(&mut self, row: u32, column: u32, value: f64, format: &NumberFormat) -> Result<()> {
        let shown = match self.shown_as(row, column).map(|kind| format.show(kind, value)) {
            None => self.stored_number(value, format),
            Some(Shown::Value(value)) => value,
            Some(Shown::Text(number)) => {
                let text = self.number_text(&number)?;
                // The format hides the number.
                let is_blank = normalize::is_blank(self.texts().get(text));
                if is_blank { CellValue::Empty } else { CellValue::Shown { stored: value, text } }
            }
            Some(Shown::Abbreviated(number)) => {
                CellValue::Abbreviated { stored: value, text: self.number_text(&number)? }
            }
        };
        self.cell(row, column, shown)
    }

    /// The value of a cell with a number that counts as stored.
    fn stored_number(&self, value: f64, _format: &NumberFormat) -> CellValue {
        CellValue::Number { value, percent: false }
    }

    /// Adds what a format makes of a number to the texts.
    fn number_text(&mut self, number: &NumberText<'_>) -> Result<TextSpan> {
        let text = self.texts_mut().add(|texts| {
            number.write(texts);
            Ok(())
        })?;
        self.check_pool()?;
        Ok(text)
    }

    /// Adds a cell with a text that other cells share.
    fn shared_text(&mut self, row: u32, column: u32, text: TextSpan, format: &NumberFormat) -> Result<()> {
        let text = match format {
            NumberFormat::Sections(sections)
                if !sections.keeps_text()
                    && self.shown_as(row, column).is_some()
                    && !normalize::is_blank(self.texts().get(text)) =>
            {
                let shown = self.texts_mut().add_formatted(text, sections)?;
                self.check_pool()?;
                shown
            }
            _ => text,
        };
        self.cell(row, column, CellValue::Text(text))
    }

    /// Adds a cell with a text of its own. `write` appends the text to the pool.
    fn text(
        &mut self,
        row: u32,
        column: u32,
        format: &NumberFormat,
        write: impl FnOnce(&mut String) -> Result<()>,
    ) -> Result<()> {
        if !self.takes_text(row, column) {
            return Ok(());
        }
        let text = self.texts_mut().add(write)?;
        self.check_pool()?;
        self.shared_text(row, column, text, format)
    }

    /// The pool holds the shared texts and the texts of single cells. Each kind has the limit of its own.
    fn check_pool(&self) -> Result<()> {
        if self.texts().bytes() > self.limits().text_bytes().saturating_mul(2) {
            return Err(self.limits().too_much_text());
        }
        Ok(())
    }
}

/// Makes the sinks. A sheet that a second reader reads again from the beginning needs a new one.
pub(super) trait CellSinkFactory {
    /// What a sink makes of the cells.
    type Output;

    /// The sink.
    type Sink<'t>: CellSink<Output = Self::Output>;

    /// Makes a sink. `texts` holds the shared texts that cells may refer to.
    fn sink<'t>(&self, texts: &'t mut TextPool) -> Self::Sink<'t>;
}
