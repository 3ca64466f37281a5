//! What only the server can say of the rows: whether superiors and codes exist, where, and what would change. Free of
//! the database: it is asked beforehand, once for all rows.

use super::{
    known::{Found, Known, Questions},
    tree::{Node, Superior, above},
};
use domain::{
    Code, Detail, Finding, Severity,
    check::{Checked, CheckedRow, UnitRow, loops, merge, unit_row},
    level::{AdminLevel, BudgetLevel},
    money::{Money, Ratio},
    nearest::nearest,
    normalize::same_name,
    preview,
    schema::units,
    view::{KindSummary, RowState, StateCounts},
};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

/// Names offered for a superior at most.
const SUGGESTIONS: usize = 3;
/// Pairs of names compared at most, some half a second: after that, unknown names get no suggestion.
const COMPARED: usize = 1_000_000;

/// A checked file, and which of its cells can be relied upon.
pub(super) struct Sheet {
    rows: Vec<CheckedRow>,
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
    fn sound<'a>(&self, row: &'a CheckedRow, column: u8) -> Option<&'a str> {
        Some(row.cell(column)).filter(|text| !text.is_empty() && !self.wrong.contains(&(row.row, column)))
    }

    /// What to ask the database.
    pub(super) fn questions(&self) -> serde_json::Result<Questions> {
        let codes: Vec<&str> = self.rows.iter().filter_map(|row| self.sound(row, units::CODE)).collect();
        Questions::new(&codes, &self.superiors())
    }

    fn superiors(&self) -> Vec<Cow<'_, str>> {
        let names = self.rows.iter().filter_map(|row| self.sound(row, units::SUPERIOR)).map(same_name);
        names.collect::<HashSet<_>>().into_iter().collect()
    }

    /// Whether a superior is unknown, so that names to offer are worth asking for.
    pub(super) fn has_unknown(&self, known: &Known) -> bool {
        let mut strange = self.superiors();
        strange.retain(|name| !known.places.contains_key(name.as_ref()) && !known.outside.contains(name.as_ref()));
        if strange.is_empty() {
            return false;
        }
        let in_file: HashSet<_> = self.rows.iter().map(|row| same_name(row.cell(units::NAME))).collect();
        strange.iter().any(|name| !in_file.contains(name))
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
    pub(super) unit: Option<i64>,
    pub(super) superior: Option<i64>,
}

/// A file as it is stored.
pub(super) struct Batch {
    pub(super) rows: Vec<Judged>,
    pub(super) counts: StateCounts,
    pub(super) kinds: Vec<KindSummary>,
}

/// What a row stands for.
struct Link<'a> {
    found: Option<&'a Found>,
    superior: Option<Superior>,
    /// The superior's path, where it exists.
    path: Option<&'a str>,
    level: Option<AdminLevel>,
    changes: bool,
}

/// A file with what is known of its rows.
pub(super) struct Verdict<'a> {
    sheet: &'a Sheet,
    links: Vec<Link<'a>>,
    /// What the server found.
    news: Vec<Finding>,
}

/// Judges the rows of template 1.
pub(super) fn judge<'a>(sheet: &'a Sheet, known: &'a Known) -> Verdict<'a> {
    let mut news = Vec::new();
    let named = Named::new(sheet, known);
    let mut links = Vec::with_capacity(sheet.rows.len());
    for row in &sheet.rows {
        let found = named.found(row);
        if found.is_none() && sheet.sound(row, units::CODE).is_some_and(|code| known.taken.contains(code)) {
            news.push(Finding::new(row.row, units::CODE, Code::CodeTaken));
        }
        let mut link = Link { found, superior: None, path: None, level: None, changes: false };
        named.superior(row, &mut link, &mut news);
        let own = sheet.sound(row, units::ADMIN_LEVEL).and_then(AdminLevel::from_name);
        if let (Some(own), Some(level)) = (own, link.level)
            && own < level
        {
            news.push(Finding::new(row.row, units::ADMIN_LEVEL, Code::LevelConflict));
        }
        links.push(link);
    }
    moved_in_circles(sheet, &links, &mut news);
    let mut verdict = Verdict { sheet, links, news };
    verdict.compare();
    verdict
}

