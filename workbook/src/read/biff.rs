//! Reads the records of an .xls ([MS-XLS] 2.1.4) and the strings in them. The reader compares every length with the bytes
//! that exist.

use super::Result;
use domain::Refusal;
use std::borrow::Cow;

/// Record types ([MS-XLS] 2.3). Programs write some records with the types of older versions; spreadsheet programs accept
/// them.
pub(super) mod record_type {
    pub(in crate::read) const INTEGER_2: u16 = 0x0002;
    pub(in crate::read) const NUMBER_2: u16 = 0x0003;
    pub(in crate::read) const LABEL_2: u16 = 0x0004;
    pub(in crate::read) const BOOL_ERR_2: u16 = 0x0005;
    pub(in crate::read) const FORMULA: u16 = 0x0006;
    pub(in crate::read) const STRING_2: u16 = 0x0007;
    pub(in crate::read) const BOF_2: u16 = 0x0009;
    pub(in crate::read) const EOF: u16 = 0x000A;
    pub(in crate::read) const FORMAT_2: u16 = 0x001E;
    pub(in crate::read) const DATE_1904: u16 = 0x0022;
    pub(in crate::read) const FILE_PASS: u16 = 0x002F;
    pub(in crate::read) const FONT: u16 = 0x0031;
    pub(in crate::read) const CONTINUE: u16 = 0x003C;
    pub(in crate::read) const CODE_PAGE: u16 = 0x0042;
    pub(in crate::read) const XF_2: u16 = 0x0043;
    pub(in crate::read) const COLUMN_INFO: u16 = 0x007D;
    pub(in crate::read) const BOUND_SHEET: u16 = 0x0085;
    pub(in crate::read) const MUL_RK: u16 = 0x00BD;
    pub(in crate::read) const R_STRING: u16 = 0x00D6;
    pub(in crate::read) const XF: u16 = 0x00E0;
    pub(in crate::read) const MERGED_CELLS: u16 = 0x00E5;
    pub(in crate::read) const SST: u16 = 0x00FC;
    pub(in crate::read) const LABEL_SST: u16 = 0x00FD;
    pub(in crate::read) const NUMBER: u16 = 0x0203;
    pub(in crate::read) const LABEL: u16 = 0x0204;
    pub(in crate::read) const BOOL_ERR: u16 = 0x0205;
    pub(in crate::read) const FORMULA_3: u16 = 0x0206;
    pub(in crate::read) const STRING: u16 = 0x0207;
    pub(in crate::read) const ROW: u16 = 0x0208;
    pub(in crate::read) const BOF_3: u16 = 0x0209;
    pub(in crate::read) const WINDOW: u16 = 0x023E;
    pub(in crate::read) const XF_3: u16 = 0x0243;
    pub(in crate::read) const RK: u16 = 0x027E;
    pub(in crate::read) const FORMULA_4: u16 = 0x0406;
    pub(in crate::read) const BOF_4: u16 = 0x0409;
    pub(in crate::read) const FORMAT: u16 = 0x041E;
    pub(in crate::read) const XF_4: u16 = 0x0443;
    pub(in crate::read) const BOF: u16 = 0x0809;
}

/// The start of a substream ([MS-XLS] 2.4.21).
#[derive(Clone, Copy)]
pub(super) struct Bof {
    /// The version of the records. The lower byte has no meaning.
    version: u16,
    substream: u16,
}

impl Bof {
    const GLOBALS: u16 = 0x0005;
    const SHEET: u16 = 0x0010;

    fn parse(record_type: u16, data: &[u8]) -> Option<Self> {
        if !matches!(record_type, record_type::BOF | record_type::BOF_2 | record_type::BOF_3 | record_type::BOF_4) {
            return None;
        }
        Some(Self { version: u16_at(data, 0).ok()?, substream: u16_at(data, 2).ok()? })
    }

    /// Whether the substream holds the cells of a sheet.
    pub(super) const fn is_sheet(self) -> bool {
        self.substream == Self::SHEET
    }

    /// Whether the records are of Excel 97 or later. `None` if Excel never stores their version in a compound file.
    pub(super) const fn is_biff8(self) -> Option<bool> {
        match self.version >> 8 {
            6 => Some(true),
            // Some programs write no version.
            0 | 5 => Some(false),
            _ => None,
        }
    }

    /// Whether the substream of a sheet starts at this position.
    pub(super) fn is_at(stream: &[u8], position: usize) -> bool {
        let record = stream.get(position..).and_then(|rest| Records::new(rest).next_of_any_depth().ok().flatten());
        record
            .and_then(|(record_type, data)| Self::parse(record_type, data))
            .is_some_and(|bof| bof.version >> 8 <= 6 && bof.substream != Self::GLOBALS)
    }
}

/// A record: its type and its data.
pub(super) type Record<'a> = (u16, &'a [u8]);

/// Iterates over the records of a substream.
pub(super) struct Records<'a> {
    rest: &'a [u8],
    /// Number of substreams that are open: 0 before the first BOF, 1 in the substream itself.
    depth: u32,
}

