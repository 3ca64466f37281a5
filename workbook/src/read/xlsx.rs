//! .xlsx: a ZIP archive of XML, inflated and read piece by piece.

use super::{
    Limits, Result,
    format::{Shown, from_1904},
    only_of_ours,
    plain::{self, Stop},
    sheet::{Collector, Rows, Sheet, Texts, Value},
};
use calamine::{
    CellErrorType, DataRef, ExcelDateTime, ExcelDateTimeType, Reader, SheetType, SheetVisible, Xlsx, XlsxError,
};
use domain::{Refusal, Template};
use quick_xml::events::Event;
use std::io::{BufReader, Cursor};
use zip::ZipArchive;

/// The shortest shared string, `<si/>`.
const SHORTEST_STRING: u64 = 5;

pub(super) fn read(template: Template, bytes: &[u8], limits: Limits) -> Result<Sheet> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)?;
    look_into(&mut archive, limits)?;
    match plain::read(template, &mut archive, limits) {
        Ok(sheet) => Ok(sheet),
        Err(Stop::Refused(refusal)) => Err(refusal),
        Err(Stop::Odd) => thoroughly(template, bytes, limits),
    }
}

/// Reads what is not plain, by calamine.
fn thoroughly(template: Template, bytes: &[u8], limits: Limits) -> Result<Sheet> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| refusal(&error))?;
    let visible = book.sheets_metadata().iter().filter(|s| s.visible == SheetVisible::Visible);
    let names: Vec<String> = visible.filter(|s| s.typ == SheetType::WorkSheet).map(|s| s.name.clone()).collect();
    let mut texts = Texts::default();
    let rows = only_of_ours(names, |name| sheet(&mut book, &name, Collector::new(template, limits, &mut texts)))?;
    Ok(Sheet::new(texts, rows))
}

/// Holds what the archive claims to contain against the limits. That it does not contain more, the inflating reader
/// sees to: it stops at the size that the directory gives.
fn look_into(archive: &mut ZipArchive<Cursor<&[u8]>>, limits: Limits) -> Result<()> {
    let mut workbook = false;
    let mut unpacked = 0u64;
    for index in 0..archive.len() {
        let (name, size) = {
            let part = archive.by_index_raw(index).map_err(|_| Refusal::Damaged)?;
            (part.name().map(|name| name.to_ascii_lowercase()).unwrap_or_default(), part.size())
        };
        unpacked = unpacked.saturating_add(size);
        workbook |= name.ends_with("workbook.xml");
        // The one part that is held in memory as a whole.
        let held = name.ends_with("sharedstrings.xml");
        if unpacked > limits.inflated() || (held && size > limits.text()) {
            return Err(limits.too_large());
        }
        if held && count_of_strings(archive, index)? > size / SHORTEST_STRING {
            return Err(Refusal::Damaged);
        }
    }
    // Other documents come as ZIP archives too.
    if workbook { Ok(()) } else { Err(Refusal::NotASpreadsheet) }
}

/// How many shared strings the part says it has: memory is set aside for them before the first is read.
fn count_of_strings(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize) -> Result<u64> {
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

fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, mut to: Collector<'_>) -> Result<Rows> {
    let mut cells = match book.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        Err(XlsxError::NotAWorksheet(_)) => return Err(Refusal::MacroSheet),
        Err(error) => return Err(refusal(&error)),
    };
    let formats = cells.styles().iter().map(|style| style.number_format.as_ref());
    let shown: Vec<Shown> = formats.map(|f| f.map(|f| Shown::of(&f.format_code)).unwrap_or_default()).collect();
    loop {
        match cells.next_cell_with_style_id() {
            Ok(Some((cell, style))) => {
                let (row, column) = cell.get_position();
                let shown = shown.get(style).copied().unwrap_or_default();
                take(&mut to, row.saturating_add(1), column, cell.get_value(), shown)?;
            }
            Ok(None) => return to.finish(),
            // A kind of error or of content that came with a later Excel: as good as an empty cell.
            Err(XlsxError::CellError(_) | XlsxError::UnexpectedNode(_)) => {}
            Err(error) => return Err(refusal(&error)),
        }
    }
}

fn take(to: &mut Collector<'_>, row: u32, column: u32, value: &DataRef<'_>, shown: Shown) -> Result<()> {
    let value = match value {
        DataRef::Empty => Value::Empty,
        // Exact up to 2^53, far beyond any phone number.
        #[allow(clippy::cast_precision_loss)]
        DataRef::Int(value) => shown.value(*value as f64),
        DataRef::Float(value) => shown.value(*value),
        DataRef::DateTime(value) => Shown::Date.value(days_since_1900(value)),
        DataRef::SharedString(text) => return text_of(to, row, column, text),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            return text_of(to, row, column, text);
        }
        DataRef::Bool(value) => Value::Bool(*value),
        DataRef::Error(error) => Value::Error(error_text(error)),
    };
    to.cell(row, column, value)
}

/// Which epoch a moment counts from is told by the day that it is.
fn days_since_1900(moment: &ExcelDateTime) -> f64 {
    let days = moment.as_f64();
    let from_1900 = ExcelDateTime::new(days, ExcelDateTimeType::DateTime, false);
    if moment.to_ymd_hms_milli() == from_1900.to_ymd_hms_milli() { days } else { from_1904(days) }
}

fn text_of(to: &mut Collector<'_>, row: u32, column: u32, text: &str) -> Result<()> {
    to.text(row, column, |texts| {
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

    fn of(sheet: Result<&Sheet>) -> Result<Vec<Row<'_>>> {
        sheet.map(|sheet| sheet.rows().collect())
    }

    #[test]
    fn the_quick_way_reads_the_same() {
        let folder = |name| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
        let files = ["samples", "libreoffice"].into_iter().flat_map(|name| fs::read_dir(folder(name)).unwrap());
        let mut plain = Vec::new();
        for path in files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "xlsx"))
        {
            let bytes = fs::read(&path).unwrap();
            let Ok(mut archive) = ZipArchive::new(Cursor::new(&*bytes)) else { continue };
            for template in Template::ALL {
                let quick = match plain::read(template, &mut archive, Limits::default()) {
                    Ok(sheet) => Ok(sheet),
                    Err(Stop::Refused(refusal)) => Err(refusal),
                    Err(Stop::Odd) => continue,
                };
                let slow = thoroughly(template, &bytes, Limits::default());
                assert_eq!(
                    of(quick.as_ref().map_err(Clone::clone)),
                    of(slow.as_ref().map_err(Clone::clone)),
                    "{path:?}"
                );
                plain.push(path.file_name().unwrap().to_owned());
            }
        }
        // By openpyxl and by LibreOffice.
        assert!(
            plain.iter().any(|name| name == "units-valid.xlsx") && plain.iter().any(|name| name == "from-xls.xlsx"),
            "{plain:?}"
        );
    }
}
