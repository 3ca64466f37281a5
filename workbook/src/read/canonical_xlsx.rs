//! Reads the sheets and shared strings that the fast scanner does not know.
//!
//! calamine would read them, but it knows elements by their usual prefixes and parts by their usual names, does not read all
//! encodings, takes an index that it cannot parse for the first string, and knows neither merged cells of a stream nor hidden
//! rows. This module therefore reads a sheet by the rules of XML and writes what matters as small .xlsx files of one spelling,
//! each with some rows. calamine reads those, and so never meets what others wrote.

use super::{
    Limits, Result,
    cell_sink::CellSink,
    fast_xlsx::MAX_SHARED_STRINGS,
    sheet::{CellRange, CellValue, TextPool, TextSpan},
    stored_archive::stored_archive,
    xlsx::{CellContext, ERRORS},
    xml::{
        Attributes, BLANKS, PartReader, SPREADSHEET_NAMESPACES, Visitor, decode_escapes, parse_bool, parse_number,
        visit,
    },
};
use calamine::{DataRef, Reader, Xlsx};
use domain::{Excess, Refusal};
use quick_xml::escape::escape;
use std::{
    borrow::Cow,
    collections::{HashSet, VecDeque},
    fmt::Write as _,
    io::{Cursor, Read},
};

/// Maximum length of the text of one element in bytes. A cell has at most 32,767 characters.
const MAX_TEXT_BYTES: usize = 4 << 20;

/// Reads the shared strings, to which cells refer by index.
pub(super) fn shared_strings(
    part: PartReader<'_, impl Read>,
    texts: &mut TextPool,
    limits: Limits,
) -> Result<Vec<TextSpan>> {
    let mut strings = SharedStrings { texts, limits, bytes: 0, spans: Vec::new(), string: StringPieces::default() };
    visit(part, StringsPlace::Outside, &mut strings)?;
    Ok(strings.spans)
}

/// Reads the cells of a sheet.
pub(super) fn sheet<S: CellSink>(part: PartReader<'_, impl Read>, cells: &CellContext, to: S) -> Result<S::Output> {
    let mut sheet =
        SheetCells { cells, to, rows: CanonicalRows::default(), cell: OpenCell::default(), row: 1, column: 0 };
    visit(part, SheetPlace::Outside, &mut sheet)?;
    sheet.flush()?;
    sheet.to.finish()
}

/// A string that is being read, plain or in rich-text runs. Formatting and phonetic text do not belong to it.
#[derive(Default)]
struct StringPieces {
    string: String,
    /// The text of the `<t>` that is open.
    piece: String,
}

impl StringPieces {
    fn end_piece(&mut self, preserve_space: bool) {
        let piece = if preserve_space { &self.piece } else { self.piece.trim_matches(BLANKS) };
        self.string.push_str(&decode_escapes(piece));
        self.piece.clear();
    }
}

fn push_text(to: &mut String, text: &str) -> Result<()> {
    to.push_str(text);
    if to.len() > MAX_TEXT_BYTES { Err(Refusal::TooLarge(Excess::Element)) } else { Ok(()) }
}

/// Collects the shared strings.
struct SharedStrings<'a> {
    texts: &'a mut TextPool,
    limits: Limits,
    /// Bytes of all strings so far.
    bytes: u64,
    spans: Vec<TextSpan>,
    string: StringPieces,
}

#[derive(Clone, Copy)]
enum StringsPlace {
    Outside,
    Strings,
    String,
    Run,
    Text,
}

impl Visitor for SharedStrings<'_> {
    type Place = StringsPlace;

    const NAMESPACES: &'static [&'static str] = &SPREADSHEET_NAMESPACES;

    fn start(&mut self, parent: Self::Place, name: &str, _: &Attributes<'_>) -> Result<Option<Self::Place>> {
        Ok(match (parent, name) {
            (StringsPlace::Outside, "sst") => Some(StringsPlace::Strings),
            (StringsPlace::Strings, "si") => Some(StringsPlace::String),
            (StringsPlace::String, "r") => Some(StringsPlace::Run),
            (StringsPlace::String | StringsPlace::Run, "t") => Some(StringsPlace::Text),
            _ => None,
        })
    }

    fn text(&mut self, place: Self::Place, text: &str) -> Result<()> {
        match place {
            StringsPlace::Text => push_text(&mut self.string.piece, text),
            _ => Ok(()),
        }
    }

    fn end(&mut self, place: Self::Place, preserve_space: bool) -> Result<()> {
        match place {
            StringsPlace::Text => self.string.end_piece(preserve_space),
            StringsPlace::String => {
                let string = &mut self.string.string;
                self.bytes += string.len() as u64;
                if self.bytes > self.limits.text_bytes() {
                    return Err(self.limits.too_much_text());
                }
                if self.spans.len() >= MAX_SHARED_STRINGS {
                    return Err(Refusal::TooLarge(Excess::Elements));
                }
                self.spans.push(self.texts.add(|texts| {
                    texts.push_str(string);
                    Ok(())
                })?);
                string.clear();
            }
            _ => {}
        }
        Ok(())
    }
}

