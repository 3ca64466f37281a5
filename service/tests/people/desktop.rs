use crate::{not_activated_unit, texts};
use domain::{
    plan_filing::{FilingQuery, Standing},
    unit::UnitQuery,
};
use rstest::rstest;
use service::{desktop::get, unit::list};
use std::time::Duration;
use testdb::{Backend, TestApp};

#[rstest]
#[tokio::test]
async fn the_desktop_counts_the_own_subtree(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, "示例县财政局").await;
    let other = app.act_as(&accounts, "样例县财政局").await;
    let desktop = get(services, &own).await.unwrap();
    assert!(desktop.units > 36 && desktop.batch.is_none());
    assert!(desktop.not_activated > 3);
    assert_eq!(get(services, &other).await.unwrap().units, 4);
    // The unit with a newer password has waited for the shortest time.
    services.clock().advance(Duration::from_hours(24));
    let (id, ..) = not_activated_unit(services).await;
    let again = get(services, &own).await.unwrap();
    assert_eq!(again.not_activated, desktop.not_activated);
    let (oldest, since) = again.oldest_not_activated.unwrap();
    assert_ne!(oldest.id.0, id);
    let waited = services.clock().now().0 - since.0;
    assert!((86_400_000..86_460_000).contains(&waited), "{waited}");
}

#[rstest]
#[tokio::test]
async fn the_desktop_counts_a_failed_sms_until_a_later_one_is_sent(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, "示例县财政局").await;
    let (id, ..) = not_activated_unit(services).await;
    let account = texts(services, "SELECT id AS x FROM account WHERE unit_id = $1", [id.into()]).await;
    let account: i64 = account[0].parse().unwrap();
    let query = UnitQuery { unreached: true, ..UnitQuery::default() };
    let sms = "INSERT INTO sms_outbox (id, kind, account_id, unit_id, mobile, state, attempts, next_at, created_at) \
               VALUES ($1, 'initial-password', $2, $3, '13812345678', $4, 1, 1, 1)";
    for (number, state, failed) in [(1i64, "failed", 1), (2, "sent", 0), (3, "failed", 1)] {
        crate::execute(services, sms, [number.into(), account.into(), id.into(), state.into()]).await;
        assert_eq!(get(services, &own).await.unwrap().sms_failed, failed);
        // The list shows the same units.
        let listed = list(services, &own, &query).await.unwrap().rows;
        assert_eq!(listed.iter().map(|row| row.id.0).collect::<Vec<_>>(), vec![id; failed as usize]);
    }
    let other = app.act_as(&accounts, "样例县财政局").await;
    assert_eq!(get(services, &other).await.unwrap().sms_failed, 0);
    assert!(list(services, &other, &query).await.unwrap().rows.is_empty());
    // An activated account waits for no SMS.
    crate::execute(services, "UPDATE account SET activated_at = 1 WHERE id = $1", [account.into()]).await;
    assert_eq!(get(services, &own).await.unwrap().sms_failed, 0);
    assert!(list(services, &own, &query).await.unwrap().rows.is_empty());
}

#[rstest]
#[tokio::test]
async fn the_desktop_counts_plans_as_their_list_does(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, "示例县财政局").await;
    let operator = app.act_as(&accounts, "平台运维").await;
    let year = services.clock().year();
    let before = get(services, &own).await.unwrap().plans.unwrap();
    assert_eq!((before.own, before.must_file(), before.submitted), (Standing::SetBySuperior, false, 0));
    for (name, state) in
        [("示例县红十字会", "submitted"), ("示例县工商业联合会", "change-requested"), ("示例县财政局", "returned")]
    {
        let filed = "INSERT INTO plan_filing (unit_id, year, state, form, late, updated_at, version) \
                     SELECT id, $1, $2, '{}', FALSE, 1, 1 FROM unit WHERE name = $3";
        crate::execute(services, filed, [year.into(), state.into(), name.into()]).await;
    }
    for name in ["示例县科学技术协会", "示例县清水镇人民政府"] {
        let unit = "DELETE FROM reserve_plan WHERE unit_id = (SELECT id FROM unit WHERE name = $1)";
        crate::execute(services, unit, [name.into()]).await;
    }
    let plans = get(services, &own).await.unwrap().plans.unwrap();
    assert_eq!((plans.own, plans.must_file()), (Standing::Returned, true));
    assert_eq!((plans.submitted, plans.change_requested, plans.not_filed), (1, 1, before.not_filed + 2));
    for (standing, count) in [
        (Standing::Submitted, plans.submitted),
        (Standing::ChangeRequested, plans.change_requested),
        (Standing::NotFiled, plans.not_filed),
    ] {
        let query = FilingQuery { standing: Some(standing), ..FilingQuery::default() };
        let listed = service::plan::list(services, &own, &query).await.unwrap();
        assert_eq!(listed.total.number(), count, "{standing:?}");
    }
    assert_eq!(get(services, &operator).await.unwrap().plans, None);
}

#[rstest]
#[tokio::test]
async fn the_operator_sees_who_waits_for_it(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let operator = app.act_as(&accounts, "平台运维").await;
    let own = app.act_as(&accounts, "示例县财政局").await;
    let before = get(services, &operator).await.unwrap();
    assert_eq!((before.certifications, before.parked_orders), (0, 0));
    crate::execute(services, "UPDATE purchaser SET certification = 'submitted', submitted_at = 1", []).await;
    let parked = "INSERT INTO parked_order (number, revision, reason, purchaser, content, received_at) \
                  VALUES ('XS2', 1, 'purchaser', 'JY00000009', '{}', 5)";
    crate::execute(services, parked, []).await;
    let desktop = get(services, &operator).await.unwrap();
    assert_eq!((desktop.certifications, desktop.parked_orders), (2, 1));
    let other = get(services, &own).await.unwrap();
    assert_eq!((other.certifications, other.parked_orders), (0, 0));
}
