//! The filing of yearly plans: parameters, filings, and every version of them.

use crate::DescribedMigration;
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait,
    sea_orm::DbErr,
    sea_query::{ColumnDef, ForeignKey, Index, Table, TableCreateStatement},
};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261130_000010_plan_filing"
    }
}

impl DescribedMigration for Migration {
    fn description(&self) -> &'static str {
        "add the tables plan_parameter_set, plan_filing and plan_filing_version for yearly plans that units file"
    }
}

const PARAMETERS: &str = "plan_parameter_set";
const FILING: &str = "plan_filing";
const VERSION: &str = "plan_filing_version";

fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

fn small(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().take()
}

/// Plans that exist have no filing: a superior has set them, and that counts as approved.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [parameters(), filing(), version()] {
            manager.create_table(table).await?;
        }
        let by_state = Index::create().name("plan_filing_state").table(FILING).col("year").col("state").take();
        manager.create_index(by_state).await?;
        // The units for which another one files the shared canteen.
        let by_representative = Index::create()
            .name("plan_filing_representative")
            .table(FILING)
            .col("representative_id")
            .col("year")
            .take();
        manager.create_index(by_representative).await
    }
}

fn parameters() -> TableCreateStatement {
    Table::create()
        .table(PARAMETERS)
        .col(number("unit_id"))
        .col(small("year"))
        .col(text("parameters"))
        .col(number("updated_at"))
        .col(small("version"))
        .primary_key(Index::create().col("unit_id").col("year"))
        .foreign_key(ForeignKey::create().from(PARAMETERS, "unit_id").to("unit", "id"))
        .take()
}

fn filing() -> TableCreateStatement {
    Table::create()
        .table(FILING)
        .col(number("unit_id"))
        .col(small("year"))
        .col(text("state"))
        .col(text("form"))
        .col(ColumnDef::new("figures").text())
        .col(ColumnDef::new("canteen").text())
        // Without a foreign key: the representative may be deleted or merged.
        .col(ColumnDef::new("representative_id").big_integer())
        .col(ColumnDef::new("total").big_integer())
        .col(ColumnDef::new("share").big_integer())
        .col(ColumnDef::new("late").boolean().not_null())
        .col(ColumnDef::new("submitted_at").big_integer())
        .col(number("updated_at"))
        .col(small("version"))
        .primary_key(Index::create().col("unit_id").col("year"))
        .foreign_key(ForeignKey::create().from(FILING, "unit_id").to("unit", "id"))
        .take()
}

fn version() -> TableCreateStatement {
    Table::create()
        .table(VERSION)
        .col(number("unit_id"))
        .col(small("year"))
        .col(small("version"))
        .col(number("at"))
        .col(text("action"))
        .col(text("by_unit"))
        .col(text("login"))
        .col(ColumnDef::new("reason").text())
        .col(ColumnDef::new("figures").text())
        .primary_key(Index::create().col("unit_id").col("year").col("version"))
        .foreign_key(ForeignKey::create().from(VERSION, "unit_id").to("unit", "id"))
        .take()
}
