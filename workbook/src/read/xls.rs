//! Reads .xls: a compound file with a stream of BIFF records ([MS-XLS]). The reader compares every length with the bytes
//! that exist. A formula counts as its last stored value.

use super::{
    Limits, Result,
    compound_file::CompoundFile,
    number_format::{NumberFormat, days_from_1904},
    sheet::{CellValue, RowCollector, Rows, Sheet, TextPool, TextSpan},
    single_filled_sheet,
};
use domain::{Refusal, Template};
use encoding_rs::Encoding;
use std::collections::HashMap;

/// Record types ([MS-XLS] 2.3).
mod record_type {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const EOF: u16 = 0x000A;
    pub(super) const DATE_1904: u16 = 0x0022;
    pub(super) const FILE_PASS: u16 = 0x002F;
    pub(super) const CONTINUE: u16 = 0x003C;
    pub(super) const CODE_PAGE: u16 = 0x0042;
    pub(super) const BOUND_SHEET: u16 = 0x0085;
    pub(super) const MUL_RK: u16 = 0x00BD;
    pub(super) const R_STRING: u16 = 0x00D6;
    pub(super) const XF: u16 = 0x00E0;
    pub(super) const SST: u16 = 0x00FC;
    pub(super) const LABEL_SST: u16 = 0x00FD;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const LABEL: u16 = 0x0204;
    pub(super) const BOOL_ERR: u16 = 0x0205;
    pub(super) const STRING: u16 = 0x0207;
    pub(super) const RK: u16 = 0x027E;
    pub(super) const FORMAT: u16 = 0x041E;
    pub(super) const BOF: u16 = 0x0809;
}

/// The version of Excel 97 and later.
const BIFF8: u16 = 0x0600;
/// The version of Excel 5 and 95.
const BIFF5: u16 = 0x0500;

pub(super) fn read(template: Template, bytes: &[u8], limits: Limits) -> Result<Sheet> {
    let file = CompoundFile::open(bytes)?;
    if file.has("EncryptedPackage") {
        return Err(Refusal::Encrypted);
    }
    // Other documents are compound files too. Excel 5 named the stream "Book".
    let stream = file.stream("Workbook").or_else(|| file.stream("Book")).ok_or(Refusal::NotASpreadsheet)??;
    let mut texts = TextPool::default();
    let globals = WorkbookGlobals::read(&stream, &mut texts)?;
    let rows = single_filled_sheet(&globals.sheets, |start| {
        let sheet = stream.get(*start as usize..).ok_or(Refusal::Damaged)?;
        globals.rows(sheet, RowCollector::new(template, limits, &mut texts))
    })?;
    Ok(Sheet::new(texts, rows))
}

/// A record: its type and its data.
type Record<'a> = (u16, &'a [u8]);

/// Iterates over the records of a stream, up to the end of the substream that starts at its first record.
struct Records<'a> {
    rest: &'a [u8],
    /// Number of substreams that are open: 0 before the first BOF, 1 in the substream itself.
    depth: u32,
}

impl<'a> Records<'a> {
    const fn new(stream: &'a [u8]) -> Self {
        Self { rest: stream, depth: 0 }
    }

    /// The next record of this substream. Skips the records of nested substreams, such as charts.
    fn next(&mut self) -> Result<Option<Record<'a>>> {
        loop {
            let Some((record_type, data)) = self.next_of_any_depth()? else { return Err(Refusal::Damaged) };
            match record_type {
                record_type::BOF => {
                    self.depth += 1;
                    if self.depth == 1 {
                        return Ok(Some((record_type, data)));
                    }
                }
                record_type::EOF => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Ok(None);
                    }
                }
                _ if self.depth == 1 => return Ok(Some((record_type, data))),
                // A record before the first BOF belongs to no substream.
                _ if self.depth == 0 => return Err(Refusal::Damaged),
                _ => {}
            }
        }
    }

    fn next_of_any_depth(&mut self) -> Result<Option<Record<'a>>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let (header, rest) = self.rest.split_first_chunk::<4>().ok_or(Refusal::Damaged)?;
        let [type_low, type_high, length_low, length_high] = *header;
        let (data, rest) = rest
            .split_at_checked(usize::from(u16::from_le_bytes([length_low, length_high])))
            .ok_or(Refusal::Damaged)?;
        self.rest = rest;
        Ok(Some((u16::from_le_bytes([type_low, type_high]), data)))
    }

    /// The CONTINUE records that follow the last record, without empty ones.
    fn continued(&mut self) -> Result<Vec<&'a [u8]>> {
        let mut parts = Vec::new();
        while self.rest.starts_with(&record_type::CONTINUE.to_le_bytes()) {
            parts.extend(self.next_of_any_depth()?.map(|(_, data)| data).filter(|data| !data.is_empty()));
        }
        Ok(parts)
    }
}

