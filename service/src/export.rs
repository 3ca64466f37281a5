//! Spreadsheets to download.

use crate::{
    Actor, Result, Services,
    batch::of_unit,
    list::{ListQuery, Listed},
    purchaser,
    query::is_within,
    unit,
};
use domain::{
    Finding, Problem, Template,
    ids::{BatchId, PurchaserId, UnitId},
    import_batch::RowState,
    mobile::mask,
    purchaser::{PurchaserListItem, PurchaserQuery},
    sms::SmsState,
    unit::UnitQuery,
};
use entity::{Count, import_row, sms_outbox};
use sea_orm::{
    ColumnTrait, DerivePartialModel, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef,
    sea_query::{Expr, ExprTrait, IntoIden},
};
use texts::Lang;
use tokio::task::spawn_blocking;
use workbook::write::{self, Value};

/// Rows of a sheet at most.
const MAX_ROWS: u32 = 100_000;

/// A spreadsheet.
pub struct Download {
    /// The suggested file name.
    pub name: String,
    /// The .xlsx.
    pub bytes: Vec<u8>,
}

/// A row of a batch with its findings.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "import_row::Entity")]
struct CheckedRow {
    row: Count,
    cells: String,
    findings: Option<String>,
}

/// 下载标注错误的表: the batch as uploaded, with each finding marked at its cell.
/// [`domain::Problem::NotFound`] if the batch is not the own unit's, as everywhere here.
pub async fn annotated(services: &Services, actor: &Actor, batch: BatchId, lang: Lang) -> Result<Download> {
    let db = &services.0.db;
    let (template, file) = of_unit(db, batch, actor.unit()?.id).await?;
    let stored = import_row::Entity::find()
        .filter(import_row::Column::BatchId.eq(batch))
        .order_by_asc(import_row::Column::Row)
        .into_partial_model::<CheckedRow>()
        .all(db)
        .await?;
    let max_rows = services.settings().public.max_rows;
    let bytes = spawn_blocking(move || {
        let rows = stored.iter().map(|row| {
            let findings = row.findings.as_deref().map_or(Ok(Vec::new()), serde_json::from_str)?;
            Ok((row.row.into(), serde_json::from_str(&row.cells)?, findings))
        });
        let rows: Vec<(u32, Vec<String>, Vec<Finding>)> = rows.collect::<Result<_>>()?;
        let marked = rows.iter().map(|(row, cells, findings)| (*row, cells.as_slice(), findings.as_slice()));
        write::annotated(template, lang, max_rows, marked).map_err(crate::Error::internal)
    })
    .await??;
    Ok(Download { name: lang.annotated_file(stem(&file)), bytes })
}

/// The unit or the purchaser that generation created from a row, in the joins below. The columns that are read have the same
/// names in both tables.
const HOLDER: &str = "holder";
/// The superior of the unit, or the unit of the purchaser.
const UNIT: &str = "holder_unit";

/// An account that generation created.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "import_row::Entity")]
struct GeneratedAccount {
    row: Count,
    #[sea_orm(from_expr = "Expr::col((HOLDER, entity::unit::Column::Name))")]
    name: String,
    #[sea_orm(from_expr = "Expr::col((HOLDER, entity::unit::Column::Code))")]
    code: Option<String>,
    #[sea_orm(from_expr = "Expr::col((HOLDER, entity::unit::Column::Login))")]
    login: Option<String>,
    #[sea_orm(from_expr = "Expr::col((UNIT, entity::unit::Column::Name))")]
    unit: Option<String>,
    #[sea_orm(from_expr = "Expr::col((HOLDER, entity::unit::Column::Contact))")]
    contact: Option<String>,
    #[sea_orm(from_expr = "Expr::col((HOLDER, entity::unit::Column::Mobile))")]
    mobile: Option<String>,
    #[sea_orm(from_expr = "sms_outbox::Column::State.into_expr()")]
    sms: Option<SmsState>,
}

