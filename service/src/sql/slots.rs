//! The slots of totals. A transaction that adds to totals owns a slot until it ends, and writes only to the rows of this slot.
//! So no row is shared by transactions at the same time, also not the rows of the unit at the top, to which every order adds.

use crate::{Error, Result};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend,
    sea_query::{Expr, Func, Query},
};

/// The first part of the keys of the locks: "slot" in ASCII. Locks with two numbers are others than those with one.
const SLOTS: i32 = 0x736c_6f74;

/// The slot of transactions that hold the exclusive lock of the tree: nobody else adds to totals then. SQLite has one writer at a
/// time, and so one slot.
pub(crate) const FIRST_SLOT: i16 = 0;

/// Takes a slot: the first free one of so many, or else waits for any. The caller holds the shared lock of the tree, and takes no
/// other lock afterwards.
///
/// PostgreSQL has advisory locks as functions only. The limit makes it try one lock after the other until it gets one.
pub(crate) async fn take(tx: &DatabaseTransaction, slots: i16) -> Result<i16> {
    const SLOT: &str = "slot";
    if tx.get_database_backend() != DbBackend::Postgres {
        return Ok(FIRST_SLOT);
    }
    let last = i32::from(slots) - 1;
    let key = |slot: Expr| [Expr::val(SLOTS), slot];
    let free = Query::select()
        .column(SLOT)
        .from_function(Func::cust("generate_series").args([Expr::val(0_i32), Expr::val(last)]), SLOT)
        .and_where(Func::cust("pg_try_advisory_xact_lock").args(key(Expr::col(SLOT))).into())
        .limit(1)
        .to_owned();
    if let Some(row) = tx.query_one(&free).await? {
        return i16::try_from(row.try_get::<i32>("", SLOT)?).map_err(Error::internal);
    }
    let slot = rand::random_range(0..=last.max(0));
    let wait = Query::select().expr(Func::cust("pg_advisory_xact_lock").args(key(Expr::val(slot)))).to_owned();
    tx.query_one(&wait).await?;
    i16::try_from(slot).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{database::begin, sql::test_database};
    use rstest::rstest;
    use testdb::Backend;

    #[rstest]
    #[tokio::test]
    async fn transactions_at_the_same_time_own_different_slots() {
        let (_db, pools) = test_database(Backend::Postgres).await;
        let [one, two, three] = [(); 3].map(|()| begin(&pools.write, &pools.link));
        let (one, two, three) = (one.await.unwrap(), two.await.unwrap(), three.await.unwrap());
        assert_eq!((take(&one, 2).await.unwrap(), take(&two, 2).await.unwrap()), (0, 1));
        let (waited, ()) = tokio::join!(take(&three, 2), async {
            tokio::task::yield_now().await;
            one.commit().await.unwrap();
            two.commit().await.unwrap();
        });
        assert!((0..2).contains(&waited.unwrap()));
    }

    #[tokio::test]
    async fn sqlite_has_one_slot() {
        let (_db, pools) = test_database(Backend::Sqlite).await;
        let tx = begin(&pools.write, &pools.link).await.unwrap();
        assert_eq!(take(&tx, 8).await.unwrap(), FIRST_SLOT);
    }
}
