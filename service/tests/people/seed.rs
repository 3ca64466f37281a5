use crate::{execute, named, texts};
use rstest::rstest;
use service::{
    Services,
    seed::{Seeded, demo, presets, province},
};
use std::collections::HashSet;
use testdb::{Backend, TestApp, TestDb};
use tokio_util::sync::CancellationToken;

/// The number of preset units: divisions, central units and the ministry.
const UNITS: u32 = 3_210 + 102 + 1;

/// Checks that the path of each unit is the path of its superior followed by its own id, that names and login names are
/// unique, and that each unit has an account.
async fn assert_consistent(services: &Services) {
    let wrong = "SELECT u.id AS x FROM unit u LEFT JOIN unit p ON p.id = u.parent_id \
                 WHERE u.path <> COALESCE(p.path, '') || u.id || '/'";
    assert!(texts(services, wrong, []).await.is_empty());
    for column in ["name_key", "login"] {
        let table = if column == "login" { "account" } else { "unit" };
        let all = texts(services, &format!("SELECT {column} AS x FROM {table}"), []).await;
        let unique: HashSet<_> = all.iter().collect();
        assert_eq!(unique.len(), all.len(), "{column}");
    }
    let without = "SELECT u.id AS x FROM unit u LEFT JOIN account a ON a.unit_id = u.id WHERE a.id IS NULL";
    assert!(texts(services, without, []).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn presets_are_loaded_once(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let app = TestApp::new(backend).await;
    let services = &app.services;
    assert_eq!(presets(services).await.unwrap(), Seeded { units: UNITS, accounts: UNITS + 1 });
    assert_eq!(presets(services).await.unwrap(), Seeded::default());
    assert_consistent(services).await;
    let of = async |name: &str| {
        let sql = "SELECT p.name || ' ' || u.kind || ' ' || u.admin_level || ' ' || u.budget_level AS x \
                   FROM unit u JOIN unit p ON p.id = u.parent_id WHERE u.name = $1";
        texts(services, sql, [name.into()]).await.remove(0)
    };
    assert_eq!(of("南京市鼓楼区财政局").await, "南京市财政局 finance 3 0");
    assert_eq!(of("北京市东城区财政局").await, "北京市财政局 finance 3 0");
    assert_eq!(of("内蒙古自治区财政厅").await, "中华人民共和国财政部 finance 1 0");
    assert_eq!(of("中华人民共和国教育部").await, "中华人民共和国财政部 central 0 0");
    let open = "SELECT login AS x FROM account WHERE password_hash IS NOT NULL";
    assert!(texts(services, open, []).await.is_empty(), "no preset has a password");
    let operator = "SELECT login AS x FROM account WHERE kind = 'operator'";
    assert_eq!(texts(services, operator, []).await, ["YW00000001"]);
}

#[rstest]
#[tokio::test]
async fn a_repeated_seed_adds_only_the_missing_units(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let app = TestApp::new(backend).await;
    let services = &app.services;
    let first = demo(services).await.unwrap();
    let there: u32 = texts(services, "SELECT COUNT(*) AS x FROM unit", []).await[0].parse().unwrap();
    // The demo data already contain the ministry and the operator.
    assert_eq!(presets(services).await.unwrap(), Seeded { units: UNITS - 1, accounts: UNITS - 1 });
    // The state as if an earlier data set did not contain this county.
    let gone = "SELECT id AS x FROM unit WHERE name = '沛县财政局'";
    let gone: i64 = texts(services, gone, []).await[0].parse().unwrap();
    execute(services, "DELETE FROM account WHERE unit_id = $1", [gone.into()]).await;
    execute(services, "DELETE FROM unit WHERE id = $1", [gone.into()]).await;
    assert_eq!(presets(services).await.unwrap(), Seeded { units: 1, accounts: 1 });
    let second = demo(services).await.unwrap();
    let all: u32 = texts(services, "SELECT COUNT(*) AS x FROM unit", []).await[0].parse().unwrap();
    assert_eq!(all, there + UNITS - 1);
    assert_eq!(first.len(), 6);
    for (first, second) in first.iter().zip(&second) {
        assert_eq!((&first.login, &first.password), (&second.login, &second.password));
    }
    assert_consistent(services).await;
    app.act_as(&second, "示例县财政局").await;
}

#[rstest]
#[tokio::test]
async fn concurrent_seeds_add_each_unit_once(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let app = TestApp::new(backend).await;
    let second = app.second().await;
    let (first, second) = tokio::join!(presets(&app.services), presets(&second));
    assert_eq!(first.unwrap().units + second.unwrap().units, UNITS);
    assert_consistent(&app.services).await;
}

#[rstest]
#[tokio::test]
async fn concurrent_servers_apply_each_migration_once(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let empty = TestDb::create(backend).await;
    let app = TestApp::new(backend).await;
    let mut settings = app.services.settings().clone();
    settings.database_url = service::Secret(empty.url().to_owned());
    let open = async || Services::open(settings.clone(), app.services.clock().clone()).await.unwrap();
    let (first, second) = (open().await, open().await);
    let (a, b) = tokio::join!(first.migrate(), second.migrate());
    let applied = a.unwrap().len() + b.unwrap().len();
    assert!(first.migrate().await.unwrap().is_empty());
    let recorded = texts(&first, "SELECT COUNT(*) AS x FROM seaql_migrations", []).await;
    assert_eq!(recorded, [applied.to_string()]);
}

#[rstest]
#[tokio::test]
async fn a_repeated_seed_keeps_a_changed_password(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let account = named(&accounts, "平台运维");
    let session = app.session(&account.login, &account.password).await;
    let (old, new) = (account.password.as_str(), "mei-you-ren-cai-4");
    service::account::change_password(services, session.identity(), old, new, new, &TestApp::client()).await.unwrap();
    let again = demo(services).await.unwrap();
    assert_eq!(again.len(), accounts.len() - 1);
    assert!(again.iter().all(|account| account.name != "平台运维"));
    app.actor(&account.login, new).await;
}

#[rstest]
#[tokio::test]
async fn the_demo_province_is_complete_after_an_interruption(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let app = TestApp::new(backend).await;
    let services = &app.services;
    demo(services).await.unwrap();
    let stop = CancellationToken::new();
    stop.cancel();
    // Two servers begin at the same time.
    let second = app.second().await;
    let (one, other) = tokio::join!(province::load(services, 1, &stop), province::load(&second, 1, &stop));
    one.unwrap();
    other.unwrap();
    let doubled = "SELECT name AS x FROM purchaser GROUP BY unit_id, name HAVING COUNT(*) > 1";
    assert!(texts(services, doubled, []).await.is_empty());
    let count = async |sql: &str| -> u32 { texts(services, sql, []).await[0].parse().unwrap() };
    let all = async || {
        [
            count("SELECT COUNT(*) AS x FROM unit WHERE division LIKE '9902%'").await,
            count("SELECT COUNT(*) AS x FROM unit").await,
            count("SELECT COUNT(*) AS x FROM purchaser").await,
            count("SELECT COUNT(*) AS x FROM plan_filing").await,
        ]
    };
    let before = all().await;
    assert_eq!(before[0], 9);
    assert!(before[1] > 280 && before[2] > 560 && before[3] > 500, "{before:?}");
    assert_eq!(count("SELECT COUNT(*) AS x FROM purchase_order").await, 0);

    province::load(services, 1, &CancellationToken::new()).await.unwrap();
    assert_eq!(all().await, before);
    assert_consistent(services).await;
    let orders = count("SELECT COUNT(*) AS x FROM purchase_order").await;
    assert!(orders > 3_000, "{orders}");
    assert_eq!(count("SELECT COUNT(*) AS x FROM parked_order").await, 3);
    // What users delete afterwards stays away.
    execute(services, "DELETE FROM plan_filing WHERE state = 'draft'", []).await;
    province::load(services, 1, &CancellationToken::new()).await.unwrap();
    assert_eq!(count("SELECT COUNT(*) AS x FROM plan_filing WHERE state = 'draft'").await, 0);
}
