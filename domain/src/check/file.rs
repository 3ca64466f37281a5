//! Checks across the rows of one file: duplicates and loops.

use super::CheckedRow;
use crate::{
    Code, Detail, Finding, Severity,
    normalize::same_name,
    schema::{Kind, Template, purchasers, units},
};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet, hash_map::Entry},
    hash::Hash,
};

/// How many other rows a finding names at most.
const ROWS_NAMED: usize = 20;

/// Duplicate codes and names, units that are their own superior, and loops of superiors. Cells in error take no part.
pub(super) fn check(template: Template, rows: &[CheckedRow], findings: &[Finding]) -> Vec<Finding> {
    let wrong: HashSet<(u32, u8)> =
        findings.iter().filter(|f| f.severity() == Severity::Error).map(|f| (f.row, f.column)).collect();
    let sound = |row: &CheckedRow, column| !row.cell(column).is_empty() && !wrong.contains(&(row.row, column));
    let mut found = Vec::new();
    match template {
        Template::Units => {
            let coded = rows.iter().filter(|r| sound(r, units::CODE)).map(|r| (r.row, r.cell(units::CODE)));
            duplicates(coded, units::CODE, Code::DuplicateCode, &mut found);
            let names: Vec<Option<Cow<'_, str>>> =
                rows.iter().map(|r| sound(r, units::NAME).then(|| same_name(r.cell(units::NAME)))).collect();
            let keys = rows.iter().zip(&names).filter_map(|(row, name)| Some((row.row, name.as_deref()?)));
            duplicates(keys, units::NAME, Code::DuplicateName, &mut found);
            superiors(rows, &names, sound, &mut found);
        }
        Template::Purchasers => {
            // One code may have several purchasers, never two of the same name.
            let named = rows
                .iter()
                .filter(|r| sound(r, purchasers::NAME) && sound(r, purchasers::CODE))
                .map(|r| (r.row, (r.cell(purchasers::CODE), same_name(r.cell(purchasers::NAME)))));
            duplicates(named, purchasers::NAME, Code::DuplicateName, &mut found);
        }
    }
    debug_assert!(found.iter().all(|f| {
        !matches!(template.columns().get(usize::from(f.column)).map(|c| c.kind), None | Some(Kind::Serial))
    }));
    found
}

fn duplicates<K: Eq + Hash>(keys: impl Iterator<Item = (u32, K)>, column: u8, code: Code, found: &mut Vec<Finding>) {
    let mut first: HashMap<K, u32> = HashMap::with_capacity(keys.size_hint().1.unwrap_or_default());
    let mut groups: HashMap<u32, Vec<u32>> = HashMap::new();
    for (row, key) in keys {
        match first.entry(key) {
            Entry::Vacant(slot) => {
                slot.insert(row);
            }
            Entry::Occupied(slot) => groups.entry(*slot.get()).or_insert_with(|| vec![*slot.get()]).push(row),
        }
    }
    for rows in groups.values() {
        // The nearest others are named; a column of 50,000 equal cells must not make 50,000² row numbers.
        for (index, row) in rows.iter().enumerate() {
            let from = index.saturating_sub(ROWS_NAMED / 2);
            let others = rows.iter().copied().skip(from).filter(|other| other != row).take(ROWS_NAMED).collect();
            found.push(Finding::new(*row, column, code).with(Detail::Rows(others)));
        }
    }
}

/// `names` are the rows' own names as compared; none where the cell is empty or in error.
fn superiors(
    rows: &[CheckedRow],
    names: &[Option<Cow<'_, str>>],
    sound: impl Fn(&CheckedRow, u8) -> bool,
    found: &mut Vec<Finding>,
) {
    let ambiguous: HashSet<u32> = found.iter().filter(|f| f.code == Code::DuplicateName).map(|f| f.row).collect();
    let mut by_name: HashMap<&str, usize> = HashMap::with_capacity(rows.len());
    for (index, (row, name)) in rows.iter().zip(names).enumerate() {
        if let Some(name) = name.as_deref().filter(|_| !ambiguous.contains(&row.row)) {
            by_name.insert(name, index);
        }
    }
    let above: Vec<Option<usize>> = rows
        .iter()
        .zip(names)
        .enumerate()
        .map(|(index, (row, name))| {
            if !sound(row, units::SUPERIOR) {
                return None;
            }
            let superior = same_name(row.cell(units::SUPERIOR));
            if name.as_deref() == Some(&*superior) {
                found.push(Finding::new(row.row, units::SUPERIOR, Code::SuperiorSelf));
                return None;
            }
            by_name.get(&*superior).copied().filter(|above| *above != index)
        })
        .collect();
    for on_loop in loops(&above) {
        let mut numbers: Vec<u32> = on_loop.iter().filter_map(|i| rows.get(*i)).map(|r| r.row).collect();
        numbers.sort_unstable();
        for row in &numbers {
            let others = numbers.iter().copied().filter(|other| other != row).take(ROWS_NAMED).collect();
            found.push(Finding::new(*row, units::SUPERIOR, Code::SuperiorCycle).with(Detail::Rows(others)));
        }
    }
}

/// The loops of a graph in which every node has at most one edge, each node visited once.
pub fn loops(above: &[Option<usize>]) -> Vec<Vec<usize>> {
    /// Not yet seen.
    const NEW: usize = usize::MAX;
    let mut walk = vec![NEW; above.len()];
    let mut loops = Vec::new();
    for start in 0..above.len() {
        let mut trail = Vec::new();
        let mut at = Some(start);
        while let Some(node) = at {
            match walk.get_mut(node) {
                Some(seen) if *seen == NEW => *seen = start,
                Some(seen) if *seen == start => {
                    // Met on this very walk: everything from its first visit on is the loop.
                    loops.extend(trail.iter().position(|n| *n == node).map(|i| trail.split_off(i)));
                    break;
                }
                _ => break,
            }
            trail.push(node);
            at = above.get(node).copied().flatten();
        }
    }
    loops
}