/// The rows by name and by the unit that they found.
struct Named<'a> {
    sheet: &'a Sheet,
    known: &'a Known,
    /// `None` where the name stands twice or is in error otherwise.
    rows: HashMap<Cow<'a, str>, Option<usize>>,
}

impl<'a> Named<'a> {
    fn new(sheet: &'a Sheet, known: &'a Known) -> Self {
        let mut rows = HashMap::with_capacity(sheet.rows.len());
        for (index, row) in sheet.rows.iter().enumerate().filter(|(_, row)| !row.cell(units::NAME).is_empty()) {
            let sound = sheet.sound(row, units::NAME).map(|_| index);
            rows.insert(same_name(row.cell(units::NAME)), sound);
        }
        Self { sheet, known, rows }
    }

    fn found(&self, row: &CheckedRow) -> Option<&'a Found> {
        self.known.below.get(self.sheet.sound(row, units::CODE)?)
    }

    /// Finds the superior that a row names, or says why there is none.
    fn superior(&self, row: &CheckedRow, link: &mut Link<'a>, news: &mut Vec<Finding>) {
        let Some(name) = self.sheet.sound(row, units::SUPERIOR).map(same_name) else { return };
        let in_file = match self.rows.get(&name) {
            // That name is in error itself: what it would make cannot be said yet.
            Some(None) => return,
            Some(Some(index)) => self.sheet.rows.get(*index).map(|superior| (*index, superior)),
            None => None,
        };
        let in_file_unit = in_file.and_then(|(_, superior)| self.found(superior));
        let mut places = self.known.places.get(name.as_ref()).into_iter().flatten();
        let other = places.find(|place| in_file_unit.is_none_or(|unit| unit.id != place.id));
        let ambiguous = places.next().is_some() || (other.is_some() && in_file.is_some());
        let mut fault = |code| news.push(Finding::new(row.row, units::SUPERIOR, code));
        match (in_file, other) {
            _ if ambiguous => fault(Code::SuperiorAmbiguous),
            (Some((index, superior)), _) => {
                link.superior = Some(in_file_unit.map_or(Superior::Row(index), |unit| Superior::Unit(unit.id)));
                link.path = in_file_unit.map(|unit| unit.path.as_str());
                link.level = self.sheet.sound(superior, units::ADMIN_LEVEL).and_then(AdminLevel::from_name);
            }
            (None, Some(place)) => {
                link.superior = Some(Superior::Unit(place.id));
                link.path = Some(&place.path);
                link.level = place.admin_level;
            }
            (None, None) if self.known.outside.contains(name.as_ref()) => fault(Code::SuperiorOutOfScope),
            (None, None) => fault(Code::SuperiorUnknown),
        }
    }
}

/// Units that would end up below themselves. Loops of names are found before; these come about with units that exist.
fn moved_in_circles(sheet: &Sheet, links: &[Link<'_>], news: &mut Vec<Finding>) {
    let moves = |link: &Link<'_>| match (link.found, link.superior) {
        (Some(found), Some(Superior::Unit(id))) => found.parent_id != Some(id),
        (Some(_), Some(Superior::Row(_))) => true,
        _ => false,
    };
    if !links.iter().any(moves) {
        return;
    }
    let nodes: Vec<_> =
        links.iter().map(|l| Node { unit: l.found.map(|f| f.id), superior: l.superior, path: l.path }).collect();
    for on_loop in loops(&above(&nodes)) {
        let mut numbers: Vec<u32> = on_loop.iter().filter_map(|i| sheet.rows.get(*i)).map(|row| row.row).collect();
        numbers.sort_unstable();
        for row in &numbers {
            let others = numbers.iter().copied().filter(|other| other != row).take(20).collect();
            news.push(Finding::new(*row, units::SUPERIOR, Code::SuperiorCycle).with(Detail::Rows(others)));
        }
    }
}

