//! The ledger of orders, what they post to units, and the totals of large subtrees.

use crate::{DescribedMigration, run_sql};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261130_000011_orders"
    }
}

impl DescribedMigration for Migration {
    fn description(&self) -> &'static str {
        "add the ledger: purchase_order, its history, parked_order, purchase_posting, subtree_total and totalled_unit"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_sql(manager, include_str!("sqlite.sql"), include_str!("postgres.sql")).await
    }
}
