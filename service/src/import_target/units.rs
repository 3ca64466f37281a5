//! Template 1: rows become budget units (预算单位).

use super::{
    ImportTarget,
    chunk::{Chunk, PreparedRow, Task, additions},
    lookup::Lookup,
    parent_order::{Node, ParentRef, RowIndex, rows_above},
    sheet::Sheet,
};
use crate::{
    Error, Result, Subtree,
    ids::{IdSequence, take},
    query::is_any_of,
    sql::tree::levels_below,
    unit::{
        depth,
        write::{self, Addition, Alteration},
    },
};
use domain::{
    Code, Detail, Finding,
    check::{CheckedRow, UnitInput, depths, find_cycles, unit_input},
    ids::UnitId,
    level::{AdminLevel, BudgetLevel},
    money::{Money, Ratio},
    normalize::same_name,
    schema::units,
    unit::MAX_DEPTH,
};
use entity::{reserve_plan, unit};
use sea_orm::{
    ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationTrait,
    sea_query::{Expr, ExprTrait, IntoCondition},
};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

/// A stored unit with the name of its superior and this year's plan.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct StoredUnit {
    id: UnitId,
    path: String,
    code: String,
    name: String,
    parent_id: Option<UnitId>,
    parent_name: Option<String>,
    admin_level: AdminLevel,
    budget_level: Option<BudgetLevel>,
    contact: Option<String>,
    mobile: Option<String>,
    remark: Option<String>,
    total: Option<Money>,
    ratio: Option<Ratio>,
    share: Option<Money>,
}

impl ImportTarget for StoredUnit {
    type Input = UnitInput;

    const NAME: u8 = units::NAME;
    const CODE: u8 = units::CODE;
    const PARENT: u8 = units::SUPERIOR;
    const MAKES_UNITS: bool = true;

    fn input(row: &CheckedRow) -> Option<UnitInput> {
        unit_input(row)
    }

    async fn with_codes(db: &impl ConnectionTrait, codes: Vec<String>, year: i32) -> Result<Vec<Self>> {
        use unit::Column::{AdminLevel, BudgetLevel, Code, Contact, Id, Mobile, Name, ParentId, Path, Remark};
        const SUPERIOR: &str = "superior";
        let of_year = unit::Relation::ReservePlan
            .def()
            .on_condition(move |_, plan| Expr::col((plan, reserve_plan::Column::Year)).eq(year).into_condition());
        let units = unit::Entity::find()
            .select_only()
            .columns([Id, Path, Code, Name, ParentId, AdminLevel, BudgetLevel, Contact, Mobile, Remark])
            .expr_as(Expr::col((SUPERIOR, Name)), "parent_name")
            .columns([reserve_plan::Column::Total, reserve_plan::Column::Ratio, reserve_plan::Column::Share])
            .join_as(JoinType::LeftJoin, unit::Relation::Parent.def(), SUPERIOR)
            .join(JoinType::LeftJoin, of_year)
            .filter(is_any_of(db, Code, codes));
        Ok(units.into_model().all(db).await?)
    }

    fn id(&self) -> i64 {
        self.id.0
    }

    fn key(&self) -> String {
        self.code.clone()
    }

