//! The number formats of a workbook, by the ids that cell formats use.

use super::{Result, number_format::NumberFormat};
use domain::{Excess, Refusal};
use std::collections::HashMap;

/// Maximum number of number formats, and of cell formats, of a workbook. Excel accepts 65,490 cell formats.
pub(super) const MAX_FORMATS: u32 = 65_536;
/// The refusal of a workbook with more formats.
pub(super) const TOO_MANY_FORMATS: Refusal = Refusal::TooLarge(Excess::CellFormats { limit: MAX_FORMATS });

/// The number formats of a workbook.
#[derive(Default)]
pub(super) struct NumberFormats {
    by_id: HashMap<u32, NumberFormat>,
    /// Bytes of all format codes.
    bytes: usize,
}

impl NumberFormats {
    /// Maximum number of bytes of all format codes. A parsed code needs some 50 times as much memory. Workbooks that were copied
    /// together for years have some hundred thousand bytes.
    const MAX_BYTES: usize = 4 << 20;

    /// Adds a format of the workbook's own.
    pub(super) fn add(&mut self, id: u32, code: &str) -> Result<()> {
        self.bytes += code.len();
        if self.bytes > Self::MAX_BYTES {
            return Err(TOO_MANY_FORMATS);
        }
        self.by_id.insert(id, NumberFormat::parse(code));
        Ok(())
    }

    /// The format with an id: one of the workbook's own, or a built-in one.
    pub(super) fn get(&mut self, id: u32) -> NumberFormat {
        let builtin = || u16::try_from(id).map(NumberFormat::builtin).unwrap_or_default();
        self.by_id.entry(id).or_insert_with(builtin).clone()
    }
}
