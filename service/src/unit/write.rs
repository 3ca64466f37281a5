//! Writes units with their plans, accounts, SMS and history. Generation and the form both use it.

pub(crate) use crate::sql::tree::lock;

use crate::{
    PlaintextPassword, Result,
    plan::{SetPlan, set_by_superior},
    query::{insert_many, is_any_of},
    sql::{
        tree::{move_paths, path_moves},
        update_each::update_each,
    },
    totals::{MovedUnit, follow_moves},
    writer::{Added, Changed, Writer, filled},
};
use domain::{check::UnitInput, ids::UnitId, mobile::mask, normalize::same_name};
use entity::{UnitKind, reserve_plan, unit, unit_alias};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, Set,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// A unit to add.
pub(crate) struct Addition<'a> {
    pub(crate) id: UnitId,
    pub(crate) parent: UnitId,
    pub(crate) path: String,
    pub(crate) input: &'a UnitInput,
    /// The initial password and its hash.
    pub(crate) password: &'a (PlaintextPassword, String),
}

/// A unit to change.
pub(crate) struct Alteration<'a> {
    /// The unit as it is stored.
    pub(crate) unit: &'a unit::Model,
    pub(crate) parent: UnitId,
    /// The path of the unit after all changes. With another path than before, all units below it move too.
    pub(crate) path: String,
    pub(crate) input: &'a UnitInput,
}

/// Adds units, their plans of the year and their accounts, and queues the SMS with the initial passwords. The transaction
/// holds the lock of the tree ([`lock`]).
pub(crate) async fn add(writer: &Writer<'_>, year: i32, units: &[Addition<'_>]) -> Result<()> {
    let now = writer.services.clock().now();
    let rows = units.iter().map(|Addition { id, parent, path, input, .. }| unit::ActiveModel {
        id: Set(*id),
        parent_id: Set(Some(*parent)),
        path: Set(path.clone()),
        kind: Set(UnitKind::Budget),
        name: Set(input.name.clone()),
        name_key: Set(same_name(&input.name).into_owned()),
        code: Set(Some(input.code.as_str().to_owned())),
        admin_level: Set(input.admin_level),
        budget_level: Set(Some(input.budget_level)),
        contact: Set(Some(input.contact.clone())),
        mobile: Set(Some(input.mobile.as_str().to_owned())),
        remark: Set(filled(&input.remark)),
        created_at: Set(now),
        updated_at: Set(now),
        version: Set(1),
        ..unit::ActiveModel::default()
    });
    insert_many(writer.tx, rows.collect::<Vec<_>>(), None).await?;
    save_plans(writer, units.iter().map(|unit| plan_of(unit.id, year, unit.input))).await?;
    let added = units.iter().map(|unit| Added {
        id: unit.id,
        mobile: unit.input.mobile.as_str(),
        password: unit.password,
        values: new_values(unit.input, unit.parent, year),
    });
    writer.open_accounts(added.collect()).await
}

/// Changes units and their plans of the year. The transaction holds the lock of the tree ([`lock`]).
pub(crate) async fn alter(writer: &Writer<'_>, year: i32, units: &[Alteration<'_>]) -> Result<()> {
    use unit::Column::{
        AdminLevel, BudgetLevel, Code, Contact, Id, Mobile, Name, NameKey, ParentId, Remark, UpdatedAt, Version,
    };
    if units.is_empty() {
        return Ok(());
    }
    let (tx, now) = (writer.tx, writer.services.clock().now());
    let plans = stored_plans(writer, year, units).await?;
    let changed = units.iter().map(|Alteration { unit, parent, input, .. }| Changed {
        id: unit.id,
        before: stored_values(unit, plans.get(&unit.id), year),
        after: new_values(input, *parent, year),
    });
    let changed = changed.collect();

    let moved = || units.iter().filter(|unit| unit.path != unit.unit.path);
    let followed: Vec<_> =
        moved().map(|unit| MovedUnit { id: unit.unit.id, old: &unit.unit.path, new: &unit.path }).collect();
    follow_moves(tx, &followed).await?;
    move_paths(tx, &path_moves(moved().map(|unit| (unit.unit.path.as_str(), unit.path.as_str())))).await?;
    let row = |Alteration { unit, parent, input, .. }: &Alteration<'_>| {
        vec![
            unit.id.into(),
            (*parent).into(),
            input.name.as_str().into(),
            same_name(&input.name).into_owned().into(),
            input.code.as_str().into(),
            input.admin_level.into(),
            input.budget_level.into(),
            input.contact.as_str().into(),
            input.mobile.as_str().into(),
            filled(&input.remark).into(),
        ]
    };
    let set = [ParentId, Name, NameKey, Code, AdminLevel, BudgetLevel, Contact, Mobile, Remark];
    update_each(tx, unit::Entity, &[Id], &set, units.iter().map(row).collect(), |update| {
        update.value(UpdatedAt, now).value(Version, Expr::col((unit::Entity, Version)).add(1));
    })
    .await?;
    save_former_names(tx, units).await?;
    let new_plans = || units.iter().map(|unit| plan_of(unit.unit.id, year, unit.input));
    save_plans(writer, new_plans()).await?;
    // A superior that changes a plan has approved it. One that changes the contact alone has not decided about the plan.
    let is_changed = |new: &SetPlan| {
        let old = plans.get(&new.unit).map(|plan| (plan.total, plan.ratio, plan.share));
        old != Some((new.total, new.ratio, new.share))
    };
    let changed_plans: Vec<_> = new_plans().filter(is_changed).collect();
    set_by_superior(tx, now, writer.by, &changed_plans).await?;
    writer.log_changes(changed).await
}

