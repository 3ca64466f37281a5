//! 生成预算单位管理账号: rows of template 1 make or change units.

use super::{
    chunk::{Prepared, Subject, Write},
    plan::Task,
};
use crate::{
    Result,
    ids::{IdSequence, take},
    import::tree::Superior,
    unit::write::{self, Addition, Alteration, Writer},
};
use domain::view::UnitId;
use domain::{
    Code,
    check::{CheckedRow, UnitRow, unit_row},
    schema::units,
};
use entity::unit;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::{HashMap, HashSet};

pub(super) struct Units;

impl Subject for Units {
    type Says = UnitRow;
    const MAKES_UNITS: bool = true;

    fn says(row: &CheckedRow) -> Option<UnitRow> {
        unit_row(row)
    }

    async fn write(write: &mut Write<'_>, chunk: &[Prepared<UnitRow>]) -> Result<()> {
        let codes: Vec<&str> = chunk.iter().map(|p| p.task.says.code.as_str()).collect();
        let mut taken = write::taken(write.tx, &codes).await?.into_iter().map(|(code, _)| code).collect();
        // A unit that moves takes its subtree along, and so the paths of what comes next: one at a time.
        let existing = existing(write, chunk).await?;
        let moves = |p: &Prepared<UnitRow>| {
            let unit = p.task.target.and_then(|id| existing.get(&id));
            unit.is_some_and(|unit| p.task.place != unit.parent_id.map(|id| Superior::Unit(id.0)))
        };
        for group in chunk.chunk_by(|a, b| !moves(a) && !moves(b)) {
            self::group(write, &mut taken, group).await?;
        }
        Ok(())
    }
}

/// The units that rows change, as they are now.
async fn existing(write: &Write<'_>, group: &[Prepared<UnitRow>]) -> Result<HashMap<i64, unit::Model>> {
    let ids: Vec<i64> = group.iter().filter_map(|p| p.task.target).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = unit::Entity::find().filter(unit::Column::Id.is_in(ids.into_iter().map(UnitId))).all(write.tx).await?;
    Ok(found.into_iter().map(|unit| (unit.id.0, unit)).collect())
}

/// Does rows none of which needs the path of another that moves.
async fn group(write: &mut Write<'_>, taken: &mut HashSet<String>, group: &[Prepared<UnitRow>]) -> Result<()> {
    let makes = u32::try_from(group.iter().filter(|p| p.task.target.is_none()).count()).unwrap_or(u32::MAX);
    let mut next = if makes > 0 { take(write.tx, IdSequence::Unit, makes).await? } else { 0 };
    let mut paths = write.paths(group).await?;
    let existing = existing(write, group).await?;
    let (mut added, mut altered) = (Vec::new(), Vec::new());
    for prepared in group {
        let task = &prepared.task;
        match place(write, task, taken, &paths, &existing) {
            Err(code) => {
                let column = if code == Code::CodeTaken { units::CODE } else { units::SUPERIOR };
                write.failed(task, column, code);
            }
            Ok(None) => write.vanished(task),
            Ok(Some(Place { parent, above, unit: None })) => {
                let path = format!("{above}{next}/");
                taken.insert(task.says.code.as_str().to_owned());
                write.created(task, next);
                paths.insert(next, path.clone());
                added.push(Addition { id: next, parent, path, says: &task.says, password: prepared.password()? });
                next += 1;
            }
            Ok(Some(Place { parent, above, unit: Some(unit) })) => {
                write.updated(task, unit.id.0);
                altered.push((parent, above, unit, &task.says));
            }
        }
    }
    let (services, batch) = (write.services, Some(write.job.batch_id));
    let writer = Writer { services, tx: write.tx, by: &write.by, year: services.clock().year(), batch };
    writer.add(&added).await?;
    let altered = altered.iter().map(|(parent, above, unit, says)| Alteration { unit, parent: *parent, above, says });
    writer.alter(&altered.collect::<Vec<_>>()).await
}

/// Where a row's unit goes, and which unit it changes.
struct Place<'a> {
    parent: i64,
    /// The superior's path.
    above: String,
    unit: Option<&'a unit::Model>,
}

/// `None` where the unit to change is gone.
fn place<'a>(
    write: &Write<'_>,
    task: &Task<UnitRow>,
    taken: &HashSet<String>,
    paths: &HashMap<i64, String>,
    existing: &'a HashMap<i64, unit::Model>,
) -> std::result::Result<Option<Place<'a>>, Code> {
    let (parent, above) = write.unit(task, paths)?;
    let mut changes = None;
    if let Some(id) = task.target {
        let Some(unit) = existing.get(&id) else { return Ok(None) };
        let below = write.subtree.contains(&unit.path) && id != write.job.unit_id;
        if !below || unit.code.as_deref() != Some(task.says.code.as_str()) {
            return Err(Code::CodeTaken);
        }
        if above.starts_with(&unit.path) {
            return Err(Code::SuperiorCycle);
        }
        changes = Some(unit);
    } else if taken.contains(task.says.code.as_str()) {
        return Err(Code::CodeTaken);
    }
    Ok(Some(Place { parent, above: above.to_owned(), unit: changes }))
}