/// Collects the cells of a sheet.
struct SheetCells<'a, S> {
    cells: &'a CellContext,
    to: S,
    /// The cells that are not passed on yet.
    rows: CanonicalRows,
    cell: OpenCell,
    /// The row (1-based) of the next cell, if the cell does not state its position.
    row: u32,
    /// The column (0-based) of the next cell, if the cell does not state its position.
    column: u32,
}

/// The cell that is being read.
#[derive(Default)]
struct OpenCell {
    row: u32,
    column: u32,
    style: u32,
    kind: CellType,
    has_formula: bool,
    /// The text of `<v>`.
    value: Option<String>,
    /// The text of `<is>`.
    inline: Option<StringPieces>,
}

/// The type of a cell, from its `t` attribute.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum CellType {
    #[default]
    Number,
    Shared,
    /// The text result of a formula.
    Formula,
    Inline,
    Bool,
    Error,
    /// A date in the notation of ISO 8601.
    Date,
}

#[derive(Clone, Copy)]
enum SheetPlace {
    Outside,
    Worksheet,
    Rows,
    Row,
    Cell,
    Value,
    Formula,
    Inline,
    Run,
    Text,
    MergedCells,
    MergedRange,
    /// The columns or the views of the sheet.
    Settings,
    Setting,
}

impl<S: CellSink> Visitor for SheetCells<'_, S> {
    type Place = SheetPlace;

    const NAMESPACES: &'static [&'static str] = &SPREADSHEET_NAMESPACES;

    /// A chart or a dialog under the relationship of a sheet of cells.
    const OTHER_ROOT: Refusal = Refusal::MacroSheet;

    fn start(&mut self, parent: Self::Place, name: &str, attributes: &Attributes<'_>) -> Result<Option<Self::Place>> {
        Ok(match (parent, name) {
            (SheetPlace::Outside, "worksheet") => Some(SheetPlace::Worksheet),
            (SheetPlace::Worksheet, "sheetData") => Some(SheetPlace::Rows),
            (SheetPlace::Rows, "row") => {
                self.begin_row(attributes)?;
                Some(SheetPlace::Row)
            }
            (SheetPlace::Row, "c") => {
                self.begin_cell(attributes)?;
                Some(SheetPlace::Cell)
            }
            (SheetPlace::Cell, "v") => {
                self.cell.value = Some(String::new());
                Some(SheetPlace::Value)
            }
            (SheetPlace::Cell, "is") => {
                self.cell.inline = Some(StringPieces::default());
                Some(SheetPlace::Inline)
            }
            (SheetPlace::Inline, "r") => Some(SheetPlace::Run),
            (SheetPlace::Inline | SheetPlace::Run, "t") => Some(SheetPlace::Text),
            (SheetPlace::Cell, "f") => {
                self.cell.has_formula = true;
                Some(SheetPlace::Formula)
            }
            (SheetPlace::Worksheet, "mergeCells") => Some(SheetPlace::MergedCells),
            (SheetPlace::MergedCells, "mergeCell") => {
                self.merged_cells(attributes)?;
                Some(SheetPlace::MergedRange)
            }
            (SheetPlace::Worksheet, "cols" | "sheetViews") => Some(SheetPlace::Settings),
            (SheetPlace::Settings, "col") => {
                self.columns(attributes)?;
                Some(SheetPlace::Setting)
            }
            (SheetPlace::Settings, "sheetView") => {
                let [shows_zeros] = attributes.get(["showZeros"])?;
                if shows_zeros.and_then(|shown| parse_bool(&shown)) == Some(false) {
                    self.to.hide_zeros();
                }
                Some(SheetPlace::Setting)
            }
            _ => None,
        })
    }

    fn text(&mut self, place: Self::Place, text: &str) -> Result<()> {
        let to = match place {
            SheetPlace::Value => self.cell.value.as_mut(),
            SheetPlace::Text => self.cell.inline.as_mut().map(|inline| &mut inline.piece),
            _ => None,
        };
        to.map_or(Ok(()), |to| push_text(to, text))
    }

    fn end(&mut self, place: Self::Place, preserve_space: bool) -> Result<()> {
        match (place, &mut self.cell.inline) {
            (SheetPlace::Text, Some(inline)) => {
                inline.end_piece(preserve_space);
                if inline.string.len() > MAX_TEXT_BYTES { Err(Refusal::TooLarge(Excess::Element)) } else { Ok(()) }
            }
            (SheetPlace::Cell, _) => self.end_cell(),
            (SheetPlace::Row, _) => {
                self.row = self.row.saturating_add(1);
                self.column = 0;
                Ok(())
            }
            // The collector takes merged cells after the cells.
            (SheetPlace::Rows, _) => self.flush(),
            _ => Ok(()),
        }
    }
}

