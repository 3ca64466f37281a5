//! A checked file, and what becomes of it once the server has had its say.

use super::{
    known::{Known, Names, Questions, Subject},
    tree::Superior,
};
use domain::{
    Code, Detail, Finding, Severity,
    check::{Checked, CheckedRow, merge},
    import_batch::{FindingSummary, RowState, StateCounts},
    nearest::nearest,
    normalize::same_name,
    preview,
};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

/// Names offered for a unit at most.
const SUGGESTIONS: usize = 3;
/// Pairs of names compared at most, some half a second: after that, unknown names get no suggestion.
const COMPARED: usize = 1_000_000;

/// A checked file, and which of its cells can be relied upon.
pub(super) struct Sheet {
    pub(super) rows: Vec<CheckedRow>,
    findings: Vec<Finding>,
    wrong: HashSet<(u32, u8)>,
}

impl Sheet {
    pub(super) fn new(checked: Checked) -> Self {
        let Checked { rows, findings } = checked;
        let wrong = findings.iter().filter(|f| f.severity() == Severity::Error).map(|f| (f.row, f.column)).collect();
        Self { rows, findings, wrong }
    }

    /// The cell's text, where it is filled in and not in error.
    pub(super) fn sound<'a>(&self, row: &'a CheckedRow, column: u8) -> Option<&'a str> {
        Some(row.cell(column)).filter(|text| !text.is_empty() && !self.wrong.contains(&(row.row, column)))
    }

    /// What to ask the database.
    pub(super) fn questions<S: Subject>(&self) -> serde_json::Result<Questions> {
        let codes: Vec<&str> = self.rows.iter().filter_map(|row| self.sound(row, S::CODE)).collect();
        let names: HashSet<_> = self.places::<S>().into_iter().chain(self.units::<S>().map(same_name)).collect();
        Questions::new(&codes, &names.into_iter().collect::<Vec<_>>())
    }

    /// The names of units that rows belong below or to.
    fn places<S: Subject>(&self) -> Vec<Cow<'_, str>> {
        let names = self.rows.iter().filter_map(|row| self.sound(row, S::PLACE)).map(same_name);
        names.collect::<HashSet<_>>().into_iter().collect()
    }

    /// Whether a unit is unknown, so that names to offer are worth asking for.
    pub(super) fn has_unknown<S: Subject>(&self, known: &Known<S>) -> bool {
        let mut strange = self.places::<S>();
        strange.retain(|name| !known.places.contains_key(name.as_ref()) && !known.outside.contains(name.as_ref()));
        if strange.is_empty() {
            return false;
        }
        let in_file: HashSet<_> = self.units::<S>().map(same_name).collect();
        strange.iter().any(|name| !in_file.contains(name))
    }

    /// The names of units that the file itself makes.
    fn units<S: Subject>(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().filter(|_| S::MAKES_UNITS).filter_map(|row| self.sound(row, S::NAME))
    }
}

/// What a row stands for.
pub(super) struct Link<'a, S> {
    /// What it found.
    pub(super) found: Option<&'a S>,
    /// The unit that it belongs below or to.
    pub(super) place: Option<Superior>,
    changes: bool,
}

impl<S> Link<'_, S> {
    pub(super) const fn new(found: Option<&S>, place: Option<Superior>) -> Link<'_, S> {
        Link { found, place, changes: false }
    }
}

/// A row as it is stored.
pub(super) struct Judged {
    pub(super) row: u32,
    pub(super) state: RowState,
    /// JSON array of the cells.
    pub(super) cells: String,
    /// JSON array of the findings, where there are any.
    pub(super) findings: Option<String>,
    pub(super) target: Option<i64>,
    pub(super) place: Option<i64>,
}

/// A file as it is stored.
pub(super) struct Batch {
    pub(super) rows: Vec<Judged>,
    pub(super) counts: StateCounts,
    pub(super) kinds: Vec<FindingSummary>,
}

/// A file with what is known of its rows. Free of the database: it was asked beforehand, once for all rows.
pub(super) struct Verdict<'a, S> {
    sheet: &'a Sheet,
    links: Vec<Link<'a, S>>,
    /// What the server found.
    news: Vec<Finding>,
}

