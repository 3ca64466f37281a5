//! Bytes → rows.
//!
//! A spreadsheet is read by what it contains, never by its name. Every count and length in it is held against the bytes
//! that are there, so that no file makes the reader panic or allocate beyond a small multiple of [`Limits`].
//!
//! .xls and the .xlsx that nearly every program writes are scanned here, because a person waits for it in a browser. An
//! .xlsx that is otherwise is left to calamine; what that would believe (a header that promises gigabytes) it does not
//! get to see.

mod cfb;
mod format;
mod header;
mod plain;
mod sheet;
mod xls;
mod xlsx;

pub use sheet::Sheet;

use domain::{Refusal, Template};
use sheet::Rows;

/// What a file may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes.
    pub bytes: u64,
    /// Data rows.
    pub rows: u32,
}

impl Default for Limits {
    /// 20 MiB and 50,000 rows.
    fn default() -> Self {
        Self { bytes: 20 << 20, rows: 50_000 }
    }
}

impl Limits {
    /// Bytes that texts may fill in memory: a file may name one text in many cells.
    const fn text(self) -> u64 {
        self.bytes.saturating_mul(4)
    }

    /// Bytes that the parts of the file may fill once inflated; a sheet of text packs to a tenth.
    const fn inflated(self) -> u64 {
        self.bytes.saturating_mul(16)
    }

    const fn too_large(self) -> Refusal {
        Refusal::TooLarge { limit: self.bytes }
    }
}

/// Result of reading: what stands in the way of it is why the file is refused.
type Result<T> = std::result::Result<T, Refusal>;

/// The rows of a filled-in template, .xls or .xlsx, whatever its name says: the visible sheet that carries the
/// template's header and is filled in, without its blank rows.
pub fn read(template: Template, bytes: &[u8], limits: Limits) -> Result<Sheet> {
    if bytes.len() as u64 > limits.bytes {
        return Err(limits.too_large());
    }
    if bytes.starts_with(cfb::SIGNATURE) {
        xls::read(template, bytes, limits)
    } else if bytes.starts_with(b"PK\x03\x04") {
        xlsx::read(template, bytes, limits)
    } else {
        Err(Refusal::NotASpreadsheet)
    }
}

/// Reads the sheets for the one that carries the template's header and is filled in; else says what comes nearest to it.
/// Where several are, none is taken: the rows of the others would be lost unseen.
fn only_of_ours<S>(sheets: impl IntoIterator<Item = S>, mut read: impl FnMut(S) -> Result<Rows>) -> Result<Rows> {
    /// How many sheets are looked at; nobody hides a template behind more.
    const SHEETS: usize = 16;
    let nearness = |refusal: &Refusal| match refusal {
        Refusal::WrongTemplate { found: None } => 0,
        Refusal::WrongTemplate { found: Some(_) } => 1,
        Refusal::AlteredHeader { .. } => 2,
        _ => 3,
    };
    let (mut ours, mut nearest) = (None, None);
    for sheet in sheets.into_iter().take(SHEETS) {
        match read(sheet) {
            Ok(_) | Err(Refusal::TooManyRows { .. }) if ours.is_some() => return Err(Refusal::SeveralSheets),
            Ok(rows) => ours = Some(rows),
            // Whatever else lies in the file is nobody's loss.
            Err(_) if ours.is_some() => {}
            Err(refusal @ (Refusal::WrongTemplate { .. } | Refusal::AlteredHeader { .. } | Refusal::Empty)) => {
                if nearest.as_ref().is_none_or(|n| nearness(&refusal) > nearness(n)) {
                    nearest = Some(refusal);
                }
            }
            Err(refusal) => return Err(refusal),
        }
    }
    // No sheet of cells that anybody sees.
    ours.ok_or(nearest.unwrap_or(Refusal::MacroSheet))
}
