//! Deleting and merging.

use super::{Target, below, count, write};
use crate::{
    Actor, Result, Services, Subtree, account,
    audit::{self, AuditActor, AuditEvent},
    database::{insert, sql},
    import,
    sql::tree::{PathMove, move_paths},
};
use domain::{
    Code, Problem, Template,
    problem::FieldFault,
    view::{AccountState, UnitId},
};
use entity::{UnitKind, reserve_plan, unit};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Deletes a unit below the actor's own that nobody ever used: [`domain::Problem::AccountIs`] where the account was
/// activated, [`domain::Problem::HasSubordinates`] where units stand below it, [`domain::Problem::HasPurchasers`] where it has
/// purchasers, [`domain::Problem::Forbidden`] for presets.
pub async fn delete(services: &Services, actor: &Actor, id: UnitId) -> Result<()> {
    actor.unit()?;
    let tx = services.write().await?;
    write::lock(&tx).await?;
    let target = below(&tx, actor, id).await?;
    let unit = budget_unit(&tx, &target).await?;
    let children = count(&tx, sql(&tx, "SELECT COUNT(*) FROM unit WHERE parent_id = $1", [id.0.into()])).await?;
    if children > 0 {
        return Err(Problem::HasSubordinates { count: children }.into());
    }
    let purchasers = count(&tx, sql(&tx, "SELECT COUNT(*) FROM purchaser WHERE unit_id = $1", [id.0.into()])).await?;
    if purchasers > 0 {
        return Err(Problem::HasPurchasers { count: purchasers }.into());
    }
    // Locked: whoever activates an account meanwhile comes before or after.
    let lock = if tx.get_database_backend() == DbBackend::Postgres { "FOR UPDATE" } else { "" };
    let text = format!("SELECT activated_at FROM account WHERE unit_id = $1 {lock}");
    let accounts = tx.query_all_raw(sql(&tx, &text, [id.0.into()])).await?;
    let activated: Vec<Option<i64>> = accounts.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect::<Result<_>>()?;
    if activated.iter().any(Option::is_some) {
        return Err(Problem::AccountIs(AccountState::Active).into());
    }
    for statement in [
        "DELETE FROM sms_outbox WHERE account_id IN (SELECT id FROM account WHERE unit_id = $1)",
        "DELETE FROM session WHERE account_id IN (SELECT id FROM account WHERE unit_id = $1)",
        "DELETE FROM account WHERE unit_id = $1",
        "DELETE FROM reserve_plan WHERE unit_id = $1",
        "DELETE FROM unit_alias WHERE unit_id = $1",
        "UPDATE unit SET merged_into = NULL WHERE merged_into = $1",
        "DELETE FROM unit WHERE id = $1",
    ] {
        tx.execute_raw(sql(&tx, statement, [id.0.into()])).await?;
    }
    let event = AuditEvent {
        action: "unit-deleted",
        // Its own history cannot be opened any more.
        of: target.parent_id.map(|id| UnitId(id).into()),
        object: "unit",
        object_id: Some(id.0),
        before: Some(write::stored(&unit).to_string()),
        after: None,
    };
    audit::record(&tx, services.now(), &AuditActor::from(actor), vec![event]).await?;
    Ok(tx.commit().await?)
}

