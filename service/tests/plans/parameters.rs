//! 填报参数: inheritance, who may set them, and edit conflicts.

use crate::{CITY, DEPARTMENT, OTHER, UNIT, World, problem, texts};
use domain::{
    Problem,
    plan_finding::{PlanCode, PlanDetail, PlanFinding},
    plan_parameters::{ParameterForm, ParametersAnswer, ShownValue},
};
use rstest::rstest;
use service::plan::{parameters, set_parameters};
use testdb::Backend;

fn minimum(ratio: &str) -> ParameterForm {
    ParameterForm {
        minimum_ratio: ratio.to_owned(),
        minimum_ratio_source: "示财采〔2026〕3号".to_owned(),
        ..ParameterForm::default()
    }
}

#[rstest]
#[tokio::test]
async fn parameters_are_inherited_and_a_lower_level_is_only_stricter(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let (services, year) = (world.services(), world.year);
    let city = world.actor(CITY).await;
    assert_eq!(set_parameters(services, &city, year, 0, &minimum("15")).await.unwrap(), ParametersAnswer::Set(()));
    // The county is told the value above and who has set it.
    let looser = set_parameters(services, &world.department, year, 0, &minimum("12")).await.unwrap();
    let ratio = domain::Ratio::from_hundredths(1_500).unwrap();
    let detail = PlanDetail::Above { value: ShownValue::Ratio(ratio), set_by: Some(CITY.to_owned()) };
    let finding = PlanFinding::new("minimum_ratio", PlanCode::LooserThanAbove).with(detail);
    assert_eq!(looser, ParametersAnswer::Refused(vec![finding]));
    // The unit sees the value of the city and, once the county is stricter, that of the county.
    let applied = async || parameters(services, &world.unit, None, Some(year)).await.unwrap().applied.minimum_ratio;
    assert_eq!(applied().await.set_by.map(|unit| unit.name).as_deref(), Some(CITY));
    assert_eq!(
        set_parameters(services, &world.department, year, 0, &minimum("20")).await.unwrap(),
        ParametersAnswer::Set(())
    );
    let own = applied().await;
    assert_eq!((own.value.to_string().as_str(), own.set_by.unwrap().name.as_str()), ("20", DEPARTMENT));
    assert_eq!(own.source, "示财采〔2026〕3号");
    // The city becomes stricter than the county.
    assert_eq!(set_parameters(services, &city, year, 1, &minimum("25")).await.unwrap(), ParametersAnswer::Set(()));
    let own = applied().await;
    assert_eq!((own.value.to_string().as_str(), own.set_by.unwrap().name.as_str()), ("25", CITY));
    // Other years and other counties have nothing of it.
    let next = parameters(services, &world.unit, None, Some(year + 1)).await.unwrap();
    assert_eq!(next.applied.minimum_ratio.set_by, None);
    let other = world.app.act_as(&world.accounts, OTHER).await;
    let other = parameters(services, &other, None, Some(year)).await.unwrap();
    assert_eq!(other.applied.minimum_ratio.value.to_string(), "25");
    assert_eq!(other.own.unwrap().version, 0);
}

#[rstest]
#[tokio::test]
async fn presets_set_parameters_and_superiors_read_those_of_their_units(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let (services, year) = (world.services(), world.year);
    assert_eq!(problem(set_parameters(services, &world.unit, year, 0, &minimum("20")).await), Problem::Forbidden);
    let operator = world.app.act_as(&world.accounts, "平台运维").await;
    assert_eq!(problem(set_parameters(services, &operator, year, 0, &minimum("20")).await), Problem::Forbidden);
    assert_eq!(problem(parameters(services, &operator, None, Some(year)).await), Problem::Forbidden);
    let (unit, department) = (world.id(UNIT).await, world.id(DEPARTMENT).await);
    for reader in [&operator, &world.department, &world.unit] {
        assert_eq!(parameters(services, reader, Some(unit), Some(year)).await.unwrap().own, None);
    }
    let other = world.app.act_as(&world.accounts, OTHER).await;
    assert_eq!(problem(parameters(services, &other, Some(unit), Some(year)).await), Problem::NotFound);
    assert_eq!(problem(parameters(services, &world.unit, Some(department), Some(year)).await), Problem::NotFound);
    assert_eq!(problem(parameters(services, &world.unit, None, Some(1999)).await), Problem::NotFound);
}

#[rstest]
#[tokio::test]
async fn parameters_of_another_version_are_not_overwritten(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let (services, year, own) = (world.services(), world.year, &world.department);
    assert_eq!(set_parameters(services, own, year, 0, &minimum("20")).await.unwrap(), ParametersAnswer::Set(()));
    assert_eq!(problem(set_parameters(services, own, year, 0, &minimum("30")).await), Problem::Stale);
    let view = parameters(services, own, None, Some(year)).await.unwrap().own.unwrap();
    assert_eq!((view.version, view.form), (1, minimum("20")));
    // An emptied form inherits everything again.
    assert_eq!(
        set_parameters(services, own, year, 1, &ParameterForm::default()).await.unwrap(),
        ParametersAnswer::Set(())
    );
    let view = parameters(services, own, None, Some(year)).await.unwrap();
    assert_eq!((view.applied.minimum_ratio.set_by, view.own.unwrap().version), (None, 2));
    let logged =
        texts(services, "SELECT COUNT(*) AS x FROM audit_event WHERE action = 'plan-parameters-set'", []).await;
    assert_eq!(logged, ["2"]);
}
