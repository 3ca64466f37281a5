//! One transaction: what the rows make, with accounts, SMS and audit events, and the rows' states, all or nothing.

use super::{plan::Task, worker::Job};
use crate::{
    Error, PlaintextPassword, Result, Services, Subtree,
    audit::AuditActor,
    database::{elements, sql, values},
    import::tree::Superior,
    unit::write,
};
use domain::import_batch::RowState;
use domain::{
    Code, Finding,
    check::{CheckedRow, merge},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use std::collections::{HashMap, HashSet};

/// What the rows of a template make: all that generating one template does otherwise than generating the other.
pub(super) trait Subject: 'static {
    /// A row whose every cell is in order.
    type Says: Send + Sync + 'static;
    /// Whether the rows make units, which other rows of the file may name.
    const MAKES_UNITS: bool;

    /// Reads a row; `None` where it is in error.
    fn says(row: &CheckedRow) -> Option<Self::Says>;

    /// Does a chunk. What was checked at the upload is checked again, as things stand now.
    fn write(write: &mut Write<'_>, chunk: &[Prepared<Self::Says>]) -> impl Future<Output = Result<()>> + Send;
}

/// A row to do, with the initial password and its hash where it makes an account.
pub(super) struct Prepared<Says> {
    pub(super) task: Task<Says>,
    password: Option<(PlaintextPassword, String)>,
}

impl<Says> Prepared<Says> {
    pub(super) const fn new(task: Task<Says>, password: Option<(PlaintextPassword, String)>) -> Self {
        Self { task, password }
    }

    /// The password of an account that it makes.
    pub(super) fn password(&self) -> Result<&(PlaintextPassword, String)> {
        self.password.as_ref().ok_or_else(|| Error::internal("a new account without a password"))
    }
}

/// Does a chunk and answers which rows were done, with what they made or changed. `targets` is that of all the batch's
/// rows, as far as it exists.
pub(super) async fn write<S: Subject>(
    services: &Services,
    job: &Job,
    targets: &[Option<i64>],
    chunk: &[Prepared<S::Says>],
) -> Result<Vec<(usize, i64)>> {
    let tx = services.write().await?;
    job.renew(&tx, services).await?;
    write::lock(&tx).await?;
    // A unit that was dissolved meanwhile makes no others.
    let own = sql(&tx, "SELECT path FROM unit WHERE id = $1 AND merged_into IS NULL", [job.unit_id.into()]);
    let own = tx.query_one_raw(own).await?.ok_or_else(|| Error::internal("the batch's unit is gone"))?;
    let mut write = Write {
        services,
        tx: &tx,
        job,
        by: job.by(),
        subtree: Subtree::of(&own.try_get_by_index::<String>(0)?),
        targets: targets.to_vec(),
        outcome: Outcome::default(),
    };
    S::write(&mut write, chunk).await?;
    let done = write.settle().await?;
    tx.commit().await?;
    Ok(done)
}

/// A row that was done: as the spreadsheet program counts it, its place among the batch's rows, and what it made or
/// changed.
struct Done {
    row: u32,
    index: usize,
    target: i64,
}

/// What came of the rows.
#[derive(Default)]
struct Outcome {
    created: Vec<Done>,
    updated: Vec<Done>,
    failed: Vec<Finding>,
    /// Rows whose target is gone: they make one after all, in another pass.
    vanished: Vec<u32>,
}

/// A chunk being written.
pub(super) struct Write<'a> {
    pub(super) services: &'a Services,
    pub(super) tx: &'a DatabaseTransaction,
    pub(super) job: &'a Job,
    pub(super) by: AuditActor,
    /// The uploader's.
    pub(super) subtree: Subtree,
    targets: Vec<Option<i64>>,
    outcome: Outcome,
}

