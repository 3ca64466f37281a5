//! The records that the rows of a template become. Everything in which the two templates differ for import and generation
//! is behind one trait; a template is added by implementing it.

pub(crate) mod chunk;
pub(crate) mod lookup;
pub(crate) mod parent_order;
mod purchasers;
pub(crate) mod sheet;
mod units;

pub(crate) use purchasers::StoredPurchaser;
pub(crate) use units::StoredUnit;

use crate::{Result, Subtree};
use chunk::{Chunk, PreparedRow};
use domain::{Finding, check::CheckedRow};
use lookup::Lookup;
use parent_order::ParentRef;
use sea_orm::ConnectionTrait;
use serde::{Serialize, de::DeserializeOwned};
use sheet::Sheet;
use std::borrow::Cow;

/// A stored unit or purchaser, as the rows of its template are compared with it and written to it.
pub(crate) trait ImportTarget: Sized + Send + Sync + 'static {
    /// A valid row. It is stored with the batch, so that generation reads it back without checking it again.
    type Input: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// The column of the name.
    const NAME: u8;
    /// The column of the credit code.
    const CODE: u8;
    /// The column of the unit that the record belongs below or to.
    const PARENT: u8;
    /// Whether the records are units, which other rows of the file may name.
    const MAKES_UNITS: bool;

    /// Reads a row; `None` if it has an error.
    fn input(row: &CheckedRow) -> Option<Self::Input>;

    /// All records that have one of these codes, in any subtree, with the plan of a year.
    fn with_codes(
        db: &impl ConnectionTrait,
        codes: Vec<String>,
        year: i32,
    ) -> impl Future<Output = Result<Vec<Self>>> + Send;

    /// The number of the record.
    fn id(&self) -> i64;

    /// The key that no other record has.
    fn key(&self) -> String;

    /// The same key of a row; `None` if one of its cells has an error.
    fn key_of<'a>(sheet: &Sheet, row: &'a CheckedRow) -> Option<Cow<'a, str>>;

    /// Whether an uploader with this subtree may change the record.
    fn is_within(&self, subtree: &Subtree) -> bool;

    /// The unit that each row belongs below or to; `None` if that is not known. `stored` has the record that each row
    /// changes. Adds findings at the rows.
    fn parents(
        sheet: &Sheet,
        lookup: &Lookup<Self>,
        stored: &[Option<&Self>],
        findings: &mut Vec<Finding>,
    ) -> Vec<Option<ParentRef>>;

    /// The columns in which a row differs from the record, each with the text of the record.
    fn changes(&self, row: &CheckedRow, input: &Self::Input, parent: Option<ParentRef>) -> Vec<(u8, String)>;

    /// Writes a chunk of rows. Checks of the upload are repeated, as the database may have changed since.
    fn write(chunk: &mut Chunk<'_>, rows: &[PreparedRow<Self::Input>]) -> impl Future<Output = Result<()>> + Send;
}
