//! 采购人认证: a purchaser completes its data and submits them, and the platform's operator decides.

mod decide;
mod own_data;
mod queue;
mod review;
mod submit;

pub use decide::{certify, send_back};
pub use own_data::{profile, save};
pub use queue::queue;
pub(crate) use queue::waiting_count;
pub use review::case;
pub use submit::submit;

use crate::{
    Error, Result,
    audit::{AuditAction, AuditEvent},
};
use domain::{Certification, Problem, ids::PurchaserId, purchaser::Completion, trade::TradeForm};
use entity::{purchaser, unit};
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait, QuerySelect};
use serde_json::{Value, json};

async fn find(db: &impl ConnectionTrait, id: PurchaserId) -> Result<purchaser::Model> {
    Ok(purchaser::Entity::find_by_id(id).one(db).await?.ok_or(Problem::NotFound)?)
}

/// The purchaser, locked until the transaction ends.
async fn find_and_lock(tx: &DatabaseTransaction, id: PurchaserId) -> Result<purchaser::Model> {
    Ok(purchaser::Entity::find_by_id(id).lock_exclusive().one(tx).await?.ok_or(Problem::NotFound)?)
}

/// Like [`find_and_lock`], in the version that the user saw. [`Problem::Stale`] if somebody has changed it since then.
async fn find_version_and_lock(tx: &DatabaseTransaction, id: PurchaserId, version: i32) -> Result<purchaser::Model> {
    let stored = find_and_lock(tx, id).await?;
    if stored.version == version { Ok(stored) } else { Err(Problem::Stale.into()) }
}

/// The unit (所属预算单位) of a purchaser.
async fn unit_of(db: &impl ConnectionTrait, purchaser: &purchaser::Model) -> Result<unit::Model> {
    let unit = unit::Entity::find_by_id(purchaser.unit_id).one(db).await?;
    unit.ok_or_else(|| Error::internal("a purchaser without a unit"))
}

/// The part of the data that the purchaser completes itself.
fn completion(stored: &purchaser::Model) -> Completion {
    let text = |stored: &Option<String>| stored.clone().unwrap_or_default();
    Completion {
        address: text(&stored.address),
        delivery_address: text(&stored.delivery_address),
        invoice_title: text(&stored.invoice_title),
        invoice_tax_number: text(&stored.invoice_tax_number),
        invoice_bank: text(&stored.invoice_bank),
        invoice_account: text(&stored.invoice_account),
    }
}

/// The stored data as a form.
fn form(stored: &purchaser::Model) -> TradeForm {
    TradeForm::filled(stored.kind, completion(stored), stored.contact.clone(), stored.mobile.clone())
}

fn event(action: AuditAction, id: PurchaserId, before: Value, after: Value) -> AuditEvent {
    AuditEvent { before: Some(before), after: Some(after), ..AuditEvent::new(action, Some(id.into()), id) }
}

/// A state of certification for the audit log.
fn state_value(state: Certification) -> Value {
    json!({ "certification": state.as_str() })
}
