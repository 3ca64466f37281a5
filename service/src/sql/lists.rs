//! Reads a table by one given index.

use crate::{
    Error, Result,
    query::{Counted, counted},
};
use sea_orm::{ConnectionTrait, DbBackend, EntityName, FromQueryResult, Statement, sea_query::SelectStatement};

/// The rows of a select, which SQLite reads by the index.
///
/// `INDEXED BY` has no counterpart in the query builder, and without it SQLite takes another index whenever it guesses
/// wrongly how many rows match: a list of 100,000 units then takes seconds instead of milliseconds. PostgreSQL has
/// statistics and chooses well by itself.
pub(crate) async fn all<T: FromQueryResult>(
    db: &impl ConnectionTrait,
    select: &SelectStatement,
    table: &impl EntityName,
    index: &str,
) -> Result<Vec<T>> {
    Ok(T::find_by_statement(by_index(db.get_database_backend(), select, table, index)).all(db).await?)
}

/// The only row of a select of aggregates, read like [`all`].
pub(crate) async fn aggregate<T: FromQueryResult>(
    db: &impl ConnectionTrait,
    select: &SelectStatement,
    table: &impl EntityName,
    index: &str,
) -> Result<T> {
    let row = T::find_by_statement(by_index(db.get_database_backend(), select, table, index)).one(db).await?;
    row.ok_or_else(|| Error::internal("a select of aggregates returned no row"))
}

/// The number of rows of a select, read like [`all`].
pub(crate) async fn count(
    db: &impl ConnectionTrait,
    select: SelectStatement,
    table: &impl EntityName,
    index: &str,
) -> Result<u32> {
    Ok(aggregate::<Counted>(db, &counted(select), table, index).await?.count.into())
}

/// The statement with the index named at the table's first `FROM` that a condition follows.
fn by_index(backend: DbBackend, select: &SelectStatement, table: &impl EntityName, index: &str) -> Statement {
    let mut statement = backend.build(select);
    if backend == DbBackend::Sqlite {
        let table = table.table_name();
        let from = format!("FROM \"{table}\" WHERE");
        statement.sql = statement.sql.replacen(&from, &format!("FROM \"{table}\" INDEXED BY \"{index}\" WHERE"), 1);
    }
    statement
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Subtree, list::Listed, sql::test_database};
    use entity::{purchaser, unit};
    use rstest::rstest;
    use sea_orm::{ColumnTrait, sea_query::Query};
    use testdb::Backend;

    /// The select of a list as it reads the index.
    fn select<E: Listed>() -> SelectStatement {
        Query::select()
            .expr(E::ID.into_expr())
            .from(E::default().table_ref())
            .and_where(E::in_subtree(&Subtree::of("1/")))
            .to_owned()
    }

    #[rstest]
    #[tokio::test]
    async fn lists_read_their_index_alone(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
        #[derive(FromQueryResult)]
        struct Plan {
            detail: String,
        }
        let (_db, pools) = test_database(backend).await;
        let (units, purchasers) = (unit::Entity, purchaser::Entity);
        let (of_units, of_purchasers) = (select::<unit::Entity>(), select::<purchaser::Entity>());
        assert_eq!(count(&pools.read, of_units.clone(), &units, unit::Entity::INDEX).await.unwrap(), 0);
        assert_eq!(count(&pools.read, of_purchasers.clone(), &purchasers, purchaser::Entity::INDEX).await.unwrap(), 0);
        if backend == Backend::Sqlite {
            for mut statement in [
                by_index(DbBackend::Sqlite, &of_units, &units, unit::Entity::INDEX),
                by_index(DbBackend::Sqlite, &of_purchasers, &purchasers, purchaser::Entity::INDEX),
            ] {
                statement.sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
                let plan = Plan::find_by_statement(statement).one(&pools.read).await.unwrap().unwrap();
                assert!(
                    plan.detail.contains("USING COVERING INDEX") && plan.detail.contains("_list"),
                    "{}",
                    plan.detail
                );
            }
        }
    }
}