    fn key_of<'a>(sheet: &Sheet, row: &'a CheckedRow) -> Option<Cow<'a, str>> {
        sheet.valid_cell(row, units::CODE).map(Cow::Borrowed)
    }

    /// The uploader may change the units below its own unit, but not its own unit.
    fn is_within(&self, subtree: &Subtree) -> bool {
        subtree.contains(&self.path) && self.path != subtree.from
    }

    fn parents(
        sheet: &Sheet,
        lookup: &Lookup<Self>,
        stored: &[Option<&Self>],
        findings: &mut Vec<Finding>,
    ) -> Vec<Option<ParentRef>> {
        let search = SuperiorSearch::new(sheet, lookup, stored);
        let superiors: Vec<Superior<'_>> = sheet.rows.iter().map(|row| search.superior(row, findings)).collect();
        let nodes: Vec<_> = stored.iter().zip(&superiors).map(|(stored, superior)| superior.node(*stored)).collect();
        let above = rows_above(&nodes);
        find_loops(sheet, stored, &superiors, &above, findings);
        find_too_deep(sheet, stored, &superiors, &above, findings);
        find_namesakes(sheet, lookup, stored, findings);
        superiors.into_iter().map(|superior| superior.parent).collect()
    }

    fn changes(&self, row: &CheckedRow, input: &UnitInput, superior: Option<ParentRef>) -> Vec<(u8, String)> {
        let mut changes = Vec::new();
        let mut compare = |column, from: String, same: bool| {
            if !same {
                changes.push((column, from));
            }
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        compare(units::NAME, self.name.clone(), self.name == input.name);
        compare(units::SUPERIOR, text(&self.parent_name), superior == self.parent_id.map(ParentRef::Unit));
        compare(units::ADMIN_LEVEL, self.admin_level.name().to_owned(), self.admin_level == input.admin_level);
        let level = self.budget_level.map(|level| level.name().to_owned()).unwrap_or_default();
        compare(units::BUDGET_LEVEL, level, self.budget_level == Some(input.budget_level));
        // An empty 预留份额 is no change by itself: it is computed from total and ratio.
        let shown = |money: Option<Money>| money.map(|money| money.to_string()).unwrap_or_default();
        let ratio = self.ratio.map(|ratio| ratio.to_string()).unwrap_or_default();
        compare(units::TOTAL, shown(self.total), self.total == Some(input.total));
        compare(units::RATIO, ratio, self.ratio == Some(input.ratio));
        let same_share = row.cell(units::SHARE).is_empty() || self.share == Some(input.share);
        compare(units::SHARE, shown(self.share), same_share);
        compare(units::CONTACT, text(&self.contact), self.contact.as_deref() == Some(&input.contact));
        compare(units::MOBILE, text(&self.mobile), self.mobile.as_deref() == Some(input.mobile.as_str()));
        compare(units::REMARK, text(&self.remark), text(&self.remark) == input.remark);
        changes
    }

    /// A unit that moves takes the units below it along, and with them the superiors of later rows. The paths are followed
    /// in memory, so that the number of statements does not grow with the moves.
    async fn write(chunk: &mut Chunk<'_>, rows: &[PreparedRow<UnitInput>]) -> Result<()> {
        let mut taken = write::taken_codes(chunk.tx, rows.iter().map(|row| row.task.input.code.as_str())).await?;
        let stored = stored_units(chunk, rows).await?;
        let mut paths = chunk.parent_paths(rows).await?;
        let levels_below = levels_below_moved(chunk, rows, &stored).await?;
        paths.extend(stored.iter().map(|(id, unit)| (*id, unit.path.clone())));
        let additions = additions(rows)?;
        let mut next = if additions > 0 { take(chunk.tx, IdSequence::Unit, additions).await? } else { 0 };
        let (mut added, mut altered) = (Vec::new(), Vec::new());
        for row in rows {
            let task = &row.task;
            match placement(chunk, task, &taken, &paths, &stored, &levels_below) {
                Err(code) => {
                    let column = if code == Code::CodeTaken { units::CODE } else { units::SUPERIOR };
                    chunk.failed(task, column, code);
                }
                Ok(None) => chunk.vanished(task),
                Ok(Some(Placement { parent, path, changed: None })) => {
                    let id = UnitId(next);
                    paths.insert(id, format!("{path}{id}/"));
                    taken.insert(task.input.code.as_str().to_owned());
                    chunk.created(task, next);
                    added.push((id, parent, row));
                    next += 1;
                }
                Ok(Some(Placement { parent, path, changed: Some((unit, old_path)) })) => {
                    chunk.updated(task, unit.id.0);
                    move_below(&mut paths, &old_path, &format!("{path}{}/", unit.id));
                    altered.push((unit, parent, &task.input));
                }
            }
        }
        // Only now every path is the final one.
        let path = |id| paths.get(&id).cloned().ok_or_else(|| Error::internal("a unit without a path"));
        let added = added.into_iter().map(|(id, parent, row)| {
            Ok(Addition { id, parent, path: path(id)?, input: &row.task.input, password: row.password()? })
        });
        let altered = altered
            .into_iter()
            .map(|(unit, parent, input)| Ok(Alteration { unit, parent, path: path(unit.id)?, input }));
        let year = chunk.services.clock().year();
        write::add(&chunk.writer(), year, &added.collect::<Result<Vec<_>>>()?).await?;
        write::alter(&chunk.writer(), year, &altered.collect::<Result<Vec<_>>>()?).await
    }
}

