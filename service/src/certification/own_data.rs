//! 采购人资料: a purchaser reads, completes and corrects its own data.

use super::{event, find, find_and_lock, form, unit_of};
use crate::{
    RequestOrigin, Result, Services, TradingSession,
    audit::{self, AuditAction, AuditActor},
};
use domain::{
    Certification, Problem, PurchaserKind,
    edit::EditResult,
    mobile::mask,
    purchaser::Completion,
    trade::{Trade, TradeForm, TradeProfile},
};
use entity::purchaser;
use sea_orm::{ActiveModelTrait, ConnectionTrait, Set, Unchanged};
use serde_json::{Value, json};

/// The own data. Before that the account needs a password of its own.
pub async fn profile(services: &Services, session: &TradingSession) -> Result<TradeProfile> {
    session.identity.with_own_password()?;
    let db = &services.0.db;
    view(db, find(db, session.own.id).await?).await
}

/// A purchaser as its own people see it.
async fn view(db: &impl ConnectionTrait, stored: purchaser::Model) -> Result<TradeProfile> {
    let unit = unit_of(db, &stored).await?;
    Ok(TradeProfile {
        unit: unit.name,
        form: form(&stored),
        name: stored.name,
        code: stored.code,
        version: stored.version,
        certification: stored.certification,
        note: stored.certification_note,
        submitted_at: stored.submitted_at,
        decided_at: stored.decided_at,
    })
}

/// Completes or corrects the own data. [`Problem::Fields`] names the fields to correct. Nothing is saved when the version is
/// not the stored one any more. A certification attests the type of the purchaser and its invoice data. If
/// these change, the certification lapses, and the purchaser must submit its data again.
pub async fn save(
    services: &Services,
    session: &TradingSession,
    version: i32,
    form: &TradeForm,
    origin: &RequestOrigin,
) -> Result<EditResult<TradeProfile>> {
    session.identity.with_own_password()?;
    let data = form.check().map_err(Problem::Fields)?;
    let now = services.now();
    let tx = services.write().await?;
    let stored = find_and_lock(&tx, session.own.id).await?;
    if stored.version != version {
        return Ok(EditResult::Conflict(Box::new(view(&tx, stored).await?)));
    }
    let certification = match stored.certification {
        Certification::Certified if changes_attested_data(&stored, &data) => Certification::None,
        unchanged => unchanged,
    };
    let before = audit_value(stored.kind, &super::form(&stored), stored.certification);
    let after = audit_value(data.kind, &TradeForm::from(data.clone()), certification);
    let optional = |text: String| Some(text).filter(|text| !text.is_empty());
    let Completion { address, delivery_address, invoice_title, invoice_tax_number, invoice_bank, invoice_account } =
        data.completion;
    let saved = purchaser::ActiveModel {
        id: Unchanged(stored.id),
        kind: Set(data.kind),
        address: Set(Some(address)),
        delivery_address: Set(Some(delivery_address)),
        invoice_title: Set(Some(invoice_title)),
        invoice_tax_number: Set(Some(invoice_tax_number)),
        invoice_bank: Set(optional(invoice_bank)),
        invoice_account: Set(optional(invoice_account)),
        contact: Set(data.contact),
        mobile: Set(data.mobile.as_str().to_owned()),
        certification: Set(certification),
        completed_at: Set(stored.completed_at.or(Some(now))),
        updated_at: Set(now),
        version: Set(stored.version + 1),
        ..Default::default()
    };
    saved.update(&tx).await?;
    let actor = AuditActor { address: origin.address.clone(), ..session.identity.audit_actor() };
    let event = event(AuditAction::PurchaserCompleted, stored.id, before, after);
    audit::record(&tx, now, &actor, vec![event]).await?;
    tx.commit().await?;
    Ok(EditResult::Saved)
}

/// Whether the edit changes data that a certification attests.
fn changes_attested_data(stored: &purchaser::Model, data: &Trade) -> bool {
    let Completion { invoice_title, invoice_tax_number, .. } = &data.completion;
    stored.kind != data.kind
        || stored.invoice_title.as_ref() != Some(invoice_title)
        || stored.invoice_tax_number.as_ref() != Some(invoice_tax_number)
}

/// The data for the audit log: mobile number and bank account in part.
fn audit_value(kind: PurchaserKind, form: &TradeForm, certification: Certification) -> Value {
    let mut value = json!(form);
    if let Some(value) = value.as_object_mut() {
        value.insert("kind".to_owned(), json!(kind));
        value.insert("mobile".to_owned(), mask(&form.mobile).into());
        value.insert("invoice_account".to_owned(), last_digits(&form.invoice_account).into());
        value.insert("certification".to_owned(), certification.as_str().into());
    }
    value
}

/// The last four digits of a bank account.
fn last_digits(account: &str) -> String {
    let from = account.len().saturating_sub(4);
    account.get(from..).filter(|digits| !digits.is_empty()).map(|digits| format!("****{digits}")).unwrap_or_default()
}
