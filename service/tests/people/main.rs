//! Accounts, units and purchasers: every use case on real databases of both kinds.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // Clippy allows these only in functions that are tests.

mod account;
mod certification;
mod desktop;
mod dispute;
mod manage;
mod managed_account;
mod notice;
mod profile;
mod purchaser;
mod races;
mod seed;
mod session;
mod sms_limit;
mod speed;
mod unit;

use domain::Problem;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use service::{PlaintextPassword, Services, seed::DemoAccount};

/// The problem for which a use case refuses a request.
fn problem<T>(answer: service::Result<T>) -> Problem {
    match answer {
        Ok(_) => panic!("the request was not refused"),
        Err(error) => error.into_problem(),
    }
}

/// Runs a statement that writes.
async fn execute<const N: usize>(services: &Services, sql: &str, values: [Value; N]) -> u64 {
    let db = services.database();
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.execute_raw(statement).await.unwrap().rows_affected()
}

/// The first column of a query's rows, as text.
async fn texts<const N: usize>(services: &Services, sql: &str, values: [Value; N]) -> Vec<String> {
    let db = services.database();
    let cast = match db.get_database_backend() {
        DbBackend::Sqlite => format!("SELECT CAST(x AS TEXT) FROM ({sql})"),
        _ => format!("SELECT x::text FROM ({sql}) q"),
    };
    let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), cast, values)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index::<Option<String>>(0).unwrap().unwrap_or_default()).collect()
}

/// The demo account of this name.
fn named<'a>(accounts: &'a [DemoAccount], name: &str) -> &'a DemoAccount {
    accounts.iter().find(|account| account.name == name).unwrap()
}

/// A unit of the demo data whose account was never activated: its id, login name and a new initial password.
async fn not_activated_unit(services: &Services) -> (i64, String, PlaintextPassword) {
    let found = "SELECT u.id AS x FROM unit u JOIN account a ON a.unit_id = u.id \
                 WHERE u.kind = 'budget' AND a.activated_at IS NULL ORDER BY u.id LIMIT 1";
    let id: i64 = texts(services, found, []).await[0].parse().unwrap();
    let login = texts(services, "SELECT login AS x FROM account WHERE unit_id = $1", [id.into()]).await.remove(0);
    // The unit has not completed its data yet, because nobody has signed in.
    execute(services, "UPDATE unit SET completed_at = NULL WHERE id = $1", [id.into()]).await;
    let password = service::account::issue_on_console(services, &login).await.unwrap();
    (id, login, password)
}
