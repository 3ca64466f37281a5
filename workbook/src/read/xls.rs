//! .xls: a compound file with a stream of BIFF records ([MS-XLS]), every length of which is held against the bytes that
//! are there. Formulas count as the values they last had.

use super::{
    Limits, Result,
    cfb::CompoundFile,
    format::{Shown, from_1904},
    only_of_ours,
    sheet::{Collector, Rows, Sheet, Span, Texts, Value},
};
use domain::{Refusal, Template};
use encoding_rs::Encoding;
use std::collections::HashMap;

/// Record types ([MS-XLS] 2.3).
mod kind {
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

const BIFF8: u16 = 0x0600;
const BIFF5: u16 = 0x0500;

pub(super) fn read(template: Template, bytes: &[u8], limits: Limits) -> Result<Sheet> {
    let file = CompoundFile::open(bytes)?;
    if file.has("EncryptedPackage") {
        return Err(Refusal::Encrypted);
    }
    // Other documents live in compound files too. Excel 5 called the stream "Book".
    let stream = file.stream("Workbook").or_else(|| file.stream("Book")).ok_or(Refusal::NotASpreadsheet)??;
    let mut texts = Texts::default();
    let globals = Globals::read(&stream, &mut texts)?;
    let rows = only_of_ours(&globals.sheets, |start| {
        let sheet = stream.get(*start as usize..).ok_or(Refusal::Damaged)?;
        globals.rows(sheet, Collector::new(template, limits, &mut texts))
    })?;
    Ok(Sheet::new(texts, rows))
}

/// A record: its type and its data.
type Record<'a> = (u16, &'a [u8]);

/// The records of a stream, up to the end of the substream that starts with it.
struct Records<'a> {
    rest: &'a [u8],
    depth: u32,
}

impl<'a> Records<'a> {
    const fn new(stream: &'a [u8]) -> Self {
        Self { rest: stream, depth: 0 }
    }

    /// The next record of this substream itself; those of substreams within (charts) are passed over.
    fn next(&mut self) -> Result<Option<Record<'a>>> {
        loop {
            let Some((kind, data)) = self.any()? else { return Err(Refusal::Damaged) };
            match kind {
                kind::BOF => {
                    self.depth += 1;
                    if self.depth == 1 {
                        return Ok(Some((kind, data)));
                    }
                }
                kind::EOF => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Ok(None);
                    }
                }
                _ if self.depth == 1 => return Ok(Some((kind, data))),
                // Cells before the first BOF belong to nothing.
                _ if self.depth == 0 => return Err(Refusal::Damaged),
                _ => {}
            }
        }
    }

    fn any(&mut self) -> Result<Option<Record<'a>>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let (head, rest) = self.rest.split_first_chunk::<4>().ok_or(Refusal::Damaged)?;
        let [a, b, c, d] = *head;
        let (data, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes([c, d]))).ok_or(Refusal::Damaged)?;
        self.rest = rest;
        Ok(Some((u16::from_le_bytes([a, b]), data)))
    }

    /// The records that continue the last one. Empty ones say nothing.
    fn continued(&mut self) -> Result<Vec<&'a [u8]>> {
        let mut parts = Vec::new();
        while self.rest.starts_with(&kind::CONTINUE.to_le_bytes()) {
            parts.extend(self.any()?.map(|(_, data)| data).filter(|data| !data.is_empty()));
        }
        Ok(parts)
    }
}

/// What the workbook says of all its sheets.
struct Globals {
    strings: Strings,
    /// Where each visible sheet of cells starts in the stream.
    sheets: Vec<u32>,
    /// How a cell format (XF) shows numbers.
    shown: Vec<Shown>,
    /// Whether days count from 1904.
    is_1904: bool,
    /// The shared strings.
    shared: Vec<Span>,
}

