//! What the clients know that the server has done. The audit compares the database with it.

use serde::Serialize;
use std::{collections::BTreeMap, path::PathBuf};

/// What the clients know. The audit is `service/tests/importing/chaos_audit.rs`, which reads it as JSON.
#[derive(Debug, Default, Serialize)]
pub(super) struct Ledger {
    /// The file of the SMS gateway.
    pub(super) sms_file: PathBuf,
    /// The files whose accounts were generated, as the server confirmed.
    pub(super) files: Vec<GeneratedFile>,
    /// The units that forms added.
    pub(super) added: Vec<AddedUnit>,
    /// The credit codes of units in requests whose connection the client cut: each unit exists wholly or not at all.
    pub(super) cut: Vec<String>,
    /// The orders that a call has stored, by number.
    pub(super) orders: BTreeMap<String, SentOrder>,
}

/// An order, in the revision that the server confirmed last.
#[derive(Debug, Serialize)]
pub(super) struct SentOrder {
    /// The revision.
    pub(super) revision: u32,
    /// Its amount.
    pub(super) fen: u64,
    /// What was refunded of it.
    pub(super) refunded_fen: u64,
}

/// A file whose accounts were generated.
#[derive(Debug, Serialize)]
pub(super) struct GeneratedFile {
    /// Its batch.
    pub(super) batch: i64,
    /// The credit codes of its units.
    pub(super) codes: Vec<String>,
}

/// A unit that a form added. A request without an answer may have been carried out or not.
#[derive(Debug, Serialize)]
pub(super) struct AddedUnit {
    /// Its credit code.
    pub(super) code: String,
    /// Whether the server confirmed it.
    pub(super) confirmed: bool,
    /// The remarks that it may have now.
    pub(super) remarks: Vec<String>,
    /// How often its password was reset.
    pub(super) resets: Times,
    /// How often its SMS was sent again.
    pub(super) resends: Times,
}

/// How often something was asked for, and how often the server confirmed it.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Times {
    /// Requests.
    pub(super) asked: u32,
    /// Confirmed requests.
    pub(super) confirmed: u32,
}

impl Times {
    /// Counts a request.
    pub(super) fn count(&mut self, confirmed: bool) {
        self.asked += 1;
        self.confirmed += u32::from(confirmed);
    }
}
