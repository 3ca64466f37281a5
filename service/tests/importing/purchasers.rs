use crate::support::*;
use domain::{
    Code, Detail, Template,
    import_batch::{BatchState, RowState},
    job::JobState,
    schema::purchasers,
};
use rstest::rstest;
use service::{generate, import};
use testdb::Backend::{self, Postgres, Sqlite};

/// Checks that each row has created one purchaser with one of each dependent record.
async fn assert_each_row_is_generated_once(world: &World, rows: i64) {
    let made = "p.name LIKE '示例县第%食堂'";
    for table in ["account", "sms_outbox", "audit_event", "(SELECT target_id AS purchaser_id FROM import_row)"] {
        let made = format!("SELECT COUNT(*) FROM {table} x JOIN purchaser p ON p.id = x.purchaser_id WHERE {made}");
        assert_eq!(world.count(&made).await, rows, "{table}");
    }
    let whole = "login IS NOT NULL AND account = 'not-activated' AND unit_path = (SELECT path FROM unit u WHERE u.id = unit_id)";
    let whole = format!("SELECT COUNT(*) FROM purchaser p WHERE {made} AND {whole}");
    assert_eq!(world.count(&whole).await, rows);
}

#[rstest]
#[tokio::test]
async fn a_batch_becomes_purchasers_accounts_and_sms(
    #[values(Sqlite, Postgres)] backend: Backend,
    #[values("purchasers-valid.xls", "purchasers-valid.xlsx")] file: &str,
) {
    let world = World::new(backend).await;
    let (services, own) = (world.services(), world.own().await);
    let units = world.stage_file(&own, &sample("units-valid.xls")).await.unwrap();
    world.generate(&own, units).await;
    let before = world.count("SELECT COUNT(*) FROM unit").await;
    let batch = world.stage_as(Template::Purchasers, &own, &sample(file)).await.unwrap();
    let view = import::batch(services, &own, batch).await.unwrap();
    assert_eq!((view.state, view.counts.correct, view.counts.total()), (BatchState::Checked, 16, 16));
    assert_eq!((view.template, view.kinds.len()), (Template::Purchasers, 0));
    // The batch of the other template stays the current one.
    for (template, id) in [(Template::Units, units), (Template::Purchasers, batch)] {
        assert_eq!(import::current(services, &own, template).await.unwrap().unwrap().id, id);
    }
    let job = world.generate(&own, batch).await;
    assert_eq!((job.state, job.total, job.created, job.failed), (JobState::Done, 16, 16, 0));
    assert_eq!(world.count("SELECT COUNT(*) FROM unit").await, before);
    let rows = world.rows(&own, batch).await;
    assert!(rows.iter().all(|row| row.state == RowState::Generated && row.login.as_ref().unwrap().starts_with("JY")));
    let belongs =
        "SELECT u.name FROM purchaser p JOIN unit u ON u.id = p.unit_id WHERE p.name = '示例县民政局工会委员会'";
    assert_eq!(world.text(belongs).await.as_deref(), Some("示例县民政局"));

    let sender = Worker::sending(services);
    until(async || {
        let job = generate::job(services, &own, batch).await.unwrap().unwrap();
        (job.sms_sent == 16).then_some(())
    })
    .await;
    sender.stop().await;
    assert_eq!(
        world.count("SELECT COUNT(*) FROM sms_outbox WHERE secret IS NOT NULL AND purchaser_id IS NOT NULL").await,
        0
    );
    let sms = service::sms::sent(services, rows[1].login.as_ref().unwrap()).await.unwrap().remove(0);
    assert_eq!(sms.mobile, "19198962246");
    assert!(sms.text.starts_with("【采购人交易平台】示例县民政局工会委员会：交易账号已开通"), "{}", sms.text);
    assert!(sms.text.contains("https://farm.example.cn/trade"), "{}", sms.text);

    let again = world.stage_as(Template::Purchasers, &own, &sample(file)).await.unwrap();
    assert_eq!(import::batch(services, &own, again).await.unwrap().counts.existing, 16);
}