/// The content of the workbook globals substream, which concerns all sheets ([MS-XLS] 2.1.7.20.3).
struct WorkbookGlobals {
    string_encoding: StringEncoding,
    /// The start of each visible sheet of cells, as a byte position in the stream.
    sheets: Vec<u32>,
    /// The number format of each cell format (XF).
    formats: Vec<NumberFormat>,
    /// Whether the workbook counts days from 1904.
    is_1904: bool,
    /// The shared strings, by index.
    shared: Vec<TextSpan>,
}

/// The encoding of the strings in cell records.
enum StringEncoding {
    /// BIFF8: UTF-16, either in full or only the lower bytes.
    Utf16,
    /// BIFF5: bytes of a code page. `None`: the lower bytes of UTF-16.
    CodePage(Option<&'static Encoding>),
}

impl WorkbookGlobals {
    fn read(stream: &[u8], texts: &mut TextPool) -> Result<Self> {
        let mut records = Records::new(stream);
        let version = match records.next()? {
            Some((record_type::BOF, data)) => u16_at(data, 0)?,
            _ => return Err(Refusal::Damaged),
        };
        let string_encoding = match version {
            BIFF8 => StringEncoding::Utf16,
            BIFF5 => StringEncoding::CodePage(None),
            _ => return Err(Refusal::Damaged),
        };
        let mut globals =
            Self { string_encoding, sheets: Vec::new(), formats: Vec::new(), is_1904: false, shared: Vec::new() };
        let mut number_formats = HashMap::new();
        let mut cell_formats = Vec::new();
        while let Some((record_type, data)) = records.next()? {
            match record_type {
                record_type::FILE_PASS => return Err(Refusal::Encrypted),
                record_type::CODE_PAGE => {
                    if let StringEncoding::CodePage(encoding) = &mut globals.string_encoding {
                        *encoding = code_page(u16_at(data, 0)?)?;
                    }
                }
                record_type::FORMAT => {
                    number_formats.insert(u16_at(data, 0)?, NumberFormat::parse(&format_code(version, data)));
                }
                record_type::DATE_1904 => globals.is_1904 = u16_at(data, 0)? == 1,
                record_type::XF => cell_formats.push(u16_at(data, 2)?),
                record_type::BOUND_SHEET => globals.sheets.extend(visible_sheet(data)?),
                record_type::SST => globals.shared = shared_strings(data, &records.continued()?, texts)?,
                _ => {}
            }
        }
        let number_format = |id: &u16| number_formats.get(id).cloned().unwrap_or(NumberFormat::builtin(*id));
        globals.formats = cell_formats.iter().map(number_format).collect();
        Ok(globals)
    }
}

/// The encoding of a code page. `None` for 1200 (UTF-16): the file stores the lower bytes of UTF-16.
fn code_page(number: u16) -> Result<Option<&'static Encoding>> {
    const UTF_16: u16 = 1200;
    match number {
        UTF_16 => Ok(None),
        _ => codepage::to_encoding(number).map(Some).ok_or(Refusal::Damaged),
    }
}

/// The start of a sheet, if it is visible and has cells ([MS-XLS] 2.4.28).
fn visible_sheet(data: &[u8]) -> Result<Option<u32>> {
    let [visibility, sheet_type] = *data.get(4..).and_then(<[u8]>::first_chunk).ok_or(Refusal::Damaged)?;
    Ok(if visibility % 4 == 0 && sheet_type == 0 { Some(u32_at(data, 0)?) } else { None })
}

/// The code of a number format ([MS-XLS] 2.4.126), stored as UTF-16 or as bytes. Other characters than ASCII become `?`.
fn format_code(version: u16, data: &[u8]) -> String {
    let ascii = |unit: u16| u8::try_from(unit).ok().filter(u8::is_ascii).map_or('?', char::from);
    match (version, data) {
        (BIFF8, [_, _, _, _, wide, text @ ..]) if wide & 1 != 0 => {
            text.as_chunks().0.iter().map(|unit| ascii(u16::from_le_bytes(*unit))).collect()
        }
        (BIFF8, [_, _, _, _, _, text @ ..]) | (_, [_, _, _, text @ ..]) => {
            text.iter().map(|byte| ascii(u16::from(*byte))).collect()
        }
        _ => String::new(),
    }
}

