//! The clock of the database.

use crate::{Clock, Error, Result};
use domain::calendar::Timestamp;
use sea_orm::{
    ConnectionTrait, DbBackend,
    sea_query::{Expr, ExprTrait, Query},
};

/// The current time of the database in milliseconds, as [`Timestamp`] has it. Claims and leases are compared with it: servers
/// whose clocks differ, or jump, neither take work from each other nor lose it. Tests move it forward together with the clock
/// of the services. SQLite has the clock of the machine, which all its servers share.
///
/// The query builder has no current time in milliseconds: the two databases have different functions for it.
pub(crate) fn now(db: &impl ConnectionTrait, clock: &Clock) -> Expr {
    let now = match db.get_database_backend() {
        DbBackend::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
        _ => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
    };
    Expr::cust(now).add(clock.moved_by_tests())
}

/// The same time, read by a query.
pub(crate) async fn read(db: &impl ConnectionTrait, clock: &Clock) -> Result<Timestamp> {
    let row = db.query_one(&Query::select().expr_as(now(db, clock), "now").to_owned()).await?;
    let row = row.ok_or_else(|| Error::internal("a select of the time returned no row"))?;
    Ok(Timestamp(row.try_get("", "now")?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::test_database;
    use rstest::rstest;
    use std::time::Duration;
    use testdb::Backend;

    #[rstest]
    #[tokio::test]
    async fn the_time_is_the_databases_and_moves_with_tests(
        #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    ) {
        let (_db, pools) = test_database(backend).await;
        let clock = Clock::default();
        let difference = |a: Timestamp, b: Timestamp| Ord::max(a - b, b - a);
        let minute = Duration::from_mins(1);
        assert!(difference(read(&pools.read, &clock).await.unwrap(), clock.now()) < minute);
        clock.advance(minute * 60);
        assert!(difference(read(&pools.read, &clock).await.unwrap(), clock.now()) < minute);
        // The time of the database does not depend on a wrong clock of the server.
        let right = clock.now();
        let wrong = clock.wrong_by(minute * 60);
        assert!(difference(wrong.now(), right) > minute * 59);
        assert!(difference(read(&pools.read, &wrong).await.unwrap(), right) < minute);
    }
}