/// How the strings of cells are stored.
enum Strings {
    /// BIFF8: in 16-bit units, or in their lower bytes.
    Units,
    /// BIFF5: in bytes of a code page, or in the lower bytes of units.
    Bytes(Option<&'static Encoding>),
}

impl Globals {
    fn read(stream: &[u8], texts: &mut Texts) -> Result<Self> {
        let mut records = Records::new(stream);
        let version = match records.next()? {
            Some((kind::BOF, data)) => u16_at(data, 0)?,
            _ => return Err(Refusal::Damaged),
        };
        let strings = match version {
            BIFF8 => Strings::Units,
            BIFF5 => Strings::Bytes(None),
            _ => return Err(Refusal::Damaged),
        };
        let mut globals = Self { strings, sheets: Vec::new(), shown: Vec::new(), is_1904: false, shared: Vec::new() };
        let mut formats = HashMap::new();
        let mut cell_formats = Vec::new();
        while let Some((kind, data)) = records.next()? {
            match kind {
                kind::FILE_PASS => return Err(Refusal::Encrypted),
                kind::CODE_PAGE => {
                    if let Strings::Bytes(encoding) = &mut globals.strings {
                        *encoding = code_page(u16_at(data, 0)?)?;
                    }
                }
                kind::FORMAT => drop(formats.insert(u16_at(data, 0)?, Shown::of(&format_code(version, data)))),
                kind::DATE_1904 => globals.is_1904 = u16_at(data, 0)? == 1,
                kind::XF => cell_formats.push(u16_at(data, 2)?),
                kind::BOUND_SHEET => globals.sheets.extend(visible_sheet(data)?),
                kind::SST => globals.shared = shared_strings(data, &records.continued()?, texts)?,
                _ => {}
            }
        }
        let shown = |format: &u16| formats.get(format).copied().unwrap_or(Shown::builtin(*format));
        globals.shown = cell_formats.iter().map(shown).collect();
        Ok(globals)
    }
}

/// The encoding of a code page; none for UTF-16, which stands for the lower bytes of units.
fn code_page(number: u16) -> Result<Option<&'static Encoding>> {
    const UTF_16: u16 = 1200;
    match number {
        UTF_16 => Ok(None),
        _ => codepage::to_encoding(number).map(Some).ok_or(Refusal::Damaged),
    }
}

/// Where a sheet starts, if people see it and it has cells ([MS-XLS] 2.4.28).
fn visible_sheet(data: &[u8]) -> Result<Option<u32>> {
    let [state, kind] = *data.get(4..).and_then(<[u8]>::first_chunk).ok_or(Refusal::Damaged)?;
    Ok(if state % 4 == 0 && kind == 0 { Some(u32_at(data, 0)?) } else { None })
}

/// A number format's code, as far as it is ASCII ([MS-XLS] 2.4.126): in 16-bit units or in bytes.
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

/// The shared strings ([MS-XLS] 2.4.265, 2.5.293). One may go on in the next piece, where a new flag says whether its
/// units are stored in 16 bits or in 8; heads are never split.
fn shared_strings(first: &[u8], further: &[&[u8]], texts: &mut Texts) -> Result<Vec<Span>> {
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
                let (taken, after) = take_units(rest, units, wide, text);
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

/// Takes as many 16-bit units as there are, stored whole or in their lower bytes; how many, and what is left.
fn take_units<'a>(bytes: &'a [u8], most: usize, wide: bool, text: &mut String) -> (usize, &'a [u8]) {
    let width = if wide { 2 } else { 1 };
    let taken = most.min(bytes.len() / width);
    let (stored, rest) = bytes.split_at_checked(taken * width).unwrap_or((bytes, &[]));
    if wide {
        let units = stored.as_chunks().0.iter().map(|unit| u16::from_le_bytes(*unit));
        text.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    } else {
        take_lower_bytes(stored, text);
    }
    (taken, rest)
}

fn take_lower_bytes(bytes: &[u8], text: &mut String) {
    match std::str::from_utf8(bytes) {
        Ok(ascii) if ascii.is_ascii() => text.push_str(ascii),
        _ => text.extend(bytes.iter().map(|byte| char::from(*byte))),
    }
}

/// Where a cell stands (0-based), and its format ([MS-XLS] 2.5.13).
#[derive(Clone, Copy)]
struct Place {
    row: u16,
    column: u16,
    format: u16,
}

impl Place {
    fn of(data: &[u8]) -> Result<Self> {
        let [row, column, format, ..] = data.as_chunks().0 else { return Err(Refusal::Damaged) };
        let [row, column, format] = [row, column, format].map(|bytes| u16::from_le_bytes(*bytes));
        Ok(Self { row, column, format })
    }
}

impl Globals {
    /// The rows of the sheet whose records these are.
    fn rows(&self, sheet: &[u8], mut to: Collector<'_>) -> Result<Rows> {
        let mut records = Records::new(sheet);
        if !matches!(records.next()?, Some((kind::BOF, _))) {
            return Err(Refusal::Damaged);
        }
        // The formula whose text comes in a record of its own.
        let mut awaited = None;
        while let Some(record) = records.next()? {
            self.take(record, &mut to, &mut awaited)?;
        }
        to.finish()
    }

