//! 提醒: a superior reminds units by SMS that they have not filed their plan, or have not purchased.
//!
//! A unit gets one reminder within the days of `sms.reminder_days`, of whatever kind, so that a second press, another superior or a
//! reload sends nothing twice. The units of one transaction are looked at again in it: one that has filed in the meantime gets none.

use super::{list, year_of};
use crate::{
    Actor, Result, Services,
    audit::{self, AuditAction, AuditActor, AuditEvent},
    clock::DAY,
    list::{ListQuery, Listed},
    query::{self, is_any_of},
    situation::{Jurisdictions, has_zero_purchases},
    sms::{self, NewSms, OverLimit, Quota},
    sql,
};
use domain::{
    Mobile, Problem,
    account::AccountState,
    calendar::{Day, Timestamp},
    count,
    ids::{AccountId, UnitId},
    plan_filing::Standing,
    reminder::{
        MAX_REMINDED_AT_ONCE, ReminderCounts, ReminderKind, ReminderObstacle, ReminderPreview, ReminderSelection,
    },
    sms::{SmsKind, SmsState},
};
use entity::{account, sms_outbox, unit};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, Order, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, JoinType, Query},
};
use serde_json::json;
use std::collections::HashSet;

/// Units that one transaction reminds: others wait for it when they queue an SMS.
const CHUNK: usize = 500;

/// What a superior has chosen.
struct Selected {
    year: i32,
    kind: ReminderKind,
    /// The chosen units of the subtree that need the reminder, in the order of the tree.
    units: Vec<UnitId>,
    /// Ticked units that do not need it.
    not_needed: usize,
    jurisdictions: Jurisdictions,
}

/// A unit with what its reminder needs.
#[derive(FromQueryResult)]
struct Addressee {
    id: UnitId,
    name: String,
    path: String,
    mobile: Option<String>,
    account_id: Option<AccountId>,
    account_state: Option<AccountState>,
}

impl Addressee {
    /// The account and the mobile number, or why there is none.
    fn reachable(&self) -> std::result::Result<(AccountId, &str), ReminderObstacle> {
        let usable = self.account_state.is_some_and(|state| state != AccountState::Disabled);
        let account = self.account_id.filter(|_| usable).ok_or(ReminderObstacle::NoAccount)?;
        let mobile = self.mobile.as_deref().filter(|mobile| Mobile::is_valid(mobile));
        Ok((account, mobile.ok_or(ReminderObstacle::NoMobile)?))
    }
}

/// The units of a selection, those that get a reminder apart from the others.
struct Sorted {
    reminded: Vec<Addressee>,
    outcomes: Vec<Option<ReminderObstacle>>,
}

/// Whom reminders would reach now, and with which text. [`Problem::Forbidden`] for the operator, who is no superior;
/// [`Problem::NotFound`] for a list about whose units there is no reminder; [`Problem::TooManyAtOnce`] for more than
/// [`MAX_REMINDED_AT_ONCE`] units. The number of statements does not grow with the units.
pub async fn preview_reminders(
    services: &Services,
    actor: &Actor,
    selection: &ReminderSelection,
) -> Result<ReminderPreview> {
    let selected = Selected::load(services, actor, selection).await?;
    let tx = services.read().await?;
    let addressees = addressees(&tx, &selected.units).await?;
    let mut quota = Quota::read(services, &tx, mobiles(&addressees)).await?;
    let sorted = sort_out(services, &tx, addressees, &mut quota).await?;
    let now = services.now();
    let text = sorted.reminded.first().map(|unit| {
        let last_day = selected.last_day(unit, now);
        sms::reminder(selected.kind, &unit.name, last_day, now)
    });
    Ok(ReminderPreview {
        year: selected.year,
        kind: selected.kind,
        text,
        counts: selected.counts(sorted.outcomes),
        days: services.settings().reminder_days,
    })
}

/// Sends the reminders, with the problems of [`preview_reminders`]. Who is left out and why is counted. If it is interrupted, what was
/// sent stays sent, and the next press sends the rest.
pub async fn send_reminders(
    services: &Services,
    actor: &Actor,
    selection: &ReminderSelection,
) -> Result<ReminderCounts> {
    let selected = Selected::load(services, actor, selection).await?;
    let mut outcomes = Vec::with_capacity(selected.units.len());
    for chunk in selected.units.chunks(CHUNK) {
        outcomes.extend(send_chunk(services, actor, selection, &selected, chunk).await?);
        sms::wake(services);
    }
    Ok(selected.counts(outcomes))
}

