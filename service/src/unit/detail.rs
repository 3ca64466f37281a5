//! A unit in full, with its history.

use super::{COLUMNS, Found, JOINS, budget_level, count, ratio};
use crate::{
    Actor, Result, Services,
    actor::Subtree,
    database::{elements, sql},
};
use domain::{
    AdminLevel, BudgetLevel, Money, Problem, Ratio,
    mobile::mask,
    view::{Change, EventView, PlanView, SmsView, Timestamp, UnitDetail, UnitId, UnitRef},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};

/// SMS of a unit shown at most.
const SMS_SHOWN: u64 = 20;
/// Events of a unit shown at most.
const EVENTS_SHOWN: u64 = 50;

/// What the list does not show.
#[derive(FromQueryResult)]
struct More {
    path: String,
    budget_level: Option<i16>,
    remark: Option<String>,
    last_sign_in_at: Option<i64>,
}

/// A unit in full; [`domain::Problem::NotFound`] outside the subtree, as where there is none.
pub async fn detail(services: &Services, actor: &Actor, id: UnitId) -> Result<UnitDetail> {
    let (db, subtree) = (&services.0.db, actor.subtree());
    let text = format!("SELECT {COLUMNS} FROM unit u {JOINS} $1 WHERE u.id = $2 AND u.path >= $3 AND u.path < $4");
    let values =
        [services.clock().year().into(), id.0.into(), subtree.from.as_str().into(), subtree.to.as_str().into()];
    let found = Found::find_by_statement(sql(db, &text, values)).one(db).await?.ok_or(Problem::NotFound)?;
    let text = "SELECT u.path, u.budget_level, u.remark, a.last_sign_in_at FROM unit u \
                LEFT JOIN account a ON a.unit_id = u.id AND a.kind = 'management' WHERE u.id = $1";
    let more = More::find_by_statement(sql(db, text, [id.0.into()])).one(db).await?.ok_or(Problem::NotFound)?;
    let children = sql(db, "SELECT COUNT(*) FROM unit WHERE parent_id = $1", [id.0.into()]);
    Ok(UnitDetail {
        budget_level: budget_level(more.budget_level),
        path: superiors(db, &subtree, &more.path).await?,
        children: count(db, children).await?,
        former: former(db, id).await?,
        remark: more.remark,
        plans: plans(db, id).await?,
        last_sign_in: more.last_sign_in_at.map(Timestamp),
        sms: messages(db, id).await?,
        events: events(db, &subtree, id).await?,
        unit: found.row(&subtree)?,
    })
}

#[derive(FromQueryResult)]
struct Named {
    id: i64,
    name: String,
}

/// The superiors of a unit from the top of the asker's subtree down.
async fn superiors(db: &impl ConnectionTrait, subtree: &Subtree, path: &str) -> Result<Vec<UnitRef>> {
    let above = path.trim_end_matches('/').match_indices('/').filter_map(|(at, _)| path.get(..=at));
    let above: Vec<&str> = above.filter(|above| subtree.contains(above)).collect();
    let text = format!("SELECT id, name FROM unit WHERE path IN ({}) ORDER BY path", elements::<str>(db, 1));
    let found = Named::find_by_statement(sql(db, &text, [serde_json::to_string(&above)?.into()])).all(db).await?;
    Ok(found.into_iter().map(|unit| UnitRef { id: UnitId(unit.id), name: unit.name }).collect())
}

