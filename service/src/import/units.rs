//! Template 1: rows that stand for budget units.

use super::{
    known::{Known, Subject},
    sheet::{Link, Sheet},
    tree::{Node, Superior, above},
};
use crate::Subtree;
use domain::{
    Code, Detail, Finding,
    check::{CheckedRow, find_cycles, unit_input},
    level::{AdminLevel, BudgetLevel},
    money::{Money, Ratio},
    normalize::same_name,
    schema::units,
};
use sea_orm::FromQueryResult;
use std::{borrow::Cow, collections::HashMap};

/// A unit that a row found by its code, with this year's plan.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub(super) struct Unit {
    id: i64,
    path: String,
    code: String,
    name: String,
    parent_id: Option<i64>,
    parent_name: Option<String>,
    admin_level: i16,
    budget_level: Option<i16>,
    contact: Option<String>,
    mobile: Option<String>,
    remark: Option<String>,
    total: Option<i64>,
    ratio: Option<i32>,
    share: Option<i64>,
}

impl Subject for Unit {
    const NAME: u8 = units::NAME;
    const CODE: u8 = units::CODE;
    const PLACE: u8 = units::SUPERIOR;
    const MAKES_UNITS: bool = true;

    fn with_codes(codes: &str, year: i32) -> String {
        format!(
            "SELECT u.id, u.path, u.code, u.name, u.parent_id, p.name AS parent_name, u.admin_level, u.budget_level, \
             u.contact, u.mobile, u.remark, r.total, r.ratio, r.share \
             FROM unit u LEFT JOIN unit p ON p.id = u.parent_id \
             LEFT JOIN reserve_plan r ON r.unit_id = u.id AND r.year = {year} WHERE u.code IN ({codes})"
        )
    }

    fn id(&self) -> i64 {
        self.id
    }

    fn key(&self) -> String {
        self.code.clone()
    }

    fn key_of<'a>(sheet: &Sheet, row: &'a CheckedRow) -> Option<Cow<'a, str>> {
        sheet.sound(row, units::CODE).map(Cow::Borrowed)
    }

    /// Nobody imports itself.
    fn is_within(&self, subtree: &Subtree) -> bool {
        subtree.contains(&self.path) && self.path != subtree.from
    }

    fn links<'a>(
        sheet: &'a Sheet,
        known: &'a Known<Self>,
        found: Vec<Option<&'a Self>>,
        news: &mut Vec<Finding>,
    ) -> Vec<Link<'a, Self>> {
        let named = Named::new(sheet, known, &found);
        let above: Vec<Above<'_>> = sheet.rows.iter().map(|row| named.superior(row, news)).collect();
        moved_in_circles(sheet, &found, &above, news);
        namesakes(sheet, known, &found, news);
        found.into_iter().zip(above).map(|(found, above)| Link::new(found, above.superior)).collect()
    }

    fn changes(&self, row: &CheckedRow, superior: Option<Superior>) -> Option<Vec<(u8, String)>> {
        let says = unit_input(row)?;
        let mut changes = Vec::new();
        let mut compare = |column, from: String, same: bool| {
            if !same {
                changes.push((column, from));
            }
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let word = |name: Option<&str>| name.unwrap_or_default().to_owned();
        compare(units::NAME, self.name.clone(), self.name == says.name);
        compare(units::SUPERIOR, text(&self.parent_name), superior == self.parent_id.map(Superior::Unit));
        let level = u8::try_from(self.admin_level).ok().and_then(AdminLevel::from_index);
        compare(units::ADMIN_LEVEL, word(level.map(AdminLevel::name)), level == Some(says.admin_level));
        let level = self.budget_level.and_then(|level| BudgetLevel::from_index(u8::try_from(level).ok()?));
        compare(units::BUDGET_LEVEL, word(level.map(BudgetLevel::name)), level == Some(says.budget_level));
        // An empty 预留份额 changes nothing by itself: it is what total and ratio make.
        let money = |fen: Option<i64>| fen.and_then(Money::from_fen);
        let shown = |money: Option<Money>| money.map(|m| m.to_string()).unwrap_or_default();
        let ratio = self.ratio.and_then(|r| u16::try_from(r).ok()).and_then(Ratio::from_hundredths);
        let (total, share) = (money(self.total), money(self.share));
        compare(units::TOTAL, shown(total), total == Some(says.total));
        compare(units::RATIO, ratio.map(|r| r.to_string()).unwrap_or_default(), ratio == Some(says.ratio));
        compare(units::SHARE, shown(share), row.cell(units::SHARE).is_empty() || share == Some(says.share));
        compare(units::CONTACT, text(&self.contact), self.contact.as_deref() == Some(&says.contact));
        compare(units::MOBILE, text(&self.mobile), self.mobile.as_deref() == Some(says.mobile.as_str()));
        compare(units::REMARK, text(&self.remark), text(&self.remark) == says.remark);
        Some(changes)
    }
}

