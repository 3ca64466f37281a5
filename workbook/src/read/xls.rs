//! Reads .xls: a compound file with a stream of BIFF records ([MS-XLS]). A formula counts as its last stored value.

use super::{
    Limits, Result,
    biff::{Bof, Continued, Record, Records, f64_at, record_type, u16_at, u32_at},
    cell_sink::CellSink,
    check_sheet_counts,
    code_page::CodePage,
    compound_file::CompoundFile,
    encryption, formula,
    number_format::{NumberFormat, days_from_1904},
    number_formats::{MAX_FORMATS, NumberFormats},
    sheet::{CellRange, CellValue, RowCollector, Sheet, TextPool, TextSpan},
    single_filled_sheet, xlsx,
};
use domain::{Excess, Refusal, Template};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

pub(super) fn read(template: Template, bytes: &[u8], limits: Limits) -> Result<Sheet> {
    let stream = match content(bytes)? {
        Content::Package(package) => return xlsx::read(template, &package, limits),
        Content::Records(stream) => stream,
    };
    let mut texts = TextPool::default();
    let mut workbook = Workbook::open(&stream, &mut texts)?;
    let rows = single_filled_sheet(workbook.sheets(), |start| {
        workbook.sheet(start, RowCollector::new(template, limits, &mut texts))
    })?;
    Ok(Sheet::new(texts, rows))
}

/// What a compound file holds.
pub(super) enum Content<'a> {
    /// An .xlsx that was encrypted.
    Package(Vec<u8>),
    /// The records of an .xls.
    Records(Cow<'a, [u8]>),
}

/// Finds the spreadsheet in a compound file, and decrypts it if it opens without a password.
pub(super) fn content(bytes: &[u8]) -> Result<Content<'_>> {
    let file = CompoundFile::open(bytes)?;
    if let Some(package) = file.stream("EncryptedPackage") {
        let info = file.stream("EncryptionInfo").ok_or(Refusal::Damaged)??;
        return encryption::decrypt_package(&info, &package?).map(Content::Package);
    }
    // Other documents are compound files too. Excel 5 named the stream "Book". A file for Excel 5 and 97 has both.
    let stream = file.stream("Workbook").or_else(|| file.stream("Book")).ok_or(Refusal::NotASpreadsheet)??;
    Ok(Content::Records(match file_pass(&stream)? {
        Some(file_pass) => Cow::Owned(encryption::decrypt_records(&stream, file_pass)?),
        None => stream,
    }))
}

/// The records of a workbook.
pub(super) struct Workbook<'a> {
    stream: &'a [u8],
    globals: WorkbookGlobals,
    /// Bytes of sheets that may still be read.
    readable_bytes: usize,
}

impl<'a> Workbook<'a> {
    /// Reads what concerns all sheets. `texts` takes the shared texts.
    pub(super) fn open(stream: &'a [u8], texts: &mut TextPool) -> Result<Self> {
        let globals = WorkbookGlobals::read(stream, texts)?;
        Ok(Self { stream, globals, readable_bytes: max_sheet_bytes(stream) })
    }

    /// The start of each visible sheet of cells, in the order of the workbook.
    pub(super) fn sheets(&self) -> Vec<usize> {
        self.globals.sheets.clone()
    }

    /// Reads the sheet that starts at `start`.
    pub(super) fn sheet<S: CellSink>(&mut self, start: usize, to: S) -> Result<S::Output> {
        let sheet = self.stream.get(start..).ok_or(Refusal::Damaged)?;
        let mut records = Records::new(sheet);
        let read = self.globals.sheet(&mut records, to);
        let bytes = sheet.len() - records.unread();
        let excess = Excess::ContentBytes { limit: max_sheet_bytes(self.stream) as u64 };
        self.readable_bytes = self.readable_bytes.checked_sub(bytes).ok_or(Refusal::TooLarge(excess))?;
        read
    }
}

/// Maximum number of bytes that are read of all sheets. Sheets do not overlap, unless several claim the same bytes.
const fn max_sheet_bytes(stream: &[u8]) -> usize {
    stream.len().saturating_mul(2)
}

