//! The migrations on real databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // the shared code is test code too

mod derived_columns;
mod frozen;
mod name_keys;
mod situation;
mod upgrade;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use testdb::{Backend, TestDb};

/// A connection to a new database without tables.
async fn empty_database(backend: Backend) -> (TestDb, DatabaseConnection) {
    let db = TestDb::create(backend).await;
    let connection = connect(&db).await;
    (db, connection)
}

/// A connection as the services have it: SQLite checks foreign keys.
async fn connect(db: &TestDb) -> DatabaseConnection {
    if let Some(path) = db.url().strip_prefix("sqlite://") {
        std::fs::create_dir_all(std::path::Path::new(path).parent().unwrap()).unwrap();
    }
    let url = if db.url().starts_with("sqlite:") { format!("{}?mode=rwc", db.url()) } else { db.url().to_owned() };
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|options| options.foreign_keys(true));
    Database::connect(options).await.unwrap()
}

/// The rows of a query, each as a list of texts. NULL becomes "NULL".
async fn query<const N: usize>(db: &DatabaseConnection, sql: &str) -> Vec<[String; N]> {
    let columns: Vec<String> = (0..N).map(|column| format!("COALESCE(CAST(c{column} AS TEXT), 'NULL')")).collect();
    let names: Vec<String> = (0..N).map(|column| format!("c{column}")).collect();
    let text = format!("WITH q ({}) AS ({sql}) SELECT {} FROM q", names.join(", "), columns.join(", "));
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), text)).await.unwrap();
    rows.iter().map(|row| std::array::from_fn(|column| row.try_get_by_index(column).unwrap())).collect()
}
