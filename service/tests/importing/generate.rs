use crate::support::*;
use domain::{
    Code, Problem,
    ids::UnitId,
    import_batch::{BatchState, RowState},
    job::JobState,
    schema::units,
    unit::UnitQuery,
};
use rstest::rstest;
use sea_orm::{ConnectionTrait, TransactionTrait};
use service::{generate, import};
use std::time::Duration;
use testdb::Backend::{self, Postgres, Sqlite};
use texts::Lang;

/// Checks that each row has created one unit with one of each dependent record.
async fn assert_each_row_is_generated_once(world: &World, rows: i64) {
    let count = async |table: &str| {
        let made = "u.name LIKE '示例县第%小学校'";
        world.count(&format!("SELECT COUNT(*) FROM {table} JOIN unit u ON u.id = x.unit_id WHERE {made}")).await
    };
    let done = "(SELECT target_id AS unit_id FROM import_row) x";
    for table in ["account x", "sms_outbox x", "reserve_plan x", done] {
        assert_eq!(count(table).await, rows, "{table}");
    }
    assert_eq!(count("audit_event x").await, rows, "audit_event");
    assert_eq!(world.count("SELECT COUNT(*) FROM unit WHERE name LIKE '示例县第%小学校'").await, rows);
    let lost = "SELECT COUNT(*) FROM unit u JOIN unit p ON p.id = u.parent_id \
                WHERE u.path <> p.path || CAST(u.id AS TEXT) || '/'";
    assert_eq!(world.count(lost).await, 0, "paths follow parents");
}

#[rstest]
#[tokio::test]
async fn a_batch_becomes_units_accounts_and_sms(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let before = world.count("SELECT COUNT(*) FROM unit").await;
    let batch = world.stage_file(&own, &sample("units-valid.xls")).await.unwrap();
    let job = world.generate(&own, batch).await;
    assert_eq!((job.state, job.total, job.done, job.created, job.failed), (JobState::Done, 25, 25, 25, 0));
    assert_eq!(world.count("SELECT COUNT(*) FROM unit").await, before + 25);
    let view = import::batch(world.services(), &own, batch).await.unwrap();
    assert_eq!((view.state, view.counts.generated, view.counts.correct), (BatchState::Generated, 25, 0));
    let rows = world.rows(&own, batch).await;
    assert!(rows.iter().all(|row| row.state == RowState::Generated && row.login.as_ref().unwrap().len() == 10));
    // 示例县第二中学 is below 示例县卫生健康局, which the same file adds.
    let query = UnitQuery { search: "示例县第二中学".to_owned(), ..UnitQuery::default() };
    let unit = service::unit::list(world.services(), &own, &query).await.unwrap().rows.remove(0);
    assert_eq!(unit.superior.as_deref(), Some("示例县卫生健康局"));
    assert_eq!((unit.total.unwrap().to_string(), unit.ratio.unwrap().to_string()), ("273.74".into(), "20".into()));
    // Every waiting SMS has an encrypted password.
    assert_eq!(world.count("SELECT COUNT(*) FROM sms_outbox WHERE secret IS NULL AND state = 'waiting'").await, 0);

    let sender = Worker::sending(world.services());
    until(async || {
        let job = generate::job(world.services(), &own, batch).await.unwrap().unwrap();
        (job.sms_sent == 25).then_some(())
    })
    .await;
    sender.stop().await;
    assert_eq!(
        world.count("SELECT COUNT(*) FROM sms_outbox WHERE batch_id IS NOT NULL AND secret IS NOT NULL").await,
        0
    );
    let login = unit.login.unwrap();
    let sms = service::sms::sent(world.services(), &login).await.unwrap();
    assert_eq!((sms.len(), sms[0].mobile.as_str()), (1, "16298063513"));
    let password = sms[0].text.split("初始密码 ").nth(1).unwrap().split('，').next().unwrap();
    let session = world.app.session(&login, password).await;
    assert!(session.actor().is_err(), "the password must be changed first");
    // A second start changes nothing.
    let again = generate::start(world.services(), &own, batch).await.unwrap();
    assert_eq!((again.id, again.state), (job.id, JobState::Done));
    // A second upload of the same file finds all units.
    let batch = world.stage_file(&own, &sample("units-valid.xlsx")).await.unwrap();
    let view = import::batch(world.services(), &own, batch).await.unwrap();
    assert_eq!(view.counts.existing, 25);
    assert_eq!(problem(generate::start(world.services(), &own, batch).await), Problem::NothingToGenerate);
}

