//! Parts of queries that many use cases share, for SeaORM's query builder.

pub(crate) use crate::sql::insert_many::insert_many;
use crate::{Error, Result, Subtree};
use domain::paging::BoundedCount;
use entity::Count;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, PaginatorTrait, QuerySelect, QueryTrait,
    Select, Value,
    sea_query::{
        ArrayType, Asterisk, Expr, ExprTrait, Func, Query, SelectStatement, ValueType, extension::postgres::PgFunc,
    },
};

/// Whether a column with a path lies in a subtree: one range of the index.
pub(crate) fn within(path: impl ColumnTrait, subtree: &Subtree) -> Expr {
    is_within(path.into_expr(), subtree)
}

/// The same for a column of a table that is joined by another name.
pub(crate) fn is_within(path: Expr, subtree: &Subtree) -> Expr {
    path.clone().gte(subtree.from.as_str()).and(path.lt(subtree.to.as_str()))
}

/// Whether a column has one of these values. PostgreSQL gets one array, so that the statement is the same for any number of
/// values; SQLite has no arrays and gets a list.
pub(crate) fn is_any_of<T>(
    db: &impl ConnectionTrait,
    column: impl ColumnTrait,
    values: impl IntoIterator<Item = T>,
) -> Expr
where
    T: Into<Value> + ValueType,
{
    match db.get_database_backend() {
        DbBackend::Postgres => {
            let expr: Expr = PgFunc::any(Expr::val(array(T::array_type(), values))).into();
            column.into_expr().eq(expr)
        }
        _ => column.is_in(values),
    }
}

/// The values as one array parameter of PostgreSQL.
pub(crate) fn array<T: Into<Value>>(kind: ArrayType, values: impl IntoIterator<Item = T>) -> Value {
    Value::Array(kind, Some(Box::new(values.into_iter().map(Into::into).collect())))
}

/// The number of rows of a select, as the use cases count.
pub(crate) async fn count<E>(db: &impl ConnectionTrait, select: Select<E>) -> Result<u32>
where
    E: EntityTrait<Model: Send + Sync>,
{
    TryFrom::try_from(select.count(db).await?).map_err(Error::internal)
}

/// A select that counts the rows of another as `count`.
pub(crate) fn counted(rows: SelectStatement) -> SelectStatement {
    Query::select().expr_as(Func::count(Expr::col(Asterisk)), "count").from_subquery(rows, "counted").to_owned()
}

/// The row of [`counted`].
#[derive(FromQueryResult)]
pub(crate) struct Counted {
    pub(crate) count: Count,
}

/// The number of rows of a select that is built without an entity.
pub(crate) async fn count_rows(db: &impl ConnectionTrait, rows: SelectStatement) -> Result<u32> {
    let counted: Vec<Counted> = all(db, &counted(rows)).await?;
    Ok(counted.into_iter().map(|counted| u32::from(counted.count)).sum())
}

/// The number of rows of a query, counted up to one more than [`BoundedCount::BOUND`].
pub(crate) async fn count_bounded<E: EntityTrait>(db: &impl ConnectionTrait, rows: Select<E>) -> Result<u32> {
    let rows = rows.select_only().expr(Expr::val(1)).limit(u64::from(BoundedCount::BOUND) + 1);
    count_rows(db, rows.into_query()).await
}

/// The rows of a select that is built without an entity, by the names of its columns.
pub(crate) async fn all<T: FromQueryResult>(db: &impl ConnectionTrait, select: &SelectStatement) -> Result<Vec<T>> {
    let rows = db.query_all(select).await?;
    Ok(rows.iter().map(|row| T::from_query_result(row, "")).collect::<std::result::Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        SqliteSynchronous,
        database::{Pools, begin, connect},
    };
    use entity::counter;
    use rstest::rstest;
    use sea_orm::{QueryFilter, Set, sea_query::OnConflict};
    use testdb::{Backend, TestDb};

    async fn migrated(backend: Backend) -> (TestDb, Pools) {
        use migration::MigratorTrait;
        let db = TestDb::create(backend).await;
        let pools = connect(db.url(), 4, SqliteSynchronous::Normal).await.unwrap();
        migration::Migrator::up(&pools.write, None).await.unwrap();
        (db, pools)
    }

    fn rows(count: i64) -> impl Iterator<Item = counter::ActiveModel> {
        (0..count).map(|n| counter::ActiveModel { name: Set(n.to_string()), value: Set(n) })
    }

    #[rstest]
    #[tokio::test]
    async fn many_rows_are_inserted_and_found(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
        let (_db, pools) = migrated(backend).await;
        let tx = begin(&pools.write, &pools.link).await.unwrap();
        assert_eq!(insert_many(&tx, rows(0), None).await.unwrap(), 0);
        assert_eq!(insert_many(&tx, rows(40_000), None).await.unwrap(), 40_000);
        let nothing = OnConflict::column(counter::Column::Name).do_nothing().to_owned();
        assert_eq!(insert_many(&tx, rows(40_000), Some(nothing)).await.unwrap(), 0);
        let any = is_any_of(&tx, counter::Column::Name, (0..20_000).map(|n| (n * 3).to_string()));
        assert_eq!(counter::Entity::find().filter(any).count(&tx).await.unwrap(), 13_334);
        let none = is_any_of(&tx, counter::Column::Name, Vec::<String>::new());
        assert_eq!(counter::Entity::find().filter(none).count(&tx).await.unwrap(), 0);
        tx.commit().await.unwrap();
    }
}