#[rstest]
#[tokio::test]
async fn units_and_purchasers_are_compared_with_the_database(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (own, other) = (world.own().await, world.actor(OTHER).await);
    let foreign = world.stage(&other, &[purchaser(900)]).await;
    world.generate(&other, foreign).await;
    let units = [row(800).name("示例县双名站"), row(801), row(802).name("示例县第802小学校(北)")];
    let batch = world.stage(&own, &units).await;
    world.generate(&own, batch).await;
    world
        .run("UPDATE unit SET name = '示例县双名站', name_key = '示例县双名站' WHERE name = '示例县第801小学校'")
        .await;

    let of = |n: u32, unit: &str| purchaser(n).with(purchasers::UNIT, unit);
    let rows = [
        of(1, "财政部"),
        of(2, OTHER),
        of(3, "示例县双名站"),
        of(4, "示例县第802小学校（北）"),
        of(5, OWN),
        // The same code and name as elsewhere, and the same code under another name.
        purchaser(900),
        purchaser(900).with(purchasers::NAME, "示例县机关食堂"),
        of(7, "示例县第7食堂"),
    ];
    let batch = world.stage(&own, &rows).await;
    let rows = world.rows(&own, batch).await;
    assert_eq!(
        found(&rows),
        [
            (4, purchasers::UNIT, Code::SuperiorUnknown),
            (5, purchasers::UNIT, Code::SuperiorOutOfScope),
            (6, purchasers::UNIT, Code::SuperiorAmbiguous),
            (9, purchasers::CODE, Code::CodeTaken),
            // The purchasers of the file are not units, and are not suggested as units.
            (11, purchasers::UNIT, Code::SuperiorUnknown),
        ]
    );
    assert_eq!(rows[0].findings[0].suggestions, ["中华人民共和国财政部"]);
    assert!(rows[1].findings[0].suggestions.is_empty());
    assert!(!rows[7].findings[0].suggestions.contains(&"示例县第7食堂".to_owned()));
    let summary = import::batch(world.services(), &own, batch).await.unwrap();
    assert_eq!((summary.counts.error, summary.counts.correct), (5, 3));
}

#[rstest]
#[tokio::test]
async fn purchasers_may_share_a_code_but_not_a_name(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let twin = |name: &str| purchaser(1).with(purchasers::NAME, name);
    let batch =
        world.stage(&own, &[twin("示例县第1食堂(南)"), twin("示例县第1食堂（南）"), twin("示例县第1食堂")]).await;
    let rows = world.rows(&own, batch).await;
    let name = purchasers::NAME;
    assert_eq!(found(&rows), [(4, name, Code::DuplicateName), (5, name, Code::DuplicateName)]);
    let batch = world.stage(&own, &[twin("示例县第1食堂(南)"), twin("示例县第1食堂")]).await;
    assert_eq!(world.generate(&own, batch).await.created, 2);
}