/// 单位合并: dissolves a unit; what stands below it, its purchasers, plans, names and history go to another, which may be the
/// actor's own. Its account is disabled. [`domain::Problem::Busy`] while its own upload is being generated,
/// [`domain::Problem::Forbidden`] for presets.
pub async fn merge(services: &Services, actor: &Actor, from: UnitId, into: UnitId) -> Result<()> {
    actor.unit()?;
    let tx = services.write().await?;
    write::lock(&tx).await?;
    let now = services.now();
    let target = below(&tx, actor, from).await?;
    let dissolved = budget_unit(&tx, &target).await?;
    let heir = super::list::path(&tx, &super::subtree(&tx, actor).await?, into).await?;
    if heir.starts_with(&target.path) {
        return Err(Problem::Fields(vec![FieldFault::new("into", Code::SuperiorCycle)]).into());
    }
    let generating = "SELECT COUNT(*) FROM import_batch WHERE unit_id = $1 AND state = 'generating'";
    if count(&tx, sql(&tx, generating, [from.0.into()])).await? > 0 {
        return Err(Problem::Busy.into());
    }
    // The account before the unit, in the order of everybody who changes both.
    account::close(&tx, now, from.0).await?;
    // What stands below, without the unit itself: ids begin with no 0.
    let range = Subtree { from: format!("{}0", target.path), to: Subtree::of(&target.path).to };
    move_paths(&tx, &[PathMove { range, old_length: target.path.len(), beginning: heir.clone() }]).await?;
    let text = "UPDATE unit SET parent_id = $2, updated_at = $3, version = version + 1 WHERE parent_id = $1";
    tx.execute_raw(sql(&tx, text, [from.0.into(), into.0.into(), now.into()])).await?;
    let text =
        "UPDATE purchaser SET unit_id = $2, unit_path = $3, updated_at = $4, version = version + 1 WHERE unit_id = $1";
    tx.execute_raw(sql(&tx, text, [from.0.into(), into.0.into(), heir.as_str().into(), now.into()])).await?;
    // Behind every subtree.
    let text = "UPDATE unit SET parent_id = NULL, path = $2, merged_into = $3, updated_at = $4, version = version + 1 \
                WHERE id = $1";
    let path = format!("~{from}/");
    tx.execute_raw(sql(&tx, text, [from.0.into(), path.into(), into.0.into(), now.into()])).await?;
    let text = "UPDATE unit SET merged_into = $2 WHERE merged_into = $1";
    tx.execute_raw(sql(&tx, text, [from.0.into(), into.0.into()])).await?;

    let aliases = "INSERT INTO unit_alias (name_key, unit_id, name) SELECT name_key, $2, name FROM unit_alias \
                   WHERE unit_id = $1 ON CONFLICT DO NOTHING";
    tx.execute_raw(sql(&tx, aliases, [from.0.into(), into.0.into()])).await?;
    tx.execute_raw(sql(&tx, "DELETE FROM unit_alias WHERE unit_id = $1", [from.0.into()])).await?;
    let names = [[dissolved.name_key.as_str().into(), into.0.into(), dissolved.name.as_str().into()]];
    insert(&tx, "unit_alias (name_key, unit_id, name)", names, "ON CONFLICT DO NOTHING").await?;

    for template in Template::ALL {
        import::supersede(&tx, from.0, template).await?;
    }
    let (before, mut after) = add_plans(&tx, services, from.0, into.0).await?;
    after.insert("unit".to_owned(), dissolved.name.into());
    after.insert("code".to_owned(), dissolved.code.into());
    let event = AuditEvent {
        action: "unit-merged",
        of: Some(into.into()),
        object: "unit",
        object_id: Some(from.0),
        before: Some(Value::Object(before).to_string()),
        after: Some(Value::Object(after).to_string()),
    };
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    Ok(tx.commit().await?)
}

/// Adds one unit's plans to another's, year by year; the ratio is what the shares make of the totals. Answers this year's
/// plan of the other as it was and as it is, for the audit log.
async fn add_plans(
    tx: &DatabaseTransaction,
    services: &Services,
    from: i64,
    into: i64,
) -> Result<(Map<String, Value>, Map<String, Value>)> {
    let plans = |unit| reserve_plan::Entity::find().filter(reserve_plan::Column::UnitId.eq(unit)).all(tx);
    let kept: HashMap<i32, reserve_plan::Model> =
        plans(into).await?.into_iter().map(|plan| (plan.year, plan)).collect();
    let (mut before, mut after) = (Map::new(), Map::new());
    let mut rows = Vec::new();
    for plan in plans(from).await? {
        let kept = kept.get(&plan.year);
        let (total, share) = (
            plan.total.fen() + kept.map_or(0, |kept| kept.total.fen()),
            plan.share.fen() + kept.map_or(0, |kept| kept.share.fen()),
        );
        let ratio = match kept {
            None => i32::from(plan.ratio.hundredths()),
            Some(kept) => {
                let joint = i128::from(share) * 10_000 + i128::from(total) / 2;
                let joint = joint.checked_div(i128::from(total)).and_then(|ratio| i32::try_from(ratio).ok());
                joint.unwrap_or_else(|| plan.ratio.max(kept.ratio).hundredths().into())
            }
        };
        if plan.year == services.clock().year() {
            before.extend(
                kept.map(|kept| figures(kept.year, kept.total.fen(), kept.ratio.hundredths().into(), kept.share.fen()))
                    .unwrap_or_default(),
            );
            after = figures(plan.year, total, ratio, share);
        }
        let (now, year) = (services.now(), plan.year);
        rows.push([into.into(), year.into(), total.into(), ratio.into(), share.into(), now.into(), 1.into()]);
    }
    let tail = "ON CONFLICT (unit_id, year) DO UPDATE SET total = excluded.total, ratio = excluded.ratio, \
                share = excluded.share, updated_at = excluded.updated_at, version = reserve_plan.version + 1";
    insert(tx, "reserve_plan (unit_id, year, total, ratio, share, updated_at, version)", rows, tail).await?;
    Ok((before, after))
}

fn figures(year: i32, total: i64, ratio: i32, share: i64) -> Map<String, Value> {
    [("year", i64::from(year)), ("total", total), ("ratio", ratio.into()), ("share", share)]
        .map(|(field, value)| (field.to_owned(), value.into()))
        .into_iter()
        .collect()
}

/// The unit as it is stored; presets are the platform's, not a superior's, to take away.
async fn budget_unit(tx: &DatabaseTransaction, target: &Target) -> Result<unit::Model> {
    let unit = unit::Entity::find_by_id(UnitId(target.id)).one(tx).await?.ok_or(Problem::NotFound)?;
    if unit.kind == UnitKind::Budget { Ok(unit) } else { Err(Problem::Forbidden.into()) }
}