/// The data of the FILEPASS record, if the stream is encrypted.
fn file_pass(stream: &[u8]) -> Result<Option<&[u8]>> {
    let mut records = Records::new(stream);
    records.bof()?;
    while let Some((record_type, data)) = records.next()? {
        if record_type == record_type::FILE_PASS {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

/// The content of the workbook globals substream, which concerns all sheets ([MS-XLS] 2.1.7.20.3).
struct WorkbookGlobals {
    /// Whether strings in cell records are UTF-16, either in full or only the lower bytes, as since Excel 97. Before, they
    /// are bytes of a code page.
    is_utf16: bool,
    /// The start of each visible sheet of cells, as a byte position in the stream.
    sheets: Vec<usize>,
    /// The cell formats (XF).
    formats: Vec<CellFormat>,
    /// The format of cells that refer to none.
    default_format: CellFormat,
    /// Whether the workbook counts days from 1904.
    is_1904: bool,
    /// The shared strings, by index.
    shared: Vec<TextSpan>,
}

/// A cell format.
#[derive(Clone, Default)]
struct CellFormat {
    number_format: NumberFormat,
    /// The code page of texts before Excel 97.
    code_page: CodePage,
}

/// A sheet as its BOUNDSHEET record describes it ([MS-XLS] 2.4.28).
struct BoundSheet {
    position: usize,
    /// Whether it is visible and has cells.
    is_readable: bool,
}

impl BoundSheet {
    fn parse(data: &[u8]) -> Result<Self> {
        let [visibility, sheet_type] = *data.get(4..).and_then(<[u8]>::first_chunk).ok_or(Refusal::Damaged)?;
        let position = usize::try_from(u32_at(data, 0)?).map_err(|_| Refusal::Damaged)?;
        Ok(Self { position, is_readable: visibility % 4 == 0 && sheet_type == 0 })
    }
}

impl WorkbookGlobals {
    fn read(stream: &[u8], texts: &mut TextPool) -> Result<Self> {
        let mut records = Records::new(stream);
        let bof = records.bof()?;
        let is_utf16 = bof.is_biff8().ok_or(Refusal::Damaged)?;
        let mut code_page = CodePage::default();
        let mut bound_sheets: Vec<BoundSheet> = Vec::new();
        let mut visible_sheets = 0;
        let mut is_1904 = false;
        let mut shared = Vec::new();
        let mut format_records = HashMap::new();
        // The index of the font and of the number format of each cell format.
        let mut cell_formats = Vec::new();
        let mut character_sets = Vec::new();
        while let Some((record_type, data)) = records.next()? {
            match record_type {
                record_type::CODE_PAGE => code_page = CodePage::of_number(u16_at(data, 0)?),
                record_type::FORMAT | record_type::FORMAT_2 => drop(format_records.insert(u16_at(data, 0)?, data)),
                record_type::DATE_1904 => is_1904 = u16_at(data, 0)? == 1,
                record_type::FONT if character_sets.len() < MAX_FORMATS as usize => {
                    character_sets.push(data.get(12).copied().unwrap_or_default());
                }
                record_type::XF | record_type::XF_2 | record_type::XF_3 | record_type::XF_4
                    if cell_formats.len() < MAX_FORMATS as usize =>
                {
                    cell_formats.push((u16_at(data, 0)?, u16_at(data, 2)?));
                }
                record_type::BOUND_SHEET => {
                    let sheet = BoundSheet::parse(data)?;
                    visible_sheets += usize::from(sheet.is_readable);
                    bound_sheets.push(sheet);
                    check_sheet_counts(bound_sheets.len(), visible_sheets)?;
                }
                record_type::SST => shared = shared_strings(&mut records, data, texts)?,
                _ => {}
            }
        }
        // The record with the code page may follow the formats.
        let mut number_formats = NumberFormats::default();
        for (id, data) in format_records {
            number_formats.add(u32::from(id), &format_code(is_utf16, code_page, data)?)?;
        }
        let formats = cell_formats.into_iter().map(|(font, format)| CellFormat {
            number_format: number_formats.get(format.into()),
            code_page: character_set(&character_sets, font).map_or(code_page, |set| code_page.of_font(set)),
        });
        Ok(Self {
            is_utf16,
            // A file with a single sheet may consist of nothing but the sheet.
            sheets: if bof.is_sheet() { vec![0] } else { sheet_starts(stream, records, &bound_sheets) },
            formats: formats.collect(),
            default_format: CellFormat { code_page, ..CellFormat::default() },
            is_1904,
            shared,
        })
    }
}

/// The start of each sheet that is visible and has cells. Some programs store wrong positions; such a sheet is the next one
/// in the stream that no other sheet claims. `records` has read all globals.
fn sheet_starts(stream: &[u8], records: Records<'_>, bound_sheets: &[BoundSheet]) -> Vec<usize> {
    let is_right = |sheet: &&BoundSheet| Bof::is_at(stream, sheet.position);
    if bound_sheets.iter().filter(|sheet| sheet.is_readable).all(|sheet| is_right(&sheet)) {
        return bound_sheets.iter().filter(|sheet| sheet.is_readable).map(|sheet| sheet.position).collect();
    }
    let claimed: HashSet<usize> = bound_sheets.iter().filter(is_right).map(|sheet| sheet.position).collect();
    let mut unclaimed = records.positions_of_substreams(stream).into_iter().filter(|start| !claimed.contains(start));
    let start = |sheet: &BoundSheet| {
        let start = if is_right(&sheet) { Some(sheet.position) } else { unclaimed.next() };
        // A sheet that does not exist is damaged when it is read.
        sheet.is_readable.then(|| start.unwrap_or(stream.len()))
    };
    bound_sheets.iter().filter_map(start).collect()
}

/// The character set of a font. No font has the index 4.
fn character_set(character_sets: &[u8], font: u16) -> Option<u8> {
    let index = if font > 4 { font - 1 } else { font };
    character_sets.get(usize::from(index)).copied()
}

/// The code of a number format ([MS-XLS] 2.4.126). The record's data starts with the id.
fn format_code(is_utf16: bool, code_page: CodePage, data: &[u8]) -> Result<String> {
    let mut code = String::new();
    let mut records = Records::new(&[]);
    if is_utf16 {
        let mut data = records.continued(data.get(2..).unwrap_or_default());
        let length = data.length()?;
        data.cell_string(length, &mut code)?;
    } else {
        let [length, bytes @ ..] = data.get(2..).unwrap_or_default() else { return Err(Refusal::Damaged) };
        let bytes = bytes.get(..usize::from(*length)).unwrap_or(bytes);
        // A format that cannot be decoded affects only the cells in it; ASCII tells percent and date.
        if code_page.decode(bytes, &mut code).is_err() {
            code.extend(bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\u{FFFD}' }));
        }
    }
    Ok(code)
}

/// Reads the shared strings ([MS-XLS] 2.4.265).
fn shared_strings<'a>(records: &mut Records<'a>, data: &'a [u8], texts: &mut TextPool) -> Result<Vec<TextSpan>> {
    let count = u32_at(data, 4)? as usize;
    let mut data = records.continued(data.get(8..).unwrap_or_default());
    let mut spans = Vec::new();
    while !data.is_at_end()? {
        match texts.add(|text| data.shared_string(text)) {
            Ok(span) => spans.push(span),
            // What follows the declared strings is no string.
            Err(_) if spans.len() >= count => break,
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(spans)
}

/// The start of a cell record ([MS-XLS] 2.5.13): position (0-based) and index of the cell format (XF).
#[derive(Clone, Copy)]
struct CellHeader {
    row: u16,
    column: u16,
    format: u16,
}

impl CellHeader {
    /// Splits the header from the data behind it.
    fn parse(data: &[u8]) -> Result<(Self, &[u8])> {
        let (header, rest) = data.split_first_chunk::<6>().ok_or(Refusal::Damaged)?;
        let [row_low, row_high, column_low, column_high, format_low, format_high] = *header;
        let [row, column, format] =
            [[row_low, row_high], [column_low, column_high], [format_low, format_high]].map(u16::from_le_bytes);
        Ok((Self { row, column, format }, rest))
    }

    /// As `parse`, for a record type of Excel 2: the format is the lower 6 bits of 3 bytes.
    fn parse_excel_2(data: &[u8]) -> Result<(Self, &[u8])> {
        let (header, rest) = Self::parse(data)?;
        Ok((Self { format: header.format & 0x3F, ..header }, rest.get(1..).ok_or(Refusal::Damaged)?))
    }

    /// The row, 1-based.
    fn row(self) -> u32 {
        u32::from(self.row) + 1
    }
}

impl WorkbookGlobals {
    /// Reads the cells of a sheet from its records.
    fn sheet<S: CellSink>(&self, records: &mut Records<'_>, mut to: S) -> Result<S::Output> {
        records.bof()?;
        // The cell of a formula whose text result follows in a STRING record.
        let mut pending_formula = None;
        while let Some(record) = records.next()? {
            self.read_record(record, records, &mut to, &mut pending_formula)?;
        }
        formula_without_value(&mut to, pending_formula)?;
        to.finish()
    }

    /// Adds the cells of one record.
    fn read_record<'a, S: CellSink>(
        &self,
        (record_type, data): Record<'a>,
        records: &mut Records<'a>,
        to: &mut S,
        pending_formula: &mut Option<CellHeader>,
    ) -> Result<()> {
        let put = |to: &mut S, cell: CellHeader, value| to.cell(cell.row(), cell.column.into(), value);
        match record_type {
            record_type::LABEL_SST => {
                let (cell, data) = CellHeader::parse(data)?;
                let text = self.shared.get(u32_at(data, 0)? as usize).ok_or(Refusal::Damaged)?;
                to.shared_text(cell.row(), cell.column.into(), *text, self.number_format(cell))?;
            }
            record_type::NUMBER => {
                let (cell, data) = CellHeader::parse(data)?;
                self.number(to, cell, f64_at(data, 0)?)?;
            }
            record_type::NUMBER_2 => {
                let (cell, data) = CellHeader::parse_excel_2(data)?;
                self.number(to, cell, f64_at(data, 0)?)?;
            }
            record_type::INTEGER_2 => {
                let (cell, data) = CellHeader::parse_excel_2(data)?;
                self.number(to, cell, u16_at(data, 0)?.into())?;
            }
            record_type::RK => {
                let (cell, data) = CellHeader::parse(data)?;
                self.number(to, cell, decode_rk(u32_at(data, 0)?))?;
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
                let (cell, data) = CellHeader::parse(data)?;
                self.text(to, cell, records.continued(data), LengthBytes::Two)?;
            }
            record_type::LABEL_2 => {
                let (cell, data) = CellHeader::parse_excel_2(data)?;
                self.text(to, cell, records.continued(data), LengthBytes::OneBeforeExcel97)?;
            }
            record_type::BOOL_ERR | record_type::BOOL_ERR_2 => {
                let (cell, data) = if record_type == record_type::BOOL_ERR {
                    CellHeader::parse(data)?
                } else {
                    CellHeader::parse_excel_2(data)?
                };
                let [value, is_error, ..] = *data else { return Err(Refusal::Damaged) };
                put(to, cell, if is_error == 0 { CellValue::Bool(value != 0) } else { error_value(value) })?;
            }
            record_type::FORMULA | record_type::FORMULA_3 | record_type::FORMULA_4 => {
                let (cell, data) = CellHeader::parse(data)?;
                let value = *data.first_chunk::<8>().ok_or(Refusal::Damaged)?;
                formula_without_value(to, pending_formula.take())?;
                to.mark_formula(cell.row(), cell.column.into());
                // The last stored value of the formula ([MS-XLS] 2.5.133).
                match value {
                    [0, _, _, _, _, _, 0xFF, 0xFF] => *pending_formula = Some(cell),
                    [1, _, value, _, _, _, 0xFF, 0xFF] => put(to, cell, CellValue::Bool(value != 0))?,
                    [2, _, value, _, _, _, 0xFF, 0xFF] => put(to, cell, error_value(value))?,
                    [_, _, _, _, _, _, 0xFF, 0xFF] if self.is_utf16 && formula::gives_no_text(formula_tokens(data)) => {
                        formula_without_value(to, Some(cell))?;
                    }
                    // The formula gave an empty text.
                    [_, _, _, _, _, _, 0xFF, 0xFF] => {
                        to.text(cell.row(), cell.column.into(), self.number_format(cell), |_| Ok(()))?;
                    }
                    number => self.number(to, cell, f64::from_le_bytes(number))?,
                }
            }
            record_type::STRING | record_type::STRING_2 => {
                if let Some(cell) = pending_formula.take() {
                    to.mark_formula(cell.row(), cell.column.into());
                    let length = if record_type == record_type::STRING {
                        LengthBytes::Two
                    } else {
                        LengthBytes::OneBeforeExcel97
                    };
                    self.text(to, cell, records.continued(data), length)?;
                }
            }
            record_type::ROW => {
                // [MS-XLS] 2.4.221.
                const HIDDEN: u8 = 0x20;
                if data.get(12).is_some_and(|flags| flags & HIDDEN != 0) {
                    to.hidden_row(u32::from(u16_at(data, 0)?) + 1);
                }
            }
            record_type::COLUMN_INFO => {
                // [MS-XLS] 2.4.53. The columns are inclusive. A width of 0 hides them too.
                const HIDDEN: u16 = 1;
                if u16_at(data, 8).is_ok_and(|flags| flags & HIDDEN != 0) || u16_at(data, 4)? == 0 {
                    to.hide_columns(u16_at(data, 0)?.into(), u16_at(data, 2)?.into());
                }
            }
            record_type::WINDOW => {
                // [MS-XLS] 2.4.346.
                const SHOWS_ZEROS: u16 = 0x10;
                if u16_at(data, 0)? & SHOWS_ZEROS == 0 {
                    to.hide_zeros();
                }
            }
            record_type::MERGED_CELLS => {
                // [MS-XLS] 2.4.168.
                let ranges = data.get(2..).unwrap_or_default().as_chunks::<8>().0.iter();
                for range in ranges.take(u16_at(data, 0)?.into()) {
                    to.merged_cells(CellRange {
                        first_row: u32::from(u16_at(range, 0)?) + 1,
                        last_row: u32::from(u16_at(range, 2)?) + 1,
                        first_column: u16_at(range, 4)?.into(),
                        last_column: u16_at(range, 6)?.into(),
                    })?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn format(&self, cell: CellHeader) -> &CellFormat {
        self.formats.get(usize::from(cell.format)).unwrap_or(&self.default_format)
    }

    fn number_format(&self, cell: CellHeader) -> &NumberFormat {
        &self.format(cell).number_format
    }

    fn number(&self, to: &mut impl CellSink, cell: CellHeader, value: f64) -> Result<()> {
        let format = self.number_format(cell);
        let value = if self.is_1904 && format.is_date() { days_from_1904(value) } else { value };
        to.number(cell.row(), cell.column.into(), value, format)
    }

    /// Adds a cell whose text is stored in its own record ([MS-XLS] 2.5.294).
    fn text(
        &self,
        to: &mut impl CellSink,
        cell: CellHeader,
        mut data: Continued<'_, '_>,
        length_bytes: LengthBytes,
    ) -> Result<()> {
        let format = self.format(cell);
        to.text(cell.row(), cell.column.into(), &format.number_format, |text| {
            // Some programs store nothing for an empty text.
            if data.is_at_end()? {
                return Ok(());
            }
            let length = match length_bytes {
                LengthBytes::OneBeforeExcel97 if !self.is_utf16 => data.bytes().map(|[length]| length.into())?,
                LengthBytes::OneBeforeExcel97 | LengthBytes::Two => data.length()?,
            };
            if self.is_utf16 {
                return data.cell_string(length, text);
            }
            format.code_page.decode(&data.characters_of_code_page(length)?, text)
        })
    }
}

/// Number of bytes that store the length of a string.
#[derive(Clone, Copy)]
enum LengthBytes {
    Two,
    /// One in files before Excel 97, else two.
    OneBeforeExcel97,
}

/// Adds the cell of a formula whose text result is missing.
fn formula_without_value(to: &mut impl CellSink, pending_formula: Option<CellHeader>) -> Result<()> {
    pending_formula.map_or(Ok(()), |cell| to.formula_without_value(cell.row(), cell.column.into()))
}

/// The formula in a FORMULA record, behind the header ([MS-XLS] 2.4.127).
fn formula_tokens(data: &[u8]) -> &[u8] {
    let length = u16_at(data, 14).unwrap_or_default();
    let tokens = data.get(16..).unwrap_or_default();
    tokens.get(..length.into()).unwrap_or(tokens)
}

/// The value of a cell with an error ([MS-XLS] 2.5.10).
const fn error_value(code: u8) -> CellValue {
    CellValue::Error(error_text(code))
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

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::lower_bytes(true, 1200, b"\x00\x00\x02\x00\x000%", "0%")]
    #[case::utf_16(true, 1200, b"\x00\x00\x02\x00\x01\x30\x00\x43\x51", "0元")]
    #[case::bytes_behind_the_code(true, 1200, b"\x00\x00\x01\x00\x000%", "0")]
    #[case::cut_off(true, 1200, b"\x00\x00\x09\x00\x000%", "0%")]
    #[case::gbk(false, 936, b"\x00\x00\x030\xD4\xAA", "0元")]
    #[case::unknown_code_page(false, 437, b"\x00\x00\x030\xD4\xAA", "0\u{FFFD}\u{FFFD}")]
    fn format_codes_are_decoded(
        #[case] is_utf16: bool,
        #[case] code_page: u16,
        #[case] data: &[u8],
        #[case] expected: &str,
    ) {
        assert_eq!(format_code(is_utf16, CodePage::of_number(code_page), data).unwrap(), expected);
    }
}
