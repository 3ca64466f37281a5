//! .xls: a compound file with a stream of BIFF records ([MS-XLS]).
//!
//! Of the stream only what carries cells is handed on to calamine: a clean copy of the shared strings and of one
//! sheet's cells in the template's columns, each record of the length that it must have, formulas as the values they
//! last had. What it would trip over or allocate for is left behind, and so are the number formats, which it looks at
//! for dates alone: a percentage is noted here.

use super::{
    Limits, Result,
    cfb::{self, CompoundFile},
    first_of_ours,
    format::{is_builtin_percent, is_percent},
    header::{HEAD_COLUMNS, HEAD_ROWS},
    sheet::Collector,
};
use calamine::{Data, Reader, Xls};
use domain::{
    Refusal, Template,
    sheet::{Cell, Row},
};
use std::{collections::HashMap, io::Cursor};

/// Record types ([MS-XLS] 2.3).
mod kind {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const EOF: u16 = 0x000A;
    pub(super) const FILE_PASS: u16 = 0x002F;
    pub(super) const CONTINUE: u16 = 0x003C;
    pub(super) const CODE_PAGE: u16 = 0x0042;
    pub(super) const BOUND_SHEET: u16 = 0x0085;
    pub(super) const MUL_RK: u16 = 0x00BD;
    pub(super) const R_STRING: u16 = 0x00D6;
    pub(super) const XF: u16 = 0x00E0;
    pub(super) const SST: u16 = 0x00FC;
    pub(super) const LABEL_SST: u16 = 0x00FD;
    pub(super) const DIMENSIONS: u16 = 0x0200;
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
const OF_WORKBOOK: u16 = 0x0005;
const OF_SHEET: u16 = 0x0010;
/// The only name that a sheet has in the clean copy.
const SHEET: &str = "1";

pub(super) fn read(template: Template, bytes: &[u8], limits: Limits) -> Result<Vec<Row>> {
    let file = CompoundFile::open(bytes)?;
    if file.has("EncryptedPackage") {
        return Err(Refusal::Encrypted);
    }
    // Other documents live in compound files too. Excel 5 called the stream "Book".
    let stream = file.stream("Workbook").or_else(|| file.stream("Book")).ok_or(Refusal::NotASpreadsheet)??;
    let globals = Globals::read(&stream)?;
    first_of_ours(&globals.sheets, |start| {
        let sheet = stream.get(*start as usize..).ok_or(Refusal::Damaged)?;
        let clean = Clean::copy(&globals, sheet, template, limits)?;
        clean.read(template, limits)
    })
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
struct Globals<'a> {
    version: u16,
    /// BIFF5 only; BIFF8 is Unicode, whatever a careless writer puts here.
    code_page: Option<&'a [u8]>,
    /// Where each visible sheet of cells starts in the stream.
    sheets: Vec<u32>,
    /// Whether a cell format (XF) shows a percentage.
    percent: Vec<bool>,
    /// The shared strings, in the pieces in which they stand.
    strings: Vec<&'a [u8]>,
    /// How many 16-bit units each of them has.
    lengths: Vec<u16>,
}

impl<'a> Globals<'a> {
    fn read(stream: &'a [u8]) -> Result<Self> {
        let mut records = Records::new(stream);
        let version = match records.next()? {
            Some((kind::BOF, data)) => u16_at(data, 0)?,
            _ => return Err(Refusal::Damaged),
        };
        if !matches!(version, BIFF5 | BIFF8) {
            return Err(Refusal::Damaged);
        }
        let mut globals = Self {
            version,
            code_page: None,
            sheets: Vec::new(),
            percent: Vec::new(),
            strings: Vec::new(),
            lengths: Vec::new(),
        };
        let mut formats = HashMap::new();
        let mut cell_formats = Vec::new();
        while let Some((kind, data)) = records.next()? {
            match kind {
                kind::FILE_PASS => return Err(Refusal::Encrypted),
                kind::CODE_PAGE if version == BIFF5 => globals.code_page = Some(data),
                kind::FORMAT => drop(formats.insert(u16_at(data, 0)?, is_percent(&format_code(version, data)))),
                kind::XF => cell_formats.push(u16_at(data, 2)?),
                kind::BOUND_SHEET => globals.sheets.extend(visible_sheet(data)?),
                kind::SST => {
                    globals.strings.push(data);
                    globals.strings.extend(records.continued()?);
                    globals.lengths = check_strings(&globals.strings)?;
                }
                _ => {}
            }
        }
        let percent = |format: &u16| formats.get(format).copied().unwrap_or(is_builtin_percent(*format));
        globals.percent = cell_formats.iter().map(percent).collect();
        Ok(globals)
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

/// Walks the shared strings ([MS-XLS] 2.4.265, 2.5.293), sees that every length has its bytes and gives how many 16-bit
/// units each has. Strings may go on in the next piece, where a new flag says whether their units are stored in 8 or 16
/// bits; heads are never split.
fn check_strings(pieces: &[&[u8]]) -> Result<Vec<u16>> {
    let mut lengths = Vec::new();
    let mut pieces = pieces.iter().copied();
    let mut rest = pieces.next().and_then(|first| first.get(8..)).ok_or(Refusal::Damaged)?;
    loop {
        if rest.is_empty() {
            match pieces.next() {
                Some(piece) => rest = piece,
                None => return Ok(lengths),
            }
        }
        let ([low, high, flags], after) = rest.split_first_chunk().ok_or(Refusal::Damaged)?;
        rest = after;
        let length = u16::from_le_bytes([*low, *high]);
        lengths.push(length);
        let mut units = usize::from(length);
        let mut trailing = 0;
        if flags & 8 != 0 {
            trailing += 4 * usize::from(u16_at(rest, 0)?);
            rest = rest.get(2..).unwrap_or_default();
        }
        if flags & 4 != 0 {
            trailing += usize::try_from(u32_at(rest, 0)?).map_err(|_| Refusal::Damaged)?;
            rest = rest.get(4..).unwrap_or_default();
        }
        let mut width = if flags & 1 == 0 { 1 } else { 2 };
        loop {
            let here = units.min(rest.len() / width);
            rest = rest.get(here * width..).unwrap_or_default();
            units -= here;
            if units == 0 {
                break;
            }
            let (flags, after) = pieces.next().and_then(<[u8]>::split_first).ok_or(Refusal::Damaged)?;
            (width, rest) = (if flags & 1 == 0 { 1 } else { 2 }, after);
        }
        while trailing > rest.len() {
            trailing -= rest.len();
            rest = pieces.next().ok_or(Refusal::Damaged)?;
        }
        rest = rest.get(trailing..).unwrap_or_default();
    }
}

/// One sheet as calamine is to see it.
struct Clean {
    stream: Vec<u8>,
    /// How many records it has.
    records: u32,
    /// Bytes that its cells' shared strings may fill, counted down.
    text: u64,
    /// Rows and columns (0-based) of the numbers that are shown as percentages.
    percent: Vec<(u32, u32)>,
}

/// Where a cell stands, and its format ([MS-XLS] 2.5.13).
#[derive(Clone, Copy)]
struct Place {
    row: u16,
    column: u16,
    format: u16,
}

impl Place {
    fn of(data: &[u8]) -> Result<Self> {
        Ok(Self { row: u16_at(data, 0)?, column: u16_at(data, 2)?, format: u16_at(data, 4)? })
    }
}

impl Clean {
    fn copy(globals: &Globals<'_>, sheet: &[u8], template: Template, limits: Limits) -> Result<Self> {
        let strings: usize = globals.strings.iter().map(|piece| piece.len() + 4).sum();
        let stream = Vec::with_capacity(strings + sheet.len() + 256);
        let mut clean = Self { stream, records: 0, text: limits.text(), percent: Vec::new() };
        clean.begin(globals.version, OF_WORKBOOK);
        if let Some(code_page) = globals.code_page {
            clean.record(kind::CODE_PAGE, &[&u16_at(code_page, 0)?.to_le_bytes()]);
        }
        // Visible, of cells, and its name in 8-bit units; the flag is BIFF8's.
        let name = [&[1][..], if globals.version == BIFF8 { &[0] } else { &[] }, SHEET.as_bytes()].concat();
        let start = clean.stream.len() + 4 + 6 + name.len() + strings + 4;
        let start = u32::try_from(start).map_err(|_| Refusal::Damaged)?;
        clean.record(kind::BOUND_SHEET, &[&start.to_le_bytes(), &[0, 0], &name]);
        for (index, piece) in globals.strings.iter().enumerate() {
            clean.record(if index == 0 { kind::SST } else { kind::CONTINUE }, &[piece]);
        }
        clean.record(kind::EOF, &[]);
        clean.begin(globals.version, OF_SHEET);
        clean.record(kind::DIMENSIONS, &[&[0; 14]]);
        let dimensions = clean.stream.len() - 14;
        let before = clean.records;
        clean.cells(globals, sheet, template, limits)?;
        // Memory is set aside for as many cells as rows times columns; of columns we give one.
        let count = (clean.records - before).to_le_bytes();
        for (at, number) in [(dimensions + 4, &count[..]), (dimensions + 10, &[1])] {
            if let Some(there) = clean.stream.get_mut(at..at + number.len()) {
                there.copy_from_slice(number);
            }
        }
        clean.record(kind::EOF, &[]);
        Ok(clean)
    }

    fn begin(&mut self, version: u16, of: u16) {
        self.record(kind::BOF, &[&version.to_le_bytes(), &of.to_le_bytes(), &[0; 12]]);
    }

    fn record(&mut self, kind: u16, parts: &[&[u8]]) {
        let length = u16::try_from(parts.iter().map(|part| part.len()).sum::<usize>()).unwrap_or(u16::MAX);
        self.records += 1;
        self.stream.extend_from_slice(&kind.to_le_bytes());
        self.stream.extend_from_slice(&length.to_le_bytes());
        for part in parts {
            self.stream.extend_from_slice(part);
        }
    }

    fn cells(&mut self, globals: &Globals<'_>, sheet: &[u8], template: Template, limits: Limits) -> Result<()> {
        let columns = template.columns().len();
        let wanted = |place: &Place| {
            let (row, column) = (u32::from(place.row), usize::from(place.column));
            column < if row < HEAD_ROWS { HEAD_COLUMNS } else { columns }
        };
        let mut records = Records::new(sheet);
        if !matches!(records.next()?, Some((kind::BOF, _))) {
            return Err(Refusal::Damaged);
        }
        // The formula whose text comes in a record of its own.
        let mut awaited = None;
        while let Some((kind, data)) = records.next()? {
            match kind {
                kind::NUMBER | kind::RK => {
                    let place = Place::of(data)?;
                    let length = if kind == kind::NUMBER { 14 } else { 10 };
                    let data = data.get(..length).ok_or(Refusal::Damaged)?;
                    if wanted(&place) {
                        self.number(globals, place);
                        self.record(kind, &[data]);
                    }
                }
                kind::MUL_RK => self.numbers(globals, data, &wanted)?,
                kind::LABEL_SST => {
                    let data = data.get(..10).ok_or(Refusal::Damaged)?;
                    if wanted(&Place::of(data)?) {
                        let length = globals.lengths.get(u32_at(data, 6)? as usize).copied().unwrap_or_default();
                        // A unit is 3 bytes of UTF-8 at most.
                        self.text = self.text.checked_sub(u64::from(length) * 3).ok_or(limits.too_large())?;
                        self.record(kind, &[data]);
                    }
                }
                kind::LABEL | kind::R_STRING => {
                    let place = Place::of(data)?;
                    if wanted(&place) && data.len() >= 9 {
                        self.record(kind::LABEL, &[data]);
                    }
                }
                kind::BOOL_ERR => {
                    let place = Place::of(data)?;
                    let [value, error] = *data.get(6..).and_then(<[u8]>::first_chunk).ok_or(Refusal::Damaged)?;
                    if wanted(&place) {
                        self.bool_or_error(place, value, error != 0);
                    }
                }
                kind::FORMULA => {
                    let place = Place::of(data)?;
                    let value = data.get(6..).and_then(<[u8]>::first_chunk::<8>).ok_or(Refusal::Damaged)?;
                    awaited = wanted(&place).then(|| self.formula(globals, place, *value)).flatten();
                }
                kind::STRING => {
                    if let Some(place) = awaited.take().filter(|_| data.len() >= 3) {
                        self.record(kind::LABEL, &[&head(place), data]);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn number(&mut self, globals: &Globals<'_>, place: Place) {
        if globals.percent.get(usize::from(place.format)).copied().unwrap_or_default() {
            self.percent.push((place.row.into(), place.column.into()));
        }
    }

    /// Numbers side by side ([MS-XLS] 2.4.175), each as a record of its own.
    fn numbers(&mut self, globals: &Globals<'_>, data: &[u8], wanted: &impl Fn(&Place) -> bool) -> Result<()> {
        let (row, first) = (u16_at(data, 0)?, u16_at(data, 2)?);
        let cells = data.get(4..data.len().saturating_sub(2)).unwrap_or_default().as_chunks::<6>().0;
        for (column, cell) in (first..=u16::MAX).zip(cells) {
            let place = Place { row, column, format: u16_at(cell, 0)? };
            if !wanted(&place) {
                break;
            }
            self.number(globals, place);
            self.record(kind::RK, &[&row.to_le_bytes(), &column.to_le_bytes(), cell]);
        }
        Ok(())
    }

    /// The value that a formula last had ([MS-XLS] 2.5.133); its place, where that is a text to come.
    fn formula(&mut self, globals: &Globals<'_>, place: Place, value: [u8; 8]) -> Option<Place> {
        match value {
            [0, _, _, _, _, _, 0xFF, 0xFF] => return Some(place),
            [1, _, value, _, _, _, 0xFF, 0xFF] => self.bool_or_error(place, value, false),
            [2, _, value, _, _, _, 0xFF, 0xFF] => self.bool_or_error(place, value, true),
            // An empty text.
            [_, _, _, _, _, _, 0xFF, 0xFF] => {}
            number => {
                self.number(globals, place);
                self.record(kind::NUMBER, &[&head(place), &number]);
            }
        }
        None
    }

    fn bool_or_error(&mut self, place: Place, value: u8, error: bool) {
        /// `#N/A`, for errors of later versions that calamine does not know.
        const NOT_AVAILABLE: u8 = 0x2A;
        let known = matches!(value, 0x00 | 0x07 | 0x0F | 0x17 | 0x1D | 0x24 | 0x2A | 0x2B);
        let value = if error && !known { NOT_AVAILABLE } else { value };
        self.record(kind::BOOL_ERR, &[&head(place), &[value, u8::from(error)]]);
    }

    fn read(self, template: Template, limits: Limits) -> Result<Vec<Row>> {
        let Self { stream, mut percent, .. } = self;
        percent.sort_unstable();
        let file = cfb::with_one_stream("Workbook", stream);
        let mut book = Xls::new(Cursor::new(file)).map_err(|_| Refusal::Damaged)?;
        let range = book.worksheet_range(SHEET).map_err(|_| Refusal::Damaged)?;
        drop(book);
        let (top, left) = range.start().unwrap_or_default();
        let mut rows = Collector::new(template, limits);
        for (row, cells) in (top..).zip(range.rows()) {
            for (column, data) in (left..).zip(cells) {
                let cell = value(data, || percent.binary_search(&(row, column)).is_ok());
                rows.cell(row.saturating_add(1), column, cell)?;
            }
        }
        rows.finish()
    }
}

fn head(place: Place) -> [u8; 6] {
    let mut head = [0; 6];
    for (bytes, part) in head.as_chunks_mut().0.iter_mut().zip([place.row, place.column, place.format]) {
        *bytes = part.to_le_bytes();
    }
    head
}

fn value(data: &Data, percent: impl FnOnce() -> bool) -> Cell {
    match data {
        Data::Empty => Cell::Empty,
        // Exact: BIFF holds integers of 30 bits.
        #[allow(clippy::cast_precision_loss)]
        Data::Int(value) => Cell::Number { value: *value as f64, percent: percent() },
        Data::Float(value) => Cell::Number { value: *value, percent: percent() },
        Data::DateTime(value) => Cell::Number { value: value.as_f64(), percent: false },
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Cell::Text(text.as_str().into()),
        Data::Bool(value) => Cell::Bool(*value),
        Data::Error(error) => Cell::Error(error.to_string().into()),
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16> {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map(|b| u16::from_le_bytes(*b)).ok_or(Refusal::Damaged)
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32> {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map(|b| u32::from_le_bytes(*b)).ok_or(Refusal::Damaged)
}
