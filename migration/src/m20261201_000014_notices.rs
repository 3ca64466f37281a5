//! Notices, which accounts have read them, and an index that finds the orders of a purchaser in a state.

use crate::DescribedMigration;
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait,
    sea_orm::DbErr,
    sea_query::{ColumnDef, ForeignKey, ForeignKeyAction, Index, Table},
};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261201_000014_notices"
    }
}

impl DescribedMigration for Migration {
    fn description(&self) -> &'static str {
        "add the tables notice and notice_read, and an index for the orders of a purchaser in a state"
    }
}

const NOTICE: &str = "notice";
const READ: &str = "notice_read";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let number = |name: &'static str| ColumnDef::new(name).big_integer().not_null().take();
        let optional = |name: &'static str| ColumnDef::new(name).big_integer().take();
        let text = |name: &'static str| ColumnDef::new(name).text().not_null().take();
        let notice = Table::create()
            .table(NOTICE)
            .col(number("id").primary_key())
            // The unit that has written it; none for the operator.
            .col(optional("unit_id"))
            .col(text("title"))
            .col(text("text"))
            .col(text("importance"))
            .col(number("published_at"))
            // The last day on which it is shown, yyyymmdd.
            .col(ColumnDef::new("ends_on").integer())
            .col(optional("edited_at"))
            .col(optional("withdrawn_at"))
            .col(ColumnDef::new("version").integer().not_null())
            .foreign_key(ForeignKey::create().from(NOTICE, "unit_id").to("unit", "id"))
            .take();
        manager.create_table(notice).await?;
        let by_author = Index::create().name("notice_unit").table(NOTICE).col("unit_id").col("id").take();
        manager.create_index(by_author).await?;
        let read = Table::create()
            .table(READ)
            .col(number("account_id"))
            .col(number("notice_id"))
            .col(number("read_at"))
            .primary_key(Index::create().col("account_id").col("notice_id"))
            .foreign_key(
                ForeignKey::create().from(READ, "account_id").to("account", "id").on_delete(ForeignKeyAction::Cascade),
            )
            .foreign_key(ForeignKey::create().from(READ, "notice_id").to(NOTICE, "id"))
            .take();
        manager.create_table(read).await?;
        let by_notice = Index::create().name("notice_read_notice").table(READ).col("notice_id").take();
        manager.create_index(by_notice).await?;
        // The home page of the trading portal counts the orders that have waited for long.
        let by_state = Index::create()
            .name("purchase_order_state")
            .table("purchase_order")
            .col("purchaser_id")
            .col("state")
            .col("ordered_at")
            .take();
        manager.create_index(by_state).await
    }
}