async fn send_chunk(
    services: &Services,
    actor: &Actor,
    selection: &ReminderSelection,
    selected: &Selected,
    chunk: &[UnitId],
) -> Result<Vec<Option<ReminderObstacle>>> {
    // Built before the transaction: the parameters are read by another connection.
    let mut still = needing(services, actor, selection, selected.kind, selected.year).await?;
    let tx = services.write().await?;
    still.filter_ids(&tx, chunk);
    let needed = ids(&tx, &still).await?;
    let addressees = addressees(&tx, &needed).await?;
    // From here on nobody else queues an SMS: of two who send reminders to the same unit, the second one sees the first.
    let mut quota = Quota::load(services, &tx, mobiles(&addressees)).await?;
    let mut sorted = sort_out(services, &tx, addressees, &mut quota).await?;
    let gone = chunk.len().saturating_sub(needed.len());
    sorted.outcomes.extend(std::iter::repeat_n(Some(ReminderObstacle::NotNeeded), gone));
    if !sorted.reminded.is_empty() {
        write(services, &tx, actor, selected, &sorted.reminded).await?;
        tx.commit().await?;
    }
    Ok(sorted.outcomes)
}

/// Queues the SMS and writes the history of the units.
async fn write(
    services: &Services,
    tx: &DatabaseTransaction,
    actor: &Actor,
    selected: &Selected,
    reminded: &[Addressee],
) -> Result<()> {
    let now = services.now();
    let (kind, action) = match selected.kind {
        ReminderKind::Filing => (SmsKind::PlanReminder, AuditAction::PlanReminded),
        ReminderKind::Purchases => (SmsKind::PurchaseReminder, AuditAction::PurchasesReminded),
    };
    let message = |unit| {
        let (account, mobile) = Addressee::reachable(unit).ok()?;
        let last_day = Some(selected.last_day(unit, now));
        Some(NewSms { kind, account, holder: unit.id.into(), batch: None, mobile, secret: None, last_day })
    };
    let messages: Vec<_> = reminded.iter().filter_map(message).collect();
    sms::queue(services, tx, &messages, OverLimit::Refuse).await?;
    let event = |unit: &Addressee| AuditEvent {
        after: Some(json!({ "year": selected.year })),
        ..AuditEvent::new(action, Some(unit.id.into()), unit.id)
    };
    audit::record(tx, now, &AuditActor::from(actor), reminded.iter().map(event).collect()).await
}

impl Selected {
    async fn load(services: &Services, actor: &Actor, selection: &ReminderSelection) -> Result<Self> {
        let own = actor.unit()?;
        let db = &services.0.db;
        let kind = ReminderKind::of(&selection.query).ok_or(Problem::NotFound)?;
        let year = year_of(services, selection.query.year)?;
        let mut units = needing(services, actor, selection, kind, year).await?;
        let chosen: HashSet<UnitId> = selection.units.iter().copied().collect();
        if selection.chosen {
            let chosen: Vec<UnitId> = chosen.iter().copied().collect();
            units.filter_ids(db, &chosen);
        }
        let units = ids(db, &units).await?;
        if count::of(units.len()) > MAX_REMINDED_AT_ONCE || count::of(chosen.len()) > MAX_REMINDED_AT_ONCE {
            return Err(Problem::TooManyAtOnce { limit: MAX_REMINDED_AT_ONCE }.into());
        }
        let not_needed = if selection.chosen { chosen.len().saturating_sub(units.len()) } else { 0 };
        let jurisdictions = Jurisdictions::load(db, Some(&own.path), year, services.now()).await?;
        Ok(Self { year, kind, units, not_needed, jurisdictions })
    }

    /// The last day of what a unit is reminded of.
    fn last_day(&self, unit: &Addressee, now: Timestamp) -> Day {
        let parameters = self.jurisdictions.parameters_at(&unit.path);
        let day = match self.kind {
            ReminderKind::Filing => parameters.filing_to.value.0,
            ReminderKind::Purchases => parameters.year_end.value.0,
        };
        day.on_calendar(self.year).unwrap_or_else(|| Day::of(now))
    }

    fn counts(&self, outcomes: Vec<Option<ReminderObstacle>>) -> ReminderCounts {
        let not_needed = std::iter::repeat_n(Some(ReminderObstacle::NotNeeded), self.not_needed);
        ReminderCounts::of(outcomes.into_iter().chain(not_needed))
    }
}

