//! A fast scanner for the subset of .xlsx that nearly every program writes: UTF-8, element names without prefixes, and
//! only elements that this module knows. For any other file the scanner stops with [`Stop::Unsupported`], and calamine
//! reads the file instead.
//!
//! With this scanner instead of calamine, and with faster checks in the same change, the browser checked 50,000 rows in
//! 198 ms instead of 368 ms, and the server in 94 ms instead of 220 ms (earlier versions of docs/performance.md).

use super::{
    Limits,
    number_format::NumberFormat,
    sheet::{CellValue, RowCollector, Rows, Sheet, TextPool, TextSpan},
    single_filled_sheet,
};
use domain::{Refusal, Template};
use memchr::{memchr, memmem};
use quick_xml::{
    escape::unescape,
    events::{BytesStart, Event},
};
use std::{
    borrow::Cow,
    collections::HashMap,
    io::{Cursor, Read},
};
use zip::ZipArchive;

/// The reason why the scanner stops.
pub(super) enum Stop {
    /// The file is outside the supported subset. calamine may be able to read it.
    Unsupported,
    /// The file is refused. calamine would not give another result.
    Refused(Refusal),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

type Result<T> = std::result::Result<T, Stop>;
type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Reads the rows of the only visible sheet that has the template's header and data.
pub(super) fn read(template: Template, archive: &mut Archive<'_>, limits: Limits) -> Result<Sheet> {
    let sheets = visible_sheets(archive)?;
    let styles = cell_formats(archive)?;
    let mut texts = TextPool::default();
    let shared = shared_strings(archive, &mut texts)?;
    let mut unsupported = false;
    let rows = single_filled_sheet(sheets, |path| {
        let part = SheetPart { shared: &shared, styles: &styles, row: 0, column: 0 };
        part.read(archive, &path, RowCollector::new(template, limits, &mut texts)).map_err(|stop| match stop {
            Stop::Refused(refusal) => refusal,
            Stop::Unsupported => {
                unsupported = true;
                Refusal::Damaged
            }
        })
    });
    if unsupported { Err(Stop::Unsupported) } else { Ok(Sheet::new(texts, rows?)) }
}

/// The archive paths of the visible sheets of cells, in the order of the workbook.
fn visible_sheets(archive: &mut Archive<'_>) -> Result<Vec<String>> {
    let mut targets = HashMap::new();
    for_each_element(archive, "xl/_rels/workbook.xml.rels", |element, values| {
        if element == "Relationship" {
            targets.insert(values.get("Id")?, (values.get("Type")?, values.get("Target")?));
        }
        Ok(())
    })?;
    let mut sheets = Vec::new();
    for_each_element(archive, "xl/workbook.xml", |element, values| {
        // calamine reads workbooks that count days from 1904.
        if element == "workbookPr" && !matches!(values.get("date1904")?.as_str(), "" | "0" | "false") {
            return Err(Stop::Unsupported);
        }
        if element == "sheet" {
            let (kind, target) = targets.get(&values.get("r:id")?).ok_or(Stop::Unsupported)?;
            if !kind.ends_with("/worksheet") {
                return Err(Stop::Unsupported);
            }
            if matches!(values.get("state")?.as_str(), "" | "visible") {
                sheets.push(target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned));
            }
        }
        Ok(())
    })?;
    Ok(sheets)
}