/// Keeps the names that renamed units had before, so that a search by them still finds the units. A unit that has a former
/// name again is found by its name.
async fn save_former_names(tx: &DatabaseTransaction, units: &[Alteration<'_>]) -> Result<()> {
    let renamed = || {
        let renamed = units.iter().filter(|unit| same_name(&unit.input.name) != unit.unit.name_key);
        renamed.map(|unit| unit.unit)
    };
    if renamed().next().is_none() {
        return Ok(());
    }
    let aliases = renamed().map(|unit| unit_alias::ActiveModel {
        name_key: Set(unit.name_key.clone()),
        unit_id: Set(unit.id),
        name: Set(unit.name.clone()),
    });
    let key = [unit_alias::Column::NameKey, unit_alias::Column::UnitId];
    insert_many(tx, aliases.collect::<Vec<_>>(), Some(OnConflict::columns(key).do_nothing().to_owned())).await?;
    let present_name = Query::select()
        .column((unit::Entity, unit::Column::NameKey))
        .from(unit::Entity)
        .and_where(Expr::col((unit::Entity, unit::Column::Id)).equals((unit_alias::Entity, unit_alias::Column::UnitId)))
        .to_owned();
    unit_alias::Entity::delete_many()
        .filter(is_any_of(tx, unit_alias::Column::UnitId, renamed().map(|unit| unit.id)))
        .filter(unit_alias::Column::NameKey.in_subquery(present_name))
        .exec(tx)
        .await?;
    Ok(())
}

/// Adds the plans of a year, or changes those that exist.
async fn save_plans(writer: &Writer<'_>, plans: impl Iterator<Item = SetPlan>) -> Result<()> {
    let now = writer.services.clock().now();
    let plans = plans.map(|plan| reserve_plan::ActiveModel {
        unit_id: Set(plan.unit),
        year: Set(plan.year),
        total: Set(plan.total),
        ratio: Set(plan.ratio),
        share: Set(plan.share),
        updated_at: Set(now),
        version: Set(1),
        ..Default::default()
    });
    insert_many(writer.tx, plans.collect::<Vec<_>>(), Some(newer_plan())).await?;
    Ok(())
}

/// The plan of a form or of a row of a sheet.
const fn plan_of(unit: UnitId, year: i32, input: &UnitInput) -> SetPlan {
    SetPlan { unit, year, total: input.total, ratio: input.ratio, share: input.share }
}

/// A plan that exists takes the new values; those of the union stay, as a superior does not set them.
pub(crate) fn newer_plan() -> OnConflict {
    use reserve_plan::Column::{Ratio, Share, Total, UnitId, UpdatedAt, Version, Year};
    OnConflict::columns([UnitId, Year])
        .update_columns([Total, Ratio, Share, UpdatedAt])
        .value(Version, Expr::col((reserve_plan::Entity, Version)).add(1))
        .to_owned()
}

/// A plan that exists takes the new values, those of the union too.
pub(crate) fn newer_plan_with_union() -> OnConflict {
    use reserve_plan::Column::{UnionFunds, UnionMembers, UnionShare};
    newer_plan().update_columns([UnionMembers, UnionFunds, UnionShare]).to_owned()
}

async fn stored_plans(
    writer: &Writer<'_>,
    year: i32,
    units: &[Alteration<'_>],
) -> Result<HashMap<UnitId, reserve_plan::Model>> {
    let units = units.iter().map(|unit| unit.unit.id);
    let plans = reserve_plan::Entity::find()
        .filter(reserve_plan::Column::Year.eq(year))
        .filter(is_any_of(writer.tx, reserve_plan::Column::UnitId, units))
        .all(writer.tx)
        .await?;
    Ok(plans.into_iter().map(|plan| (plan.unit_id, plan)).collect())
}

/// The new values of a unit for the audit log.
fn new_values(input: &UnitInput, parent: UnitId, year: i32) -> Value {
    json!({
        "name": input.name,
        "code": input.code.as_str(),
        "superior": parent,
        "admin_level": input.admin_level,
        "budget_level": input.budget_level,
        "year": year,
        "total": input.total,
        "ratio": input.ratio,
        "share": input.share,
        "contact": input.contact,
        "mobile": input.mobile.masked(),
        "remark": filled(&input.remark),
    })
}

/// The values of a unit before a change, with its plan of the year, for the audit log.
fn stored_values(unit: &unit::Model, plan: Option<&reserve_plan::Model>, year: i32) -> Value {
    let mut values = stored(unit);
    if let Some(values) = values.as_object_mut() {
        values.insert("year".to_owned(), year.into());
        values.insert("total".to_owned(), plan.map(|plan| plan.total.fen()).into());
        values.insert("ratio".to_owned(), plan.map(|plan| plan.ratio.hundredths()).into());
        values.insert("share".to_owned(), plan.map(|plan| plan.share.fen()).into());
    }
    values
}

/// The stored values of a unit without its plan, for the audit log.
pub(super) fn stored(unit: &unit::Model) -> Value {
    json!({
        "name": unit.name,
        "code": unit.code,
        "superior": unit.parent_id,
        "admin_level": unit.admin_level,
        "budget_level": unit.budget_level,
        "contact": unit.contact,
        "mobile": unit.mobile.as_deref().map(mask),
        "remark": unit.remark,
    })
}

/// The codes of these that units have already.
pub(crate) async fn taken_codes(
    tx: &DatabaseTransaction,
    codes: impl Iterator<Item = &str>,
) -> Result<HashSet<String>> {
    let taken: Vec<String> = unit::Entity::find()
        .select_only()
        .column(unit::Column::Code)
        .filter(is_any_of(tx, unit::Column::Code, codes.map(str::to_owned)))
        .into_tuple()
        .all(tx)
        .await?;
    Ok(taken.into_iter().collect())
}
