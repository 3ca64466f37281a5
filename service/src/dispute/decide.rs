//! 支持 and 驳回: the operator decides.

use super::{close, find_open_and_lock, holder, requester};
use crate::{
    Actor, Result, Services,
    audit::{self, AuditAction, AuditActor},
    unit::write,
};
use domain::{
    Problem,
    dispute::{self, DisputeState},
    ids::DisputeId,
};

/// Upholds an open dispute in the version that the operator saw. [`Problem::Stale`] if it was closed in the meantime,
/// [`Problem::CodeStillTaken`] unless the code is free or its unit lies in the requester's subtree, so that the state is true.
/// The answer may be empty; [`Problem::Fields`] if it is longer than 200 characters.
pub async fn uphold(services: &Services, actor: &Actor, id: DisputeId, version: i32, answer: &str) -> Result<()> {
    actor.require_operator()?;
    let answer = dispute::approval(answer).map_err(|fault| Problem::Fields(vec![fault]))?;
    let now = services.now();
    let tx = services.write().await?;
    // Nobody takes the code or moves its unit until the transaction ends.
    write::lock(&tx).await?;
    let dispute = find_open_and_lock(&tx, id, version).await?;
    let (_, subtree) = requester(&tx, &dispute).await?;
    if holder(&tx, &dispute.code).await?.is_some_and(|holder| !subtree.contains(&holder.path)) {
        return Err(Problem::CodeStillTaken.into());
    }
    let event = close(&tx, now, dispute, DisputeState::Upheld, answer, AuditAction::DisputeUpheld).await?;
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    Ok(tx.commit().await?)
}

/// Rejects an open dispute with an answer, which the requester reads. [`Problem::Fields`] if the answer is missing or longer
/// than 200 characters, [`Problem::Stale`] if the dispute was closed in the meantime.
pub async fn reject(services: &Services, actor: &Actor, id: DisputeId, version: i32, answer: &str) -> Result<()> {
    actor.require_operator()?;
    let answer = dispute::rejection(answer).map_err(|fault| Problem::Fields(vec![fault]))?;
    let now = services.now();
    let tx = services.write().await?;
    let dispute = find_open_and_lock(&tx, id, version).await?;
    let event = close(&tx, now, dispute, DisputeState::Rejected, Some(answer), AuditAction::DisputeRejected).await?;
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    Ok(tx.commit().await?)
}