/// The number format of each cell style, by the index that cells use.
fn cell_formats(archive: &mut Archive<'_>) -> Result<Vec<NumberFormat>> {
    let mut formats = HashMap::new();
    let mut styles = Vec::new();
    let mut in_cell_formats = false;
    for_each_element(archive, "xl/styles.xml", |element, values| {
        match element {
            "numFmt" => {
                formats.insert(values.get("numFmtId")?, NumberFormat::parse(&values.get("formatCode")?));
            }
            // `xf` elements also occur in other lists, which do not concern cells.
            "cellXfs" => in_cell_formats = true,
            "cellStyleXfs" | "cellStyles" | "dxfs" => in_cell_formats = false,
            "xf" if in_cell_formats => {
                let format = values.get("numFmtId")?;
                let builtin = || format.parse().map(NumberFormat::builtin).unwrap_or_default();
                styles.push(formats.get(&format).cloned().unwrap_or_else(builtin));
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(styles)
}

/// The attributes of an element.
struct Attributes<'a>(BytesStart<'a>);

impl Attributes<'_> {
    /// The value of an attribute. Empty if the element does not have it.
    fn get(&self, name: &str) -> Result<String> {
        for attribute in self.0.attributes() {
            let attribute = attribute.map_err(|_| Stop::Unsupported)?;
            if attribute.key.as_ref() == name {
                return unescape(&attribute.value).map(Cow::into_owned).map_err(|_| Stop::Unsupported);
            }
        }
        Ok(String::new())
    }
}

/// Calls `each` with the name and the attributes of every element of a small part.
fn for_each_element(
    archive: &mut Archive<'_>,
    name: &str,
    mut each: impl FnMut(&str, &Attributes<'_>) -> Result<()>,
) -> Result<()> {
    /// Maximum size of the part in bytes. Real files need a few thousand.
    const MAX_BYTES: u64 = 4 << 20;
    let part = archive.by_name(name).map_err(|_| Stop::Unsupported)?;
    if part.size() > MAX_BYTES {
        return Err(Stop::Unsupported);
    }
    let mut bytes = Vec::new();
    part.take(MAX_BYTES).read_to_end(&mut bytes).map_err(|_| Stop::Unsupported)?;
    let text = std::str::from_utf8(skip_declaration(&bytes)?.0).map_err(|_| Stop::Unsupported)?;
    let mut xml = quick_xml::Reader::from_str(text);
    loop {
        match xml.read_event().map_err(|_| Stop::Unsupported)? {
            Event::Start(element) | Event::Empty(element) => {
                let name = element.name().as_ref().to_owned();
                each(&name, &Attributes(element))?;
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Reads the shared strings, to which cells refer by index.
fn shared_strings(archive: &mut Archive<'_>, texts: &mut TextPool) -> Result<Vec<TextSpan>> {
    let mut spans = Vec::new();
    if !archive.file_names().flatten().any(|name| name.to_ascii_lowercase().ends_with("sharedstrings.xml")) {
        return Ok(spans);
    }
    let part = archive.by_name("xl/sharedStrings.xml").map_err(|_| Stop::Unsupported)?;
    let mut blocks = Blocks::new(part, b"</si>");
    let mut started = false;
    while let Some(block) = blocks.next()? {
        let mut scanner = Scanner(block);
        if !started {
            scanner = skip_declaration(block)?;
            if !scanner.next_tag() || !scanner.consume_name(b"sst") {
                return Err(Stop::Unsupported);
            }
            started = true;
            if scanner.attributes(|_, _| Ok(()))? {
                return Ok(spans);
            }
        }
        while scanner.next_tag() {
            if scanner.consume(b"si>") {
                spans.push(scanner.string(b"/si>", texts)?);
            } else if scanner.consume(b"si/>") {
                spans.push(TextSpan::default());
            } else if scanner.consume(b"/sst>") {
                return Ok(spans);
            } else {
                return Err(Stop::Unsupported);
            }
        }
    }
    Err(Stop::Unsupported)
}

/// Reads the part of one sheet.
struct SheetPart<'a> {
    shared: &'a [TextSpan],
    styles: &'a [NumberFormat],
    /// The row (1-based) of the next cell, if the cell does not state its position.
    row: u32,
    /// The column (0-based) of the next cell, if the cell does not state its position.
    column: u32,
}

/// The type of a cell, from its `t` attribute.
#[derive(Clone, Copy)]
enum CellType {
    Number,
    Shared,
    /// The text result of a formula.
    Formula,
    Inline,
    Bool,
    Error,
}

impl SheetPart<'_> {
    fn read(mut self, archive: &mut Archive<'_>, path: &str, mut to: RowCollector<'_>) -> Result<Rows> {
        let part = archive.by_name(path).map_err(|_| Stop::Unsupported)?;
        let mut blocks = Blocks::new(part, b"</row>");
        let mut started = false;
        self.row = 1;
        while let Some(block) = blocks.next()? {
            let mut scanner = Scanner(block);
            if !started {
                scanner = skip_declaration(block)?;
                let data = memmem::find(scanner.0, b"<sheetData").ok_or(Stop::Unsupported)?;
                let (before, data) = scanner.0.split_at_checked(data).ok_or(Stop::Unsupported)?;
                // A comment or a document type could contain text that looks like an element.
                if memmem::find(before, b"<!").is_some() {
                    return Err(Stop::Unsupported);
                }
                scanner = Scanner(data);
                if !scanner.consume(b"<sheetData") {
                    return Err(Stop::Unsupported);
                }
                started = true;
                if scanner.attributes(|_, _| Ok(()))? {
                    return Ok(to.finish()?);
                }
            }
            if self.rows(scanner, &mut to)? {
                return Ok(to.finish()?);
            }
        }
        Err(Stop::Unsupported)
    }

    /// Reads a block of whole rows. Returns whether the block held the end of the sheet's data.
    fn rows(&mut self, mut scanner: Scanner<'_>, to: &mut RowCollector<'_>) -> Result<bool> {
        while scanner.next_tag() {
            if scanner.consume_name(b"c") {
                self.cell(&mut scanner, to)?;
            } else if scanner.consume(b"/row>") {
                self.end_row();
            } else if scanner.consume_name(b"row") {
                let mut row = self.row;
                let empty = scanner.attributes(|name, value| {
                    if name == b"r" {
                        row = number(value)?;
                    }
                    Ok(())
                })?;
                self.row = row;
                if empty {
                    self.end_row();
                }
            } else if scanner.consume(b"/sheetData>") {
                return Ok(true);
            } else {
                return Err(Stop::Unsupported);
            }
        }
        Ok(false)
    }

    fn end_row(&mut self) {
        self.row += 1;
        self.column = 0;
    }

    fn cell(&mut self, scanner: &mut Scanner<'_>, to: &mut RowCollector<'_>) -> Result<()> {
        let (mut row, mut column, mut style, mut kind) = (self.row, self.column, None, CellType::Number);
        let empty = scanner.attributes(|name, value| {
            match name {
                b"r" => (row, column) = cell_position(value)?,
                b"s" => style = Some(number(value)?),
                b"t" => {
                    kind = match value {
                        b"s" => CellType::Shared,
                        b"n" => CellType::Number,
                        b"str" => CellType::Formula,
                        b"inlineStr" => CellType::Inline,
                        b"b" => CellType::Bool,
                        b"e" => CellType::Error,
                        _ => return Err(Stop::Unsupported),
                    }
                }
                _ => {}
            }
            Ok(())
        })?;
        self.column = column + 1;
        if empty {
            return Ok(());
        }
        loop {
            if !scanner.next_tag() {
                return Err(Stop::Unsupported);
            }
            if scanner.consume(b"v>") {
                let stored = scanner.text()?;
                if !scanner.consume(b"</v>") {
                    return Err(Stop::Unsupported);
                }
                match kind {
                    CellType::Inline => {}
                    CellType::Formula => {
                        let text = decode_text(stored)?;
                        to.text(row, column, self.format(style), |texts| {
                            texts.push_str(&text);
                            Ok(())
                        })?;
                    }
                    _ if stored.is_empty() => {}
                    CellType::Shared => {
                        let text = self.shared.get(number(stored)? as usize).ok_or(Stop::Unsupported)?;
                        to.shared_text(row, column, *text, self.format(style))?;
                    }
                    CellType::Bool => to.cell(row, column, CellValue::Bool(bool_value(stored)?))?,
                    CellType::Error => to.cell(row, column, CellValue::Error(error_text(stored)?))?,
                    CellType::Number => to.number(row, column, float(stored)?, self.format(style))?,
                }
                // The supported subset has no further elements after a value.
                return if scanner.consume(b"</c>") { Ok(()) } else { Err(Stop::Unsupported) };
            } else if scanner.consume(b"is>") {
                let mut inline = TextPool::default();
                let text = scanner.string(b"/is>", &mut inline)?;
                to.text(row, column, self.format(style), |texts| {
                    texts.push_str(inline.get(text));
                    Ok(())
                })?;
            } else if scanner.consume_name(b"f") {
                if !scanner.attributes(|_, _| Ok(()))? {
                    scanner.text()?;
                    if !scanner.consume(b"</f>") {
                        return Err(Stop::Unsupported);
                    }
                }
            } else if scanner.consume(b"/c>") {
                return Ok(());
            } else if !scanner.consume(b"v/>") {
                return Err(Stop::Unsupported);
            }
        }
    }

    fn format(&self, style: Option<u32>) -> &NumberFormat {
        style.and_then(|style| self.styles.get(style as usize)).unwrap_or(&NumberFormat::Number)
    }
}

fn bool_value(stored: &[u8]) -> Result<bool> {
    match stored {
        b"0" => Ok(false),
        b"1" => Ok(true),
        _ => Err(Stop::Unsupported),
    }
}

/// The error values of the file format's first edition. calamine reads files with later ones.
fn error_text(stored: &[u8]) -> Result<&'static str> {
    const ERRORS: [&str; 7] = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];
    ERRORS.into_iter().find(|error| error.as_bytes() == stored).ok_or(Stop::Unsupported)
}

/// Parses a whole number of at most 9 digits: enough for rows, styles and indexes of shared strings.
fn number(digits: &[u8]) -> Result<u32> {
    if digits.is_empty() || digits.len() > 9 {
        return Err(Stop::Unsupported);
    }
    digits.iter().try_fold(0, |number, digit| match digit {
        b'0'..=b'9' => Ok(number * 10 + u32::from(digit - b'0')),
        _ => Err(Stop::Unsupported),
    })
}

/// Parses a cell reference: `B7` is row 7 (1-based) and column 1 (0-based).
fn cell_position(reference: &[u8]) -> Result<(u32, u32)> {
    let letters = reference.iter().take_while(|c| c.is_ascii_uppercase()).count();
    let (letters, row) = reference.split_at_checked(letters).ok_or(Stop::Unsupported)?;
    if letters.is_empty() || letters.len() > 3 {
        return Err(Stop::Unsupported);
    }
    let column = letters.iter().fold(0, |column, letter| column * 26 + u32::from(letter - b'A') + 1);
    match number(row)? {
        0 => Err(Stop::Unsupported),
        row => Ok((row, column - 1)),
    }
}

fn float(stored: &[u8]) -> Result<f64> {
    // A whole number of at most 9 digits is exact as f64. This path is faster than the general parser.
    if stored.len() <= 9 && stored.iter().all(u8::is_ascii_digit) {
        return Ok(f64::from(number(stored)?));
    }
    if !stored.iter().all(|c| matches!(c, b'0'..=b'9' | b'.' | b'-' | b'+' | b'E' | b'e')) {
        return Err(Stop::Unsupported);
    }
    std::str::from_utf8(stored).ok().and_then(|text| text.parse().ok()).ok_or(Stop::Unsupported)
}

/// Decodes the XML text of a cell.
fn decode_text(stored: &[u8]) -> Result<Cow<'_, str>> {
    let text = std::str::from_utf8(stored).map_err(|_| Stop::Unsupported)?;
    // `_xHHHH_` is Excel's escape for characters that XML cannot hold. XML normalises `\r`. calamine handles both.
    if text.contains("_x") || text.contains('\r') {
        return Err(Stop::Unsupported);
    }
    unescape(text).map_err(|_| Stop::Unsupported)
}

/// Skips the XML declaration. Unsupported if it names another encoding than UTF-8.
fn skip_declaration(bytes: &[u8]) -> Result<Scanner<'_>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let Some(declaration) = bytes.strip_prefix(b"<?xml") else { return Ok(Scanner(bytes)) };
    let end = memmem::find(declaration, b"?>").ok_or(Stop::Unsupported)?;
    let (declaration, rest) = declaration.split_at_checked(end).ok_or(Stop::Unsupported)?;
    let declaration = declaration.to_ascii_lowercase();
    if memmem::find(&declaration, b"encoding").is_some() && memmem::find(&declaration, b"utf-8").is_none() {
        return Err(Stop::Unsupported);
    }
    Ok(Scanner(rest))
}

/// The rest of a block that is not scanned yet.
struct Scanner<'a>(&'a [u8]);

