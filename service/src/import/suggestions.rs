//! Suggests names for units that a file names and that do not exist.

use super::lookups::{SuggestedNames, unit_names};
use crate::import_target::{ImportTarget, sheet::Sheet};
use domain::{Code, Finding, check::CheckedRow, nearest::nearest, normalize::same_name};
use std::collections::HashMap;

/// Names that are suggested for a unit at most.
const SUGGESTIONS: usize = 3;
/// Pairs of names that are compared for one file at most, some half a second. Further unknown names get no suggestion.
const COMPARED: usize = 1_000_000;

/// Adds to each finding of an unknown unit the present name of the unit that had this name before, or the most similar
/// names of the database and of the file itself.
pub(super) fn add_suggestions<T: ImportTarget>(sheet: &Sheet, names: &SuggestedNames, findings: &mut [Finding]) {
    let candidates: Vec<&str> = names.present.iter().map(String::as_str).chain(unit_names::<T>(sheet)).collect();
    let mut affordable = COMPARED / candidates.len().max(1);
    let rows: HashMap<u32, &CheckedRow> = sheet.rows.iter().map(|row| (row.row, row)).collect();
    let mut suggested: HashMap<&str, Vec<String>> = HashMap::new();
    for finding in findings.iter_mut().filter(|finding| finding.code == Code::SuperiorUnknown) {
        let Some(name) = rows.get(&finding.row).map(|row| row.cell(T::PARENT)) else { continue };
        let suggestions = suggested.entry(name).or_insert_with(|| {
            if let Some(present) = names.by_former.get(same_name(name).as_ref()) {
                return vec![present.clone()];
            }
            let compared = if affordable > 0 { candidates.as_slice() } else { &[] };
            affordable = affordable.saturating_sub(1);
            nearest(name, compared.iter().copied(), SUGGESTIONS).into_iter().map(str::to_owned).collect()
        });
        finding.suggestions.clone_from(suggestions);
    }
}
