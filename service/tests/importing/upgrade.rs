//! After an upgrade, the batches of the earlier version are generated.

use crate::support::*;
use domain::{
    job::JobState,
    schema::{purchasers, units},
};
use rstest::rstest;
use testdb::Backend::{self, Postgres, Sqlite};

/// Changes the table of staged rows back to the version without typed rows, and upgrades it again.
async fn upgrade(world: &mut World) {
    for column in ["input", "place_row"] {
        world.run(&format!("ALTER TABLE import_row DROP COLUMN {column}")).await;
    }
    world.run("DELETE FROM seaql_migrations WHERE version = 'm20261125_000004_typed_rows'").await;
    world.services().migrate().await.unwrap();
    // A server that starts after the upgrade.
    world.app.services = world.app.second().await;
}

#[rstest]
#[tokio::test]
async fn batches_that_wait_are_generated(#[values(Sqlite, Postgres)] backend: Backend) {
    let mut world = World::new(backend).await;
    let own = world.own().await;
    let name = |n: u32| format!("示例县第{n}小学校");
    let existing = world.stage(&own, &[row(1), row(2)]).await;
    world.generate(&own, existing).await;
    let rows = [
        row(3).below(&name(4)),
        row(4).below(&name(1)),
        row(5).name("示例县第5小学校(北)").below(&name(3)),
        row(6).below("示例县第5小学校（北）").with(units::RATIO, "5").with(units::SHARE, ""),
        row(1),
        row(2).with(units::CONTACT, "李雷").below(&name(1)),
    ];
    let units = world.stage(&own, &rows).await;
    let changed = purchaser(1).with(purchasers::UNIT, &name(2)).with(purchasers::REMARK, "食堂");
    let purchasers = world.stage(&own, &[changed, purchaser(2)]).await;
    upgrade(&mut world).await;

    let job = world.generate(&own, units).await;
    assert_eq!((job.state, job.created, job.updated, job.failed), (JobState::Done, 4, 1, 0));
    let superior = async |unit: &str| {
        let text = format!("SELECT p.name FROM unit u JOIN unit p ON p.id = u.parent_id WHERE u.name = '{unit}'");
        world.text(&text).await.unwrap()
    };
    assert_eq!(superior(&name(3)).await, name(4));
    assert_eq!(superior(&name(4)).await, name(1));
    assert_eq!(superior("示例县第5小学校(北)").await, name(3));
    assert_eq!(superior(&name(6)).await, "示例县第5小学校(北)");
    assert_eq!(superior(&name(2)).await, name(1));
    let contact = format!("SELECT contact FROM unit WHERE name = '{}'", name(2));
    assert_eq!(world.text(&contact).await.as_deref(), Some("李雷"));
    let share =
        format!("SELECT share FROM reserve_plan r JOIN unit u ON u.id = r.unit_id WHERE u.name = '{}'", name(6));
    assert_eq!(world.count(&share).await, 525_000);

    let job = world.generate(&own, purchasers).await;
    assert_eq!((job.state, job.created, job.failed), (JobState::Done, 2, 0));
    let unit = "SELECT u.name FROM purchaser p JOIN unit u ON u.id = p.unit_id WHERE p.remark = '食堂'";
    assert_eq!(world.text(unit).await, Some(name(2)));
}

#[rstest]
#[tokio::test]
async fn a_batch_that_is_being_generated_goes_on(#[values(Sqlite, Postgres)] backend: Backend) {
    let mut world = World::new(backend).await;
    let own = world.own().await;
    let below_first = |n: u32| row(n).below("示例县第1小学校");
    let rows: Vec<_> = std::iter::once(row(1)).chain((2..=300).map(below_first)).collect();
    let batch = world.stage(&own, &rows).await;
    service::generate::start(world.services(), &own, batch).await.unwrap();
    let worker = Worker::generating(world.services());
    until(async || (world.count("SELECT COUNT(*) FROM job WHERE done > 0").await > 0).then_some(())).await;
    worker.stop().await;
    upgrade(&mut world).await;
    let worker = Worker::generating(world.services());
    assert_eq!(world.wait_for_job(&own, batch).await.created, 300);
    worker.stop().await;
    let below = "SELECT COUNT(*) FROM unit u JOIN unit p ON p.id = u.parent_id WHERE p.name = '示例县第1小学校'";
    assert_eq!(world.count(below).await, 299);
}
