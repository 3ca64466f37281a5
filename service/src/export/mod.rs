//! Spreadsheets and documents to download.

mod bulletin;
mod report;
mod sheet_writer;

pub use bulletin::{bulletin, notice};
pub use report::report;

use sheet_writer::{PAGE_ROWS, Pages, Rows, write_sheet};

use crate::{
    Actor, PurchaserActor, Result, Services,
    batch::of_unit,
    ledger::own_orders::{self, OrderRow},
    list::{ListQuery, ListRow, Listed},
    purchaser,
    query::{count_rows, is_within},
    unit,
};
use domain::{
    Money, Problem, Template,
    calendar::in_china,
    ids::{BatchId, PurchaserId, UnitId},
    import_batch::RowState,
    mobile::mask,
    order::OrderQuery,
    purchaser::{PurchaserListItem, PurchaserQuery},
    sms::SmsState,
    unit::UnitQuery,
};
use entity::{Count, import_row, purchase_order, sms_outbox};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DerivePartialModel, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, RelationDef, Select, SelectModel, Selector,
    sea_query::{Expr, ExprTrait, IntoIden},
};
use std::fs::File;
use texts::Lang;
use workbook::write::{self, MarkedRow, Value};

/// Rows of a sheet at most.
const MAX_ROWS: u32 = 100_000;

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A spreadsheet.
    Xlsx,
    /// A document of Word.
    Docx,
}

/// A file to download.
pub struct Download {
    /// The suggested file name.
    pub name: String,
    /// Its format.
    pub kind: FileKind,
    /// The file, at its beginning. The file has no name, so that it vanishes when it is closed.
    pub file: File,
}

/// A row of a batch with its findings.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "import_row::Entity")]
struct CheckedRow {
    row: Count,
    cells: String,
    findings: Option<String>,
}

impl CheckedRow {
    fn into_marked(self) -> Result<MarkedRow> {
        let findings = self.findings.as_deref().map_or(Ok(Vec::new()), serde_json::from_str)?;
        Ok((self.row.into(), serde_json::from_str(&self.cells)?, findings))
    }
}

/// 下载标注错误的表: the batch as uploaded, with each finding marked at its cell.
/// [`domain::Problem::NotFound`] if the batch is not the own unit's, as everywhere here.
pub async fn annotated(services: &Services, actor: &Actor, batch: BatchId, lang: Lang) -> Result<Download> {
    let (template, file_name) = of_unit(&services.0.db, batch, actor.unit()?.id).await?;
    let read = async |tx: &DatabaseTransaction, pages: Pages<CheckedRow>| {
        read_batch(tx, pages, |behind| rows_of_batch(batch, behind).into_partial_model(), |row| row.row).await
    };
    let max_rows = services.settings().public.max_rows;
    let folder = services.settings().temporary_folder.clone();
    let write = move |rows: Rows<CheckedRow>| {
        write::annotated(&folder, template, lang, max_rows, rows.map(CheckedRow::into_marked))
    };
    let file = write_sheet(services, actor.account, read, write).await?;
    Ok(Download { name: lang.annotated_file(stem(&file_name)), kind: FileKind::Xlsx, file })
}

/// The rows of a batch behind a row, at most a page.
fn rows_of_batch(batch: BatchId, behind: Count) -> Select<import_row::Entity> {
    import_row::Entity::find()
        .filter(import_row::Column::BatchId.eq(batch))
        .filter(import_row::Column::Row.gt(behind))
        .order_by_asc(import_row::Column::Row)
        .limit(u64::from(PAGE_ROWS))
}

