//! What was sent to and done to a unit or a purchaser.

use crate::{Result, actor::Subtree, database::sql, unit};
use domain::{
    AdminLevel, BudgetLevel, Money, Ratio,
    mobile::mask,
    view::{Change, EventView, Holder, PurchaserId, SmsView, Timestamp, UnitId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};

/// SMS shown at most.
const SMS_SHOWN: u64 = 20;
/// Events shown at most.
const EVENTS_SHOWN: u64 = 50;

/// The SMS about an account, newest first.
pub(crate) async fn messages(db: &impl ConnectionTrait, holder: Holder) -> Result<Vec<SmsView>> {
    use entity::sms_outbox::{Column, Entity, Model};
    let of = match holder {
        Holder::Unit(unit) => Column::UnitId.eq(unit.0),
        Holder::Purchaser(purchaser) => Column::PurchaserId.eq(purchaser.0),
    };
    let sms = Entity::find().filter(of).order_by_desc(Column::Id).limit(SMS_SHOWN).all(db).await?;
    let view = |sms: Model| SmsView {
        kind: sms.kind.into(),
        state: sms.state.into(),
        mobile: mask(&sms.mobile),
        queued_at: sms.created_at,
        sent_at: sms.sent_at,
    };
    Ok(sms.into_iter().map(view).collect())
}

/// Fields that hold a unit's id.
const UNITS: [&str; 2] = ["superior", "unit"];

#[derive(FromQueryResult)]
struct Event {
    at: i64,
    login: String,
    address: String,
    action: String,
    before: Option<String>,
    after: Option<String>,
}

/// What was done to a unit and to those that were merged into it, or to a purchaser; who came and went is no part of its
/// history.
pub(crate) async fn events(db: &impl ConnectionTrait, subtree: &Subtree, holder: Holder) -> Result<Vec<EventView>> {
    let (of, id) = match holder {
        Holder::Unit(UnitId(id)) => ("unit_id IN (SELECT id FROM unit WHERE id = $1 OR merged_into = $1)", id),
        Holder::Purchaser(PurchaserId(id)) => ("purchaser_id = $1", id),
    };
    let text = format!(
        "SELECT at, login, address, action, before, after FROM audit_event WHERE {of} \
         AND action NOT IN ('sign-in', 'sign-in-failed', 'sign-out') ORDER BY id DESC LIMIT {EVENTS_SHOWN}"
    );
    let events = Event::find_by_statement(sql(db, &text, [id.into()])).all(db).await?;
    let mut read = Vec::with_capacity(events.len());
    let mut units = BTreeSet::new();
    for event in events {
        let (before, after) = (object(event.before.as_deref())?, object(event.after.as_deref())?);
        let named = [&before, &after].map(|data| UNITS.map(|field| data.get(field).and_then(Value::as_i64)));
        units.extend(named.into_iter().flatten().flatten());
        read.push((event, before, after));
    }
    let names = unit::names(db, subtree, units).await?;
    let view = |(event, before, after): (Event, Map<_, _>, Map<_, _>)| EventView {
        at: Timestamp(event.at),
        actor: event.login,
        address: event.address,
        action: event.action,
        year: after.get("year").and_then(Value::as_i64).and_then(|year| i32::try_from(year).ok()),
        changes: changes(&before, &after, &names),
    };
    Ok(read.into_iter().map(view).collect())
}

fn object(json: Option<&str>) -> Result<Map<String, Value>> {
    Ok(json.map(serde_json::from_str).transpose()?.unwrap_or_default())
}

/// What differs between the two, in the order of their keys.
fn changes(before: &Map<String, Value>, after: &Map<String, Value>, names: &HashMap<i64, String>) -> Vec<Change> {
    let aside = |field: &&String| matches!(field.as_str(), "year" | "batch");
    let fields: BTreeSet<&String> = before.keys().chain(after.keys()).filter(|field| !aside(field)).collect();
    let shown = |data: &Map<String, Value>, field: &str| {
        let value = data.get(field)?;
        match (field, value) {
            (_, Value::Null) => None,
            (field, Value::Number(id)) if UNITS.contains(&field) => names.get(&id.as_i64()?).cloned(),
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