impl Write<'_> {
    pub(super) fn created<S>(&mut self, task: &Task<S>, target: i64) {
        if let Some(slot) = self.targets.get_mut(task.index) {
            *slot = Some(target);
        }
        self.outcome.created.push(Done { row: task.row, index: task.index, target });
    }

    pub(super) fn updated<S>(&mut self, task: &Task<S>, target: i64) {
        self.outcome.updated.push(Done { row: task.row, index: task.index, target });
    }

    /// The row can no longer be done, for this reason at one of its cells.
    pub(super) fn failed<S>(&mut self, task: &Task<S>, column: u8, code: Code) {
        self.outcome.failed.push(Finding::new(task.row, column, code));
    }

    /// What the row was to change is gone.
    pub(super) fn vanished<S>(&mut self, task: &Task<S>) {
        self.outcome.vanished.push(task.row);
    }

    /// The unit that a row belongs below or to.
    fn place<S>(&self, task: &Task<S>) -> Option<i64> {
        match task.place? {
            Superior::Unit(id) => Some(id),
            Superior::Row(index) => self.targets.get(index).copied().flatten(),
        }
    }

    /// The paths of the units that rows belong below or to.
    pub(super) async fn paths<S>(&self, group: &[Prepared<S>]) -> Result<HashMap<i64, String>> {
        let places: HashSet<i64> = group.iter().filter_map(|p| self.place(&p.task)).collect();
        let text = format!("SELECT id, path FROM unit WHERE id IN ({})", elements::<i64>(self.tx, 1));
        let found = self.tx.query_all_raw(sql(self.tx, &text, [serde_json::to_string(&places)?.into()])).await?;
        found.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
    }

    /// The unit that a row belongs below or to, with its path: it may have gone or left the subtree.
    pub(super) fn unit<'p, S>(
        &self,
        task: &Task<S>,
        paths: &'p HashMap<i64, String>,
    ) -> std::result::Result<(i64, &'p str), Code> {
        let unit = self.place(task).ok_or(Code::SuperiorUnknown)?;
        let path = paths.get(&unit).ok_or(Code::SuperiorUnknown)?;
        if self.subtree.contains(path) { Ok((unit, path)) } else { Err(Code::SuperiorOutOfScope) }
    }

    /// Notes at the rows and at the job what came of them.
    async fn settle(self) -> Result<Vec<(usize, i64)>> {
        let Outcome { created, updated, failed, vanished } = self.outcome;
        let (tx, batch) = (self.tx, self.job.batch_id);
        let generated: Vec<_> = created.iter().chain(&updated).collect();
        let number = |row: u32| i32::try_from(row).unwrap_or(i32::MAX);
        let rows = generated.iter().map(|done| [batch.into(), number(done.row).into(), done.target.into()]);
        let tail = ") UPDATE import_row SET state = 'generated', target_id = v.target_id FROM v \
                    WHERE import_row.batch_id = v.batch_id AND import_row.row = v.row \
                    AND import_row.state IN ('correct', 'warning', 'update')";
        let rows: Vec<_> = rows.collect();
        let marked = values(tx, "WITH v (batch_id, row, target_id) AS (VALUES ", rows, tail).await?;
        if marked != generated.len() as u64 {
            return Err(Error::internal("some rows of the chunk were done already"));
        }
        let (count, failures) = (|n: usize| i32::try_from(n).unwrap_or(i32::MAX), failed.len());
        fail(tx, batch, failed).await?;
        let text = format!(
            "UPDATE import_row SET state = 'correct', target_id = NULL WHERE batch_id = $1 AND row IN ({})",
            elements::<i64>(tx, 2)
        );
        tx.execute_raw(sql(tx, &text, [batch.into(), serde_json::to_string(&vanished)?.into()])).await?;
        let text = "UPDATE job SET done = done + $2, created = created + $3, updated = updated + $4, \
                    failed = failed + $5, attempts = 1 WHERE id = $1";
        let (created, updated, failed) = (count(created.len()), count(updated.len()), count(failures));
        let done = created + updated + failed;
        let values = [self.job.id.into(), done.into(), created.into(), updated.into(), failed.into()];
        tx.execute_raw(sql(tx, text, values)).await?;
        Ok(generated.into_iter().map(|done| (done.index, done.target)).collect())
    }
}

/// Marks rows that can no longer be done, with the reason at the cell.
async fn fail(tx: &DatabaseTransaction, batch: i64, failed: Vec<Finding>) -> Result<()> {
    if failed.is_empty() {
        return Ok(());
    }
    let numbers: Vec<u32> = failed.iter().map(|finding| finding.row).collect();
    let text = format!(
        "SELECT findings FROM import_row WHERE batch_id = $1 AND findings IS NOT NULL AND row IN ({})",
        elements::<i64>(tx, 2)
    );
    let mut before: Vec<Finding> = Vec::new();
    for row in tx.query_all_raw(sql(tx, &text, [batch.into(), serde_json::to_string(&numbers)?.into()])).await? {
        before.append(&mut serde_json::from_str(&row.try_get_by_index::<String>(0)?)?);
    }
    let mut by_row: HashMap<u32, Vec<Finding>> = HashMap::new();
    for finding in merge(before, failed) {
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
