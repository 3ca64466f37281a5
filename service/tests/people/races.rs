//! Two requests at once on PostgreSQL, where transactions run side by side.

use crate::{execute, named, not_activated_unit, problem, texts};
use domain::{Problem, account::Portal, dispute::DisputeForm, edit::EditResult, ids::UnitId, profile::ProfileForm};
use futures_util::future::join_all;
use rstest::rstest;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, Statement, TransactionTrait};
use service::{
    Services,
    account::{change_password, issue, reset},
    dispute::{file, reject},
    profile::{complete, get},
    session::sign_in,
};
use testdb::{Backend, TestApp};

const OWN: &str = "示例县财政局";
const NEW: &str = "mei-you-ren-cai-4";

/// A transaction of another server.
async fn other_transaction(app: &TestApp) -> (DatabaseConnection, DatabaseTransaction) {
    let other = Database::connect(app.url()).await.unwrap();
    let tx = other.begin().await.unwrap();
    (other, tx)
}

async fn run(tx: &DatabaseTransaction, sql: &str) {
    tx.execute_raw(Statement::from_string(tx.get_database_backend(), sql)).await.unwrap();
}

/// Waits until a request waits for a lock of another transaction.
async fn until_blocked(services: &Services) {
    let blocked =
        "SELECT COUNT(*) AS x FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while texts(services, blocked, []).await == ["0"] {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn concurrent_wrong_own_passwords_are_throttled() {
    let (app, accounts) = TestApp::demo(Backend::Postgres).await;
    let (services, origin) = (&app.services, TestApp::client());
    let account = named(&accounts, OWN);
    let session = app.session(&account.login, &account.password).await;
    let attempts = (0..60).map(|_| change_password(services, session.identity(), "wrong", NEW, NEW, &origin));
    let refused: Vec<Problem> = join_all(attempts).await.into_iter().map(problem).collect();
    let verified = refused.iter().filter(|problem| **problem == Problem::OldPasswordWrong).count();
    assert_eq!(verified, 5, "{refused:?}");
}

#[tokio::test]
async fn a_password_is_not_issued_to_an_account_that_is_activated_at_the_same_time() {
    let (app, accounts) = TestApp::demo(Backend::Postgres).await;
    let services = &app.services;
    let operator = app.act_as(&accounts, "平台运维").await;
    let preset = "SELECT u.id AS x FROM unit u JOIN account a ON a.unit_id = u.id WHERE u.kind = 'finance' \
                  AND a.activated_at IS NULL ORDER BY u.id LIMIT 1";
    let unit = UnitId(texts(services, preset, []).await[0].parse().unwrap());
    let (_other, tx) = other_transaction(&app).await;
    run(&tx, &format!("UPDATE account SET password_hash = 'own', activated_at = 1 WHERE unit_id = {unit}")).await;
    let (issued, ()) = tokio::join!(issue(services, &operator, unit, "王芳", "13812345678"), async {
        until_blocked(services).await;
        tx.commit().await.unwrap();
    });
    assert_eq!(problem(issued), Problem::Stale);
    let hash = "SELECT password_hash AS x FROM account WHERE unit_id = $1";
    assert_eq!(texts(services, hash, [unit.0.into()]).await, ["own"]);
}

#[tokio::test]
async fn an_account_that_is_disabled_while_it_changes_its_password_gets_no_session() {
    let (app, accounts) = TestApp::demo(Backend::Postgres).await;
    let (services, origin) = (&app.services, TestApp::client());
    let account = named(&accounts, OWN);
    let session = app.session(&account.login, &account.password).await;
    let (_other, tx) = other_transaction(&app).await;
    run(&tx, &format!("UPDATE account SET disabled_at = 1 WHERE login = '{}'", account.login)).await;
    run(&tx, "DELETE FROM session").await;
    let (changed, ()) =
        tokio::join!(change_password(services, session.identity(), &account.password, NEW, NEW, &origin), async {
            until_blocked(services).await;
            tx.commit().await.unwrap();
        });
    assert_eq!(problem(changed.map(drop)), Problem::Stale);
    assert_eq!(texts(services, "SELECT COUNT(*) AS x FROM session", []).await, ["0"]);
}

