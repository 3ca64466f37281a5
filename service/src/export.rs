//! Spreadsheets to download.

use crate::{Actor, Result, Services, database::sql, import::of_unit, unit::Filter};
use domain::{
    Finding, Problem,
    mobile::mask,
    view::{BatchId, UnitId, UnitQuery, UnitRow},
};
use entity::SmsState;
use sea_orm::FromQueryResult;
use texts::Lang;
use tokio::task::spawn_blocking;
use workbook::write::{self, Value};

/// A spreadsheet.
pub struct Download {
    /// The suggested file name.
    pub name: String,
    /// The .xlsx.
    pub bytes: Vec<u8>,
}

#[derive(FromQueryResult)]
struct Marked {
    row: i32,
    cells: String,
    findings: Option<String>,
}

/// 下载标注错误的表: the batch as it was, with what is wrong marked at its cell.
/// [`domain::Problem::NotFound`] where the batch is not the own unit's, as everywhere here.
pub async fn annotated(services: &Services, actor: &Actor, batch: BatchId, lang: Lang) -> Result<Download> {
    let db = &services.0.db;
    let (template, file) = of_unit(db, batch, actor.unit()?.id.0).await?;
    let text = "SELECT row, cells, findings FROM import_row WHERE batch_id = $1 ORDER BY row";
    let stored = Marked::find_by_statement(sql(db, text, [batch.0.into()])).all(db).await?;
    let bytes = spawn_blocking(move || {
        let rows = stored.iter().map(|row| {
            let findings = row.findings.as_deref().map_or(Ok(Vec::new()), serde_json::from_str)?;
            Ok((u32::try_from(row.row).unwrap_or_default(), serde_json::from_str(&row.cells)?, findings))
        });
        let rows: Vec<(u32, Vec<String>, Vec<Finding>)> = rows.collect::<Result<_>>()?;
        let marked = rows.iter().map(|(row, cells, findings)| (*row, cells.as_slice(), findings.as_slice()));
        write::annotated(template, lang, marked).map_err(crate::Error::internal)
    })
    .await??;
    Ok(Download { name: lang.annotated_file(stem(&file)), bytes })
}

#[derive(FromQueryResult)]
struct Account {
    row: i32,
    unit: String,
    code: Option<String>,
    login: Option<String>,
    superior: Option<String>,
    contact: Option<String>,
    mobile: Option<String>,
    sms: Option<SmsState>,
}

/// 下载账号清单: what generation gave each row, without passwords.
pub async fn accounts(services: &Services, actor: &Actor, batch: BatchId, lang: Lang) -> Result<Download> {
    let db = &services.0.db;
    let (_, file) = of_unit(db, batch, actor.unit()?.id.0).await?;
    // A unit that left the subtree since is not shown any more.
    let subtree = actor.subtree();
    let text = "SELECT r.row, u.name AS unit, u.code, a.login, p.name AS superior, u.contact, u.mobile, s.state AS sms \
                FROM import_row r JOIN unit u ON u.id = r.target_id LEFT JOIN unit p ON p.id = u.parent_id \
                LEFT JOIN account a ON a.unit_id = u.id AND a.kind = 'management' \
                LEFT JOIN sms_outbox s ON s.batch_id = r.batch_id AND s.account_id = a.id \
                WHERE r.batch_id = $1 AND r.state = 'generated' AND u.path >= $2 AND u.path < $3 ORDER BY r.row";
    let statement = sql(db, text, [batch.0.into(), subtree.from.into(), subtree.to.into()]);
    let stored = Account::find_by_statement(statement).all(db).await?;
    let bytes = spawn_blocking(move || {
        let columns = [
            lang.export_column_row(),
            lang.export_column_unit(),
            lang.export_column_code(),
            lang.export_column_login(),
            lang.export_column_superior(),
            lang.export_column_contact(),
            lang.export_column_mobile(),
            lang.export_column_sms(),
        ];
        let text = |text: Option<String>| Value::Text(text.unwrap_or_default());
        let rows = stored.into_iter().map(|account| {
            let sms = account.sms.map_or(lang.export_sms_none(), |sms| sent(lang, sms));
            vec![
                Value::Number(account.row.into()),
                Value::Text(account.unit),
                text(account.code),
                text(account.login),
                text(account.superior),
                text(account.contact),
                text(account.mobile.as_deref().map(mask)),
                Value::Text(sms.to_owned()),
            ]
        });
        write::table(lang.accounts_sheet(), &columns, rows).map_err(crate::Error::internal)
    })
    .await??;
    Ok(Download { name: lang.accounts_file(stem(&file)), bytes })
}

/// Which units to export.
pub enum Selection {
    /// Those of a search, in its order.
    Query(UnitQuery),
    /// These, as far as the actor may see them.
    Units(Vec<UnitId>),
}

/// Units in one sheet at most.
const UNITS: u32 = 100_000;

/// 导出: units of the subtree as a sheet; [`domain::Problem::TooManyAtOnce`] above 100,000.
pub async fn units(services: &Services, actor: &Actor, selection: &Selection, lang: Lang) -> Result<Download> {
    let filter = match selection {
        Selection::Query(query) => Filter::of_query(services, actor, query).await?,
        Selection::Units(units) => Filter::of_units(services, actor, units)?,
    };
    let found = filter.first(&services.0.db, UNITS + 1).await?;
    if found.len() > UNITS as usize {
        return Err(Problem::TooManyAtOnce { limit: UNITS }.into());
    }
    let subtree = actor.subtree();
    let bytes = spawn_blocking(move || {
        let columns = [
            lang.export_column_unit(),
            lang.export_column_code(),
            lang.export_column_superior(),
            lang.unit_admin_level(),
            lang.units_total(),
            lang.export_column_ratio(),
            lang.export_column_contact(),
            lang.export_column_mobile(),
            lang.export_column_login(),
            lang.unit_account_state(),
            lang.export_column_sms(),
        ];
        let text = |text: Option<String>| Value::Text(text.unwrap_or_default());
        let number = |number: Option<String>| match number.and_then(|number| number.parse().ok()) {
            Some(number) => Value::Number(number),
            None => Value::Text(String::new()),
        };
        let row = |unit: UnitRow| {
            vec![
                Value::Text(unit.name),
                text(unit.code),
                text(unit.superior),
                Value::Text(lang.admin_level(unit.admin_level).to_owned()),
                number(unit.total.map(|total| total.to_string())),
                number(unit.ratio.map(|ratio| ratio.to_string())),
                text(unit.contact),
                text(unit.mobile),
                text(unit.login),
                Value::Text(lang.account_state(unit.account).to_owned()),
                text(unit.sms.map(|sms| sent(lang, sms.into()).to_owned())),
            ]
        };
        let rows: Vec<UnitRow> = found.into_iter().map(|found| found.row(&subtree)).collect::<Result<_>>()?;
        write::table(lang.units_sheet(), &columns, rows.into_iter().map(row)).map_err(crate::Error::internal)
    })
    .await??;
    Ok(Download { name: lang.units_file().to_owned(), bytes })
}

const fn sent(lang: Lang, sms: SmsState) -> &'static str {
    match sms {
        SmsState::Waiting => lang.export_sms_waiting(),
        SmsState::Sent => lang.export_sms_sent(),
        SmsState::Failed => lang.export_sms_failed(),
    }
}

/// The file's name without its ending.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
