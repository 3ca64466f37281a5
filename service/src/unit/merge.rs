//! 单位合并: dissolves a unit, and another one takes over what belongs to it.

use super::{ManagedUnit, below, depth, list::path, remove::budget_unit, subtree, write};
use crate::{
    Actor, Result, Services, Subtree, account,
    audit::{self, AuditAction, AuditActor, AuditEvent},
    batch,
    plan::{self, SetPlan, set_by_superior},
    query::insert_many,
    sql::tree::{PathMove, levels_below, move_paths},
    totals::follow_merger,
};
use domain::{
    Code, Money, Problem, Ratio, Template, calendar::Timestamp, ids::UnitId, import_batch::BatchState,
    problem::FieldFault, unit::MAX_DEPTH,
};
use entity::{Count, import_batch, purchaser, reserve_plan, unit, unit_alias};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Dissolves a unit: the units below it, its purchasers with their orders, plans, names and history go to another unit, which may be the
/// actor's own. Its account is disabled. [`domain::Problem::Busy`] while its own upload is being generated,
/// [`domain::Problem::Forbidden`] for presets. The number of statements does not grow with the units.
pub async fn merge(services: &Services, actor: &Actor, from: UnitId, into: UnitId) -> Result<()> {
    actor.unit()?;
    let tx = services.write().await?;
    write::lock(&tx).await?;
    let now = services.clock().now();
    let managed = below(&tx, actor, from).await?;
    let dissolved = budget_unit(&tx, &managed).await?;
    let into_path = path(&tx, &subtree(&tx, actor).await?, into).await?;
    if into_path.starts_with(&managed.path) {
        return Err(Problem::Fields(vec![FieldFault::new("into", Code::SuperiorCycle)]).into());
    }
    // The units below the dissolved unit take its place below the other one.
    let levels = levels_below(&tx, &[&managed.path]).await?.into_values().max().unwrap_or_default();
    if levels > 0 && depth(&into_path) + levels > MAX_DEPTH && depth(&into_path) > depth(&managed.path) {
        return Err(Problem::Fields(vec![FieldFault::new("into", Code::TooDeep)]).into());
    }
    refuse_while_generating(&tx, from).await?;
    // The account before the unit: everybody who changes both locks them in this order.
    account::disable_all_of_unit(&tx, now, from).await?;
    follow_merger(&tx, (from, &managed.path), (into, &into_path)).await?;
    move_subordinates(&tx, now, &managed, into, &into_path).await?;
    move_purchasers(&tx, now, from, into).await?;
    dissolve(&tx, now, from, into).await?;
    take_names(&tx, &dissolved, into).await?;
    for template in Template::ALL {
        batch::supersede(&tx, from, template).await?;
    }
    let by = AuditActor::from(actor);
    let (before, mut after) = add_plans(&tx, services, &by, from, into).await?;
    plan::follow_merger(&tx, from, into).await?;
    after.insert("unit".to_owned(), dissolved.name.into());
    after.insert("code".to_owned(), dissolved.code.into());
    let event = AuditEvent {
        before: Some(Value::Object(before)),
        after: Some(Value::Object(after)),
        ..AuditEvent::new(AuditAction::UnitMerged, Some(into.into()), from)
    };
    audit::record(&tx, now, &by, vec![event]).await?;
    Ok(tx.commit().await?)
}

/// [`Problem::Busy`] while a batch of the unit is being generated. The batches stay locked until the transaction ends, so
/// that no generation starts in the meantime.
async fn refuse_while_generating(tx: &DatabaseTransaction, unit: UnitId) -> Result<()> {
    let states: Vec<BatchState> = import_batch::Entity::find()
        .select_only()
        .column(import_batch::Column::State)
        .filter(import_batch::Column::UnitId.eq(unit))
        .filter(import_batch::Column::State.is_in([BatchState::Checked, BatchState::Generating]))
        .lock_exclusive()
        .into_tuple()
        .all(tx)
        .await?;
    if states.contains(&BatchState::Generating) { Err(Problem::Busy.into()) } else { Ok(()) }
}