/// Reads the shared strings ([MS-XLS] 2.4.265, 2.5.293). A string may continue in the next record, which starts with a new
/// flag for full UTF-16 or lower bytes. The header of a string is never split.
fn shared_strings(first: &[u8], further: &[&[u8]], texts: &mut TextPool) -> Result<Vec<TextSpan>> {
    let mut spans = Vec::new();
    let mut pieces = further.iter().copied();
    let mut rest = first.get(8..).ok_or(Refusal::Damaged)?;
    loop {
        if rest.is_empty() {
            match pieces.next() {
                Some(piece) => rest = piece,
                None => return Ok(spans),
            }
        }
        let ([low, high, flags], after) = rest.split_first_chunk().ok_or(Refusal::Damaged)?;
        rest = after;
        let mut units = usize::from(u16::from_le_bytes([*low, *high]));
        let mut trailing = 0;
        if flags & 8 != 0 {
            trailing += 4 * usize::from(u16_at(rest, 0)?);
            rest = rest.get(2..).unwrap_or_default();
        }
        if flags & 4 != 0 {
            trailing += usize::try_from(u32_at(rest, 0)?).map_err(|_| Refusal::Damaged)?;
            rest = rest.get(4..).unwrap_or_default();
        }
        let mut wide = is_wide(*flags);
        spans.push(texts.add(|text| {
            loop {
                let (taken, after) = decode_units(rest, units, wide, text);
                (units, rest) = (units - taken, after);
                if units == 0 {
                    return Ok(());
                }
                let (flags, after) = pieces.next().and_then(<[u8]>::split_first).ok_or(Refusal::Damaged)?;
                (wide, rest) = (is_wide(*flags), after);
            }
        })?);
        while trailing > rest.len() {
            trailing -= rest.len();
            rest = pieces.next().ok_or(Refusal::Damaged)?;
        }
        rest = rest.get(trailing..).unwrap_or_default();
    }
}

const fn is_wide(flags: u8) -> bool {
    flags & 1 != 0
}

/// Decodes at most `most` UTF-16 units, stored in full (`wide`) or as lower bytes, and appends them to `text`. Returns the
/// number of units and the remaining bytes.
fn decode_units<'a>(bytes: &'a [u8], most: usize, wide: bool, text: &mut String) -> (usize, &'a [u8]) {
    let width = if wide { 2 } else { 1 };
    let taken = most.min(bytes.len() / width);
    let (stored, rest) = bytes.split_at_checked(taken * width).unwrap_or((bytes, &[]));
    if wide {
        let units = stored.as_chunks().0.iter().map(|unit| u16::from_le_bytes(*unit));
        text.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    } else {
        decode_lower_bytes(stored, text);
    }
    (taken, rest)
}

fn decode_lower_bytes(bytes: &[u8], text: &mut String) {
    match std::str::from_utf8(bytes) {
        Ok(ascii) if ascii.is_ascii() => text.push_str(ascii),
        _ => text.extend(bytes.iter().map(|byte| char::from(*byte))),
    }
}

/// The start of a cell record ([MS-XLS] 2.5.13): position (0-based) and index of the cell format (XF).
#[derive(Clone, Copy)]
struct CellHeader {
    row: u16,
    column: u16,
    format: u16,
}

impl CellHeader {
    fn parse(data: &[u8]) -> Result<Self> {
        let [row, column, format, ..] = data.as_chunks().0 else { return Err(Refusal::Damaged) };
        let [row, column, format] = [row, column, format].map(|bytes| u16::from_le_bytes(*bytes));
        Ok(Self { row, column, format })
    }

    /// The row, 1-based.
    fn row(self) -> u32 {
        u32::from(self.row) + 1
    }
}

impl WorkbookGlobals {
    /// Reads the rows of a sheet from its records.
    fn rows(&self, sheet: &[u8], mut to: RowCollector<'_>) -> Result<Rows> {
        let mut records = Records::new(sheet);
        if !matches!(records.next()?, Some((record_type::BOF, _))) {
            return Err(Refusal::Damaged);
        }
        // The cell of a formula whose text result follows in a STRING record.
        let mut pending_formula = None;
        while let Some(record) = records.next()? {
            self.read_record(record, &mut to, &mut pending_formula)?;
        }
        to.finish()
    }