#[tokio::test]
async fn an_account_that_is_disabled_while_it_signs_in_gets_no_session() {
    let (app, accounts) = TestApp::demo(Backend::Postgres).await;
    let (services, origin) = (&app.services, TestApp::client());
    let account = named(&accounts, OWN);
    let (_other, tx) = other_transaction(&app).await;
    run(&tx, &format!("UPDATE account SET disabled_at = 1 WHERE login = '{}'", account.login)).await;
    let sign_in = sign_in(services, Portal::Management, &account.login, &account.password, None, &origin);
    let (signed_in, ()) = tokio::join!(sign_in, async {
        until_blocked(services).await;
        tx.commit().await.unwrap();
    });
    assert_eq!(problem(signed_in.map(drop)), Problem::SignInFailed);
    assert_eq!(texts(services, "SELECT COUNT(*) AS x FROM session", []).await, ["0"]);
}

#[rstest]
#[tokio::test]
async fn a_profile_that_a_superior_has_edited_is_not_overwritten(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let (services, origin) = (&app.services, TestApp::client());
    let account = named(&accounts, OWN);
    let session = app.session(&account.login, &account.password).await;
    let seen = get(services, &session).await.unwrap();
    let edit = "UPDATE unit SET contact = '赵丽', version = version + 1 WHERE name = '示例县财政局'";
    execute(services, edit, []).await;
    let mine = ProfileForm { contact: "王芳".to_owned(), mobile: "13812345678".to_owned(), ..seen.form.clone() };
    let EditResult::Conflict(stored) = complete(services, &session, seen.version, &mine, &origin).await.unwrap() else {
        panic!("it was saved")
    };
    assert_eq!((stored.version, stored.form.contact.as_str()), (seen.version + 1, "赵丽"));
    // An old form sends no version.
    assert!(matches!(complete(services, &session, 0, &mine, &origin).await.unwrap(), EditResult::Conflict(_)));
    assert_eq!(get(services, &session).await.unwrap(), *stored);
    assert_eq!(complete(services, &session, stored.version, &mine, &origin).await.unwrap(), EditResult::Saved);
    assert_eq!(get(services, &session).await.unwrap().form, mine);
}

#[rstest]
#[tokio::test]
async fn a_bad_new_password_is_refused_before_any_password_is_verified_or_hashed(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let (services, origin) = (&app.services, TestApp::client());
    let account = named(&accounts, OWN);
    let session = app.session(&account.login, &account.password).await;
    let (unit, ..) = not_activated_unit(services).await;
    let actor = session.actor().unwrap();
    for _ in 0..9 {
        let refused =
            problem(change_password(services, session.identity(), "wrong", "123", "123", &origin).await.map(drop));
        assert!(matches!(refused, Problem::Password(_)), "{refused:?}");
        let refused = problem(reset(services, &actor, UnitId(unit), Some("123"), "wrong").await);
        assert!(matches!(refused, Problem::Password(_)), "{refused:?}");
    }
    // No attempt at the own password was counted.
    let counted = "SELECT COUNT(*) AS x FROM throttle WHERE name LIKE 'password:%'";
    assert_eq!(texts(services, counted, []).await, ["0"]);
}

#[tokio::test]
async fn a_dispute_that_is_filed_twice_at_once_is_filed_once() {
    let (app, accounts) = TestApp::demo(Backend::Postgres).await;
    let services = &app.services;
    let asking = app.act_as(&accounts, "样例县财政局").await;
    let code = texts(services, "SELECT code AS x FROM unit WHERE name = '示例县红十字会'", []).await.remove(0);
    let form = DisputeForm {
        code,
        name: "样例县红十字会".to_owned(),
        superior: "样例县财政局".to_owned(),
        reason: "登记证书由本县民政局颁发".to_owned(),
        contact: "王芳".to_owned(),
        mobile: "13812345678".to_owned(),
        ..DisputeForm::default()
    };
    let filed = join_all((0..5).map(|_| file(services, &asking, &form))).await;
    let (filed, refused): (Vec<_>, Vec<_>) = filed.into_iter().partition(Result::is_ok);
    assert_eq!(filed.len(), 1);
    assert!(refused.into_iter().map(problem).all(|problem| problem == Problem::AlreadyDisputed));
    // Two decisions at once: one of them stands.
    let operator = app.act_as(&accounts, "平台运维").await;
    let id = filed.into_iter().next().unwrap().unwrap();
    let decided = join_all(["一", "二"].map(|answer| reject(services, &operator, id, 1, answer))).await;
    assert_eq!(decided.iter().filter(|decided| decided.is_ok()).count(), 1);
}