/// The superior of a row.
#[derive(Clone, Copy, Default)]
struct Superior<'a> {
    parent: Option<ParentRef>,
    /// Its path, if it exists.
    path: Option<&'a str>,
}

impl Superior<'_> {
    /// The row of a unit below this superior. `stored` is the unit that the row changes.
    fn node(&self, stored: Option<&StoredUnit>) -> Node<'_> {
        Node { unit: stored.map(|unit| unit.id), parent: self.parent, parent_path: self.path }
    }

    /// Whether this superior is another one than that of the unit that the row changes. A unit that is added does not move.
    fn moves(&self, stored: Option<&StoredUnit>) -> bool {
        match (stored, self.parent) {
            (Some(stored), Some(ParentRef::Unit(id))) => stored.parent_id != Some(id),
            (Some(_), Some(ParentRef::SheetRow(_))) => true,
            _ => false,
        }
    }
}

/// Finds superiors by name, in the file and in the database.
struct SuperiorSearch<'a, 's> {
    sheet: &'a Sheet,
    lookup: &'a Lookup<StoredUnit>,
    /// The unit that each row changes.
    stored: &'s [Option<&'a StoredUnit>],
    /// The row of each name; `None` if several rows have the name or the name has an error.
    rows: HashMap<Cow<'a, str>, Option<RowIndex>>,
}

impl<'a, 's> SuperiorSearch<'a, 's> {
    fn new(sheet: &'a Sheet, lookup: &'a Lookup<StoredUnit>, stored: &'s [Option<&'a StoredUnit>]) -> Self {
        let mut rows = HashMap::with_capacity(sheet.rows.len());
        for (index, row) in sheet.rows.iter().enumerate().filter(|(_, row)| !row.cell(units::NAME).is_empty()) {
            let valid = sheet.valid_cell(row, units::NAME).map(|_| index);
            rows.insert(same_name(row.cell(units::NAME)), valid);
        }
        Self { sheet, lookup, stored, rows }
    }

    /// The superior that a row names. If there is none, adds a finding with the reason.
    fn superior(&self, row: &CheckedRow, findings: &mut Vec<Finding>) -> Superior<'a> {
        let none = Superior::default();
        let Some(name) = self.sheet.valid_cell(row, units::SUPERIOR).map(same_name) else { return none };
        let in_file = match self.rows.get(&name) {
            // The name has an error in its own row, which must be corrected first.
            Some(None) => return none,
            Some(Some(index)) => self.sheet.rows.get(*index).map(|superior| (*index, superior)),
            None => None,
        };
        let changed = in_file.and_then(|(index, _)| self.stored.get(index).copied().flatten());
        let other = self.lookup.unit(&name, changed.map(|unit| unit.id));
        let (superior, level) = match (in_file, other) {
            (Some((index, superior)), Ok(None)) => {
                let level = self.sheet.valid_cell(superior, units::ADMIN_LEVEL).and_then(AdminLevel::from_name);
                let parent = changed.map_or(ParentRef::SheetRow(index), |unit| ParentRef::Unit(unit.id));
                (Superior { parent: Some(parent), path: changed.map(|unit| unit.path.as_str()) }, level)
            }
            (None, Ok(Some(unit))) => {
                let superior = Superior { parent: Some(ParentRef::Unit(unit.id)), path: Some(&unit.path) };
                (superior, Some(unit.admin_level))
            }
            (_, other) => {
                let code = match other {
                    Ok(None) => self.lookup.missing_unit(&name),
                    Ok(Some(_)) => Code::SuperiorAmbiguous,
                    Err(code) => code,
                };
                findings.push(Finding::new(row.row, units::SUPERIOR, code));
                return none;
            }
        };
        let own = self.sheet.valid_cell(row, units::ADMIN_LEVEL).and_then(AdminLevel::from_name);
        if own.zip(level).is_some_and(|(own, level)| own < level) {
            findings.push(Finding::new(row.row, units::ADMIN_LEVEL, Code::LevelConflict));
        }
        superior
    }
}

