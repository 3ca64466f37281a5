//! Triggers that maintain every derived column, by one rule on both databases. They replace the triggers of the first
//! version, which ignored deletions, changes of a login name, of a plan's year and of a holder.
//!
//! | derived columns | source | rule |
//! |---|---|---|
//! | `unit.login`, `unit.account` | `account` | `login` and `state` of the account with this `unit_id`; without one NULL and `not-issued` |
//! | `unit.initial_until` | `account` | `initial_until` of the same account while its state is `not-activated`; NULL in every other state |
//! | `purchaser.login`, `purchaser.account` | `account` | `login` and `state` of the account with this `purchaser_id`; without one NULL and `not-issued` |
//! | `unit.even_year`, `unit.even_total` | `reserve_plan` | year and total of the plan of the newest even year; without one NULL |
//! | `unit.odd_year`, `unit.odd_total` | `reserve_plan` | year and total of the plan of the newest odd year; without one NULL |
//! | `purchaser.unit_path` | `unit` | `path` of the unit; a different value that a statement writes is replaced |
//! | `unit.search_text`, `purchaser.search_text`, `account.state` | the same row | generated columns |
//!
//! The triggers own these columns: no other code writes them, except that a new purchaser comes with its unit's path.
//! `tests/migrations/derived_columns.rs` compares the columns with the rules after random changes. The migration also
//! corrects the rows that the earlier triggers left wrong.

use crate::{DescribedMigration, run_sql};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261125_000003_derived_columns"
    }
}

impl DescribedMigration for Migration {
    fn description(&self) -> &'static str {
        "replace the triggers of derived columns and correct the columns"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_sql(manager, include_str!("sqlite.sql"), include_str!("postgres.sql")).await
    }
}
