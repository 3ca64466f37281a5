use crate::support::*;
use domain::Problem;
use rstest::rstest;
use service::sms::{ATTEMPTS, Gateway, GatewayError, Message, sent, work_with};
use std::{sync::Mutex, time::Duration};
use testdb::Backend::{self, Postgres, Sqlite};
use tokio_util::sync::CancellationToken;

/// Refuses the first attempts at each SMS.
struct RefusingGateway {
    refusals: u32,
    accepted: Mutex<Vec<(String, String)>>,
}

#[async_trait::async_trait]
impl Gateway for RefusingGateway {
    async fn send(&self, message: &Message) -> Result<(), GatewayError> {
        if message.attempt <= self.refusals {
            return Err(GatewayError("no line".to_owned()));
        }
        self.accepted.lock().unwrap().push((message.key.clone(), message.text.to_string()));
        Ok(())
    }
}

/// Generates two accounts and sends with a gateway until no SMS waits.
async fn generate_and_send(world: &World, gateway: &RefusingGateway) {
    let own = world.own().await;
    let batch = world.stage(&own, &[row(1), row(2)]).await;
    world.generate(&own, batch).await;
    let stop = CancellationToken::new();
    let waiting = until(async || {
        world.services().clock().advance(Duration::from_hours(2));
        let waiting =
            world.count("SELECT COUNT(*) FROM sms_outbox WHERE state = 'waiting' AND batch_id IS NOT NULL").await;
        (waiting == 0).then_some(())
    });
    tokio::join!(work_with(world.services().clone(), gateway, stop.clone()), async {
        waiting.await;
        stop.cancel();
    });
}

#[rstest]
#[tokio::test]
async fn a_refused_sms_is_sent_again(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let gateway = RefusingGateway { refusals: 3, accepted: Mutex::default() };
    generate_and_send(&world, &gateway).await;
    let mut accepted = gateway.accepted.into_inner().unwrap();
    accepted.sort();
    accepted.dedup_by(|a, b| a.0 == b.0);
    assert_eq!(accepted.len(), 2);
    assert!(accepted[0].1.contains("初始密码"));
    let sent =
        "SELECT COUNT(*) FROM sms_outbox WHERE state = 'sent' AND attempts = 4 AND secret IS NULL AND error IS NULL";
    assert_eq!(world.count(sent).await, 2);
}

#[rstest]
#[tokio::test]
async fn an_sms_that_is_always_refused_is_given_up_and_its_password_is_deleted(
    #[values(Sqlite, Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let gateway = RefusingGateway { refusals: u32::MAX, accepted: Mutex::default() };
    generate_and_send(&world, &gateway).await;
    let given_up = format!(
        "SELECT COUNT(*) FROM sms_outbox WHERE state = 'failed' AND attempts = {ATTEMPTS} AND secret IS NULL \
         AND error = 'no line' AND batch_id IS NOT NULL"
    );
    assert_eq!(world.count(&given_up).await, 2);
}

/// Accepts every SMS except the one that it gets first, and counts how often it gets each.
#[derive(Default)]
struct CountingGateway {
    refused: Mutex<Option<String>>,
    handed_over: Mutex<std::collections::HashMap<String, u32>>,
}

#[async_trait::async_trait]
impl Gateway for CountingGateway {
    async fn send(&self, message: &Message) -> Result<(), GatewayError> {
        *self.handed_over.lock().unwrap().entry(message.key.clone()).or_default() += 1;
        let mut refused = self.refused.lock().unwrap();
        if *refused.get_or_insert_with(|| message.key.clone()) == message.key {
            return Err(GatewayError("no line".to_owned()));
        }
        Ok(())
    }
}

#[rstest]
#[tokio::test]
async fn a_failure_to_mark_one_sms_sends_no_other_sms_twice(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let rows: Vec<_> = (1..=32).map(row).collect();
    let batch = world.stage(&own, &rows).await;
    world.generate(&own, batch).await;
    // The database refuses to store the error of the refused SMS.
    world
        .run(match backend {
            Sqlite => {
                "CREATE TRIGGER refuse BEFORE UPDATE ON sms_outbox WHEN NEW.error IS NOT NULL \
                 BEGIN SELECT RAISE(ABORT, 'refused'); END"
            }
            Postgres => "ALTER TABLE sms_outbox ADD CONSTRAINT refuse CHECK (error IS NULL)",
        })
        .await;
    let (gateway, stop) = (CountingGateway::default(), CancellationToken::new());
    tokio::join!(work_with(world.services().clone(), &gateway, stop.clone()), async {
        until(async || {
            // The claims expire, so that an SMS that is not marked is sent again.
            world.services().clock().advance(Duration::from_mins(1));
            let refused = gateway.refused.lock().unwrap().clone();
            let again = refused.is_some_and(|key| gateway.handed_over.lock().unwrap()[&key] >= 3);
            let waiting = "SELECT COUNT(*) FROM sms_outbox WHERE state = 'waiting' AND batch_id IS NOT NULL";
            (again && world.count(waiting).await <= 1).then_some(())
        })
        .await;
        stop.cancel();
    });
    let refused = gateway.refused.lock().unwrap().clone().unwrap();
    let handed_over = gateway.handed_over.lock().unwrap();
    let twice: Vec<_> = handed_over.iter().filter(|(key, times)| **key != refused && **times > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[rstest]
#[tokio::test]
async fn a_worker_killed_before_it_marks_an_sms_does_not_write_it_twice(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let rows: Vec<_> = (1..=40).map(row).collect();
    let batch = world.stage(&own, &rows).await;
    world.generate(&own, batch).await;
    let sender = Worker::sending(world.services());
    until(async || (!sent(world.services(), "").await.unwrap().is_empty()).then_some(())).await;
    sender.kill().await;
    // The state as if the process had been killed before it could mark any SMS.
    world.run("UPDATE sms_outbox SET state = 'waiting' WHERE secret IS NOT NULL").await;
    world.services().clock().advance(Duration::from_mins(1));
    let sender = Worker::sending(world.services());
    until(async || {
        let waiting = "SELECT COUNT(*) FROM sms_outbox WHERE state = 'waiting' AND batch_id IS NOT NULL";
        (world.count(waiting).await == 0).then_some(())
    })
    .await;
    sender.stop().await;
    let mut texts: Vec<_> = sent(world.services(), "示例县第").await.unwrap().into_iter().map(|s| s.text).collect();
    assert_eq!(texts.len(), 40);
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), 40);
}

#[tokio::test]
async fn the_sent_sms_are_shown_in_demo_mode_only() {
    let mut world = World::new(Sqlite).await;
    let mut settings = world.services().settings().clone();
    settings.demo = false;
    world.app.services = service::Services::open(settings, world.services().clock().clone()).await.unwrap();
    assert_eq!(problem(sent(world.services(), "").await), Problem::NotFound);
}
