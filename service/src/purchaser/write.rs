//! Writes purchasers with their accounts, SMS and history: the one place, for generation and for the form.

use crate::{
    PlaintextPassword, Result, Services,
    account::{Opening, open},
    audit::{self, AuditActor, AuditEvent},
    database::{elements, insert, sql, values},
};
use domain::{check::PurchaserRow, mobile::mask, normalize::same_name, view::PurchaserId};

use entity::purchaser;
use sea_orm::{DatabaseTransaction, EntityTrait};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What tells a purchaser from all others: code and name, as compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    code: String,
    name: String,
}

impl Key {
    pub(crate) fn of(purchaser: &purchaser::Model) -> Self {
        Self { code: purchaser.code.clone(), name: purchaser.name_key.clone() }
    }

    pub(crate) fn said(says: &PurchaserRow) -> Self {
        Self { code: says.code.as_str().to_owned(), name: same_name(&says.name).into_owned() }
    }
}

/// All that have one of these codes, wherever they are. In a transaction that has the lock of the tree
/// ([`crate::unit::write::lock`]), which everybody takes who adds purchasers or moves them.
pub(crate) async fn with_codes<'a>(
    tx: &DatabaseTransaction,
    codes: impl Iterator<Item = &'a str>,
) -> Result<Vec<purchaser::Model>> {
    let codes: BTreeSet<&str> = codes.collect();
    let text = format!("SELECT * FROM purchaser WHERE code IN ({})", elements::<str>(tx, 1));
    let statement = sql(tx, &text, [serde_json::to_string(&codes)?.into()]);
    Ok(purchaser::Entity::find().from_raw_sql(statement).all(tx).await?)
}

/// A transaction that writes purchasers.
pub(crate) struct Writer<'a> {
    pub(crate) services: &'a Services,
    pub(crate) tx: &'a DatabaseTransaction,
    pub(crate) by: &'a AuditActor,
    /// The batch whose rows say it; none where a form does.
    pub(crate) batch: Option<i64>,
}

/// A purchaser to add.
pub(crate) struct Addition<'a> {
    pub(crate) id: i64,
    pub(crate) unit: i64,
    /// The unit's path.
    pub(crate) path: &'a str,
    pub(crate) says: &'a PurchaserRow,
    /// The initial password and its hash.
    pub(crate) password: &'a (PlaintextPassword, String),
}

/// A purchaser to change.
pub(crate) struct Alteration<'a> {
    pub(crate) purchaser: &'a purchaser::Model,
    pub(crate) unit: i64,
    /// The unit's path.
    pub(crate) path: &'a str,
    pub(crate) says: &'a PurchaserRow,
}

impl Writer<'_> {
    /// Adds purchasers and their accounts, and queues the SMS with the initial passwords.
    pub(crate) async fn add(&self, purchasers: &[Addition<'_>]) -> Result<()> {
        let (tx, now) = (self.tx, self.services.now());
        let rows = purchasers.iter().map(|new| {
            [
                new.id.into(),
                new.unit.into(),
                new.path.into(),
                new.says.kind.into(),
                new.says.name.as_str().into(),
                same_name(&new.says.name).into_owned().into(),
                new.says.code.as_str().into(),
                new.says.contact.as_str().into(),
                new.says.mobile.as_str().into(),
                filled(&new.says.remark).into(),
                now.into(),
                now.into(),
                1.into(),
            ]
        });
        let into = "purchaser (id, unit_id, unit_path, kind, name, name_key, code, contact, mobile, remark, created_at, \
                    updated_at, version)";
        insert(tx, into, rows.collect::<Vec<_>>(), "").await?;
        let openings = purchasers.iter().map(|new| Opening {
            holder: PurchaserId(new.id),
            mobile: new.says.mobile.as_str(),
            password: new.password,
        });
        let logins = open(self.services, tx, self.batch, &openings.collect::<Vec<_>>()).await?;
        let action = if self.batch.is_some() { "purchaser-created" } else { "purchaser-added" };
        let event = |(new, login): (&Addition<'_>, String)| {
            let mut after = self.told(new.says, new.unit);
            if let Some(after) = after.as_object_mut() {
                after.insert("login".to_owned(), login.into());
            }
            event(action, new.id, None, Some(after))
        };
        audit::record(tx, now, self.by, purchasers.iter().zip(logins).map(event).collect()).await
    }

    /// Changes purchasers. A certification attests who the purchaser is: where that changes it lapses, and the purchaser
    /// submits its data again.
    pub(crate) async fn alter(&self, purchasers: &[Alteration<'_>]) -> Result<()> {
        let (tx, now) = (self.tx, self.services.now());
        let rows = purchasers.iter().map(|Alteration { purchaser, unit, path, says }| {
            [
                purchaser.id.into(),
                (*unit).into(),
                (*path).into(),
                says.kind.into(),
                says.name.as_str().into(),
                same_name(&says.name).into_owned().into(),
                says.code.as_str().into(),
                says.contact.as_str().into(),
                says.mobile.as_str().into(),
                filled(&says.remark).into(),
                now.into(),
            ]
        });
        let head = "WITH v (id, unit_id, path, kind, name, name_key, code, contact, mobile, remark, at) AS (VALUES ";
        let tail = ") UPDATE purchaser SET unit_id = v.unit_id, unit_path = v.path, kind = v.kind, name = v.name, \
                    name_key = v.name_key, code = v.code, contact = v.contact, mobile = v.mobile, remark = v.remark, \
                    updated_at = v.at, version = version + 1, certification = CASE WHEN certification = 'certified' AND \
                    (purchaser.name_key <> v.name_key OR purchaser.code <> v.code OR purchaser.kind <> v.kind) \
                    THEN 'none' ELSE certification END FROM v WHERE purchaser.id = v.id";
        values(tx, head, rows.collect::<Vec<_>>(), tail).await?;
        let action = if self.batch.is_some() { "purchaser-updated" } else { "purchaser-edited" };
        let event = |change: &Alteration<'_>| {
            let (before, after) = (stored(change.purchaser), self.told(change.says, change.unit));
            event(action, change.purchaser.id.0, Some(before), Some(after))
        };
        audit::record(tx, now, self.by, purchasers.iter().map(event).collect()).await
    }

    /// What is said of a purchaser, for the audit log.
    fn told(&self, says: &PurchaserRow, unit: i64) -> Value {
        let mut told = json!({
            "name": says.name,
            "code": says.code.as_str(),
            "kind": says.kind,
            "unit": unit,
            "contact": says.contact,
            "mobile": says.mobile.masked(),
            "remark": filled(&says.remark),
        });
        if let (Some(batch), Some(told)) = (self.batch, told.as_object_mut()) {
            told.insert("batch".to_owned(), batch.into());
        }
        told
    }
}

/// A purchaser as it was, for the audit log.
pub(super) fn stored(purchaser: &purchaser::Model) -> Value {
    json!({
        "name": purchaser.name,
        "code": purchaser.code,
        "kind": purchaser.kind.as_str(),
        "unit": purchaser.unit_id,
        "contact": purchaser.contact,
        "mobile": mask(&purchaser.mobile),
        "remark": purchaser.remark,
    })
}

pub(super) fn event(action: &'static str, id: i64, before: Option<Value>, after: Option<Value>) -> AuditEvent<'static> {
    AuditEvent {
        action,
        of: Some(PurchaserId(id).into()),
        object: "purchaser",
        object_id: Some(id),
        before: before.map(|before| before.to_string()),
        after: after.map(|after| after.to_string()),
    }
}

fn filled(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