#[rstest]
#[tokio::test]
async fn findings_on_the_whole_file_outlast_its_generation(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let path = world.app.folder().join("hidden.xlsx");
    hiding_sheet(&[row(1), row(2), row(3).with(units::RATIO, "5").with(units::SHARE, "")], &path);
    let batch = world.stage_file(&own, &path).await.unwrap();
    let kinds = async || import::batch(world.services(), &own, batch).await.unwrap().kinds;
    let found = kinds().await;
    let on_file = [Code::RatioBelowPolicy, Code::HiddenRows, Code::HiddenColumns];
    assert_eq!(found.iter().map(|kind| kind.code).collect::<Vec<_>>(), on_file);
    assert_eq!((&found[1].rows, &found[2].columns), (&vec![5], &vec![units::TOTAL]));
    world.generate(&own, batch).await;
    assert_eq!(kinds().await, found);
}

#[rstest]
#[tokio::test]
async fn the_account_list_and_the_marked_sheet_are_exported(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let batch = world.stage(&own, &[row(1)]).await;
    world.generate(&own, batch).await;
    let list = service::export::accounts(world.services(), &own, batch, Lang::Zh).await.unwrap();
    assert_eq!(list.name, "upload-账号清单.xlsx");
    let marked = service::export::annotated(world.services(), &own, batch, Lang::En).await.unwrap();
    assert_eq!(marked.name, "upload-marked.xlsx");
    // The marked sheet is the template: it may be uploaded again.
    let path = world.app.folder().join("marked.xlsx");
    std::io::copy(&mut &marked.file, &mut std::fs::File::create(&path).unwrap()).unwrap();
    let again = world.stage_file(&own, &path).await.unwrap();
    assert_eq!(states(&world.rows(&own, again).await), [RowState::Existing]);
}

