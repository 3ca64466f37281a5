//! What the operator does with the holder of a disputed code: it moves the unit, or deletes it. Correcting its data is the
//! usual edit of a unit, which the operator may do while the code is in dispute.

use super::{destination, find, holder, requester};
use crate::{Actor, Result, Services, unit as units};
use domain::{
    Problem,
    dispute::DisputeState,
    edit::EditResult,
    form::UnitForm,
    ids::{DisputeId, UnitId},
};
use entity::{UnitKind, code_dispute, reserve_plan, unit};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Moves the holder below the requester's superior, as an edit of its superior does. [`Problem::Stale`] if the dispute was
/// closed, or if the holder has changed since the operator saw it. Errors are those of the edit too, for example
/// [`Problem::Fields`] if a unit below the new superior has the same name.
pub async fn move_holder(services: &Services, actor: &Actor, id: DisputeId, unit: UnitId, version: i32) -> Result<()> {
    actor.require_operator()?;
    let (dispute, holder) = open_with_holder(services, id, unit).await?;
    if holder.kind != UnitKind::Budget {
        return Err(Problem::Forbidden.into());
    }
    let db = &services.0.db;
    let (requester, subtree) = requester(db, &dispute).await?;
    let destination = destination(db, &dispute, requester, &subtree).await?.ok_or(Problem::NotFound)?;
    // The edit needs the plan of a year. The newest one stays as it is.
    let year = reserve_plan::Entity::find()
        .select_only()
        .column(reserve_plan::Column::Year)
        .filter(reserve_plan::Column::UnitId.eq(unit))
        .order_by_desc(reserve_plan::Column::Year)
        .into_tuple()
        .one(db)
        .await?;
    let stored = units::form(services, actor, unit, year).await?;
    let form = UnitForm { superior: destination.name, superior_id: destination.id.to_string(), ..stored.form };
    match units::edit(services, actor, unit, version, &form).await? {
        EditResult::Saved => Ok(()),
        EditResult::Conflict(_) => Err(Problem::Stale.into()),
    }
}

/// Deletes the holder if nobody ever used it. [`Problem::Stale`] if the dispute was closed or another unit has the code now.
/// Errors are those of [`units::delete`] too.
pub async fn delete_holder(services: &Services, actor: &Actor, id: DisputeId, unit: UnitId) -> Result<()> {
    actor.require_operator()?;
    open_with_holder(services, id, unit).await?;
    units::delete(services, actor, unit).await
}

/// An open dispute and the holder that the operator saw.
async fn open_with_holder(
    services: &Services,
    id: DisputeId,
    unit: UnitId,
) -> Result<(code_dispute::Model, unit::Model)> {
    let db = &services.0.db;
    let dispute = find(db, id).await?;
    let holder = holder(db, &dispute.code).await?.filter(|holder| holder.id == unit);
    match holder {
        Some(holder) if dispute.state == DisputeState::Open => Ok((dispute, holder)),
        _ => Err(Problem::Stale.into()),
    }
}