    /// Adds the cells of one record.
    fn read_record(
        &self,
        (record_type, data): Record<'_>,
        to: &mut RowCollector<'_>,
        pending_formula: &mut Option<CellHeader>,
    ) -> Result<()> {
        let put = |to: &mut RowCollector<'_>, cell: CellHeader, value| to.cell(cell.row(), cell.column.into(), value);
        match record_type {
            record_type::LABEL_SST => {
                let cell = CellHeader::parse(data)?;
                if let Some(text) = self.shared.get(u32_at(data, 6)? as usize) {
                    to.shared_text(cell.row(), cell.column.into(), *text, self.format(cell.format))?;
                }
            }
            record_type::NUMBER => {
                let cell = CellHeader::parse(data)?;
                self.number(to, cell, f64_at(data, 6)?)?;
            }
            record_type::RK => {
                let cell = CellHeader::parse(data)?;
                self.number(to, cell, decode_rk(u32_at(data, 6)?))?;
            }
            record_type::MUL_RK => {
                // Numbers in adjacent columns of one row ([MS-XLS] 2.4.175).
                let (row, first) = (u16_at(data, 0)?, u16_at(data, 2)?);
                let numbers = data.get(4..data.len().saturating_sub(2)).unwrap_or_default().as_chunks::<6>().0;
                for (column, number) in (first..=u16::MAX).zip(numbers) {
                    let cell = CellHeader { row, column, format: u16_at(number, 0)? };
                    self.number(to, cell, decode_rk(u32_at(number, 2)?))?;
                }
            }
            record_type::LABEL | record_type::R_STRING => {
                let cell = CellHeader::parse(data)?;
                self.text(to, cell, data.get(6..).unwrap_or_default())?;
            }
            record_type::BOOL_ERR => {
                let cell = CellHeader::parse(data)?;
                let [value, error] = *data.get(6..).and_then(<[u8]>::first_chunk).ok_or(Refusal::Damaged)?;
                put(
                    to,
                    cell,
                    if error == 0 { CellValue::Bool(value != 0) } else { CellValue::Error(error_text(value)) },
                )?;
            }
            record_type::FORMULA => {
                let cell = CellHeader::parse(data)?;
                let value = *data.get(6..).and_then(<[u8]>::first_chunk::<8>).ok_or(Refusal::Damaged)?;
                *pending_formula = None;
                // The last stored value of the formula ([MS-XLS] 2.5.133).
                match value {
                    [0, _, _, _, _, _, 0xFF, 0xFF] => *pending_formula = Some(cell),
                    [1, _, value, _, _, _, 0xFF, 0xFF] => put(to, cell, CellValue::Bool(value != 0))?,
                    [2, _, value, _, _, _, 0xFF, 0xFF] => put(to, cell, CellValue::Error(error_text(value)))?,
                    // The formula gave an empty text.
                    [_, _, _, _, _, _, 0xFF, 0xFF] => {}
                    number => self.number(to, cell, f64::from_le_bytes(number))?,
                }
            }
            record_type::STRING => {
                if let Some(cell) = pending_formula.take() {
                    self.text(to, cell, data)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn format(&self, index: u16) -> &NumberFormat {
        self.formats.get(usize::from(index)).unwrap_or(&NumberFormat::Number)
    }

    fn number(&self, to: &mut RowCollector<'_>, cell: CellHeader, value: f64) -> Result<()> {
        let format = self.format(cell.format);
        let value = if self.is_1904 && *format == NumberFormat::Date { days_from_1904(value) } else { value };
        to.number(cell.row(), cell.column.into(), value, format)
    }

    /// Adds a cell whose text is stored in its own record ([MS-XLS] 2.5.294). A text that is cut off keeps what exists.
    fn text(&self, to: &mut RowCollector<'_>, cell: CellHeader, data: &[u8]) -> Result<()> {
        let Some(([low, high], rest)) = data.split_first_chunk() else { return Ok(()) };
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        to.text(cell.row(), cell.column.into(), self.format(cell.format), |text| {
            match self.string_encoding {
                StringEncoding::Utf16 => {
                    let (flags, units) = rest.split_first().unwrap_or((&0, &[]));
                    decode_units(units, length, is_wide(*flags), text);
                }
                StringEncoding::CodePage(encoding) => {
                    let bytes = rest.get(..length).unwrap_or(rest);
                    match encoding {
                        Some(encoding) => text.push_str(&encoding.decode_without_bom_handling(bytes).0),
                        None => decode_lower_bytes(bytes, text),
                    }
                }
            }
            Ok(())
        })
    }
}

/// Decodes an RK number of 30 bits ([MS-XLS] 2.5.217): an integer or the upper part of an f64, possibly in hundredths.
fn decode_rk(stored: u32) -> f64 {
    let value = if stored & 2 == 0 {
        f64::from_bits(u64::from(stored & !3) << 32)
    } else {
        f64::from(stored.cast_signed() >> 2)
    };
    if stored & 1 == 0 { value } else { value / 100.0 }
}

/// The text of an error value ([MS-XLS] 2.5.10). Error values of later versions become `#N/A`.
const fn error_text(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2B => "#DATA!",
        _ => "#N/A",
    }
}

fn f64_at(bytes: &[u8], at: usize) -> Result<f64> {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map(|b| f64::from_le_bytes(*b)).ok_or(Refusal::Damaged)
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16> {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map(|b| u16::from_le_bytes(*b)).ok_or(Refusal::Damaged)
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32> {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map(|b| u32::from_le_bytes(*b)).ok_or(Refusal::Damaged)
}
