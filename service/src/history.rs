//! The history of a unit or a purchaser: its SMS and the events of the audit log.

use crate::{Result, actor::Subtree};
use domain::{
    AdminLevel, BudgetLevel, Money, Ratio,
    account::AccountHolder,
    calendar::Timestamp,
    history::{AuditAction, Change, EventView},
    ids::UnitId,
    mobile::mask,
    sms::{SmsKind, SmsState, SmsView},
};
use entity::{account, audit_event, purchaser, sms_outbox, unit};
use sea_orm::{
    ActiveEnum, ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, ExprTrait, JoinType, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, RelationTrait,
};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};

/// SMS shown at most.
const SMS_SHOWN: u64 = 20;
/// Events shown at most.
const EVENTS_SHOWN: u64 = 50;

/// An SMS as stored, without its secret.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "sms_outbox::Entity")]
struct StoredSms {
    kind: SmsKind,
    state: SmsState,
    mobile: String,
    created_at: Timestamp,
    sent_at: Option<Timestamp>,
}

/// The SMS about an account, newest first.
pub(crate) async fn messages(db: &impl ConnectionTrait, holder: AccountHolder) -> Result<Vec<SmsView>> {
    use sms_outbox::{Column, Entity};
    let of_holder = match holder {
        AccountHolder::Unit(unit) => Column::UnitId.eq(unit),
        AccountHolder::Purchaser(purchaser) => Column::PurchaserId.eq(purchaser),
    };
    let sms = Entity::find()
        .filter(of_holder)
        .order_by_desc(Column::Id)
        .limit(SMS_SHOWN)
        .into_partial_model::<StoredSms>()
        .all(db)
        .await?;
    let view = |sms: StoredSms| SmsView {
        kind: sms.kind,
        state: sms.state,
        mobile: mask(&sms.mobile),
        queued_at: sms.created_at,
        sent_at: sms.sent_at,
    };
    Ok(sms.into_iter().map(view).collect())
}

/// Fields that hold a unit's id.
const UNIT_FIELDS: [&str; 2] = ["superior", "unit"];

/// An event as stored.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "audit_event::Entity")]
struct StoredEvent {
    at: Timestamp,
    login: String,
    address: String,
    /// Text: a newer version of the program may have written an action that this one does not know.
    action: String,
    before: Option<String>,
    after: Option<String>,
    /// The path of the unit that the acting account manages.
    #[sea_orm(from_expr = "unit::Column::Path.into_expr()")]
    unit_path: Option<String>,
    /// The path of the unit whose purchaser the acting account trades for.
    #[sea_orm(from_expr = "purchaser::Column::UnitPath.into_expr()")]
    purchaser_path: Option<String>,
}

impl StoredEvent {
    /// The network address, if the reader may see the acting account. It may not see those of superiors, of the operator, and of
    /// the former superiors of a unit that was moved here.
    fn address(&self, subtree: &Subtree) -> String {
        let path = self.unit_path.as_ref().or(self.purchaser_path.as_ref());
        let is_visible = *subtree == Subtree::everything() || path.is_some_and(|path| subtree.contains(path));
        if is_visible { self.address.clone() } else { String::new() }
    }
}

/// Signing in and out is no part of a history.
const SIGN_IN_ACTIONS: [AuditAction; 3] = [AuditAction::SignIn, AuditAction::SignInFailed, AuditAction::SignOut];

type Data = Map<String, Value>;

/// The events of a unit or a purchaser, newest first; units are still ids.
pub(crate) struct History(Vec<(StoredEvent, Data, Data)>);

/// The events of a unit and of the units that were merged into it, or of a purchaser, for a reader who may see this subtree.
pub(crate) async fn events(db: &impl ConnectionTrait, subtree: &Subtree, holder: AccountHolder) -> Result<History> {
    let of_holder = match holder {
        AccountHolder::Unit(id) => {
            let merged = unit::Entity::find()
                .select_only()
                .column(unit::Column::Id)
                .filter(unit::Column::Id.eq(id).or(unit::Column::MergedInto.eq(id)));
            audit_event::Column::UnitId.in_subquery(merged.into_query())
        }
        AccountHolder::Purchaser(id) => audit_event::Column::PurchaserId.eq(id),
    };
    let actor = audit_event::Entity::belongs_to(account::Entity)
        .from(audit_event::Column::AccountId)
        .to(account::Column::Id)
        .into();
    let events = audit_event::Entity::find()
        .join(JoinType::LeftJoin, actor)
        .join(JoinType::LeftJoin, account::Relation::Unit.def())
        .join(JoinType::LeftJoin, account::Relation::Purchaser.def())
        .filter(of_holder)
        .filter(audit_event::Column::Action.is_not_in(SIGN_IN_ACTIONS))
        .order_by_desc(audit_event::Column::Id)
        .limit(EVENTS_SHOWN)
        .into_partial_model::<StoredEvent>()
        .all(db)
        .await?;
    let read = |event: StoredEvent| {
        let event = StoredEvent { address: event.address(subtree), ..event };
        let (before, after) = (object(event.before.as_deref())?, object(event.after.as_deref())?);
        Ok((event, before, after))
    };
    Ok(History(events.into_iter().map(read).collect::<Result<_>>()?))
}

impl History {
    /// The units that the events name.
    pub(crate) fn units(&self) -> impl Iterator<Item = UnitId> {
        let all = self.0.iter().flat_map(|(_, before, after)| [before, after]);
        let ids = all.flat_map(|data| UNIT_FIELDS.iter().filter_map(|field| data.get(*field)?.as_i64()));
        ids.collect::<BTreeSet<_>>().into_iter().map(UnitId)
    }

    /// The events with the names of those units that the reader may see.
    pub(crate) fn into_views(self, names: &HashMap<UnitId, String>) -> Vec<EventView> {
        let view = |(event, before, after): (StoredEvent, Data, Data)| EventView {
            at: event.at,
            actor: event.login,
            address: event.address,
            action: AuditAction::try_from_value(&event.action).ok(),
            year: after.get("year").and_then(Value::as_i64).and_then(|year| i32::try_from(year).ok()),
            changes: changes(&before, &after, names),
        };
        self.0.into_iter().map(view).collect()
    }
}

fn object(json: Option<&str>) -> Result<Data> {
    Ok(json.map(serde_json::from_str).transpose()?.unwrap_or_default())
}

/// The fields that differ, in the order of their names.
fn changes(before: &Data, after: &Data, names: &HashMap<UnitId, String>) -> Vec<Change> {
    // The text of a notice is too long for a list.
    let aside = |field: &&String| matches!(field.as_str(), "year" | "batch" | "notice_text");
    let fields: BTreeSet<&String> = before.keys().chain(after.keys()).filter(|field| !aside(field)).collect();
    let shown = |data: &Data, field: &str| {
        let value = data.get(field)?;
        match (field, value) {
            (_, Value::Null) => None,
            (field, Value::Number(id)) if UNIT_FIELDS.contains(&field) => names.get(&UnitId(id.as_i64()?)).cloned(),
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
