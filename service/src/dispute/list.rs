//! The disputes of a unit, and those that wait for the operator's decision.

use crate::{
    Actor, Error, Result, Services,
    actor::Role,
    query::{self, count_bounded},
};
use domain::{
    desktop::ANSWER_SHOWN_DAYS,
    dispute::{DISPUTES_PER_PAGE, DisputeListItem, DisputeState, DisputesPage},
    ids::DisputeId,
    paging::BoundedCount,
};
use entity::{
    code_dispute::{Column, Entity, Model},
    unit,
};
use sea_orm::{ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};
use std::time::Duration;

/// A dispute as lists show it.
pub(super) fn list_item(dispute: Model, requester: String) -> DisputeListItem {
    let Model { id, version, code, name, superior, state, answer, filed_at, closed_at, .. } = dispute;
    DisputeListItem { id, version, code, name, superior, requester, state, answer, filed_at, closed_at }
}

/// A page of disputes. A unit sees its own, newest first. The operator sees those that wait, oldest first, or the `closed`
/// ones, newest first. The page begins behind the dispute `after`.
pub async fn list(services: &Services, actor: &Actor, closed: bool, after: Option<DisputeId>) -> Result<DisputesPage> {
    let db = &services.0.db;
    let listed: Select<Entity> = match &actor.role {
        Role::Management(own) => Entity::find().filter(Column::UnitId.eq(own.id)),
        Role::Operator if closed => Entity::find().filter(Column::State.ne(DisputeState::Open)),
        Role::Operator => waiting(),
    };
    let oldest_first = matches!(actor.role, Role::Operator) && !closed;
    let count = count_bounded(db, listed.clone()).await?;
    let behind = after.map(|id| if oldest_first { Column::Id.gt(id) } else { Column::Id.lt(id) });
    let mut rows: Vec<(Model, Option<unit::Model>)> = listed
        .find_also_related(unit::Entity)
        .apply_if(behind, QueryFilter::filter)
        .order_by(Column::Id, if oldest_first { Order::Asc } else { Order::Desc })
        .limit(u64::from(DISPUTES_PER_PAGE) + 1)
        .all(db)
        .await?;
    let page = usize::try_from(DISPUTES_PER_PAGE).map_err(Error::internal)?;
    let has_more = rows.len() > page;
    rows.truncate(page);
    let next = rows.last().filter(|_| has_more).map(|(last, _)| last.id);
    let row = |(dispute, unit): (Model, Option<unit::Model>)| {
        list_item(dispute, unit.map(|unit| unit.name).unwrap_or_default())
    };
    Ok(DisputesPage { rows: rows.into_iter().map(row).collect(), total: BoundedCount::counted(count), next })
}

fn waiting() -> Select<Entity> {
    Entity::find().filter(Column::State.eq(DisputeState::Open))
}

/// The number of disputes that the account must look at, for its desktop: those that wait for the operator, or the own ones
/// that were decided lately.
pub(crate) async fn to_look_at(services: &Services, actor: &Actor) -> Result<u32> {
    let db = &services.0.db;
    match &actor.role {
        Role::Operator => query::count(db, waiting()).await,
        Role::Management(own) => {
            let since = services.now() - Duration::from_hours(24 * ANSWER_SHOWN_DAYS);
            let decided = Entity::find()
                .filter(Column::UnitId.eq(own.id))
                .filter(Column::State.is_in([DisputeState::Upheld, DisputeState::Rejected]))
                .filter(Column::ClosedAt.gt(since));
            query::count(db, decided).await
        }
    }
}
