//! The migrations of a database compared with those of this program.

use crate::{Migrator, MigratorTrait, migrations};
use sea_orm_migration::{
    IntoSchemaManagerConnection, SchemaManager,
    sea_orm::{DbErr, EntityTrait},
    seaql_migrations,
};
use std::collections::BTreeSet;

/// A migration of this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationInfo {
    /// The name under which the database records the migration.
    pub name: String,
    /// What the migration changes, in one line of English.
    pub description: &'static str,
}

/// The migrations that only one of the two sides has. The schema is up to date if both lists are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaStatus {
    /// Migrations of this program that the database lacks, the oldest first.
    pub pending: Vec<MigrationInfo>,
    /// Names of migrations that the database records and this program does not have: a newer program applied them.
    pub unknown: Vec<String>,
}

/// Compares the migrations that the database records with those of this program. Only reads.
///
/// # Errors
/// The database's own errors.
pub async fn schema_status<'c>(db: impl IntoSchemaManagerConnection<'c>) -> Result<SchemaStatus, DbErr> {
    let manager = SchemaManager::new(db);
    let mut applied = BTreeSet::new();
    if manager.has_table(Migrator::migration_table_name().to_string()).await? {
        let records = seaql_migrations::Entity::find().all(manager.get_connection()).await?;
        applied.extend(records.into_iter().map(|record| record.version));
    }
    let mut pending = Vec::new();
    for migration in migrations() {
        if !applied.remove(migration.name()) {
            let name = migration.name().to_owned();
            pending.push(MigrationInfo { name, description: migration.description() });
        }
    }
    Ok(SchemaStatus { pending, unknown: applied.into_iter().collect() })
}
