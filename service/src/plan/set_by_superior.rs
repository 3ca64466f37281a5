//! Plans that superiors set: by template 1, by the edit form of a unit, and by a merger. They are approved by the superior.
//! `reserve_plan` itself is written by `unit::write` and `unit::merge`; here the filings that exist follow it.

use super::{figures, from_json, to_json, union_of};
use crate::{
    Result,
    audit::AuditActor,
    query::{insert_many, is_any_of},
    sql::update_each::update_each,
};
use domain::{
    Money, Ratio,
    calendar::Timestamp,
    ids::UnitId,
    plan_filing::{Canteen, CanteenPlan, FilingAction, FilingForm, FilingState, PlanFigures},
};
use entity::{Count, account, plan_filing, plan_filing_version, plan_parameter_set, reserve_plan, unit};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait, Set, Value,
    sea_query::{Expr, ExprTrait},
};
use std::collections::HashMap;

/// A plan that a superior has changed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SetPlan {
    pub(crate) unit: UnitId,
    pub(crate) year: i32,
    pub(crate) total: Money,
    pub(crate) ratio: Ratio,
    pub(crate) share: Money,
}

/// Lets the filings of plans that a superior has changed follow them, as approved. Units without a filing get none: a plan
/// without a filing counts as set by a superior. The transaction holds the lock of the tree. It is one statement if none of
/// the units has a filing, and their number never grows with the plans.
pub(crate) async fn set_by_superior(
    tx: &DatabaseTransaction,
    now: Timestamp,
    by: &AuditActor,
    plans: &[SetPlan],
) -> Result<()> {
    use plan_filing::Column::{
        Canteen, Figures, Form, RepresentativeId, Share, State, Total, UpdatedAt, Version, Year,
    };
    if plans.is_empty() {
        return Ok(());
    }
    let plans: HashMap<(UnitId, i32), &SetPlan> = plans.iter().map(|plan| ((plan.unit, plan.year), plan)).collect();
    let filings = plan_filing::Entity::find()
        .filter(is_any_of(tx, plan_filing::Column::UnitId, plans.keys().map(|(unit, _)| *unit)))
        .all(tx)
        .await?;
    let (mut rows, mut unions, mut versions) = (Vec::new(), Vec::new(), Vec::new());
    let mut by_unit = None;
    for filing in filings {
        let Some(plan) = plans.get(&(filing.unit_id, filing.year)) else { continue };
        let by_unit = match &by_unit {
            Some(name) => name,
            None => by_unit.insert(unit_of(tx, by).await?),
        };
        let figures = new_figures(&filing, plan)?;
        let json = to_json(&figures)?;
        let (members, funds, share) = union_of(&figures);
        unions.push(vec![
            Value::from(filing.unit_id),
            filing.year.into(),
            Count(members).into(),
            funds.into(),
            share.into(),
        ]);
        let representative =
            filing.representative_id.filter(|_| matches!(figures.canteen, self::Canteen::SharedMember { .. }));
        rows.push(vec![
            Value::from(filing.unit_id),
            filing.year.into(),
            to_json(&FilingForm::of(&figures))?.into(),
            json.clone().into(),
            figures.canteen.kind().into(),
            representative.into(),
            plan.total.into(),
            plan.share.into(),
        ]);
        versions.push(plan_filing_version::ActiveModel {
            unit_id: Set(filing.unit_id),
            year: Set(filing.year),
            version: Set(filing.version + 1),
            at: Set(now),
            action: Set(FilingAction::SetBySuperior),
            by_unit: Set(by_unit.clone()),
            login: Set(by.login.clone()),
            reason: Set(None),
            figures: Set(Some(json)),
        });
    }
    let set = [Form, Figures, Canteen, RepresentativeId, Total, Share];
    update_each(tx, plan_filing::Entity, &[plan_filing::Column::UnitId, Year], &set, rows, |update| {
        update
            .value(State, FilingState::Approved)
            .value(UpdatedAt, now)
            .value(Version, Expr::col((plan_filing::Entity, Version)).add(1));
    })
    .await?;
    insert_many(tx, versions, None).await?;
    // What the unit has filed for its union is approved with the rest.
    let set = [reserve_plan::Column::UnionMembers, reserve_plan::Column::UnionFunds, reserve_plan::Column::UnionShare];
    let key = [reserve_plan::Column::UnitId, reserve_plan::Column::Year];
    update_each(tx, reserve_plan::Entity, &key, &set, unions, |_| ()).await?;
    Ok(())
}

/// The figures of a filing with the total and the ratio of its superior.
fn new_figures(filing: &plan_filing::Model, plan: &SetPlan) -> Result<PlanFigures> {
    let figures = figures(filing)?.unwrap_or_else(|| PlanFigures {
        canteen: Canteen::Own(CanteenPlan { total: plan.total, ratio: plan.ratio, approval: None }),
        union: None,
        fall_reason: String::new(),
        remark: String::new(),
        filler: String::new(),
    });
    // What the unit has written stays in its form, also if it was never submitted.
    let typed: FilingForm = from_json(&filing.form)?;
    let filler = if figures.filler.is_empty() { typed.filler } else { figures.filler.clone() };
    Ok(PlanFigures { filler, ..figures.set_by_superior(plan.total, plan.ratio) })
}

/// The name of the unit whose account acts. Empty for the operator.
async fn unit_of(tx: &DatabaseTransaction, by: &AuditActor) -> Result<String> {
    let Some(account) = by.account else { return Ok(String::new()) };
    let name = account::Entity::find_by_id(account)
        .select_only()
        .column(unit::Column::Name)
        .join(JoinType::InnerJoin, account::Relation::Unit.def())
        .into_tuple::<String>()
        .one(tx)
        .await?;
    Ok(name.unwrap_or_default())
}

/// Lets the units that share the canteen of a dissolved unit be represented by the one that took it in.
pub(crate) async fn follow_merger(tx: &DatabaseTransaction, from: UnitId, into: UnitId) -> Result<()> {
    plan_filing::Entity::update_many()
        .col_expr(plan_filing::Column::RepresentativeId, Expr::val(into))
        .filter(plan_filing::Column::RepresentativeId.eq(from))
        .filter(plan_filing::Column::UnitId.ne(into))
        .exec(tx)
        .await?;
    Ok(())
}

/// Deletes what a unit that was never used has filed or set.
pub(crate) async fn delete_of(tx: &DatabaseTransaction, unit: UnitId) -> Result<()> {
    plan_filing_version::Entity::delete_many().filter(plan_filing_version::Column::UnitId.eq(unit)).exec(tx).await?;
    plan_filing::Entity::delete_many().filter(plan_filing::Column::UnitId.eq(unit)).exec(tx).await?;
    plan_parameter_set::Entity::delete_many().filter(plan_parameter_set::Column::UnitId.eq(unit)).exec(tx).await?;
    Ok(())
}
