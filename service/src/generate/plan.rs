//! What is left to do of a batch, in an order in which every unit comes before those below it.

use super::chunk::Subject;
use crate::{
    Error, Result,
    database::{elements, sql},
    import::tree::{Node, Superior, above, order},
};
use domain::import_batch::RowState;
use domain::{check::CheckedRow, normalize::same_name, schema::units};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::{BTreeSet, HashMap};
use tokio::task::spawn_blocking;

/// Ids in one statement.
const AT_ONCE: usize = 10_000;

/// A row to do.
#[derive(Debug)]
pub(super) struct Task<Says> {
    /// Its place among the batch's rows.
    pub(super) index: usize,
    /// As the spreadsheet program counts it.
    pub(super) row: u32,
    pub(super) says: Says,
    /// What it changes; none where it makes one.
    pub(super) target: Option<i64>,
    /// The unit that it belongs below or to; none where the row that it names is not there.
    pub(super) place: Option<Superior>,
}

/// What is left.
#[derive(Debug)]
pub(super) struct Plan<Says> {
    pub(super) tasks: Vec<Task<Says>>,
    /// What the batch's rows made or change, as far as it exists.
    pub(super) targets: Vec<Option<i64>>,
}

#[derive(FromQueryResult)]
struct Stored {
    row: i32,
    state: RowState,
    cells: String,
    target_id: Option<i64>,
    place_id: Option<i64>,
}

/// Reads the batch.
pub(super) async fn load<S: Subject>(db: &impl ConnectionTrait, batch: i64) -> Result<Plan<S::Says>> {
    let text = "SELECT row, state, cells, target_id, place_id FROM import_row WHERE batch_id = $1 ORDER BY row";
    let stored = Stored::find_by_statement(sql(db, text, [batch.into()])).all(db).await?;
    let mut paths = HashMap::new();
    // Only where units that exist are in the file can one stand between two of its rows.
    if S::MAKES_UNITS && stored.iter().any(|row| row.target_id.is_some()) {
        let superiors: BTreeSet<i64> = stored.iter().filter_map(|row| row.place_id).collect();
        let superiors: Vec<i64> = superiors.into_iter().collect();
        let text = format!("SELECT id, path FROM unit WHERE id IN ({})", elements::<i64>(db, 1));
        for ids in superiors.chunks(AT_ONCE) {
            for row in db.query_all_raw(sql(db, &text, [serde_json::to_string(ids)?.into()])).await? {
                paths.insert(row.try_get_by_index::<i64>(0)?, row.try_get_by_index::<String>(1)?);
            }
        }
    }
    spawn_blocking(move || plan::<S>(&stored, &paths)).await?
}

fn plan<S: Subject>(stored: &[Stored], paths: &HashMap<i64, String>) -> Result<Plan<S::Says>> {
    let number = |row: &Stored| u32::try_from(row.row).unwrap_or_default();
    let cells = stored.iter().map(|row| Ok(CheckedRow { row: number(row), cells: serde_json::from_str(&row.cells)? }));
    let rows: Vec<CheckedRow> = cells.collect::<Result<_>>()?;
    let by_name: HashMap<_, usize> = rows
        .iter()
        .enumerate()
        .filter(|_| S::MAKES_UNITS)
        .map(|(index, row)| (same_name(row.cell(units::NAME)), index))
        .collect();
    let node = |(stored, row): (&Stored, &CheckedRow)| Node {
        unit: stored.target_id.filter(|_| S::MAKES_UNITS),
        superior: match stored.place_id {
            Some(id) => Some(Superior::Unit(id)),
            None => by_name.get(&same_name(row.cell(units::SUPERIOR))).copied().map(Superior::Row),
        },
        path: stored.place_id.and_then(|id| paths.get(&id)).map(String::as_str),
    };
    let nodes: Vec<Node<'_>> = stored.iter().zip(&rows).map(node).collect();
    let task = |index: usize| {
        let (stored, row, node) = (stored.get(index)?, rows.get(index)?, nodes.get(index)?);
        let pending = matches!(stored.state, RowState::Correct | RowState::Warning | RowState::Update);
        pending.then(|| {
            let says = S::says(row).ok_or_else(|| Error::internal(format!("row {} is in error", row.row)))?;
            Ok(Task { index, row: row.row, says, target: stored.target_id, place: node.superior })
        })
    };
    let tasks = order(&above(&nodes)).into_iter().filter_map(task).collect::<Result<_>>()?;
    Ok(Plan { tasks, targets: stored.iter().map(|row| row.target_id).collect() })
}
