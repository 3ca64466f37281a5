//! The lock of the schema.

use crate::Result;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend,
    sea_query::{Func, Query},
};

/// Takes the lock of the schema until the transaction ends: processes that migrate at the same time wait for each other.
/// SQLite has one writer at a time anyway.
///
/// PostgreSQL has advisory locks as functions only, which no builder knows.
pub(crate) async fn lock(tx: &DatabaseTransaction) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let key = Func::cust("hashtext").arg("schema");
        tx.query_one(&Query::select().expr(Func::cust("pg_advisory_xact_lock").arg(key)).to_owned()).await?;
    }
    Ok(())
}
