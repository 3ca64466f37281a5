//! Staged rows keep what generation needs: the typed row (`input`), and the number of the row of the same file that makes
//! the superior (`place_row`). Generation neither parses the cells nor compares names any more.
//!
//! Batches that wait or are being generated get both from their cells. This goes by the checks of `domain`, so that the rows
//! have the format that this version of the server reads.

use crate::DescribedMigration;
use domain::{
    Cells,
    check::{CheckedRow, purchaser_input, unit_input},
    normalize::same_name,
    schema::units,
};
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait,
    sea_orm::{ConnectionTrait, DbErr},
    sea_query::{ColumnDef, Expr, ExprTrait, Order, Query, Table},
};
use std::{borrow::Cow, collections::HashMap};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261125_000004_typed_rows"
    }
}

impl DescribedMigration for Migration {
    fn description(&self) -> &'static str {
        "add input and place_row to import_row and fill them for batches that are not generated yet"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in [ColumnDef::new("input").blob().take(), ColumnDef::new("place_row").integer().take()] {
            manager.alter_table(Table::alter().table("import_row").add_column(column).take()).await?;
        }
        let db = manager.get_connection();
        let open = Query::select()
            .columns(["id", "template"])
            .from("import_batch")
            .and_where(Expr::col("state").is_in(["checked", "generating"]))
            .take();
        for batch in db.query_all(&open).await? {
            let (id, template): (i64, String) = (batch.try_get("", "id")?, batch.try_get("", "template")?);
            fill_batch(db, id, template == "units").await?;
        }
        Ok(())
    }
}

/// A staged row of the earlier version.
struct StagedRow {
    checked: CheckedRow,
    /// Whether generation has to write the row yet.
    is_pending: bool,
    /// The superior, if it exists already.
    place: Option<i64>,
}

/// Fills the new columns of the rows of a batch.
async fn fill_batch<C: ConnectionTrait>(db: &C, batch: i64, makes_units: bool) -> Result<(), DbErr> {
    let rows = rows(db, batch).await?;
    let name = |row: &StagedRow| same_name(row.checked.cell(units::NAME)).into_owned();
    let by_name: HashMap<String, u32> =
        rows.iter().filter(|_| makes_units).map(|row| (name(row), row.checked.row)).collect();
    for row in rows.iter().filter(|row| row.is_pending) {
        let input = if makes_units {
            unit_input(&row.checked).map(|input| postcard::to_stdvec(&input))
        } else {
            purchaser_input(&row.checked).map(|input| postcard::to_stdvec(&input))
        };
        let input = input.transpose().map_err(|error| DbErr::Custom(error.to_string()))?;
        let superior: Cow<'_, str> = same_name(row.checked.cell(units::SUPERIOR));
        let place_row = by_name.get(superior.as_ref()).filter(|_| row.place.is_none());
        let fill = Query::update()
            .table("import_row")
            .value("input", input)
            .value("place_row", place_row.map(|row| i64::from(*row)))
            .and_where(Expr::col("batch_id").eq(batch))
            .and_where(Expr::col("row").eq(i64::from(row.checked.row)))
            .take();
        db.execute(&fill).await?;
    }
    Ok(())
}

async fn rows<C: ConnectionTrait>(db: &C, batch: i64) -> Result<Vec<StagedRow>, DbErr> {
    let select = Query::select()
        .columns(["row", "state", "cells", "place_id"])
        .from("import_row")
        .and_where(Expr::col("batch_id").eq(batch))
        .order_by("row", Order::Asc)
        .take();
    let row = |row: &sea_orm_migration::sea_orm::QueryResult| {
        let number: i32 = row.try_get("", "row")?;
        let row_number = u32::try_from(number).map_err(|_| DbErr::Custom(format!("{number} is not a row number")))?;
        let (state, cells): (String, String) = (row.try_get("", "state")?, row.try_get("", "cells")?);
        let cells: Cells = serde_json::from_str(&cells).map_err(|error| DbErr::Json(error.to_string()))?;
        Ok(StagedRow {
            checked: CheckedRow { row: row_number, cells },
            is_pending: matches!(state.as_str(), "correct" | "warning" | "update"),
            place: row.try_get("", "place_id")?,
        })
    };
    db.query_all(&select).await?.iter().map(row).collect()
}
