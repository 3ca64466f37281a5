//! The number of statements does not grow with the units.

use crate::world::{OWN, World};
use domain::situation::SituationQuery;
use rstest::rstest;
use service::situation::{recount, situation};
use testdb::Backend;

#[rstest]
#[tokio::test]
async fn many_units_take_no_more_statements_than_few(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let services = world.services();
    recount(services).await.unwrap();
    let top = world.unit(OWN).await;
    let ask = async || {
        let query = SituationQuery { unit: Some(top.0), year: None };
        world.app.count_queries(situation(services, &world.own, &query)).await
    };
    // Units that were counted, one that was not, and one without units below it.
    world.add_unit(1, &top).await;
    let (few, statements_for_few) = ask().await;
    for number in 2..=21 {
        world.add_unit(number, &top).await;
    }
    let (many, statements_for_many) = ask().await;
    assert_eq!(many.unwrap().children.len(), few.unwrap().children.len() + 20);
    statements_for_many.assert_no_more_than(&statements_for_few, "the report");
    recount(services).await.unwrap();
    let (_, statements_for_counted) = ask().await;
    statements_for_counted.assert_no_more_than(&statements_for_few, "the report on counted units");
}
