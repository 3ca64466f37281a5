//! The plan of a unit and a year in full.

use super::{figures, find, find_unit, from_json, rules, year_of, years};
use crate::{Actor, Result, Services, actor::Role};
use domain::{
    ids::{PurchaserId, UnitId},
    plan::PlanView,
    plan_filing::{
        Deadline, FilingAction, FilingForm, FilingState, FilingVersion, FilingView, ReturnedBecause, Standing,
    },
    unit::UnitRef,
};
use entity::{plan_filing, plan_filing_version, purchaser, reserve_plan, unit};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
};

/// Versions that a page shows at most.
const VERSIONS_SHOWN: u64 = 50;
/// Purchasers among which the firm of a canteen is chosen.
const PURCHASERS_OFFERED: u64 = 200;

/// The plan of a unit of the actor's subtree; the own unit if none is named. The unit itself sees its draft as typed, its
/// superiors what it has submitted. [`domain::Problem::NotFound`] outside the subtree and for a year without plans. The number of
/// statements is fixed.
pub async fn detail(services: &Services, actor: &Actor, unit: Option<UnitId>, year: Option<i32>) -> Result<FilingView> {
    let db = &services.0.db;
    let (year, now) = (year_of(services, year)?, services.now());
    let unit = find_unit(db, actor, unit).await?;
    let id = unit.id;
    let is_own = matches!(&actor.role, Role::Management(own) if own.id == id);
    let filing = find(db, id, year).await?;
    let plan = reserve_plan::Entity::find_by_id((id, year)).one(db).await?;
    let rules = rules::load(db, &unit, year, now).await?;
    let versions = versions(db, id, year).await?;
    let state = filing.as_ref().map(|filing| filing.state);
    let last_reason = |action| versions.iter().find(|version| version.action == action);
    let returned = last_reason(FilingAction::Return).filter(|_| state == Some(FilingState::Returned));
    let change = last_reason(FilingAction::RequestChange).filter(|_| state == Some(FilingState::ChangeRequested));
    let superior = superior(db, &unit).await?;
    let form = if is_own { Some(form(&unit, filing.as_ref(), plan.as_ref())?) } else { None };
    let checked = form.as_ref().filter(|_| state.is_some_and(FilingState::is_editable));
    let looked_up = match checked.and_then(|form| form.check(&rules).figures) {
        Some(figures) => rules::look_up(db, &unit, year, &figures).await?.err(),
        None => None,
    };
    Ok(FilingView {
        superior,
        is_own,
        years: years(services),
        standing: Standing::of(state, plan.is_some()),
        version: filing.as_ref().map_or(0, |filing| filing.version),
        late: filing.as_ref().is_some_and(|filing| filing.late),
        form,
        looked_up,
        figures: filing.as_ref().map(figures).transpose()?.flatten(),
        plan: plan.map(|plan| PlanView { year, total: plan.total, ratio: plan.ratio, share: plan.share }),
        deadline: Deadline::of(year, now, &rules.parameters),
        returned: returned.map(|version| ReturnedBecause {
            reason: version.reason.clone().unwrap_or_default(),
            by: version.by.clone(),
            at: version.at,
        }),
        change_reason: change.and_then(|version| version.reason.clone()),
        purchasers: if is_own { purchasers(db, id).await? } else { Vec::new() },
        represents: represents(db, id, year).await?,
        rules,
        versions,
        unit: UnitRef { id, name: unit.name },
    })
}

/// The form of the unit: as it was typed last, or with the plan that a superior has set.
fn form(
    unit: &unit::Model,
    filing: Option<&plan_filing::Model>,
    plan: Option<&reserve_plan::Model>,
) -> Result<FilingForm> {
    let filler = unit.contact.clone().unwrap_or_default();
    Ok(match (filing, plan) {
        (Some(filing), _) => from_json(&filing.form)?,
        (None, Some(plan)) => FilingForm { filler, ..FilingForm::of_plan(plan.total, plan.ratio) },
        (None, None) => FilingForm { filler, ..FilingForm::default() },
    })
}

async fn superior(db: &impl ConnectionTrait, unit: &unit::Model) -> Result<Option<String>> {
    let Some(superior) = unit.parent_id else { return Ok(None) };
    let name = unit::Entity::find_by_id(superior).select_only().column(unit::Column::Name);
    Ok(name.into_tuple().one(db).await?)
}

/// Every version, newest first.
async fn versions(db: &impl ConnectionTrait, unit: UnitId, year: i32) -> Result<Vec<FilingVersion>> {
    let versions = plan_filing_version::Entity::find()
        .filter(plan_filing_version::Column::UnitId.eq(unit))
        .filter(plan_filing_version::Column::Year.eq(year))
        .order_by_desc(plan_filing_version::Column::Version)
        .limit(VERSIONS_SHOWN)
        .all(db)
        .await?;
    let view = |version: plan_filing_version::Model| {
        Ok(FilingVersion {
            version: version.version,
            at: version.at,
            action: version.action,
            by: version.by_unit,
            login: version.login,
            reason: version.reason,
            figures: version.figures.as_deref().map(from_json).transpose()?,
        })
    };
    versions.into_iter().map(view).collect()
}

async fn purchasers(db: &impl ConnectionTrait, unit: UnitId) -> Result<Vec<(PurchaserId, String)>> {
    let purchasers = purchaser::Entity::find()
        .select_only()
        .columns([purchaser::Column::Id, purchaser::Column::Name])
        .filter(purchaser::Column::UnitId.eq(unit))
        .order_by_asc(purchaser::Column::Id)
        .limit(PURCHASERS_OFFERED);
    Ok(purchasers.into_tuple().all(db).await?)
}

/// The names of the units that leave their canteen to this one.
async fn represents(db: &impl ConnectionTrait, unit: UnitId, year: i32) -> Result<Vec<String>> {
    let members = plan_filing::Entity::find()
        .select_only()
        .column(unit::Column::Name)
        .join(JoinType::InnerJoin, plan_filing::Relation::Unit.def())
        .filter(plan_filing::Column::RepresentativeId.eq(unit))
        .filter(plan_filing::Column::Year.eq(year))
        .filter(unit::Column::MergedInto.is_null())
        .order_by_asc(unit::Column::Path);
    Ok(members.into_tuple().all(db).await?)
}
