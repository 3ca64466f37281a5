//! Reads a file by calamine alone, which does not see the file through our readers.

use super::{Cell, Reading, SheetCells, SheetReading, Value, is_package};
use crate::read::number_format::{days_from_1904, is_in_calendar};
use calamine::{Data, ExcelDateTime, Reader, Sheet, SheetType, SheetVisible, Xls, Xlsx};
use std::io::Cursor;

/// Reads a file by calamine. It knows neither merged cells nor hidden rows, and of formats only dates.
pub fn read_by_calamine(bytes: &[u8]) -> Reading {
    if is_package(bytes) { xlsx(bytes) } else { xls(bytes) }
}

/// The names of the visible sheets of cells.
fn visible_sheets(sheets: &[Sheet]) -> Vec<String> {
    let is_visible = |sheet: &&Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
    sheets.iter().filter(is_visible).map(|sheet| sheet.name.clone()).collect()
}

fn xlsx(bytes: &[u8]) -> Reading {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let (sheets, is_1904) = (visible_sheets(book.sheets_metadata()), book.has_1904_epoch());
    let read = |name: String| -> SheetReading {
        let mut reader = book.worksheet_cells_reader(&name).map_err(|error| error.to_string())?;
        let mut sheet = SheetCells::default();
        while let Some(cell) = reader.next_cell().map_err(|error| error.to_string())? {
            let data = Data::from(cell.get_value().clone());
            insert(&mut sheet, cell.get_position(), &data, is_1904);
        }
        Ok(sheet)
    };
    Ok(sheets.into_iter().map(read).collect())
}

fn xls(bytes: &[u8]) -> Reading {
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let (sheets, is_1904) = (visible_sheets(book.sheets_metadata()), book.has_1904_epoch());
    let read = |name: String| -> SheetReading {
        let range = book.worksheet_range(&name).map_err(|error| error.to_string())?;
        let (first_row, first_column) = range.start().unwrap_or_default();
        let mut sheet = SheetCells::default();
        for (row, column, data) in range.used_cells() {
            let index = |index: usize, first: u32| u32::try_from(index).unwrap_or(u32::MAX).saturating_add(first);
            insert(&mut sheet, (index(row, first_row), index(column, first_column)), data, is_1904);
        }
        Ok(sheet)
    };
    Ok(sheets.into_iter().map(read).collect())
}

/// Adds a cell. calamine counts rows from 0.
fn insert(sheet: &mut SheetCells, (row, column): (u32, u32), data: &Data, is_1904: bool) {
    let value = match data {
        Data::Empty => return,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Value::Text(text.clone()),
        #[expect(clippy::cast_precision_loss, reason = "the readers have numbers as f64 only")]
        Data::Int(value) => Value::Number(*value as f64),
        Data::Float(value) => Value::Number(*value),
        Data::Bool(value) => Value::Bool(*value),
        Data::Error(error) => Value::Error(error.to_string()),
        Data::DateTime(days) => day(*days, is_1904),
    };
    sheet.cells.insert((row.saturating_add(1), column), Cell { value, is_formula: false });
}

fn day(stored: ExcelDateTime, is_1904: bool) -> Value {
    let days = if is_1904 { days_from_1904(stored.as_f64()) } else { stored.as_f64() };
    if is_in_calendar(days) { Value::Date(days) } else { Value::Number(days) }
}