impl<'a> Scanner<'a> {
    /// Moves behind the next `<`. Returns whether there was one.
    fn next_tag(&mut self) -> bool {
        self.0 = match self.0 {
            [b'<', rest @ ..] => rest,
            bytes => memchr(b'<', bytes).and_then(|at| bytes.get(at + 1..)).unwrap_or_default(),
        };
        !self.0.is_empty()
    }

    /// Moves behind `expected` if the rest starts with it. Returns whether it does.
    fn consume(&mut self, expected: &[u8]) -> bool {
        match self.0.strip_prefix(expected) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// Moves behind the element name `name` if the rest starts with it. Returns whether it does.
    fn consume_name(&mut self, name: &[u8]) -> bool {
        match self.0.strip_prefix(name) {
            Some(rest @ [b' ' | b'>' | b'/' | b'\t' | b'\r' | b'\n', ..]) => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    /// Moves to the next `<`. Returns the bytes before it.
    fn text(&mut self) -> Result<&'a [u8]> {
        let end = memchr(b'<', self.0).ok_or(Stop::Unsupported)?;
        let (text, rest) = self.0.split_at_checked(end).ok_or(Stop::Unsupported)?;
        self.0 = rest;
        Ok(text)
    }

    /// Moves behind the current tag and calls `each` with the name and value of every attribute. Returns whether the tag
    /// closes its element (`<name/>`).
    fn attributes(&mut self, mut each: impl FnMut(&[u8], &[u8]) -> Result<()>) -> Result<bool> {
        loop {
            match self.0 {
                [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] => self.0 = rest,
                [b'>', rest @ ..] => {
                    self.0 = rest;
                    return Ok(false);
                }
                [b'/', b'>', rest @ ..] => {
                    self.0 = rest;
                    return Ok(true);
                }
                _ => {
                    let name = self.until(b'=')?;
                    let quote = match self.0 {
                        [quote @ (b'"' | b'\''), rest @ ..] => {
                            self.0 = rest;
                            *quote
                        }
                        _ => return Err(Stop::Unsupported),
                    };
                    each(name, self.until(quote)?)?;
                }
            }
        }
    }

    /// Moves behind the next `byte`. Returns the bytes before it.
    fn until(&mut self, byte: u8) -> Result<&'a [u8]> {
        let end = self.0.iter().position(|c| *c == byte).ok_or(Stop::Unsupported)?;
        let (before, rest) = self.0.split_at_checked(end).ok_or(Stop::Unsupported)?;
        self.0 = rest.get(1..).unwrap_or_default();
        Ok(before)
    }

    /// Reads a string, plain or in rich-text runs, up to its end tag. Skips formatting and phonetic text.
    fn string(&mut self, end: &[u8], texts: &mut TextPool) -> Result<TextSpan> {
        let mut stop = None;
        let span = texts.add(|text| {
            stop = self.pieces(end, text).err();
            Ok(())
        })?;
        stop.map_or(Ok(span), Err)
    }

    fn pieces(&mut self, end: &[u8], text: &mut String) -> Result<()> {
        while self.next_tag() {
            if self.consume_name(b"t") {
                let mut preserve = false;
                let empty = self.attributes(|name, value| {
                    preserve |= name == b"xml:space" && value == b"preserve";
                    Ok(())
                })?;
                if empty {
                    continue;
                }
                let piece = decode_text(self.text()?)?;
                if !self.consume(b"</t>") {
                    return Err(Stop::Unsupported);
                }
                text.push_str(if preserve { &piece } else { piece.trim_matches([' ', '\t', '\r', '\n']) });
            } else if self.consume(end) {
                return Ok(());
            } else if self.consume_name(b"rPr") {
                self.skip_element(b"</rPr>")?;
            } else if self.consume_name(b"rPh") {
                self.skip_element(b"</rPh>")?;
            } else if self.consume_name(b"phoneticPr") {
                self.skip_element(b"</phoneticPr>")?;
            } else if !(self.consume(b"r>") || self.consume(b"/r>")) {
                return Err(Stop::Unsupported);
            }
        }
        Err(Stop::Unsupported)
    }

    /// Moves behind the end tag of the current element.
    fn skip_element(&mut self, end: &[u8]) -> Result<()> {
        if !self.attributes(|_, _| Ok(()))? {
            let at = memmem::find(self.0, end).ok_or(Stop::Unsupported)?;
            self.0 = self.0.get(at + end.len()..).unwrap_or_default();
        }
        Ok(())
    }
}

/// Inflates a part of the archive in blocks that end with a given tag, so that every block holds whole elements.
struct Blocks<R> {
    part: R,
    tag: &'static [u8],
    buffer: Vec<u8>,
    /// Number of bytes at the start of the buffer that the last block returned. The next block begins behind them.
    returned: usize,
}

impl<R: Read> Blocks<R> {
    /// Bytes to inflate at once. They stay in the processor's cache until they are scanned.
    const BYTES_PER_READ: usize = 128 << 10;
    /// Maximum length of a block in bytes.
    const MAX_BYTES: usize = 8 << 20;

    const fn new(part: R, tag: &'static [u8]) -> Self {
        Self { part, tag, buffer: Vec::new(), returned: 0 }
    }

    /// The next block. The last one may end without the tag. `None` at the end of the part.
    fn next(&mut self) -> Result<Option<&[u8]>> {
        self.buffer.drain(..self.returned);
        loop {
            let read = self
                .part
                .by_ref()
                .take(Self::BYTES_PER_READ as u64)
                .read_to_end(&mut self.buffer)
                .map_err(|_| Stop::Unsupported)?;
            self.returned = match memmem::rfind(&self.buffer, self.tag) {
                _ if read == 0 => self.buffer.len(),
                Some(at) => at + self.tag.len(),
                None if self.buffer.len() > Self::MAX_BYTES => return Err(Stop::Unsupported),
                None => continue,
            };
            return Ok(self.buffer.get(..self.returned).filter(|block| !block.is_empty()));
        }
    }
}
