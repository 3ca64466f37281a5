//! Superiors remind units by SMS.

use crate::{BELOW, CITY, DEPARTMENT, OTHER, SIBLING, UNIT, World, execute, problem, texts};
use domain::{
    Problem,
    history::AuditAction,
    ids::UnitId,
    plan_filing::{FilingQuery, PlanConcern, Standing},
    reminder::{ReminderKind, ReminderObstacle, ReminderSelection},
    unit::UnitQuery,
};
use rstest::rstest;
use service::{
    SmsLimits,
    plan::{preview_reminders, send_reminders},
    unit,
};
use std::time::Duration;
use testdb::Backend;

/// The ticked units of the list of those that have not filed.
async fn ticked(world: &World, names: &[&str]) -> ReminderSelection {
    let mut units = Vec::new();
    for name in names {
        units.push(world.id(name).await);
    }
    ReminderSelection { units, chosen: true, ..unfiled(world) }
}

/// All units of that list.
fn unfiled(world: &World) -> ReminderSelection {
    let query = FilingQuery { year: Some(world.year), standing: Some(Standing::NotFiled), ..FilingQuery::default() };
    ReminderSelection { query, ..ReminderSelection::default() }
}

/// What is left out if a unit has just been reminded.
const ONE_RECENTLY: [(ReminderObstacle, u32); 1] = [(ReminderObstacle::RemindedRecently, 1)];

#[rstest]
#[tokio::test]
async fn a_unit_that_has_not_filed_is_reminded_once_within_some_days(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let (services, department) = (world.services(), &world.department);
    let selection = ticked(&world, &[UNIT]).await;
    let preview = preview_reminders(services, department, &selection).await.unwrap();
    assert_eq!((preview.kind, preview.counts.reminded, preview.counts.left_out()), (ReminderKind::Filing, 1, 0));
    let text = preview.text.unwrap();
    assert!(text.contains(UNIT) && text.contains(&format!("{} 年度", world.year)), "{text}");
    assert!(text.contains("3 月 31 日"), "{text}");
    // Looking has sent nothing.
    let sent = "SELECT kind || ' ' || last_day AS x FROM sms_outbox WHERE last_day IS NOT NULL";
    assert!(texts(services, sent, []).await.is_empty());
    assert_eq!(send_reminders(services, department, &selection).await.unwrap().reminded, 1);
    assert_eq!(texts(services, sent, []).await, [format!("plan-reminder {}0331", world.year)]);
    let history = unit::detail(services, department, selection.units[0]).await.unwrap().events;
    assert_eq!((history[0].action, history[0].year), (Some(AuditAction::PlanReminded), Some(world.year)));

    // A second press, and another superior.
    let again = send_reminders(services, department, &selection).await.unwrap();
    assert_eq!((again.reminded, again.left_out.as_slice()), (0, &ONE_RECENTLY[..]));
    let city = world.actor(CITY).await;
    assert_eq!(send_reminders(services, &city, &selection).await.unwrap().left_out, ONE_RECENTLY);
    assert_eq!(texts(services, sent, []).await.len(), 1);
    // A reminder that could not be sent does not count.
    execute(services, "UPDATE sms_outbox SET state = 'failed' WHERE last_day IS NOT NULL", []).await;
    assert_eq!(send_reminders(services, department, &selection).await.unwrap().reminded, 1);
    services.clock().advance(Duration::from_hours(24 * 7 - 1));
    assert_eq!(send_reminders(services, department, &selection).await.unwrap().left_out, ONE_RECENTLY);
    services.clock().advance(Duration::from_hours(2));
    assert_eq!(send_reminders(services, department, &selection).await.unwrap().reminded, 1);
}

#[rstest]
#[tokio::test]
async fn who_is_left_out_is_counted_by_reason(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, department) = (world.services(), &world.department);
    world.actor(BELOW).await;
    world.actor(SIBLING).await;
    let without_mobile = "UPDATE unit SET mobile = NULL WHERE name = $1";
    execute(services, without_mobile, [BELOW.into()]).await;
    let disabled = "UPDATE account SET disabled_at = 1 WHERE unit_id = (SELECT id FROM unit WHERE name = $1)";
    execute(services, disabled, [SIBLING.into()]).await;
    // Neither the finance department of another county nor the own unit is in the list.
    let selection = ticked(&world, &[UNIT, BELOW, SIBLING, OTHER, DEPARTMENT]).await;
    let expected =
        [(ReminderObstacle::NotNeeded, 2), (ReminderObstacle::NoAccount, 1), (ReminderObstacle::NoMobile, 1)];
    let preview = preview_reminders(services, department, &selection).await.unwrap();
    assert_eq!((preview.counts.reminded, preview.counts.left_out.as_slice()), (1, &expected[..]));
    assert_eq!(send_reminders(services, department, &selection).await.unwrap(), preview.counts);

    // What is ticked and has been filed in the meantime needs no reminder.
    world.plans_except(&[]).await;
    let counts = preview_reminders(services, department, &selection).await.unwrap().counts;
    assert_eq!((counts.reminded, counts.left_out), (0, vec![(ReminderObstacle::NotNeeded, 5)]));
    // Nothing ticked is nobody, not everybody.
    let nobody = ticked(&world, &[]).await;
    assert_eq!(send_reminders(services, department, &nobody).await.unwrap().reminded, 0);
}