/// The accounts that generation created from the rows of a batch, without those that have left the subtree since then.
async fn generated_accounts(
    services: &Services,
    actor: &Actor,
    batch: BatchId,
    template: Template,
) -> Result<Vec<GeneratedAccount>> {
    let subtree = actor.subtree();
    let (holder, unit_id, is_inside, sms_holder): (RelationDef, _, _, _) = match template {
        Template::Units => (
            import_row::Entity::belongs_to(entity::unit::Entity)
                .from(import_row::Column::TargetId)
                .to(entity::unit::Column::Id)
                .into(),
            entity::unit::Column::ParentId.into_iden(),
            is_within(Expr::col((HOLDER, entity::unit::Column::Path)), &subtree),
            sms_outbox::Column::UnitId,
        ),
        Template::Purchasers => (
            import_row::Entity::belongs_to(entity::purchaser::Entity)
                .from(import_row::Column::TargetId)
                .to(entity::purchaser::Column::Id)
                .into(),
            entity::purchaser::Column::UnitId.into_iden(),
            is_within(Expr::col((HOLDER, entity::purchaser::Column::UnitPath)), &subtree),
            sms_outbox::Column::PurchaserId,
        ),
    };
    let is_unit = Expr::col((UNIT, entity::unit::Column::Id)).equals((HOLDER, unit_id));
    let is_its_sms = Expr::col((sms_outbox::Entity, sms_outbox::Column::BatchId))
        .equals((import_row::Entity, import_row::Column::BatchId))
        .and(Expr::col((sms_outbox::Entity, sms_holder)).equals((HOLDER, entity::unit::Column::Id)));
    let mut rows = import_row::Entity::find().join_as(JoinType::InnerJoin, holder, HOLDER);
    QuerySelect::query(&mut rows).join_as(JoinType::LeftJoin, entity::unit::Entity, UNIT, is_unit).join(
        JoinType::LeftJoin,
        sms_outbox::Entity,
        is_its_sms,
    );
    let rows = rows
        .filter(import_row::Column::BatchId.eq(batch))
        .filter(import_row::Column::State.eq(RowState::Generated))
        .filter(is_inside)
        .order_by_asc(import_row::Column::Row);
    Ok(rows.into_partial_model().all(&services.0.db).await?)
}

/// 下载账号清单: the account that generation created from each row, without passwords.
pub async fn accounts(services: &Services, actor: &Actor, batch: BatchId, lang: Lang) -> Result<Download> {
    let (template, file) = of_unit(&services.0.db, batch, actor.unit()?.id).await?;
    let accounts = generated_accounts(services, actor, batch, template).await?;
    let (name, unit) = match template {
        Template::Units => (lang.export_column_unit(), lang.export_column_superior()),
        Template::Purchasers => (lang.export_column_purchaser(), lang.export_column_unit()),
    };
    let columns = [
        lang.export_column_row(),
        name,
        lang.export_column_code(),
        lang.export_column_login(),
        unit,
        lang.export_column_contact(),
        lang.export_column_mobile(),
        lang.export_column_sms(),
    ];
    let row = move |account: GeneratedAccount| {
        vec![
            Value::Number(u32::from(account.row).into()),
            Value::Text(account.name),
            optional(account.code),
            optional(account.login),
            optional(account.unit),
            optional(account.contact),
            optional(account.mobile.as_deref().map(mask)),
            Value::Text(account.sms.map_or(lang.export_sms_none(), |sms| sms_state(lang, sms)).to_owned()),
        ]
    };
    let bytes = sheet(lang.accounts_sheet(), columns, accounts, row).await?;
    Ok(Download { name: lang.accounts_file(stem(&file)), bytes })
}

/// What to export.
pub enum Selection<Query, Id> {
    /// The rows of a search, in its order.
    Query(Query),
    /// These rows, if the actor may see them.
    Chosen(Vec<Id>),
}

