//! Browsers that have signed in to an account. Attempts from them are counted apart from those of everybody else.

use crate::DescribedMigration;
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait,
    sea_orm::DbErr,
    sea_query::{ColumnDef, ForeignKey, Index, Table},
};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261130_000006_known_devices"
    }
}

impl DescribedMigration for Migration {
    fn description(&self) -> &'static str {
        "add the table known_device for the browsers that have signed in to an account"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("known_device")
            .col(ColumnDef::new("id").text().not_null())
            .col(ColumnDef::new("account_id").big_integer().not_null())
            .col(ColumnDef::new("last_used_at").big_integer().not_null())
            .primary_key(Index::create().col("id").col("account_id"))
            .foreign_key(ForeignKey::create().from("known_device", "account_id").to("account", "id"))
            .take();
        manager.create_table(table).await?;
        let by_account = Index::create()
            .name("known_device_account")
            .table("known_device")
            .col("account_id")
            .col("last_used_at")
            .take();
        manager.create_index(by_account).await
    }
}
