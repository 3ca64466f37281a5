//! 提出争议: a unit files a dispute.

use super::holder;
use crate::{
    Actor, Result, Services,
    audit::{self, AuditAction, AuditActor, AuditEvent},
    ids::{IdSequence, take},
    query,
    unit::{by_name, subtree, write},
};
use domain::{
    Code, Problem,
    dispute::{DISPUTES_PER_DAY, DisputeForm, DisputeInput, DisputeState},
    ids::DisputeId,
    problem::FieldFault,
};
use entity::code_dispute::{self, Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;
use std::time::Duration;

/// Files a dispute about a code that a unit outside the own subtree has. [`Problem::Fields`] names the fields to correct; a
/// code of the own subtree is one of them. [`Problem::CodeIsFree`] if no unit has the code, [`Problem::AlreadyDisputed`] if
/// the unit has an open dispute about it, [`Problem::DisputesTooMany`] above the limit of a day.
pub async fn file(services: &Services, actor: &Actor, form: &DisputeForm) -> Result<DisputeId> {
    let own = actor.unit()?;
    let input = form.check().map_err(Problem::Fields)?;
    let now = services.now();
    let tx = services.write().await?;
    write::lock(&tx).await?;
    let subtree = subtree(&tx, actor).await?;
    let fault = |field, code| Problem::Fields(vec![FieldFault::new(field, code)]);
    let holder = holder(&tx, input.code.as_str()).await?.ok_or(Problem::CodeIsFree)?;
    if subtree.contains(&holder.path) {
        return Err(fault("code", Code::DuplicateCode).into());
    }
    let superior = by_name(&tx, &subtree, &input.superior, &form.superior_id, None).await?;
    let superior = superior.map_err(|code| fault("superior", code))?;
    let of_unit = || Entity::find().filter(Column::UnitId.eq(own.id));
    let open = of_unit().filter(Column::State.eq(DisputeState::Open)).filter(Column::Code.eq(input.code.as_str()));
    if query::count(&tx, open).await? > 0 {
        return Err(Problem::AlreadyDisputed.into());
    }
    let today = of_unit()
        .filter(Column::AccountId.eq(actor.account))
        .filter(Column::FiledAt.gt(now - Duration::from_hours(24)));
    if query::count(&tx, today).await? >= DISPUTES_PER_DAY {
        return Err(Problem::DisputesTooMany { limit: DISPUTES_PER_DAY }.into());
    }
    let id = DisputeId(take(&tx, IdSequence::Dispute, 1).await?);
    let DisputeInput { code, name, superior: superior_name, reason, contact, mobile } = input;
    let after = json!({
        "code": code.as_str(),
        "name": name,
        "superior": superior.id,
        "dispute": DisputeState::Open.as_str(),
        "dispute_reason": reason,
        "contact": contact,
        "mobile": mobile.masked(),
    });
    let row = code_dispute::ActiveModel {
        id: Set(id),
        unit_id: Set(own.id),
        account_id: Set(actor.account),
        code: Set(code.as_str().to_owned()),
        name: Set(name),
        superior: Set(superior_name),
        superior_id: Set(Some(superior.id)),
        reason: Set(reason),
        contact: Set(contact),
        mobile: Set(mobile.as_str().to_owned()),
        state: Set(DisputeState::Open),
        answer: Set(None),
        filed_at: Set(now),
        closed_at: Set(None),
        version: Set(1),
    };
    Entity::insert(row).exec_without_returning(&tx).await?;
    let event = AuditEvent::new(AuditAction::DisputeFiled, Some(own.id.into()), id);
    let event = AuditEvent { after: Some(after), ..event };
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    tx.commit().await?;
    Ok(id)
}
