//! The audit log: who did what to what. Written in the transaction of the change itself.

use crate::{Actor, PurchaserActor, Result, database};
use domain::{
    account::AccountHolder,
    ids::{PurchaserId, UnitId},
};
use sea_orm::ConnectionTrait;

/// One event. `before` and `after` are JSON without secrets.
#[derive(Clone, Debug, Default)]
pub(crate) struct AuditEvent<'a> {
    /// kebab-case: "sign-in", "import", "generate", "password-changed" …
    pub(crate) action: &'a str,
    /// Whose history it belongs to.
    pub(crate) of: Option<AccountHolder>,
    pub(crate) object: &'a str,
    pub(crate) object_id: Option<i64>,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// Who did it, as the log keeps it.
#[derive(Clone, Debug, Default)]
pub(crate) struct AuditActor {
    pub(crate) account: Option<i64>,
    pub(crate) login: String,
    pub(crate) address: String,
}

impl From<&Actor> for AuditActor {
    fn from(actor: &Actor) -> Self {
        Self { account: Some(actor.account.0), login: actor.login.clone(), address: actor.address.clone() }
    }
}

impl From<&PurchaserActor> for AuditActor {
    fn from(purchaser: &PurchaserActor) -> Self {
        Self { account: Some(purchaser.account.0), login: purchaser.login.clone(), address: purchaser.address.clone() }
    }
}

/// Appends events in as few statements as the database allows.
pub(crate) async fn record(
    db: &impl ConnectionTrait,
    now: i64,
    by: &AuditActor,
    events: Vec<AuditEvent<'_>>,
) -> Result<()> {
    // Collected, as a closure over events of any lifetime may not be held across the wait.
    let row = |event: AuditEvent<'_>| {
        let (unit, purchaser) = event.of.map_or((None, None), columns);
        [
            now.into(),
            by.account.into(),
            by.login.as_str().into(),
            by.address.as_str().into(),
            event.action.into(),
            unit.into(),
            purchaser.into(),
            event.object.into(),
            event.object_id.into(),
            event.before.into(),
            event.after.into(),
        ]
    };
    let rows = events.into_iter().map(row).collect::<Vec<_>>();
    let into = "audit_event (at, account_id, login, address, action, unit_id, purchaser_id, object, object_id, before, \
                after)";
    database::insert(db, into, rows, "").await.map(drop)
}

/// The columns `unit_id` and `purchaser_id`, of which one is filled.
pub(crate) const fn columns(holder: AccountHolder) -> (Option<i64>, Option<i64>) {
    match holder {
        AccountHolder::Unit(UnitId(id)) => (Some(id), None),
        AccountHolder::Purchaser(PurchaserId(id)) => (None, Some(id)),
    }
}
