//! 删除: deletes a purchaser that was never used.

use super::{within, write};
use crate::{
    Actor, Result, Services, account,
    audit::{self, AuditAction, AuditActor, AuditEvent},
    ledger, unit,
};
use domain::ids::PurchaserId;
use entity::purchaser;
use sea_orm::EntityTrait;

/// Deletes a purchaser of the actor's subtree that nobody ever used: [`domain::Problem::AccountIs`] if its account was
/// activated, [`domain::Problem::HasOrders`] if it has orders.
pub async fn delete(services: &Services, actor: &Actor, id: PurchaserId) -> Result<()> {
    actor.unit()?;
    let tx = services.write().await?;
    unit::write::lock(&tx).await?;
    let purchaser = within(&tx, actor, id).await?;
    ledger::require_no_orders_of_purchaser(&tx, id).await?;
    account::remove_unused(&tx, id.into()).await?;
    purchaser::Entity::delete_by_id(id).exec(&tx).await?;
    // The history of the deleted purchaser cannot be opened any more.
    let holder = Some(purchaser.unit_id.into());
    let event = AuditEvent {
        before: Some(write::stored(&purchaser)),
        ..AuditEvent::new(AuditAction::PurchaserDeleted, holder, id)
    };
    audit::record(&tx, services.now(), &AuditActor::from(actor), vec![event]).await?;
    Ok(tx.commit().await?)
}
