use crate::{named, problem, texts};
use domain::{
    AdminLevel, BudgetLevel, Code, Problem,
    profile::{Profile, ProfileForm},
};
use rstest::rstest;
use service::profile::{complete, get};
use testdb::{Backend, TestApp};

fn form() -> ProfileForm {
    ProfileForm {
        admin_level: " 县级".to_owned(),
        budget_level: "二级预算单位".to_owned(),
        contact: "王芳\u{a0}".to_owned(),
        mobile: "１３８ 1234-5678".to_owned(),
    }
}

#[rstest]
#[tokio::test]
async fn a_profile_is_tidied_and_saved(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let (services, client) = (&app.services, TestApp::client());
    let account = named(&accounts, "示例县财政局");
    let session = app.session(&account.login, &account.password).await;
    let version = get(services, &session).await.unwrap().version;
    complete(services, &session, version, &form(), &client).await.unwrap();
    let profile = get(services, &session).await.unwrap();
    let expected = Profile {
        unit_name: "示例县财政局".to_owned(),
        code: profile.code.clone(),
        version: version + 1,
        form: ProfileForm {
            admin_level: AdminLevel::County.name().to_owned(),
            budget_level: BudgetLevel::Second.name().to_owned(),
            contact: "王芳".to_owned(),
            mobile: "13812345678".to_owned(),
        },
        superior: Some("示例市财政局".to_owned()),
    };
    assert_eq!(profile, expected);
    let kept = "SELECT before || after AS x FROM audit_event WHERE action = 'profile-completed'";
    let kept = texts(services, kept, []).await.remove(0);
    assert!(kept.contains("王芳") && kept.contains("138****5678") && !kept.contains("13812345678"), "{kept}");
}

#[rstest]
#[tokio::test]
async fn every_field_in_error_is_named(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let (services, client) = (&app.services, TestApp::client());
    let account = named(&accounts, "示例县财政局");
    let session = app.session(&account.login, &account.password).await;
    let faults = async |form: ProfileForm| match problem(complete(services, &session, 1, &form, &client).await) {
        Problem::Fields(faults) => faults.into_iter().map(|fault| (fault.field, fault.code)).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let names = ["admin_level", "budget_level", "contact", "mobile"].map(str::to_owned);
    let all = faults(ProfileForm::default()).await;
    assert_eq!(all, names.clone().map(|name| (name, Code::Required)));
    let [admin_level, budget_level, contact, mobile] = names;
    let wrong = ProfileForm { admin_level: "区县".to_owned(), contact: "王".to_owned(), ..form() };
    assert_eq!(faults(wrong).await, [(admin_level, Code::NotInList), (contact, Code::TooShort)]);
    let wrong = ProfileForm { budget_level: "二级".to_owned(), mobile: "12812345678".to_owned(), ..form() };
    assert_eq!(faults(wrong).await, [(budget_level, Code::NotInList), (mobile, Code::MobileFormat)]);
}

#[rstest]
#[tokio::test]
async fn the_operator_has_no_profile(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let account = named(&accounts, "平台运维");
    let session = app.session(&account.login, &account.password).await;
    assert!(session.actor().is_ok());
    assert_eq!(problem(get(&app.services, &session).await), Problem::Forbidden);
}
