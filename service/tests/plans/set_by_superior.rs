//! What a superior sets by the edit form, an import or a merger is a plan approved by it.

use crate::{BELOW, DEPARTMENT, SIBLING, UNIT, World, own_canteen};
use domain::{
    edit::EditResult,
    form::UnitForm,
    plan_filing::{Canteen, FilingAction, FilingForm, Standing},
};
use rstest::rstest;
use service::{
    plan::{Decision, confirm},
    unit,
};
use testdb::Backend;

/// Saves the edit form of a unit as its superior, with changes.
async fn edit(world: &World, name: &str, change: impl FnOnce(&mut UnitForm)) {
    let (services, id) = (world.services(), world.id(name).await);
    let stored = unit::form(services, &world.department, id, None).await.unwrap();
    let mut form = stored.form;
    if form.total.is_empty() {
        (form.total, form.ratio) = ("10".to_owned(), "15".to_owned());
    }
    change(&mut form);
    let edited = unit::edit(services, &world.department, id, stored.version, &form).await.unwrap();
    assert_eq!(edited, EditResult::Saved);
}

#[rstest]
#[tokio::test]
async fn an_edit_of_the_plan_approves_it_and_one_of_the_contact_does_not(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    edit(&world, UNIT, |_| ()).await;
    // Without a filing the plan counts as set by the superior.
    assert_eq!(world.standing(UNIT).await, Standing::SetBySuperior);
    let form = world.own(&world.unit).await.form.unwrap();
    assert_eq!((form.total.as_str(), form.ratio.as_str()), ("100000.00", "15"));
    let lead = FilingForm { canteen: "shared-lead".to_owned(), ..own_canteen("420000", "15") };
    world.submit(&world.unit, &lead).await;
    edit(&world, UNIT, |form| form.contact = "赵丽".to_owned()).await;
    assert_eq!(world.standing(UNIT).await, Standing::Submitted);
    assert_eq!(world.plan(UNIT).await, ["10000000 1500000"]);
    edit(&world, UNIT, |form| form.total = "20".to_owned()).await;
    let seen = world.seen(UNIT).await;
    assert_eq!(seen.standing, Standing::Approved);
    assert_eq!((seen.versions[0].action, seen.versions[0].by.as_str()), (FilingAction::SetBySuperior, DEPARTMENT));
    let figures = seen.figures.unwrap();
    assert_eq!((figures.total().to_string().as_str(), figures.filler.as_str()), ("20", "王芳"));
    assert!(matches!(figures.canteen, Canteen::SharedLead(_)));
    assert_eq!(world.plan(UNIT).await, ["20000000 3000000"]);
    // A confirmed plan that a superior changes must be confirmed again.
    world.plans_except(&[UNIT]).await;
    edit(&world, UNIT, |form| form.total = "20".to_owned()).await;
    confirm(world.services(), &world.department, world.year).await.unwrap();
    edit(&world, UNIT, |form| form.total = "30".to_owned()).await;
    assert_eq!(world.standing(UNIT).await, Standing::Approved);
}

#[rstest]
#[tokio::test]
async fn an_approval_is_not_overwritten_by_an_edit_that_began_before(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let (services, id) = (world.services(), world.id(UNIT).await);
    edit(&world, UNIT, |_| ()).await;
    let stored = unit::form(services, &world.department, id, None).await.unwrap();
    world.submit(&world.unit, &own_canteen("420000", "15")).await;
    assert_eq!(world.decide(UNIT, Decision::Approve).await, None);
    let edited = unit::edit(services, &world.department, id, stored.version, &stored.form).await.unwrap();
    assert!(matches!(edited, EditResult::Conflict(_)));
    assert_eq!(world.plan(UNIT).await, ["42000000 6300000"]);
}

#[rstest]
#[tokio::test]
async fn a_merger_adds_plans_and_keeps_representatives(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let services = world.services();
    let (sibling, below) = (world.actor(SIBLING).await, world.actor(BELOW).await);
    for (actor, name) in [(&world.unit, UNIT), (&sibling, SIBLING)] {
        world.submit(actor, &own_canteen("420000", "15")).await;
        assert_eq!(world.decide(name, Decision::Approve).await, None);
    }
    let member =
        FilingForm { canteen: "shared-member".to_owned(), representative: UNIT.to_owned(), ..own_canteen("", "") };
    world.submit(&below, &member).await;
    unit::merge(services, &world.department, world.id(UNIT).await, world.id(SIBLING).await).await.unwrap();
    assert_eq!(world.plan(SIBLING).await, ["84000000 12600000"]);
    let seen = world.seen(SIBLING).await;
    assert_eq!((seen.standing, seen.versions[0].action), (Standing::Approved, FilingAction::SetBySuperior));
    assert_eq!(seen.figures.unwrap().total().yuan(), "840000.00");
    assert_eq!(seen.represents, [BELOW]);
}
