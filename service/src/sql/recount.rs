//! The lock of those who count units again.

use crate::Result;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend,
    sea_query::{Func, Query},
};

/// The key of the lock: "reco" in ASCII.
const RECOUNT: i64 = 0x7265_636f;

/// Takes the lock that everybody takes before it changes what was counted of units or the sums of it. Who needs the lock of the
/// tree too takes it afterwards. SQLite has one writer at a time anyway.
///
/// PostgreSQL has advisory locks as functions only, which no builder knows.
pub(crate) async fn lock(tx: &DatabaseTransaction) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let lock = Query::select().expr(Func::cust("pg_advisory_xact_lock").arg(RECOUNT)).to_owned();
        tx.query_one(&lock).await?;
    }
    Ok(())
}
