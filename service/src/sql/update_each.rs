//! Updates of many rows, each with values of its own, by one statement for all.
//!
//! The query builder knows `UPDATE … FROM`, but SeaORM's entities do not, and an `UPDATE` a row would make the number of
//! statements grow with the rows.

use crate::Result;
use sea_orm::{
    ConnectionTrait, EntityTrait, Value,
    sea_query::{
        CommonTableExpression, Expr, ExprTrait, IntoColumnRef, IntoIden, Query, SimpleExpr, UpdateStatement, Values,
    },
};

/// Values that one statement may bind: fewer than SQLite's 32,766 and PostgreSQL's 65,535.
pub(crate) const BINDS: usize = 30_000;
/// The list of values inside the statement.
const LIST: &str = "list";

/// The value of a column in the list, for further assignments and conditions.
pub(crate) fn listed(column: impl IntoIden) -> SimpleExpr {
    Expr::col((LIST, column.into_iden()).into_column_ref())
}

/// Updates the rows of an entity. Each item of `rows` has one value for each of `key` and then one for each of `set`; the
/// key identifies the row. `more` adds assignments and conditions that are the same for all rows. Returns how many rows
/// were updated. No two items may have the same key.
pub(crate) async fn update_each<E: EntityTrait>(
    db: &impl ConnectionTrait,
    entity: E,
    key: &[E::Column],
    set: &[E::Column],
    rows: Vec<Vec<Value>>,
    more: impl Fn(&mut UpdateStatement),
) -> Result<u64> {
    let at_once = BINDS / (key.len() + set.len()).max(1);
    let mut updated = 0;
    let mut rows = rows.into_iter().map(Values).peekable();
    while rows.peek().is_some() {
        let mut list = CommonTableExpression::new();
        list.table_name(LIST).columns(key.iter().chain(set).copied()).values(rows.by_ref().take(at_once).collect());
        let mut update = Query::update();
        update.table(entity).with_cte(list).from(LIST);
        for column in set {
            update.value(*column, listed(*column));
        }
        for column in key {
            update.and_where(Expr::col((entity, *column)).eq(listed(*column)));
        }
        more(&mut update);
        updated += db.execute(&update).await?.rows_affected();
    }
    Ok(updated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{database::begin, ids, sql::test_database};
    use entity::counter::{Column, Entity};
    use rstest::rstest;
    use sea_orm::{QueryOrder, QuerySelect};
    use testdb::Backend;

    #[rstest]
    #[tokio::test]
    async fn each_row_gets_its_own_values(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
        let (_db, pools) = test_database(backend).await;
        let tx = begin(&pools.write, &pools.link).await.unwrap();
        for sequence in [ids::IdSequence::Unit, ids::IdSequence::Purchaser, ids::IdSequence::Sms] {
            ids::take(&tx, sequence, 1).await.unwrap();
        }
        let rows = [("unit", 7), ("purchaser", 8), ("none", 9)];
        let rows = rows.into_iter().map(|(name, value): (_, i64)| vec![name.into(), value.into()]).collect();
        let not_eight = |update: &mut UpdateStatement| {
            update.and_where(listed(Column::Value).ne(8));
        };
        let updated = update_each(&tx, Entity, &[Column::Name], &[Column::Value], rows, not_eight).await.unwrap();
        assert_eq!(updated, 1);
        let counters = Entity::find().select_only().columns([Column::Name, Column::Value]).order_by_asc(Column::Name);
        let counters: Vec<(String, i64)> = counters.into_tuple().all(&tx).await.unwrap();
        assert_eq!(counters, [("purchaser".to_owned(), 1), ("sms".to_owned(), 1), ("unit".to_owned(), 7)]);
        let none = update_each(&tx, Entity, &[Column::Name], &[Column::Value], Vec::new(), |_| ()).await.unwrap();
        assert_eq!(none, 0);
    }
}
