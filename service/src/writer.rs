//! The common part of writing units and purchasers: the accounts of new records, and audit events.

use crate::{
    PlaintextPassword, Result, Services,
    account::{HasAccount, NewAccount, open},
    audit::{self, AuditAction, AuditActor, AuditEvent, AuditObject},
};
use domain::ids::{BatchId, PurchaserId, UnitId};
use sea_orm::DatabaseTransaction;
use serde_json::Value;

/// A transaction that adds or changes units or purchasers, for generation or for a form.
pub(crate) struct Writer<'a> {
    pub(crate) services: &'a Services,
    pub(crate) tx: &'a DatabaseTransaction,
    /// The account that acts.
    pub(crate) by: &'a AuditActor,
    /// The batch that is generated; none if a form is saved.
    pub(crate) batch: Option<BatchId>,
}

/// A record that has an account, with its actions in the audit log.
pub(crate) trait Audited: HasAccount + Into<AuditObject> {
    /// The actions of generation: added, changed.
    const GENERATION: [AuditAction; 2];
    /// The actions of a form: added, changed.
    const FORM: [AuditAction; 2];
}

impl Audited for UnitId {
    const GENERATION: [AuditAction; 2] = [AuditAction::UnitCreated, AuditAction::UnitUpdated];
    const FORM: [AuditAction; 2] = [AuditAction::UnitAdded, AuditAction::UnitEdited];
}

impl Audited for PurchaserId {
    const GENERATION: [AuditAction; 2] = [AuditAction::PurchaserCreated, AuditAction::PurchaserUpdated];
    const FORM: [AuditAction; 2] = [AuditAction::PurchaserAdded, AuditAction::PurchaserEdited];
}

/// A record that was added and needs an account.
pub(crate) struct Added<'a, Id> {
    pub(crate) id: Id,
    /// The number that the SMS goes to.
    pub(crate) mobile: &'a str,
    /// The initial password and its hash.
    pub(crate) password: &'a (PlaintextPassword, String),
    /// The values for the audit log, a JSON object.
    pub(crate) values: Value,
}

/// A record that was changed.
pub(crate) struct Changed<Id> {
    pub(crate) id: Id,
    /// The values before for the audit log, a JSON object.
    pub(crate) before: Value,
    /// The values after for the audit log, a JSON object.
    pub(crate) after: Value,
}

impl Writer<'_> {
    /// Opens the accounts of records that were added, queues the SMS with their initial passwords, and logs the additions.
    pub(crate) async fn open_accounts<Id: Audited>(&self, added: Vec<Added<'_, Id>>) -> Result<()> {
        let accounts: Vec<_> = added
            .iter()
            .map(|record| NewAccount { holder: record.id, mobile: record.mobile, password: record.password })
            .collect();
        let logins = open(self.services, self.tx, self.batch, &accounts).await?;
        let [action, _] = self.actions::<Id>();
        let event = |(record, login): (Added<'_, Id>, String)| {
            event(action, record.id, None, self.with_batch(with(record.values, "login", login)))
        };
        let events = added.into_iter().zip(logins).map(event).collect();
        audit::record(self.tx, self.services.now(), self.by, events).await
    }

    /// Logs the changes of records.
    pub(crate) async fn log_changes<Id: Audited>(&self, changed: Vec<Changed<Id>>) -> Result<()> {
        let [_, action] = self.actions::<Id>();
        let event = |record: Changed<Id>| event(action, record.id, Some(record.before), self.with_batch(record.after));
        let events = changed.into_iter().map(event).collect();
        audit::record(self.tx, self.services.now(), self.by, events).await
    }

    const fn actions<Id: Audited>(&self) -> [AuditAction; 2] {
        if self.batch.is_some() { Id::GENERATION } else { Id::FORM }
    }

    fn with_batch(&self, values: Value) -> Value {
        match self.batch {
            Some(batch) => with(values, "batch", batch.0),
            None => values,
        }
    }
}

fn with(mut values: Value, name: &str, value: impl Into<Value>) -> Value {
    if let Some(values) = values.as_object_mut() {
        values.insert(name.to_owned(), value.into());
    }
    values
}

fn event<Id: Audited>(action: AuditAction, id: Id, before: Option<Value>, after: Value) -> AuditEvent {
    AuditEvent { before, after: Some(after), ..AuditEvent::new(action, Some(id.into()), id) }
}

/// The text of a column that may be empty.
pub(crate) fn filled(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}