/// Moves the units below a unit below another one.
async fn move_subordinates(
    tx: &DatabaseTransaction,
    now: Timestamp,
    from: &ManagedUnit,
    into: UnitId,
    into_path: &str,
) -> Result<()> {
    // The units below without the unit itself: no id begins with 0.
    let range = Subtree { from: format!("{}0", from.path), to: Subtree::of(&from.path).to };
    let beginning = into_path.to_owned();
    move_paths(tx, &[PathMove { range, old_length: from.path.len(), beginning }]).await?;
    unit::Entity::update_many()
        .col_expr(unit::Column::ParentId, Expr::val(into))
        .col_expr(unit::Column::UpdatedAt, Expr::val(now))
        .col_expr(unit::Column::Version, next_version(unit::Column::Version))
        .filter(unit::Column::ParentId.eq(from.id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Gives the purchasers of a unit to another one. A trigger copies the path of that unit to them.
async fn move_purchasers(tx: &DatabaseTransaction, now: Timestamp, from: UnitId, into: UnitId) -> Result<()> {
    purchaser::Entity::update_many()
        .col_expr(purchaser::Column::UnitId, Expr::val(into))
        .col_expr(purchaser::Column::UpdatedAt, Expr::val(now))
        .col_expr(purchaser::Column::Version, next_version(purchaser::Column::Version))
        .filter(purchaser::Column::UnitId.eq(from))
        .exec(tx)
        .await?;
    Ok(())
}

/// Puts a unit behind every subtree, and with it the units that were merged into it before. The other unit gets a new
/// version: an edit that began before the merger would overwrite the plans that are added to it.
async fn dissolve(tx: &DatabaseTransaction, now: Timestamp, from: UnitId, into: UnitId) -> Result<()> {
    unit::Entity::update_many()
        .col_expr(unit::Column::MergedInto, Expr::val(into))
        .filter(unit::Column::MergedInto.eq(from))
        .exec(tx)
        .await?;
    let changed = || {
        unit::Entity::update_many()
            .col_expr(unit::Column::UpdatedAt, Expr::val(now))
            .col_expr(unit::Column::Version, next_version(unit::Column::Version))
    };
    changed()
        .col_expr(unit::Column::ParentId, Expr::val(Option::<UnitId>::None))
        .col_expr(unit::Column::Path, Expr::val(format!("~{from}/")))
        .col_expr(unit::Column::MergedInto, Expr::val(into))
        .filter(unit::Column::Id.eq(from))
        .exec(tx)
        .await?;
    changed().filter(unit::Column::Id.eq(into)).exec(tx).await?;
    Ok(())
}

fn next_version(version: impl ColumnTrait) -> Expr {
    version.into_expr().add(1)
}

/// Gives a unit's name and its former names to another unit, so that a search by them finds that one.
async fn take_names(tx: &DatabaseTransaction, from: &unit::Model, into: UnitId) -> Result<()> {
    let former: Vec<unit_alias::Model> =
        unit_alias::Entity::find().filter(unit_alias::Column::UnitId.eq(from.id)).all(tx).await?;
    let names = former.into_iter().map(|alias| (alias.name_key, alias.name));
    let names = names.chain([(from.name_key.clone(), from.name.clone())]);
    let aliases = names.map(|(name_key, name)| unit_alias::ActiveModel {
        name_key: Set(name_key),
        unit_id: Set(into),
        name: Set(name),
    });
    let has_name =
        OnConflict::columns([unit_alias::Column::NameKey, unit_alias::Column::UnitId]).do_nothing().to_owned();
    insert_many(tx, aliases, Some(has_name)).await?;
    unit_alias::Entity::delete_many().filter(unit_alias::Column::UnitId.eq(from.id)).exec(tx).await?;
    Ok(())
}

/// The figures of a plan, for the audit log.
type Figures = Map<String, Value>;

/// Adds the plans of one unit to those of another, year by year. Returns this year's plan of the other unit before and
/// after, for the audit log.
async fn add_plans(
    tx: &DatabaseTransaction,
    services: &Services,
    by: &AuditActor,
    from: UnitId,
    into: UnitId,
) -> Result<(Figures, Figures)> {
    let plans = |unit| reserve_plan::Entity::find().filter(reserve_plan::Column::UnitId.eq(unit)).all(tx);
    let existing: HashMap<i32, reserve_plan::Model> =
        plans(into).await?.into_iter().map(|plan| (plan.year, plan)).collect();
    let (mut before, mut after) = (Map::new(), Map::new());
    let (mut rows, mut set) = (Vec::new(), Vec::new());
    for plan in plans(from).await? {
        let existing = existing.get(&plan.year);
        let sum = match existing {
            Some(existing) => sum(existing, &plan)?,
            None => reserve_plan::Model { unit_id: into, ..plan },
        };
        if sum.year == services.clock().year() {
            before = existing.map(figures).unwrap_or_default();
            after = figures(&sum);
        }
        let figures = |plan: &reserve_plan::Model| (plan.total, plan.ratio, plan.share);
        if existing.map(figures) != Some(figures(&sum)) {
            set.push(SetPlan { unit: into, year: sum.year, total: sum.total, ratio: sum.ratio, share: sum.share });
        }
        rows.push(reserve_plan::ActiveModel {
            unit_id: Set(into),
            year: Set(sum.year),
            total: Set(sum.total),
            ratio: Set(sum.ratio),
            share: Set(sum.share),
            union_members: Set(sum.union_members),
            union_funds: Set(sum.union_funds),
            union_share: Set(sum.union_share),
            updated_at: Set(services.clock().now()),
            version: Set(1),
        });
    }
    // The filing that follows knows the union of one unit alone.
    set_by_superior(tx, services.clock().now(), by, &set).await?;
    insert_many(tx, rows, Some(write::newer_plan_with_union())).await?;
    Ok((before, after))
}

/// Two plans of one year together, with those of their unions; the ratio is what the shares make of the totals. [`Problem::Fields`] if a sum is more
/// than an amount can be.
fn sum(one: &reserve_plan::Model, other: &reserve_plan::Model) -> Result<reserve_plan::Model> {
    let add = |a: Money, b: Money| {
        Money::from_fen(a.fen() + b.fen())
            .ok_or_else(|| Problem::Fields(vec![FieldFault::new("into", Code::NumberRange)]))
    };
    let (total, share) = (add(one.total, other.total)?, add(one.share, other.share)?);
    let hundredths = (i128::from(share.fen()) * 10_000 + i128::from(total.fen()) / 2).checked_div(total.fen().into());
    let ratio = hundredths.and_then(|ratio| Ratio::from_hundredths(ratio.try_into().ok()?));
    Ok(reserve_plan::Model {
        total,
        share,
        union_members: Count(u32::from(one.union_members).saturating_add(other.union_members.into())),
        union_funds: add(one.union_funds, other.union_funds)?,
        union_share: add(one.union_share, other.union_share)?,
        ratio: ratio.unwrap_or_else(|| Ord::max(one.ratio, other.ratio)),
        ..one.clone()
    })
}

fn figures(plan: &reserve_plan::Model) -> Figures {
    [
        ("year", plan.year.into()),
        ("total", plan.total.fen().into()),
        ("ratio", plan.ratio.hundredths().into()),
        ("share", plan.share.fen().into()),
    ]
    .map(|(field, value): (&str, Value)| (field.to_owned(), value))
    .into_iter()
    .collect()
}
