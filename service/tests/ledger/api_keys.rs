//! Keys of other systems, and the signatures of their requests.

use crate::{
    problem,
    world::{OWN, World, record},
};
use domain::{
    Problem,
    api_key::{ApiKeyForm, IssuedApiKey, KeyState},
    ids::ApiKeyId,
    order::CallRefusal,
};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use service::{
    Services,
    api_key::{CallHead, VerifyError, WINDOW, begin, issue, list, revoke, sign},
    ledger::{OrderSource, receive},
};
use std::time::Duration;
use testdb::Backend::{self, Postgres, Sqlite};

const TARGET: (&str, &str) = ("POST", "/api/v1/orders");
const BODY: [u8; 32] = [7; 32];

async fn new_key(world: &World, lifetime: &str) -> IssuedApiKey {
    let form = ApiKeyForm { name: "交易平台".to_owned(), lifetime: lifetime.to_owned() };
    issue(world.services(), &world.operator, &form).await.unwrap()
}

/// The header of a request that was signed so many seconds from now.
fn signed(services: &Services, key: &IssuedApiKey, nonce: &str, seconds: i64) -> String {
    let time = services.clock().now().0 / 1_000 + seconds;
    sign((&key.public_id, &key.secret), TARGET, time, nonce, &BODY)
}

/// Verifies a request with this header.
async fn verify(services: &Services, authorization: &str) -> Result<OrderSource, VerifyError> {
    let (method, target) = TARGET;
    let head = CallHead { method, target, authorization: Some(authorization), address: "192.0.2.7" };
    begin(services, head).await?.finish(services, &BODY).await
}

fn refusal<T>(answer: Result<T, VerifyError>) -> CallRefusal {
    match answer {
        Ok(_) => panic!("the request was not refused"),
        Err(VerifyError::Refused(refusal)) => refusal,
        Err(VerifyError::Failed(error)) => panic!("{error}"),
    }
}

#[rstest]
#[tokio::test]
async fn a_signed_request_may_send_orders_once(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let services = world.services();
    let key = new_key(&world, "year").await;
    let header = signed(services, &key, "0123456789abcdef", 0);
    let source = verify(services, &header).await.unwrap();
    let own = world.unit(OWN).await;
    let (_, login) = world.add_purchaser(1, &own, domain::PurchaserKind::Canteen).await;
    let now = services.clock().now();
    let verdicts = receive(services, &source, vec![record("A1", 1, &login, 5, now)]).await.unwrap();
    assert_eq!(verdicts[0].outcome.code(), "added");
    assert_eq!(refusal(verify(services, &header).await), CallRefusal::Replayed);
    verify(services, &signed(services, &key, "0123456789abcdeF", 0)).await.unwrap();
    // The same nonce of another key is no replay.
    let other = new_key(&world, "year").await;
    verify(services, &signed(services, &other, "0123456789abcdef", 0)).await.unwrap();
    let keys = list(services, &world.operator).await.unwrap();
    assert!(keys.iter().all(|key| key.state == KeyState::Valid && key.last_used_at.is_some()), "{keys:?}");
    // The secret is in no column as it is.
    let stored = world.texts("SELECT COUNT(*) FROM api_key WHERE LENGTH(secret) > 64").await;
    assert_eq!(stored, ["2"]);
}

#[rstest]
#[tokio::test]
async fn a_replay_at_two_instances_at_once_is_accepted_once(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let second = world.app.second().await;
    let key = new_key(&world, "year").await;
    for number in 0..10 {
        let header = signed(world.services(), &key, &format!("0123456789abcde{number}"), 0);
        let (first, second) = tokio::join!(verify(world.services(), &header), verify(&second, &header));
        let accepted = usize::from(first.is_ok()) + usize::from(second.is_ok());
        assert_eq!(accepted, 1, "{first:?}, {second:?}");
        assert_eq!(refusal(if first.is_ok() { second } else { first }), CallRefusal::Replayed);
    }
}

#[rstest]
#[tokio::test]
async fn a_request_outside_of_the_window_is_refused(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let services = world.services();
    let key = new_key(&world, "year").await;
    let window = i64::try_from(WINDOW.as_secs()).unwrap();
    for (seconds, nonce) in [(-window + 20, "0000000000000001"), (window - 20, "0000000000000002")] {
        verify(services, &signed(services, &key, nonce, seconds)).await.unwrap();
    }
    for (seconds, nonce) in [(-window - 20, "0000000000000003"), (window + 20, "0000000000000004")] {
        let refused = refusal(verify(services, &signed(services, &key, nonce, seconds)).await);
        let CallRefusal::Clock { server_time } = refused else { panic!("{refused:?}") };
        assert!((server_time - services.clock().now().0 / 1_000).abs() < 60, "{server_time}");
    }
    // Nonces are kept much longer than requests with them would be accepted.
    let header = signed(services, &key, "0000000000000005", 0);
    verify(services, &header).await.unwrap();
    services.clock().advance(Duration::from_mins(4));
    service::ledger::match_parked(services, service::ledger::Recheck::Purchasers).await.unwrap();
    assert_eq!(refusal(verify(services, &header).await), CallRefusal::Replayed);
}

