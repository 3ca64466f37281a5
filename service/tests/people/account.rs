use crate::{execute, named, not_activated_unit, problem, texts};
use domain::{
    Code, Problem, account::Portal, edit::EditResult, ids::UnitId, password::PolicyFault, profile::ProfileForm,
    session::SignInStep,
};
use rstest::rstest;
use service::{
    account::{change_password, issue, issue_on_console},
    profile,
    session::{authenticate, sign_in},
};
use testdb::{Backend, TestApp};

const NEW: &str = "mei-you-ren-cai-4";

#[rstest]
#[tokio::test]
async fn a_unit_must_change_its_password_and_then_complete_its_data(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, _) = TestApp::demo(backend).await;
    let (services, client) = (&app.services, TestApp::client());
    let (_, login, password) = not_activated_unit(services).await;
    let session = app.session(&login, &password).await;
    assert_eq!(problem(session.actor()), Problem::MustChangePassword);
    assert_eq!(problem(profile::get(services, &session).await), Problem::MustChangePassword);
    assert_eq!(
        problem(profile::complete(services, &session, 1, &ProfileForm::default(), &client).await),
        Problem::MustChangePassword
    );

    let changed = change_password(services, session.identity(), &password, NEW, NEW, &client).await.unwrap();
    assert_eq!(changed.sign_in_step, SignInStep::CompleteProfile);
    let session = authenticate(services, &changed.token, &client).await.unwrap();
    assert_eq!(problem(session.actor()), Problem::MustCompleteProfile);
    let form = ProfileForm {
        admin_level: "乡级".to_owned(),
        budget_level: "二级预算单位".to_owned(),
        contact: "王芳".to_owned(),
        mobile: "13812345678".to_owned(),
    };
    let version = profile::get(services, &session).await.unwrap().version;
    assert_eq!(profile::complete(services, &session, version, &form, &client).await.unwrap(), EditResult::Saved);

    let session = authenticate(services, &changed.token, &client).await.unwrap();
    assert!(session.actor().is_ok());
    assert_eq!(
        sign_in(services, Portal::Management, &login, NEW, None, &client).await.unwrap().sign_in_step,
        SignInStep::Open
    );
    assert_eq!(
        problem(sign_in(services, Portal::Management, &login, &password, None, &client).await),
        Problem::SignInFailed
    );
    // A first password is issued only to an account that was never activated.
    assert_eq!(problem(issue_on_console(services, &login).await), Problem::NotFound);
}

#[rstest]
#[tokio::test]
async fn changing_the_password_ends_every_other_session(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let (services, client) = (&app.services, TestApp::client());
    let account = named(&accounts, "示例县财政局");
    let enter = async || {
        sign_in(services, Portal::Management, &account.login, &account.password, None, &client).await.unwrap().token
    };
    let (own, other) = (enter().await, enter().await);
    let session = authenticate(services, &own, &client).await.unwrap();
    let renewed = change_password(services, session.identity(), &account.password, NEW, NEW, &client).await.unwrap();
    for token in [&own, &other] {
        assert_eq!(problem(authenticate(services, token, &client).await), Problem::NotSignedIn);
    }
    assert!(authenticate(services, &renewed.token, &client).await.unwrap().actor().is_ok());
    let stored = texts(services, "SELECT COALESCE(after, '') || COALESCE(before, '') AS x FROM audit_event", []).await;
    assert!(stored.iter().all(|text| !text.contains(NEW)));
}

#[rstest]
#[tokio::test]
async fn a_new_password_must_keep_the_policy(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let (services, client) = (&app.services, TestApp::client());
    let account = named(&accounts, "示例县财政局");
    let session = app.session(&account.login, &account.password).await;
    let change = async |old: &str, new: &str, repeat: &str| {
        problem(change_password(services, session.identity(), old, new, repeat, &client).await)
    };
    let right = account.password.as_str();
    assert_eq!(change(right, NEW, "another").await, Problem::PasswordsDiffer);
    assert_eq!(change("wrong", NEW, NEW).await, Problem::OldPasswordWrong);
    assert_eq!(change(right, right, right).await, Problem::Password(PolicyFault::Unchanged));
    for (new, fault) in [
        ("short-7", PolicyFault::TooShort),
        ("示例县财政局示例县财政局", PolicyFault::LikeUnit),
        ("xGL00000004x", PolicyFault::LikeLogin),
        ("password1234", PolicyFault::Common),
    ] {
        assert_eq!(change(right, new, new).await, Problem::Password(fault), "{new}");
    }
    // Attempts are throttled, because somebody else may sit at a signed-in browser.
    for _ in 0..5 {
        assert_eq!(change("wrong", NEW, NEW).await, Problem::OldPasswordWrong);
    }
    assert_eq!(change(right, NEW, NEW).await, Problem::SignInThrottled { minutes: 1 });
}

