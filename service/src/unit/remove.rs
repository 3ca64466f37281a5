//! 删除: deletes a unit that was never used.

use super::{ManagedUnit, below, require_editor, write};
use crate::{
    Actor, Result, Services, account,
    audit::{self, AuditAction, AuditActor, AuditEvent},
    ledger, plan, query,
    totals::forget_unit,
};
use domain::{Problem, ids::UnitId};
use entity::{UnitKind, purchaser, reserve_plan, unit, unit_alias};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, sea_query::Expr};

/// Deletes a unit below the actor's own that nobody ever used: [`domain::Problem::AccountIs`] if its account was activated,
/// [`domain::Problem::HasSubordinates`] if there are units below it, [`domain::Problem::HasPurchasers`] if it has purchasers,
/// [`domain::Problem::HasOrders`] if purchasers have ordered for it that are elsewhere now, [`domain::Problem::Forbidden`] for presets.
pub async fn delete(services: &Services, actor: &Actor, id: UnitId) -> Result<()> {
    let tx = services.write().await?;
    write::lock(&tx).await?;
    require_editor(&tx, actor, id).await?;
    let managed = below(&tx, actor, id).await?;
    let unit = budget_unit(&tx, &managed).await?;
    let children = query::count(&tx, unit::Entity::find().filter(unit::Column::ParentId.eq(id))).await?;
    if children > 0 {
        return Err(Problem::HasSubordinates { count: children }.into());
    }
    let purchasers = query::count(&tx, purchaser::Entity::find().filter(purchaser::Column::UnitId.eq(id))).await?;
    if purchasers > 0 {
        return Err(Problem::HasPurchasers { count: purchasers }.into());
    }
    ledger::require_no_orders_of_unit(&tx, id).await?;
    account::remove_unused(&tx, id.into()).await?;
    forget_unit(&tx, id).await?;
    plan::delete_of(&tx, id).await?;
    reserve_plan::Entity::delete_many().filter(reserve_plan::Column::UnitId.eq(id)).exec(&tx).await?;
    unit_alias::Entity::delete_many().filter(unit_alias::Column::UnitId.eq(id)).exec(&tx).await?;
    unit::Entity::update_many()
        .col_expr(unit::Column::MergedInto, Expr::val(Option::<UnitId>::None))
        .filter(unit::Column::MergedInto.eq(id))
        .exec(&tx)
        .await?;
    unit::Entity::delete_by_id(id).exec(&tx).await?;
    // The history of the deleted unit cannot be opened any more.
    let holder = managed.parent_id.map(Into::into);
    let event =
        AuditEvent { before: Some(write::stored(&unit)), ..AuditEvent::new(AuditAction::UnitDeleted, holder, id) };
    audit::record(&tx, services.now(), &AuditActor::from(actor), vec![event]).await?;
    Ok(tx.commit().await?)
}

/// The stored unit. A preset belongs to the platform and is not a superior's to remove: [`domain::Problem::Forbidden`].
pub(super) async fn budget_unit(tx: &DatabaseTransaction, managed: &ManagedUnit) -> Result<unit::Model> {
    let unit = unit::Entity::find_by_id(managed.id).one(tx).await?.ok_or(Problem::NotFound)?;
    if unit.kind == UnitKind::Budget { Ok(unit) } else { Err(Problem::Forbidden.into()) }
}
