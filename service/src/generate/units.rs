//! 生成预算单位管理账号: rows of template 1 make or change units.

use super::{
    chunk::{Prepared, Subject, Write},
    plan::Task,
};
use crate::{
    Error, Result,
    ids::{IdSequence, take},
    query::is_any_of,
    unit::write::{self, Addition, Alteration},
    writer::Writer,
};
use domain::ids::{BatchId, UnitId};
use domain::{
    Code,
    check::{CheckedRow, UnitInput, unit_input},
    schema::units,
};
use entity::unit;
use sea_orm::{EntityTrait, QueryFilter};
use std::collections::{HashMap, HashSet};

pub(super) struct Units;

impl Subject for Units {
    type Says = UnitInput;
    const MAKES_UNITS: bool = true;

    fn says(row: &CheckedRow) -> Option<UnitInput> {
        unit_input(row)
    }

    /// A unit that moves takes the units below it along, and with them the superiors of later rows. The paths are followed in
    /// memory, so that the number of statements does not grow with the moves.
    async fn write(write: &mut Write<'_>, chunk: &[Prepared<UnitInput>]) -> Result<()> {
        let mut taken = write::taken_codes(write.tx, chunk.iter().map(|p| p.task.says.code.as_str())).await?;
        let existing = existing(write, chunk).await?;
        let mut paths = write.paths(chunk).await?;
        paths.extend(existing.iter().map(|(id, unit)| (*id, unit.path.clone())));
        let makes = u32::try_from(chunk.iter().filter(|p| p.task.target.is_none()).count()).unwrap_or(u32::MAX);
        let mut next = if makes > 0 { take(write.tx, IdSequence::Unit, makes).await? } else { 0 };
        let (mut added, mut altered) = (Vec::new(), Vec::new());
        for prepared in chunk {
            let task = &prepared.task;
            match place(write, task, &taken, &paths, &existing) {
                Err(code) => {
                    let column = if code == Code::CodeTaken { units::CODE } else { units::SUPERIOR };
                    write.failed(task, column, code);
                }
                Ok(None) => write.vanished(task),
                Ok(Some(Place { parent, path, unit: None })) => {
                    paths.insert(next, format!("{path}{next}/"));
                    taken.insert(task.says.code.as_str().to_owned());
                    write.created(task, next);
                    added.push((UnitId(next), parent, prepared));
                    next += 1;
                }
                Ok(Some(Place { parent, path, unit: Some(unit) })) => {
                    write.updated(task, unit.id.0);
                    let new = format!("{path}{}/", unit.id);
                    let old = paths.get(&unit.id.0).cloned().unwrap_or_default();
                    move_below(&mut paths, &old, &new);
                    altered.push((unit, parent, &task.says));
                }
            }
        }
        // As all moves leave them.
        let path = |id: UnitId| paths.get(&id.0).cloned().ok_or_else(|| Error::internal("a unit without a path"));
        let added = added.into_iter().map(|(id, parent, prepared)| {
            let (input, password) = (&prepared.task.says, prepared.password()?);
            Ok(Addition { id, parent: UnitId(parent), path: path(id)?, input, password })
        });
        let altered = altered
            .into_iter()
            .map(|(unit, parent, input)| Ok(Alteration { unit, parent: UnitId(parent), path: path(unit.id)?, input }));
        let year = write.services.clock().year();
        let batch = Some(BatchId(write.job.batch_id));
        let writer = Writer { services: write.services, tx: write.tx, by: &write.by, batch };
        write::add(&writer, year, &added.collect::<Result<Vec<_>>>()?).await?;
        write::alter(&writer, year, &altered.collect::<Result<Vec<_>>>()?).await
    }
}

/// Gives all paths that begin with one path another beginning.
fn move_below(paths: &mut HashMap<i64, String>, old: &str, new: &str) {
    if old == new {
        return;
    }
    for path in paths.values_mut() {
        if let Some(rest) = path.strip_prefix(old) {
            *path = format!("{new}{rest}");
        }
    }
}

/// The units that rows change, as they are now.
async fn existing(write: &Write<'_>, chunk: &[Prepared<UnitInput>]) -> Result<HashMap<i64, unit::Model>> {
    let ids = chunk.iter().filter_map(|p| p.task.target).map(UnitId);
    let found = unit::Entity::find().filter(is_any_of(write.tx, unit::Column::Id, ids)).all(write.tx).await?;
    Ok(found.into_iter().map(|unit| (unit.id.0, unit)).collect())
}

/// Where a row's unit goes, and which unit it changes.
struct Place<'a> {
    parent: i64,
    /// The superior's path.
    path: String,
    unit: Option<&'a unit::Model>,
}

/// `None` where the unit to change is gone.
fn place<'a>(
    write: &Write<'_>,
    task: &Task<UnitInput>,
    taken: &HashSet<String>,
    paths: &HashMap<i64, String>,
    existing: &'a HashMap<i64, unit::Model>,
) -> std::result::Result<Option<Place<'a>>, Code> {
    let (parent, above) = write.unit(task, paths)?;
    let mut changes = None;
    if let Some(id) = task.target {
        let (Some(unit), Some(path)) = (existing.get(&id), paths.get(&id)) else { return Ok(None) };
        let below = write.subtree.contains(path) && id != write.job.unit_id;
        if !below || unit.code.as_deref() != Some(task.says.code.as_str()) {
            return Err(Code::CodeTaken);
        }
        if above.starts_with(path.as_str()) {
            return Err(Code::SuperiorCycle);
        }
        changes = Some(unit);
    } else if taken.contains(task.says.code.as_str()) {
        return Err(Code::CodeTaken);
    }
    Ok(Some(Place { parent, path: above.to_owned(), unit: changes }))
}
