//! Connecting: SQLite in WAL mode with foreign keys and a busy timeout, or PostgreSQL.

use crate::{Result, settings::Settings};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

/// Opens the pool.
pub(crate) async fn connect(settings: &Settings) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(settings.database_url.0.clone());
    options.max_connections(settings.database_connections).sqlx_logging(false);
    Ok(Database::connect(options).await?)
}
