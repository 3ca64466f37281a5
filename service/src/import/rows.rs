//! A page of a batch's rows.

use crate::{
    Actor, Result, Services,
    batch::of_unit,
    query::{count, is_any_of},
    search,
    sql::import::cell_contains,
};
use domain::{
    Finding, Template,
    ids::{BatchId, PurchaserId, UnitId},
    import_batch::{ROWS_PER_PAGE, RowQuery, RowState, RowView, RowsPage},
    preview,
};
use entity::{Count, import_row, purchaser, unit};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseConnection, DerivePartialModel, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::HashMap;

#[derive(DerivePartialModel)]
#[sea_orm(entity = "import_row::Entity")]
struct StoredRow {
    row: Count,
    state: RowState,
    cells: String,
    findings: Option<String>,
    target_id: Option<i64>,
}

/// A page of the rows that a query finds; [`domain::Problem::NotFound`] if the batch is not the own unit's.
pub async fn rows(services: &Services, actor: &Actor, id: BatchId, query: &RowQuery) -> Result<RowsPage> {
    let db = &services.0.db;
    let (template, _) = of_unit(db, id, actor.unit()?.id).await?;
    let matching = import_row::Entity::find().filter(condition(db, id, query));
    let total = count(db, matching.clone()).await?;
    let page = query.page.clamp(1, total.div_ceil(ROWS_PER_PAGE).max(1));
    let stored = matching
        .order_by_asc(import_row::Column::Row)
        .limit(u64::from(ROWS_PER_PAGE))
        .offset(u64::from(page - 1) * u64::from(ROWS_PER_PAGE))
        .into_partial_model::<StoredRow>()
        .all(db)
        .await?;
    let logins = logins(db, template, &stored).await?;
    let rows = stored.into_iter().map(|row| view(template, row, &logins)).collect::<Result<_>>()?;
    Ok(RowsPage { rows, total, page })
}

/// The rows that a query asks for. Cells and findings are JSON.
fn condition(db: &impl ConnectionTrait, id: BatchId, query: &RowQuery) -> Condition {
    let with_code =
        |code: domain::Code| import_row::Column::Findings.contains(format!("\"code\":\"{}\"", code.as_str()));
    let search = search::typed(&query.search);
    Condition::all()
        .add(import_row::Column::BatchId.eq(id))
        .add_option(query.state.map(|state| import_row::Column::State.eq(state)))
        .add_option(query.code.map(with_code))
        .add_option((!search.is_empty()).then(|| cell_contains(db, &search)))
}

/// The login names of the units or purchasers that generation added or changed.
async fn logins(db: &DatabaseConnection, template: Template, rows: &[StoredRow]) -> Result<HashMap<i64, String>> {
    let generated = rows.iter().filter(|row| row.state == RowState::Generated).filter_map(|row| row.target_id);
    let generated: Vec<i64> = generated.collect();
    if generated.is_empty() {
        return Ok(HashMap::new());
    }
    let logins: Vec<(i64, String)> = match template {
        Template::Units => {
            unit::Entity::find()
                .select_only()
                .columns([unit::Column::Id, unit::Column::Login])
                .filter(is_any_of(db, unit::Column::Id, generated.into_iter().map(UnitId)))
                .filter(unit::Column::Login.is_not_null())
                .into_tuple()
                .all(db)
                .await?
        }
        Template::Purchasers => {
            purchaser::Entity::find()
                .select_only()
                .columns([purchaser::Column::Id, purchaser::Column::Login])
                .filter(is_any_of(db, purchaser::Column::Id, generated.into_iter().map(PurchaserId)))
                .filter(purchaser::Column::Login.is_not_null())
                .into_tuple()
                .all(db)
                .await?
        }
    };
    Ok(logins.into_iter().collect())
}

fn view(template: Template, row: StoredRow, logins: &HashMap<i64, String>) -> Result<RowView> {
    let findings: Vec<Finding> = row.findings.as_deref().map_or(Ok(Vec::new()), serde_json::from_str)?;
    let generated = row.target_id.filter(|_| row.state == RowState::Generated);
    Ok(RowView {
        row: row.row.into(),
        state: row.state,
        cells: preview::shown_cells(template, serde_json::from_str(&row.cells)?, &findings),
        findings,
        login: generated.and_then(|record| logins.get(&record).cloned()),
    })
}