impl<S: CellSink> SheetCells<'_, S> {
    fn begin_row(&mut self, attributes: &Attributes<'_>) -> Result<()> {
        let [row, hidden, height] = attributes.get(["r", "hidden", "ht"])?;
        if let Some(row) = row {
            self.row = parse_number(&row).filter(|row| *row > 0).ok_or(Refusal::Damaged)?;
        }
        let hidden = hidden.and_then(|hidden| parse_bool(&hidden)) == Some(true);
        let height = height.and_then(|height| height.trim_matches(BLANKS).parse::<f64>().ok());
        if hidden || height == Some(0.0) {
            self.to.hidden_row(self.row);
        }
        Ok(())
    }

    fn columns(&mut self, attributes: &Attributes<'_>) -> Result<()> {
        let [first, last, hidden, width] = attributes.get(["min", "max", "hidden", "width"])?;
        let hidden = hidden.and_then(|hidden| parse_bool(&hidden)) == Some(true);
        let width = width.and_then(|width| width.trim_matches(BLANKS).parse::<f64>().ok());
        let number = |text: Option<Cow<'_, str>>| text.and_then(|text| parse_number(&text)?.checked_sub(1));
        if let (true, Some(first), Some(last)) = (hidden || width == Some(0.0), number(first), number(last)) {
            self.to.hide_columns(first, last);
        }
        Ok(())
    }

    fn begin_cell(&mut self, attributes: &Attributes<'_>) -> Result<()> {
        let [reference, style, kind] = attributes.get(["r", "s", "t"])?;
        let (row, column) = match reference {
            Some(reference) => parse_cell(&reference).ok_or(Refusal::Damaged)?,
            None => (self.row, self.column),
        };
        // Some programs write an empty attribute for a cell without a style.
        let style = match style.as_deref().map(|style| style.trim_matches(BLANKS)).filter(|style| !style.is_empty()) {
            Some(style) => parse_number(style).ok_or(Refusal::Damaged)?,
            None => 0,
        };
        let kind = match kind.as_deref().unwrap_or_default().trim_matches(BLANKS) {
            "s" => CellType::Shared,
            "str" => CellType::Formula,
            "inlineStr" => CellType::Inline,
            "b" => CellType::Bool,
            "e" => CellType::Error,
            "d" => CellType::Date,
            _ => CellType::Number,
        };
        self.column = column.saturating_add(1);
        self.cell = OpenCell { row, column, style, kind, ..OpenCell::default() };
        Ok(())
    }

    fn end_cell(&mut self) -> Result<()> {
        let OpenCell { row, column, style, kind, has_formula, value, inline } = std::mem::take(&mut self.cell);
        if column as usize >= S::COLUMNS {
            return Ok(());
        }
        let trimmed = value.as_deref().map(|value| value.trim_matches(BLANKS)).filter(|value| !value.is_empty());
        let inline = inline.map(|inline| Cow::Owned(inline.string));
        let text = || value.as_deref().map(decode_escapes);
        let value = match kind {
            CellType::Inline => inline.or_else(|| text().filter(|text| !text.is_empty())).map(CanonicalValue::Text),
            CellType::Formula => text().or(inline).map(CanonicalValue::Text),
            _ => match trimmed {
                None => inline.map(CanonicalValue::Text),
                Some(stored) => Some(match kind {
                    CellType::Shared => {
                        let index = parse_number(stored).map(|index| index as usize);
                        let text = index.and_then(|index| self.cells.shared.get(index)).ok_or(Refusal::Damaged)?;
                        CanonicalValue::Text(Cow::Borrowed(self.to.texts().get(*text)))
                    }
                    CellType::Error => CanonicalValue::Error(
                        ERRORS.into_iter().find(|error| *error == stored).unwrap_or(UNKNOWN_ERROR),
                    ),
                    CellType::Date => CanonicalValue::Date(stored),
                    CellType::Bool => parse_bool(stored)
                        .map_or_else(|| CanonicalValue::Text(decode_escapes(stored)), CanonicalValue::Bool),
                    // Some programs write a text without saying so.
                    _ if is_number(stored) => CanonicalValue::Number(stored),
                    _ => CanonicalValue::Text(decode_escapes(stored)),
                }),
            },
        };
        match value {
            None if !has_formula => return Ok(()),
            None => self.rows.add(row, column, style, &CanonicalValue::FormulaWithoutValue),
            Some(value) => {
                if has_formula {
                    self.rows.formulas.insert((row, column));
                }
                self.rows.add(row, column, style, &value);
            }
        }
        if self.rows.is_full() { self.flush() } else { Ok(()) }
    }

    fn merged_cells(&mut self, attributes: &Attributes<'_>) -> Result<()> {
        let [Some(reference)] = attributes.get(["ref"])? else { return Ok(()) };
        let (first, last) = reference.split_once(':').unwrap_or((&reference, &reference));
        let (Some((row, column)), Some((other_row, other_column))) = (parse_cell(first), parse_cell(last)) else {
            return Ok(());
        };
        self.to.merged_cells(CellRange {
            first_row: row.min(other_row),
            last_row: row.max(other_row),
            first_column: column.min(other_column),
            last_column: column.max(other_column),
        })
    }

    /// Passes the cells on that were written as canonical rows.
    fn flush(&mut self) -> Result<()> {
        let CanonicalRows { xml, mut errors, formulas, .. } = std::mem::take(&mut self.rows);
        if xml.is_empty() {
            return Ok(());
        }
        let file = canonical_file(&xml).ok_or(Refusal::Damaged)?;
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(&*file)).map_err(|_| Refusal::Damaged)?;
        let mut cells = book.worksheet_cells_reader(SHEET_NAME).map_err(|_| Refusal::Damaged)?;
        while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|_| Refusal::Damaged)? {
            let (row, column) = cell.get_position();
            let row = row.saturating_add(1);
            if formulas.contains(&(row, column)) {
                self.to.mark_formula(row, column);
            }
            let format = self.cells.format(u32::try_from(style).unwrap_or(u32::MAX));
            let text = |text: &str, to: &mut S| {
                to.text(row, column, format, |texts| {
                    texts.push_str(text);
                    Ok(())
                })
            };
            match cell.get_value() {
                DataRef::Empty => self.to.formula_without_value(row, column)?,
                // f64 is exact up to 2^53, far above any phone number.
                #[allow(clippy::cast_precision_loss)]
                DataRef::Int(value) => {
                    self.to.number(row, column, self.cells.number(*value as f64, format), format)?;
                }
                DataRef::Float(value) => self.to.number(row, column, self.cells.number(*value, format), format)?,
                DataRef::DateTime(value) => {
                    self.to.number(row, column, self.cells.number(value.as_f64(), format), format)?;
                }
                DataRef::SharedString(value) => text(value, &mut self.to)?,
                DataRef::String(value) => text(value, &mut self.to)?,
                DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => {
                    text(&date_as_shown(value), &mut self.to)?;
                }
                DataRef::Bool(value) => self.to.cell(row, column, CellValue::Bool(*value))?,
                // calamine knows fewer errors than there are.
                DataRef::Error(_) => {
                    let error = errors.pop_front().unwrap_or(UNKNOWN_ERROR);
                    self.to.cell(row, column, CellValue::Error(error))?;
                }
            }
        }
        Ok(())
    }
}

