//! A mobile number gets a limited number of SMS, and the outbox keeps what was sent.

use crate::{execute, named, problem, texts};
use domain::{Problem, form::UnitForm, ids::UnitId};
use rstest::rstest;
use service::{
    Services, SmsLimits,
    account::{issue, resend, resend_many, reset},
    sms::{KeyStatus, accept_key, check_key},
    unit::{create, delete},
};
use std::time::Duration;
use testdb::{Backend, TestApp};

const OWN: &str = "示例县财政局";

/// The demo data with the limits of the configuration.
async fn limited(backend: Backend) -> (TestApp, Vec<service::seed::DemoAccount>) {
    let limits = SmsLimits { per_number_hour: 5, per_number_day: 10 };
    let app = TestApp::with(backend, |settings| settings.sms_limits = limits).await;
    let accounts = service::seed::demo(&app.services).await.unwrap();
    (app, accounts)
}

/// Marks the waiting SMS as a worker does that has sent them.
async fn send_all(services: &Services) {
    let sent = "UPDATE sms_outbox SET state = 'sent', secret = NULL, attempts = 1, sent_at = 1 WHERE state = 'waiting'";
    execute(services, sent, []).await;
}

/// A unit that is not activated, and its mobile number.
async fn unit(services: &Services) -> (UnitId, String) {
    let text = "SELECT id AS x FROM unit WHERE account = 'not-activated' AND kind = 'budget' AND name LIKE '示例县%' ORDER BY id";
    let id: i64 = texts(services, text, []).await[0].parse().unwrap();
    let mobile = texts(services, "SELECT mobile AS x FROM unit WHERE id = $1", [id.into()]).await.remove(0);
    (UnitId(id), mobile)
}

fn form(n: u32, mobile: &str) -> UnitForm {
    let code = ["11320106MB3FQEFLCG", "11320106MB3FQEFLDK"][usize::try_from(n).unwrap()];
    UnitForm {
        name: format!("示例县第{n}中学校"),
        code: code.to_owned(),
        superior: OWN.to_owned(),
        admin_level: "县级".to_owned(),
        budget_level: "二级预算单位".to_owned(),
        total: "86.5".to_owned(),
        ratio: "15".to_owned(),
        contact: "王芳".to_owned(),
        mobile: mobile.to_owned(),
        ..UnitForm::default()
    }
}

#[rstest]
#[tokio::test]
async fn a_mobile_number_gets_a_limited_number_of_sms(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = limited(backend).await;
    let services = &app.services;
    let (account, own) = (named(&accounts, OWN), app.act_as(&accounts, OWN).await);
    let (unit, mobile) = unit(services).await;
    let (mut refused, mut sent) = (None, 0);
    for _ in 0..60 {
        match reset(services, &own, unit, None, &account.password).await {
            Ok(()) => sent += 1,
            Err(error) => refused = Some(error.into_problem()),
        }
        send_all(services).await;
    }
    assert_eq!(sent, 5);
    assert_eq!(refused, Some(Problem::SmsLimit { minutes: 60 }));
    // The reason does not matter: another account with this number, a new unit, a bulk action.
    let limit = Problem::SmsLimit { minutes: 60 };
    assert_eq!(problem(create(services, &own, &form(1, &mobile)).await), limit);
    assert_eq!(problem(resend(services, &own, unit).await), limit);
    let other =
        "SELECT id AS x FROM unit WHERE account = 'active' AND kind = 'budget' AND name LIKE '示例县%' ORDER BY id";
    let other = UnitId(texts(services, other, []).await[0].parse().unwrap());
    let outcomes = resend_many(services, &own, &[unit, other]).await.unwrap();
    assert_eq!(outcomes.into_iter().map(|outcome| outcome.refused).collect::<Vec<_>>(), [Some(limit.clone()), None]);
    let operator = app.act_as(&accounts, "平台运维").await;
    let preset = "SELECT id AS x FROM unit WHERE kind = 'finance' AND account <> 'active' ORDER BY id LIMIT 1";
    let preset = UnitId(texts(services, preset, []).await[0].parse().unwrap());
    assert_eq!(problem(issue(services, &operator, preset, "王芳", &mobile).await), limit);
    // A refused use case changes nothing.
    assert!(texts(services, "SELECT id AS x FROM unit WHERE name = '示例县第1中学校'", []).await.is_empty());
    services.clock().advance(Duration::from_hours(1));
    create(services, &own, &form(1, &mobile)).await.unwrap();
    // Ten a day.
    for _ in 0..4 {
        send_all(services).await;
        reset(services, &own, unit, None, &account.password).await.unwrap();
    }
    send_all(services).await;
    services.clock().advance(Duration::from_hours(1));
    let own = app.act_as(&accounts, OWN).await;
    let refused = problem(reset(services, &own, unit, None, &account.password).await);
    assert!(matches!(refused, Problem::SmsLimit { minutes: 1_319..=1_320 }), "{refused:?}");
}

