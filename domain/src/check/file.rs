//! Checks across the rows of one file: duplicates and loops.

use super::{CheckedRow, Wrong};
use crate::{
    Code, Detail, Finding,
    normalize::same_name,
    schema::{Template, purchasers, units},
};
// Not std's hash: whoever makes the names of a file collide waits in a browser of his own, or until the reader's time is up.
use foldhash::{HashMap, HashMapExt};
use std::{borrow::Cow, collections::hash_map::Entry, hash::Hash};

/// How many other rows a finding names at most.
const ROWS_NAMED: usize = 20;

/// Duplicate codes and names, units that are their own superior, and loops of superiors. Cells in error take no part.
pub(super) fn check(template: Template, rows: &[CheckedRow], wrong: &[Wrong]) -> Vec<Finding> {
    let sound = |column: u8| {
        let cells = rows.iter().zip(wrong);
        cells.map(move |(row, wrong)| Some(row.cell(column)).filter(|text| !text.is_empty() && !wrong.has(column)))
    };
    let mut found = Vec::new();
    match template {
        Template::Units => {
            duplicates(rows, sound(units::CODE), units::CODE, Code::DuplicateCode, &mut found);
            let names: Vec<Option<Cow<'_, str>>> = sound(units::NAME).map(|name| name.map(same_name)).collect();
            let places =
                duplicates(rows, names.iter().map(Option::as_deref), units::NAME, Code::DuplicateName, &mut found);
            superiors(rows, &names, sound(units::SUPERIOR), &places, &mut found);
        }
        Template::Purchasers => {
            // One code may have several purchasers, never two of the same name.
            let keys = sound(purchasers::CODE)
                .zip(sound(purchasers::NAME))
                .map(|(code, name)| Some((code?, name.map(same_name)?)));
            duplicates(rows, keys, purchasers::NAME, Code::DuplicateName, &mut found);
        }
    }
    found
}

/// Where a key stands in a file.
enum Place {
    /// In one row: its index.
    Once(usize),
    /// In several: the index of their group.
    Often(usize),
}

/// Finds the rows that share a key with others and tells where each key stands. `keys` has one a row, none where the row
/// takes no part.
fn duplicates<K: Eq + Hash>(
    rows: &[CheckedRow],
    keys: impl Iterator<Item = Option<K>>,
    column: u8,
    code: Code,
    found: &mut Vec<Finding>,
) -> HashMap<K, Place> {
    let mut places: HashMap<K, Place> = HashMap::with_capacity(rows.len());
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let number = |index: usize| rows.get(index).map_or(0, |row| row.row);
    for (index, key) in keys.enumerate() {
        let Some(key) = key else { continue };
        match places.entry(key) {
            Entry::Vacant(slot) => drop(slot.insert(Place::Once(index))),
            Entry::Occupied(mut slot) => match *slot.get() {
                Place::Once(first) => {
                    slot.insert(Place::Often(groups.len()));
                    groups.push(vec![number(first), number(index)]);
                }
                Place::Often(group) => groups.get_mut(group).into_iter().for_each(|group| group.push(number(index))),
            },
        }
    }
    for group in groups {
        // The nearest others are named; a column of 50,000 equal cells must not make 50,000² row numbers.
        for (index, row) in group.iter().enumerate() {
            let from = index.saturating_sub(ROWS_NAMED / 2);
            let others = group.iter().copied().skip(from).filter(|other| other != row).take(ROWS_NAMED).collect();
            found.push(Finding::new(*row, column, code).with(Detail::Rows(others)));
        }
    }
    places
}

/// `names` are the rows' own names as compared and `places` where they stand; `superiors` are as typed.
fn superiors<'a>(
    rows: &[CheckedRow],
    names: &[Option<Cow<'_, str>>],
    superiors: impl Iterator<Item = Option<&'a str>>,
    places: &HashMap<&str, Place>,
    found: &mut Vec<Finding>,
) {
    let above: Vec<Option<usize>> = rows
        .iter()
        .zip(names)
        .zip(superiors)
        .map(|((row, name), superior)| {
            let superior = same_name(superior?);
            if name.as_deref() == Some(&*superior) {
                found.push(Finding::new(row.row, units::SUPERIOR, Code::SuperiorSelf));
                return None;
            }
            match places.get(&*superior) {
                Some(Place::Once(above)) => Some(*above),
                _ => None,
            }
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
