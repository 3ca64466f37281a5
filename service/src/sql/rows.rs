//! Rows of values as parameters of a statement.
//!
//! PostgreSQL takes long over thousands of parameters: there each column is one array, and `unnest` makes rows of the arrays. SQLite
//! has no arrays and gets each value as a parameter. The query builder does not hide this difference.

use super::update_each::BINDS;
use crate::{Error, Result, query::array};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, Statement, StatementBuilder, Value,
    sea_query::{ArrayType, ColumnType, CommonTableExpression, Expr, Func, OnConflict, Query, SelectStatement, Values},
};

/// The name of [`list`] inside the statement.
pub(crate) const LIST: &str = "list";
/// Rows that one statement takes on PostgreSQL.
const ROWS_OF_ARRAYS: usize = 10_000;
/// Rows that one statement inserts on SQLite.
const ROWS_OF_PARAMETERS: usize = 500;

/// A list of rows for `WITH`. No value is NULL. On SQLite, the caller gives at most [`most_rows`] of them.
pub(crate) fn list<const N: usize>(
    db: &impl ConnectionTrait,
    columns: [(&'static str, ArrayType); N],
    rows: Vec<[Value; N]>,
) -> CommonTableExpression {
    let mut list = CommonTableExpression::new();
    list.table_name(LIST).columns(columns.each_ref().map(|(name, _)| *name));
    if db.get_database_backend() == DbBackend::Postgres {
        let mut arrays: [Vec<Value>; N] = std::array::from_fn(|_| Vec::with_capacity(rows.len()));
        for row in rows {
            for (array, value) in arrays.iter_mut().zip(row) {
                array.push(value);
            }
        }
        let mut select = Query::select();
        for ((_, kind), values) in columns.into_iter().zip(arrays) {
            select.expr(unnest(kind, values));
        }
        list.query(select);
    } else {
        list.values(rows.into_iter().map(|row| Values(row.into())).collect());
    }
    list
}

/// The most rows of a [`list`] with this many columns.
pub(crate) const fn most_rows(columns: usize) -> usize {
    BINDS / columns
}

fn unnest(kind: ArrayType, values: Vec<Value>) -> Expr {
    Func::cust("unnest").arg(Expr::val(array(kind, values))).into()
}

/// Inserts rows, which have one value for each column, thousands with each statement. Returns how many rows were inserted or, by
/// `on_conflict`, updated.
pub(crate) async fn insert_rows<E: EntityTrait>(
    db: &impl ConnectionTrait,
    entity: E,
    columns: &[E::Column],
    rows: Vec<Vec<Value>>,
    on_conflict: Option<OnConflict>,
) -> Result<u64> {
    if db.get_database_backend() == DbBackend::Postgres {
        insert_arrays(db, entity, columns, rows, on_conflict).await
    } else {
        insert_parameters(db, entity, columns, rows, on_conflict).await
    }
}

/// The query builder binds no arrays with NULL, so that an empty value stands for it.
async fn insert_arrays<E: EntityTrait>(
    db: &impl ConnectionTrait,
    entity: E,
    columns: &[E::Column],
    rows: Vec<Vec<Value>>,
    on_conflict: Option<OnConflict>,
) -> Result<u64> {
    let kinds = columns.iter().map(kind_of).collect::<Result<Vec<_>>>()?;
    let mut affected = 0;
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let mut arrays: Vec<Vec<Value>> = columns.iter().map(|_| Vec::with_capacity(ROWS_OF_ARRAYS)).collect();
        for row in rows.by_ref().take(ROWS_OF_ARRAYS) {
            for ((array, value), (_, none)) in arrays.iter_mut().zip(row).zip(&kinds) {
                array.push(if is_null(&value) { none.clone().unwrap_or(value) } else { value });
            }
        }
        let mut select: SelectStatement = Query::select();
        for (values, (kind, none)) in arrays.into_iter().zip(&kinds) {
            let values = unnest(kind.clone(), values);
            select.expr(match none {
                Some(none) => Func::cust("nullif").args([values, Expr::val(none.clone())]).into(),
                None => values,
            });
        }
        let mut insert = Query::insert();
        insert.into_table(entity).columns(columns.iter().copied()).select_from(select).map_err(Error::internal)?;
        if let Some(on_conflict) = &on_conflict {
            insert.on_conflict(on_conflict.clone());
        }
        affected += db.execute(&insert).await?.rows_affected();
    }
    Ok(affected)
}

/// The type of the array, and the value that stands for NULL if the column may be NULL.
fn kind_of<C: ColumnTrait>(column: &C) -> Result<(ArrayType, Option<Value>)> {
    let def = column.def();
    let kind = match def.get_column_type() {
        ColumnType::BigInteger => ArrayType::BigInt,
        ColumnType::Integer => ArrayType::Int,
        ColumnType::SmallInteger => ArrayType::SmallInt,
        ColumnType::Boolean => ArrayType::Bool,
        ColumnType::Text => ArrayType::String,
        ColumnType::Blob | ColumnType::VarBinary(_) => ArrayType::Bytes,
        other => return Err(Error::internal(format!("no array of {other:?}"))),
    };
    let none = match (def.is_null(), &kind) {
        (false, _) => None,
        (true, ArrayType::Bytes) => Some(Value::from(Vec::<u8>::new())),
        (true, ArrayType::String) => Some(Value::from("")),
        (true, _) => return Err(Error::internal("no value stands for NULL in a column of numbers")),
    };
    Ok((kind, none))
}

fn is_null(value: &Value) -> bool {
    matches!(value, Value::Bytes(None) | Value::String(None))
}

/// All statements but the last have one text, which the driver prepares once.
async fn insert_parameters<E: EntityTrait>(
    db: &impl ConnectionTrait,
    entity: E,
    columns: &[E::Column],
    rows: Vec<Vec<Value>>,
    on_conflict: Option<OnConflict>,
) -> Result<u64> {
    let backend = db.get_database_backend();
    let at_once = ROWS_OF_PARAMETERS.min(most_rows(columns.len().max(1)));
    let mut affected = 0;
    let (mut rows_of_text, mut text) = (0, String::new());
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let mut values = Vec::with_capacity(at_once * columns.len());
        let mut count = 0;
        for row in rows.by_ref().take(at_once) {
            count += 1;
            values.extend(row);
        }
        if rows_of_text != count {
            let mut insert = Query::insert();
            insert.into_table(entity).columns(columns.iter().copied());
            for _ in 0..count {
                // The values themselves do not matter for the text.
                insert.values(columns.iter().map(|_| Expr::val(0))).map_err(Error::internal)?;
            }
            if let Some(on_conflict) = &on_conflict {
                insert.on_conflict(on_conflict.clone());
            }
            text = StatementBuilder::build(&insert, &backend).sql;
            rows_of_text = count;
        }
        affected += db.execute_raw(Statement::from_sql_and_values(backend, &text, values)).await?.rows_affected();
    }
    Ok(affected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{database::begin, sql::test_database};
    use domain::ids::UnitId;
    use entity::subtree_total::{Column, Entity};
    use rstest::rstest;
    use testdb::Backend;

    #[rstest]
    #[tokio::test]
    async fn rows_are_inserted_with_and_without_null(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
        use Column::{Accepted, Classes, Evaluated, Ordered, Orders, Origins, Paid, Period, Slot, UnitId as Unit};
        let (_db, pools) = test_database(backend).await;
        let tx = begin(&pools.write, &pools.link).await.unwrap();
        let columns = [Unit, Period, Slot, Ordered, Paid, Accepted, Evaluated, Orders, Classes, Origins];
        let row = |n: i32| {
            let numbers = [i64::MIN, -1, 0, i64::MAX, 7].map(Value::from);
            let mut row: Vec<Value> = vec![UnitId(1).into(), n.into(), 3_i16.into()];
            row.extend(numbers);
            row.extend([vec![0_u8, 255].into(), (n % 2 == 0).then(|| vec![1_u8]).into()]);
            row
        };
        let rows = || (0..10_001).map(row).collect::<Vec<_>>();
        assert_eq!(insert_rows(&tx, Entity, &columns, rows(), None).await.unwrap(), 10_001);
        let nothing = OnConflict::columns([Unit, Period, Slot]).do_nothing().to_owned();
        assert_eq!(insert_rows(&tx, Entity, &columns, rows(), Some(nothing)).await.unwrap(), 0);
        assert_eq!(insert_rows(&tx, Entity, &columns, Vec::new(), None).await.unwrap(), 0);
        let stored = Entity::find_by_id((UnitId(1), 9_999, 3)).one(&tx).await.unwrap().unwrap();
        assert_eq!((stored.ordered, stored.orders, stored.classes, stored.origins), (i64::MIN, 7, vec![0, 255], None));
        let stored = Entity::find_by_id((UnitId(1), 10_000, 3)).one(&tx).await.unwrap().unwrap();
        assert_eq!(stored.origins, Some(vec![1]));
    }
}