/// 导出: units of the subtree as a sheet; [`domain::Problem::TooManyAtOnce`] above 100,000.
pub async fn units(
    services: &Services,
    actor: &Actor,
    selection: &Selection<UnitQuery, UnitId>,
    lang: Lang,
) -> Result<Download> {
    let units = match selection {
        Selection::Query(query) => unit::list::of_query(services, actor, query).await?,
        Selection::Chosen(ids) => unit::list::of_ids(services, actor, ids),
    };
    let subtree = actor.subtree();
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
    let number = |number: Option<String>| match number.and_then(|number| number.parse().ok()) {
        Some(number) => Value::Number(number),
        None => Value::Text(String::new()),
    };
    let row = move |unit: unit::list::UnitListRow| {
        let unit = unit.into_item(&subtree);
        vec![
            Value::Text(unit.name),
            optional(unit.code),
            optional(unit.superior),
            Value::Text(lang.admin_level(unit.admin_level).to_owned()),
            number(unit.total.map(|total| total.to_string())),
            number(unit.ratio.map(|ratio| ratio.to_string())),
            optional(unit.contact),
            optional(unit.mobile),
            optional(unit.login),
            Value::Text(lang.account_state(unit.account).to_owned()),
            optional(unit.sms.map(|sms| sms_state(lang, sms).to_owned())),
        ]
    };
    let bytes = sheet(lang.units_sheet(), columns, all_rows(services, &units).await?, row).await?;
    Ok(Download { name: lang.units_file().to_owned(), bytes })
}

/// 导出: purchasers of the subtree as a sheet; [`domain::Problem::TooManyAtOnce`] above 100,000.
pub async fn purchasers(
    services: &Services,
    actor: &Actor,
    selection: &Selection<PurchaserQuery, PurchaserId>,
    lang: Lang,
) -> Result<Download> {
    let purchasers = match selection {
        Selection::Query(query) => purchaser::list::of_query(services, actor, query).await?,
        Selection::Chosen(ids) => purchaser::list::of_ids(services, actor, ids),
    };
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
    let row = move |purchaser: purchaser::list::PurchaserListRow| {
        let purchaser = PurchaserListItem::from(purchaser);
        vec![
            Value::Text(purchaser.name),
            Value::Text(purchaser.code),
            Value::Text(lang.purchaser_kind(purchaser.kind).to_owned()),
            Value::Text(purchaser.unit.name),
            Value::Text(purchaser.contact),
            Value::Text(purchaser.mobile),
            optional(purchaser.login),
            Value::Text(lang.account_state(purchaser.account).to_owned()),
            Value::Text(lang.certification(purchaser.certification).to_owned()),
            optional(purchaser.sms.map(|sms| sms_state(lang, sms).to_owned())),
        ]
    };
    let bytes = sheet(lang.purchasers_sheet(), columns, all_rows(services, &purchasers).await?, row).await?;
    Ok(Download { name: lang.purchasers_file().to_owned(), bytes })
}

/// All rows of a list; [`Problem::TooManyAtOnce`] if a sheet cannot hold them.
async fn all_rows<E: Listed>(services: &Services, list: &ListQuery<E>) -> Result<Vec<E::Row>> {
    let rows = list.first(&services.0.db, MAX_ROWS + 1).await?;
    if rows.len() > MAX_ROWS as usize {
        return Err(Problem::TooManyAtOnce { limit: MAX_ROWS }.into());
    }
    Ok(rows)
}

/// Writes a sheet on a thread of its own, as it takes long.
async fn sheet<const N: usize, Row: Send + 'static>(
    name: &'static str,
    columns: [&'static str; N],
    rows: Vec<Row>,
    cells: impl Fn(Row) -> Vec<Value> + Send + 'static,
) -> Result<Vec<u8>> {
    spawn_blocking(move || write::table(name, &columns, rows.into_iter().map(cells)).map_err(crate::Error::internal))
        .await?
}

fn optional(text: Option<String>) -> Value {
    Value::Text(text.unwrap_or_default())
}

const fn sms_state(lang: Lang, sms: SmsState) -> &'static str {
    match sms {
        SmsState::Waiting => lang.export_sms_waiting(),
        SmsState::Sent => lang.export_sms_sent(),
        SmsState::Failed => lang.export_sms_failed(),
        SmsState::Withdrawn => lang.export_sms_withdrawn(),
    }
}

/// The file's name without its ending.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
