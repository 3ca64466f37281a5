//! 审核: what superiors see and decide.

use crate::{BELOW, CITY, DEPARTMENT, OTHER, SIBLING, UNIT, World, own_canteen, problem, texts};
use domain::{
    Money, Problem,
    plan_filing::{FilingQuery, MAX_FILINGS_AT_ONCE, SeenFiling, Standing},
};
use futures_util::future::join;
use rstest::rstest;
use service::plan::{Decision, Submission, confirm, decide, list, progress, withdraw};
use testdb::Backend;

#[rstest]
#[tokio::test]
async fn many_plans_are_decided_at_once(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, year) = (world.services(), world.year);
    let sibling = world.actor(SIBLING).await;
    for actor in [&world.unit, &sibling] {
        assert_eq!(world.submit(actor, &own_canteen("420000", "15")).await, Submission::Filed);
    }
    let version = 1;
    let mut seen = Vec::new();
    for name in [UNIT, SIBLING, BELOW, DEPARTMENT] {
        seen.push(SeenFiling { unit: world.id(name).await, version });
    }
    seen.push(SeenFiling { unit: world.id(OTHER).await, version });
    seen.push(SeenFiling { unit: seen[1].unit, version: 7 });
    let outcomes = decide(services, &world.department, year, &seen, Decision::Return("请核对")).await.unwrap();
    let refused: Vec<_> = outcomes.iter().map(|outcome| outcome.refused.clone()).collect();
    let expected = [
        None,
        None,
        Some(Problem::PlanState),
        Some(Problem::Forbidden),
        Some(Problem::NotFound),
        // It was decided already.
        Some(Problem::PlanState),
    ];
    assert_eq!(refused, expected);
    assert_eq!(outcomes[4].name, None);
    assert_eq!((world.standing(UNIT).await, world.standing(SIBLING).await), (Standing::Returned, Standing::Returned));
    let too_many = vec![seen[0]; usize::try_from(MAX_FILINGS_AT_ONCE).unwrap() + 1];
    let limit = Problem::TooManyAtOnce { limit: MAX_FILINGS_AT_ONCE };
    assert_eq!(problem(decide(services, &world.department, year, &too_many, Decision::Approve).await), limit);
    let operator = world.app.act_as(&world.accounts, "平台运维").await;
    assert_eq!(problem(decide(services, &operator, year, &seen, Decision::Approve).await), Problem::Forbidden);
}

#[rstest]
#[tokio::test]
async fn any_superior_decides_and_nobody_else(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, year) = (world.services(), world.year);
    let below = world.actor(BELOW).await;
    world.submit(&below, &own_canteen("420000", "15")).await;
    let seen = [SeenFiling { unit: world.id(BELOW).await, version: 1 }];
    let other = world.app.act_as(&world.accounts, OTHER).await;
    let (sibling, city) = (world.actor(SIBLING).await, world.actor(CITY).await);
    for outside in [&other, &sibling] {
        let outcomes = decide(services, outside, year, &seen, Decision::Approve).await.unwrap();
        assert_eq!((outcomes[0].refused.clone(), outcomes[0].name.clone()), (Some(Problem::NotFound), None));
    }
    let own = decide(services, &below, year, &seen, Decision::Approve).await.unwrap();
    assert_eq!(own[0].refused, Some(Problem::Forbidden));
    let decided = decide(services, &city, year, &seen, Decision::Approve).await.unwrap();
    assert_eq!(decided[0].refused, None);
    assert_eq!(world.standing(BELOW).await, Standing::Approved);
}

#[rstest]
#[tokio::test]
async fn a_plan_that_changes_while_it_is_decided_is_not_decided(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let (services, year) = (world.services(), world.year);
    world.submit(&world.unit, &own_canteen("420000", "15")).await;
    let seen = [SeenFiling { unit: world.id(UNIT).await, version: 1 }];
    // The unit takes it back and files other figures in the meantime.
    withdraw(services, &world.unit, year, 1).await.unwrap();
    world.submit(&world.unit, &own_canteen("1", "15")).await;
    let outcomes = decide(services, &world.department, year, &seen, Decision::Approve).await.unwrap();
    assert_eq!(outcomes[0].refused, Some(Problem::Stale));
    assert!(world.plan(UNIT).await.is_empty());
    // Both at once: one of them wins, and the plan is approved only if it is still the one that was seen.
    let version = world.own(&world.unit).await.version;
    let seen = [SeenFiling { version, ..seen[0] }];
    let approving = decide(services, &world.department, year, &seen, Decision::Approve);
    let (approved, withdrawn) = join(approving, withdraw(services, &world.unit, year, version)).await;
    let approved = approved.unwrap()[0].refused.is_none();
    assert_ne!(approved, withdrawn.is_ok());
    let expected = if approved { Standing::Approved } else { Standing::Draft };
    assert_eq!(world.standing(UNIT).await, expected);
}