async fn former(db: &impl ConnectionTrait, unit: UnitId) -> Result<Vec<String>> {
    let text = "SELECT name FROM unit_alias WHERE unit_id = $1 ORDER BY name_key";
    let rows = db.query_all_raw(sql(db, text, [unit.0.into()])).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

async fn plans(db: &impl ConnectionTrait, unit: UnitId) -> Result<Vec<PlanView>> {
    let plans = entity::reserve_plan::Entity::find()
        .filter(entity::reserve_plan::Column::UnitId.eq(unit.0))
        .order_by_desc(entity::reserve_plan::Column::Year)
        .all(db)
        .await?;
    let view = |plan: entity::reserve_plan::Model| {
        let (total, share) = (Money::from_fen(plan.total)?, Money::from_fen(plan.share)?);
        Some(PlanView { year: plan.year, total, ratio: ratio(plan.ratio)?, share })
    };
    Ok(plans.into_iter().filter_map(view).collect())
}

async fn messages(db: &impl ConnectionTrait, unit: UnitId) -> Result<Vec<SmsView>> {
    let sms = entity::sms_outbox::Entity::find()
        .filter(entity::sms_outbox::Column::UnitId.eq(unit.0))
        .order_by_desc(entity::sms_outbox::Column::Id)
        .limit(SMS_SHOWN)
        .all(db)
        .await?;
    let view = |sms: entity::sms_outbox::Model| SmsView {
        kind: sms.kind.into(),
        state: sms.state.into(),
        mobile: mask(&sms.mobile),
        queued_at: Timestamp(sms.created_at),
        sent_at: sms.sent_at.map(Timestamp),
    };
    Ok(sms.into_iter().map(view).collect())
}

#[derive(FromQueryResult)]
struct Event {
    at: i64,
    login: String,
    action: String,
    before: Option<String>,
    after: Option<String>,
}

/// What was done to a unit and to those that were merged into it; who came and went is no part of its history.
async fn events(db: &impl ConnectionTrait, subtree: &Subtree, unit: UnitId) -> Result<Vec<EventView>> {
    let text = format!(
        "SELECT at, login, action, before, after FROM audit_event \
         WHERE unit_id IN (SELECT id FROM unit WHERE id = $1 OR merged_into = $1) \
         AND action NOT IN ('sign-in', 'sign-in-failed', 'sign-out') ORDER BY id DESC LIMIT {EVENTS_SHOWN}"
    );
    let events = Event::find_by_statement(sql(db, &text, [unit.0.into()])).all(db).await?;
    let mut read = Vec::with_capacity(events.len());
    let mut superiors = BTreeSet::new();
    for event in events {
        let (before, after) = (object(event.before.as_deref())?, object(event.after.as_deref())?);
        superiors.extend([&before, &after].into_iter().filter_map(|data| data.get("superior")?.as_i64()));
        read.push((event.at, event.login, event.action, before, after));
    }
    let names = names(db, subtree, superiors).await?;
    let view = |(at, actor, action, before, after): (i64, String, String, Map<_, _>, Map<_, _>)| EventView {
        at: Timestamp(at),
        actor,
        action,
        year: after.get("year").and_then(Value::as_i64).and_then(|year| i32::try_from(year).ok()),
        changes: changes(&before, &after, &names),
    };
    Ok(read.into_iter().map(view).collect())
}

fn object(json: Option<&str>) -> Result<Map<String, Value>> {
    Ok(json.map(serde_json::from_str).transpose()?.unwrap_or_default())
}

/// The names of units, as far as the asker may see them.
pub(crate) async fn names(
    db: &impl ConnectionTrait,
    subtree: &Subtree,
    ids: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, String>> {
    let ids: Vec<i64> = ids.into_iter().collect();
    let text =
        format!("SELECT id, name FROM unit WHERE id IN ({}) AND path >= $2 AND path < $3", elements::<i64>(db, 1));
    let values = [serde_json::to_string(&ids)?.into(), subtree.from.as_str().into(), subtree.to.as_str().into()];
    let found = Named::find_by_statement(sql(db, &text, values)).all(db).await?;
    Ok(found.into_iter().map(|unit| (unit.id, unit.name)).collect())
}

/// What differs between the two, in the order of their keys.
fn changes(before: &Map<String, Value>, after: &Map<String, Value>, names: &HashMap<i64, String>) -> Vec<Change> {
    let aside = |field: &&String| matches!(field.as_str(), "year" | "batch");
    let fields: BTreeSet<&String> = before.keys().chain(after.keys()).filter(|field| !aside(field)).collect();
    let shown = |data: &Map<String, Value>, field: &str| {
        let value = data.get(field)?;
        match (field, value) {
            (_, Value::Null) => None,
            ("superior", value) => names.get(&value.as_i64()?).cloned(),
            ("total" | "share", value) => Money::from_fen(value.as_i64()?).map(|money| money.to_string()),
            ("ratio", value) => {
                let ratio = Ratio::from_hundredths(u16::try_from(value.as_i64()?).ok()?)?;
                Some(ratio.to_string())
            }
            // Events of the profile hold the stored number.
            ("admin_level", Value::Number(n)) => word(AdminLevel::from_index(u8::try_from(n.as_i64()?).ok()?)?),
            ("budget_level", Value::Number(n)) => word(BudgetLevel::from_index(u8::try_from(n.as_i64()?).ok()?)?),
            (_, Value::String(text)) => Some(text.clone()).filter(|text| !text.is_empty()),
            (_, other) => Some(other.to_string()),
        }
    };
    let change = |field: &String| {
        let (before, after) = (shown(before, field), shown(after, field));
        (before != after).then(|| Change { field: field.clone(), before, after })
    };
    fields.into_iter().filter_map(change).collect()
}

/// A level by its stored word.
fn word(level: impl serde::Serialize) -> Option<String> {
    Some(serde_json::to_value(level).ok()?.as_str()?.to_owned())
}