impl<'a> Records<'a> {
    pub(super) const fn new(stream: &'a [u8]) -> Self {
        Self { rest: stream, depth: 0 }
    }

    /// Number of bytes that have not been read.
    pub(super) const fn unread(&self) -> usize {
        self.rest.len()
    }

    /// Reads the BOF at the start of the substream.
    pub(super) fn bof(&mut self) -> Result<Bof> {
        let (record_type, data) = self.next_of_any_depth()?.ok_or(Refusal::Damaged)?;
        self.depth = 1;
        Bof::parse(record_type, data).ok_or(Refusal::Damaged)
    }

    /// The next record of this substream. Skips the records of nested substreams, such as charts. The substream ends with
    /// an EOF. Some programs forget it, so that the substream ends with the stream or before the next sheet.
    pub(super) fn next(&mut self) -> Result<Option<Record<'a>>> {
        loop {
            let before = self.rest;
            let Some((record_type, data)) = self.next_of_any_depth()? else { return Ok(None) };
            if let Some(bof) = Bof::parse(record_type, data) {
                if matches!(bof.substream, Bof::SHEET | Bof::GLOBALS) {
                    self.rest = before;
                    return Ok(None);
                }
                self.depth = self.depth.saturating_add(1);
            } else if record_type == record_type::EOF {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    return Ok(None);
                }
            } else if self.depth == 1 {
                return Ok(Some((record_type, data)));
            }
        }
    }

    fn next_of_any_depth(&mut self) -> Result<Option<Record<'a>>> {
        let Some((header, rest)) = self.rest.split_first_chunk::<4>() else {
            // A record that is cut off tells that the rest of the file is missing.
            return if self.rest.iter().all(|byte| *byte == 0) { Ok(None) } else { Err(Refusal::Damaged) };
        };
        let [type_low, type_high, length_low, length_high] = *header;
        let (data, rest) = rest
            .split_at_checked(usize::from(u16::from_le_bytes([length_low, length_high])))
            .ok_or(Refusal::Damaged)?;
        self.rest = rest;
        Ok(Some((u16::from_le_bytes([type_low, type_high]), data)))
    }

    /// The positions of the substreams that follow, relative to `stream`, whose end this iterates over. Stops at the first
    /// damaged record.
    pub(super) fn positions_of_substreams(mut self, stream: &[u8]) -> Vec<usize> {
        let mut positions = Vec::new();
        while self.unread() > 0 {
            let position = stream.len().saturating_sub(self.unread());
            if Bof::is_at(stream, position) {
                positions.push(position);
                let mut substream = Self::new(self.rest);
                if substream.bof().is_err() {
                    break;
                }
                while let Ok(Some(_)) = substream.next() {}
                self.rest = substream.rest;
            } else if !matches!(self.next_of_any_depth(), Ok(Some(_))) {
                break;
            }
        }
        positions
    }

    /// The data of the last record, and of the CONTINUE records that follow it.
    pub(super) const fn continued<'r>(&'r mut self, data: &'a [u8]) -> Continued<'r, 'a> {
        Continued { rest: data, records: self }
    }
}

/// The header of a string ([MS-XLS] 2.5.293) behind its length.
struct StringHeader {
    wide: bool,
    /// Bytes behind the characters: formatting runs and phonetic data.
    trailing_bytes: usize,
}

/// The data of a record and of its CONTINUE records.
pub(super) struct Continued<'r, 'a> {
    /// What has not been read of the present record's data.
    rest: &'a [u8],
    records: &'r mut Records<'a>,
}

