//! Turns the rows of a checked file into staged rows: matches them with stored records and adds the findings that need the
//! database. It runs without the database, which was asked before, once for all rows.

use super::{lookups::SuggestedNames, suggestions::add_suggestions};
use crate::{
    Error, Result,
    import_target::{ImportTarget, lookup::Lookup, parent_order::ParentRef, sheet::Sheet},
    sql::import::StagedRow,
};
use domain::{
    Cells, Code, Detail, Finding, Severity,
    check::merge,
    import_batch::{FindingSummary, RowState, StateCounts},
    preview,
};
use std::collections::HashSet;

/// A typed row is rarely longer.
const TYPED_BYTES: usize = 192;
/// The JSON of a row's cells is rarely longer.
const CELLS_BYTES: usize = 384;

/// A file as it is stored.
pub(super) struct StagedBatch {
    pub(super) rows: Vec<StagedRow>,
    pub(super) counts: StateCounts,
    pub(super) kinds: Vec<FindingSummary>,
}

/// A row with the results of the lookup.
struct RowMatch<'a, T> {
    /// The record that the row changes.
    record: Option<&'a T>,
    parent: Option<ParentRef>,
    /// The typed row in postcard's format, if generation would write it.
    input: Option<Vec<u8>>,
}

/// The rows of a file with their matches.
struct Staging<'a, T> {
    sheet: &'a Sheet,
    matches: Vec<RowMatch<'a, T>>,
    /// The findings that need the database.
    findings: Vec<Finding>,
}

/// Stages the rows of a file.
pub(super) fn stage_rows<T: ImportTarget>(
    sheet: &Sheet,
    lookup: &Lookup<T>,
    names: &SuggestedNames,
) -> Result<StagedBatch> {
    let mut staging = Staging::new(sheet, lookup);
    staging.compare()?;
    add_suggestions::<T>(sheet, names, &mut staging.findings);
    staging.finish()
}

fn json(cells: &Cells) -> Result<String> {
    let mut json = Vec::with_capacity(CELLS_BYTES);
    serde_json::to_writer(&mut json, cells)?;
    String::from_utf8(json).map_err(Error::internal)
}

impl<'a, T: ImportTarget> Staging<'a, T> {
    fn new(sheet: &'a Sheet, lookup: &'a Lookup<T>) -> Self {
        let mut findings = Vec::new();
        let mut record = |row| {
            let key = T::key_of(sheet, row)?;
            let record = lookup.records.get(&*key);
            if record.is_none() && lookup.taken.contains(&*key) {
                findings.push(Finding::new(row.row, T::CODE, Code::CodeTaken));
            }
            record
        };
        let records: Vec<Option<&T>> = sheet.rows.iter().map(&mut record).collect();
        let parents = T::parents(sheet, lookup, &records, &mut findings);
        let row_match = |(record, parent)| RowMatch { record, parent, input: None };
        Self { sheet, matches: records.into_iter().zip(parents).map(row_match).collect(), findings }
    }

    /// Types the rows without errors, and compares those that match a record with it.
    fn compare(&mut self) -> Result<()> {
        let errors: HashSet<u32> = {
            let all = self.sheet.findings.iter().chain(&self.findings);
            all.filter(|finding| finding.severity() == Severity::Error).map(|finding| finding.row).collect()
        };
        for (row, row_match) in self.sheet.rows.iter().zip(&mut self.matches) {
            if errors.contains(&row.row) {
                continue;
            }
            let invalid = || Error::internal(format!("row {} has no error, but is not valid", row.row));
            let input = T::input(row).ok_or_else(invalid)?;
            if let Some(record) = row_match.record {
                let changes = record.changes(row, &input, row_match.parent);
                if changes.is_empty() {
                    self.findings.push(Finding::new(row.row, T::NAME, Code::Unchanged));
                    continue;
                }
                self.findings.extend(changes.into_iter().map(|(column, from)| {
                    let change = Detail::Change { from, to: row.cell(column).to_owned() };
                    Finding::new(row.row, column, Code::Update).with(change)
                }));
            }
            row_match.input = Some(postcard::to_extend(&input, Vec::with_capacity(TYPED_BYTES))?);
        }
        Ok(())
    }

    /// The batch as it is stored.
    fn finish(self) -> Result<StagedBatch> {
        let findings = merge(self.sheet.findings.clone(), self.findings);
        let mut counts = StateCounts::default();
        let mut rest = findings.as_slice();
        let mut rows = Vec::with_capacity(self.sheet.rows.len());
        for (row, row_match) in self.sheet.rows.iter().zip(self.matches) {
            let (own, later) = rest.split_at(rest.partition_point(|finding| finding.row <= row.row));
            rest = later;
            let state = match (preview::state_of(own), row_match.record, &row_match.input) {
                (RowState::Error, ..) => RowState::Error,
                (_, Some(_), Some(_)) => RowState::Update,
                (_, Some(_), None) => RowState::Existing,
                (state, None, _) => state,
            };
            counts.add(state);
            let (place, place_row) = match row_match.parent {
                Some(ParentRef::Unit(id)) => (Some(id), None),
                Some(ParentRef::SheetRow(index)) => (None, self.sheet.rows.get(index).map(|row| row.row)),
                None => (None, None),
            };
            rows.push(StagedRow {
                row: row.row,
                state,
                cells: json(&row.cells)?,
                findings: if own.is_empty() { None } else { Some(serde_json::to_string(own)?) },
                input: row_match.input,
                target: row_match.record.map(ImportTarget::id),
                place,
                place_row,
            });
        }
        let mut kinds = preview::kinds(&findings);
        kinds.extend(preview::hidden_kinds(&self.sheet.hidden));
        Ok(StagedBatch { rows, counts, kinds })
    }
}
