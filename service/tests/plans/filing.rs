//! 填报: a unit files its plan.

use crate::{BELOW, DEPARTMENT, OTHER, SIBLING, UNIT, World, execute, own_canteen, problem, texts};
use domain::{
    Problem,
    ids::PurchaserId,
    plan_filing::{Canteen, FilingAction, FilingForm, FilingState, Standing},
    plan_finding::PlanCode,
    plan_parameters::ParameterForm,
};
use rstest::rstest;
use service::plan::{Decision, Submission, confirm, detail, request_change, save, set_parameters, submit, withdraw};
use std::time::Duration;
use testdb::Backend;

/// The codes of a form that was not submitted.
fn codes(submission: Submission) -> Vec<PlanCode> {
    match submission {
        Submission::Filed => Vec::new(),
        Submission::Incomplete(findings) => findings.into_iter().map(|finding| finding.code).collect(),
    }
}

#[rstest]
#[tokio::test]
async fn a_plan_goes_its_whole_way(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    use FilingAction::{Approve, Confirm, DenyChange, GrantChange, RequestChange, Return, Save, Submit};
    let world = World::new(backend).await;
    let (services, year) = (world.services(), world.year);
    world.plans_except(&[UNIT]).await;
    let minimum = ParameterForm {
        minimum_ratio: "15".to_owned(),
        minimum_ratio_source: "示财采〔2026〕3号".to_owned(),
        ..ParameterForm::default()
    };
    set_parameters(services, &world.department, year, 0, &minimum).await.unwrap();
    assert_eq!(world.standing(UNIT).await, Standing::NotFiled);
    // Below the minimum: told, and kept as a draft.
    let low = own_canteen("420000", "12");
    assert_eq!(codes(world.submit(&world.unit, &low).await), [PlanCode::RatioBelowMinimum]);
    let view = world.own(&world.unit).await;
    assert_eq!((view.standing, view.form.as_ref()), (Standing::Draft, Some(&low)));
    // The superior sees that there is a draft, and not what is in it.
    let seen = world.seen(UNIT).await;
    assert_eq!((seen.standing, seen.form, seen.figures), (Standing::Draft, None, None));
    assert_eq!(world.submit(&world.unit, &own_canteen("420000", "15")).await, Submission::Filed);
    assert!(world.plan(UNIT).await.is_empty());
    // Returned with a reason, filed again, approved.
    let missing = world.department.clone();
    let empty = service::plan::decide(services, &missing, year, &[], Decision::Return(" ")).await;
    assert!(matches!(problem(empty), Problem::Fields(_)));
    assert_eq!(world.decide(UNIT, Decision::Return(" 总额比上年少一半 ")).await, None);
    let view = world.own(&world.unit).await;
    let returned = view.returned.clone().unwrap();
    assert_eq!((returned.reason.as_str(), returned.by.as_str()), ("总额比上年少一半", DEPARTMENT));
    assert_eq!(world.submit(&world.unit, &own_canteen("856300", "15")).await, Submission::Filed);
    assert_eq!(world.own(&world.unit).await.returned, None);
    assert_eq!(world.decide(UNIT, Decision::Approve).await, None);
    assert_eq!(world.plan(UNIT).await, ["85630000 12844500"]);
    // Confirmed: locked for the unit and for its superior.
    let confirmed = confirm(services, &world.department, year).await.unwrap();
    assert!(confirmed > 30, "{confirmed}");
    let view = world.own(&world.unit).await;
    assert_eq!((view.standing, view.allows(FilingAction::Save)), (Standing::Confirmed, false));
    let form = own_canteen("1", "15");
    assert_eq!(problem(save(services, &world.unit, year, view.version, &form).await), Problem::PlanState);
    assert_eq!(problem(submit(services, &world.unit, year, view.version, &form).await), Problem::PlanState);
    assert_eq!(world.decide(UNIT, Decision::Return("再改")).await, Some(Problem::PlanState));
    // A change request opens it again, and the approved plan stays until then.
    let refused = problem(request_change(services, &world.unit, year, view.version, "").await);
    assert!(matches!(refused, Problem::Fields(_)));
    request_change(services, &world.unit, year, view.version, "用餐人数增加").await.unwrap();
    assert_eq!(world.seen(UNIT).await.change_reason.as_deref(), Some("用餐人数增加"));
    assert_eq!(world.decide(UNIT, Decision::DenyChange("年底一并调整")).await, None);
    assert_eq!(world.standing(UNIT).await, Standing::Confirmed);
    let version = world.own(&world.unit).await.version;
    request_change(services, &world.unit, year, version, "用餐人数增加").await.unwrap();
    assert_eq!(world.decide(UNIT, Decision::GrantChange).await, None);
    assert_eq!(world.submit(&world.unit, &own_canteen("900000", "15")).await, Submission::Filed);
    assert_eq!(world.plan(UNIT).await, ["85630000 12844500"]);
    assert_eq!(world.decide(UNIT, Decision::Approve).await, None);
    assert_eq!(world.plan(UNIT).await, ["90000000 13500000"]);
    // Every version stays, with who did what.
    let view = world.own(&world.unit).await;
    let actions: Vec<_> = view.versions.iter().rev().map(|version| version.action).collect();
    let expected = [
        Save,
        Submit,
        Return,
        Submit,
        Approve,
        Confirm,
        RequestChange,
        DenyChange,
        RequestChange,
        GrantChange,
        Submit,
        Approve,
    ];
    assert_eq!(actions, expected);
    let numbers: Vec<_> = view.versions.iter().rev().map(|version| version.version).collect();
    assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
    assert_eq!((view.versions[0].by.as_str(), view.versions[1].by.as_str()), (DEPARTMENT, UNIT));
    // So does the history of the unit.
    let unit = world.id(UNIT).await;
    let events = service::unit::detail(services, &world.department, unit).await.unwrap().events;
    let logged = events.iter().filter(|event| event.year == Some(year)).count();
    assert!(logged >= 11, "{logged}");
}

