//! Reads .xlsx: a ZIP archive of XML parts, inflated and read piece by piece.

use super::{
    Limits, Result,
    fast_xlsx::{self, Stop},
    number_format::{NumberFormat, days_from_1904},
    sheet::{CellValue, RowCollector, Rows, Sheet, TextPool},
    single_filled_sheet,
};
use calamine::{
    CellErrorType, DataRef, ExcelDateTime, ExcelDateTimeType, Reader, SheetType, SheetVisible, Xlsx, XlsxError,
};
use domain::{Refusal, Template};
use quick_xml::events::Event;
use std::io::{BufReader, Cursor};
use zip::ZipArchive;

/// Bytes of the shortest shared string, `<si/>`.
const SHORTEST_STRING_BYTES: u64 = 5;

pub(super) fn read(template: Template, bytes: &[u8], limits: Limits) -> Result<Sheet> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)?;
    check_archive(&mut archive, limits)?;
    match fast_xlsx::read(template, &mut archive, limits) {
        Ok(sheet) => Ok(sheet),
        Err(Stop::Refused(refusal)) => Err(refusal),
        Err(Stop::Unsupported) => read_with_calamine(template, bytes, limits),
    }
}

/// Reads with calamine a file that the fast scanner does not support.
fn read_with_calamine(template: Template, bytes: &[u8], limits: Limits) -> Result<Sheet> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| refusal(&error))?;
    let visible = book.sheets_metadata().iter().filter(|s| s.visible == SheetVisible::Visible);
    let names: Vec<String> = visible.filter(|s| s.typ == SheetType::WorkSheet).map(|s| s.name.clone()).collect();
    let mut texts = TextPool::default();
    let rows =
        single_filled_sheet(names, |name| sheet(&mut book, &name, RowCollector::new(template, limits, &mut texts)))?;
    Ok(Sheet::new(texts, rows))
}

/// Compares the sizes in the archive's directory with the limits. The directory may be wrong, but the inflating reader
/// stops at the size that the directory gives.
fn check_archive(archive: &mut ZipArchive<Cursor<&[u8]>>, limits: Limits) -> Result<()> {
    let mut has_workbook = false;
    let mut inflated = 0u64;
    for index in 0..archive.len() {
        let (name, size) = {
            let part = archive.by_index_raw(index).map_err(|_| Refusal::Damaged)?;
            (part.name().map(|name| name.to_ascii_lowercase()).unwrap_or_default(), part.size())
        };
        inflated = inflated.saturating_add(size);
        has_workbook |= name.ends_with("workbook.xml");
        // The shared strings are the only part that is held in memory as a whole.
        let is_shared_strings = name.ends_with("sharedstrings.xml");
        if inflated > limits.inflated_bytes() || (is_shared_strings && size > limits.text_bytes()) {
            return Err(limits.too_large());
        }
        if is_shared_strings && declared_string_count(archive, index)? > size / SHORTEST_STRING_BYTES {
            return Err(Refusal::Damaged);
        }
    }
    // Other documents are ZIP archives too.
    if has_workbook { Ok(()) } else { Err(Refusal::NotASpreadsheet) }
}

/// The number of shared strings that the part declares. calamine reserves memory for that number before it reads any.
fn declared_string_count(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize) -> Result<u64> {
    let part = archive.by_index(index).map_err(|_| Refusal::Damaged)?;
    let mut xml = quick_xml::Reader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(|_| Refusal::Damaged)? {
            Event::Start(start) | Event::Empty(start) => {
                let count = start.attributes().flatten().find(|a| a.key.as_ref() == "uniqueCount");
                return Ok(count.and_then(|a| a.value.parse().ok()).unwrap_or_default());
            }
            Event::Eof => return Ok(0),
            _ => {}
        }
    }
}

fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, mut to: RowCollector<'_>) -> Result<Rows> {
    let mut cells = match book.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        Err(XlsxError::NotAWorksheet(_)) => return Err(Refusal::MacroSheet),
        Err(error) => return Err(refusal(&error)),
    };
    let formats = cells.styles().iter().map(|style| style.number_format.as_ref());
    let formats: Vec<NumberFormat> =
        formats.map(|format| format.map(|f| NumberFormat::parse(&f.format_code)).unwrap_or_default()).collect();
    loop {
        match cells.next_cell_with_style_id() {
            Ok(Some((cell, style))) => {
                let (row, column) = cell.get_position();
                let format = formats.get(style).unwrap_or(&NumberFormat::Number);
                collect_cell(&mut to, row.saturating_add(1), column, cell.get_value(), format)?;
            }
            Ok(None) => return to.finish(),
            // Error values and content of later Excel versions that calamine does not know count as empty cells.
            Err(XlsxError::CellError(_) | XlsxError::UnexpectedNode(_)) => {}
            Err(error) => return Err(refusal(&error)),
        }
    }
}

fn collect_cell(
    to: &mut RowCollector<'_>,
    row: u32,
    column: u32,
    value: &DataRef<'_>,
    format: &NumberFormat,
) -> Result<()> {
    let value = match value {
        DataRef::Empty => CellValue::Empty,
        // f64 is exact up to 2^53, far above any phone number.
        #[allow(clippy::cast_precision_loss)]
        DataRef::Int(value) => return to.number(row, column, *value as f64, format),
        DataRef::Float(value) => return to.number(row, column, *value, format),
        DataRef::DateTime(value) => return to.number(row, column, days_since_1900(value), &NumberFormat::Date),
        DataRef::SharedString(text) => return collect_text(to, row, column, text, format),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            return collect_text(to, row, column, text, format);
        }
        DataRef::Bool(value) => CellValue::Bool(*value),
        DataRef::Error(error) => CellValue::Error(error_text(error)),
    };
    to.cell(row, column, value)
}

/// Converts a moment of calamine into days counted from 1900. calamine does not reveal the epoch of a moment; the calendar
/// date that it computes shows which one it uses.
fn days_since_1900(moment: &ExcelDateTime) -> f64 {
    let days = moment.as_f64();
    let counted_from_1900 = ExcelDateTime::new(days, ExcelDateTimeType::DateTime, false);
    if moment.to_ymd_hms_milli() == counted_from_1900.to_ymd_hms_milli() { days } else { days_from_1904(days) }
}

fn collect_text(to: &mut RowCollector<'_>, row: u32, column: u32, text: &str, format: &NumberFormat) -> Result<()> {
    to.text(row, column, format, |texts| {
        texts.push_str(text);
        Ok(())
    })
}

const fn error_text(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::GettingData => "#DATA!",
    }
}

fn refusal(error: &XlsxError) -> Refusal {
    match error {
        XlsxError::Password => Refusal::Encrypted,
        XlsxError::Unrecognized { typ: "sheet:type", .. } => Refusal::MacroSheet,
        _ => Refusal::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::sheet::Row;
    use std::{fs, path::Path};

    fn rows_of(sheet: Result<&Sheet>) -> Result<Vec<Row<'_>>> {
        sheet.map(|sheet| sheet.rows().collect())
    }

    #[test]
    fn the_fast_scanner_and_calamine_read_the_same_rows() {
        let folder = |name| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
        let files = ["samples", "libreoffice"].into_iter().flat_map(|name| fs::read_dir(folder(name)).unwrap());
        let mut scanned = Vec::new();
        for path in files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "xlsx"))
        {
            let bytes = fs::read(&path).unwrap();
            let Ok(mut archive) = ZipArchive::new(Cursor::new(&*bytes)) else { continue };
            for template in Template::ALL {
                let fast = match fast_xlsx::read(template, &mut archive, Limits::default()) {
                    Ok(sheet) => Ok(sheet),
                    Err(Stop::Refused(refusal)) => Err(refusal),
                    Err(Stop::Unsupported) => continue,
                };
                let slow = read_with_calamine(template, &bytes, Limits::default());
                assert_eq!(
                    rows_of(fast.as_ref().map_err(Clone::clone)),
                    rows_of(slow.as_ref().map_err(Clone::clone)),
                    "{path:?}"
                );
                scanned.push(path.file_name().unwrap().to_owned());
            }
        }
        // The fast scanner supports the files of openpyxl and of LibreOffice.
        assert!(
            scanned.iter().any(|name| name == "units-valid.xlsx") && scanned.iter().any(|name| name == "from-xls.xlsx"),
            "{scanned:?}"
        );
    }
}
