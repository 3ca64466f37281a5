//! The number of levels of the tree has a limit, in files, forms, moves and mergers.

use crate::support::{OWN, Row, World, code, found, problem, row};
use domain::{
    Code, Problem, Template,
    edit::EditResult,
    form::UnitForm,
    ids::UnitId,
    import_batch::RowState,
    problem::FieldFault,
    schema::{FIRST_DATA_ROW, units},
    unit::MAX_DEPTH,
};
use rstest::rstest;
use service::unit::{create, edit, merge};
use testdb::Backend::{self, Postgres, Sqlite};

/// The depth of 示例县财政局, which is below a city, a province and the ministry.
const OWN_DEPTH: u32 = 4;

fn name(n: u32) -> String {
    format!("示例县第{n}小学校")
}

/// Rows with these numbers, each unit below the one before it.
fn chain(numbers: std::ops::RangeInclusive<u32>) -> Vec<Row> {
    let first = *numbers.start();
    numbers.map(|n| if n == first { row(n) } else { row(n).below(&name(n - 1)) }).collect()
}

fn form(n: u32, superior: &str) -> UnitForm {
    UnitForm {
        name: name(n),
        code: code(n),
        superior: superior.to_owned(),
        admin_level: "县级".to_owned(),
        budget_level: "二级预算单位".to_owned(),
        total: "10".to_owned(),
        ratio: "15".to_owned(),
        contact: "王丽".to_owned(),
        mobile: format!("138{n:08}"),
        ..UnitForm::default()
    }
}

async fn id(world: &World, n: u32) -> UnitId {
    UnitId(world.count(&format!("SELECT id FROM unit WHERE name = '{}'", name(n))).await)
}

fn too_deep(field: &'static str) -> Problem {
    Problem::Fields(vec![FieldFault::new(field, Code::TooDeep)])
}

#[rstest]
#[tokio::test]
async fn rows_below_the_last_level_are_errors(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.own().await;
    // The file alone shows it only from its 20th level on, the tree from the 17th.
    let batch = world.stage(&own, &chain(1..=22)).await;
    let expected: Vec<_> = (17..=22).map(|n| (FIRST_DATA_ROW + n - 1, units::SUPERIOR, Code::TooDeep)).collect();
    assert_eq!(found(&world.rows(&own, batch).await), expected);
}

#[rstest]
#[tokio::test]
async fn forms_moves_and_mergers_keep_the_limit(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, own) = (world.services(), world.own().await);
    let last = MAX_DEPTH - OWN_DEPTH;
    let batch = world.stage(&own, &chain(1..=last)).await;
    assert_eq!(world.generate(&own, batch).await.created, last);
    assert_eq!(problem(create(services, &own, &form(50, &name(last))).await), too_deep("superior"));
    create(services, &own, &form(50, &name(last - 1))).await.unwrap();

    // A unit with one below it.
    create(services, &own, &form(60, OWN)).await.unwrap();
    create(services, &own, &form(61, &name(60))).await.unwrap();
    let moved = id(&world, 60).await;
    let deepest = form(60, &name(last - 1));
    assert_eq!(problem(edit(services, &own, moved, 1, &deepest).await), too_deep("superior"));
    let into = id(&world, last).await;
    assert_eq!(problem(merge(services, &own, moved, into).await), too_deep("into"));
    let saved = edit(services, &own, moved, 1, &form(60, &name(last - 2))).await.unwrap();
    assert!(matches!(saved, EditResult::Saved));
    // A unit on the last level can be edited where it is.
    let on_last_level = id(&world, last).await;
    let saved = edit(services, &own, on_last_level, 1, &form(last, &name(last - 1))).await.unwrap();
    assert!(matches!(saved, EditResult::Saved));
    merge(services, &own, moved, id(&world, last - 1).await).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn generation_looks_at_the_units_below_a_unit_that_moves(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, own) = (world.services(), world.own().await);
    let last = MAX_DEPTH - OWN_DEPTH;
    let batch = world.stage(&own, &chain(1..=last)).await;
    world.generate(&own, batch).await;
    create(services, &own, &form(60, OWN)).await.unwrap();
    create(services, &own, &form(61, &name(60))).await.unwrap();
    // The row itself would be on the last level.
    let batch = world.stage(&own, &[row(60).below(&name(last - 1)), row(70)]).await;
    let job = world.generate(&own, batch).await;
    assert_eq!((job.created, job.updated, job.failed), (1, 0, 1));
    let rows = world.rows(&own, batch).await;
    assert_eq!(rows[0].state, RowState::Failed);
    assert_eq!(found(&rows)[0], (FIRST_DATA_ROW, units::SUPERIOR, Code::TooDeep));
    assert_eq!(service::import::current(services, &own, Template::Units).await.unwrap().unwrap().id, batch);
}