#[rstest]
#[tokio::test]
async fn a_unit_without_a_canteen_files_nothing(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    assert_eq!(world.submit(&world.unit, &FilingForm::zero("王芳")).await, Submission::Filed);
    assert_eq!(world.decide(UNIT, Decision::Approve).await, None);
    assert_eq!(world.plan(UNIT).await, ["0 0"]);
    assert_eq!(world.seen(UNIT).await.figures.unwrap().canteen, Canteen::None);
}

#[rstest]
#[tokio::test]
async fn an_outsourced_canteen_names_a_purchaser_of_the_unit(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let form = FilingForm {
        canteen: "outsourced".to_owned(),
        purchaser: "999".to_owned(),
        firm: "示例餐饮有限公司".to_owned(),
        contract_end: format!("{}-08-31", world.year),
        ..own_canteen("420000", "15")
    };
    assert_eq!(codes(world.submit(&world.unit, &form).await), [PlanCode::FirmUnknown]);
    // A purchaser of another unit does not count.
    let other = texts(world.services(), "SELECT MIN(id) AS x FROM purchaser", []).await.remove(0);
    let elsewhere = FilingForm { purchaser: other.clone(), ..form.clone() };
    assert_eq!(codes(world.submit(&world.unit, &elsewhere).await), [PlanCode::FirmUnknown]);
    let unit = world.id(UNIT).await;
    let moved = "UPDATE purchaser SET unit_id = $1 WHERE id = $2";
    execute(world.services(), moved, [unit.into(), other.parse::<i64>().unwrap().into()]).await;
    assert_eq!(world.own(&world.unit).await.purchasers[0].0, PurchaserId(other.parse().unwrap()));
    assert_eq!(world.submit(&world.unit, &elsewhere).await, Submission::Filed);
}

#[rstest]
#[tokio::test]
async fn a_shared_canteen_is_filed_by_its_representative(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let sibling = world.actor(SIBLING).await;
    let member = |representative: &str| FilingForm {
        canteen: "shared-member".to_owned(),
        representative: representative.to_owned(),
        ..own_canteen("", "")
    };
    let lead = FilingForm { canteen: "shared-lead".to_owned(), ..own_canteen("900000", "15") };
    for (representative, code) in [
        ("示例县没有的单位", PlanCode::RepresentativeUnknown),
        (UNIT, PlanCode::RepresentativeSelf),
        // A unit of another county exists, but is not below the same superior.
        ("样例县城南镇人民政府", PlanCode::RepresentativeUnknown),
    ] {
        assert_eq!(codes(world.submit(&world.unit, &member(representative)).await), [code], "{representative}");
    }
    assert_eq!(world.submit(&world.unit, &member(SIBLING)).await, Submission::Filed);
    // Both sides see it, and the canteen counts once.
    assert_eq!(world.own(&sibling).await.represents, [UNIT]);
    assert_eq!(world.seen(SIBLING).await.represents, [UNIT]);
    // No chains, from either end.
    let below = world.actor(BELOW).await;
    assert_eq!(codes(world.submit(&below, &member(UNIT)).await), [PlanCode::RepresentativeChain]);
    let leaves = member(DEPARTMENT);
    assert_eq!(codes(world.submit(&sibling, &leaves).await), [PlanCode::RepresentsOthers]);
    assert_eq!(world.submit(&sibling, &lead).await, Submission::Filed);
    for name in [UNIT, SIBLING] {
        assert_eq!(world.decide(name, Decision::Approve).await, None);
    }
    assert_eq!(
        (world.plan(UNIT).await, world.plan(SIBLING).await),
        (vec!["0 0".into()], vec!["90000000 13500000".into()])
    );
}