#[rstest]
#[tokio::test]
async fn generation_updates_and_moves_existing_purchasers(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    let units = world.stage(&own, &[row(1), row(2)]).await;
    world.generate(&own, units).await;
    let batch = world.stage(&own, &[purchaser(1), purchaser(2), purchaser(3)]).await;
    world.generate(&own, batch).await;
    let rows = [
        purchaser(1).with(purchasers::UNIT, "示例县第1小学校").with(purchasers::CONTACT, "李雷"),
        purchaser(2).with(purchasers::TYPE, "工会").with(purchasers::UNIT, OWN),
        purchaser(3),
        purchaser(4).with(purchasers::UNIT, "示例县第2小学校"),
    ];
    let batch = world.stage(&own, &rows).await;
    let staged = world.rows(&own, batch).await;
    assert_eq!(states(&staged), [RowState::Update, RowState::Update, RowState::Existing, RowState::Correct]);
    assert_eq!(
        found(&staged[..3]),
        [
            (4, purchasers::UNIT, Code::Update),
            (4, purchasers::CONTACT, Code::Update),
            (5, purchasers::TYPE, Code::Update),
            (6, purchasers::NAME, Code::Unchanged)
        ]
    );
    let moved = Detail::Change { from: OWN.to_owned(), to: "示例县第1小学校".to_owned() };
    assert_eq!(staged[0].findings[0].detail, moved);
    let job = world.generate(&own, batch).await;
    assert_eq!((job.created, job.updated, job.failed), (1, 2, 0));
    let unit = "SELECT u.name FROM purchaser p JOIN unit u ON u.id = p.unit_id AND u.path = p.unit_path \
                WHERE p.contact = '李雷' AND p.version = 2";
    assert_eq!(world.text(unit).await.as_deref(), Some("示例县第1小学校"));
    // The purchasers of a unit move together with it.
    let turned = world.stage(&own, &[row(1).below("示例县第2小学校")]).await;
    world.generate(&own, turned).await;
    let apart = "SELECT COUNT(*) FROM purchaser p JOIN unit u ON u.id = p.unit_id WHERE u.path <> p.unit_path";
    assert_eq!(world.count(apart).await, 0);
    // Existing purchasers get no SMS and keep their accounts.
    assert_eq!(world.count("SELECT COUNT(*) FROM sms_outbox WHERE purchaser_id IS NOT NULL").await, 4);
    let again = world.stage(&own, &rows).await;
    assert!(world.rows(&own, again).await.iter().all(|row| row.state == RowState::Existing));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn another_worker_finishes_the_job_of_a_killed_worker(#[values(Sqlite, Postgres)] backend: Backend) {
    const ROWS: u32 = 900;
    let world = World::new(backend).await;
    let own = world.own().await;
    let rows: Vec<_> = (1..=ROWS).map(purchaser).collect();
    let batch = world.stage(&own, &rows).await;
    generate::start(world.services(), &own, batch).await.unwrap();
    let kills = world.kill_workers_until_done(&own, batch).await;
    assert!(kills >= 2, "{kills}");
    let job = generate::job(world.services(), &own, batch).await.unwrap().unwrap();
    assert_eq!((job.done, job.created, job.failed), (ROWS, ROWS, 0));
    assert_each_row_is_generated_once(&world, ROWS.into()).await;
}

#[rstest]
#[tokio::test]
async fn a_change_after_the_check_fails_only_the_rows_concerned(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (own, other) = (world.own().await, world.actor(OTHER).await);
    let units = world.stage(&own, &[row(1).name("示例县将迁出单位")]).await;
    world.generate(&own, units).await;
    let batch = world.stage(&own, &[purchaser(5), purchaser(6)]).await;
    world.generate(&own, batch).await;
    let rows = [
        purchaser(1),
        purchaser(2),
        purchaser(3).with(purchasers::UNIT, "示例县将迁出单位"),
        purchaser(5).with(purchasers::CONTACT, "李雷"),
        purchaser(6).with(purchasers::CONTACT, "李雷"),
    ];
    let batch = world.stage(&own, &rows).await;
    // After the check another department adds the purchaser of row 2, a unit leaves the subtree, and a purchaser is deleted.
    let foreign = world.stage(&other, &[purchaser(2)]).await;
    world.generate(&other, foreign).await;
    world
        .run(&format!(
            "UPDATE unit SET parent_id = (SELECT id FROM unit WHERE name = '{OTHER}'), \
             path = (SELECT path FROM unit WHERE name = '{OTHER}') || CAST(id AS TEXT) || '/' \
             WHERE name = '示例县将迁出单位'"
        ))
        .await;
    let gone = "(SELECT id FROM purchaser WHERE name = '示例县第6食堂')";
    for table in ["sms_outbox", "account"] {
        world.run(&format!("DELETE FROM {table} WHERE purchaser_id = {gone}")).await;
    }
    world.run("DELETE FROM purchaser WHERE name = '示例县第6食堂'").await;
    let job = world.generate(&own, batch).await;
    assert_eq!((job.done, job.created, job.updated, job.failed), (5, 2, 1, 2));
    let rows = world.rows(&own, batch).await;
    assert_eq!(
        states(&rows),
        [RowState::Generated, RowState::Failed, RowState::Failed, RowState::Generated, RowState::Generated]
    );
    assert_eq!(
        found(&rows[..3]),
        [(5, purchasers::CODE, Code::CodeTaken), (6, purchasers::UNIT, Code::SuperiorOutOfScope)]
    );
}