/// Says of the rows what only the server can: whether units and codes exist, where, and what would change.
pub(super) fn judge<'a, S: Subject>(sheet: &'a Sheet, known: &'a Known<S>) -> Verdict<'a, S> {
    let mut news = Vec::new();
    let found = |row: &CheckedRow| {
        let key = S::key_of(sheet, row)?;
        let found = known.found.get(&*key);
        if found.is_none() && known.taken.contains(&*key) {
            news.push(Finding::new(row.row, S::CODE, Code::CodeTaken));
        }
        found
    };
    let found: Vec<Option<&S>> = sheet.rows.iter().map(found).collect();
    let links = S::links(sheet, known, found, &mut news);
    let mut verdict = Verdict { sheet, links, news };
    verdict.compare();
    verdict
}

impl<S: Subject> Verdict<'_, S> {
    /// Tells of the rows that found something what would change. Rows in error are mended first.
    fn compare(&mut self) {
        let errors: HashSet<u32> = {
            let all = self.sheet.findings.iter().chain(&self.news);
            all.filter(|f| f.severity() == Severity::Error).map(|f| f.row).collect()
        };
        for (row, link) in self.sheet.rows.iter().zip(&mut self.links) {
            let Some(found) = link.found.filter(|_| !errors.contains(&row.row)) else { continue };
            let Some(changes) = found.changes(row, link.place) else { continue };
            link.changes = !changes.is_empty();
            if changes.is_empty() {
                self.news.push(Finding::new(row.row, S::NAME, Code::Unchanged));
            }
            self.news.extend(changes.into_iter().map(|(column, from)| {
                let change = Detail::Change { from, to: row.cell(column).to_owned() };
                Finding::new(row.row, column, Code::Update).with(change)
            }));
        }
    }

    /// Offers the name that a unit has now, or the nearest of these names and of the file's own.
    pub(super) fn suggest(&mut self, names: &Names) {
        let candidates: Vec<&str> = names.now.iter().map(String::as_str).chain(self.sheet.units::<S>()).collect();
        let mut left = COMPARED / candidates.len().max(1);
        let cells: HashMap<u32, &CheckedRow> = self.sheet.rows.iter().map(|row| (row.row, row)).collect();
        let mut offered: HashMap<&str, Vec<String>> = HashMap::new();
        for finding in self.news.iter_mut().filter(|f| f.code == Code::SuperiorUnknown) {
            let Some(name) = cells.get(&finding.row).map(|row| row.cell(S::PLACE)) else { continue };
            let near = offered.entry(name).or_insert_with(|| {
                if let Some(now) = names.before.get(same_name(name).as_ref()) {
                    return vec![now.clone()];
                }
                let affordable = left > 0;
                left = left.saturating_sub(1);
                let candidates = candidates.iter().copied().filter(|_| affordable);
                nearest(name, candidates, SUGGESTIONS).into_iter().map(str::to_owned).collect()
            });
            finding.suggestions.clone_from(near);
        }
    }

    /// The batch as it is stored.
    pub(super) fn finish(self) -> Result<Batch, serde_json::Error> {
        let findings = merge(self.sheet.findings.clone(), self.news);
        let mut counts = StateCounts::default();
        let mut rest = findings.as_slice();
        let mut rows = Vec::with_capacity(self.sheet.rows.len());
        for (row, link) in self.sheet.rows.iter().zip(&self.links) {
            let (own, behind) = rest.split_at(rest.partition_point(|f| f.row <= row.row));
            rest = behind;
            let state = match preview::state_of(own) {
                RowState::Error => RowState::Error,
                _ if link.changes => RowState::Update,
                _ if link.found.is_some() => RowState::Existing,
                state => state,
            };
            counts.add(state);
            rows.push(Judged {
                row: row.row,
                state,
                cells: serde_json::to_string(&row.cells)?,
                findings: if own.is_empty() { None } else { Some(serde_json::to_string(own)?) },
                target: link.found.map(Subject::id),
                place: match link.place {
                    Some(Superior::Unit(id)) => Some(id),
                    Some(Superior::Row(_)) | None => None,
                },
            });
        }
        Ok(Batch { rows, counts, kinds: preview::kinds(&findings) })
    }
}