#[rstest]
#[tokio::test]
async fn the_operator_issues_the_account_of_a_preset_unit(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let id = async |name: &str| {
        let found = texts(services, "SELECT id AS x FROM unit WHERE name = $1", [name.into()]).await;
        UnitId(found[0].parse().unwrap())
    };
    let preset = id("示例市财政局").await;
    let operator = app.act_as(&accounts, "平台运维").await;
    let department = app.act_as(&accounts, "示例县财政局").await;
    let (contact, mobile) = ("李 雪", "138 1234 5678");
    assert_eq!(problem(issue(services, &department, preset, contact, mobile).await), Problem::Forbidden);
    assert_eq!(problem(issue(services, &operator, UnitId(999_999), contact, mobile).await), Problem::NotFound);
    let budget = id("示例县融媒体中心").await;
    assert_eq!(problem(issue(services, &operator, budget, contact, mobile).await), Problem::NotFound);
    let used = id("示例县财政局").await;
    assert_eq!(problem(issue(services, &operator, used, contact, mobile).await), Problem::Stale);
    let Problem::Fields(faults) = problem(issue(services, &operator, preset, "", "12345").await) else { panic!() };
    let faults: Vec<_> = faults.iter().map(|fault| (fault.field.as_str(), fault.code)).collect();
    assert_eq!(faults, [("contact", Code::Required), ("mobile", Code::MobileFormat)]);

    issue(services, &operator, preset, contact, mobile).await.unwrap();
    issue(services, &operator, preset, contact, "13912345678").await.unwrap();
    let waiting = "SELECT mobile || ' ' || kind || ' ' || state AS x FROM sms_outbox WHERE unit_id = $1 ORDER BY id";
    // Only the newer password is valid, so the SMS with the older one is withdrawn.
    let expected = ["13812345678 initial-password withdrawn", "13912345678 initial-password waiting"];
    assert_eq!(texts(services, waiting, [preset.0.into()]).await, expected);
    let events = "SELECT after AS x FROM audit_event WHERE action = 'password-issued' ORDER BY id";
    let events = texts(services, events, []).await;
    assert_eq!(events[0], r#"{"contact":"李 雪","mobile":"138****5678"}"#);
    let detail = service::unit::detail(services, &operator, preset).await.unwrap();
    assert_eq!(detail.unit.contact.as_deref(), Some(contact));
    assert_eq!(detail.unit.account, domain::account::AccountState::NotActivated);
}

#[rstest]
#[tokio::test]
async fn changing_an_initial_password_deletes_its_waiting_sms(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let (services, client) = (&app.services, TestApp::client());
    let operator = app.act_as(&accounts, "平台运维").await;
    let city = texts(services, "SELECT id AS x FROM unit WHERE name = '示例市财政局'", []).await[0].parse().unwrap();
    issue(services, &operator, UnitId(city), "李雪", "13812345678").await.unwrap();
    // The password is only in the SMS, so the test replaces it by a known password.
    let account = named(&accounts, "示例县财政局");
    let known = "UPDATE account SET password_hash = (SELECT k.password_hash FROM account k WHERE k.login = $1) \
                 WHERE unit_id = $2";
    execute(services, known, [account.login.as_str().into(), city.into()]).await;
    let login = texts(services, "SELECT login AS x FROM account WHERE unit_id = $1", [city.into()]).await.remove(0);
    let session = app.session(&login, &account.password).await;
    change_password(services, session.identity(), &account.password, NEW, NEW, &client).await.unwrap();
    let left = "SELECT id AS x FROM sms_outbox WHERE secret IS NOT NULL OR state = 'waiting'";
    assert!(texts(services, left, []).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn the_operator_gets_its_first_password_on_the_console(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let app = TestApp::new(backend).await;
    let (services, client) = (&app.services, TestApp::client());
    service::seed::presets(services).await.unwrap();
    assert_eq!(problem(issue_on_console(services, "YW00000002").await), Problem::NotFound);
    let password = issue_on_console(services, "yw00000001").await.unwrap();
    let session = app.session("YW00000001", &password).await;
    assert_eq!(problem(session.actor()), Problem::MustChangePassword);
    let changed = change_password(services, session.identity(), &password, NEW, NEW, &client).await.unwrap();
    assert_eq!(changed.sign_in_step, SignInStep::Open, "it has no data to complete");
    assert!(authenticate(services, &changed.token, &client).await.unwrap().actor().is_ok());
}