#[rstest]
#[tokio::test]
async fn concurrent_starts_of_a_generation_create_one_job(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let rows: Vec<_> = (1..=30).map(row).collect();
    let batch = world.stage(&own, &rows).await;
    let second = world.app.second().await;
    let (one, two, three) = tokio::join!(
        generate::start(world.services(), &own, batch),
        generate::start(&second, &own, batch),
        generate::start(world.services(), &own, batch)
    );
    assert_eq!(one.unwrap().id, two.unwrap().id);
    three.unwrap();
    assert_eq!(world.count("SELECT COUNT(*) FROM job").await, 1);
    // Two workers at once generate each row once.
    let workers = [Worker::generating(world.services()), Worker::generating(&second)];
    assert_eq!(world.wait_for_job(&own, batch).await.created, 30);
    for worker in workers {
        worker.stop().await;
    }
    assert_each_row_is_generated_once(&world, 30).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn another_worker_finishes_the_job_of_a_killed_worker(#[values(Sqlite, Postgres)] backend: Backend) {
    const ROWS: u32 = 1_500;
    let world = World::new(backend).await;
    let own = world.own().await;
    let rows: Vec<_> = (1..=ROWS)
        .map(|n| if n % 3 == 0 { row(n).below(&format!("示例县第{}小学校", ROWS - n + 1)) } else { row(n) })
        .map(|row| if row.0[3] == row.0[1] { row.below(OWN) } else { row })
        .collect();
    let batch = world.stage(&own, &rows).await;
    let started = generate::start(world.services(), &own, batch).await;
    if let Err(error) = &started {
        panic!("{error}: {:?}", found(&world.rows(&own, batch).await));
    }
    let kills = world.kill_workers_until_done(&own, batch).await;
    assert!(kills >= 2, "{kills}");
    let job = generate::job(world.services(), &own, batch).await.unwrap().unwrap();
    assert_eq!((job.done, job.created, job.failed), (ROWS, ROWS, 0));
    assert_each_row_is_generated_once(&world, ROWS.into()).await;
}

#[rstest]
#[tokio::test]
async fn a_worker_that_lost_its_lease_writes_nothing(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let rows: Vec<_> = (1..=450).map(row).collect();
    let batch = world.stage(&own, &rows).await;
    generate::start(world.services(), &own, batch).await.unwrap();
    let (first, other) = (Worker::generating(world.services()), world.app.second().await);
    until(async || (world.count("SELECT COUNT(*) FROM job WHERE done > 0").await > 0).then_some(())).await;
    // The lease of the first worker expires although the worker still runs.
    world.services().clock().advance(Duration::from_mins(1));
    let second = Worker::generating(&other);
    assert_eq!(world.wait_for_job(&own, batch).await.created, 450);
    first.stop().await;
    second.stop().await;
    assert_each_row_is_generated_once(&world, 450).await;
}

#[rstest]
#[tokio::test]
async fn the_next_worker_continues_a_stopped_job_at_once(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let rows: Vec<_> = (1..=900).map(row).collect();
    let batch = world.stage(&own, &rows).await;
    generate::start(world.services(), &own, batch).await.unwrap();
    let worker = Worker::generating(world.services());
    until(async || (world.count("SELECT COUNT(*) FROM job WHERE done > 0").await > 0).then_some(())).await;
    worker.stop().await;
    // The lease has not expired.
    let worker = Worker::generating(world.services());
    assert_eq!(world.wait_for_job(&own, batch).await.created, 900);
    worker.stop().await;
    assert_each_row_is_generated_once(&world, 900).await;
}

#[rstest]
#[tokio::test]
async fn a_change_after_the_check_fails_only_the_rows_concerned(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (own, other) = (world.own().await, world.actor(OTHER).await);
    let above = world.stage(&own, &[row(50).name("示例县将迁出单位"), row(51)]).await;
    world.generate(&own, above).await;
    let rows = [
        row(1),
        row(2),
        row(3).below("示例县将迁出单位"),
        row(4).below("示例县第2小学校"),
        row(51).with(units::CONTACT, "李雷"),
    ];
    let batch = world.stage(&own, &rows).await;
    // After the check another department takes the code of row 2, and a superior leaves the subtree.
    let foreign = world.stage(&other, &[row(2).name("样例县某单位").below(OTHER)]).await;
    world.generate(&other, foreign).await;
    world
        .run(&format!(
            "UPDATE unit SET parent_id = (SELECT id FROM unit WHERE name = '{OTHER}'), \
             path = (SELECT path FROM unit WHERE name = '{OTHER}') || CAST(id AS TEXT) || '/' \
             WHERE name = '示例县将迁出单位'"
        ))
        .await;
    let job = world.generate(&own, batch).await;
    assert_eq!((job.done, job.created, job.updated, job.failed), (5, 1, 1, 3));
    let rows = world.rows(&own, batch).await;
    assert_eq!(
        states(&rows),
        [RowState::Generated, RowState::Failed, RowState::Failed, RowState::Failed, RowState::Generated]
    );
    assert_eq!(
        found(&rows[..4]),
        [
            (5, units::CODE, Code::CodeTaken),
            (6, units::SUPERIOR, Code::SuperiorOutOfScope),
            (7, units::SUPERIOR, Code::SuperiorUnknown)
        ]
    );
    let view = import::batch(world.services(), &own, batch).await.unwrap();
    assert_eq!((view.counts.generated, view.counts.failed, view.kinds.len()), (2, 3, 3));
}

#[rstest]
#[tokio::test]
async fn a_unit_that_was_deleted_after_the_check_is_created_again(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let batch = world.stage(&own, &[row(1)]).await;
    world.generate(&own, batch).await;
    let batch = world.stage(&own, &[row(1).with(units::CONTACT, "李雷"), row(2)]).await;
    let unit = "(SELECT id FROM unit WHERE name = '示例县第1小学校')";
    for table in ["sms_outbox", "account", "reserve_plan"] {
        world.run(&format!("DELETE FROM {table} WHERE unit_id = {unit}")).await;
    }
    world.run("DELETE FROM unit WHERE name = '示例县第1小学校'").await;
    let job = world.generate(&own, batch).await;
    assert_eq!((job.done, job.created, job.updated, job.failed), (2, 2, 0, 0));
}

#[rstest]
#[tokio::test]
async fn generation_updates_and_moves_existing_units(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    // Each of 1 to 4 is the superior of the next. 5 is separate.
    let below = |n: u32, above: u32| row(n).below(&format!("示例县第{above}小学校"));
    let batch = world.stage(&own, &[row(1), below(2, 1), below(3, 2), below(4, 3), row(5)]).await;
    world.generate(&own, batch).await;
    // After the moves: 6 (new) is below 5, 3 below 6, 1 below 3. 2 stays below 1, and 4 below 3. 2 gets a new contact.
    let rows = [
        below(1, 3),
        below(3, 6),
        below(6, 5),
        below(2, 1).with(units::CONTACT, "李雷").with(units::TOTAL, "20").with(units::SHARE, "3"),
        below(7, 4),
    ];
    let batch = world.stage(&own, &rows).await;
    assert_eq!(
        states(&world.rows(&own, batch).await),
        [RowState::Update, RowState::Update, RowState::Correct, RowState::Update, RowState::Correct]
    );
    let job = world.generate(&own, batch).await;
    assert_eq!((job.created, job.updated, job.failed), (2, 3, 0));
    let chain = "SELECT COUNT(*) FROM unit u JOIN unit p ON p.id = u.parent_id \
                 WHERE u.path <> p.path || CAST(u.id AS TEXT) || '/'";
    assert_eq!(world.count(chain).await, 0);
    let superior = async |n: u32| {
        let sql = "SELECT p.name FROM unit u JOIN unit p ON p.id = u.parent_id WHERE u.name = ";
        world.text(&format!("{sql}'示例县第{n}小学校'")).await.unwrap()
    };
    for (unit, above) in [(6, 5), (3, 6), (1, 3), (2, 1), (4, 3), (7, 4)] {
        assert_eq!(superior(unit).await, format!("示例县第{above}小学校"));
    }
    let contact = "SELECT contact FROM unit WHERE name = '示例县第2小学校'";
    assert_eq!(world.text(contact).await.as_deref(), Some("李雷"));
    let plan = "SELECT total FROM reserve_plan r JOIN unit u ON u.id = r.unit_id WHERE u.name = '示例县第2小学校'";
    assert_eq!(world.count(plan).await, 20_000_000);
    let changed = "SELECT COUNT(*) FROM unit WHERE name = '示例县第2小学校' AND version = 2";
    assert_eq!(world.count(changed).await, 1);
    // Existing units get no SMS and keep their accounts.
    assert_eq!(world.count("SELECT COUNT(*) FROM sms_outbox WHERE batch_id IS NOT NULL").await, 7);
    // Nothing is left to change.
    let again = world.stage(&own, &rows).await;
    assert!(world.rows(&own, again).await.iter().all(|row| row.state == RowState::Existing));
}

#[rstest]
#[tokio::test]
async fn a_job_that_keeps_failing_is_given_up_and_may_be_tried_again(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let batch = world.stage(&own, &[row(1)]).await;
    generate::start(world.services(), &own, batch).await.unwrap();
    world.run("ALTER TABLE reserve_plan RENAME TO hidden").await;
    let worker = Worker::generating(world.services());
    let job = until(async || {
        world.services().clock().advance(Duration::from_mins(10));
        let job = generate::job(world.services(), &own, batch).await.unwrap().unwrap();
        (job.state == JobState::Failed).then_some(job)
    })
    .await;
    assert_eq!((job.done, job.created), (0, 0));
    assert!(world.text("SELECT error FROM job").await.unwrap().contains("reserve_plan"));
    world.run("ALTER TABLE hidden RENAME TO reserve_plan").await;
    generate::start(world.services(), &own, batch).await.unwrap();
    assert_eq!(world.wait_for_job(&own, batch).await.created, 1);
    worker.stop().await;
}

#[rstest]
#[tokio::test]
async fn a_row_that_cannot_be_written_stops_no_row_before_it(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let rows: Vec<_> = (1..=300).map(row).collect();
    let batch = world.stage(&own, &rows).await;
    generate::start(world.services(), &own, batch).await.unwrap();
    world
        .run(match backend {
            Sqlite => {
                "CREATE TRIGGER refuse BEFORE INSERT ON unit WHEN NEW.name = '示例县第250小学校' \
                 BEGIN SELECT RAISE(ABORT, 'refused'); END"
            }
            Postgres => "ALTER TABLE unit ADD CONSTRAINT refuse CHECK (name <> '示例县第250小学校')",
        })
        .await;
    let worker = Worker::generating(world.services());
    let job = until(async || {
        world.services().clock().advance(Duration::from_mins(10));
        let job = generate::job(world.services(), &own, batch).await.unwrap().unwrap();
        (job.state == JobState::Failed).then_some(job)
    })
    .await;
    // Each attempt with progress may be followed by eight more: the job ends at the bad row and not before it.
    assert_eq!(job.done, 249);
    let counts = import::batch(world.services(), &own, batch).await.unwrap().counts;
    assert_eq!((counts.generated, counts.correct), (249, 51));
    world
        .run(match backend {
            Sqlite => "DROP TRIGGER refuse",
            Postgres => "ALTER TABLE unit DROP CONSTRAINT refuse",
        })
        .await;
    // The operator lets it go on.
    assert_eq!(generate::resume_failed(world.services()).await.unwrap(), 1);
    assert_eq!(world.wait_for_job(&own, batch).await.created, 300);
    worker.stop().await;
    assert_each_row_is_generated_once(&world, 300).await;
}

#[rstest]
#[tokio::test]
async fn a_server_whose_clock_is_ahead_takes_no_job_that_another_one_has(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let rows: Vec<_> = (1..=900).map(row).collect();
    let batch = world.stage(&own, &rows).await;
    generate::start(world.services(), &own, batch).await.unwrap();
    let worker = Worker::generating(world.services());
    until(async || (world.count("SELECT COUNT(*) FROM job WHERE done > 0").await > 0).then_some(())).await;
    let holder = world.text("SELECT locked_by FROM job").await;
    let clock = world.services().clock().wrong_by(Duration::from_hours(1));
    let other = service::Services::open(world.services().settings().clone(), clock).await.unwrap();
    let ahead = Worker::generating(&other);
    let holders = until(async || {
        let state = world.text("SELECT state FROM job").await.unwrap();
        let now = world.text("SELECT locked_by FROM job").await;
        (state == "done" || now.is_some() && now != holder).then_some(now)
    })
    .await;
    assert_eq!(holders, None, "the job was taken over");
    worker.stop().await;
    ahead.stop().await;
}

#[rstest]
#[tokio::test]
async fn a_worker_pauses_while_nothing_can_be_written(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let batch = world.stage(&own, &[row(1)]).await;
    generate::start(world.services(), &own, batch).await.unwrap();
    world
        .run(match backend {
            Sqlite => "CREATE TRIGGER refuse BEFORE UPDATE ON job BEGIN SELECT RAISE(ABORT, 'disk full'); END",
            Postgres => "ALTER TABLE job ADD CONSTRAINT refuse CHECK (state <> 'running')",
        })
        .await;
    let work = async {
        let worker = Worker::generating(world.services());
        // Others keep adding jobs, which wakes the worker.
        for _ in 0..300 {
            generate::start(world.services(), &own, batch).await.unwrap();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        worker.stop().await;
    };
    let ((), queries) = world.app.count_queries(work).await;
    let claims = queries.without(|statement| !(statement.starts_with("UPDATE") && statement.contains("locked_by")));
    assert!((1..=4).contains(&claims.count()), "{claims}");
}

/// How many connections of this database wait for a lock.
async fn waiting_for_locks(world: &World) -> i64 {
    let waiting =
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    world.count(waiting).await
}

#[tokio::test]
async fn a_merger_during_the_start_of_a_generation_is_refused() {
    let world = World::new(Postgres).await;
    // The uploader becomes a budget unit below another department, so that this department may merge it.
    let path = |name: &str| format!("(SELECT path FROM unit WHERE name = '{name}')");
    let (own_path, other_path, city_path) = (path(OWN), path(OTHER), path("示例市财政局"));
    world
        .run(&format!(
            "UPDATE unit SET path = {other_path} || substr(path, length({city_path}) + 1) WHERE path LIKE {own_path} || '%'"
        ))
        .await;
    world
        .run(&format!(
            "UPDATE unit SET kind = 'budget', parent_id = (SELECT id FROM unit WHERE name = '{OTHER}') WHERE name = '{OWN}'"
        ))
        .await;
    let (own, other) = (world.own().await, world.actor(OTHER).await);
    let unit = async |name: &str| UnitId(world.count(&format!("SELECT id FROM unit WHERE name = '{name}'")).await);
    let (from, into) = (unit(OWN).await, unit(OTHER).await);
    let batch = world.stage(&own, &[row(1)]).await;

    // The lock stops the start of the generation after it has changed the batch and before it commits.
    let pause = world.app.second().await;
    let pause = pause.database().begin().await.unwrap();
    pause.execute_unprepared("LOCK TABLE job IN EXCLUSIVE MODE").await.unwrap();
    let (services, starter) = (world.app.second().await, own.clone());
    let start = tokio::spawn(async move { generate::start(&services, &starter, batch).await });
    until(async || (waiting_for_locks(&world).await == 1).then_some(())).await;
    let services = world.app.second().await;
    let merger = tokio::spawn(async move { service::unit::merge(&services, &other, from, into).await });
    until(async || (waiting_for_locks(&world).await == 2).then_some(())).await;
    pause.commit().await.unwrap();

    assert_eq!(start.await.unwrap().unwrap().total, 1);
    assert_eq!(problem(merger.await.unwrap()), Problem::Busy);
    let worker = Worker::generating(world.services());
    assert_eq!(world.wait_for_job(&own, batch).await.created, 1);
    worker.stop().await;
}
