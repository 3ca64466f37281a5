use crate::{execute, named, not_activated_unit, problem, texts};
use domain::{Problem, account::Portal, ids::UnitId, session::SignInStep};
use futures_util::future::join_all;
use rstest::rstest;
use sea_orm::{Database, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use service::{
    Hashing, PlaintextPassword, RequestOrigin, Secret, Services,
    session::{SignedIn, authenticate, current_account, delete_expired, sign_in, sign_out},
};
use std::time::Duration;
use testdb::{Backend, TestApp};
use tokio::time::timeout;

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

async fn enter(services: &Services, login: &str, password: &str) -> service::Result<SignedIn> {
    sign_in(services, Portal::Management, login, password, None, &TestApp::client()).await
}

#[rstest]
#[case::as_stored("GL00000004")]
#[case::lower_case(" gl00000004")]
#[case::full_width("ＧＬ００００００ ０４")]
#[tokio::test]
async fn a_department_signs_in(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend, #[case] typed: &str) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let account = named(&accounts, "示例县财政局");
    assert_eq!(account.login, "GL00000004");
    let signed_in = enter(services, typed, &account.password).await.unwrap();
    assert_eq!((signed_in.sign_in_step, signed_in.token.len()), (SignInStep::Open, 64));
    let session = authenticate(services, &signed_in.token, &TestApp::client()).await.unwrap();
    let me = current_account(services, &session).await.unwrap();
    assert_eq!((me.login.as_str(), me.unit.unwrap().name.as_str()), ("GL00000004", "示例县财政局"));
    assert!(session.actor().is_ok());
    // The table does not contain the token.
    assert_ne!(texts(services, "SELECT id AS x FROM session", []).await, [signed_in.token.as_str()]);
    let events = texts(services, "SELECT action || ' ' || login || ' ' || address AS x FROM audit_event", []).await;
    assert_eq!(events, ["sign-in GL00000004 192.0.2.7"]);
}

#[rstest]
#[tokio::test]
async fn a_refused_sign_in_does_not_show_whether_the_account_exists(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let account = named(&accounts, "示例县财政局");
    for (login, password) in [
        (account.login.as_str(), "wrong"),
        ("GL99999999", "wrong"),
        // The account of 示例市财政局 has no password.
        ("GL00000003", "wrong"),
        ("my-secret-password", "GL00000004"),
        ("", ""),
    ] {
        assert_eq!(problem(enter(services, login, password).await), Problem::SignInFailed, "{login}");
    }
    let logins = texts(services, "SELECT login AS x FROM audit_event ORDER BY id", []).await;
    // A text that is not a login name is not kept, because it may be a password in the wrong field.
    assert_eq!(logins, [account.login.as_str(), "GL99999999", "GL00000003", "", ""]);
    assert!(texts(services, "SELECT id AS x FROM session", []).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn failed_sign_ins_with_one_login_name_are_throttled(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(true, false)] exists: bool,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let account = named(&accounts, "示例县财政局");
    let login = if exists { account.login.as_str() } else { "GL99999999" };
    for _ in 0..5 {
        assert_eq!(problem(enter(services, login, "wrong").await), Problem::SignInFailed);
    }
    for minutes in [1, 2, 4, 8, 15, 15] {
        // While the login name is blocked, the right password is refused too.
        let blocked = problem(enter(services, login, &account.password).await);
        assert_eq!(blocked, Problem::SignInThrottled { minutes });
        services.clock().advance(MINUTE * minutes);
        assert_eq!(problem(enter(services, login, "wrong").await), Problem::SignInFailed);
    }
    services.clock().advance(MINUTE * 15);
    if exists {
        enter(services, login, &account.password).await.unwrap();
        // The successful sign-in has reset the count of failures.
        for _ in 0..4 {
            assert_eq!(problem(enter(services, login, "wrong").await), Problem::SignInFailed);
        }
        enter(services, login, &account.password).await.unwrap();
    }
}

#[rstest]
#[tokio::test]
async fn concurrent_failed_sign_ins_are_throttled(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let login = &named(&accounts, "示例县财政局").login;
    let answers =
        join_all((0..20).map(|n| async move { problem(enter(services, login, &format!("guess-{n}")).await) }));
    let answers = answers.await;
    assert_eq!(answers.iter().filter(|p| **p == Problem::SignInFailed).count(), 5);
    assert_eq!(answers.iter().filter(|p| **p == Problem::SignInThrottled { minutes: 1 }).count(), 15);
}

#[rstest]
#[tokio::test]
async fn failed_sign_ins_from_one_address_are_throttled(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let account = named(&accounts, "示例县财政局");
    for n in 0..50 {
        // Successful sign-ins from the same address do not count.
        enter(services, &account.login, &account.password).await.unwrap();
        let answer = problem(enter(services, &format!("GL9999{n:04}"), "wrong").await);
        assert_eq!(answer, Problem::SignInFailed);
    }
    let blocked = problem(enter(services, &account.login, &account.password).await);
    assert_eq!(blocked, Problem::SignInThrottled { minutes: 1 });
    let elsewhere = RequestOrigin { address: "198.51.100.1".to_owned(), device: None };
    sign_in(services, Portal::Management, &account.login, &account.password, None, &elsewhere).await.unwrap();
}

/// A client at an address, with the device cookie of an earlier sign-in or without one.
fn client_at(address: &str, device: Option<&SignedIn>) -> RequestOrigin {
    let device = device.and_then(|signed_in| signed_in.device.as_ref()).map(|token| Secret(token.to_string()));
    RequestOrigin { address: address.to_owned(), device }
}

async fn enter_from(
    services: &Services,
    login: &str,
    password: &str,
    origin: &RequestOrigin,
) -> service::Result<SignedIn> {
    sign_in(services, Portal::Management, login, password, None, origin).await
}

/// The addresses of an attacker.
fn attackers(count: u8) -> Vec<RequestOrigin> {
    (0..count).map(|n| client_at(&format!("203.0.113.{n}"), None)).collect()
}

#[rstest]
#[case::one_address(1)]
#[case::many_addresses(40)]
#[tokio::test]
async fn an_attacker_does_not_keep_the_owner_out(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[case] addresses: u8,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    // The operator's login name is known to everybody.
    let operator = named(&accounts, "平台运维");
    let known = enter(services, &operator.login, &operator.password).await.unwrap();
    let attackers = attackers(addresses);
    let mut verified = 0;
    let mut attack = async || {
        for attacker in &attackers {
            match problem(enter_from(services, &operator.login, "wrong", attacker).await) {
                Problem::SignInFailed => verified += 1,
                refused => assert!(matches!(refused, Problem::SignInThrottled { .. }), "{refused:?}"),
            }
        }
    };
    for minute in 0..60 {
        let at_once = if minute == 0 { 9 } else { 1 };
        for _ in 0..at_once {
            attack().await;
        }
        services.clock().advance(MINUTE);
    }
    attack().await;
    // From the known device, at the attacker's address, as behind a proxy that the configuration does not name.
    let device = client_at("203.0.113.0", Some(&known));
    let known = enter_from(services, &operator.login, &operator.password, &device).await.unwrap();
    // From another address, without a device; there also after two mistakes.
    let elsewhere = client_at("198.51.100.1", None);
    enter_from(services, &operator.login, &operator.password, &elsewhere).await.unwrap();
    let elsewhere = client_at("198.51.100.2", None);
    for _ in 0..2 {
        assert_eq!(problem(enter_from(services, &operator.login, "typo", &elsewhere).await), Problem::SignInFailed);
    }
    enter_from(services, &operator.login, &operator.password, &elsewhere).await.unwrap();
    // The known device got a new token, and the old one is worth nothing.
    let device = client_at("203.0.113.0", Some(&known));
    enter_from(services, &operator.login, &operator.password, &device).await.unwrap();
    assert!(enter_from(services, &operator.login, &operator.password, &device).await.is_err());
    // One address may guess some times an hour. Many addresses together are slowed down by the brake.
    assert!(verified <= if addresses == 1 { 13 } else { 160 + 3 * u32::from(addresses) }, "{verified}");
}

#[rstest]
#[tokio::test]
async fn a_blocked_address_does_not_block_a_known_device(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let account = named(&accounts, "示例县财政局");
    let known = enter(services, &account.login, &account.password).await.unwrap();
    for n in 0..50 {
        assert_eq!(problem(enter(services, &format!("GL9999{n:04}"), "wrong").await), Problem::SignInFailed);
    }
    let blocked = problem(enter(services, &account.login, &account.password).await);
    assert_eq!(blocked, Problem::SignInThrottled { minutes: 1 });
    let device = client_at(TestApp::client().address.as_str(), Some(&known));
    enter_from(services, &account.login, &account.password, &device).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_known_device_guesses_no_more_than_others(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let (account, other) = (named(&accounts, "示例县财政局"), named(&accounts, "样例县财政局"));
    let known = enter(services, &account.login, &account.password).await.unwrap();
    let device = client_at("203.0.113.1", Some(&known));
    for _ in 0..5 {
        assert_eq!(problem(enter_from(services, &account.login, "wrong", &device).await), Problem::SignInFailed);
    }
    let blocked = problem(enter_from(services, &account.login, &account.password, &device).await);
    assert_eq!(blocked, Problem::SignInThrottled { minutes: 1 });
    // The device is not known to another account: its failures there count at the address.
    for _ in 0..5 {
        assert_eq!(problem(enter_from(services, &other.login, "wrong", &device).await), Problem::SignInFailed);
    }
    let address = client_at("203.0.113.1", None);
    let blocked = problem(enter_from(services, &other.login, &other.password, &address).await);
    assert_eq!(blocked, Problem::SignInThrottled { minutes: 1 });
    // The people of two accounts may share a browser: it is known to both.
    services.clock().advance(MINUTE);
    let shared = enter_from(services, &other.login, &other.password, &device).await.unwrap();
    let device = client_at("203.0.113.1", Some(&shared));
    for login in [&account.login, &other.login] {
        assert_eq!(problem(enter_from(services, login, "wrong", &device).await), Problem::SignInFailed);
    }
    let devices = "SELECT COUNT(*) AS x FROM throttle WHERE name LIKE '%device:%'";
    assert_eq!(texts(services, devices, []).await, ["3"]);
}

#[rstest]
#[tokio::test]
async fn a_device_is_forgotten_after_half_a_year(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let account = named(&accounts, "示例县财政局");
    let count = async || texts(services, "SELECT COUNT(*) AS x FROM known_device", []).await.remove(0);
    for _ in 0..25 {
        enter(services, &account.login, &account.password).await.unwrap();
    }
    assert_eq!(count().await, "20", "the devices of one account are bounded");
    services.clock().advance(DAY * 179);
    delete_expired(services).await.unwrap();
    assert_eq!(count().await, "20");
    services.clock().advance(DAY);
    delete_expired(services).await.unwrap();
    assert_eq!(count().await, "0");
}

#[rstest]
#[tokio::test]
async fn a_superior_opens_a_throttled_account_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values("reset", "enable", "console")] by: &str,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = named(&accounts, "示例县财政局");
    let actor = app.act_as(&accounts, "示例县财政局").await;
    let (unit, login, mut password) = not_activated_unit(services).await;
    for _ in 0..5 {
        assert_eq!(problem(enter(services, &login, "wrong").await), Problem::SignInFailed);
    }
    assert_eq!(problem(enter(services, &login, &password).await), Problem::SignInThrottled { minutes: 1 });
    let unit = UnitId(unit);
    match by {
        "reset" => {
            password = PlaintextPassword::new("mei-you-ren-cai-5".to_owned());
            service::account::reset(services, &actor, unit, Some(&password), &own.password).await.unwrap();
        }
        "enable" => {
            service::account::set_enabled(services, &actor, unit, false).await.unwrap();
            service::account::set_enabled(services, &actor, unit, true).await.unwrap();
        }
        _ => password = service::account::issue_on_console(services, &login).await.unwrap(),
    }
    enter(services, &login, &password).await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_known_device_does_not_wait_for_many_other_sign_ins(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    const OTHERS: usize = 200;
    let app = TestApp::with(backend, |settings| settings.hashing = Hashing::default()).await;
    let accounts = service::seed::demo(&app.services).await.unwrap();
    let services = &app.services;
    let account = named(&accounts, "示例县财政局");
    let known = enter(services, &account.login, &account.password).await.unwrap();
    let others: Vec<_> = (0..OTHERS)
        .map(|n| {
            let (services, origin) = (services.clone(), client_at(&format!("10.0.{}.{}", n / 100, n % 100), None));
            tokio::spawn(async move {
                let _ = enter_from(&services, &format!("GL9999{n:04}"), "wrong", &origin).await;
            })
        })
        .collect();
    let counted = "SELECT COUNT(*) AS x FROM throttle WHERE name LIKE 'address:%'";
    while texts(services, counted, []).await[0].parse::<usize>().unwrap() < OTHERS {
        tokio::task::yield_now().await;
    }
    let device = client_at("203.0.113.0", Some(&known));
    let verified = "SELECT COUNT(*) AS x FROM audit_event WHERE action = 'sign-in-failed'";
    let before: usize = texts(services, verified, []).await[0].parse().unwrap();
    enter_from(services, &account.login, &account.password, &device).await.unwrap();
    let after: usize = texts(services, verified, []).await[0].parse().unwrap();
    assert!(before + 20 < OTHERS, "the others were too fast for this test: {before}");
    assert!(after - before < 20, "{} others were served first", after - before);
    for other in others {
        other.await.unwrap();
    }
}

#[tokio::test]
async fn reading_goes_on_while_nobody_can_write() {
    let (app, accounts) = TestApp::demo(Backend::Sqlite).await;
    let services = &app.services;
    let account = named(&accounts, "示例县财政局");
    let token = enter(services, &account.login, &account.password).await.unwrap().token;
    let used = async || texts(services, "SELECT last_used_at AS x FROM session", []).await;
    let before = used().await;
    services.clock().advance(MINUTE * 2);
    let other = Database::connect(app.url()).await.unwrap();
    let begin = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let lock = other.begin_with_options(begin).await.unwrap();
    for _ in 0..3 {
        let answer = timeout(Duration::from_secs(5), authenticate(services, &token, &TestApp::client())).await;
        answer.expect("the request waited for the lock").unwrap();
    }
    lock.rollback().await.unwrap();
    while used().await == before {
        tokio::task::yield_now().await;
    }
}

#[rstest]
#[tokio::test]
async fn an_initial_password_is_valid_for_thirty_days(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, _) = TestApp::demo(backend).await;
    let services = &app.services;
    let (_, login, password) = not_activated_unit(services).await;
    services.clock().advance(DAY * 29 + MINUTE * 1_439);
    assert_eq!(enter(services, &login, &password).await.unwrap().sign_in_step, SignInStep::ChangePassword);
    services.clock().advance(MINUTE);
    assert_eq!(problem(enter(services, &login, &password).await), Problem::InitialPasswordExpired);
    assert_eq!(problem(enter(services, &login, "wrong").await), Problem::SignInFailed);
    // A new initial password is valid.
    let another = service::account::issue_on_console(services, &login).await.unwrap();
    assert_eq!(problem(enter(services, &login, &password).await), Problem::SignInFailed);
    enter(services, &login, &another).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn only_the_right_password_shows_that_an_account_is_disabled(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let account = named(&accounts, "示例县财政局");
    let token = enter(services, &account.login, &account.password).await.unwrap().token;
    let disabled = "UPDATE account SET disabled_at = 1 WHERE login = $1";
    assert_eq!(execute(services, disabled, [account.login.as_str().into()]).await, 1);
    assert_eq!(problem(enter(services, &account.login, "wrong").await), Problem::SignInFailed);
    assert_eq!(problem(enter(services, &account.login, &account.password).await), Problem::AccountDisabled);
    // The session of the account has ended.
    assert_eq!(problem(authenticate(services, &token, &TestApp::client()).await), Problem::NotSignedIn);
}

#[rstest]
#[tokio::test]
async fn signing_in_again_and_signing_out_end_the_session(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let (services, client) = (&app.services, TestApp::client());
    let account = named(&accounts, "示例县财政局");
    let first = enter(services, &account.login, &account.password).await.unwrap().token;
    let second = sign_in(services, Portal::Management, &account.login, &account.password, Some(&first), &client)
        .await
        .unwrap()
        .token;
    assert_ne!(first, second);
    assert_eq!(problem(authenticate(services, &first, &client).await), Problem::NotSignedIn);
    // Another server on the same database knows the session.
    assert!(authenticate(&app.second().await, &second, &client).await.is_ok());
    sign_out(services, &second, &client).await.unwrap();
    sign_out(services, &second, &client).await.unwrap();
    sign_out(services, "nonsense", &client).await.unwrap();
    assert_eq!(problem(authenticate(services, &second, &client).await), Problem::NotSignedIn);
    let actions = texts(services, "SELECT action AS x FROM audit_event ORDER BY id", []).await;
    assert_eq!(actions, ["sign-in", "sign-in", "sign-out"]);
}

#[rstest]
#[tokio::test]
async fn sessions_end_when_idle_and_after_their_lifetime(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let (services, client) = (&app.services, TestApp::client());
    let account = named(&accounts, "示例县财政局");
    let token = enter(services, &account.login, &account.password).await.unwrap().token;
    let used = async || texts(services, "SELECT last_used_at AS x FROM session", []).await;
    // The time of use is written beside the request.
    let until_written = async |before: Vec<String>| {
        while used().await == before {
            tokio::task::yield_now().await;
        }
    };
    let at_first = used().await;
    services.clock().advance(MINUTE / 2);
    authenticate(services, &token, &client).await.unwrap();
    assert_eq!(used().await, at_first, "the time of use is not written for every request");
    // Twelve hours in steps that are shorter than the two hours without a request after which a session ends.
    for _ in 0..7 {
        services.clock().advance(MINUTE * 100);
        let before = used().await;
        authenticate(services, &token, &client).await.unwrap();
        until_written(before).await;
    }
    services.clock().advance(MINUTE * 20);
    assert_eq!(problem(authenticate(services, &token, &client).await), Problem::NotSignedIn);

    let token = enter(services, &account.login, &account.password).await.unwrap().token;
    services.clock().advance(MINUTE * 120);
    assert_eq!(problem(authenticate(services, &token, &client).await), Problem::NotSignedIn);
    delete_expired(services).await.unwrap();
    assert!(texts(services, "SELECT id AS x FROM session", []).await.is_empty());
    assert!(texts(services, "SELECT name AS x FROM throttle", []).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_changed_cost_takes_effect_at_the_next_sign_in(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let account = named(&accounts, "示例县财政局");
    let mut settings = app.services.settings().clone();
    settings.hashing = Hashing { memory_kib: 64, passes: 2, lanes: 1 };
    let higher_cost = Services::open(settings, app.services.clock().clone()).await.unwrap();
    let hash = async || {
        let sql = "SELECT password_hash AS x FROM account WHERE login = $1";
        texts(&higher_cost, sql, [account.login.as_str().into()]).await.remove(0)
    };
    assert!(hash().await.contains("t=1"));
    enter(&higher_cost, &account.login, &account.password).await.unwrap();
    assert!(hash().await.contains("t=2"));
    enter(&higher_cost, &account.login, &account.password).await.unwrap();
}