/// The error of a cell whose text is not known.
const UNKNOWN_ERROR: &str = "#UNKNOWN!";

/// What a cell of the canonical file has.
enum CanonicalValue<'a> {
    Number(&'a str),
    Text(Cow<'a, str>),
    Bool(bool),
    Date(&'a str),
    Error(&'static str),
    FormulaWithoutValue,
}

/// Rows for one canonical file.
#[derive(Default)]
struct CanonicalRows {
    /// The rows as XML. The last one is open.
    xml: String,
    /// The number of the last row.
    row: u32,
    /// The texts of the error values, in the order of the cells.
    errors: VecDeque<&'static str>,
    /// Row and column of the cells whose value is the result of a formula.
    formulas: HashSet<(u32, u32)>,
}

impl CanonicalRows {
    fn is_full(&self) -> bool {
        const BYTES: usize = 1 << 20;
        self.xml.len() >= BYTES
    }

    fn add(&mut self, row: u32, column: u32, style: u32, value: &CanonicalValue<'_>) {
        let letters = column_letters(column);
        let xml = &mut self.xml;
        if xml.is_empty() || self.row != row {
            let end = if xml.is_empty() { "" } else { "</row>" };
            push(xml, format_args!("{end}<row r=\"{row}\">"));
            self.row = row;
        }
        push(xml, format_args!("<c r=\"{letters}{row}\" s=\"{style}\""));
        match value {
            CanonicalValue::Number(stored) => push(xml, format_args!("><v>{stored}</v></c>")),
            CanonicalValue::Text(text) => {
                push(xml, format_args!(" t=\"str\"><v>{}</v></c>", escape(encode_escapes(text))));
            }
            CanonicalValue::Bool(value) => push(xml, format_args!(" t=\"b\"><v>{}</v></c>", u8::from(*value))),
            CanonicalValue::Date(stored) => push(xml, format_args!(" t=\"d\"><v>{}</v></c>", escape(*stored))),
            CanonicalValue::Error(error) => {
                self.errors.push_back(error);
                xml.push_str(" t=\"e\"><v>#N/A</v></c>");
            }
            CanonicalValue::FormulaWithoutValue => xml.push_str("><f/></c>"),
        }
    }
}

/// Appends to a string, which cannot fail.
fn push(to: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = to.write_fmt(text);
}

const SHEET_NAME: &str = "Sheet";
const WORKBOOK: &str = concat!(
    r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" "#,
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">"#,
    r#"<sheets><sheet name="Sheet" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
);
const WORKBOOK_RELATIONSHIPS: &str = concat!(
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" "#,
    r#"Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" "#,
    r#"Target="worksheets/sheet1.xml"/></Relationships>"#,
);
const ROOT_RELATIONSHIPS: &str = concat!(
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" "#,
    r#"Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" "#,
    r#"Target="xl/workbook.xml"/></Relationships>"#,
);
const SHEET_START: &str = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#;

/// An .xlsx file of one sheet with the given rows, the last of which is open.
fn canonical_file(rows: &str) -> Option<Vec<u8>> {
    stored_archive(&[
        ("_rels/.rels", &[ROOT_RELATIONSHIPS]),
        ("xl/workbook.xml", &[WORKBOOK]),
        ("xl/_rels/workbook.xml.rels", &[WORKBOOK_RELATIONSHIPS]),
        ("xl/worksheets/sheet1.xml", &[SHEET_START, rows, "</row></sheetData></worksheet>"]),
    ])
}

/// Encodes by `_xHHHH_` what XML changes or cannot hold, and what would look like such an escape.
fn encode_escapes(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c >= ' ' || matches!(c, '\t' | '\n');
    if !text.contains("_x") && text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut encoded = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if is_plain(c) && (c != '_' || characters.peek() != Some(&'x')) {
            encoded.push(c);
        } else {
            push(&mut encoded, format_args!("_x{:04X}_", u32::from(c)));
        }
    }
    Cow::Owned(encoded)
}

/// Whether a program wrote the text as a number.
fn is_number(stored: &str) -> bool {
    stored.bytes().all(|c| matches!(c, b'0'..=b'9' | b'.' | b'-' | b'+' | b'E' | b'e')) && stored.parse::<f64>().is_ok()
}

/// Parses a cell reference: `B7` is row 7 (1-based) and column 1 (0-based).
fn parse_cell(reference: &str) -> Option<(u32, u32)> {
    let reference = reference.trim_matches(BLANKS);
    let reference = reference.strip_prefix('$').unwrap_or(reference);
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, row) = reference.split_at_checked(letters)?;
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let digit = |letter: u8| u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    let column = letters.bytes().fold(0, |column, letter| column * 26 + digit(letter));
    let row = parse_number(row.strip_prefix('$').unwrap_or(row)).filter(|row| *row > 0)?;
    Some((row, column - 1))
}

/// The letters of a column (0-based).
pub(super) fn column_letters(column: u32) -> String {
    let last = char::from(b'A'.saturating_add(u8::try_from(column % 26).unwrap_or_default()));
    match column / 26 {
        0 => last.to_string(),
        rest => format!("{}{last}", column_letters(rest - 1)),
    }
}

/// An ISO 8601 date similar to what a person sees: `2026-03-01`, `2026-03-01 10:00`, `10:00`.
pub(super) fn date_as_shown(stored: &str) -> Cow<'_, str> {
    // A period such as `PT30M` is no date.
    if stored.starts_with(['P', '-']) {
        return Cow::Borrowed(stored);
    }
    let stored = stored.strip_suffix('Z').unwrap_or(stored);
    let (date, time) = match stored.split_once('T') {
        Some((date, time)) => (date, time),
        None if stored.contains(':') => ("", stored),
        None => return Cow::Borrowed(stored),
    };
    // Seconds have fractions that nobody sees. The file format knows no time zones.
    let time = time.split(['.', ',', '+', '-']).next().unwrap_or_default();
    let time = if time.len() == 8 { time.strip_suffix(":00").unwrap_or(time) } else { time };
    match (date, time) {
        ("", time) => Cow::Borrowed(time),
        (date, "00:00") => Cow::Borrowed(date),
        (date, time) => Cow::Owned(format!("{date} {time}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("plain")]
    #[case("_x0041_")]
    #[case("_x_x005F__x")]
    #[case("a\rb\u{1}\u{1F600}")]
    fn an_encoded_text_decodes_to_itself(#[case] text: &str) {
        assert_eq!(decode_escapes(&encode_escapes(text)), text);
    }

    #[rstest]
    #[case("_x000D_", "\r")]
    #[case("_x005F_x0041_", "_x0041_")]
    #[case("_xD83D__xDE00_", "\u{1F600}")]
    #[case("_xD83D_", "\u{FFFD}")]
    #[case("_x41_ _xZZZZ_ _x004", "_x41_ _xZZZZ_ _x004")]
    #[case("_x4e2d_国", "中国")]
    fn escapes_are_decoded(#[case] text: &str, #[case] decoded: &str) {
        assert_eq!(decode_escapes(text), decoded);
    }

    #[rstest]
    #[case("2026-03-01", "2026-03-01")]
    #[case("2026-03-01T00:00:00", "2026-03-01")]
    #[case("2026-03-01T10:30:00.000Z", "2026-03-01 10:30")]
    #[case("2026-03-01T10:30:15+08:00", "2026-03-01 10:30:15")]
    #[case("10:30:00", "10:30")]
    #[case("P1D", "P1D")]
    #[case("PT0H11M0.000S", "PT0H11M0.000S")]
    #[case("-PT5M", "-PT5M")]
    fn a_date_is_read_as_shown(#[case] stored: &str, #[case] shown: &str) {
        assert_eq!(date_as_shown(stored), shown);
    }

    #[rstest]
    #[case("B7", Some((7, 1)))]
    #[case(" $xfd$1048576 ", Some((1_048_576, 16_383)))]
    #[case("B0", None)]
    #[case("7", None)]
    #[case("B", None)]
    #[case("ABCD1", None)]
    fn cell_references_are_parsed(#[case] reference: &str, #[case] cell: Option<(u32, u32)>) {
        assert_eq!(parse_cell(reference), cell);
    }

    #[rstest]
    #[case(0, "A")]
    #[case(25, "Z")]
    #[case(26, "AA")]
    #[case(16_383, "XFD")]
    fn columns_have_letters(#[case] column: u32, #[case] letters: &str) {
        assert_eq!(column_letters(column), letters);
        assert_eq!(parse_cell(&format!("{letters}7")), Some((7, column)));
    }
}
