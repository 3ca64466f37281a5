//! The keys of systems that send orders, and the nonces of their requests.

use crate::DescribedMigration;
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait,
    sea_orm::DbErr,
    sea_query::{ColumnDef, ForeignKey, Index, Table},
};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261130_000012_api_keys"
    }
}

impl DescribedMigration for Migration {
    fn description(&self) -> &'static str {
        "add the tables api_key and api_nonce for systems that send orders with signed requests"
    }
}

const KEY: &str = "api_key";
const NONCE: &str = "api_nonce";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let number = |name: &'static str| ColumnDef::new(name).big_integer().not_null().take();
        let time = |name: &'static str| ColumnDef::new(name).big_integer().take();
        let text = |name: &'static str| ColumnDef::new(name).text().not_null().take();
        let key = Table::create()
            .table(KEY)
            .col(number("id").primary_key())
            .col(text("public_id").unique_key())
            .col(text("name"))
            // The encrypted secret; none once the key is revoked.
            .col(ColumnDef::new("secret").blob())
            .col(number("issued_at"))
            // The login name of the operator, which outlives its account.
            .col(text("issued_by"))
            .col(time("expires_at"))
            .col(time("revoked_at"))
            .col(time("last_used_at"))
            // When the audit log last got an event of a refused request.
            .col(time("refused_at"))
            .take();
        manager.create_table(key).await?;
        let nonce = Table::create()
            .table(NONCE)
            .col(number("key_id"))
            .col(text("nonce"))
            .col(number("signed_at"))
            .primary_key(Index::create().col("key_id").col("nonce"))
            .foreign_key(ForeignKey::create().from(NONCE, "key_id").to(KEY, "id"))
            .take();
        manager.create_table(nonce).await?;
        let by_time = Index::create().name("api_nonce_signed_at").table(NONCE).col("signed_at").take();
        manager.create_index(by_time).await
    }
}
