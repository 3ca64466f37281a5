//! A chunk of rows while generation writes it.

use super::parent_order::{ParentRef, RowIndex};
use crate::{Error, PlaintextPassword, Result, Services, Subtree, audit::AuditActor, query::is_any_of, writer::Writer};
use domain::{
    Code, Finding,
    ids::{BatchId, UnitId},
};
use entity::unit;
use sea_orm::{DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{HashMap, HashSet};

/// A row to generate.
#[derive(Debug)]
pub(crate) struct Task<Input> {
    pub(crate) index: RowIndex,
    /// The row number of the spreadsheet program.
    pub(crate) row: u32,
    pub(crate) input: Input,
    /// The record that the row changes; none if the row adds one.
    pub(crate) target: Option<i64>,
    /// The unit that the record belongs below or to.
    pub(crate) parent: Option<ParentRef>,
}

/// A row with the initial password and its hash if it adds an account.
pub(crate) struct PreparedRow<Input> {
    pub(crate) task: Task<Input>,
    password: Option<(PlaintextPassword, String)>,
}

impl<Input> PreparedRow<Input> {
    pub(crate) const fn new(task: Task<Input>, password: Option<(PlaintextPassword, String)>) -> Self {
        Self { task, password }
    }

    /// The password of the account that the row adds.
    pub(crate) fn password(&self) -> Result<&(PlaintextPassword, String)> {
        self.password.as_ref().ok_or_else(|| Error::internal("a new account without a password"))
    }
}

/// How many rows of a chunk add records.
pub(crate) fn additions<Input>(rows: &[PreparedRow<Input>]) -> Result<u32> {
    u32::try_from(rows.iter().filter(|row| row.task.target.is_none()).count()).map_err(Error::internal)
}

/// A row that was generated, and the record that it added or changed.
pub(crate) struct GeneratedRow {
    pub(crate) row: u32,
    pub(crate) index: RowIndex,
    pub(crate) target: i64,
}

/// The results of the rows of a chunk.
#[derive(Default)]
pub(crate) struct ChunkResults {
    pub(crate) created: Vec<GeneratedRow>,
    pub(crate) updated: Vec<GeneratedRow>,
    /// The reasons why rows could not be generated any more.
    pub(crate) failed: Vec<Finding>,
    /// Rows whose record was deleted in the meantime: they add a record in a later pass.
    pub(crate) vanished: Vec<u32>,
}

/// A chunk that is being written in one transaction.
pub(crate) struct Chunk<'a> {
    pub(crate) services: &'a Services,
    pub(crate) tx: &'a DatabaseTransaction,
    pub(crate) batch: BatchId,
    /// The account that started the job.
    pub(crate) actor: AuditActor,
    /// The unit that uploaded the batch.
    pub(crate) own: UnitId,
    /// Its subtree as it is now.
    pub(crate) subtree: Subtree,
    /// The records of all rows of the batch, so far.
    pub(crate) targets: Vec<Option<i64>>,
    pub(crate) results: ChunkResults,
}

impl Chunk<'_> {
    /// The writer of records for this chunk.
    pub(crate) const fn writer(&self) -> Writer<'_> {
        Writer { services: self.services, tx: self.tx, by: &self.actor, batch: Some(self.batch) }
    }

    /// Notes that the row added a record.
    pub(crate) fn created<Input>(&mut self, task: &Task<Input>, target: i64) {
        if let Some(slot) = self.targets.get_mut(task.index) {
            *slot = Some(target);
        }
        self.results.created.push(GeneratedRow { row: task.row, index: task.index, target });
    }

    /// Notes that the row changed a record.
    pub(crate) fn updated<Input>(&mut self, task: &Task<Input>, target: i64) {
        self.results.updated.push(GeneratedRow { row: task.row, index: task.index, target });
    }

    /// Notes that the row cannot be generated any more, with the reason at one of its cells.
    pub(crate) fn failed<Input>(&mut self, task: &Task<Input>, column: u8, code: Code) {
        self.results.failed.push(Finding::new(task.row, column, code));
    }

    /// Notes that the record that the row changes is deleted.
    pub(crate) fn vanished<Input>(&mut self, task: &Task<Input>) {
        self.results.vanished.push(task.row);
    }

    /// The unit that a row belongs below or to; none if the row that makes it was not generated.
    pub(crate) fn parent_id<Input>(&self, task: &Task<Input>) -> Option<UnitId> {
        match task.parent? {
            ParentRef::Unit(id) => Some(id),
            ParentRef::SheetRow(index) => self.targets.get(index).copied().flatten().map(UnitId),
        }
    }

    /// The paths of the units that rows belong below or to.
    pub(crate) async fn parent_paths<Input>(&self, rows: &[PreparedRow<Input>]) -> Result<HashMap<UnitId, String>> {
        let parents: HashSet<UnitId> = rows.iter().filter_map(|row| self.parent_id(&row.task)).collect();
        let paths: Vec<(UnitId, String)> = unit::Entity::find()
            .select_only()
            .columns([unit::Column::Id, unit::Column::Path])
            .filter(is_any_of(self.tx, unit::Column::Id, parents))
            .into_tuple()
            .all(self.tx)
            .await?;
        Ok(paths.into_iter().collect())
    }

    /// The unit that a row belongs below or to, with its path: it may have been deleted or moved out of the subtree.
    pub(crate) fn parent<'p, Input>(
        &self,
        task: &Task<Input>,
        paths: &'p HashMap<UnitId, String>,
    ) -> std::result::Result<(UnitId, &'p str), Code> {
        let unit = self.parent_id(task).ok_or(Code::SuperiorUnknown)?;
        let path = paths.get(&unit).ok_or(Code::SuperiorUnknown)?;
        if self.subtree.contains(path) { Ok((unit, path)) } else { Err(Code::SuperiorOutOfScope) }
    }
}
