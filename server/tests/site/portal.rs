//! The trading portal: access rights, and that one browser may be signed in at both portals.

use crate::{
    access::request_answer,
    harness::{Backend, DEPARTMENT, Person, Server, Site},
};
use reqwest::header::SET_COOKIE;
use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};

/// A purchaser of the demo data that must complete its data.
pub(crate) const NEW: &str = "样例县城南镇人民政府机关食堂";
/// A certified purchaser of the demo data.
pub(crate) const CERTIFIED: &str = "样例县城南镇人民政府机关工会";

/// A server function of the portal, its arguments and the expected answers for a user who is not signed in, a department that
/// sends its session in the cookie of the portal, purchasers that must change the password or complete their data, and a
/// certified purchaser.
type Row = (&'static str, &'static [(&'static str, &'static str)], [&'static str; 5]);

const OUT: &str = "not-signed-in";
const CHANGE: &str = "must-change-password";
const COMPLETE: &str = "must-complete-profile";
const WRONG: &str = "old-password-wrong";

/// Signing out comes last, because it ends the sessions.
pub(crate) const PORTAL: &[Row] = &[
    ("trade_who", &[], ["ok"; 5]),
    ("trade_sign_in", &[("login", "JY9999999{account_number}"), ("password", "wrong-password")], ["sign-in-failed"; 5]),
    ("get_trade_profile", &[], [OUT, OUT, CHANGE, "ok", "ok"]),
    ("save_trade_profile", &[("version", "0"), ("form[address]", "")], [OUT, OUT, CHANGE, "fields", "fields"]),
    ("submit_certification", &[("version", "0")], [OUT, OUT, CHANGE, COMPLETE, "stale"]),
    (
        "trade_change_password",
        &[("old", "wrong-password"), ("new", "another-one-42"), ("repeat", "another-one-42")],
        [OUT, OUT, WRONG, WRONG, WRONG],
    ),
    ("list_orders", &[("query[search]", "")], [OUT, OUT, CHANGE, COMPLETE, "ok"]),
    ("get_order", &[("id", "{own_order}")], [OUT, OUT, CHANGE, COMPLETE, "ok"]),
    ("get_order", &[("id", "{other_order}")], [OUT, OUT, CHANGE, COMPLETE, "not-found"]),
    ("get_trade_desktop", &[], [OUT, OUT, CHANGE, COMPLETE, "ok"]),
    // The province's, and that of the department of another county.
    ("list_trade_notices", &[], [OUT, OUT, CHANGE, COMPLETE, "ok"]),
    ("get_trade_notice", &[("id", "2")], [OUT, OUT, CHANGE, COMPLETE, "ok"]),
    ("get_trade_notice", &[("id", "3")], [OUT, OUT, CHANGE, COMPLETE, "not-found"]),
    ("GET /trade/orders/export.xlsx", &[], [OUT, OUT, CHANGE, COMPLETE, "ok"]),
    ("trade_sign_out", &[], ["ok"; 5]),
];

/// Signs a purchaser in at the trading portal.
pub(crate) async fn sign_in<'a>(server: &'a Server, (login, password): &(String, String)) -> Person<'a> {
    let mut person = server.signed_out();
    let response = person.call("trade_sign_in", &[("login", login), ("password", password)]).await;
    let cookie = response.headers()[SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("trade=") && cookie.contains("; Path=/trade; "), "{cookie}");
    assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
    person.keep_cookie(&response);
    person
}

#[rstest]
#[tokio::test]
async fn every_account_gets_the_expected_answer(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let site = Site::new(backend, &[]).await;
    let accounts = site.seed();
    let db = site.database().await;
    let server = site.serve().await;
    let (login, password) = &accounts[NEW];
    for statement in [
        "INSERT INTO purchaser (id, unit_id, unit_path, kind, name, name_key, code, contact, mobile, created_at, updated_at, \
         version) SELECT 999999, unit_id, unit_path, kind, 'x', 'x', code, contact, mobile, 1, 1, 1 FROM purchaser WHERE login = ",
        "INSERT INTO account (id, kind, purchaser_id, login, password_hash, must_change, created_at, version) \
         SELECT 999999, kind, 999999, 'JY99999999', password_hash, TRUE, 1, 1 FROM account WHERE login = ",
    ] {
        db.execute_unprepared(&format!("{statement}'{login}'")).await.unwrap();
    }
    let order = async |comparison: &str| {
        let text = format!(
            "SELECT MIN(o.id) AS x FROM purchase_order o JOIN purchaser p ON p.id = o.purchaser_id WHERE p.name {comparison} '{CERTIFIED}'"
        );
        let statement = Statement::from_string(db.get_database_backend(), text);
        let id: i64 = db.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap();
        id.to_string()
    };
    let (own_order, other_order) = (order("=").await, order("<>").await);
    let mut department = server.sign_in(&accounts[DEPARTMENT]).await;
    let token = department.cookie.clone().unwrap().replace("session=", "");
    department.cookie = Some(format!("session={token}; trade={token}"));
    let people = [
        server.signed_out(),
        department,
        sign_in(&server, &("JY99999999".to_owned(), password.clone())).await,
        sign_in(&server, &accounts[NEW]).await,
        sign_in(&server, &accounts[CERTIFIED]).await,
    ];
    let mut differences = Vec::new();
    for (endpoint, args, expected_answers) in PORTAL {
        for (number, (person, expected)) in people.iter().zip(expected_answers).enumerate() {
            let fill_in = |text: &str| {
                text.replace("{account_number}", &number.to_string())
                    .replace("{own_order}", &own_order)
                    .replace("{other_order}", &other_order)
            };
            let (answer, _) = request_answer(person, endpoint, args, fill_in).await;
            if answer != *expected {
                differences.push(format!("{endpoint} by {number}: {answer} instead of {expected}"));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Each portal uses its own session only. Its pages redirect to the sign-in page of the same portal.
#[tokio::test]
async fn one_browser_is_signed_in_at_both_portals() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let mut both = server.sign_in(&accounts[DEPARTMENT]).await;
    let trading = sign_in(&server, &accounts[CERTIFIED]).await;
    let login = async |person: &Person<'_>, name: &str| person.call_ok(name, &[]).await["login"].clone();
    assert_eq!(login(&trading, "who").await, serde_json::Value::Null);
    assert_eq!(login(&both, "trade_who").await, serde_json::Value::Null);
    both.cookie = Some(format!("{}; {}", both.cookie.unwrap(), trading.cookie.clone().unwrap()));
    assert_eq!(login(&both, "who").await, accounts[DEPARTMENT].0.as_str());
    assert_eq!(login(&both, "trade_who").await, accounts[CERTIFIED].0.as_str());
    for (person, page, location) in [
        (&trading, "/units", "/signin?next=%2Funits"),
        (&server.signed_out(), "/trade/orders", "/trade/signin?next=%2Ftrade%2Forders"),
        (&server.signed_out(), "/trade", "/trade/signin"),
    ] {
        assert_eq!(person.get(page).await.headers()["location"].to_str().unwrap(), location, "{page}");
    }
    for (person, page) in [(&both, "/units"), (&both, "/trade/orders"), (&trading, "/trade")] {
        assert_eq!(person.get(page).await.status(), 200, "{page}");
    }
}
