//! The audit log: the actions of accounts on units, purchasers and other objects. An event is written in the transaction of
//! the change itself.

use crate::{Actor, PurchaserActor, Result, query::insert_many};
pub(crate) use domain::history::AuditAction;
use domain::{
    account::AccountHolder,
    calendar::Timestamp,
    ids::{AccountId, ApiKeyId, BatchId, DisputeId, NoticeId, PurchaserId, UnitId},
};
use entity::{AuditObjectKind, audit_event};
use sea_orm::{ConnectionTrait, NotSet, Set};
use serde_json::Value;

/// An event of the log.
#[derive(Clone, Debug)]
pub(crate) struct AuditEvent {
    pub(crate) action: AuditAction,
    /// The unit or the purchaser in whose history the event is shown.
    pub(crate) holder: Option<AccountHolder>,
    pub(crate) object: AuditObject,
    /// The changed values before, a JSON object without secrets.
    pub(crate) before: Option<Value>,
    /// The changed values after, a JSON object without secrets.
    pub(crate) after: Option<Value>,
}

impl AuditEvent {
    /// An event without changed values.
    pub(crate) fn new(action: AuditAction, holder: Option<AccountHolder>, object: impl Into<AuditObject>) -> Self {
        Self { action, holder, object: object.into(), before: None, after: None }
    }
}

/// The object to which something was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AuditObject {
    Unit(UnitId),
    Purchaser(PurchaserId),
    /// `None` if a sign-in named no account.
    Account(Option<AccountId>),
    Batch(BatchId),
    Dispute(DisputeId),
    ApiKey(ApiKeyId),
    Notice(NoticeId),
}

impl AuditObject {
    const fn kind_and_id(self) -> (AuditObjectKind, Option<i64>) {
        match self {
            Self::Unit(UnitId(id)) => (AuditObjectKind::Unit, Some(id)),
            Self::Purchaser(PurchaserId(id)) => (AuditObjectKind::Purchaser, Some(id)),
            Self::Account(Some(AccountId(id))) => (AuditObjectKind::Account, Some(id)),
            Self::Account(None) => (AuditObjectKind::Account, None),
            Self::Batch(BatchId(id)) => (AuditObjectKind::Batch, Some(id)),
            Self::Dispute(DisputeId(id)) => (AuditObjectKind::Dispute, Some(id)),
            Self::ApiKey(ApiKeyId(id)) => (AuditObjectKind::ApiKey, Some(id)),
            Self::Notice(NoticeId(id)) => (AuditObjectKind::Notice, Some(id)),
        }
    }
}

impl From<UnitId> for AuditObject {
    fn from(id: UnitId) -> Self {
        Self::Unit(id)
    }
}

impl From<PurchaserId> for AuditObject {
    fn from(id: PurchaserId) -> Self {
        Self::Purchaser(id)
    }
}

impl From<AccountId> for AuditObject {
    fn from(id: AccountId) -> Self {
        Self::Account(Some(id))
    }
}

impl From<BatchId> for AuditObject {
    fn from(id: BatchId) -> Self {
        Self::Batch(id)
    }
}

impl From<ApiKeyId> for AuditObject {
    fn from(id: ApiKeyId) -> Self {
        Self::ApiKey(id)
    }
}

impl From<NoticeId> for AuditObject {
    fn from(id: NoticeId) -> Self {
        Self::Notice(id)
    }
}

impl From<DisputeId> for AuditObject {
    fn from(id: DisputeId) -> Self {
        Self::Dispute(id)
    }
}

/// The account that did it, as the log keeps it.
#[derive(Clone, Debug, Default)]
pub(crate) struct AuditActor {
    /// `None` if a sign-in named no account, and on the command line.
    pub(crate) account: Option<AccountId>,
    pub(crate) login: String,
    /// The network address of the request.
    pub(crate) address: String,
}

impl From<&Actor> for AuditActor {
    fn from(actor: &Actor) -> Self {
        Self { account: Some(actor.account), login: actor.login.clone(), address: actor.address.clone() }
    }
}

impl From<&PurchaserActor> for AuditActor {
    fn from(purchaser: &PurchaserActor) -> Self {
        Self { account: Some(purchaser.account), login: purchaser.login.clone(), address: purchaser.address.clone() }
    }
}

/// Appends events in as few statements as the database allows.
pub(crate) async fn record(
    db: &impl ConnectionTrait,
    now: Timestamp,
    actor: &AuditActor,
    events: Vec<AuditEvent>,
) -> Result<()> {
    let row = |event: AuditEvent| {
        let (unit_id, purchaser_id) = event.holder.map_or((None, None), holder_columns);
        let (object, object_id) = event.object.kind_and_id();
        audit_event::ActiveModel {
            id: NotSet,
            at: Set(now),
            account_id: Set(actor.account),
            login: Set(actor.login.clone()),
            address: Set(actor.address.clone()),
            action: Set(event.action),
            unit_id: Set(unit_id),
            purchaser_id: Set(purchaser_id),
            object: Set(object),
            object_id: Set(object_id),
            before: Set(event.before.map(|before| before.to_string())),
            after: Set(event.after.map(|after| after.to_string())),
        }
    };
    let rows: Vec<_> = events.into_iter().map(row).collect();
    insert_many(db, rows, None).await.map(drop)
}

/// The columns `unit_id` and `purchaser_id` of a holder: one of them is filled.
pub(crate) const fn holder_columns(holder: AccountHolder) -> (Option<UnitId>, Option<PurchaserId>) {
    match holder {
        AccountHolder::Unit(unit) => (Some(unit), None),
        AccountHolder::Purchaser(purchaser) => (None, Some(purchaser)),
    }
}
