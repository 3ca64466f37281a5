//! Bytes → rows.
//!
//! The reader detects a spreadsheet's format from its content and ignores the file name. It compares every count and
//! length with the bytes that exist, so that no file makes it panic or allocate more than a small multiple of [`Limits`].
//!
//! This module reads .xls, and .xlsx in the usual spelling, with its own scanners, because a person waits for the result in
//! a browser. It rewrites any other .xlsx in one spelling, which calamine reads. Every reading of a part
//! of an .xlsx counts against one budget.

mod biff;
mod canonical_xlsx;
mod cell_sink;
mod code_page;
mod compound_file;
mod encryption;
mod fast_xlsx;
mod formula;
mod header;
mod number_format;
mod number_formats;
#[cfg(any(test, feature = "oracle"))]
pub mod oracle;
mod package;
mod sheet;
mod stored_archive;
mod xls;
mod xlsx;
mod xml;

pub use sheet::Sheet;

use domain::{Excess, PublicSettings, Refusal, Template};
use sheet::Rows;

/// Upper bounds for an uploaded file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Number of data rows.
    pub rows: u32,
}

impl Default for Limits {
    /// The limits of the default configuration.
    fn default() -> Self {
        (&PublicSettings::default()).into()
    }
}

impl From<&PublicSettings> for Limits {
    fn from(settings: &PublicSettings) -> Self {
        Self { bytes: settings.max_bytes, rows: settings.max_rows }
    }
}

impl Limits {
    /// Bytes that the texts of all cells may fill. A file may refer to one shared text from many cells; each cell counts.
    const fn text_bytes(self) -> u64 {
        self.bytes.saturating_mul(4)
    }

    /// Bytes that may be inflated to read an .xlsx. A sheet of text compresses to about a tenth.
    const fn inflated_bytes(self) -> u64 {
        self.bytes.saturating_mul(16)
    }

    /// The refusal of a file with more bytes of texts.
    const fn too_much_text(self) -> Refusal {
        Refusal::TooLarge(Excess::TextBytes { limit: self.text_bytes() })
    }
}

/// Result of reading. The error is the reason why the file is refused.
type Result<T> = std::result::Result<T, Refusal>;

/// Reads the rows of a filled-in template (.xls or .xlsx). It takes the one visible sheet that has the template's header
/// and data, and leaves out blank rows.
pub fn read(template: Template, bytes: &[u8], limits: Limits) -> Result<Sheet> {
    if bytes.len() as u64 > limits.bytes {
        return Err(Refusal::TooLarge(Excess::FileBytes { limit: limits.bytes }));
    }
    if bytes.starts_with(compound_file::SIGNATURE) {
        xls::read(template, bytes, limits)
    } else if bytes.starts_with(b"PK\x03\x04") {
        xlsx::read(template, bytes, limits)
    } else {
        Err(Refusal::NotASpreadsheet)
    }
}

/// Refuses a workbook with too many sheets. Each takes time and memory, also without any cell. `all` counts hidden ones too.
fn check_sheet_counts(all: usize, visible: usize) -> Result<()> {
    const MAX_SHEETS: usize = 10_000;
    const MAX_VISIBLE_SHEETS: u32 = 256;
    if all > MAX_SHEETS || visible > MAX_VISIBLE_SHEETS as usize {
        return Err(Refusal::TooLarge(Excess::Sheets { limit: MAX_VISIBLE_SHEETS }));
    }
    Ok(())
}

/// Reads the sheets and returns the rows of the only one that has the template's header and data. If no sheet has both,
/// the refusal describes the most similar sheet. If several sheets have both, the file is refused, because the rows of all
/// but one would be lost without notice.
fn single_filled_sheet<S>(
    sheets: impl IntoIterator<Item = S>,
    mut read: impl FnMut(S) -> Result<Rows>,
) -> Result<Rows> {
    let similarity = |refusal: &Refusal| match refusal {
        Refusal::MacroSheet => 0,
        Refusal::WrongTemplate { found: None } => 1,
        Refusal::WrongTemplate { found: Some(_) } => 2,
        Refusal::AlteredHeader { .. } => 3,
        Refusal::Empty => 4,
        // A damaged sheet could be the filled one.
        _ => 5,
    };
    let mut filled_sheet = None;
    let mut most_similar = None;
    for sheet in sheets {
        match read(sheet) {
            Ok(_) | Err(Refusal::TooManyRows { .. }) if filled_sheet.is_some() => return Err(Refusal::SeveralSheets),
            Ok(rows) => filled_sheet = Some(rows),
            // Nobody knows whether the rest of the file has another filled sheet.
            Err(refusal @ (Refusal::TooManyRows { .. } | Refusal::TooLarge(_))) => return Err(refusal),
            Err(refusal) => {
                if most_similar.as_ref().is_none_or(|best| similarity(&refusal) > similarity(best)) {
                    most_similar = Some(refusal);
                }
            }
        }
    }
    // Without any visible sheet of cells, the file has only macro, dialog or chart sheets.
    filled_sheet.ok_or(most_similar.unwrap_or(Refusal::MacroSheet))
}
