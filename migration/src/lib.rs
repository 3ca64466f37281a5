//! The database schema, equal on SQLite and PostgreSQL, as SeaORM migrations.
//!
//! A migration that is on the main branch never changes: databases already have it. Every change of the schema is a new
//! migration, written with SeaORM's schema builder or as one SQL file for each database. `tests/migrations/frozen.rs` compares the SQL
//! files with their checksums.

mod m20261124_000001_initial;
mod m20261125_000002_search_text;
mod m20261125_000003_derived_columns;
mod m20261125_000004_typed_rows;
mod m20261130_000005_name_keys;
mod m20261130_000006_known_devices;
mod m20261130_000007_sms_history;
mod m20261130_000008_key_fingerprints;
mod m20261130_000009_code_disputes;
mod m20261130_000010_plan_filing;
mod m20261130_000011_orders;
mod m20261130_000012_api_keys;
mod m20261130_000013_situation;
mod m20261201_000014_notices;
mod m20261201_000015_reminders;
mod status;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{
    MigrationTrait, SchemaManager,
    sea_orm::{ConnectionTrait, DbBackend, DbErr},
};
pub use status::{MigrationInfo, SchemaStatus, schema_status};

/// Applies the migrations in their order.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        migrations().into_iter().map(|migration| migration as Box<dyn MigrationTrait>).collect()
    }
}

/// A migration that the operator can read about before it runs.
trait DescribedMigration: MigrationTrait {
    /// What the migration changes, in one line of English.
    fn description(&self) -> &'static str;
}

/// All migrations, the oldest first.
fn migrations() -> Vec<Box<dyn DescribedMigration>> {
    vec![
        Box::new(m20261124_000001_initial::Migration),
        Box::new(m20261125_000002_search_text::Migration),
        Box::new(m20261125_000003_derived_columns::Migration),
        Box::new(m20261125_000004_typed_rows::Migration),
        Box::new(m20261130_000005_name_keys::Migration),
        Box::new(m20261130_000006_known_devices::Migration),
        Box::new(m20261130_000007_sms_history::Migration),
        Box::new(m20261130_000008_key_fingerprints::Migration),
        Box::new(m20261130_000009_code_disputes::Migration),
        Box::new(m20261130_000010_plan_filing::Migration),
        Box::new(m20261130_000011_orders::Migration),
        Box::new(m20261130_000012_api_keys::Migration),
        Box::new(m20261130_000013_situation::Migration),
        Box::new(m20261201_000014_notices::Migration),
        Box::new(m20261201_000015_reminders::Migration),
    ]
}

/// Runs the SQL program that is written for the manager's database.
async fn run_sql(manager: &SchemaManager<'_>, sqlite: &str, postgres: &str) -> Result<(), DbErr> {
    let program = match manager.get_database_backend() {
        DbBackend::Postgres => postgres,
        _ => sqlite,
    };
    manager.get_connection().execute_unprepared(program).await.map(drop)
}