/// What stands above a row.
#[derive(Clone, Copy, Default)]
struct Above<'a> {
    superior: Option<Superior>,
    /// Its path, where it exists.
    path: Option<&'a str>,
}

/// The rows by name and by the unit that they found.
struct Named<'a, 'f> {
    sheet: &'a Sheet,
    known: &'a Known<Unit>,
    found: &'f [Option<&'a Unit>],
    /// `None` where the name stands twice or is in error otherwise.
    rows: HashMap<Cow<'a, str>, Option<usize>>,
}

impl<'a, 'f> Named<'a, 'f> {
    fn new(sheet: &'a Sheet, known: &'a Known<Unit>, found: &'f [Option<&'a Unit>]) -> Self {
        let mut rows = HashMap::with_capacity(sheet.rows.len());
        for (index, row) in sheet.rows.iter().enumerate().filter(|(_, row)| !row.cell(units::NAME).is_empty()) {
            let sound = sheet.sound(row, units::NAME).map(|_| index);
            rows.insert(same_name(row.cell(units::NAME)), sound);
        }
        Self { sheet, known, found, rows }
    }

    /// Finds the superior that a row names, or says why there is none.
    fn superior(&self, row: &CheckedRow, news: &mut Vec<Finding>) -> Above<'a> {
        let none = Above::default();
        let Some(name) = self.sheet.sound(row, units::SUPERIOR).map(same_name) else { return none };
        let in_file = match self.rows.get(&name) {
            // That name is in error itself: what it would make cannot be said yet.
            Some(None) => return none,
            Some(Some(index)) => self.sheet.rows.get(*index).map(|superior| (*index, superior)),
            None => None,
        };
        let unit = in_file.and_then(|(index, _)| self.found.get(index).copied().flatten());
        let other = self.known.place(&name, unit.map(|unit| unit.id));
        let (above, level) = match (in_file, other) {
            (Some((index, superior)), Ok(None)) => {
                let level = self.sheet.sound(superior, units::ADMIN_LEVEL).and_then(AdminLevel::from_name);
                let superior = unit.map_or(Superior::Row(index), |unit| Superior::Unit(unit.id));
                (Above { superior: Some(superior), path: unit.map(|unit| unit.path.as_str()) }, level)
            }
            (None, Ok(Some(place))) => {
                let above = Above { superior: Some(Superior::Unit(place.id)), path: Some(&place.path) };
                (above, place.admin_level)
            }
            (_, other) => {
                let code = match other {
                    Ok(None) => self.known.missing(&name),
                    Ok(Some(_)) => Code::SuperiorAmbiguous,
                    Err(code) => code,
                };
                news.push(Finding::new(row.row, units::SUPERIOR, code));
                return none;
            }
        };
        let own = self.sheet.sound(row, units::ADMIN_LEVEL).and_then(AdminLevel::from_name);
        if own.zip(level).is_some_and(|(own, level)| own < level) {
            news.push(Finding::new(row.row, units::ADMIN_LEVEL, Code::LevelConflict));
        }
        above
    }
}

/// Rows that would give a unit a name that another one has already: perhaps that one's code was mended in the sheet, which
/// would make a second unit of it.
fn namesakes(sheet: &Sheet, known: &Known<Unit>, found: &[Option<&Unit>], news: &mut Vec<Finding>) {
    for (row, found) in sheet.rows.iter().zip(found) {
        let Some(name) = sheet.sound(row, units::NAME).map(same_name) else { continue };
        if found.is_some_and(|unit| same_name(&unit.name) == name) {
            continue;
        }
        if let Some(code) = known.namesake(&name, found.map(|unit| unit.id)) {
            let finding = Finding::new(row.row, units::NAME, Code::NameExists);
            news.push(finding.with(Detail::Expected(code.to_owned())));
        }
    }
}

/// Units that would end up below themselves. Loops of names are found before; these come about with units that exist.
fn moved_in_circles(sheet: &Sheet, found: &[Option<&Unit>], places: &[Above<'_>], news: &mut Vec<Finding>) {
    let rows = || found.iter().copied().zip(places);
    let moves = |(found, place): (Option<&Unit>, &Above<'_>)| match (found, place.superior) {
        (Some(found), Some(Superior::Unit(id))) => found.parent_id != Some(id),
        (Some(_), Some(Superior::Row(_))) => true,
        _ => false,
    };
    if !rows().any(moves) {
        return;
    }
    let nodes: Vec<_> = rows()
        .map(|(found, place)| Node { unit: found.map(|unit| unit.id), superior: place.superior, path: place.path })
        .collect();
    for on_loop in find_cycles(&above(&nodes)) {
        let mut numbers: Vec<u32> = on_loop.iter().filter_map(|i| sheet.rows.get(*i)).map(|row| row.row).collect();
        numbers.sort_unstable();
        for row in &numbers {
            let others = numbers.iter().copied().filter(|other| other != row).take(20).collect();
            news.push(Finding::new(*row, units::SUPERIOR, Code::SuperiorCycle).with(Detail::Rows(others)));
        }
    }
}
