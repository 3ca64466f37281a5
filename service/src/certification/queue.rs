//! The purchasers that wait for the operator's decision.

use crate::{Actor, Error, Result, Services, query::count_bounded};
use domain::{
    Certification, PurchaserKind,
    calendar::Timestamp,
    ids::PurchaserId,
    paging::BoundedCount,
    trade::{CERTIFICATIONS_PER_PAGE, CertificationQueueItem, CertificationQueuePage},
};
use entity::{
    purchaser::{Column, Entity, Relation},
    unit,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationTrait, Select,
    sea_query::{Expr, ExprTrait},
};

/// The last purchaser of the previous page. The next page begins after it.
#[derive(Clone, Copy)]
struct Cursor {
    submitted_at: Timestamp,
    id: PurchaserId,
}

impl Cursor {
    /// Reads a cursor of the URL. Any other text means the first page.
    fn parse(text: &str) -> Option<Self> {
        let (submitted_at, id) = text.split_once('-')?;
        Some(Self { submitted_at: Timestamp(submitted_at.parse().ok()?), id: id.parse().ok()? })
    }
}

#[derive(FromQueryResult)]
struct WaitingPurchaser {
    id: PurchaserId,
    name: String,
    unit: String,
    kind: PurchaserKind,
    submitted_at: Timestamp,
}

/// A page of the purchasers that wait, the oldest submission first. `cursor` is [`CertificationQueuePage::next`] of the
/// previous page.
pub async fn queue(services: &Services, actor: &Actor, cursor: Option<&str>) -> Result<CertificationQueuePage> {
    actor.require_operator()?;
    let db = &services.0.db;
    let mut waiting = waiting()
        .select_only()
        .columns([Column::Id, Column::Name, Column::Kind, Column::SubmittedAt])
        .column_as(unit::Column::Name, "unit")
        .join(JoinType::InnerJoin, Relation::Unit.def())
        .order_by_asc(Column::SubmittedAt)
        .order_by_asc(Column::Id)
        .limit(u64::from(CERTIFICATIONS_PER_PAGE) + 1);
    if let Some(Cursor { submitted_at, id }) = cursor.and_then(Cursor::parse) {
        let position = Expr::tuple([Column::SubmittedAt.into_expr(), Column::Id.into_expr()]);
        waiting = waiting.filter(position.gt(Expr::tuple([submitted_at.into(), id.into()])));
    }
    let mut rows: Vec<WaitingPurchaser> = waiting.into_model().all(db).await?;
    let page = usize::try_from(CERTIFICATIONS_PER_PAGE).map_err(Error::internal)?;
    let has_more = rows.len() > page;
    rows.truncate(page);
    let next = rows.last().filter(|_| has_more).map(|last| format!("{}-{}", last.submitted_at.0, last.id));
    let count = waiting_count(db).await?;
    let row = |row: WaitingPurchaser| CertificationQueueItem {
        id: row.id,
        name: row.name,
        unit: row.unit,
        kind: row.kind,
        submitted_at: row.submitted_at,
    };
    Ok(CertificationQueuePage { rows: rows.into_iter().map(row).collect(), total: BoundedCount::counted(count), next })
}

/// The number of purchasers that wait, up to one more than [`BoundedCount::BOUND`].
pub(crate) async fn waiting_count(db: &impl ConnectionTrait) -> Result<u32> {
    count_bounded(db, waiting()).await
}

fn waiting() -> Select<Entity> {
    Entity::find().filter(Column::Certification.eq(Certification::Submitted))
}