    /// Takes what a record says. On its own, as a browser makes a function quick that is called often, not one that goes
    /// round for long.
    #[inline(never)]
    fn take(&self, (kind, data): Record<'_>, to: &mut Collector<'_>, awaited: &mut Option<Place>) -> Result<()> {
        let put =
            |to: &mut Collector<'_>, place: Place, value| to.cell(u32::from(place.row) + 1, place.column.into(), value);
        match kind {
            kind::LABEL_SST => {
                let place = Place::of(data)?;
                if let Some(text) = self.shared.get(u32_at(data, 6)? as usize) {
                    put(to, place, Value::Text(*text))?;
                }
            }
            kind::NUMBER => {
                let place = Place::of(data)?;
                put(to, place, self.number(place.format, f64_at(data, 6)?))?;
            }
            kind::RK => {
                let place = Place::of(data)?;
                put(to, place, self.number(place.format, rk(u32_at(data, 6)?)))?;
            }
            kind::MUL_RK => {
                // Numbers side by side ([MS-XLS] 2.4.175).
                let (row, first) = (u16_at(data, 0)?, u16_at(data, 2)?);
                let cells = data.get(4..data.len().saturating_sub(2)).unwrap_or_default().as_chunks::<6>().0;
                for (column, cell) in (first..=u16::MAX).zip(cells) {
                    let place = Place { row, column, format: u16_at(cell, 0)? };
                    put(to, place, self.number(place.format, rk(u32_at(cell, 2)?)))?;
                }
            }
            kind::LABEL | kind::R_STRING => {
                let place = Place::of(data)?;
                self.text(to, place, data.get(6..).unwrap_or_default())?;
            }
            kind::BOOL_ERR => {
                let place = Place::of(data)?;
                let [value, error] = *data.get(6..).and_then(<[u8]>::first_chunk).ok_or(Refusal::Damaged)?;
                put(to, place, if error == 0 { Value::Bool(value != 0) } else { Value::Error(error_text(value)) })?;
            }
            kind::FORMULA => {
                let place = Place::of(data)?;
                let value = *data.get(6..).and_then(<[u8]>::first_chunk::<8>).ok_or(Refusal::Damaged)?;
                *awaited = None;
                // The value that it last had ([MS-XLS] 2.5.133).
                match value {
                    [0, _, _, _, _, _, 0xFF, 0xFF] => *awaited = Some(place),
                    [1, _, value, _, _, _, 0xFF, 0xFF] => put(to, place, Value::Bool(value != 0))?,
                    [2, _, value, _, _, _, 0xFF, 0xFF] => put(to, place, Value::Error(error_text(value)))?,
                    // An empty text.
                    [_, _, _, _, _, _, 0xFF, 0xFF] => {}
                    number => put(to, place, self.number(place.format, f64::from_le_bytes(number)))?,
                }
            }
            kind::STRING => {
                if let Some(place) = awaited.take() {
                    self.text(to, place, data)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn number(&self, format: u16, value: f64) -> Value {
        match self.shown.get(usize::from(format)).copied().unwrap_or_default() {
            Shown::Date if self.is_1904 => Shown::Date.value(from_1904(value)),
            shown => shown.value(value),
        }
    }

    /// A text that stands in its record ([MS-XLS] 2.5.294), as much of it as is there.
    fn text(&self, to: &mut Collector<'_>, place: Place, data: &[u8]) -> Result<()> {
        let Some(([low, high], rest)) = data.split_first_chunk() else { return Ok(()) };
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        to.text(u32::from(place.row) + 1, place.column.into(), |text| {
            match self.strings {
                Strings::Units => {
                    let (flags, units) = rest.split_first().unwrap_or((&0, &[]));
                    take_units(units, length, is_wide(*flags), text);
                }
                Strings::Bytes(encoding) => {
                    let bytes = rest.get(..length).unwrap_or(rest);
                    match encoding {
                        Some(encoding) => text.push_str(&encoding.decode_without_bom_handling(bytes).0),
                        None => take_lower_bytes(bytes, text),
                    }
                }
            }
            Ok(())
        })
    }
}

/// A number in 30 bits ([MS-XLS] 2.5.217): whole or the upper part of a float, as it is or in hundredths.
fn rk(stored: u32) -> f64 {
    let value = if stored & 2 == 0 {
        f64::from_bits(u64::from(stored & !3) << 32)
    } else {
        f64::from(stored.cast_signed() >> 2)
    };
    if stored & 1 == 0 { value } else { value / 100.0 }
}

/// An error as shown ([MS-XLS] 2.5.10); `#N/A` for those of later versions.
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
