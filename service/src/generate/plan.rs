//! The rows of a batch that are left to generate, in an order in which a superior comes before the units below it.

use crate::{
    Error, Result,
    import_target::{
        ImportTarget,
        chunk::Task,
        parent_order::{Node, ParentRef, parents_first, rows_above},
    },
    query::is_any_of,
};
use domain::{
    ids::{BatchId, UnitId},
    import_batch::RowState,
};
use entity::{Count, import_row, unit};
use sea_orm::{ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeSet, HashMap};
use tokio::task::spawn_blocking;

/// Ids in one statement.
const AT_ONCE: usize = 10_000;

/// The rows that are left.
#[derive(Debug)]
pub(super) struct Plan<Input> {
    pub(super) tasks: Vec<Task<Input>>,
    /// `targets[i]` is the record that row `i` of the batch changes or has added, if it exists.
    pub(super) targets: Vec<Option<i64>>,
}

#[derive(DerivePartialModel)]
#[sea_orm(entity = "import_row::Entity")]
struct StoredRow {
    row: Count,
    state: RowState,
    input: Option<Vec<u8>>,
    target_id: Option<i64>,
    place_id: Option<UnitId>,
    place_row: Option<Count>,
}

/// Reads the batch.
pub(super) async fn load<T: ImportTarget>(db: &impl ConnectionTrait, batch: BatchId) -> Result<Plan<T::Input>> {
    let rows: Vec<StoredRow> = import_row::Entity::find()
        .filter(import_row::Column::BatchId.eq(batch))
        .order_by_asc(import_row::Column::Row)
        .into_partial_model()
        .all(db)
        .await?;
    let mut paths = HashMap::new();
    // Only if rows change units can an existing unit be between two rows of the file.
    if T::MAKES_UNITS && rows.iter().any(|row| row.target_id.is_some()) {
        let superiors: BTreeSet<UnitId> = rows.iter().filter_map(|row| row.place_id).collect();
        let superiors: Vec<UnitId> = superiors.into_iter().collect();
        for ids in superiors.chunks(AT_ONCE) {
            let found: Vec<(UnitId, String)> = unit::Entity::find()
                .select_only()
                .columns([unit::Column::Id, unit::Column::Path])
                .filter(is_any_of(db, unit::Column::Id, ids.iter().copied()))
                .into_tuple()
                .all(db)
                .await?;
            paths.extend(found);
        }
    }
    spawn_blocking(move || plan::<T>(rows, &paths)).await?
}

fn plan<T: ImportTarget>(rows: Vec<StoredRow>, paths: &HashMap<UnitId, String>) -> Result<Plan<T::Input>> {
    let index_of = |number: Count| rows.binary_search_by_key(&number, |row| row.row).ok();
    let node = |row: &StoredRow| Node {
        unit: row.target_id.filter(|_| T::MAKES_UNITS).map(UnitId),
        parent: match (row.place_id, row.place_row) {
            (Some(id), _) => Some(ParentRef::Unit(id)),
            (None, Some(number)) => index_of(number).map(ParentRef::SheetRow),
            (None, None) => None,
        },
        parent_path: row.place_id.and_then(|id| paths.get(&id)).map(String::as_str),
    };
    let nodes: Vec<Node<'_>> = rows.iter().map(node).collect();
    let task = |index: usize| {
        let (row, node) = (rows.get(index)?, nodes.get(index)?);
        let is_pending = matches!(row.state, RowState::Correct | RowState::Warning | RowState::Update);
        is_pending.then(|| {
            let input = row.input.as_deref();
            let input = input.ok_or_else(|| Error::internal(format!("row {} was stored untyped", row.row.0)))?;
            let (row, target) = (row.row.into(), row.target_id);
            Ok(Task { index, row, input: postcard::from_bytes(input)?, target, parent: node.parent })
        })
    };
    let tasks = parents_first(&rows_above(&nodes)).into_iter().filter_map(task).collect::<Result<_>>()?;
    Ok(Plan { tasks, targets: rows.iter().map(|row| row.target_id).collect() })
}
