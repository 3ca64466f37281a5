//! The actions of superiors on the accounts below them: 重新发送账号短信, 重置密码, 停用.

use crate::{named, problem, texts};
use domain::{
    Problem,
    account::{AccountState, Portal},
    history::AuditAction,
    ids::UnitId,
    password::PolicyFault,
    session::SignInStep,
    sms::{SmsKind, SmsState},
    unit::UnitQuery,
};
use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use service::{
    Services,
    account::{resend, resend_many, reset, set_enabled},
    export::{Selection, units},
    session::{authenticate, sign_in},
    unit::{detail, list},
};
use std::{io::Read, time::Duration};
use testdb::{Backend, TestApp};
use texts::Lang;

const OWN: &str = "示例县财政局";
const NEW: &str = "mei-you-ren-cai-4";

/// A unit of the demo data below 示例县财政局 whose account is in a state, and its login name.
async fn unit_in(services: &Services, state: &str) -> (UnitId, String) {
    let text = "SELECT u.id AS x FROM unit u WHERE u.account = $1 AND u.kind = 'budget' AND u.name LIKE '示例县%' \
                ORDER BY u.id LIMIT 1";
    let id: i64 = texts(services, text, [state.into()]).await[0].parse().unwrap();
    let login = texts(services, "SELECT login AS x FROM unit WHERE id = $1", [id.into()]).await.remove(0);
    (UnitId(id), login)
}

/// The stored hash. If it is another one, the password has changed.
async fn hash(services: &Services, login: &str) -> String {
    texts(services, "SELECT password_hash AS x FROM account WHERE login = $1", [login.into()]).await.remove(0)
}

#[rstest]
#[tokio::test]
async fn a_resent_sms_has_a_new_password_before_activation_and_the_login_name_after_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    for (state, kind, fresh) in
        [("not-activated", SmsKind::InitialPassword, true), ("active", SmsKind::LoginName, false)]
    {
        let (unit, login) = unit_in(services, state).await;
        let before = hash(services, &login).await;
        resend(services, &own, unit).await.unwrap();
        assert_eq!(hash(services, &login).await != before, fresh);
        let full = detail(services, &own, unit).await.unwrap();
        assert_eq!((full.sms[0].kind, full.sms[0].state), (kind, SmsState::Waiting));
        assert_eq!(
            (full.events[0].action, full.events[0].actor.as_str()),
            (Some(AuditAction::SmsResent), own_login(&accounts))
        );
        assert!(
            full.events[0].changes.iter().any(|c| c.field == "mobile" && c.after.as_ref().unwrap().contains("****"))
        );
    }
    let (disabled, _) = unit_in(services, "disabled").await;
    assert_eq!(problem(resend(services, &own, disabled).await), Problem::AccountIs(AccountState::Disabled));
}

fn own_login(accounts: &[service::seed::DemoAccount]) -> &str {
    &named(accounts, OWN).login
}

