//! 待匹配订单: the operator looks at parked records, and has them received again.

use super::{Recheck, match_parked};
use crate::{
    Actor, Error, Result, Services, query::count_bounded, search::typed, seed::is_county, sql::text::contains,
};
use domain::{
    order::{
        OrderRecord, OriginCounty, PARKED_PER_PAGE, ParkedItem, ParkedKey, ParkedPage, ParkedQuery, ProductCategory,
        UnknownPart,
    },
    paging::BoundedCount,
};
use entity::parked_order::{Column, Entity, Model};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};

/// A page of parked records. Only the operator may see them.
pub async fn list_parked(services: &Services, actor: &Actor, query: &ParkedQuery) -> Result<ParkedPage> {
    actor.require_operator()?;
    let db = &services.0.db;
    let ParkedQuery { search, reason, after } = query;
    let search = typed(search);
    let found = (!search.is_empty()).then(|| {
        let found = [Column::Number, Column::Purchaser].map(|column| contains(db, column.into_expr(), &search));
        found.into_iter().fold(Condition::any(), Condition::add)
    });
    let parked = Entity::find()
        .apply_if(found, QueryFilter::filter)
        .apply_if(*reason, |parked, reason| parked.filter(Column::Reason.eq(reason)));
    let count = count_bounded(db, parked.clone()).await?;
    let behind = after.as_deref().and_then(ParkedKey::parse).map(|key| {
        let row = Expr::tuple([Column::Number.into_expr(), Column::Revision.into_expr()]);
        row.gt(Expr::tuple([Expr::val(key.number), Expr::val(key.revision)]))
    });
    let mut rows: Vec<Model> = parked
        .apply_if(behind, QueryFilter::filter)
        .order_by_asc(Column::Number)
        .order_by_asc(Column::Revision)
        .limit(u64::from(PARKED_PER_PAGE) + 1)
        .all(db)
        .await?;
    let page = usize::try_from(PARKED_PER_PAGE).map_err(Error::internal)?;
    let has_more = rows.len() > page;
    rows.truncate(page);
    let key = |row: &Model| ParkedKey { number: row.number.clone(), revision: row.revision }.to_string();
    let next = rows.last().filter(|_| has_more).map(key);
    let rows = rows.into_iter().map(item).collect::<Result<_>>()?;
    Ok(ParkedPage { rows, total: BoundedCount::counted(count), next })
}

/// The number of parked records, up to one more than [`BoundedCount::BOUND`].
pub(crate) async fn parked_count(db: &impl ConnectionTrait) -> Result<u32> {
    count_bounded(db, Entity::find()).await
}

fn item(row: Model) -> Result<ParkedItem> {
    let Model { number, revision, reason, purchaser, content, received_at } = row;
    let record: OrderRecord = serde_json::from_str(&content)?;
    let mut lines = record.lines.iter();
    let unknown = match reason {
        UnknownPart::Purchaser => None,
        UnknownPart::Category => {
            lines.find(|line| ProductCategory::from_name(line.category.trim()).is_none()).map(|line| &line.category)
        }
        UnknownPart::Origin => lines
            .filter_map(|line| line.origin.as_ref())
            .find(|origin| !OriginCounty::parse(origin).is_some_and(is_county)),
    };
    let unknown = unknown.unwrap_or(&purchaser).clone();
    Ok(ParkedItem { number, revision, purchaser, reason, unknown, received_at })
}

/// 重新匹配: receives the parked records again that may be placed now. Returns how many are parked no longer. Only the operator may.
pub async fn match_parked_now(services: &Services, actor: &Actor) -> Result<u32> {
    actor.require_operator()?;
    match_parked(services, Recheck::Everything).await
}
