//! Reads compound files ([MS-CFB]), the container of .xls and of encrypted .xlsx. The reader compares every sector number
//! with the length of the file, and every chain with the number of sectors.

use super::Result;
use domain::Refusal;
use std::borrow::Cow;

/// The first 8 bytes of a compound file.
pub(super) const SIGNATURE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// The mark at the end of a chain.
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
/// The largest sector number. Values above it are marks.
const LAST_SECTOR: u32 = 0xFFFF_FFF9;
/// Streams with fewer bytes are stored in the mini stream.
const MINI_STREAM_CUTOFF: u64 = 4096;
/// Bytes of a sector of the mini stream.
const MINI_SECTOR_BYTES: usize = 64;
/// Bytes of a directory entry.
const ENTRY_BYTES: usize = 128;
/// The object type of a stream.
const STREAM: u8 = 2;

/// A compound file.
pub(super) struct CompoundFile<'a> {
    sectors: Sectors<'a>,
    fat: Vec<u32>,
    /// The first sector of the mini stream.
    mini_stream_start: u32,
    mini_fat_start: u32,
    /// The streams of the root storage. Further storages hold embedded documents, whose streams have the same names.
    streams: Vec<Stream>,
}

/// The directory entry of a stream.
struct Stream {
    name: String,
    start: u32,
    size: u64,
}

/// A byte string, divided into numbered sectors of equal size.
#[derive(Clone, Copy)]
struct Sectors<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl<'a> Sectors<'a> {
    const fn count(self) -> usize {
        self.bytes.len().div_ceil(self.size)
    }

    /// The bytes of a sector. The last sector may be shorter, because some programs cut it off.
    fn get(self, number: u32) -> Result<&'a [u8]> {
        let start = (number as usize).checked_mul(self.size).filter(|start| *start < self.bytes.len());
        let start = start.ok_or(Refusal::Damaged)?;
        let end = start.saturating_add(self.size).min(self.bytes.len());
        self.bytes.get(start..end).ok_or(Refusal::Damaged)
    }

    /// The first `size` bytes of a chain of sectors. Nothing is copied if the sectors are consecutive, as is usual.
    fn stream(self, fat: &[u32], start: u32, size: usize) -> Result<Cow<'a, [u8]>> {
        let sectors = u32::try_from(size.div_ceil(self.size)).map_err(|_| Refusal::Damaged)?;
        let last = start.saturating_add(sectors.saturating_sub(1));
        if sectors > 0 && (start..last).all(|number| fat.get(number as usize) == Some(&(number + 1))) {
            let start = (start as usize).checked_mul(self.size).ok_or(Refusal::Damaged)?;
            let bytes = self.bytes.get(start..).and_then(|rest| rest.get(..size)).ok_or(Refusal::Damaged)?;
            return Ok(bytes.into());
        }
        self.chain(fat, start, Some(size)).map(Cow::Owned)
    }

    /// Copies a chain of sectors: its first `size` bytes, or the whole chain without a size.
    fn chain(self, fat: &[u32], start: u32, size: Option<usize>) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(size.unwrap_or_default().min(self.bytes.len()));
        let mut number = start;
        for _ in 0..self.count() {
            if number == END_OF_CHAIN || size.is_some_and(|size| bytes.len() >= size) {
                break;
            }
            bytes.extend_from_slice(self.get(number)?);
            number = fat.get(number as usize).copied().unwrap_or(END_OF_CHAIN);
        }
        match size {
            Some(size) if bytes.len() < size => Err(Refusal::Damaged),
            Some(size) => {
                bytes.truncate(size);
                Ok(bytes)
            }
            None => Ok(bytes),
        }
    }
}