#[rstest]
#[tokio::test]
async fn all_units_of_a_list_are_reminded(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, department) = (world.services(), &world.department);
    world.plans_except(&[UNIT, BELOW]).await;
    world.actor(BELOW).await;
    let selection = unfiled(&world);
    let counts = preview_reminders(services, department, &selection).await.unwrap().counts;
    assert_eq!((counts.reminded, counts.left_out()), (2, 0));
    // Two that send at the same time send one SMS to each unit.
    let (one, other) = tokio::join!(
        send_reminders(services, department, &selection),
        send_reminders(services, department, &selection)
    );
    assert_eq!(one.unwrap().reminded + other.unwrap().reminded, 2);
    let sent = "SELECT kind AS x FROM sms_outbox WHERE last_day IS NOT NULL";
    assert_eq!(texts(services, sent, []).await.len(), 2);

    // 已预留零采购: a reminder of another kind, to units that have not got one.
    let query = FilingQuery { concern: Some(PlanConcern::ZeroPurchases), ..selection.query.clone() };
    let query = FilingQuery { standing: None, search: SIBLING.to_owned(), ..query };
    execute(services, "DELETE FROM purchase_posting", []).await;
    world.actor(SIBLING).await;
    let purchases = ReminderSelection { query, ..ReminderSelection::default() };
    let preview = preview_reminders(services, department, &purchases).await.unwrap();
    assert_eq!((preview.kind, preview.counts.reminded), (ReminderKind::Purchases, 1));
    assert!(preview.text.unwrap().contains("12 月 31 日"));
    assert_eq!(send_reminders(services, department, &purchases).await.unwrap().reminded, 1);
    let kinds = "SELECT kind AS x FROM sms_outbox WHERE last_day IS NOT NULL ORDER BY id DESC";
    assert_eq!(texts(services, kinds, []).await[0], "purchase-reminder");
}

#[rstest]
#[tokio::test]
async fn a_mobile_number_of_many_units_keeps_its_limit(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let limits = SmsLimits { per_number_hour: 3, per_number_day: 10 };
    let world = World::with(backend, |settings| settings.sms_limits = limits).await;
    let (services, department) = (world.services(), &world.department);
    execute(services, "DELETE FROM sms_outbox", []).await;
    for unit in [BELOW, SIBLING] {
        world.actor(unit).await;
    }
    let same = "UPDATE unit SET mobile = '13900000001' WHERE name IN ($1, $2, $3)";
    execute(services, same, [UNIT.into(), BELOW.into(), SIBLING.into()]).await;
    let selection = ticked(&world, &[UNIT, BELOW, SIBLING]).await;
    let counts = send_reminders(services, department, &selection).await.unwrap();
    assert_eq!((counts.reminded, counts.left_out), (2, vec![(ReminderObstacle::SmsLimit, 1)]));
}

#[rstest]
#[tokio::test]
async fn a_reminder_does_not_hide_that_the_account_sms_failed(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let (services, department) = (world.services(), &world.department);
    let waiting = "SELECT id AS x FROM unit WHERE account = 'not-activated' AND kind = 'budget' AND mobile IS NOT NULL \
                   AND name LIKE '示例县%' ORDER BY id";
    let id = UnitId(texts(services, waiting, []).await[0].parse().unwrap());
    // Before every other SMS.
    let failed = "INSERT INTO sms_outbox (id, kind, account_id, unit_id, mobile, state, attempts, next_at, created_at) \
                  SELECT -1, 'initial-password', id, unit_id, '13900000001', 'failed', 14, 1, 1 FROM account WHERE unit_id = $1";
    execute(services, failed, [id.into()]).await;
    let unreached = UnitQuery { unreached: true, ..UnitQuery::default() };
    let is_unreached = async || {
        let rows = unit::list(services, department, &unreached).await.unwrap().rows;
        rows.into_iter().any(|row| row.id == id)
    };
    assert!(is_unreached().await);
    let selection = ReminderSelection { units: vec![id], chosen: true, ..unfiled(&world) };
    assert_eq!(send_reminders(services, department, &selection).await.unwrap().reminded, 1);
    execute(services, "UPDATE sms_outbox SET state = 'sent' WHERE last_day IS NOT NULL", []).await;
    assert!(is_unreached().await);
}

#[rstest]
#[tokio::test]
async fn nobody_reminds_others_than_those_below(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let services = world.services();
    let operator = world.app.act_as(&world.accounts, "平台运维").await;
    assert_eq!(problem(preview_reminders(services, &operator, &unfiled(&world)).await), Problem::Forbidden);
    assert_eq!(problem(send_reminders(services, &operator, &unfiled(&world)).await), Problem::Forbidden);
    let sibling = world.actor(SIBLING).await;
    let others = ticked(&world, &[UNIT, BELOW]).await;
    assert_eq!(send_reminders(services, &sibling, &others).await.unwrap().reminded, 0);
    let below = FilingQuery { below: Some(world.id(UNIT).await), ..others.query.clone() };
    let others = ReminderSelection { query: below, ..others };
    assert_eq!(problem(send_reminders(services, &sibling, &others).await), Problem::NotFound);
    // There is no reminder about plans under the minimum.
    let query = FilingQuery { concern: Some(PlanConcern::UnderMinimum), ..FilingQuery::default() };
    let selection = ReminderSelection { query, ..ReminderSelection::default() };
    assert_eq!(problem(preview_reminders(services, &world.department, &selection).await), Problem::NotFound);
}
