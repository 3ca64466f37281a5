//! A dispute with both sides, as the operator sees it.

use super::{destination, find, holder, list::list_item, requester};
use crate::{
    Actor, Error, Result, Services, Subtree,
    audit::AuditAction,
    query,
    unit::{detail, names, superiors_of},
};
use domain::{
    Problem,
    dispute::{CodeHolder, DisputeCase, HoldingUnit},
    ids::{DisputeId, UnitId},
    mobile::mask,
    unit::UnitRef,
};
use entity::{UnitKind, account, audit_event, purchaser, unit};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// A dispute with both sides, before and after the decision.
pub async fn case(services: &Services, actor: &Actor, id: DisputeId) -> Result<DisputeCase> {
    actor.require_operator()?;
    let db = &services.0.db;
    let dispute = find(db, id).await?;
    let (requester, subtree) = requester(db, &dispute).await?;
    let holder = match holder(db, &dispute.code).await? {
        None => CodeHolder::Nobody,
        Some(unit) => match unit.merged_into {
            Some(into) => dissolved(db, unit.name, into).await?,
            None => CodeHolder::Unit(Box::new(holding_unit(services, actor, unit, &subtree).await?)),
        },
    };
    let asking = UnitRef { id: requester.id, name: requester.name.clone() };
    let path = match destination(db, &dispute, requester, &subtree).await? {
        Some(unit) => way(db, &unit).await?,
        None => Vec::new(),
    };
    Ok(DisputeCase {
        path,
        holder,
        login: login(db, &dispute).await?,
        reason: dispute.reason.clone(),
        contact: dispute.contact.clone(),
        mobile: mask(&dispute.mobile),
        dispute: list_item(dispute, asking.name.clone()),
        requester: asking,
    })
}

/// The login name of the account that filed a dispute.
async fn login(db: &impl ConnectionTrait, dispute: &entity::code_dispute::Model) -> Result<String> {
    let login = account::Entity::find_by_id(dispute.account_id)
        .select_only()
        .column(account::Column::Login)
        .into_tuple()
        .one(db)
        .await?;
    login.ok_or_else(|| Error::internal("a dispute without an account"))
}

/// The units from the top of the tree down to a unit.
async fn way(db: &impl ConnectionTrait, unit: &unit::Model) -> Result<Vec<UnitRef>> {
    let everything = Subtree::everything();
    let above = superiors_of(&everything, &unit.path);
    let names = names(db, &everything, above.iter().copied()).await?;
    let superior = |id: UnitId| Some(UnitRef { id, name: names.get(&id)?.clone() });
    let mut way: Vec<UnitRef> = above.into_iter().filter_map(superior).collect();
    way.push(UnitRef { id: unit.id, name: unit.name.clone() });
    Ok(way)
}

async fn dissolved(db: &impl ConnectionTrait, name: String, into: UnitId) -> Result<CodeHolder> {
    let successor = unit::Entity::find_by_id(into).one(db).await?.ok_or(Problem::NotFound)?;
    Ok(CodeHolder::Dissolved { name, into: UnitRef { id: into, name: successor.name } })
}

async fn holding_unit(
    services: &Services,
    actor: &Actor,
    unit: unit::Model,
    requesters: &Subtree,
) -> Result<HoldingUnit> {
    let db = &services.0.db;
    let added_by = audit_event::Entity::find()
        .select_only()
        .column(audit_event::Column::Login)
        .filter(audit_event::Column::UnitId.eq(unit.id))
        .filter(audit_event::Column::Action.is_in([AuditAction::UnitCreated, AuditAction::UnitAdded]))
        .order_by_asc(audit_event::Column::Id)
        .into_tuple()
        .one(db)
        .await?;
    let purchasers = purchaser::Entity::find().filter(purchaser::Column::UnitId.eq(unit.id));
    Ok(HoldingUnit {
        detail: detail(services, actor, unit.id).await?,
        version: unit.version,
        added_at: unit.created_at,
        added_by,
        purchasers: query::count(db, purchasers).await?,
        is_preset: unit.kind != UnitKind::Budget,
        is_in_requesters_subtree: requesters.contains(&unit.path),
    })
}