#[rstest]
#[tokio::test]
async fn the_worker_deletes_old_nonces(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let services = world.services();
    let key = new_key(&world, "year").await;
    verify(services, &signed(services, &key, "0123456789abcdef", 0)).await.unwrap();
    services.clock().advance(Duration::from_mins(62));
    verify(services, &signed(services, &key, "0123456789abcdeF", 0)).await.unwrap();
    let stop = tokio_util::sync::CancellationToken::new();
    let worker = tokio::spawn(service::ledger::work(services.clone(), stop.clone()));
    while world.texts("SELECT nonce FROM api_nonce").await != ["0123456789abcdeF"] {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    worker.await.unwrap();
}

#[rstest]
#[tokio::test]
async fn wrong_signatures_and_keys_get_the_same_answer(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let services = world.services();
    let key = new_key(&world, "90-days").await;
    let nonce = "0123456789abcdef";
    let wrong = IssuedApiKey { secret: "0".repeat(64), ..key.clone() };
    let unknown = IssuedApiKey { public_id: "JK00000000000000000000".to_owned(), ..key.clone() };
    for key in [&wrong, &unknown] {
        assert_eq!(refusal(verify(services, &signed(services, key, nonce, 0)).await), CallRefusal::NotSigned);
    }
    assert_eq!(refusal(verify(services, "Bearer x").await), CallRefusal::NotSigned);
    // Neither takes the nonce.
    verify(services, &signed(services, &key, nonce, 0)).await.unwrap();
    // Refused requests are in the audit log, but not each of them.
    let refused = "SELECT after FROM audit_event WHERE action = 'api-request-refused' ORDER BY id";
    assert_eq!(world.texts(refused).await, [r#"{"reason":"signature"}"#]);
    services.clock().advance(Duration::from_hours(24 * 90));
    assert_eq!(refusal(verify(services, &signed(services, &key, nonce, 0)).await), CallRefusal::NotSigned);
    assert_eq!(world.texts(refused).await, [r#"{"reason":"signature"}"#, r#"{"reason":"expired"}"#]);
    assert_eq!(list(services, &world.operator).await.unwrap()[0].state, KeyState::Expired);
}

#[rstest]
#[tokio::test]
async fn a_revoked_key_signs_nothing(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let services = world.services();
    let key = new_key(&world, "unlimited").await;
    let (method, target) = TARGET;
    let header = signed(services, &key, "0123456789abcdef", 0);
    // It is revoked while the body of a request arrives.
    let head = CallHead { method, target, authorization: Some(&header), address: "192.0.2.7" };
    let pending = begin(services, head).await.unwrap();
    let id = list(services, &world.operator).await.unwrap()[0].id;
    revoke(services, &world.operator, id).await.unwrap();
    assert_eq!(refusal(pending.finish(services, &BODY).await), CallRefusal::NotSigned);
    assert_eq!(refusal(verify(services, &header).await), CallRefusal::NotSigned);
    assert_eq!(world.texts("SELECT COUNT(*) FROM api_key WHERE secret IS NULL").await, ["1"]);
    assert_eq!(world.texts("SELECT COUNT(*) FROM api_nonce").await, ["0"]);
    // Once is enough.
    revoke(services, &world.operator, id).await.unwrap();
    let events = world.texts("SELECT action FROM audit_event WHERE object = 'api-key' ORDER BY id").await;
    assert_eq!(events, ["api-key-issued", "api-key-revoked", "api-request-refused"]);
    assert_eq!(problem(revoke(services, &world.operator, ApiKeyId(999)).await), Problem::NotFound);
}

#[rstest]
#[tokio::test]
async fn only_the_operator_has_keys(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let services = world.services();
    let form = ApiKeyForm { name: "交易平台".to_owned(), lifetime: "year".to_owned() };
    assert_eq!(problem(issue(services, &world.own, &form).await), Problem::Forbidden);
    assert_eq!(problem(list(services, &world.own).await), Problem::Forbidden);
    assert_eq!(problem(revoke(services, &world.own, ApiKeyId(1)).await), Problem::Forbidden);
    assert!(matches!(
        problem(issue(services, &world.operator, &ApiKeyForm::default()).await),
        Problem::Fields(faults) if faults.len() == 2
    ));
}

#[rstest]
#[tokio::test]
async fn keys_that_another_server_key_cannot_open_are_revoked_with_it(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let services = world.services();
    new_key(&world, "year").await;
    service::sms::accept_key(services).await.unwrap();
    assert_eq!(list(services, &world.operator).await.unwrap()[0].state, KeyState::Valid);
    services.database().execute_unprepared("UPDATE api_key SET secret = NULL, name = 'x'").await.unwrap();
    let unreadable = match backend {
        Sqlite => "UPDATE api_key SET secret = x'00112233445566778899aabbccddeeff00'",
        Postgres => "UPDATE api_key SET secret = '\\x00112233445566778899aabbccddeeff00'",
    };
    services.database().execute_unprepared(unreadable).await.unwrap();
    service::sms::accept_key(services).await.unwrap();
    assert_eq!(list(services, &world.operator).await.unwrap()[0].state, KeyState::Revoked);
}