/// Finds rows that would give a unit the name of another unit. Perhaps the code of that unit was corrected in the sheet,
/// which would add a second unit.
fn find_namesakes(
    sheet: &Sheet,
    lookup: &Lookup<StoredUnit>,
    stored: &[Option<&StoredUnit>],
    findings: &mut Vec<Finding>,
) {
    for (row, stored) in sheet.rows.iter().zip(stored) {
        let Some(name) = sheet.valid_cell(row, units::NAME).map(same_name) else { continue };
        if stored.is_some_and(|unit| same_name(&unit.name) == name) {
            continue;
        }
        if let Some(code) = lookup.code_of_namesake(&name, stored.map(|unit| unit.id)) {
            let finding = Finding::new(row.row, units::NAME, Code::NameExists);
            findings.push(finding.with(Detail::Expected(code.to_owned())));
        }
    }
}

/// Finds units that would end up below themselves. The checks of the file find loops of names; these loops go through units
/// that exist. `above` has the nearest row above each row.
fn find_loops(
    sheet: &Sheet,
    stored: &[Option<&StoredUnit>],
    superiors: &[Superior<'_>],
    above: &[Option<RowIndex>],
    findings: &mut Vec<Finding>,
) {
    if !superiors.iter().zip(stored).any(|(superior, stored)| superior.moves(*stored)) {
        return;
    }
    for on_loop in find_cycles(above) {
        let mut numbers: Vec<u32> = on_loop.iter().filter_map(|i| sheet.rows.get(*i)).map(|row| row.row).collect();
        numbers.sort_unstable();
        for row in &numbers {
            let others = numbers.iter().copied().filter(|other| other != row).take(20).collect();
            findings.push(Finding::new(*row, units::SUPERIOR, Code::SuperiorCycle).with(Detail::Rows(others)));
        }
    }
}

/// Finds units that would be too deep in the tree, if there is no loop. A unit that stays where it is may be. Generation checks
/// again, and then also the units below a unit that moves.
fn find_too_deep(
    sheet: &Sheet,
    stored: &[Option<&StoredUnit>],
    superiors: &[Superior<'_>],
    above: &[Option<RowIndex>],
    findings: &mut Vec<Finding>,
) {
    if !find_cycles(above).is_empty() {
        return;
    }
    // The number of levels between a row and the row above it, or the highest unit.
    let step = |row: RowIndex| {
        let superior = superiors.get(row).copied().unwrap_or_default();
        let superior_depth = superior.path.map_or(0, depth);
        let unit_above = above.get(row).copied().flatten().and_then(|row| stored.get(row).copied().flatten());
        1 + superior_depth.saturating_sub(unit_above.map_or(0, |unit| depth(&unit.path)))
    };
    let rows = sheet.rows.iter().zip(superiors).zip(stored);
    for (((row, superior), stored), depth) in rows.zip(depths(above, step)) {
        if depth > MAX_DEPTH && (stored.is_none() || superior.moves(*stored)) {
            findings.push(Finding::new(row.row, units::SUPERIOR, Code::TooDeep));
        }
    }
}

/// Gives all paths that begin with the old path the new beginning.
fn move_below(paths: &mut HashMap<UnitId, String>, old: &str, new: &str) {
    if old == new {
        return;
    }
    for path in paths.values_mut() {
        if let Some(rest) = path.strip_prefix(old) {
            *path = format!("{new}{rest}");
        }
    }
}

/// The units that rows change, as they are stored now.
async fn stored_units(chunk: &Chunk<'_>, rows: &[PreparedRow<UnitInput>]) -> Result<HashMap<UnitId, unit::Model>> {
    let ids = rows.iter().filter_map(|row| row.task.target).map(UnitId);
    let units = unit::Entity::find().filter(is_any_of(chunk.tx, unit::Column::Id, ids)).all(chunk.tx).await?;
    Ok(units.into_iter().map(|unit| (unit.id, unit)).collect())
}

/// The number of levels below each unit that moves.
async fn levels_below_moved(
    chunk: &Chunk<'_>,
    rows: &[PreparedRow<UnitInput>],
    stored: &HashMap<UnitId, unit::Model>,
) -> Result<HashMap<UnitId, u32>> {
    let moved: Vec<&unit::Model> = rows
        .iter()
        .filter_map(|row| Some((row, stored.get(&UnitId(row.task.target?))?)))
        .filter(|(row, unit)| chunk.parent_id(&row.task) != unit.parent_id)
        .map(|(_, unit)| unit)
        .collect();
    let paths: Vec<&str> = moved.iter().map(|unit| unit.path.as_str()).collect();
    let levels = levels_below(chunk.tx, &paths).await?;
    Ok(moved.into_iter().filter_map(|unit| Some((unit.id, *levels.get(&unit.path)?))).collect())
}

/// The place of a row's unit in the tree.
struct Placement<'a> {
    parent: UnitId,
    /// The path of the superior.
    path: String,
    /// The unit that the row changes, and its path at this point of the chunk.
    changed: Option<(&'a unit::Model, String)>,
}

/// Where the unit of a row goes, or why it cannot go there; `None` if the unit that the row changes is deleted.
fn placement<'a>(
    chunk: &Chunk<'_>,
    task: &Task<UnitInput>,
    taken: &HashSet<String>,
    paths: &HashMap<UnitId, String>,
    stored: &'a HashMap<UnitId, unit::Model>,
    levels_below: &HashMap<UnitId, u32>,
) -> std::result::Result<Option<Placement<'a>>, Code> {
    let (parent, parent_path) = chunk.parent(task, paths)?;
    let code = task.input.code.as_str();
    let changed = match task.target.map(UnitId) {
        Some(id) => {
            let (Some(unit), Some(path)) = (stored.get(&id), paths.get(&id)) else { return Ok(None) };
            let below = chunk.subtree.contains(path) && id != chunk.own;
            if !below || unit.code.as_deref() != Some(code) {
                return Err(Code::CodeTaken);
            }
            if parent_path.starts_with(path.as_str()) {
                return Err(Code::SuperiorCycle);
            }
            Some((unit, path.clone()))
        }
        None if taken.contains(code) => return Err(Code::CodeTaken),
        None => None,
    };
    // A unit that stays where it is has no entry.
    let levels = match &changed {
        Some((unit, _)) => levels_below.get(&unit.id).copied(),
        None => Some(0),
    };
    if levels.is_some_and(|levels| depth(parent_path) + 1 + levels > MAX_DEPTH) {
        return Err(Code::TooDeep);
    }
    Ok(Some(Placement { parent, path: parent_path.to_owned(), changed }))
}