#[rstest]
#[tokio::test]
async fn a_summary_is_confirmed_once_every_plan_is_approved(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let (services, year) = (world.services(), world.year);
    world.plans_except(&[UNIT, BELOW]).await;
    let missing = problem(confirm(services, &world.department, year).await);
    let names = vec![UNIT.to_owned(), BELOW.to_owned()];
    assert_eq!(missing, Problem::PlansMissing { count: 2, names });
    let below = world.actor(BELOW).await;
    for actor in [&world.unit, &below] {
        world.submit(actor, &own_canteen("420000", "15")).await;
    }
    assert_eq!(world.decide(UNIT, Decision::Approve).await, None);
    let missing = problem(confirm(services, &world.department, year).await);
    assert_eq!(missing, Problem::PlansMissing { count: 1, names: vec![BELOW.to_owned()] });
    // A unit confirms what is below it, not its own plan.
    assert_eq!(world.decide(BELOW, Decision::Approve).await, None);
    assert_eq!(confirm(services, &world.unit, year).await.unwrap(), 2);
    assert_eq!((world.standing(UNIT).await, world.standing(BELOW).await), (Standing::Approved, Standing::Confirmed));
    confirm(services, &world.department, year).await.unwrap();
    assert_eq!(problem(confirm(services, &world.department, year).await), Problem::PlanState);
    // Every unit below is confirmed, with a version for it; those elsewhere are not.
    let counted = "SELECT COUNT(*) AS x FROM plan_filing f JOIN plan_filing_version v ON v.unit_id = f.unit_id \
                   AND v.year = f.year AND v.version = f.version WHERE f.state = 'confirmed' AND v.action = 'confirm'";
    let below = list(services, &world.department, &FilingQuery::default()).await.unwrap().total.number();
    assert_eq!(texts(services, counted, []).await, [below.to_string()]);
    let operator = world.app.act_as(&world.accounts, "平台运维").await;
    assert_eq!(problem(confirm(services, &operator, year).await), Problem::Forbidden);
}

#[rstest]
#[tokio::test]
async fn superiors_list_and_count_the_plans_below_them(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, year) = (world.services(), world.year);
    world.plans_except(&[UNIT, BELOW, SIBLING]).await;
    let below = world.actor(BELOW).await;
    world.submit(&below, &own_canteen("420000", "15")).await;
    let all = list(services, &world.department, &FilingQuery::default()).await.unwrap();
    assert_eq!((all.year, all.previous.is_none(), all.next.is_some()), (year, true, true));
    let names = async |query: FilingQuery| -> Vec<String> {
        let page = list(services, &world.department, &query).await.unwrap();
        page.rows.into_iter().map(|row| row.unit.name).collect()
    };
    let standing = |standing| FilingQuery { standing: Some(standing), ..FilingQuery::default() };
    let mut missing = names(standing(Standing::NotFiled)).await;
    missing.sort();
    let mut expected = [UNIT.to_owned(), SIBLING.to_owned()];
    expected.sort();
    assert_eq!(missing, expected);
    assert_eq!(names(standing(Standing::Submitted)).await, [BELOW]);
    let set = list(services, &world.department, &standing(Standing::SetBySuperior)).await.unwrap();
    assert_eq!(set.total.number(), all.total.number() - 3);
    let search = FilingQuery { search: "冷链".to_owned(), ..FilingQuery::default() };
    assert_eq!(names(search).await, [BELOW]);
    // Pages follow each other without gaps.
    let next = FilingQuery { cursor: all.next.clone(), ..FilingQuery::default() };
    assert!(!names(next).await.iter().any(|name| all.rows.iter().any(|row| row.unit.name == *name)));
    let row = &list(services, &world.department, &standing(Standing::Submitted)).await.unwrap().rows[0];
    assert_eq!((row.version, row.share.map(Money::yuan).as_deref()), (1, Some("63000.00")));

    let counted = progress(services, &world.department, Some(year)).await.unwrap();
    assert_eq!(counted.total.must_file, all.total.number());
    assert_eq!((counted.total.submitted, counted.total.not_filed()), (1, 2));
    assert_eq!(counted.total.approved, all.total.number() - 3);
    let of_unit = counted.rows.iter().find(|row| row.unit.name == UNIT).unwrap().progress;
    assert_eq!((of_unit.must_file, of_unit.submitted, of_unit.not_filed()), (3, 1, 1));
    assert!(progress(services, &below, Some(year)).await.unwrap().rows.is_empty());
    // Another county sees nothing of it.
    let other = world.app.act_as(&world.accounts, OTHER).await;
    let elsewhere = list(services, &other, &FilingQuery::default()).await.unwrap();
    assert!(elsewhere.rows.iter().all(|row| row.unit.name.starts_with("样例县")));
    let outside = FilingQuery { below: Some(world.id(UNIT).await), ..FilingQuery::default() };
    assert_eq!(problem(list(services, &other, &outside).await), Problem::NotFound);
    assert_eq!(progress(services, &other, Some(year)).await.unwrap().total.must_file, elsewhere.total.number());
}