#[rstest]
#[tokio::test]
async fn an_sms_is_resent_at_most_once_a_minute_and_five_times_a_day(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let (unit, _) = unit_in(services, "not-activated").await;
    // Only one of several concurrent requests is accepted.
    let at_once =
        tokio::join!(resend(services, &own, unit), resend(services, &own, unit), resend(services, &own, unit));
    assert_eq!([at_once.0, at_once.1, at_once.2].iter().filter(|answer| answer.is_ok()).count(), 1);
    for _ in 0..4 {
        let soon = problem(resend(services, &own, unit).await);
        assert!(matches!(soon, Problem::ResendTooSoon { seconds: 1..=60 }), "{soon:?}");
        services.clock().advance(Duration::from_secs(61));
        resend(services, &own, unit).await.unwrap();
    }
    services.clock().advance(Duration::from_hours(1));
    let own = app.act_as(&accounts, OWN).await;
    assert_eq!(problem(resend(services, &own, unit).await), Problem::ResendTooMany { limit: 5 });
    // Only the SMS with the last password waits.
    let waiting = "SELECT COUNT(*) AS x FROM sms_outbox WHERE unit_id = $1 AND state = 'waiting'";
    assert_eq!(texts(services, waiting, [unit.0.into()]).await, ["1"]);
    services.clock().advance(Duration::from_hours(23));
    resend(services, &own, unit).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_bulk_resend_returns_an_outcome_for_each_account(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let elsewhere = texts(services, "SELECT id AS x FROM unit WHERE name = '样例县财政局'", []).await;
    let elsewhere = UnitId(elsewhere[0].parse().unwrap());
    let mut asked = vec![elsewhere, UnitId(999_999)];
    for state in ["not-activated", "active", "disabled"] {
        asked.push(unit_in(services, state).await.0);
    }
    let outcomes = resend_many(services, &own, &asked).await.unwrap();
    let refused: Vec<_> = outcomes.iter().map(|outcome| outcome.refused.clone()).collect();
    let gone = Some(Problem::NotFound);
    assert_eq!(refused, [gone.clone(), gone, None, None, Some(Problem::AccountIs(AccountState::Disabled))]);
    assert_eq!((outcomes[0].name.as_ref(), outcomes[2].name.is_some()), (None, true), "no name of another tree");
    let many = vec![elsewhere; 201];
    assert_eq!(problem(resend_many(services, &own, &many).await), Problem::TooManyAtOnce { limit: 200 });
}

#[rstest]
#[tokio::test]
async fn a_superior_resets_a_password(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let (services, client) = (&app.services, TestApp::client());
    // The superior of 示例县财政局 is 示例市财政局, whose account must be activated first.
    let owner = named(&accounts, OWN);
    let superior = superior(&app).await;
    let own = superior.actor().unwrap();
    let unit =
        UnitId(texts(services, "SELECT id AS x FROM unit WHERE name = $1", [OWN.into()]).await[0].parse().unwrap());
    let token =
        sign_in(services, Portal::Management, &owner.login, &owner.password, None, &client).await.unwrap().token;

    assert_eq!(problem(reset(services, &own, unit, Some(NEW), "falsch").await), Problem::OldPasswordWrong);
    for (weak, fault) in [("12345678", PolicyFault::Common), (owner.login.as_str(), PolicyFault::LikeLogin)] {
        let refused = problem(reset(services, &own, unit, Some(weak), SUPERIOR).await);
        assert_eq!(refused, Problem::Password(fault));
    }
    assert!(authenticate(services, &token, &client).await.is_ok());

    reset(services, &own, unit, Some(NEW), SUPERIOR).await.unwrap();
    assert_eq!(problem(authenticate(services, &token, &client).await), Problem::NotSignedIn);
    assert_eq!(
        problem(sign_in(services, Portal::Management, &owner.login, &owner.password, None, &client).await),
        Problem::SignInFailed
    );
    let again = sign_in(services, Portal::Management, &owner.login, NEW, None, &client).await.unwrap();
    assert_eq!(again.sign_in_step, SignInStep::ChangePassword);
    let full = detail(services, &own, unit).await.unwrap();
    assert_eq!((full.sms[0].kind, full.unit.account), (SmsKind::PasswordReset, AccountState::Active));
    let secrets = "SELECT COUNT(*) AS x FROM sms_outbox WHERE unit_id = $1 AND secret IS NOT NULL";
    assert_eq!(texts(services, secrets, [unit.0.into()]).await, ["0"]);
    assert_eq!(full.events[0].action, Some(AuditAction::PasswordReset));

    // A generated password is only in the SMS.
    reset(services, &own, unit, None, SUPERIOR).await.unwrap();
    assert_eq!(detail(services, &own, unit).await.unwrap().sms[0].kind, SmsKind::NewPassword);
    assert_eq!(
        problem(sign_in(services, Portal::Management, &owner.login, NEW, None, &client).await),
        Problem::SignInFailed
    );
    assert_eq!(texts(services, secrets, [unit.0.into()]).await, ["1"]);
    let logged =
        texts(services, "SELECT before || after AS x FROM audit_event WHERE action = 'password-reset'", []).await;
    assert!(logged.iter().all(|values| !values.contains(NEW)));
    // A unit cannot reset its own password.
    let itself = texts(services, "SELECT id AS x FROM unit WHERE name = '示例市财政局'", []).await;
    let itself = UnitId(itself[0].parse().unwrap());
    let refused = problem(reset(services, &own, itself, None, SUPERIOR).await);
    assert_eq!(refused, Problem::AskSuperior { superior: "示例省财政厅".to_owned() });
    // The generated password is valid for thirty days.
    services.clock().advance(Duration::from_hours(24 * 30));
    let secret = sent(&app, &owner.login).await;
    assert_eq!(
        problem(sign_in(services, Portal::Management, &owner.login, &secret, None, &client).await),
        Problem::InitialPasswordExpired
    );
}

const SUPERIOR: &str = "gaoshan-liushui-52";

/// 示例市财政局, signed in with [`SUPERIOR`].
async fn superior(app: &TestApp) -> service::Session {
    let (services, client) = (&app.services, TestApp::client());
    let login = "SELECT login AS x FROM unit WHERE name = '示例市财政局'";
    let login = texts(services, login, []).await.remove(0);
    let password = service::account::issue_on_console(services, &login).await.unwrap();
    let session = app.session(&login, &password).await;
    service::account::change_password(services, session.identity(), &password, SUPERIOR, SUPERIOR, &client)
        .await
        .unwrap();
    crate::execute(services, "UPDATE unit SET completed_at = 1 WHERE name = '示例市财政局'", []).await;
    app.session(&login, SUPERIOR).await
}

/// The password in the last SMS to an account, as the gateway receives it.
async fn sent(app: &TestApp, login: &str) -> String {
    let stop = tokio_util::sync::CancellationToken::new();
    let worker = tokio::spawn(service::sms::work(app.services.clone(), stop.clone()));
    let text = loop {
        let mine = service::sms::sent(&app.services, login).await.unwrap();
        if let Some(sms) = mine.into_iter().find(|sms| sms.text.contains("新密码 ")) {
            break sms.text;
        }
        tokio::task::yield_now().await;
    };
    stop.cancel();
    worker.await.unwrap();
    let (_, rest) = text.split_once("新密码 ").unwrap();
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

#[rstest]
#[tokio::test]
async fn without_a_mobile_number_only_a_typed_password_can_be_set(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let password = &named(&accounts, OWN).password;
    let (unit, login) = unit_in(services, "active").await;
    let before = hash(services, &login).await;
    crate::execute(services, "UPDATE unit SET mobile = NULL WHERE id = $1", [unit.0.into()]).await;
    assert_eq!(problem(resend(services, &own, unit).await), Problem::NoMobile);
    assert_eq!(problem(reset(services, &own, unit, None, password).await), Problem::NoMobile);
    assert_eq!(hash(services, &login).await, before);
    reset(services, &own, unit, Some(NEW), password).await.unwrap();
    assert!(hash(services, &login).await != before);
    // For a unit outside the own subtree the password is not even verified.
    let elsewhere = texts(services, "SELECT id AS x FROM unit WHERE name = '样例县财政局'", []).await;
    let elsewhere = UnitId(elsewhere[0].parse().unwrap());
    assert_eq!(problem(reset(services, &own, elsewhere, None, "").await), Problem::NotFound);
}

#[rstest]
#[tokio::test]
async fn disabling_an_account_ends_its_sessions(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let (services, client) = (&app.services, TestApp::client());
    let operator = app.act_as(&accounts, "平台运维").await;
    let owner = named(&accounts, OWN);
    let token =
        sign_in(services, Portal::Management, &owner.login, &owner.password, None, &client).await.unwrap().token;
    let unit =
        UnitId(texts(services, "SELECT id AS x FROM unit WHERE name = $1", [OWN.into()]).await[0].parse().unwrap());
    for enabled in [true, false, false] {
        set_enabled(services, &operator, unit, enabled).await.unwrap();
    }
    assert_eq!(problem(authenticate(services, &token, &client).await), Problem::NotSignedIn);
    assert_eq!(
        problem(sign_in(services, Portal::Management, &owner.login, &owner.password, None, &client).await),
        Problem::AccountDisabled
    );
    set_enabled(services, &operator, unit, true).await.unwrap();
    assert!(sign_in(services, Portal::Management, &owner.login, &owner.password, None, &client).await.is_ok());
    let full = detail(services, &operator, unit).await.unwrap();
    let actions: Vec<_> = full.events.iter().map(|event| event.action).collect();
    let expected = [AuditAction::AccountEnabled, AuditAction::AccountDisabled].map(Some);
    assert_eq!(actions, expected, "an action without effect is not an event");
}

#[rstest]
#[tokio::test]
async fn the_units_of_a_search_are_exported(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let query = UnitQuery { search: "服务中心".to_owned(), ..UnitQuery::default() };
    let rows = list(services, &own, &query).await.unwrap().rows;
    let whole = units(services, &own, &Selection::Query(query), Lang::Zh).await.unwrap();
    let length = |file: &std::fs::File| file.metadata().unwrap().len();
    let mut beginning = [0; 2];
    (&whole.file).read_exact(&mut beginning).unwrap();
    assert_eq!((&beginning, whole.name.as_str()), (b"PK", "预算单位列表.xlsx"));
    let some = Selection::Chosen(vec![rows[0].id, UnitId(1), UnitId(999_999)]);
    assert!(length(&units(services, &own, &some, Lang::En).await.unwrap().file) < length(&whole.file));
    // The derived columns of the unit equal the columns of its account.
    let db = services.database();
    let differ = "SELECT COUNT(*) FROM unit u JOIN account a ON a.unit_id = u.id AND a.kind = 'management' \
                  WHERE u.account <> a.state OR u.login <> a.login";
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), differ)).await.unwrap().unwrap();
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 0);
}
