//! One transaction: units, plans, accounts, SMS, audit events and the rows' states, all or nothing.

use super::{plan::Task, worker::Job};
use crate::{
    Clear, Error, Result, Services, Subtree,
    counter::{Counter, take},
    database::{elements, sql, values},
    import::tree::Superior,
    unit::write::{self, Addition, Alteration, Writer},
};
use domain::{Code, Finding, check::merge, schema::units};
use entity::{RowState, unit};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use std::collections::{HashMap, HashSet};

/// A row to do, with the initial password and its hash where it makes an account.
pub(super) struct Prepared {
    pub(super) task: Task,
    pub(super) password: Option<(Clear, String)>,
}

/// A row that was done, and its unit.
pub(super) struct Done {
    pub(super) index: usize,
    pub(super) unit: Option<i64>,
}

/// Does a chunk. `units` are the units of the batch's rows as far as they exist.
pub(super) async fn write(
    services: &Services,
    job: &Job,
    units: &[Option<i64>],
    chunk: &[Prepared],
) -> Result<Vec<Done>> {
    let tx = services.write().await?;
    job.renew(&tx, services).await?;
    write::lock(&tx).await?;
    let codes: Vec<&str> = chunk.iter().map(|p| p.task.says.code.as_str()).collect();
    let taken = write::taken(&tx, &codes).await?.into_iter().map(|(code, _)| code).collect();
    // A unit that was dissolved meanwhile makes no others.
    let own = sql(&tx, "SELECT path FROM unit WHERE id = $1 AND merged_into IS NULL", [job.unit_id.into()]);
    let own = tx.query_one_raw(own).await?.ok_or_else(|| Error::internal("the batch's unit is gone"))?;
    let by = job.by();
    let writer = Writer { services, tx: &tx, by: &by, year: services.clock().year(), batch: Some(job.batch_id) };
    let mut write = Write {
        tx: &tx,
        job,
        writer,
        subtree: Subtree::of(&own.try_get_by_index::<String>(0)?),
        taken,
        units: units.to_vec(),
        outcome: Outcome::default(),
    };
    // A unit that moves takes its subtree along, and so the paths of what comes next: one at a time.
    let existing = write.existing(chunk).await?;
    let still = |p: &Prepared| !moves(&p.task, &existing);
    for group in chunk.chunk_by(|a, b| still(a) && still(b)) {
        write.group(group).await?;
    }
    let done = write.settle().await?;
    tx.commit().await?;
    Ok(done)
}

/// What came of the rows.
#[derive(Default)]
struct Outcome {
    created: Vec<(u32, usize, i64)>,
    updated: Vec<(u32, usize, i64)>,
    failed: Vec<(usize, Finding)>,
    /// Rows whose unit is gone: they make one after all, in another pass.
    vanished: Vec<u32>,
}

struct Write<'a> {
    tx: &'a DatabaseTransaction,
    job: &'a Job,
    writer: Writer<'a>,
    subtree: Subtree,
    taken: HashSet<String>,
    units: Vec<Option<i64>>,
    outcome: Outcome,
}

/// Where a row's unit goes, and which unit it changes.
struct Place<'a> {
    parent: i64,
    /// The superior's path.
    above: String,
    unit: Option<&'a unit::Model>,
}

/// Whether a unit that exists gets another superior.
fn moves(task: &Task, existing: &HashMap<i64, unit::Model>) -> bool {
    let unit = task.unit.and_then(|id| existing.get(&id));
    unit.is_some_and(|unit| task.superior != unit.parent_id.map(Superior::Unit))
}

