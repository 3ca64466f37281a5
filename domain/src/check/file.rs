//! Checks across the rows of one file: duplicates and cycles of superiors.

use super::{CheckedRow, ColumnSet};
use crate::{
    Code, Detail, Finding, count,
    normalize::same_name,
    schema::{Template, purchasers, units},
    unit::MAX_DEPTH,
};
use foldhash::fast::RandomState;
use std::{
    borrow::Cow,
    collections::{HashMap, hash_map::Entry},
    hash::Hash,
};

/// Maximum number of other rows in a finding.
const MAX_ROWS_NAMED: usize = 20;

/// Rows of a file that may have the same mobile number without a finding: somebody may be the contact of a few units. The SMS to
/// more are sent over hours or days, because a number gets a limited number of them.
const ROWS_PER_MOBILE: u32 = 5;

/// Finds mobile numbers of many rows, duplicate codes and names, units that are their own superior, and cycles of superiors.
/// Ignores cells in error.
pub(super) fn check(template: Template, rows: &[CheckedRow], errors: &[ColumnSet]) -> Vec<Finding> {
    let valid_cells = |column: u8| {
        let cells = rows.iter().zip(errors);
        cells.map(move |(row, errors)| {
            Some(row.cell(column)).filter(|text| !text.is_empty() && !errors.contains(column))
        })
    };
    let mut findings = Vec::new();
    match template {
        Template::Units => {
            duplicates(rows, valid_cells(units::CODE), units::CODE, Code::DuplicateCode, &mut findings);
            let names: Vec<Option<Cow<'_, str>>> = valid_cells(units::NAME).map(|name| name.map(same_name)).collect();
            let key_rows =
                duplicates(rows, names.iter().map(Option::as_deref), units::NAME, Code::DuplicateName, &mut findings);
            superiors(rows, &names, valid_cells(units::SUPERIOR), &key_rows, &mut findings);
            same_mobiles(rows, valid_cells(units::MOBILE), units::MOBILE, &mut findings);
        }
        Template::Purchasers => {
            // Several purchasers may share a code, if their names differ.
            let keys = valid_cells(purchasers::CODE)
                .zip(valid_cells(purchasers::NAME))
                .map(|(code, name)| Some((code?, name.map(same_name)?)));
            duplicates(rows, keys, purchasers::NAME, Code::DuplicateName, &mut findings);
            same_mobiles(rows, valid_cells(purchasers::MOBILE), purchasers::MOBILE, &mut findings);
        }
    }
    findings
}

/// Reports the rows whose mobile number more than [`ROWS_PER_MOBILE`] rows have.
fn same_mobiles<'a>(
    rows: &[CheckedRow],
    mobiles: impl Iterator<Item = Option<&'a str>> + Clone,
    column: u8,
    findings: &mut Vec<Finding>,
) {
    // The mobile numbers are valid, so that each is a number of eleven digits. Sorted numbers are counted faster than hashed texts.
    let number = |mobile: &str| mobile.parse::<u64>().ok();
    let mut numbers: Vec<u64> = mobiles.clone().flatten().filter_map(number).collect();
    numbers.sort_unstable();
    let frequent: Vec<(u64, u32)> = numbers
        .chunk_by(u64::eq)
        .filter_map(|same| Some((*same.first()?, count::of(same.len()))))
        .filter(|(_, count)| *count > ROWS_PER_MOBILE)
        .collect();
    if frequent.is_empty() {
        return;
    }
    for (row, mobile) in rows.iter().zip(mobiles) {
        let place = mobile.and_then(number).and_then(|number| frequent.binary_search_by_key(&number, |(n, _)| *n).ok());
        if let Some((_, count)) = place.and_then(|place| frequent.get(place)) {
            findings.push(Finding::new(row.row, column, Code::SameMobile).with(Detail::Count(*count)));
        }
    }
}

/// The rows of a file that have the same key.
enum KeyRows {
    /// One row: its index.
    Single(usize),
    /// Several rows: the index of their group.
    Group(usize),
}

/// The rows of each key. The standard hasher is five times slower for these short texts. This one has a random seed too.
type RowsByKey<K> = HashMap<K, KeyRows, RandomState>;

/// Reports the rows that share a key and returns the rows of each key. `keys` has one entry per row; `None` means that the
/// row is ignored.
fn duplicates<K: Eq + Hash>(
    rows: &[CheckedRow],
    keys: impl Iterator<Item = Option<K>>,
    column: u8,
    code: Code,
    findings: &mut Vec<Finding>,
) -> RowsByKey<K> {
    let mut key_rows = RowsByKey::with_capacity_and_hasher(rows.len(), RandomState::default());
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let number = |index: usize| rows.get(index).map_or(0, |row| row.row);
    for (index, key) in keys.enumerate() {
        let Some(key) = key else { continue };
        match key_rows.entry(key) {
            Entry::Vacant(slot) => drop(slot.insert(KeyRows::Single(index))),
            Entry::Occupied(mut slot) => match *slot.get() {
                KeyRows::Single(first) => {
                    slot.insert(KeyRows::Group(groups.len()));
                    groups.push(vec![number(first), number(index)]);
                }
                KeyRows::Group(group) => groups.get_mut(group).into_iter().for_each(|group| group.push(number(index))),
            },
        }
    }
    for group in groups {
        // A finding names only the nearest rows: 50,000 equal cells must not create 50,000² row numbers.
        for (index, row) in group.iter().enumerate() {
            let from = index.saturating_sub(MAX_ROWS_NAMED / 2);
            let others = group.iter().copied().skip(from).filter(|other| other != row).take(MAX_ROWS_NAMED).collect();
            findings.push(Finding::new(*row, column, code).with(Detail::Rows(others)));
        }
    }
    key_rows
}

