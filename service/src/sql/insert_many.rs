//! Insertion of many rows.

use crate::{Error, Result};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ConnectionTrait, DbBackend, EntityTrait, Iterable, Statement, StatementBuilder,
    sea_query::{Expr, OnConflict, Query},
};

/// Inserts rows, hundreds with each statement, and returns how many rows were inserted or, by `on_conflict`, updated. All rows
/// set the same columns.
///
/// [`EntityTrait::insert_many`] would build a tree of expressions and a text for each statement. That took as long as the rest
/// of an upload. Here all statements but the last have one text, which the driver prepares once.
pub(crate) async fn insert_many<A>(
    db: &impl ConnectionTrait,
    rows: impl IntoIterator<Item = A>,
    on_conflict: Option<OnConflict>,
) -> Result<u64>
where
    A: ActiveModelTrait + Send,
{
    /// Rows of one statement: few enough for the parameters of the widest table.
    const AT_ONCE: usize = 500;
    let backend = db.get_database_backend();
    let mut rows = rows.into_iter().peekable();
    let Some(first) = rows.peek() else { return Ok(0) };
    let is_set = |column: &<A::Entity as EntityTrait>::Column| !matches!(first.get(*column), ActiveValue::NotSet);
    let columns: Vec<_> = <A::Entity as EntityTrait>::Column::iter().filter(is_set).collect();
    let mut affected = 0;
    let mut prepared = (0, String::new());
    while rows.peek().is_some() {
        let mut values = Vec::with_capacity(AT_ONCE * columns.len());
        let mut count = 0;
        for mut row in rows.by_ref().take(AT_ONCE) {
            count += 1;
            for column in &columns {
                let value = row.take(*column).into_value();
                values.push(value.ok_or_else(|| Error::internal("rows to insert set different columns"))?);
            }
        }
        if prepared.0 != count {
            prepared = (count, insert_text::<A>(backend, &columns, count, on_conflict.as_ref())?);
        }
        let statement = Statement::from_sql_and_values(backend, &prepared.1, values);
        affected += db.execute_raw(statement).await?.rows_affected();
    }
    Ok(affected)
}

/// The text of a statement that inserts `count` rows.
fn insert_text<A: ActiveModelTrait>(
    backend: DbBackend,
    columns: &[<A::Entity as EntityTrait>::Column],
    count: usize,
    on_conflict: Option<&OnConflict>,
) -> Result<String> {
    let mut insert = Query::insert();
    insert.into_table(A::Entity::default()).columns(columns.iter().copied());
    for _ in 0..count {
        // The values themselves do not matter for the text.
        insert.values(columns.iter().map(|_| Expr::val(0))).map_err(Error::internal)?;
    }
    if let Some(on_conflict) = on_conflict {
        insert.on_conflict(on_conflict.clone());
    }
    Ok(StatementBuilder::build(&insert, &backend).sql)
}
