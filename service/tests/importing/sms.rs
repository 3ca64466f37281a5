use crate::support::*;
use domain::{Code, Detail, Problem, import_batch::RowState, schema::units};
use rstest::rstest;
use service::SmsLimits;
use service::sms::{ATTEMPTS, Gateway, GatewayError, Message, sent, work_with};
use std::{collections::HashMap, sync::Mutex, time::Duration};
use testdb::Backend::{self, Postgres, Sqlite};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Refuses the first attempts at each SMS.
struct RefusingGateway {
    refusals: u32,
    /// The number of attempts by the key of the SMS.
    attempts: Mutex<HashMap<String, u32>>,
    accepted: Mutex<Vec<(String, String)>>,
}

impl RefusingGateway {
    fn new(refusals: u32) -> Self {
        Self { refusals, attempts: Mutex::default(), accepted: Mutex::default() }
    }
}

#[async_trait::async_trait]
impl Gateway for RefusingGateway {
    async fn send(&self, message: &Message) -> Result<(), GatewayError> {
        let mut attempts = self.attempts.lock().unwrap();
        let attempt = attempts.entry(message.key.clone()).or_default();
        *attempt += 1;
        if *attempt <= self.refusals {
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
        // The waits between the attempts are over.
        world.run("UPDATE sms_outbox SET next_at = 0 WHERE state = 'waiting' AND locked_until IS NULL").await;
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
    let gateway = RefusingGateway::new(3);
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
    let gateway = RefusingGateway::new(u32::MAX);
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
            // The claims expire, so that an SMS that is not marked is sent again. The pause keeps the clock from running ahead of a
            // busy machine until the passwords in the SMS are too old.
            world.services().clock().advance(Duration::from_mins(1));
            tokio::time::sleep(Duration::from_millis(50)).await;
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

/// Takes SMS only while it is open, as a server that stands still in the middle of its work.
struct Gate {
    open: watch::Sender<bool>,
    handed_over: Mutex<Vec<String>>,
}

impl Gate {
    fn new(open: bool) -> Self {
        Self { open: watch::Sender::new(open), handed_over: Mutex::default() }
    }

    fn count(&self) -> usize {
        self.handed_over.lock().unwrap().len()
    }
}

#[async_trait::async_trait]
impl Gateway for Gate {
    async fn send(&self, message: &Message) -> Result<(), GatewayError> {
        self.handed_over.lock().unwrap().push(message.key.clone());
        self.open.subscribe().wait_for(|open| *open).await.unwrap();
        Ok(())
    }
}

async fn until_sent(world: &World, count: i64) {
    let sent = "SELECT COUNT(*) FROM sms_outbox WHERE state = 'sent'";
    until(async || (world.count(sent).await == count).then_some(())).await;
}

#[rstest]
#[tokio::test]
async fn a_server_that_stood_still_looks_at_its_claims_again(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let rows: Vec<_> = (1..=32).map(row).collect();
    let batch = world.stage(&own, &rows).await;
    world.generate(&own, batch).await;
    let (frozen, running, other) = (Gate::new(false), Gate::new(true), world.app.second().await);
    let (stop_frozen, stop_running) = (CancellationToken::new(), CancellationToken::new());
    let before = world.count("SELECT COUNT(*) FROM sms_outbox WHERE state = 'sent'").await;
    tokio::join!(
        work_with(world.services().clone(), &frozen, stop_frozen.clone()),
        work_with(other, &running, stop_running.clone()),
        async {
            // The one that claims first stands still: half of its SMS are in its gateway's hands.
            until(async || (frozen.count() + running.count() > 0).then_some(())).await;
            if running.count() == 0 {
                until(async || (frozen.count() == 16).then_some(())).await;
                world.services().clock().advance(Duration::from_mins(1));
            }
            until_sent(&world, before + 32).await;
            frozen.open.send_replace(true);
            stop_frozen.cancel();
            stop_running.cancel();
        }
    );
    assert!(frozen.count() <= 16, "{} SMS were sent without a claim", frozen.count() - 16);
}

#[rstest]
#[tokio::test]
async fn a_server_whose_clock_is_ahead_takes_no_sms_that_another_one_sends(
    #[values(Sqlite, Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let rows: Vec<_> = (1..=32).map(row).collect();
    let batch = world.stage(&own, &rows).await;
    world.generate(&own, batch).await;
    let (slow, ahead) = (Gate::new(false), Gate::new(true));
    let clock = world.services().clock().wrong_by(Duration::from_hours(1));
    let other = service::Services::open(world.services().settings().clone(), clock).await.unwrap();
    let (stop, stop_ahead) = (CancellationToken::new(), CancellationToken::new());
    let claimed = "SELECT COUNT(*) FROM sms_outbox WHERE locked_until IS NOT NULL";
    tokio::join!(work_with(world.services().clone(), &slow, stop.clone()), async {
        until(async || (slow.count() == 16 && world.count(claimed).await == 32).then_some(())).await;
        let batch = world.stage(&own, &[row(33)]).await;
        world.generate(&own, batch).await;
        let sent_by_ahead = async {
            until(async || (ahead.count() > 0).then_some(())).await;
            stop_ahead.cancel();
        };
        tokio::join!(work_with(other, &ahead, stop_ahead.clone()), sent_by_ahead);
        slow.open.send_replace(true);
        stop.cancel();
    });
    assert_eq!(ahead.count(), 1);
}

#[rstest]
#[tokio::test]
async fn many_rows_with_one_number_are_sent_little_by_little(#[values(Sqlite, Postgres)] backend: Backend) {
    let limits = SmsLimits { per_number_hour: 5, per_number_day: 10 };
    let world = World::with(backend, |settings| settings.sms_limits = limits).await;
    let own = world.own().await;
    let rows: Vec<_> = (1..=12).map(|n| row(n).with(units::MOBILE, "13800000001")).collect();
    let batch = world.stage(&own, &rows).await;
    let stored = world.rows(&own, batch).await;
    assert!(states(&stored).iter().all(|state| *state == RowState::Warning));
    assert_eq!(found(&stored), (4..16).map(|row| (row, units::MOBILE, Code::SameMobile)).collect::<Vec<_>>());
    assert_eq!(stored[0].findings[0].detail, Detail::Count(12));
    assert_eq!(world.generate(&own, batch).await.created, 12);
    let gate = Gate::new(true);
    let stop = CancellationToken::new();
    let before = world.count("SELECT COUNT(*) FROM sms_outbox WHERE state = 'sent'").await;
    tokio::join!(work_with(world.services().clone(), &gate, stop.clone()), async {
        for (hours, sent) in [(0, 4), (1, 7), (22, 7), (1, 11), (1, 12)] {
            world.services().clock().advance(Duration::from_hours(hours) + Duration::from_mins(u64::from(hours > 0)));
            until_sent(&world, before + sent).await;
        }
        stop.cancel();
    });
    assert_eq!(gate.count(), 12);
}

#[tokio::test]
async fn the_sent_sms_are_shown_in_demo_mode_only() {
    let mut world = World::new(Sqlite).await;
    let mut settings = world.services().settings().clone();
    settings.demo = false;
    world.app.services = service::Services::open(settings, world.services().clock().clone()).await.unwrap();
    assert_eq!(problem(sent(world.services(), "").await), Problem::NotFound);
}
