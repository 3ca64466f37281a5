//! Reminders: SMS that superiors send to units about something that has a last day.

use crate::DescribedMigration;
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait,
    sea_orm::DbErr,
    sea_query::{ColumnDef, Table},
};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261201_000015_reminders"
    }
}

impl DescribedMigration for Migration {
    fn description(&self) -> &'static str {
        "add last_day to sms_outbox for reminders"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let last_day = ColumnDef::new("last_day").integer().take();
        manager.alter_table(Table::alter().table("sms_outbox").add_column(last_day).take()).await
    }
}