impl<'a> Continued<'_, 'a> {
    /// Moves on to the next CONTINUE record, and tells whether there is one. Skips empty ones.
    fn next_record(&mut self) -> Result<bool> {
        while self.records.rest.starts_with(&record_type::CONTINUE.to_le_bytes()) {
            let Some((_, data)) = self.records.next_of_any_depth()? else { break };
            if !data.is_empty() {
                self.rest = data;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether nothing is left to read.
    pub(super) fn is_at_end(&mut self) -> Result<bool> {
        Ok(self.rest.is_empty() && !self.next_record()?)
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> Result<[u8; N]> {
        if let Some((bytes, rest)) = self.rest.split_first_chunk() {
            self.rest = rest;
            return Ok(*bytes);
        }
        let mut bytes = [0; N];
        for byte in &mut bytes {
            if self.rest.is_empty() && !self.next_record()? {
                return Err(Refusal::Damaged);
            }
            let (first, rest) = self.rest.split_first().ok_or(Refusal::Damaged)?;
            (*byte, self.rest) = (*first, rest);
        }
        Ok(bytes)
    }

    /// A length or a count of 16 bits.
    pub(super) fn length(&mut self) -> Result<usize> {
        self.bytes().map(u16::from_le_bytes).map(usize::from)
    }

    fn skip(&mut self, mut bytes: usize) -> Result<()> {
        while bytes > self.rest.len() {
            bytes -= self.rest.len();
            if !self.next_record()? {
                return Err(Refusal::Damaged);
            }
        }
        self.rest = self.rest.get(bytes..).unwrap_or_default();
        Ok(())
    }

    fn string_header(&mut self) -> Result<StringHeader> {
        let [flags] = self.bytes()?;
        let mut trailing_bytes = 0_usize;
        if flags & 8 != 0 {
            trailing_bytes = 4 * self.length()?;
        }
        if flags & 4 != 0 {
            let phonetic = usize::try_from(u32::from_le_bytes(self.bytes()?)).map_err(|_| Refusal::Damaged)?;
            trailing_bytes = trailing_bytes.saturating_add(phonetic);
        }
        Ok(StringHeader { wide: is_wide(flags), trailing_bytes })
    }

    /// Appends a string of the shared strings to `text`.
    pub(super) fn shared_string(&mut self, text: &mut String) -> Result<()> {
        let length = self.length()?;
        let header = self.string_header()?;
        if !self.characters(length, header.wide, text)? {
            return Err(Refusal::Damaged);
        }
        self.skip(header.trailing_bytes)
    }

    /// Appends the string of a cell's own record to `text`. A string that is cut off keeps what exists.
    pub(super) fn cell_string(&mut self, length: usize, text: &mut String) -> Result<()> {
        if length > 0 && !self.is_at_end()? {
            let header = self.string_header()?;
            self.characters(length, header.wide, text)?;
        }
        Ok(())
    }

    /// At most `length` bytes, also of the next records.
    pub(super) fn characters_of_code_page(&mut self, length: usize) -> Result<Cow<'a, [u8]>> {
        if let Some((bytes, rest)) = self.rest.split_at_checked(length) {
            self.rest = rest;
            return Ok(bytes.into());
        }
        let mut bytes = Vec::new();
        while bytes.len() < length {
            let wanted = length - bytes.len();
            let (taken, rest) = self.rest.split_at_checked(wanted).unwrap_or((self.rest, &[]));
            bytes.extend_from_slice(taken);
            self.rest = rest;
            if rest.is_empty() && !self.next_record()? {
                break;
            }
        }
        Ok(bytes.into())
    }

    /// Appends `length` UTF-16 units to `text`, and tells whether all of them exist. The units are stored in full (`wide`)
    /// or as lower bytes. A string may continue in the next record, which starts with a new flag for this.
    fn characters(&mut self, mut length: usize, mut wide: bool, text: &mut String) -> Result<bool> {
        // The first half of a character whose second half is in the next record.
        let mut first_half = None;
        loop {
            let width = if wide { 2 } else { 1 };
            let taken = length.min(self.rest.len() / width);
            let (stored, rest) = self.rest.split_at_checked(taken * width).unwrap_or((self.rest, &[]));
            (length, self.rest) = (length - taken, rest);
            if wide {
                first_half = push_utf16(first_half, stored, length > 0, text);
            } else {
                text.extend(first_half.take().map(|_| char::REPLACEMENT_CHARACTER));
                push_lower_bytes(stored, text);
            }
            if length == 0 {
                return Ok(true);
            }
            if !self.next_record()? {
                text.extend(first_half.map(|_| char::REPLACEMENT_CHARACTER));
                return Ok(false);
            }
            let [flags] = self.bytes()?;
            wide = is_wide(flags);
        }
    }
}

const fn is_wide(flags: u8) -> bool {
    flags & 1 != 0
}

/// Decodes UTF-16 and appends it to `text`. `first_half` comes before `stored`. If more follows, returns the last unit if
/// it is the first half of a character.
fn push_utf16(first_half: Option<u16>, stored: &[u8], more: bool, text: &mut String) -> Option<u16> {
    if stored.is_empty() {
        return first_half;
    }
    let mut units = stored.as_chunks().0.iter().map(|unit| u16::from_le_bytes(*unit));
    let last = if more { units.clone().next_back().filter(|unit| (0xD800..0xDC00).contains(unit)) } else { None };
    if last.is_some() {
        units.next_back();
    }
    let decoded = |c: std::result::Result<char, _>| c.unwrap_or(char::REPLACEMENT_CHARACTER);
    match first_half {
        None => text.extend(char::decode_utf16(units).map(decoded)),
        Some(_) => text.extend(char::decode_utf16(first_half.into_iter().chain(units)).map(decoded)),
    }
    last
}

/// Appends characters whose lower bytes are stored, because their upper bytes are zero.
pub(super) fn push_lower_bytes(bytes: &[u8], text: &mut String) {
    match std::str::from_utf8(bytes) {
        Ok(ascii) if ascii.is_ascii() => text.push_str(ascii),
        _ => text.extend(bytes.iter().map(|byte| char::from(*byte))),
    }
}

pub(super) fn f64_at(bytes: &[u8], at: usize) -> Result<f64> {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map(|b| f64::from_le_bytes(*b)).ok_or(Refusal::Damaged)
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Result<u16> {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map(|b| u16::from_le_bytes(*b)).ok_or(Refusal::Damaged)
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Result<u32> {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map(|b| u32::from_le_bytes(*b)).ok_or(Refusal::Damaged)
}