#[rstest]
#[tokio::test]
async fn adding_and_deleting_a_unit_does_not_evade_the_limit(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = limited(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let mobile = "13800136021";
    for _ in 0..5 {
        let unit = create(services, &own, &form(0, mobile)).await.unwrap();
        send_all(services).await;
        delete(services, &own, unit).await.unwrap();
    }
    assert!(matches!(problem(create(services, &own, &form(0, mobile)).await), Problem::SmsLimit { .. }));
    // The history of what was sent stays.
    let kept = "SELECT state || ' ' || mobile AS x FROM sms_outbox WHERE mobile = $1";
    assert_eq!(texts(services, kept, [mobile.into()]).await, vec![format!("sent {mobile}"); 5]);
}

#[rstest]
#[tokio::test]
async fn an_sms_with_a_dead_password_is_withdrawn_and_kept(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = limited(backend).await;
    let services = &app.services;
    let (account, own) = (named(&accounts, OWN), app.act_as(&accounts, OWN).await);
    let mobile = "13800136021";
    let unit = create(services, &own, &form(0, mobile)).await.unwrap();
    reset(services, &own, unit, None, &account.password).await.unwrap();
    let states =
        "SELECT kind || ' ' || state || ' ' || (secret IS NULL) AS x FROM sms_outbox WHERE mobile = $1 ORDER BY id";
    let (yes, no) = if backend == Backend::Sqlite { ("1", "0") } else { ("true", "false") };
    let stored = texts(services, states, [mobile.into()]).await;
    assert_eq!(stored, [format!("initial-password withdrawn {yes}"), format!("new-password waiting {no}")]);
    delete(services, &own, unit).await.unwrap();
    let stored = texts(services, states, [mobile.into()]).await;
    assert_eq!(stored, [format!("initial-password withdrawn {yes}"), format!("new-password withdrawn {yes}")]);
    // What was never handed to the gateway does not count.
    for _ in 0..7 {
        let unit = create(services, &own, &form(0, mobile)).await.unwrap();
        delete(services, &own, unit).await.unwrap();
    }
}

#[rstest]
#[tokio::test]
async fn servers_with_different_sms_keys_notice_it(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = limited(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    create(services, &own, &form(0, "13800136021")).await.unwrap();
    assert_eq!(check_key(services).await.unwrap(), KeyStatus::Same);
    assert_eq!(check_key(&app.second().await).await.unwrap(), KeyStatus::Same);
    let mut settings = services.settings().clone();
    settings.secret_key = service::Secret([8; 32]);
    let other = Services::open(settings, services.clock().clone()).await.unwrap();
    assert_eq!(check_key(&other).await.unwrap(), KeyStatus::Different);
    let stored = texts(services, "SELECT fingerprint AS x FROM key_fingerprint", []).await.remove(0);
    assert!(!stored.contains("0707"), "{stored}");
    // The operator accepts the other key: the password of the waiting SMS cannot be opened any more.
    assert_eq!(accept_key(&other).await.unwrap(), 1);
    assert_eq!(check_key(&other).await.unwrap(), KeyStatus::Same);
    assert_eq!(check_key(services).await.unwrap(), KeyStatus::Different);
    let failed = "SELECT state AS x FROM sms_outbox WHERE secret IS NULL AND mobile = '13800136021'";
    assert_eq!(texts(services, failed, []).await, ["failed"]);
    assert_eq!(accept_key(services).await.unwrap(), 0);
}
