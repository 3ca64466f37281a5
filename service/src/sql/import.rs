//! Staged rows: their insertion in bulk, and the search in their cells.

use crate::{
    Result,
    query::{array, insert_many},
};
use domain::{
    ids::{BatchId, UnitId},
    import_batch::RowState,
};
use entity::{Count, import_row};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ConnectionTrait, DatabaseTransaction, DbBackend, Value,
    sea_query::{ArrayType, Expr, ExprTrait, Func, LikeExpr, Query, extension::postgres::PgExpr},
};

/// A row as it is stored.
pub(crate) struct StagedRow {
    /// The row number of the spreadsheet program.
    pub(crate) row: u32,
    pub(crate) state: RowState,
    /// JSON array of the cells as people see them.
    pub(crate) cells: String,
    /// JSON array of the findings; none if there are none.
    pub(crate) findings: Option<String>,
    /// The typed row in postcard's format, if generation would write it.
    pub(crate) input: Option<Vec<u8>>,
    /// The record that the row matches.
    pub(crate) target: Option<i64>,
    /// The unit that the row belongs below or to, if it exists.
    pub(crate) place: Option<UnitId>,
    /// The number of the row that adds that unit.
    pub(crate) place_row: Option<u32>,
}

/// Inserts the rows of a batch.
///
/// PostgreSQL takes long over thousands of parameters: there each column is one array, and `unnest` makes rows of the
/// arrays. The query builder binds no arrays with NULL, so that an empty value stands for it: ids and row numbers begin
/// at 1, and neither the findings nor a typed row are ever empty. Columns that no row fills are left out on both databases:
/// most files match no record and have no rows that add the superior of another.
pub(crate) async fn insert_rows(tx: &DatabaseTransaction, batch: BatchId, rows: Vec<StagedRow>) -> Result<()> {
    use import_row::Column::{BatchId, Cells, Findings, Input, PlaceId, PlaceRow, Row, State, TargetId};
    /// Rows in one statement.
    const AT_ONCE: usize = 10_000;
    let has_targets = rows.iter().any(|row| row.target.is_some());
    let has_place_rows = rows.iter().any(|row| row.place_row.is_some());
    if tx.get_database_backend() != DbBackend::Postgres {
        let row = |row: StagedRow| import_row::ActiveModel {
            batch_id: Set(batch),
            row: Set(Count(row.row)),
            state: Set(row.state),
            cells: Set(row.cells),
            findings: Set(row.findings),
            input: Set(row.input),
            target_id: if has_targets { Set(row.target) } else { NotSet },
            place_id: Set(row.place),
            place_row: if has_place_rows { Set(row.place_row.map(Count)) } else { NotSet },
        };
        return insert_many(tx, rows.into_iter().map(row), None).await.map(drop);
    }
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let mut columns: [Vec<Value>; 8] = Default::default();
        for row in rows.by_ref().take(AT_ONCE) {
            let values = [
                Count(row.row).into(),
                row.state.into(),
                row.cells.into(),
                row.findings.unwrap_or_default().into(),
                row.input.unwrap_or_default().into(),
                row.target.unwrap_or_default().into(),
                row.place.map_or(0, |unit| unit.0).into(),
                i64::from(row.place_row.unwrap_or_default()).into(),
            ];
            for (column, value) in columns.iter_mut().zip(values) {
                column.push(value);
            }
        }
        let [row, state, cells, findings, input, target, place, place_row] = columns;
        let unnest = |kind, values| Expr::from(Func::cust("unnest").arg(Expr::val(array(kind, values))));
        let nullable =
            |kind, values, none: Value| Expr::from(Func::cust("nullif").args([unnest(kind, values), Expr::val(none)]));
        let mut columns = vec![BatchId, Row, State, Cells, Findings, Input, PlaceId];
        let mut select = Query::select();
        select
            .expr(Expr::val(batch))
            .expr(unnest(ArrayType::BigInt, row))
            .expr(unnest(ArrayType::String, state))
            .expr(unnest(ArrayType::String, cells))
            .expr(nullable(ArrayType::String, findings, "".into()))
            .expr(nullable(ArrayType::Bytes, input, Vec::<u8>::new().into()))
            .expr(nullable(ArrayType::BigInt, place, 0_i64.into()));
        for (column, values, is_filled) in [(TargetId, target, has_targets), (PlaceRow, place_row, has_place_rows)] {
            if is_filled {
                columns.push(column);
                select.expr(nullable(ArrayType::BigInt, values, 0_i64.into()));
            }
        }
        let mut insert = Query::insert();
        insert.into_table(import_row::Entity).columns(columns).select_from(select).map_err(crate::Error::internal)?;
        tx.execute(&insert).await?;
    }
    Ok(())
}

/// Whether one of a row's cells contains a text, upper and lower case being the same. The JSON of all cells is compared
/// first, which rules most rows out, and then each cell, as the JSON contains more than the texts.
///
/// The databases have functions of their own for the elements of a JSON array.
pub(crate) fn cell_contains(db: &impl ConnectionTrait, text: &str) -> Expr {
    const CELL: &str = "cell";
    let in_json = serde_json::Value::from(text).to_string();
    let in_json = in_json.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(&in_json);
    let cells = || Expr::col((import_row::Entity, import_row::Column::Cells));
    let cell = || Expr::col((CELL, "value"));
    let (any, each, elements) = if db.get_database_backend() == DbBackend::Postgres {
        // The builder writes no ESCAPE behind ILIKE; without it PostgreSQL takes the backslash.
        let like = |text| LikeExpr::new(containing(text, '\\'));
        let elements = Func::cust("json_array_elements_text").arg(cells().cast_as("json"));
        (cells().ilike(like(in_json)), cell().ilike(like(text)), elements)
    } else {
        let like = |text| LikeExpr::new(containing(text, '!')).escape('!');
        let elements = Func::cust("json_each").arg(cells());
        (cells().like(like(in_json)), cell().like(like(text)), elements)
    };
    let matching = Query::select().expr(Expr::val(1)).from_function(elements, CELL).and_where(each).to_owned();
    any.and(Expr::exists(matching))
}

/// A pattern of LIKE for any text that contains this one.
fn containing(text: &str, escape: char) -> String {
    let mut pattern = "%".to_owned();
    for c in text.chars() {
        if c == '%' || c == '_' || c == escape {
            pattern.push(escape);
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