#[rstest]
#[tokio::test]
async fn a_plan_after_the_window_is_late_and_not_refused(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let (services, next) = (world.services(), world.year + 1);
    let day = |month: u8, day: u8| format!("{next}-{month:02}-{day:02}");
    // A window that is open for the next year's plans whenever the test runs, until the clock moves.
    let source = || "示财采〔2026〕3号".to_owned();
    let window = ParameterForm {
        filing_from: day(1, 1),
        filing_from_source: source(),
        filing_to: day(12, 31),
        filing_to_source: source(),
        ..ParameterForm::default()
    };
    set_parameters(services, &world.department, next, 0, &window).await.unwrap();
    let form = own_canteen("420000", "15");
    assert_eq!(submit(services, &world.unit, next, 0, &form).await.unwrap(), Submission::Filed);
    let view = detail(services, &world.unit, None, Some(next)).await.unwrap();
    assert!(!view.late && view.deadline.unwrap().days >= 0);
    withdraw(services, &world.unit, next, view.version).await.unwrap();
    // The password of the session does not matter here: actors stay valid.
    services.clock().advance(Duration::from_hours(24 * 366 * 2));
    let view = detail(services, &world.unit, None, Some(next)).await.unwrap();
    assert!(view.deadline.unwrap().days < 0);
    assert_eq!(submit(services, &world.unit, next, view.version, &form).await.unwrap(), Submission::Filed);
    let view = detail(services, &world.unit, None, Some(next)).await.unwrap();
    assert!(view.late);
    assert_eq!(view.state(), Some(FilingState::Submitted));
}

#[rstest]
#[tokio::test]
async fn nobody_outside_sees_a_plan(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, year) = (world.services(), Some(world.year));
    world.submit(&world.unit, &own_canteen("420000", "15")).await;
    let unit = world.id(UNIT).await;
    let (sibling, below) = (world.actor(SIBLING).await, world.actor(BELOW).await);
    let other = world.app.act_as(&world.accounts, OTHER).await;
    for outside in [&sibling, &below, &other] {
        assert_eq!(problem(detail(services, outside, Some(unit), year).await), Problem::NotFound);
    }
    let operator = world.app.act_as(&world.accounts, "平台运维").await;
    assert_eq!(problem(detail(services, &operator, None, year).await), Problem::Forbidden);
    assert!(detail(services, &operator, Some(unit), year).await.unwrap().figures.is_some());
    assert_eq!(problem(save(services, &operator, world.year, 0, &FilingForm::default()).await), Problem::Forbidden);
    assert_eq!(problem(detail(services, &world.unit, None, Some(year.unwrap() + 2)).await), Problem::NotFound);
}

#[rstest]
#[tokio::test]
async fn a_draft_of_another_version_is_not_overwritten(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, year) = (world.services(), world.year);
    let typed = FilingForm { total: "四十二万".to_owned(), ..FilingForm::default() };
    save(services, &world.unit, year, 0, &typed).await.unwrap();
    assert_eq!(world.own(&world.unit).await.form, Some(typed.clone()));
    assert_eq!(problem(save(services, &world.unit, year, 0, &typed).await), Problem::Stale);
    // Two tabs at once: one of them is saved.
    let both = futures_util::future::join_all([1, 1].map(|version| save(services, &world.unit, year, version, &typed)));
    let both = both.await;
    assert_eq!(both.iter().filter(|saved| saved.is_ok()).count(), 1);
}
