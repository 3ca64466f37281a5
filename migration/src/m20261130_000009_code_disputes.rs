//! Code disputes: requests to the operator about a credit code that a unit elsewhere has already.

use crate::DescribedMigration;
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait,
    sea_orm::DbErr,
    sea_query::{ColumnDef, ConditionalStatement, Expr, ExprTrait, ForeignKey, Index, Table},
};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261130_000009_code_disputes"
    }
}

impl DescribedMigration for Migration {
    fn description(&self) -> &'static str {
        "add the table code_dispute for requests about credit codes that are taken"
    }
}

const TABLE: &str = "code_dispute";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let text = |name: &'static str| ColumnDef::new(name).text().not_null().take();
        let number = |name: &'static str| ColumnDef::new(name).big_integer().not_null().take();
        let table = Table::create()
            .table(TABLE)
            .col(number("id").primary_key())
            .col(number("unit_id"))
            .col(number("account_id"))
            .col(text("code"))
            .col(text("name"))
            .col(text("superior"))
            // Without a foreign key: the superior may be deleted while the dispute waits.
            .col(ColumnDef::new("superior_id").big_integer())
            .col(text("reason"))
            .col(text("contact"))
            .col(text("mobile"))
            .col(text("state"))
            .col(ColumnDef::new("answer").text())
            .col(number("filed_at"))
            .col(ColumnDef::new("closed_at").big_integer())
            .col(ColumnDef::new("version").integer().not_null())
            .foreign_key(ForeignKey::create().from(TABLE, "unit_id").to("unit", "id"))
            .foreign_key(ForeignKey::create().from(TABLE, "account_id").to("account", "id"))
            .take();
        manager.create_table(table).await?;
        // A unit has one open dispute about a code. The operator looks for disputes by the code of a unit.
        let open = Index::create()
            .name("code_dispute_open")
            .table(TABLE)
            .col("code")
            .col("unit_id")
            .unique()
            .and_where(Expr::col("state").eq("open"))
            .take();
        manager.create_index(open).await?;
        let by_unit = Index::create().name("code_dispute_unit").table(TABLE).col("unit_id").col("id").take();
        manager.create_index(by_unit).await?;
        let by_state = Index::create().name("code_dispute_state").table(TABLE).col("state").col("id").take();
        manager.create_index(by_state).await
    }
}
