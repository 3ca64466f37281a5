//! Gives the column that searches read a name that says so.

use crate::DescribedMigration;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr, sea_query::Table};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261125_000002_search_text"
    }
}

impl DescribedMigration for Migration {
    fn description(&self) -> &'static str {
        "rename the column sought of unit and purchaser to search_text"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["unit", "purchaser"] {
            manager.alter_table(Table::alter().table(table).rename_column("sought", "search_text").take()).await?;
        }
        Ok(())
    }
}
