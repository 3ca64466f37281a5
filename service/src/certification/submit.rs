//! 提交认证: a purchaser submits its data.

use super::{event, find_version_and_lock, state_value};
use crate::{
    PurchaserActor, Result, Services,
    audit::{self, AuditAction, AuditActor},
};
use domain::{Certification, Problem};
use entity::purchaser;
use sea_orm::{ActiveModelTrait, Set, Unchanged};

/// Submits the data in this version to the operator. [`Problem::Stale`] if the data have changed since then, or are
/// already submitted or certified.
pub async fn submit(services: &Services, actor: &PurchaserActor, version: i32) -> Result<()> {
    let now = services.now();
    let tx = services.write().await?;
    let stored = find_version_and_lock(&tx, actor.own.id, version).await?;
    match stored.certification {
        Certification::None | Certification::Returned => {}
        Certification::Submitted | Certification::Certified => return Err(Problem::Stale.into()),
    }
    let submitted = purchaser::ActiveModel {
        id: Unchanged(stored.id),
        certification: Set(Certification::Submitted),
        submitted_at: Set(Some(now)),
        updated_at: Set(now),
        version: Set(stored.version + 1),
        ..Default::default()
    };
    submitted.update(&tx).await?;
    let (before, after) = (state_value(stored.certification), state_value(Certification::Submitted));
    let event = event(AuditAction::CertificationSubmitted, stored.id, before, after);
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    Ok(tx.commit().await?)
}