impl Verdict<'_> {
    /// Tells of the rows that found a unit what would change. Rows in error are mended first.
    fn compare(&mut self) {
        let errors: HashSet<u32> = {
            let all = self.sheet.findings.iter().chain(&self.news);
            all.filter(|f| f.severity() == Severity::Error).map(|f| f.row).collect()
        };
        for (row, link) in self.sheet.rows.iter().zip(&mut self.links) {
            let Some(found) = link.found.filter(|_| !errors.contains(&row.row)) else { continue };
            let Some(typed) = unit_row(row) else { continue };
            let before = self.news.len();
            let mut compare = |column, from: String, same: bool| {
                if !same {
                    let change = Detail::Change { from, to: row.cell(column).to_owned() };
                    self.news.push(Finding::new(row.row, column, Code::Update).with(change));
                }
            };
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            compare(units::NAME, found.name.clone(), found.name == typed.name);
            let stays = link.superior == found.parent_id.map(Superior::Unit);
            compare(units::SUPERIOR, text(&found.parent_name), stays);
            let level = found.admin_level();
            compare(units::ADMIN_LEVEL, named(level.map(AdminLevel::name)), level == Some(typed.admin_level));
            let level = found.budget_level();
            compare(units::BUDGET_LEVEL, named(level.map(BudgetLevel::name)), level == Some(typed.budget_level));
            plan(found, &typed, row, &mut compare);
            compare(units::CONTACT, text(&found.contact), found.contact.as_deref() == Some(&typed.contact));
            compare(units::MOBILE, text(&found.mobile), found.mobile.as_deref() == Some(typed.mobile.as_str()));
            compare(units::REMARK, text(&found.remark), text(&found.remark) == typed.remark);
            link.changes = self.news.len() > before;
            if !link.changes {
                self.news.push(Finding::new(row.row, units::NAME, Code::Unchanged));
            }
        }
    }

    /// Offers the nearest of these names and of the file's own.
    pub(super) fn suggest(&mut self, names: &[String]) {
        let in_file = self.sheet.rows.iter().filter_map(|row| self.sheet.sound(row, units::NAME));
        let candidates: Vec<&str> = names.iter().map(String::as_str).chain(in_file).collect();
        let mut left = COMPARED / candidates.len().max(1);
        let cells: HashMap<u32, &CheckedRow> = self.sheet.rows.iter().map(|row| (row.row, row)).collect();
        let mut offered: HashMap<&str, Vec<String>> = HashMap::new();
        for finding in self.news.iter_mut().filter(|f| f.code == Code::SuperiorUnknown) {
            let Some(name) = cells.get(&finding.row).map(|row| row.cell(units::SUPERIOR)) else { continue };
            let near = offered.entry(name).or_insert_with(|| {
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
                unit: link.found.map(|found| found.id),
                superior: match link.superior {
                    Some(Superior::Unit(id)) => Some(id),
                    Some(Superior::Row(_)) | None => None,
                },
            });
        }
        Ok(Batch { rows, counts, kinds: preview::kinds(&findings) })
    }
}

fn named(name: Option<&str>) -> String {
    name.unwrap_or_default().to_owned()
}

/// Compares the plan of the year. An empty 预留份额 changes nothing by itself: it is what total and ratio make.
fn plan(found: &Found, typed: &UnitRow, row: &CheckedRow, compare: &mut impl FnMut(u8, String, bool)) {
    let money = |fen: Option<i64>| fen.and_then(Money::from_fen);
    let ratio = found.ratio.and_then(|r| u16::try_from(r).ok()).and_then(Ratio::from_hundredths);
    let (total, share) = (money(found.total), money(found.share));
    let text = |money: Option<Money>| money.map(|m| m.to_string()).unwrap_or_default();
    compare(units::TOTAL, text(total), total == Some(typed.total));
    compare(units::RATIO, ratio.map(|r| r.to_string()).unwrap_or_default(), ratio == Some(typed.ratio));
    compare(units::SHARE, text(share), row.cell(units::SHARE).is_empty() || share == Some(typed.share));
}
