//! What is counted of units: the approved figures of unions, the units that are to be counted again, and the counts of units and of
//! large subtrees.
//!
//! Triggers note every unit of which something changes that is counted, whoever changes it. They only note that it changed: what a
//! unit counts is computed in one place, `service/src/situation/count.rs`.
//!
//! | noted when | units |
//! |---|---|
//! | a `unit` is added or deleted, or gets another path or another state of its account | itself |
//! | a `purchaser` is added or deleted, or gets another unit or another state of its account | its unit; both, exclusively, when it moves |
//! | a `reserve_plan` or a `plan_filing` is added, changed or deleted | its unit |
//! | an SMS fails or is sent after a failure | the unit of its account |
//! | a `plan_parameter_set` is added | its unit, whose subtree is counted from then on |
//!
//! The ledger notes units that purchase for the first time itself: a trigger on every posting would take a large part of the time in
//! which orders are received.

use crate::{DescribedMigration, run_sql};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261130_000013_situation"
    }
}

impl DescribedMigration for Migration {
    fn description(&self) -> &'static str {
        "count accounts and plans by subtree: unit_to_recount with its triggers, counted_unit, subtree_count, and unions in reserve_plan"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_sql(manager, include_str!("sqlite.sql"), include_str!("postgres.sql")).await
    }
}
