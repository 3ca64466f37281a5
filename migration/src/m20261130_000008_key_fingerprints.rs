//! The fingerprints of the keys that encrypt stored data, so that a server with another key notices it when it starts.

use crate::DescribedMigration;
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait,
    sea_orm::DbErr,
    sea_query::{ColumnDef, Table},
};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261130_000008_key_fingerprints"
    }
}

impl DescribedMigration for Migration {
    fn description(&self) -> &'static str {
        "add the table key_fingerprint, with which servers compare their SMS keys"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("key_fingerprint")
            .col(ColumnDef::new("name").text().not_null().primary_key())
            .col(ColumnDef::new("fingerprint").text().not_null())
            .take();
        manager.create_table(table).await
    }
}
