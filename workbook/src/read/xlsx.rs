//! .xlsx: a ZIP archive of XML, inflated and read cell by cell.

use super::{Limits, Result, first_of_ours, format::is_percent, sheet::Collector};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use domain::{
    Refusal, Template,
    sheet::{Cell, Row},
};
use quick_xml::events::Event;
use std::io::{BufReader, Cursor};
use zip::ZipArchive;

/// The shortest shared string, `<si/>`.
const SHORTEST_STRING: u64 = 5;

pub(super) fn read(template: Template, bytes: Vec<u8>, limits: Limits) -> Result<Vec<Row>> {
    look_into(&bytes, limits)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| refusal(&error))?;
    let visible = book.sheets_metadata().iter().filter(|s| s.visible == SheetVisible::Visible);
    let names: Vec<String> = visible.filter(|s| s.typ == SheetType::WorkSheet).map(|s| s.name.clone()).collect();
    first_of_ours(names, |name| sheet(template, &mut book, &name, limits))
}

/// Holds what the archive claims to contain against the limits. That it does not contain more, the inflating reader
/// sees to: it stops at the size that the directory gives.
fn look_into(bytes: &[u8], limits: Limits) -> Result<()> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)?;
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
        if held && count_of_strings(&mut archive, index)? > size / SHORTEST_STRING {
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

fn sheet(template: Template, book: &mut Xlsx<Cursor<Vec<u8>>>, name: &str, limits: Limits) -> Result<Vec<Row>> {
    let mut cells = match book.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        Err(XlsxError::NotAWorksheet(_)) => return Err(Refusal::MacroSheet),
        Err(error) => return Err(refusal(&error)),
    };
    let percent: Vec<bool> = cells
        .styles()
        .iter()
        .map(|style| style.number_format.as_ref().is_some_and(|format| is_percent(&format.format_code)))
        .collect();
    let mut rows = Collector::new(template, limits);
    loop {
        match cells.next_cell_with_style_id() {
            Ok(Some((cell, style))) => {
                let (row, column) = cell.get_position();
                let percent = percent.get(style).copied().unwrap_or_default();
                rows.cell(row.saturating_add(1), column, value(cell.get_value(), percent))?;
            }
            Ok(None) => return rows.finish(),
            // A kind of error or of content that came with a later Excel: as good as an empty cell.
            Err(XlsxError::CellError(_) | XlsxError::UnexpectedNode(_)) => {}
            Err(error) => return Err(refusal(&error)),
        }
    }
}

fn value(value: &DataRef<'_>, percent: bool) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        // Exact up to 2^53, far beyond any phone number.
        #[allow(clippy::cast_precision_loss)]
        DataRef::Int(value) => Cell::Number { value: *value as f64, percent },
        DataRef::Float(value) => Cell::Number { value: *value, percent },
        DataRef::DateTime(value) => Cell::Number { value: value.as_f64(), percent: false },
        DataRef::SharedString(text) => Cell::Text((*text).into()),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Cell::Text(text.as_str().into())
        }
        DataRef::Bool(value) => Cell::Bool(*value),
        DataRef::Error(error) => Cell::Error(error.to_string().into()),
    }
}

fn refusal(error: &XlsxError) -> Refusal {
    match error {
        XlsxError::Password => Refusal::Encrypted,
        XlsxError::Unrecognized { typ: "sheet:type", .. } => Refusal::MacroSheet,
        _ => Refusal::Damaged,
    }
}