/// The units of the list that need the reminder.
async fn needing(
    services: &Services,
    actor: &Actor,
    selection: &ReminderSelection,
    kind: ReminderKind,
    year: i32,
) -> Result<ListQuery<unit::Entity>> {
    let mut units = list::of_query(services, actor, &selection.query, year).await?;
    match kind {
        ReminderKind::Filing => {
            let unfiled = [Standing::NotFiled, Standing::Draft, Standing::Returned];
            let unfiled = unfiled.into_iter().map(|standing| list::stands(standing, year));
            units.filter(unfiled.fold(sea_orm::Condition::any(), sea_orm::Condition::add));
        }
        ReminderKind::Purchases => units.filter(has_zero_purchases(year)),
    }
    Ok(units)
}

/// The ids of the units in the order of the tree: one more than may be reminded at once tells that there are too many.
async fn ids(db: &impl ConnectionTrait, units: &ListQuery<unit::Entity>) -> Result<Vec<UnitId>> {
    #[derive(FromQueryResult)]
    struct Found {
        id: UnitId,
    }
    let select = units
        .select()
        .expr_as(unit::Column::Id.into_expr(), "id")
        .order_by_expr(unit::Column::Path.into_expr(), Order::Asc)
        .limit(u64::from(MAX_REMINDED_AT_ONCE) + 1)
        .to_owned();
    let found = sql::lists::all::<Found>(db, &select, &unit::Entity, unit::Entity::INDEX).await?;
    Ok(found.into_iter().map(|unit| unit.id).collect())
}

/// Units with their accounts, in the order of the tree.
async fn addressees(db: &impl ConnectionTrait, units: &[UnitId]) -> Result<Vec<Addressee>> {
    let of_unit = Expr::col((account::Entity, account::Column::UnitId)).equals((unit::Entity, unit::Column::Id));
    let select = Query::select()
        .expr_as(unit::Column::Id.into_expr(), "id")
        .expr_as(unit::Column::Name.into_expr(), "name")
        .expr_as(unit::Column::Path.into_expr(), "path")
        .expr_as(unit::Column::Mobile.into_expr(), "mobile")
        .expr_as(account::Column::Id.into_expr(), "account_id")
        .expr_as(account::Column::State.into_expr(), "account_state")
        .from(unit::Entity)
        .join(JoinType::LeftJoin, account::Entity, of_unit)
        .and_where(is_any_of(db, unit::Column::Id, units.iter().copied()))
        .order_by_expr(unit::Column::Path.into_expr(), Order::Asc)
        .to_owned();
    query::all(db, &select).await
}

fn mobiles(addressees: &[Addressee]) -> impl Iterator<Item = &str> {
    addressees.iter().filter_map(|unit| unit.mobile.as_deref())
}

/// Says for each unit whether it gets a reminder.
async fn sort_out(
    services: &Services,
    db: &impl ConnectionTrait,
    addressees: Vec<Addressee>,
    quota: &mut Quota,
) -> Result<Sorted> {
    let units: Vec<UnitId> = addressees.iter().map(|unit| unit.id).collect();
    let recently = reminded_recently(services, db, &units).await?;
    let mut sorted = Sorted { reminded: Vec::new(), outcomes: Vec::with_capacity(units.len()) };
    for unit in addressees {
        let obstacle = if recently.contains(&unit.id) {
            Some(ReminderObstacle::RemindedRecently)
        } else {
            match unit.reachable() {
                Err(obstacle) => Some(obstacle),
                Ok((_, mobile)) => (!quota.take_spare(mobile)).then_some(ReminderObstacle::SmsLimit),
            }
        };
        sorted.outcomes.push(obstacle);
        if obstacle.is_none() {
            sorted.reminded.push(unit);
        }
    }
    Ok(sorted)
}

/// Those of the units that got a reminder within the last days. One that could not be sent does not count.
async fn reminded_recently(
    services: &Services,
    db: &impl ConnectionTrait,
    units: &[UnitId],
) -> Result<HashSet<UnitId>> {
    use sms_outbox::{Column, Entity};
    let since = services.now() - DAY * services.settings().reminder_days;
    let reminded: Vec<Option<UnitId>> = Entity::find()
        .select_only()
        .column(Column::UnitId)
        .filter(is_any_of(db, Column::UnitId, units.iter().copied()))
        .filter(Column::Kind.is_in(SmsKind::REMINDERS))
        .filter(Column::State.is_in([SmsState::Waiting, SmsState::Sent]))
        .filter(Column::CreatedAt.gt(since))
        .into_tuple()
        .all(db)
        .await?;
    Ok(reminded.into_iter().flatten().collect())
}