impl Write<'_> {
    /// The units that rows change, as they are now.
    async fn existing(&self, group: &[Prepared]) -> Result<HashMap<i64, unit::Model>> {
        let ids: Vec<i64> = group.iter().filter_map(|p| p.task.unit).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let found = unit::Entity::find().filter(unit::Column::Id.is_in(ids)).all(self.tx).await?;
        Ok(found.into_iter().map(|unit| (unit.id, unit)).collect())
    }

    /// Does rows none of which needs the path of another that moves.
    async fn group(&mut self, group: &[Prepared]) -> Result<()> {
        let makes = u32::try_from(group.iter().filter(|p| p.task.unit.is_none()).count()).unwrap_or(u32::MAX);
        let mut next = if makes > 0 { take(self.tx, Counter::Unit, makes).await? } else { 0 };
        let mut paths = self.paths(group).await?;
        let existing = self.existing(group).await?;
        let (mut added, mut altered) = (Vec::new(), Vec::new());
        for prepared in group {
            let task = &prepared.task;
            match self.place(task, &paths, &existing) {
                Err(code) => {
                    let column = if code == Code::CodeTaken { units::CODE } else { units::SUPERIOR };
                    self.outcome.failed.push((task.index, Finding::new(task.row, column, code)));
                }
                Ok(None) => self.outcome.vanished.push(task.row),
                Ok(Some(Place { parent, above, unit: None })) => {
                    let password = prepared.password.as_ref();
                    let password = password.ok_or_else(|| Error::internal("a new account without a password"))?;
                    let path = format!("{above}{next}/");
                    self.taken.insert(task.says.code.as_str().to_owned());
                    self.set_unit(task.index, next);
                    self.outcome.created.push((task.row, task.index, next));
                    paths.insert(next, path.clone());
                    added.push(Addition { id: next, parent, path, says: &task.says, password });
                    next += 1;
                }
                Ok(Some(Place { parent, above, unit: Some(unit) })) => {
                    self.outcome.updated.push((task.row, task.index, unit.id));
                    altered.push((parent, above, unit, &task.says));
                }
            }
        }
        self.writer.add(&added).await?;
        let altered =
            altered.iter().map(|(parent, above, unit, says)| Alteration { unit, parent: *parent, above, says });
        self.writer.alter(&altered.collect::<Vec<_>>()).await
    }

    fn set_unit(&mut self, index: usize, unit: i64) {
        if let Some(slot) = self.units.get_mut(index) {
            *slot = Some(unit);
        }
    }

    fn superior(&self, task: &Task) -> Option<i64> {
        match task.superior? {
            Superior::Unit(id) => Some(id),
            Superior::Row(index) => self.units.get(index).copied().flatten(),
        }
    }

    /// The paths of the superiors that exist.
    async fn paths(&self, group: &[Prepared]) -> Result<HashMap<i64, String>> {
        let superiors: HashSet<i64> = group.iter().filter_map(|p| self.superior(&p.task)).collect();
        let text = format!("SELECT id, path FROM unit WHERE id IN ({})", elements::<i64>(self.tx, 1));
        let found = self.tx.query_all_raw(sql(self.tx, &text, [serde_json::to_string(&superiors)?.into()])).await?;
        found.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
    }

    /// Repeats what was checked at the upload, as things stand now. `None` where the unit to change is gone.
    fn place<'a>(
        &self,
        task: &Task,
        paths: &HashMap<i64, String>,
        existing: &'a HashMap<i64, unit::Model>,
    ) -> std::result::Result<Option<Place<'a>>, Code> {
        let parent = self.superior(task).ok_or(Code::SuperiorUnknown)?;
        let above = paths.get(&parent).ok_or(Code::SuperiorUnknown)?;
        if !self.subtree.contains(above) {
            return Err(Code::SuperiorOutOfScope);
        }
        let mut changes = None;
        if let Some(id) = task.unit {
            let Some(unit) = existing.get(&id) else { return Ok(None) };
            let below = self.subtree.contains(&unit.path) && id != self.job.unit_id;
            if !below || unit.code.as_deref() != Some(task.says.code.as_str()) {
                return Err(Code::CodeTaken);
            }
            if above.starts_with(&unit.path) {
                return Err(Code::SuperiorCycle);
            }
            changes = Some(unit);
        } else if self.taken.contains(task.says.code.as_str()) {
            return Err(Code::CodeTaken);
        }
        Ok(Some(Place { parent, above: above.clone(), unit: changes }))
    }

    /// Notes at the rows and at the job what came of them.
    async fn settle(self) -> Result<Vec<Done>> {
        let Outcome { created, updated, failed, vanished } = self.outcome;
        let (tx, batch) = (self.tx, self.job.batch_id);
        let generated: Vec<_> = created.iter().chain(&updated).collect();
        let number = |row: u32| i32::try_from(row).unwrap_or(i32::MAX);
        let rows = generated.iter().map(|(row, _, unit)| [batch.into(), number(*row).into(), (*unit).into()]);
        let tail = ") UPDATE import_row SET state = 'generated', target_id = v.target_id FROM v \
                    WHERE import_row.batch_id = v.batch_id AND import_row.row = v.row \
                    AND import_row.state IN ('correct', 'warning', 'update')";
        let rows: Vec<_> = rows.collect();
        let marked = values(tx, "WITH v (batch_id, row, target_id) AS (VALUES ", rows, tail).await?;
        if marked != generated.len() as u64 {
            return Err(Error::internal("some rows of the chunk were done already"));
        }
        fail(tx, batch, &failed).await?;
        let text = format!(
            "UPDATE import_row SET state = 'correct', target_id = NULL WHERE batch_id = $1 AND row IN ({})",
            elements::<i64>(tx, 2)
        );
        tx.execute_raw(sql(tx, &text, [batch.into(), serde_json::to_string(&vanished)?.into()])).await?;
        let text = "UPDATE job SET done = done + $2, created = created + $3, updated = updated + $4, \
                    failed = failed + $5, attempts = 1 WHERE id = $1";
        let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        let (created, updated, lost) = (count(created.len()), count(updated.len()), count(failed.len()));
        let done = created + updated + lost;
        let values = [self.job.id.into(), done.into(), created.into(), updated.into(), lost.into()];
        tx.execute_raw(sql(tx, text, values)).await?;
        Ok(generated.into_iter().map(|(_, index, unit)| Done { index: *index, unit: Some(*unit) }).collect())
    }
}

