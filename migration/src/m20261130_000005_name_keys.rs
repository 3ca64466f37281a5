//! Names are compared in another form: white space, the width of characters and the kinds of brackets, hyphens and middle dots
//! do not count. The stored keys are computed anew by the rule of `domain`, as the server compares them with its own.

use crate::DescribedMigration;
use domain::normalize::same_name;
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait,
    sea_orm::{ConnectionTrait, DbErr, QueryResult},
    sea_query::{Expr, ExprTrait, Order, Query},
};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261130_000005_name_keys"
    }
}

impl DescribedMigration for Migration {
    fn description(&self) -> &'static str {
        "compute name_key of unit, unit_alias and purchaser anew, as names that look alike are the same now"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for (id, key) in outdated_keys(db, "unit").await? {
            let update = Query::update().table("unit").value("name_key", key).and_where(Expr::col("id").eq(id)).take();
            db.execute(&update).await?;
        }
        for (id, key) in outdated_keys(db, "purchaser").await? {
            rename_purchaser(db, id, key).await?;
        }
        rename_aliases(db).await
    }
}

/// The ids and the new keys of the rows whose key changes.
async fn outdated_keys<C: ConnectionTrait>(db: &C, table: &'static str) -> Result<Vec<(i64, String)>, DbErr> {
    /// Rows per query.
    const CHUNK: u64 = 10_000;
    let mut outdated = Vec::new();
    let mut after = 0_i64;
    loop {
        let select = Query::select()
            .columns(["id", "name", "name_key"])
            .from(table)
            .and_where(Expr::col("id").gt(after))
            .order_by("id", Order::Asc)
            .limit(CHUNK)
            .take();
        let rows = db.query_all(&select).await?;
        for row in &rows {
            after = row.try_get("", "id")?;
            outdated.extend(changed_key(row)?.map(|key| (after, key)));
        }
        if rows.is_empty() {
            return Ok(outdated);
        }
    }
}

/// The new key of a row. `None` if it stays.
fn changed_key(row: &QueryResult) -> Result<Option<String>, DbErr> {
    let (name, stored): (String, String) = (row.try_get("", "name")?, row.try_get("", "name_key")?);
    let key = same_name(&name);
    Ok(if key == stored { None } else { Some(key.into_owned()) })
}

/// Changes the key of a purchaser. Purchasers of one code whose names were different before and are equal now keep their old
/// keys, except one: the database refuses equal keys, and people decide which purchaser is right.
async fn rename_purchaser<C: ConnectionTrait>(db: &C, id: i64, key: String) -> Result<(), DbErr> {
    let code = Query::select().column("code").from("purchaser").and_where(Expr::col("id").eq(id)).take();
    let Some(row) = db.query_one(&code).await? else { return Ok(()) };
    let code: String = row.try_get("", "code")?;
    let equal = Query::select()
        .column("id")
        .from("purchaser")
        .and_where(Expr::col("code").eq(code))
        .and_where(Expr::col("name_key").eq(key.as_str()))
        .take();
    if db.query_one(&equal).await?.is_some() {
        return Ok(());
    }
    let update = Query::update().table("purchaser").value("name_key", key).and_where(Expr::col("id").eq(id)).take();
    db.execute(&update).await.map(drop)
}

/// Changes the keys of former names. Of former names of one unit that are equal now, one stays.
async fn rename_aliases<C: ConnectionTrait>(db: &C) -> Result<(), DbErr> {
    let select = Query::select().columns(["unit_id", "name", "name_key"]).from("unit_alias").take();
    for row in db.query_all(&select).await? {
        let Some(key) = changed_key(&row)? else { continue };
        let (unit, stored): (i64, String) = (row.try_get("", "unit_id")?, row.try_get("", "name_key")?);
        let equal = Query::select()
            .column("unit_id")
            .from("unit_alias")
            .and_where(Expr::col("unit_id").eq(unit))
            .and_where(Expr::col("name_key").eq(key.as_str()))
            .take();
        if db.query_one(&equal).await?.is_some() {
            let delete = Query::delete()
                .from_table("unit_alias")
                .and_where(Expr::col("unit_id").eq(unit))
                .and_where(Expr::col("name_key").eq(stored))
                .take();
            db.execute(&delete).await?;
        } else {
            let update = Query::update()
                .table("unit_alias")
                .value("name_key", key)
                .and_where(Expr::col("unit_id").eq(unit))
                .and_where(Expr::col("name_key").eq(stored))
                .take();
            db.execute(&update).await?;
        }
    }
    Ok(())
}
