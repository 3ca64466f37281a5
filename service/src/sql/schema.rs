//! The lock of the schema.

use crate::Result;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend,
    sea_query::{Expr, Func, Query},
};

/// Takes the lock of the schema until the transaction ends: processes that migrate at the same time wait for each other.
/// SQLite has one writer at a time anyway.
///
/// Migrations take as long as they need: the limits of statements end with this transaction.
///
/// PostgreSQL has advisory locks and local settings as functions only, which no builder knows.
pub(crate) async fn lock(tx: &DatabaseTransaction) -> Result<()> {
    lift_limits(tx).await?;
    if tx.get_database_backend() == DbBackend::Postgres {
        let key = Func::cust("hashtext").arg("schema");
        tx.query_one(&Query::select().expr(Func::cust("pg_advisory_xact_lock").arg(key)).to_owned()).await?;
    }
    Ok(())
}

/// Lifts the limits of statements until the transaction ends, for work that an operator waits for.
///
/// PostgreSQL has local settings as functions only, which no builder knows.
pub(crate) async fn lift_limits(tx: &DatabaseTransaction) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        for limit in ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"] {
            let unlimited = Func::cust("set_config").args([Expr::val(limit), Expr::val("0"), Expr::val(true)]);
            tx.query_one(&Query::select().expr(unlimited).to_owned()).await?;
        }
    }
    Ok(())
}
