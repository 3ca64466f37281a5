//! The data of a purchaser as the operator reviews them.

use super::{completion, find, unit_of};
use crate::{Actor, Result, Services};
use domain::{
    Problem,
    ids::PurchaserId,
    mobile::mask,
    normalize::same_name,
    trade::{CertificationCase, ComparedField, ComparedItem},
};
use entity::{purchaser, unit};

/// The data of a purchaser beside those of its unit, before and after the decision. [`Problem::NotFound`] for a purchaser
/// that never submitted its data.
pub async fn case(services: &Services, actor: &Actor, id: PurchaserId) -> Result<CertificationCase> {
    actor.require_operator()?;
    let db = &services.0.db;
    let stored = find(db, id).await?;
    if stored.submitted_at.is_none() {
        return Err(Problem::NotFound.into());
    }
    let unit = unit_of(db, &stored).await?;
    Ok(CertificationCase {
        id,
        version: stored.version,
        kind: stored.kind,
        pairs: pairs(&stored, &unit),
        completion: completion(&stored),
        login: stored.login.unwrap_or_default(),
        certification: stored.certification,
        note: stored.certification_note,
        submitted_at: stored.submitted_at,
        decided_at: stored.decided_at,
        name: stored.name,
    })
}

/// The data that purchaser and unit both have, side by side. Mobile numbers are compared in full and shown in part.
fn pairs(purchaser: &purchaser::Model, unit: &unit::Model) -> Vec<ComparedItem> {
    let name = Some(unit.name.as_str());
    let title = purchaser.invoice_title.as_deref().unwrap_or_default();
    let tax_number = purchaser.invoice_tax_number.as_deref().unwrap_or_default();
    let pair = |datum, purchaser: &str, unit: Option<&str>| {
        let shown = |text: &str| if datum == ComparedField::Mobile { mask(text) } else { text.to_owned() };
        ComparedItem {
            datum,
            same: unit.is_some_and(|unit| same_name(unit) == same_name(purchaser)),
            purchaser: shown(purchaser),
            unit: unit.map(shown),
        }
    };
    vec![
        pair(ComparedField::Name, &purchaser.name, name),
        pair(ComparedField::Code, &purchaser.code, unit.code.as_deref()),
        pair(ComparedField::InvoiceTitle, title, name),
        pair(ComparedField::TaxNumber, tax_number, unit.code.as_deref()),
        pair(ComparedField::Contact, &purchaser.contact, unit.contact.as_deref()),
        pair(ComparedField::Mobile, &purchaser.mobile, unit.mobile.as_deref()),
    ]
}
