//! The statements that need SQL: each is one named function, and its documentation gives the reason. All other statements go
//! through SeaORM's entities and query builder. `cargo xtask lint` refuses SQL text anywhere else.

pub(crate) mod clock;
pub(crate) mod import;
pub(crate) mod insert_many;
pub(crate) mod lists;
pub(crate) mod recount;
pub(crate) mod rows;
pub(crate) mod schema;
pub(crate) mod session;
pub(crate) mod slots;
pub(crate) mod text;
pub(crate) mod tree;
pub(crate) mod units;
pub(crate) mod update_each;

/// A new database with the schema, and its pools.
#[cfg(test)]
async fn test_database(backend: testdb::Backend) -> (testdb::TestDb, crate::database::Pools) {
    use migration::MigratorTrait;
    let db = testdb::TestDb::create(backend).await;
    // On PostgreSQL half of the connections write: four transactions at once.
    let pools = crate::database::connect(db.url(), 8, crate::SqliteSynchronous::Normal).await.unwrap();
    migration::Migrator::up(&pools.write, None).await.unwrap();
    (db, pools)
}
