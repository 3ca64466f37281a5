//! 代码争议: a unit asks the operator to decide about a credit code that a unit elsewhere has already. The requester learns
//! nothing of the other side. The operator sees both, and settles the dispute with the use cases that change units.

mod case;
mod decide;
mod file;
mod list;
mod settle;
mod withdraw;

pub use case::case;
pub use decide::{reject, uphold};
pub use file::file;
pub use list::list;
pub(crate) use list::to_look_at;
pub use settle::{delete_holder, move_holder};
pub use withdraw::withdraw;

use crate::{
    Error, Result, Subtree,
    audit::{AuditAction, AuditEvent},
    query,
};
use domain::{
    Problem,
    calendar::Timestamp,
    dispute::DisputeState,
    ids::{DisputeId, UnitId},
};
use entity::{code_dispute, unit};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
    QueryTrait, Set, Unchanged,
};
use serde_json::json;

async fn find(db: &impl ConnectionTrait, id: DisputeId) -> Result<code_dispute::Model> {
    Ok(code_dispute::Entity::find_by_id(id).one(db).await?.ok_or(Problem::NotFound)?)
}

/// The dispute, locked until the transaction ends. [`Problem::Stale`] unless it is open in the version that the user saw.
async fn find_open_and_lock(tx: &DatabaseTransaction, id: DisputeId, version: i32) -> Result<code_dispute::Model> {
    let stored = code_dispute::Entity::find_by_id(id).lock_exclusive().one(tx).await?.ok_or(Problem::NotFound)?;
    let is_current = stored.state == DisputeState::Open && stored.version == version;
    if is_current { Ok(stored) } else { Err(Problem::Stale.into()) }
}

/// The unit that has a code; it may be a dissolved one.
async fn holder(db: &impl ConnectionTrait, code: &str) -> Result<Option<unit::Model>> {
    Ok(unit::Entity::find().filter(unit::Column::Code.eq(code)).one(db).await?)
}

/// The subtree of the unit that has filed a dispute, and that unit.
async fn requester(db: &impl ConnectionTrait, dispute: &code_dispute::Model) -> Result<(unit::Model, Subtree)> {
    let unit = unit::Entity::find_by_id(dispute.unit_id).one(db).await?;
    let unit = unit.ok_or_else(|| Error::internal("a dispute without a unit"))?;
    let subtree = Subtree::of(&unit.path);
    Ok((unit, subtree))
}

/// The unit below which the requester has the disputed unit: the superior of the dispute, or the requester itself if that
/// superior is gone. `None` if the requester was dissolved.
async fn destination(
    db: &impl ConnectionTrait,
    dispute: &code_dispute::Model,
    requester: unit::Model,
    subtree: &Subtree,
) -> Result<Option<unit::Model>> {
    let superior = match dispute.superior_id {
        Some(id) => unit::Entity::find_by_id(id).one(db).await?,
        None => None,
    };
    let superior = superior.filter(|superior| subtree.contains(&superior.path));
    Ok(superior.or(Some(requester)).filter(|unit| unit.merged_into.is_none()))
}

/// Whether the code of a unit is in an open dispute.
pub(crate) async fn is_disputed(db: &impl ConnectionTrait, unit: UnitId) -> Result<bool> {
    let code = unit::Entity::find_by_id(unit).select_only().column(unit::Column::Code);
    let open = code_dispute::Entity::find()
        .filter(code_dispute::Column::State.eq(DisputeState::Open))
        .filter(code_dispute::Column::Code.in_subquery(code.into_query()));
    Ok(query::count(db, open).await? > 0)
}

/// Closes an open dispute. Returns the event for the audit log: it belongs to the history of the requester, and has nothing
/// of the holder.
async fn close(
    tx: &DatabaseTransaction,
    now: Timestamp,
    dispute: code_dispute::Model,
    state: DisputeState,
    answer: Option<String>,
    action: AuditAction,
) -> Result<AuditEvent> {
    let closed = code_dispute::ActiveModel {
        id: Unchanged(dispute.id),
        state: Set(state),
        answer: Set(answer.clone()),
        closed_at: Set(Some(now)),
        version: Set(dispute.version + 1),
        ..Default::default()
    };
    closed.update(tx).await?;
    let before = json!({ "code": dispute.code, "dispute": dispute.state.as_str() });
    let after = json!({ "code": dispute.code, "dispute": state.as_str(), "answer": answer });
    let event = AuditEvent::new(action, Some(dispute.unit_id.into()), dispute.id);
    Ok(AuditEvent { before: Some(before), after: Some(after), ..event })
}