/// Marks rows that can no longer be done, with the reason at the cell.
async fn fail(tx: &DatabaseTransaction, batch: i64, failed: &[(usize, Finding)]) -> Result<()> {
    if failed.is_empty() {
        return Ok(());
    }
    let numbers: Vec<u32> = failed.iter().map(|(_, finding)| finding.row).collect();
    let text = format!(
        "SELECT findings FROM import_row WHERE batch_id = $1 AND findings IS NOT NULL AND row IN ({})",
        elements::<i64>(tx, 2)
    );
    let mut before: Vec<Finding> = Vec::new();
    for row in tx.query_all_raw(sql(tx, &text, [batch.into(), serde_json::to_string(&numbers)?.into()])).await? {
        before.append(&mut serde_json::from_str(&row.try_get_by_index::<String>(0)?)?);
    }
    let mut by_row: HashMap<u32, Vec<Finding>> = HashMap::new();
    for finding in merge(before, failed.iter().map(|(_, finding)| finding.clone()).collect()) {
        by_row.entry(finding.row).or_default().push(finding);
    }
    let rows = by_row.iter().map(|(row, findings)| {
        let row = i32::try_from(*row).unwrap_or(i32::MAX);
        Ok([batch.into(), row.into(), serde_json::to_string(findings)?.into()])
    });
    let rows: Vec<_> = rows.collect::<Result<_>>()?;
    let tail = format!(
        ") UPDATE import_row SET state = '{}', findings = v.findings FROM v \
         WHERE import_row.batch_id = v.batch_id AND import_row.row = v.row",
        RowState::Failed.as_str()
    );
    values(tx, "WITH v (batch_id, row, findings) AS (VALUES ", rows, &tail).await?;
    Ok(())
}
