//! Spreadsheets to download.

use crate::{Actor, Result, Services, database::sql, import::of_unit, purchaser, unit};
use domain::view::SmsState;
use domain::{
    Finding, Problem, Template,
    mobile::mask,
    view::{BatchId, PurchaserId, PurchaserQuery, PurchaserRow, UnitId, UnitQuery, UnitRow},
};
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
    name: String,
    code: Option<String>,
    login: Option<String>,
    /// The superior of a unit, the unit of a purchaser.
    place: Option<String>,
    contact: Option<String>,
    mobile: Option<String>,
    sms: Option<SmsState>,
}

/// 下载账号清单: what generation gave each row, without passwords.
pub async fn accounts(services: &Services, actor: &Actor, batch: BatchId, lang: Lang) -> Result<Download> {
    let db = &services.0.db;
    let (template, file) = of_unit(db, batch, actor.unit()?.id.0).await?;
    // What left the subtree since is not shown any more.
    let subtree = actor.subtree();
    let (table, place, path, holder) = match template {
        Template::Units => ("unit", "parent_id", "path", "unit_id"),
        Template::Purchasers => ("purchaser", "unit_id", "unit_path", "purchaser_id"),
    };
    let text = format!(
        "SELECT r.row, t.name, t.code, t.login, p.name AS place, t.contact, t.mobile, s.state AS sms \
         FROM import_row r JOIN {table} t ON t.id = r.target_id LEFT JOIN unit p ON p.id = t.{place} \
         LEFT JOIN sms_outbox s ON s.batch_id = r.batch_id AND s.{holder} = t.id \
         WHERE r.batch_id = $1 AND r.state = 'generated' AND t.{path} >= $2 AND t.{path} < $3 ORDER BY r.row"
    );
    let statement = sql(db, &text, [batch.0.into(), subtree.from.into(), subtree.to.into()]);
    let stored = Account::find_by_statement(statement).all(db).await?;
    let bytes = spawn_blocking(move || {
        let (name, place) = match template {
            Template::Units => (lang.export_column_unit(), lang.export_column_superior()),
            Template::Purchasers => (lang.export_column_purchaser(), lang.export_column_unit()),
        };
        let columns = [
            lang.export_column_row(),
            name,
            lang.export_column_code(),
            lang.export_column_login(),
            place,
            lang.export_column_contact(),
            lang.export_column_mobile(),
            lang.export_column_sms(),
        ];
        let text = |text: Option<String>| Value::Text(text.unwrap_or_default());
        let rows = stored.into_iter().map(|account| {
            let sms = account.sms.map_or(lang.export_sms_none(), |sms| sent(lang, sms));
            vec![
                Value::Number(account.row.into()),
                Value::Text(account.name),
                text(account.code),
                text(account.login),
                text(account.place),
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

/// What to export.
pub enum Selection<Query, Id> {
    /// What a search finds, in its order.
    Query(Query),
    /// These, as far as the actor may see them.
    Chosen(Vec<Id>),
}

/// Rows in one sheet at most.
const ROWS: u32 = 100_000;

/// All that was found, where it fits into a sheet; [`Problem::TooManyAtOnce`] else.
fn bounded<Found>(found: Vec<Found>) -> Result<Vec<Found>> {
    if found.len() > ROWS as usize {
        return Err(Problem::TooManyAtOnce { limit: ROWS }.into());
    }
    Ok(found)
}

/// 导出: units of the subtree as a sheet; [`domain::Problem::TooManyAtOnce`] above 100,000.
pub async fn units(
    services: &Services,
    actor: &Actor,
    selection: &Selection<UnitQuery, UnitId>,
    lang: Lang,
) -> Result<Download> {
    let filter = match selection {
        Selection::Query(query) => unit::Filter::of_query(services, actor, query).await?,
        Selection::Chosen(units) => unit::Filter::of_units(services, actor, units)?,
    };
    let found = bounded(filter.first(&services.0.db, ROWS + 1).await?)?;
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

/// 导出: purchasers of the subtree as a sheet; [`domain::Problem::TooManyAtOnce`] above 100,000.
pub async fn purchasers(
    services: &Services,
    actor: &Actor,
    selection: &Selection<PurchaserQuery, PurchaserId>,
    lang: Lang,
) -> Result<Download> {
    let filter = match selection {
        Selection::Query(query) => purchaser::Filter::of_query(services, actor, query).await?,
        Selection::Chosen(purchasers) => purchaser::Filter::of_purchasers(services, actor, purchasers)?,
    };
    let found = bounded(filter.first(&services.0.db, ROWS + 1).await?)?;
    let bytes = spawn_blocking(move || {
        let columns = [
            lang.export_column_purchaser(),
            lang.export_column_code(),
            lang.export_column_kind(),
            lang.export_column_unit(),
            lang.export_column_contact(),
            lang.export_column_mobile(),
            lang.export_column_login(),
            lang.unit_account_state(),
            lang.trade_state(),
            lang.export_column_sms(),
        ];
        let row = |purchaser: PurchaserRow| {
            let sms = purchaser.sms.map(|sms| sent(lang, sms.into()));
            [
                purchaser.name,
                purchaser.code,
                lang.purchaser_kind(purchaser.kind).to_owned(),
                purchaser.unit.name,
                purchaser.contact,
                purchaser.mobile,
                purchaser.login.unwrap_or_default(),
                lang.account_state(purchaser.account).to_owned(),
                lang.certification(purchaser.certification).to_owned(),
                sms.unwrap_or_default().to_owned(),
            ]
            .map(Value::Text)
            .to_vec()
        };
        let rows = found.into_iter().map(PurchaserRow::from).map(row);
        write::table(lang.purchasers_sheet(), &columns, rows).map_err(crate::Error::internal)
    })
    .await??;
    Ok(Download { name: lang.purchasers_file().to_owned(), bytes })
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