impl<'a> CompoundFile<'a> {
    /// Reads the header, the allocation table and the directory ([MS-CFB] 2.2, 2.3, 2.5, 2.6).
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self> {
        let size = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return Err(Refusal::Damaged),
        };
        // The header fills one sector; sector 0 follows it.
        let sectors = Sectors { bytes: bytes.get(size..).ok_or(Refusal::Damaged)?, size };
        let fat = read_fat(bytes, sectors)?;
        let directory = sectors.chain(&fat, u32_at(bytes, 48)?, None)?;
        let entries = directory.as_chunks().0;
        // The first entry is the root storage. Its stream is the mini stream.
        let mini_stream_start = u32_at(entries.first().ok_or(Refusal::Damaged)?, 116)?;
        let streams = root_streams(entries, size)?;
        Ok(Self { sectors, fat, mini_stream_start, mini_fat_start: u32_at(bytes, 60)?, streams })
    }

    /// The bytes of the root storage's stream with this name. `None` if there is none.
    pub(super) fn stream(&self, name: &str) -> Option<Result<Cow<'a, [u8]>>> {
        self.streams.iter().find(|stream| stream.name.eq_ignore_ascii_case(name)).map(|stream| self.bytes_of(stream))
    }

    fn bytes_of(&self, stream: &Stream) -> Result<Cow<'a, [u8]>> {
        let size = usize::try_from(stream.size).map_err(|_| Refusal::Damaged)?;
        if stream.size >= MINI_STREAM_CUTOFF {
            return self.sectors.stream(&self.fat, stream.start, size);
        }
        let mini = self.sectors.chain(&self.fat, self.mini_stream_start, None)?;
        let table = self.sectors.chain(&self.fat, self.mini_fat_start, None)?;
        let table: Vec<u32> = numbers(&table).collect();
        Sectors { bytes: &mini, size: MINI_SECTOR_BYTES }.chain(&table, stream.start, Some(size)).map(Cow::Owned)
    }
}

/// Reads the allocation table (FAT). The header lists its first 109 sectors; a chain of further sectors lists the others.
/// The table has one number for each sector of the file, so reading stops at that count.
fn read_fat(bytes: &[u8], sectors: Sectors<'_>) -> Result<Vec<u32>> {
    let count = sectors.count();
    let mut fat = Vec::with_capacity(count + sectors.size / 4);
    let mut list = bytes.get(76..512).ok_or(Refusal::Damaged)?;
    let mut next = u32_at(bytes, 68)?;
    for _ in 0..=count {
        for sector in numbers(list).filter(|number| *number <= LAST_SECTOR) {
            if fat.len() >= count {
                return Ok(fat);
            }
            fat.extend(numbers(sectors.get(sector)?));
        }
        if next > LAST_SECTOR || fat.len() >= count {
            break;
        }
        let (numbers, link) = sectors.get(next)?.split_last_chunk().ok_or(Refusal::Damaged)?;
        (list, next) = (numbers, u32::from_le_bytes(*link));
    }
    Ok(fat)
}

/// The streams of the root storage. Its entry refers to one of them; each entry refers to its left and right sibling
/// ([MS-CFB] 2.6.4). The order in the directory says nothing: embedded documents may come first.
fn root_streams(entries: &[[u8; ENTRY_BYTES]], sector_size: usize) -> Result<Vec<Stream>> {
    let mut streams = Vec::new();
    // A damaged directory may refer to an entry twice.
    let mut visited = vec![false; entries.len()];
    let mut open = vec![u32_at(entries.first().ok_or(Refusal::Damaged)?, 76)?];
    while let Some(number) = open.pop() {
        // A number above all entries is the mark for "none".
        let Some((entry, visited)) = entries.get(number as usize).zip(visited.get_mut(number as usize)) else {
            continue;
        };
        if std::mem::replace(visited, true) {
            continue;
        }
        open.extend([u32_at(entry, 68)?, u32_at(entry, 72)?]);
        if entry.get(66) == Some(&STREAM) {
            streams.push(parse_stream(entry, sector_size)?);
        }
    }
    Ok(streams)
}

fn parse_stream(entry: &[u8], sector_size: usize) -> Result<Stream> {
    let units = entry.get(..64).unwrap_or_default().as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair));
    let name =
        char::decode_utf16(units.take_while(|unit| *unit != 0)).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
    // Sectors of 512 bytes mean version 3, in which the upper half of the size is undefined.
    let upper = if sector_size == 512 { 0 } else { u64::from(u32_at(entry, 124)?) };
    let size = u64::from(u32_at(entry, 120)?) | upper << 32;
    Ok(Stream { name: name.collect(), start: u32_at(entry, 116)?, size })
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.as_chunks().0.iter().map(|number| u32::from_le_bytes(*number))
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16> {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map(|b| u16::from_le_bytes(*b)).ok_or(Refusal::Damaged)
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32> {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map(|b| u32::from_le_bytes(*b)).ok_or(Refusal::Damaged)
}
