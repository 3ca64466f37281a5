//! A page of a batch's rows.

use super::of_unit;
use crate::{
    Actor, Result, Services,
    database::{elements, sql},
    search,
};
use domain::import_batch::RowState;
use domain::{
    Finding, Template,
    ids::BatchId,
    import_batch::{ROWS_PER_PAGE, RowQuery, RowView, RowsPage},
    preview,
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, FromQueryResult, Statement, Value};
use std::collections::HashMap;

#[derive(FromQueryResult)]
struct Stored {
    row: i32,
    state: RowState,
    cells: String,
    findings: Option<String>,
    target_id: Option<i64>,
}

/// A page of the rows that fit; [`domain::Problem::NotFound`] where the batch is not the own unit's.
pub async fn rows(services: &Services, actor: &Actor, id: BatchId, query: &RowQuery) -> Result<RowsPage> {
    let db = &services.0.db;
    let (template, _) = of_unit(db, id, actor.unit()?.id.0).await?;
    let (fits, mut values) = condition(db.get_database_backend(), id, query);
    let statement = |text: String, values: &[Value]| {
        Statement::from_sql_and_values(db.get_database_backend(), text, values.iter().cloned())
    };
    let counted = statement(format!("SELECT COUNT(*) FROM import_row r WHERE {fits}"), &values);
    let total: i64 = match db.query_one_raw(counted).await? {
        Some(row) => row.try_get_by_index(0)?,
        None => 0,
    };
    let total = u32::try_from(total).unwrap_or(u32::MAX);
    let page = query.page.clamp(1, total.div_ceil(ROWS_PER_PAGE).max(1));
    values.extend([i64::from(ROWS_PER_PAGE).into(), (i64::from(page - 1) * i64::from(ROWS_PER_PAGE)).into()]);
    let text = format!(
        "SELECT r.row, r.state, r.cells, r.findings, r.target_id FROM import_row r WHERE {fits} \
         ORDER BY r.row LIMIT ${} OFFSET ${}",
        values.len() - 1,
        values.len()
    );
    let stored = Stored::find_by_statement(statement(text, &values)).all(db).await?;
    let logins = logins(db, template, &stored).await?;
    let rows = stored.into_iter().map(|row| view(template, row, &logins)).collect::<Result<_>>()?;
    Ok(RowsPage { rows, total, page })
}

/// Which rows fit. Cells and findings are JSON: what LIKE finds in the text of the cells is made sure of cell by cell.
fn condition(backend: DbBackend, id: BatchId, query: &RowQuery) -> (String, Vec<Value>) {
    let mut fits = "r.batch_id = $1".to_owned();
    let mut values: Vec<Value> = vec![id.0.into()];
    let mut and = |condition: &dyn Fn(usize) -> String, value: String| {
        values.push(value.into());
        fits.push_str(" AND ");
        fits.push_str(&condition(values.len()));
    };
    if let Some(state) = query.state {
        and(&|n| format!("r.state = ${n}"), state.as_str().to_owned());
    }
    if let Some(code) = query.code {
        and(&|n| format!("r.findings LIKE ${n}"), format!("%\"code\":\"{}\"%", code.as_str()));
    }
    let search = search::typed(&query.search);
    if !search.is_empty() {
        let quoted = serde_json::Value::from(search.as_str()).to_string();
        let in_json = quoted.strip_prefix('"').and_then(|q| q.strip_suffix('"')).unwrap_or(&quoted);
        let (like, cells) = match backend {
            DbBackend::Postgres => ("ILIKE", "json_array_elements_text(r.cells::json)"),
            _ => ("LIKE", "json_each(r.cells)"),
        };
        and(&|n| format!("r.cells {like} ${n} ESCAPE '!'"), part(in_json));
        and(&|n| format!("EXISTS (SELECT 1 FROM {cells} WHERE value {like} ${n} ESCAPE '!')"), part(&search));
    }
    (fits, values)
}

/// A LIKE pattern for any text that contains this, `!` being the escape.
fn part(text: &str) -> String {
    let mut pattern = "%".to_owned();
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Login names of the units or purchasers that generation made or changed.
async fn logins(db: &DatabaseConnection, template: Template, rows: &[Stored]) -> Result<HashMap<i64, String>> {
    let made: Vec<i64> = rows.iter().filter(|r| r.state == RowState::Generated).filter_map(|r| r.target_id).collect();
    if made.is_empty() {
        return Ok(HashMap::new());
    }
    let table = match template {
        Template::Units => "unit",
        Template::Purchasers => "purchaser",
    };
    let text = format!("SELECT id, login FROM {table} WHERE login IS NOT NULL AND id IN ({})", elements::<i64>(db, 1));
    let found = db.query_all_raw(sql(db, &text, [serde_json::to_string(&made)?.into()])).await?;
    found.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

fn view(template: Template, row: Stored, logins: &HashMap<i64, String>) -> Result<RowView> {
    let findings: Vec<Finding> = row.findings.as_deref().map_or(Ok(Vec::new()), serde_json::from_str)?;
    let generated = row.target_id.filter(|_| row.state == RowState::Generated);
    Ok(RowView {
        row: u32::try_from(row.row).unwrap_or_default(),
        state: row.state.into(),
        cells: preview::shown_cells(template, serde_json::from_str(&row.cells)?, &findings),
        findings,
        login: generated.and_then(|unit| logins.get(&unit).cloned()),
    })
}
