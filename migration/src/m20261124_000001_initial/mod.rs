//! All tables, indexes and triggers of the first version.

use crate::{DescribedMigration, run_sql};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261124_000001_initial"
    }
}

impl DescribedMigration for Migration {
    fn description(&self) -> &'static str {
        "create all tables"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_sql(manager, include_str!("sqlite.sql"), include_str!("postgres.sql")).await
    }
}
