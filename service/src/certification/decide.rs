//! 通过认证 and 退回: the operator decides, and the contact gets an SMS.

use super::{event, find_version_and_lock, state_value};
use crate::{
    Actor, Error, Result, Services,
    audit::{self, AuditAction, AuditActor},
    sms::{self, NewSms, OverLimit},
};
use domain::{
    Certification, Problem,
    ids::{AccountId, PurchaserId},
    sms::SmsKind,
    trade,
};
use entity::{account, purchaser};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set, Unchanged};
use serde_json::json;

/// A decision of the operator.
enum Decision {
    Certify,
    Return { reason: String },
}

/// Certifies a purchaser in the version that the operator saw. [`Problem::Stale`] if the data have changed since then, or if
/// the decision was already made.
pub async fn certify(services: &Services, actor: &Actor, id: PurchaserId, version: i32) -> Result<()> {
    actor.require_operator()?;
    decide(services, actor, id, version, Decision::Certify).await
}

/// Returns the data with a reason, which the purchaser reads. Errors are those of [`certify`], and [`Problem::Fields`] if
/// the reason is missing or longer than 200 characters.
pub async fn send_back(services: &Services, actor: &Actor, id: PurchaserId, version: i32, reason: &str) -> Result<()> {
    actor.require_operator()?;
    let reason = trade::reason(reason).map_err(|fault| Problem::Fields(vec![fault]))?;
    decide(services, actor, id, version, Decision::Return { reason }).await
}

async fn decide(services: &Services, actor: &Actor, id: PurchaserId, version: i32, decision: Decision) -> Result<()> {
    let now = services.now();
    let tx = services.write().await?;
    let stored = find_version_and_lock(&tx, id, version).await?;
    if stored.certification != Certification::Submitted {
        return Err(Problem::Stale.into());
    }
    let (certification, kind, action, reason) = match decision {
        Decision::Certify => (Certification::Certified, SmsKind::Certified, AuditAction::Certified, None),
        Decision::Return { reason } => {
            (Certification::Returned, SmsKind::CertificationReturned, AuditAction::CertificationReturned, Some(reason))
        }
    };
    let decided = purchaser::ActiveModel {
        id: Unchanged(id),
        certification: Set(certification),
        certification_note: Set(reason.clone()),
        decided_at: Set(Some(now)),
        updated_at: Set(now),
        version: Set(stored.version + 1),
        ..Default::default()
    };
    decided.update(&tx).await?;
    let account: AccountId = account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .filter(account::Column::PurchaserId.eq(id))
        .into_tuple()
        .one(&tx)
        .await?
        .ok_or_else(|| Error::internal("a purchaser without an account"))?;
    let mobile = &stored.mobile;
    let message = NewSms { kind, account, holder: id.into(), batch: None, mobile, secret: None, last_day: None };
    sms::queue(services, &tx, &[message], OverLimit::Wait).await?;
    let after = json!({ "certification": certification.as_str(), "reason": reason });
    let event = event(action, id, state_value(stored.certification), after);
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    tx.commit().await?;
    sms::wake(services);
    Ok(())
}
