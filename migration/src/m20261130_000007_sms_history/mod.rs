//! The outbox keeps what was sent. It has no foreign keys to accounts, units and purchasers any more, so that their SMS stay when
//! they are deleted: the ids are never used again. New columns: which worker has claimed an SMS, and when it may go if its
//! number already gets as many as it may.

use crate::{DescribedMigration, run_sql};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261130_000007_sms_history"
    }
}

impl DescribedMigration for Migration {
    fn description(&self) -> &'static str {
        "keep the SMS of deleted units in sms_outbox, and add locked_by and not_before"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_sql(manager, include_str!("sqlite.sql"), include_str!("postgres.sql")).await
    }
}
