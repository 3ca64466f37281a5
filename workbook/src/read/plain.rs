//! The .xlsx that nearly every program writes, scanned many times faster than an XML reader reads it: UTF-8, elements
//! without prefixes, nothing among them that we do not know. Whatever is otherwise is [`Stop::Odd`], and calamine judges.

use super::{
    Limits,
    format::Shown,
    only_of_ours,
    sheet::{Collector, Rows, Sheet, Span, Texts, Value},
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

/// Why reading stops.
pub(super) enum Stop {
    /// Something is there that plain files do not have.
    Odd,
    /// The file is refused, whoever reads it.
    Refused(Refusal),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

type Result<T> = std::result::Result<T, Stop>;
type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The rows of the visible sheet that is the template and filled in.
pub(super) fn read(template: Template, archive: &mut Archive<'_>, limits: Limits) -> Result<Sheet> {
    let sheets = sheets(archive)?;
    let styles = styles(archive)?;
    let mut texts = Texts::default();
    let shared = shared_strings(archive, &mut texts)?;
    let mut odd = false;
    let rows = only_of_ours(sheets, |path| {
        let part = Part { shared: &shared, styles: &styles, row: 0, column: 0 };
        part.read(archive, &path, Collector::new(template, limits, &mut texts)).map_err(|stop| match stop {
            Stop::Refused(refusal) => refusal,
            Stop::Odd => {
                odd = true;
                Refusal::Damaged
            }
        })
    });
    if odd { Err(Stop::Odd) } else { Ok(Sheet::new(texts, rows?)) }
}

/// The paths of the visible sheets of cells, in their order.
fn sheets(archive: &mut Archive<'_>) -> Result<Vec<String>> {
    let mut targets = HashMap::new();
    elements(archive, "xl/_rels/workbook.xml.rels", |element, values| {
        if element == "Relationship" {
            targets.insert(values.get("Id")?, (values.get("Type")?, values.get("Target")?));
        }
        Ok(())
    })?;
    let mut sheets = Vec::new();
    elements(archive, "xl/workbook.xml", |element, values| {
        // Days that are counted from 1904.
        if element == "workbookPr" && !matches!(values.get("date1904")?.as_str(), "" | "0" | "false") {
            return Err(Stop::Odd);
        }
        if element == "sheet" {
            let (kind, target) = targets.get(&values.get("r:id")?).ok_or(Stop::Odd)?;
            if !kind.ends_with("/worksheet") {
                return Err(Stop::Odd);
            }
            if matches!(values.get("state")?.as_str(), "" | "visible") {
                sheets.push(target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned));
            }
        }
        Ok(())
    })?;
    Ok(sheets)
}

/// How cells of a style show their numbers.
fn styles(archive: &mut Archive<'_>) -> Result<Vec<Shown>> {
    let mut formats = HashMap::new();
    let mut styles = Vec::new();
    let mut of_cells = false;
    elements(archive, "xl/styles.xml", |element, values| {
        match element {
            "numFmt" => {
                formats.insert(values.get("numFmtId")?, Shown::of(&values.get("formatCode")?));
            }
            // Formats of named styles come in the same shape before or after.
            "cellXfs" => of_cells = true,
            "cellStyleXfs" | "cellStyles" | "dxfs" => of_cells = false,
            "xf" if of_cells => {
                let format = values.get("numFmtId")?;
                let builtin = || format.parse().map(Shown::builtin).unwrap_or_default();
                styles.push(formats.get(&format).copied().unwrap_or_else(builtin));
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
    /// The text of an attribute, empty where there is none.
    fn get(&self, name: &str) -> Result<String> {
        for attribute in self.0.attributes() {
            let attribute = attribute.map_err(|_| Stop::Odd)?;
            if attribute.key.as_ref() == name {
                return unescape(&attribute.value).map(Cow::into_owned).map_err(|_| Stop::Odd);
            }
        }
        Ok(String::new())
    }
}

/// Shows every element of a small part, name and attributes.
fn elements(
    archive: &mut Archive<'_>,
    name: &str,
    mut each: impl FnMut(&str, &Attributes<'_>) -> Result<()>,
) -> Result<()> {
    /// Bytes; they have a few thousand.
    const SMALL: u64 = 4 << 20;
    let part = archive.by_name(name).map_err(|_| Stop::Odd)?;
    if part.size() > SMALL {
        return Err(Stop::Odd);
    }
    let mut bytes = Vec::new();
    part.take(SMALL).read_to_end(&mut bytes).map_err(|_| Stop::Odd)?;
    let text = std::str::from_utf8(without_declaration(&bytes)?.0).map_err(|_| Stop::Odd)?;
    let mut xml = quick_xml::Reader::from_str(text);
    loop {
        match xml.read_event().map_err(|_| Stop::Odd)? {
            Event::Start(element) | Event::Empty(element) => {
                let name = element.name().as_ref().to_owned();
                each(&name, &Attributes(element))?;
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The texts that cells name by number.
fn shared_strings(archive: &mut Archive<'_>, texts: &mut Texts) -> Result<Vec<Span>> {
    let mut spans = Vec::new();
    if !archive.file_names().flatten().any(|name| name.to_ascii_lowercase().ends_with("sharedstrings.xml")) {
        return Ok(spans);
    }
    let part = archive.by_name("xl/sharedStrings.xml").map_err(|_| Stop::Odd)?;
    let mut blocks = Blocks::new(part, b"</si>");
    let mut begun = false;
    while let Some(block) = blocks.next()? {
        let mut at = At(block);
        if !begun {
            at = without_declaration(block)?;
            if !at.next_tag() || !at.takes_name(b"sst") {
                return Err(Stop::Odd);
            }
            begun = true;
            if at.attributes(|_, _| Ok(()))? {
                return Ok(spans);
            }
        }
        while at.next_tag() {
            if at.takes(b"si>") {
                spans.push(at.string(b"/si>", texts)?);
            } else if at.takes(b"si/>") {
                spans.push(Span::default());
            } else if at.takes(b"/sst>") {
                return Ok(spans);
            } else {
                return Err(Stop::Odd);
            }
        }
    }
    Err(Stop::Odd)
}

/// A sheet's part while it is read.
struct Part<'a> {
    shared: &'a [Span],
    styles: &'a [Shown],
    /// Where a cell stands that does not say it: row 1-based, column 0-based.
    row: u32,
    column: u32,
}

/// What a cell says that it holds.
#[derive(Clone, Copy)]
enum Type {
    Number,
    Shared,
    /// The text that a formula gave.
    Formula,
    Inline,
    Bool,
    Error,
}

impl Part<'_> {
    fn read(mut self, archive: &mut Archive<'_>, path: &str, mut to: Collector<'_>) -> Result<Rows> {
        let part = archive.by_name(path).map_err(|_| Stop::Odd)?;
        let mut blocks = Blocks::new(part, b"</row>");
        let mut begun = false;
        self.row = 1;
        while let Some(block) = blocks.next()? {
            let mut at = At(block);
            if !begun {
                at = without_declaration(block)?;
                let data = memmem::find(at.0, b"<sheetData").ok_or(Stop::Odd)?;
                let (before, data) = at.0.split_at_checked(data).ok_or(Stop::Odd)?;
                // Neither comments nor a document type.
                if memmem::find(before, b"<!").is_some() {
                    return Err(Stop::Odd);
                }
                at = At(data);
                if !at.takes(b"<sheetData") {
                    return Err(Stop::Odd);
                }
                begun = true;
                if at.attributes(|_, _| Ok(()))? {
                    return Ok(to.finish()?);
                }
            }
            if self.rows(at, &mut to)? {
                return Ok(to.finish()?);
            }
        }
        Err(Stop::Odd)
    }

    /// Takes whole rows; whether they were the last.
    fn rows(&mut self, mut at: At<'_>, to: &mut Collector<'_>) -> Result<bool> {
        while at.next_tag() {
            if at.takes_name(b"c") {
                self.cell(&mut at, to)?;
            } else if at.takes(b"/row>") {
                self.end_row();
            } else if at.takes_name(b"row") {
                let mut row = self.row;
                let empty = at.attributes(|name, value| {
                    if name == b"r" {
                        row = number(value)?;
                    }
                    Ok(())
                })?;
                self.row = row;
                if empty {
                    self.end_row();
                }
            } else if at.takes(b"/sheetData>") {
                return Ok(true);
            } else {
                return Err(Stop::Odd);
            }
        }
        Ok(false)
    }

    fn end_row(&mut self) {
        self.row += 1;
        self.column = 0;
    }

    fn cell(&mut self, at: &mut At<'_>, to: &mut Collector<'_>) -> Result<()> {
        let (mut row, mut column, mut style, mut kind) = (self.row, self.column, None, Type::Number);
        let empty = at.attributes(|name, value| {
            match name {
                b"r" => (row, column) = place(value)?,
                b"s" => style = Some(number(value)?),
                b"t" => {
                    kind = match value {
                        b"s" => Type::Shared,
                        b"n" => Type::Number,
                        b"str" => Type::Formula,
                        b"inlineStr" => Type::Inline,
                        b"b" => Type::Bool,
                        b"e" => Type::Error,
                        _ => return Err(Stop::Odd),
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
            if !at.next_tag() {
                return Err(Stop::Odd);
            }
            if at.takes(b"v>") {
                let stored = at.text()?;
                if !at.takes(b"</v>") {
                    return Err(Stop::Odd);
                }
                match kind {
                    Type::Inline => {}
                    Type::Formula => {
                        let text = plain_text(stored)?;
                        to.text(row, column, |texts| {
                            texts.push_str(&text);
                            Ok(())
                        })?;
                    }
                    _ if stored.is_empty() => {}
                    kind => to.cell(row, column, self.value(kind, stored, style)?)?,
                }
                // What comes behind a value is none of those.
                return if at.takes(b"</c>") { Ok(()) } else { Err(Stop::Odd) };
            } else if at.takes(b"is>") {
                let mut given = Texts::default();
                let text = at.string(b"/is>", &mut given)?;
                to.text(row, column, |texts| {
                    texts.push_str(given.get(text));
                    Ok(())
                })?;
            } else if at.takes_name(b"f") {
                if !at.attributes(|_, _| Ok(()))? {
                    at.text()?;
                    if !at.takes(b"</f>") {
                        return Err(Stop::Odd);
                    }
                }
            } else if at.takes(b"/c>") {
                return Ok(());
            } else if !at.takes(b"v/>") {
                return Err(Stop::Odd);
            }
        }
    }

    fn value(&self, kind: Type, stored: &[u8], style: Option<u32>) -> Result<Value> {
        Ok(match kind {
            Type::Shared => Value::Text(*self.shared.get(number(stored)? as usize).ok_or(Stop::Odd)?),
            Type::Bool => match stored {
                b"0" => Value::Bool(false),
                b"1" => Value::Bool(true),
                _ => return Err(Stop::Odd),
            },
            Type::Error => Value::Error(error_text(stored)?),
            _ => {
                let shown = style.and_then(|style| self.styles.get(style as usize)).copied().unwrap_or_default();
                shown.value(float(stored)?)
            }
        })
    }
}

/// Errors as shown; those of a later Excel are not among them.
fn error_text(stored: &[u8]) -> Result<&'static str> {
    const ERRORS: [&str; 7] = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];
    ERRORS.into_iter().find(|error| error.as_bytes() == stored).ok_or(Stop::Odd)
}

/// Digits, few enough for rows, styles and numbers of strings.
fn number(digits: &[u8]) -> Result<u32> {
    if digits.is_empty() || digits.len() > 9 {
        return Err(Stop::Odd);
    }
    digits.iter().try_fold(0, |number, digit| match digit {
        b'0'..=b'9' => Ok(number * 10 + u32::from(digit - b'0')),
        _ => Err(Stop::Odd),
    })
}

/// Where a cell stands: `B7` is row 7 (1-based) and column 1 (0-based).
fn place(reference: &[u8]) -> Result<(u32, u32)> {
    let letters = reference.iter().take_while(|c| c.is_ascii_uppercase()).count();
    let (letters, row) = reference.split_at_checked(letters).ok_or(Stop::Odd)?;
    if letters.is_empty() || letters.len() > 3 {
        return Err(Stop::Odd);
    }
    let column = letters.iter().fold(0, |column, letter| column * 26 + u32::from(letter - b'A') + 1);
    match number(row)? {
        0 => Err(Stop::Odd),
        row => Ok((row, column - 1)),
    }
}

fn float(stored: &[u8]) -> Result<f64> {
    // Whole numbers of so many digits are exact.
    if stored.len() <= 9 && stored.iter().all(u8::is_ascii_digit) {
        return Ok(f64::from(number(stored)?));
    }
    if !stored.iter().all(|c| matches!(c, b'0'..=b'9' | b'.' | b'-' | b'+' | b'E' | b'e')) {
        return Err(Stop::Odd);
    }
    std::str::from_utf8(stored).ok().and_then(|text| text.parse().ok()).ok_or(Stop::Odd)
}

/// A text as its XML means it.
fn plain_text(stored: &[u8]) -> Result<Cow<'_, str>> {
    let text = std::str::from_utf8(stored).map_err(|_| Stop::Odd)?;
    // Excel's own way to write what XML cannot hold, and line ends that XML turns into others.
    if text.contains("_x") || text.contains('\r') {
        return Err(Stop::Odd);
    }
    unescape(text).map_err(|_| Stop::Odd)
}

/// What comes after the declaration, which must not speak of another encoding than UTF-8.
fn without_declaration(bytes: &[u8]) -> Result<At<'_>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let Some(declaration) = bytes.strip_prefix(b"<?xml") else { return Ok(At(bytes)) };
    let end = memmem::find(declaration, b"?>").ok_or(Stop::Odd)?;
    let (declaration, rest) = declaration.split_at_checked(end).ok_or(Stop::Odd)?;
    let declaration = declaration.to_ascii_lowercase();
    if memmem::find(&declaration, b"encoding").is_some() && memmem::find(&declaration, b"utf-8").is_none() {
        return Err(Stop::Odd);
    }
    Ok(At(rest))
}

/// What is still to be scanned of a block.
struct At<'a>(&'a [u8]);

impl<'a> At<'a> {
    /// Goes behind the next `<`; whether there was one.
    fn next_tag(&mut self) -> bool {
        self.0 = match self.0 {
            [b'<', rest @ ..] => rest,
            bytes => memchr(b'<', bytes).and_then(|at| bytes.get(at + 1..)).unwrap_or_default(),
        };
        !self.0.is_empty()
    }

    /// Goes behind what must come now; whether it does.
    fn takes(&mut self, expected: &[u8]) -> bool {
        match self.0.strip_prefix(expected) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// Goes behind the name of an element; whether it is this one.
    fn takes_name(&mut self, name: &[u8]) -> bool {
        match self.0.strip_prefix(name) {
            Some(rest @ [b' ' | b'>' | b'/' | b'\t' | b'\r' | b'\n', ..]) => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    /// Goes to the next `<`; what stands before it.
    fn text(&mut self) -> Result<&'a [u8]> {
        // Mostly so short that looking is faster than asking.
        let end = match self.0.iter().take(16).position(|c| *c == b'<') {
            Some(end) => end,
            None => memchr(b'<', self.0).ok_or(Stop::Odd)?,
        };
        let (text, rest) = self.0.split_at_checked(end).ok_or(Stop::Odd)?;
        self.0 = rest;
        Ok(text)
    }

    /// Goes behind the tag whose name was taken, showing its attributes; whether it was closed at once.
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
                        _ => return Err(Stop::Odd),
                    };
                    each(name, self.until(quote)?)?;
                }
            }
        }
    }

    /// Goes behind a byte; what stands before it.
    fn until(&mut self, byte: u8) -> Result<&'a [u8]> {
        let end = self.0.iter().position(|c| *c == byte).ok_or(Stop::Odd)?;
        let (before, rest) = self.0.split_at_checked(end).ok_or(Stop::Odd)?;
        self.0 = rest.get(1..).unwrap_or_default();
        Ok(before)
    }

    /// A string, plain or in runs, up to its end tag; how it looks and how it is read aloud is passed over.
    fn string(&mut self, end: &[u8], texts: &mut Texts) -> Result<Span> {
        let mut stop = None;
        let span = texts.add(|text| {
            stop = self.pieces(end, text).err();
            Ok(())
        })?;
        stop.map_or(Ok(span), Err)
    }

    fn pieces(&mut self, end: &[u8], text: &mut String) -> Result<()> {
        while self.next_tag() {
            if self.takes_name(b"t") {
                let mut preserve = false;
                let empty = self.attributes(|name, value| {
                    preserve |= name == b"xml:space" && value == b"preserve";
                    Ok(())
                })?;
                if empty {
                    continue;
                }
                let piece = plain_text(self.text()?)?;
                if !self.takes(b"</t>") {
                    return Err(Stop::Odd);
                }
                text.push_str(if preserve { &piece } else { piece.trim_matches([' ', '\t', '\r', '\n']) });
            } else if self.takes(end) {
                return Ok(());
            } else if self.takes_name(b"rPr") {
                self.pass(b"</rPr>")?;
            } else if self.takes_name(b"rPh") {
                self.pass(b"</rPh>")?;
            } else if self.takes_name(b"phoneticPr") {
                self.pass(b"</phoneticPr>")?;
            } else if !(self.takes(b"r>") || self.takes(b"/r>")) {
                return Err(Stop::Odd);
            }
        }
        Err(Stop::Odd)
    }

    /// Goes behind the element whose name was taken.
    fn pass(&mut self, end: &[u8]) -> Result<()> {
        if !self.attributes(|_, _| Ok(()))? {
            let at = memmem::find(self.0, end).ok_or(Stop::Odd)?;
            self.0 = self.0.get(at + end.len()..).unwrap_or_default();
        }
        Ok(())
    }
}

/// A part of the archive in blocks that end with a certain tag, so that what is scanned is always whole.
struct Blocks<R> {
    part: R,
    tag: &'static [u8],
    buffer: Vec<u8>,
    /// Bytes of the buffer that were given out; those behind them begin the next block.
    given: usize,
}

impl<R: Read> Blocks<R> {
    /// Bytes that are inflated at once: they stay in the processor's cache until they are scanned.
    const STEP: usize = 128 << 10;
    /// How long a block may become.
    const LONGEST: usize = 8 << 20;

    const fn new(part: R, tag: &'static [u8]) -> Self {
        Self { part, tag, buffer: Vec::new(), given: 0 }
    }

    /// The next block; the last one ends as it may. None where nothing is left.
    fn next(&mut self) -> Result<Option<&[u8]>> {
        self.buffer.drain(..self.given);
        loop {
            let step =
                self.part.by_ref().take(Self::STEP as u64).read_to_end(&mut self.buffer).map_err(|_| Stop::Odd)?;
            self.given = match memmem::rfind(&self.buffer, self.tag) {
                _ if step == 0 => self.buffer.len(),
                Some(at) => at + self.tag.len(),
                None if self.buffer.len() > Self::LONGEST => return Err(Stop::Odd),
                None => continue,
            };
            return Ok(self.buffer.get(..self.given).filter(|block| !block.is_empty()));
        }
    }
}
