//! Generation: its progress, and that each row is generated exactly once even if the process is killed.

use crate::harness::{Backend, DEPARTMENT, OTHER_DEPARTMENT, Site, problem_code, sample};
use domain::{CreditCode, Template};
use futures_util::StreamExt;
use reqwest::Method;
use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;
use std::{collections::HashSet, io::Read};
use workbook::write::{WriteError, annotated};

#[rstest]
#[tokio::test]
async fn progress_is_streamed_to_the_end(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let site = Site::new(backend, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let (own, other) = (server.sign_in(&accounts[DEPARTMENT]).await, server.sign_in(&accounts[OTHER_DEPARTMENT]).await);
    let batch = own.stage("units-valid.xlsx", sample("units-valid.xlsx")).await;
    let path = format!("/units/import/{batch}/events");
    let early = own.get(&path).await;
    assert_eq!((early.status().as_u16(), problem_code(early).await.as_str()), (404, "not-found"));

    let total = own.call_ok("generate", &[("id", &batch.to_string())]).await["total"].as_u64().unwrap();
    let refused = other.get(&path).await;
    assert_eq!((refused.status().as_u16(), problem_code(refused).await.as_str()), (404, "not-found"));

    // Many browsers follow the job. Each must receive the end.
    let follow = async || {
        let response = own.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(!response.headers().contains_key("content-encoding"));
        let mut chunks = response.bytes_stream();
        let mut text = String::new();
        while let Some(chunk) = chunks.next().await {
            text.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        }
        let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
        data.map(|json| serde_json::from_str::<Value>(json).unwrap()).collect::<Vec<_>>()
    };
    let streams = futures_util::future::join_all((0..8).map(|_| follow())).await;
    for events in streams {
        let done: Vec<u64> = events.iter().map(|job| job["done"].as_u64().unwrap()).collect();
        assert!(done.is_sorted(), "{done:?}");
        let last = events.last().unwrap();
        assert_eq!(last["state"], "done");
        assert_eq!((last["created"].as_u64(), last["sms_sent"].as_u64()), (Some(total), Some(total)));
    }

    // A later browser receives the end at once and can download the list of accounts.
    let late = own.request(Method::GET, &path).send().await.unwrap().text().await.unwrap();
    assert_eq!(late.matches("data: ").count(), 1);
    let list = own.get(&format!("/units/import/{batch}/accounts.xlsx")).await;
    assert_eq!(list.status(), 200);
    assert!(list.bytes().await.unwrap().starts_with(b"PK"));

    // The initial password in the SMS works.
    let sms = site.sent_sms();
    assert_eq!(sms.len() as u64, total);
    let first = server.sign_in(&(sms[0].login.clone(), sms[0].password.clone())).await;
    assert_eq!(first.call_ok("who", &[]).await["sign_in_step"], "change-password");
    assert!(!site.log().contains(&sms[0].password));
}

#[rstest]
#[tokio::test]
async fn purchasers_are_imported_and_generated_on_their_own_paths(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let site = Site::new(backend, &[("FARM_SITE_URL", "https://farm.example.cn/")]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let own = server.sign_in(&accounts[DEPARTMENT]).await;
    let units = own.stage("units-valid.xls", sample("units-valid.xls")).await;
    own.generate(units).await;
    let uploaded = own.upload_to("/purchasers/import", "purchasers-valid.xls", sample("purchasers-valid.xls")).await;
    let batch = uploaded.json::<Value>().await.unwrap()["batch"].as_i64().unwrap();
    own.call_ok("generate", &[("id", &batch.to_string())]).await;
    let events = own.get(&format!("/purchasers/import/{batch}/events")).await.text().await.unwrap();
    let last: Value = serde_json::from_str(events.trim_end().rsplit("data: ").next().unwrap()).unwrap();
    assert_eq!((&last["state"], &last["created"], &last["sms_sent"]), (&"done".into(), &16.into(), &16.into()));
    for path in [format!("/purchasers/import/{batch}/accounts.xlsx"), "/purchasers/export.xlsx?q=JY00000001".to_owned()]
    {
        let sheet = own.get(&path).await;
        assert_eq!(sheet.status(), 200, "{path}");
        assert!(sheet.bytes().await.unwrap().starts_with(b"PK"), "{path}");
    }
    let sent = site.sent_sms();
    let trading: Vec<_> = sent.iter().filter(|sms| sms.login.starts_with("JY")).collect();
    assert_eq!((trading.len(), sent.len()), (16, 41));
    assert!(!site.log().contains(&trading[0].password));
}

/// The rows of the test that kills the server. They need several transactions, so that the server can be killed between them.
const ROWS: u32 = 300;

/// A filled-in template with [`ROWS`] units directly below 示例县财政局.
pub(crate) fn many_units() -> Vec<u8> {
    let rows: Vec<Vec<String>> = (0..ROWS)
        .map(|number| {
            let code = credit_code(number);
            let name = format!("示例县第{}考验单位", number + 1);
            // Numbers of their own, as each gets a limited number of SMS.
            let mobile = format!("138{number:08}");
            let cells = ["", &name, &code, DEPARTMENT, "县级", "二级预算单位", "100", "10", "", "张三", &mobile, ""];
            cells.map(str::to_owned).to_vec()
        })
        .collect();
    let rows = (4..).zip(rows).map(|(row, cells)| Ok::<_, WriteError>((row, cells, Vec::new())));
    let mut file = annotated(&std::env::temp_dir(), Template::Units, texts::Lang::Zh, 50_000, rows).unwrap();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}

/// A credit code with the check character that fits.
pub(crate) fn credit_code(number: u32) -> String {
    let body = format!("12990101{number:09}");
    let candidates = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().map(|check| format!("{body}{check}"));
    candidates.into_iter().find(|code| CreditCode::parse(code).is_ok()).unwrap()
}

#[rstest]
#[tokio::test]
async fn each_row_is_generated_once_although_the_server_is_killed(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let site = Site::new(backend, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let own = server.sign_in(&accounts[DEPARTMENT]).await;
    let batch = own.stage("many.xlsx", many_units()).await;
    own.call_ok("generate", &[("id", &batch.to_string())]).await;
    // The server is killed during the first transaction, and again after some transactions.
    own.wait_for_job(batch, "the job is taken up", |job| job["state"] == "running").await;
    server.kill();

    let server = site.serve().await;
    let own = server.sign_in(&accounts[DEPARTMENT]).await;
    let some = |job: &Value| job["done"].as_u64() > Some(0);
    let job = own.wait_for_job(batch, "some rows are done", some).await;
    server.kill();
    assert!(job["done"].as_u64() < Some(u64::from(ROWS)), "killed too late to be a test: {job}");

    let server = site.serve().await;
    let own = server.sign_in(&accounts[DEPARTMENT]).await;
    // A user may click again because the progress has stopped.
    own.call_ok("generate", &[("id", &batch.to_string())]).await;
    let sent = |job: &Value| job["state"] == "done" && job["sms_sent"] == ROWS;
    let job = own.wait_for_job(batch, "every row is done and every SMS is sent", sent).await;
    assert_eq!((&job["created"], &job["failed"]), (&ROWS.into(), &0.into()));

    let db = site.database().await;
    let count = async |sql: &str| {
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
        row.try_get_by_index::<i64>(0).unwrap()
    };
    let units = "FROM unit WHERE name LIKE '示例县第%考验单位'";
    let accounts = "FROM account WHERE unit_id IN (SELECT id FROM unit WHERE name LIKE '示例县第%考验单位')";
    let rows = i64::from(ROWS);
    for (what, sql) in [
        ("units", format!("SELECT COUNT(*) {units}")),
        ("codes", format!("SELECT COUNT(DISTINCT code) {units}")),
        ("accounts", format!("SELECT COUNT(*) {accounts}")),
        ("units with an account", format!("SELECT COUNT(DISTINCT unit_id) {accounts}")),
        ("plans", format!("SELECT COUNT(*) FROM reserve_plan WHERE unit_id IN (SELECT id {units})")),
        ("SMS", format!("SELECT COUNT(*) FROM sms_outbox WHERE batch_id = {batch}")),
        ("accounts with an SMS", format!("SELECT COUNT(DISTINCT account_id) FROM sms_outbox WHERE batch_id = {batch}")),
        (
            "rows",
            format!(
                "SELECT COUNT(DISTINCT target_id) FROM import_row WHERE batch_id = {batch} AND state = 'generated'"
            ),
        ),
    ] {
        assert_eq!(count(&sql).await, rows, "{what}");
    }
    let secrets = format!("SELECT COUNT(*) FROM sms_outbox WHERE batch_id = {batch} AND secret IS NOT NULL");
    assert_eq!(count(&secrets).await, 0, "passwords are wiped once sent");
    // The gateway has an SMS for every account, and the password in the newest SMS works.
    let sms = site.sent_sms();
    assert_eq!(sms.iter().map(|sms| &sms.login).collect::<HashSet<_>>().len(), ROWS as usize);
    let last = sms.last().unwrap();
    server.sign_in(&(last.login.clone(), last.password.clone())).await;
}

/// A stopping server completes the current chunk and releases the job, so that the next start continues at once.
#[tokio::test]
async fn a_stopping_server_releases_the_job() {
    let site = Site::new(Backend::Sqlite, &[("FARM_SITE_SHUTDOWN_SECONDS", "600")]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let own = server.sign_in(&accounts[DEPARTMENT]).await;
    let batch = own.stage("many.xlsx", many_units()).await;
    own.call_ok("generate", &[("id", &batch.to_string())]).await;
    own.wait_for_job(batch, "the job is taken up", |job| job["state"] == "running").await;
    // A browser that follows the job must not delay the stop.
    let events = own.request(Method::GET, &format!("/units/import/{batch}/events")).send().await.unwrap();
    assert_eq!(server.terminate().await.code(), Some(0));
    drop(events);

    let db = site.database().await;
    let sql = "SELECT COUNT(*) FROM job WHERE state = 'queued' AND locked_by IS NULL";
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 1);
}