/// Sends the rows of a batch page by page. `select` finds the page behind a row number, which `number` tells of a row.
async fn read_batch<Row: FromQueryResult + Send + Sync>(
    tx: &DatabaseTransaction,
    pages: Pages<Row>,
    select: impl Fn(Count) -> Selector<SelectModel<Row>>,
    number: impl Fn(&Row) -> Count,
) -> Result<()> {
    let mut behind = Count(0);
    loop {
        let page = select(behind).all(tx).await?;
        let Some(last) = page.last() else { return Ok(()) };
        behind = number(last);
        if !pages.send(page).await {
            return Ok(());
        }
    }
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

/// The accounts that generation created from the rows of a batch behind a row, at most a page, without those that have left
/// the subtree since then.
fn generated_accounts(
    actor: &Actor,
    batch: BatchId,
    template: Template,
    behind: Count,
) -> Selector<SelectModel<GeneratedAccount>> {
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
    let mut rows = rows_of_batch(batch, behind).join_as(JoinType::InnerJoin, holder, HOLDER);
    QuerySelect::query(&mut rows).join_as(JoinType::LeftJoin, entity::unit::Entity, UNIT, is_unit).join(
        JoinType::LeftJoin,
        sms_outbox::Entity,
        is_its_sms,
    );
    rows.filter(import_row::Column::State.eq(RowState::Generated)).filter(is_inside).into_partial_model()
}

/// 下载账号清单: the account that generation created from each row, without passwords.
pub async fn accounts(services: &Services, actor: &Actor, batch: BatchId, lang: Lang) -> Result<Download> {
    let (template, file_name) = of_unit(&services.0.db, batch, actor.unit()?.id).await?;
    let read = async |tx: &DatabaseTransaction, pages: Pages<GeneratedAccount>| {
        read_batch(tx, pages, |behind| generated_accounts(actor, batch, template, behind), |row| row.row).await
    };
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
    let file = write_sheet(services, actor.account, read, table(services, lang.accounts_sheet(), columns, row)).await?;
    Ok(Download { name: lang.accounts_file(stem(&file_name)), kind: FileKind::Xlsx, file })
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
    let read = async |tx: &DatabaseTransaction, pages: Pages<_>| read_list(tx, pages, &units).await;
    let file = write_sheet(services, actor.account, read, table(services, lang.units_sheet(), columns, row)).await?;
    Ok(Download { name: lang.units_file().to_owned(), kind: FileKind::Xlsx, file })
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
    let read = async |tx: &DatabaseTransaction, pages: Pages<_>| read_list(tx, pages, &purchasers).await;
    let file =
        write_sheet(services, actor.account, read, table(services, lang.purchasers_sheet(), columns, row)).await?;
    Ok(Download { name: lang.purchasers_file().to_owned(), kind: FileKind::Xlsx, file })
}

/// 导出: the own orders that a query finds as a sheet, the newest first; [`domain::Problem::TooManyAtOnce`] above 100,000.
pub async fn orders(
    services: &Services,
    purchaser: &PurchaserActor,
    query: &OrderQuery,
    lang: Lang,
) -> Result<Download> {
    let columns = [
        lang.order_number(),
        lang.order_supplier(),
        lang.order_payer(),
        lang.order_state_head(),
        lang.export_column_order_amount(),
        lang.export_column_order_refunded(),
        lang.order_ordered_at(),
    ];
    let yuan = |money: Money| match money.yuan().parse() {
        Ok(yuan) => Value::Number(yuan),
        Err(_) => Value::Text(money.yuan()),
    };
    let row = move |order: OrderRow| {
        let at = in_china(order.ordered_at);
        let (month, day) = (u8::from(at.month()), at.day());
        vec![
            Value::Text(order.number),
            Value::Text(order.supplier),
            Value::Text(lang.payer(order.payer).to_owned()),
            Value::Text(lang.order_state(order.state).to_owned()),
            yuan(order.amount),
            yuan(order.refunded),
            Value::Text(format!("{}-{month:02}-{day:02} {:02}:{:02}", at.year(), at.hour(), at.minute())),
        ]
    };
    let read = async |tx: &DatabaseTransaction, pages: Pages<OrderRow>| {
        let bounded = own_orders::of_query(tx, purchaser, query).select_only().column(purchase_order::Column::Id);
        if count_rows(tx, bounded.limit(u64::from(MAX_ROWS) + 1).into_query()).await? > MAX_ROWS {
            return Err(Problem::TooManyAtOnce { limit: MAX_ROWS }.into());
        }
        let mut behind = None;
        loop {
            let found = own_orders::of_query(tx, purchaser, query);
            let page = own_orders::rows_behind(tx, purchaser, found, behind, PAGE_ROWS).await?;
            let Some(last) = page.last() else { return Ok(()) };
            behind = Some(last.id);
            if !pages.send(page).await {
                return Ok(());
            }
        }
    };
    let file =
        write_sheet(services, purchaser.account, read, table(services, lang.orders_sheet(), columns, row)).await?;
    Ok(Download { name: lang.orders_file().to_owned(), kind: FileKind::Xlsx, file })
}

/// Sends the rows of a list page by page. [`Problem::TooManyAtOnce`] if a sheet cannot hold them.
async fn read_list<E: Listed>(tx: &DatabaseTransaction, pages: Pages<E::Row>, query: &ListQuery<E>) -> Result<()> {
    if query.has_more_than(tx, MAX_ROWS).await? {
        return Err(Problem::TooManyAtOnce { limit: MAX_ROWS }.into());
    }
    let mut behind = None;
    loop {
        let page = query.rows_behind(tx, behind, PAGE_ROWS).await?;
        let Some(last) = page.last() else { return Ok(()) };
        behind = Some(last.id());
        if !pages.send(page).await {
            return Ok(());
        }
    }
}

/// Writes a table with these columns.
fn table<const N: usize, Row, Cells: Fn(Row) -> Vec<Value> + Send>(
    services: &Services,
    name: &'static str,
    columns: [&'static str; N],
    cells: Cells,
) -> impl FnOnce(Rows<Row>) -> Result<File> + Send + use<N, Row, Cells> {
    let folder = services.settings().temporary_folder.clone();
    move |rows| write::table(&folder, name, &columns, rows.map(|row| Ok(cells(row))))
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
