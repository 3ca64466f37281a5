//! Insertion of many rows.

use crate::{Error, Result};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ConnectionTrait, DbBackend, EntityTrait, Iterable, Statement, StatementBuilder,
    Value,
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
    let (mut rows_of_text, mut text, mut further_values) = (0, String::new(), Vec::new());
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
        if rows_of_text != count {
            (text, further_values) = insert_text::<A>(backend, &columns, count, on_conflict.as_ref())?;
            rows_of_text = count;
        }
        values.extend(further_values.iter().cloned());
        let statement = Statement::from_sql_and_values(backend, &text, values);
        affected += db.execute_raw(statement).await?.rows_affected();
    }
    Ok(affected)
}

/// The text of a statement that inserts `count` rows, and the values that it binds after those of the rows.
fn insert_text<A: ActiveModelTrait>(
    backend: DbBackend,
    columns: &[<A::Entity as EntityTrait>::Column],
    count: usize,
    on_conflict: Option<&OnConflict>,
) -> Result<(String, Vec<Value>)> {
    let mut insert = Query::insert();
    insert.into_table(A::Entity::default()).columns(columns.iter().copied());
    for _ in 0..count {
        // The values themselves do not matter for the text.
        insert.values(columns.iter().map(|_| Expr::val(0))).map_err(Error::internal)?;
    }
    if let Some(on_conflict) = on_conflict {
        insert.on_conflict(on_conflict.clone());
    }
    let Statement { sql, values, .. } = StatementBuilder::build(&insert, &backend);
    let further = values.into_iter().flat_map(|values| values.0).skip(count * columns.len());
    Ok((sql, further.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{database::begin, sql::test_database};
    use entity::counter;
    use rstest::rstest;
    use sea_orm::{Set, sea_query::ExprTrait};
    use testdb::Backend;

    #[rstest]
    #[tokio::test]
    async fn values_of_a_conflict_are_bound_with_every_statement(
        #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    ) {
        let (_db, pools) = test_database(backend).await;
        let tx = begin(&pools.write, &pools.link).await.unwrap();
        let rows = || (0..1_001).map(|n| counter::ActiveModel { name: Set(n.to_string()), value: Set(n) });
        let add_seven = || {
            let value = Expr::col((counter::Entity, counter::Column::Value)).add(7_i64);
            OnConflict::column(counter::Column::Name).value(counter::Column::Value, value).to_owned()
        };
        for expected in [500_500, 500_500 + 7 * 1_001] {
            assert_eq!(insert_many(&tx, rows(), Some(add_seven())).await.unwrap(), 1_001);
            let sum: i64 = counter::Entity::find().all(&tx).await.unwrap().iter().map(|counter| counter.value).sum();
            assert_eq!(sum, expected);
        }
    }
}