/// Checks the superiors of template 1. `names` are the comparable names of the units by row, `key_rows` the rows of each
/// name, and `superiors` the superiors as typed.
fn superiors<'a>(
    rows: &[CheckedRow],
    names: &[Option<Cow<'_, str>>],
    superiors: impl Iterator<Item = Option<&'a str>>,
    key_rows: &RowsByKey<&str>,
    findings: &mut Vec<Finding>,
) {
    let superior_rows: Vec<Option<usize>> = rows
        .iter()
        .zip(names)
        .zip(superiors)
        .map(|((row, name), superior)| {
            let superior = same_name(superior?);
            if name.as_deref() == Some(&*superior) {
                findings.push(Finding::new(row.row, units::SUPERIOR, Code::SuperiorSelf));
                return None;
            }
            match key_rows.get(&*superior) {
                Some(KeyRows::Single(row)) => Some(*row),
                _ => None,
            }
        })
        .collect();
    let cycles = find_cycles(&superior_rows);
    let mut edges_off_cycles = superior_rows;
    for node in cycles.iter().flatten() {
        if let Some(edge) = edges_off_cycles.get_mut(*node) {
            *edge = None;
        }
    }
    // The unit that uploads the file is above all its rows.
    for (row, depth) in rows.iter().zip(depths(&edges_off_cycles, |_| 1)) {
        if depth >= MAX_DEPTH {
            findings.push(Finding::new(row.row, units::SUPERIOR, Code::TooDeep));
        }
    }
    for cycle in cycles {
        let mut numbers: Vec<u32> = cycle.iter().filter_map(|i| rows.get(*i)).map(|r| r.row).collect();
        numbers.sort_unstable();
        for row in &numbers {
            let others = numbers.iter().copied().filter(|other| other != row).take(MAX_ROWS_NAMED).collect();
            findings.push(Finding::new(*row, units::SUPERIOR, Code::SuperiorCycle).with(Detail::Rows(others)));
        }
    }
}

/// Finds the cycles of a graph in which every node has at most one edge: `edges[i]` is the target of node `i`. Visits each
/// node once.
pub fn find_cycles(edges: &[Option<usize>]) -> Vec<Vec<usize>> {
    /// The mark of a node that is not visited yet.
    const UNVISITED: usize = usize::MAX;
    // The start node of the walk that visited each node.
    let mut visited_by = vec![UNVISITED; edges.len()];
    let mut cycles = Vec::new();
    for start in 0..edges.len() {
        let mut trail = Vec::new();
        let mut next = Some(start);
        while let Some(node) = next {
            match visited_by.get_mut(node) {
                Some(visitor) if *visitor == UNVISITED => *visitor = start,
                Some(visitor) if *visitor == start => {
                    // This walk has visited the node before: the cycle starts at the first visit.
                    cycles.extend(trail.iter().position(|n| *n == node).map(|i| trail.split_off(i)));
                    break;
                }
                _ => break,
            }
            trail.push(node);
            next = edges.get(node).copied().flatten();
        }
    }
    cycles
}

/// The depth of each node of a graph in which every node has at most one edge: `edges[i]` is the target of node `i`. A node is
/// `step(i)` deeper than its target, or `step(i)` deep if it has none. Visits each node once. The depths of nodes that lead to a
/// cycle have no meaning.
pub fn depths(edges: &[Option<usize>], step: impl Fn(usize) -> u32) -> Vec<u32> {
    let mut depths: Vec<Option<u32>> = vec![None; edges.len()];
    let mut trail = Vec::new();
    for start in 0..edges.len() {
        let mut next = Some(start);
        let mut depth = 0_u32;
        while let Some(node) = next {
            if let Some(known) = depths.get(node).copied().flatten() {
                depth = known;
                break;
            }
            trail.push(node);
            // A cycle would never end, but no trail is longer than the graph.
            next = edges.get(node).copied().flatten().filter(|_| trail.len() <= edges.len());
        }
        while let Some(node) = trail.pop() {
            depth = depth.saturating_add(step(node));
            if let Some(slot) = depths.get_mut(node) {
                *slot = Some(depth);
            }
        }
    }
    depths.into_iter().map(Option::unwrap_or_default).collect()
}
