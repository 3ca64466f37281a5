//! 撤回: the requester withdraws a dispute.

use super::{close, find_open_and_lock};
use crate::{
    Actor, Result, Services,
    audit::{self, AuditAction, AuditActor},
};
use domain::{Problem, dispute::DisputeState, ids::DisputeId};

/// Withdraws an open dispute of the own unit. [`Problem::NotFound`] for one of another unit, [`Problem::Stale`] if it was
/// decided in the meantime.
pub async fn withdraw(services: &Services, actor: &Actor, id: DisputeId, version: i32) -> Result<()> {
    let own = actor.unit()?;
    let now = services.now();
    let tx = services.write().await?;
    if super::find(&tx, id).await?.unit_id != own.id {
        return Err(Problem::NotFound.into());
    }
    let dispute = find_open_and_lock(&tx, id, version).await?;
    let event = close(&tx, now, dispute, DisputeState::Withdrawn, None, AuditAction::DisputeWithdrawn).await?;
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    Ok(tx.commit().await?)
}
