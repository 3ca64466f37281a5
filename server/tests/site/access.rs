//! Access rights: every server function and every other endpoint of a batch, requested by accounts of every relation.

use crate::harness::{
    Backend, DEPARTMENT, OPERATOR, OTHER_DEPARTMENT, Person, Site, function_name, problem_code, problem_code_in,
    sample, server_functions,
};
use crate::portal::{CERTIFIED, PORTAL};
use reqwest::{Method, header::ACCEPT};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use std::collections::BTreeSet;

/// The expected answer for each account: "ok" or the code of the problem. The relations are to `{unit}`, which owns `{batch}`.
/// The requests are sent in this order.
#[derive(Clone, Copy)]
struct ExpectedAnswers {
    /// A user who is not signed in.
    signed_out: &'static str,
    /// An account that must change its initial password.
    must_change: &'static str,
    /// An account that has changed its password and must complete the data of its unit.
    must_complete: &'static str,
    /// A trading account (交易账号) of the unit. It has a session of the management, which it can never get by signing in.
    trading: &'static str,
    operator: &'static str,
    /// The finance department above the unit.
    ancestor: &'static str,
    /// The unit itself.
    own: &'static str,
    /// Another unit below the same department.
    sibling: &'static str,
    /// A unit below the unit.
    descendant: &'static str,
    /// The finance department of another county.
    other_tree: &'static str,
}

impl ExpectedAnswers {
    /// The answers with the name of each account.
    const fn by_account(self) -> [(&'static str, &'static str); 10] {
        [
            ("signed out", self.signed_out),
            ("must change", self.must_change),
            ("must complete", self.must_complete),
            ("trading", self.trading),
            ("operator", self.operator),
            ("ancestor", self.ancestor),
            ("own", self.own),
            ("sibling", self.sibling),
            ("descendant", self.descendant),
            ("other tree", self.other_tree),
        ]
    }
}

/// Every account gets the same answer, and so does a user who is not signed in.
const fn everybody(answer: &'static str) -> ExpectedAnswers {
    ExpectedAnswers {
        signed_out: answer,
        must_change: answer,
        must_complete: answer,
        trading: answer,
        ..actors(answer, answer, answer, answer)
    }
}

/// Every signed-in account gets the same answer, even if it has not completed its sign-in steps.
const fn signed_in(answer: &'static str) -> ExpectedAnswers {
    ExpectedAnswers { must_change: answer, must_complete: answer, ..actors(answer, answer, answer, answer) }
}

/// An account that has not completed its sign-in steps is refused. The operator, the ancestor, the unit itself and all others
/// get these answers.
const fn actors(
    operator: &'static str,
    ancestor: &'static str,
    own: &'static str,
    others: &'static str,
) -> ExpectedAnswers {
    ExpectedAnswers {
        signed_out: "not-signed-in",
        must_change: "must-change-password",
        must_complete: "must-complete-profile",
        trading: "not-signed-in",
        operator,
        ancestor,
        own,
        sibling: others,
        descendant: others,
        other_tree: others,
    }
}

/// A server function or a request, its arguments and the expected answers. `{account_number}` is a digit that differs for each
/// account.
type Row = (&'static str, &'static [(&'static str, &'static str)], ExpectedAnswers);

const UNIT: &[(&str, &str)] = &[("unit", "{unit}")];
const ID: &[(&str, &str)] = &[("id", "{unit}")];
const BATCH: &[(&str, &str)] = &[("id", "{batch}")];
/// The purchaser of the unit with the trading account.
const PURCHASER: &[(&str, &str)] = &[("id", "999999")];

/// Signing out comes last, because it ends the sessions.
const MATRIX: &[Row] = &[
    ("who", &[], everybody("ok")),
    // Every account tries a different name, because attempts are throttled by name.
    ("sign_in", &[("login", "GL9999999{account_number}"), ("password", "wrong-password")], everybody("sign-in-failed")),
    // Only demo mode shows the SMS.
    ("list_sms", &[("search", "")], everybody("not-found")),
    ("get_desktop", &[], actors("ok", "ok", "ok", "ok")),
    ("get_profile", &[], ExpectedAnswers { must_complete: "ok", ..actors("forbidden", "ok", "ok", "ok") }),
    (
        "save_profile",
        &[("admin_level", ""), ("budget_level", ""), ("contact", ""), ("mobile", "")],
        ExpectedAnswers { must_complete: "fields", ..actors("forbidden", "fields", "fields", "fields") },
    ),
    (
        "change_password",
        &[("old", "wrong-password"), ("new", "another-one-42"), ("repeat", "another-one-42")],
        signed_in("old-password-wrong"),
    ),
    // Units.
    ("list_units", &[("query[page]", "1")], actors("ok", "ok", "ok", "ok")),
    ("GET /units/export.xlsx", &[], actors("ok", "ok", "ok", "ok")),
    ("unit_tree", &[("parent", "{unit}")], actors("ok", "ok", "ok", "not-found")),
    ("find_superiors", &[("typed", "示例县")], actors("ok", "ok", "ok", "ok")),
    ("open_unit_tree", &[("unit", "{unit}")], actors("ok", "ok", "ok", "ok")),
    ("get_unit", ID, actors("ok", "ok", "ok", "not-found")),
    ("get_unit_name", ID, actors("ok", "ok", "ok", "not-found")),
    ("get_unit_form", ID, actors("forbidden", "ok", "ask-superior", "not-found")),
    ("create_unit", &[("form[name]", "")], actors("forbidden", "fields", "fields", "fields")),
    (
        "edit_unit",
        &[("id", "{unit}"), ("version", "0"), ("form[name]", "")],
        actors("forbidden", "ok", "ask-superior", "not-found"),
    ),
    (
        "change_plan_year",
        &[("id", "{unit}"), ("year", "2026"), ("form[name]", "")],
        actors("forbidden", "ok", "ask-superior", "not-found"),
    ),
    (
        "merge_unit",
        &[("unit", "{unit}"), ("into", ""), ("into_id", "{unit}")],
        actors("forbidden", "fields", "ask-superior", "not-found"),
    ),
    ("delete_unit", UNIT, actors("forbidden", "has-subordinates", "ask-superior", "not-found")),
    // Their accounts.
    (
        "issue_password",
        &[("unit", "{unit}"), ("contact", "张三"), ("mobile", "13812345678")],
        actors("not-found", "forbidden", "forbidden", "forbidden"),
    ),
    (
        "reset_password",
        &[("holder[unit]", "{unit}"), ("own", "wrong-password")],
        actors("old-password-wrong", "old-password-wrong", "ask-superior", "not-found"),
    ),
    (
        "set_account_enabled",
        &[("holder[unit]", "{unit}"), ("enabled", "true")],
        actors("ok", "ok", "ask-superior", "not-found"),
    ),
    ("resend_sms", &[("holder[unit]", "{unit}")], actors("ok", "resend-too-soon", "ask-superior", "not-found")),
    ("resend_to_units", &[("units[0]", "{unit}")], actors("ok", "ok", "ok", "ok")),
    // The upload of the unit. Even its superior may not see the batch.
    ("POST /units/import", &[], actors("no-file", "no-file", "no-file", "no-file")),
    ("current_batch", &[("template", "units")], actors("forbidden", "ok", "ok", "ok")),
    ("batch", BATCH, actors("forbidden", "not-found", "ok", "not-found")),
    ("batch_rows", &[("id", "{batch}"), ("query[page]", "1")], actors("forbidden", "not-found", "ok", "not-found")),
    ("generate", BATCH, actors("forbidden", "not-found", "ok", "not-found")),
    ("GET /units/import/{batch}/events", &[], actors("forbidden", "not-found", "ok", "not-found")),
    ("GET /units/import/{batch}/annotated.xlsx", &[], actors("forbidden", "not-found", "ok", "not-found")),
    ("GET /units/import/{batch}/accounts.xlsx", &[], actors("forbidden", "not-found", "ok", "not-found")),
    // Purchasers and their accounts.
    ("list_purchasers", &[("query[unit]", "{unit}")], actors("ok", "ok", "ok", "not-found")),
    ("get_purchaser", PURCHASER, actors("ok", "ok", "ok", "not-found")),
    ("get_purchaser_name", PURCHASER, actors("ok", "ok", "ok", "not-found")),
    ("get_purchaser_form", PURCHASER, actors("forbidden", "ok", "ok", "not-found")),
    ("create_purchaser", &[("form[name]", "")], actors("forbidden", "fields", "fields", "fields")),
    (
        "edit_purchaser",
        &[("id", "999999"), ("version", "-1"), ("form[name]", "")],
        actors("forbidden", "ok", "ok", "not-found"),
    ),
    ("delete_purchaser", PURCHASER, actors("forbidden", "account-is", "account-is", "not-found")),
    (
        "reset_password",
        &[("holder[purchaser]", "999999"), ("own", "wrong-password")],
        actors("old-password-wrong", "old-password-wrong", "old-password-wrong", "not-found"),
    ),
    (
        "set_account_enabled",
        &[("holder[purchaser]", "999999"), ("enabled", "true")],
        actors("ok", "ok", "ok", "not-found"),
    ),
    ("resend_sms", &[("holder[purchaser]", "999999")], actors("ok", "resend-too-soon", "resend-too-soon", "not-found")),
    ("resend_to_purchasers", &[("purchasers[0]", "999999")], actors("ok", "ok", "ok", "ok")),
    // Their import. The batch belongs to the unit, also on the paths of purchasers.
    ("GET /purchasers/export.xlsx", &[], actors("ok", "ok", "ok", "ok")),
    ("GET /purchasers/export.xlsx?unit={unit}", &[], actors("ok", "ok", "ok", "not-found")),
    ("POST /purchasers/import", &[], actors("no-file", "no-file", "no-file", "no-file")),
    ("GET /purchasers/import/{batch}/events", &[], actors("forbidden", "not-found", "ok", "not-found")),
    ("GET /purchasers/import/{batch}/annotated.xlsx", &[], actors("forbidden", "not-found", "ok", "not-found")),
    ("GET /purchasers/import/{batch}/accounts.xlsx", &[], actors("forbidden", "not-found", "ok", "not-found")),
    // The certification of purchasers.
    ("list_certifications", &[], actors("ok", "forbidden", "forbidden", "forbidden")),
    ("get_certification", &[("id", "{purchaser}")], actors("ok", "forbidden", "forbidden", "forbidden")),
    ("certify", &[("id", "{purchaser}"), ("version", "0")], actors("stale", "forbidden", "forbidden", "forbidden")),
    (
        "return_certification",
        &[("id", "{purchaser}"), ("version", "0"), ("reason", "")],
        actors("fields", "forbidden", "forbidden", "forbidden"),
    ),
    // Code disputes: the one of the demo data is of the other department.
    ("list_disputes", &[], actors("ok", "ok", "ok", "ok")),
    ("file_dispute", &[("form[code]", "")], actors("forbidden", "fields", "fields", "fields")),
    (
        "withdraw_dispute",
        &[("id", "1"), ("version", "0")],
        ExpectedAnswers { other_tree: "stale", ..actors("forbidden", "not-found", "not-found", "not-found") },
    ),
    ("get_dispute", &[("id", "1")], actors("ok", "forbidden", "forbidden", "forbidden")),
    (
        "uphold_dispute",
        &[("id", "1"), ("version", "1")],
        actors("code-still-taken", "forbidden", "forbidden", "forbidden"),
    ),
    ("reject_dispute", &[("id", "1"), ("version", "1")], actors("fields", "forbidden", "forbidden", "forbidden")),
    (
        "move_disputed_unit",
        &[("id", "1"), ("unit", "{unit}"), ("version", "1")],
        actors("stale", "forbidden", "forbidden", "forbidden"),
    ),
    (
        "delete_disputed_unit",
        &[("id", "1"), ("unit", "{unit}")],
        actors("stale", "forbidden", "forbidden", "forbidden"),
    ),
    // Notices: 2 is the province's, and 3 that of the department.
    ("list_notices", &[], actors("ok", "ok", "ok", "ok")),
    (
        "list_notices",
        &[("own", "true")],
        ExpectedAnswers { other_tree: "ok", ..actors("ok", "ok", "forbidden", "forbidden") },
    ),
    ("get_notice", &[("id", "1")], actors("ok", "ok", "ok", "ok")),
    ("get_notice", &[("id", "2")], actors("not-found", "ok", "ok", "ok")),
    (
        "get_notice",
        &[("id", "3")],
        ExpectedAnswers { other_tree: "not-found", ..actors("not-found", "ok", "ok", "ok") },
    ),
    ("get_notice_form", &[("id", "3")], actors("not-found", "ok", "not-found", "not-found")),
    (
        "publish_notice",
        &[("form[title]", "")],
        ExpectedAnswers { other_tree: "fields", ..actors("fields", "fields", "forbidden", "forbidden") },
    ),
    (
        "edit_notice",
        &[("id", "3"), ("version", "1"), ("form[title]", "")],
        ExpectedAnswers { other_tree: "not-found", ..actors("not-found", "fields", "forbidden", "forbidden") },
    ),
    (
        "withdraw_notice",
        &[("id", "3"), ("version", "0")],
        ExpectedAnswers { other_tree: "not-found", ..actors("not-found", "stale", "forbidden", "forbidden") },
    ),
    // Yearly plans.
    ("get_plan", &[], actors("forbidden", "ok", "ok", "ok")),
    ("get_plan", UNIT, actors("ok", "ok", "ok", "not-found")),
    (
        "file_plan",
        &[("year", "2026"), ("version", "-1"), ("form[canteen]", "")],
        actors("forbidden", "stale", "stale", "stale"),
    ),
    ("withdraw_plan", &[("year", "2026"), ("version", "-1")], actors("forbidden", "stale", "stale", "stale")),
    (
        "request_plan_change",
        &[("year", "2026"), ("version", "-1"), ("reason", "原因")],
        actors("forbidden", "stale", "stale", "stale"),
    ),
    ("list_plans", &[("query[search]", "")], actors("ok", "ok", "ok", "ok")),
    ("list_plans", &[("query[below]", "{unit}")], actors("ok", "ok", "ok", "not-found")),
    ("get_plan_progress", &[], actors("ok", "ok", "ok", "ok")),
    (
        "decide_plan",
        &[("year", "2026"), ("plan", "{unit}-1"), ("decision", "approve")],
        actors("forbidden", "plan-state", "forbidden", "not-found"),
    ),
    (
        "decide_plans",
        &[("year", "2026"), ("plans[0]", "{unit}-1"), ("decision", "return"), ("reason", "")],
        actors("forbidden", "fields", "fields", "fields"),
    ),
    // Nothing is below the sibling and the descendant, and every plan of the demo data is approved.
    (
        "confirm_plans",
        &[("year", "2019")],
        ExpectedAnswers {
            sibling: "plans-missing",
            descendant: "plan-state",
            ..actors("forbidden", "plans-missing", "plans-missing", "plans-missing")
        },
    ),
    ("get_reminder_preview", &[("selection[chosen]", "true")], actors("forbidden", "ok", "ok", "ok")),
    (
        "get_reminder_preview",
        &[("selection[query][below]", "{unit}"), ("selection[query][concern]", "zero-purchases")],
        actors("forbidden", "ok", "ok", "not-found"),
    ),
    // Nothing is ticked, so that nobody is reminded.
    ("send_reminders", &[("selection[chosen]", "true")], actors("forbidden", "ok", "ok", "ok")),
    (
        "send_reminders",
        &[("selection[chosen]", "true"), ("selection[query][below]", "{unit}")],
        actors("forbidden", "ok", "ok", "not-found"),
    ),
    ("get_plan_parameters", &[], actors("forbidden", "ok", "ok", "ok")),
    ("get_plan_parameters", UNIT, actors("ok", "ok", "ok", "not-found")),
    (
        "set_plan_parameters",
        &[("year", "2026"), ("version", "-1"), ("form[minimum_ratio]", "")],
        ExpectedAnswers { other_tree: "stale", ..actors("forbidden", "stale", "forbidden", "forbidden") },
    ),
    // Other systems have keys, which the operator issues. A session is no signature.
    ("list_api_keys", &[], actors("ok", "forbidden", "forbidden", "forbidden")),
    ("issue_api_key", &[("form[name]", "")], actors("fields", "forbidden", "forbidden", "forbidden")),
    ("revoke_api_key", &[("id", "999999")], actors("not-found", "forbidden", "forbidden", "forbidden")),
    ("list_parked_orders", &[("query[search]", "")], actors("ok", "forbidden", "forbidden", "forbidden")),
    ("match_parked_orders", &[], actors("ok", "forbidden", "forbidden", "forbidden")),
    ("POST /api/v1/orders", &[], everybody("not-signed")),
    ("GET /api/v1/orders", &[], everybody("method-not-allowed")),
    ("GET /api/v1/openapi.json", &[], everybody("ok")),
    // Reports.
    ("get_completion", &[], actors("ok", "ok", "ok", "ok")),
    ("get_report", &[("kind", "execution")], actors("ok", "ok", "ok", "ok")),
    ("get_report", &[("kind", "months"), ("query[until]", "99999999")], actors("ok", "ok", "ok", "ok")),
    ("get_report", &[("kind", "execution"), ("query[unit]", "{unit}")], actors("ok", "ok", "ok", "not-found")),
    ("get_report", &[("kind", "months"), ("query[unit]", "{unit}")], actors("ok", "ok", "ok", "not-found")),
    ("get_report", &[("kind", "categories"), ("query[unit]", "{unit}")], actors("ok", "ok", "ok", "not-found")),
    ("get_report", &[("kind", "origins"), ("query[unit]", "{unit}")], actors("ok", "ok", "ok", "not-found")),
    ("get_report", &[("kind", "purchaser-types"), ("query[unit]", "{unit}")], actors("ok", "ok", "ok", "not-found")),
    ("get_report", &[("kind", "payers"), ("query[unit]", "{unit}")], actors("ok", "ok", "ok", "not-found")),
    ("get_report", &[("kind", "unions"), ("query[unit]", "{unit}")], actors("ok", "ok", "ok", "not-found")),
    ("get_report", &[("kind", "shares"), ("query[unit]", "{unit}")], actors("ok", "ok", "ok", "not-found")),
    ("get_report", &[("kind", "filing"), ("query[unit]", "{unit}")], actors("ok", "ok", "ok", "not-found")),
    ("get_report", &[("kind", "accounts"), ("query[unit]", "{unit}")], actors("ok", "ok", "ok", "not-found")),
    ("get_report", &[("kind", "concerns"), ("query[unit]", "{unit}")], actors("ok", "ok", "ok", "not-found")),
    ("get_report", &[("kind", "not-reserved"), ("query[unit]", "{unit}")], actors("ok", "ok", "ok", "not-found")),
    ("get_report", &[("kind", "zero-purchases"), ("query[unit]", "{unit}")], actors("ok", "ok", "ok", "not-found")),
    ("GET /statistics/zero-purchases.xlsx?unit={unit}", &[], actors("ok", "ok", "ok", "not-found")),
    // A bulletin is always about the own scope.
    ("get_bulletin", &[], actors("ok", "ok", "ok", "ok")),
    ("get_bulletin", &[("query[month]", "999999999")], actors("ok", "ok", "ok", "ok")),
    ("GET /statistics/bulletin.docx", &[], actors("ok", "ok", "ok", "ok")),
    ("GET /statistics/bulletin.xlsx", &[], actors("ok", "ok", "ok", "ok")),
    ("GET /statistics/bulletin/paper?unit={unit}", &[], actors("ok", "ok", "ok", "ok")),
    ("POST /statistics/bulletin.docx", &[], actors("ok", "ok", "ok", "ok")),
    ("POST /statistics/bulletin.xlsx", &[], actors("ok", "ok", "ok", "ok")),
    ("POST /statistics/bulletin/paper", &[], actors("ok", "ok", "ok", "ok")),
    ("GET /statistics/execution.xlsx", &[], actors("ok", "ok", "ok", "ok")),
    ("GET /statistics/execution.xlsx?unit={unit}", &[], actors("ok", "ok", "ok", "not-found")),
    ("GET /statistics/accounts.xlsx?unit={unit}", &[], actors("ok", "ok", "ok", "not-found")),
    ("sign_out", &[], everybody("ok")),
];

/// Units of the demo data: `{unit}`, a sibling and a descendant.
const UNIT_NAME: &str = "示例县供销合作社联合社";
const SIBLING: &str = "示例县融媒体中心";
const DESCENDANT: &str = "示例县农产品冷链物流中心";

#[rstest]
#[tokio::test]
async fn every_account_gets_the_expected_answer(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let site = Site::new(backend, &[]).await;
    let accounts = site.seed();
    let db = site.database().await;
    let server = site.serve().await;
    let ancestor = server.sign_in(&accounts[DEPARTMENT]).await;
    let batch = ancestor.stage("units-valid.xlsx", sample("units-valid.xlsx")).await;
    let job = ancestor.generate(batch).await;
    ancestor.wait_for_job(batch, "the SMS are sent", |job| job["sms_sent"] == job["created"]).await;
    assert_eq!(job["failed"], 0);

    // Two of the new accounts: one with its initial password, and one with a changed password.
    let sent = site.sent_sms();
    let must_change = server.sign_in(&(sent[0].login.clone(), sent[0].password.clone())).await;
    let mut must_complete = server.sign_in(&(sent[1].login.clone(), sent[1].password.clone())).await;
    let (old, new) = (sent[1].password.as_str(), "qinglv-shanshui-38");
    let changed = must_complete.call("change_password", &[("old", old), ("new", new), ("repeat", new)]).await;
    assert_eq!(changed.status(), 200, "{}", changed.text().await.unwrap());
    must_complete.keep_cookie(&changed);

    // The demo units get the password of the department. The unit also gets the batch of the department and a trading account.
    // The trading account cannot sign in at the management, so that a session of the unit is handed over to it.
    let (department, password) = &accounts[DEPARTMENT];
    let login_of = async |name: &str| {
        let text = format!("SELECT login FROM unit WHERE name = '{name}'");
        let row = db.query_one_raw(sea_orm::Statement::from_string(db.get_database_backend(), text)).await.unwrap();
        row.unwrap().try_get_by_index::<String>(0).unwrap()
    };
    let hash = format!("(SELECT password_hash FROM account WHERE login = '{department}')");
    let activated_account = async |name: &str| {
        let login = login_of(name).await;
        db.execute_unprepared(&format!(
            "UPDATE account SET password_hash = {hash}, must_change = FALSE, initial_until = NULL, \
             activated_at = created_at, disabled_at = NULL WHERE login = '{login}'"
        ))
        .await
        .unwrap();
        let completed = format!("UPDATE unit SET completed_at = created_at WHERE login = '{login}'");
        db.execute_unprepared(&completed).await.unwrap();
        (login, password.clone())
    };
    let account = activated_account(UNIT_NAME).await;
    let login = &account.0;
    for statement in [
        format!(
            "INSERT INTO purchaser (id, unit_id, unit_path, kind, name, name_key, code, contact, mobile, created_at, \
             updated_at, version) SELECT 999999, id, path, 'union', name, name_key, '81320106MB3FQEFLCG', 'x', 'x', 1, 1, 1 \
             FROM unit WHERE login = '{login}'"
        ),
        format!(
            "INSERT INTO account (id, kind, purchaser_id, login, password_hash, must_change, activated_at, created_at, version) \
             SELECT 999999, 'trading', 999999, 'JY99999999', password_hash, FALSE, activated_at, created_at, 0 \
             FROM account WHERE login = '{login}'"
        ),
        format!(
            "UPDATE import_batch SET unit_id = (SELECT id FROM unit WHERE login = '{login}'), \
             account_id = (SELECT id FROM account WHERE login = '{login}') WHERE id = {batch}"
        ),
    ] {
        db.execute_unprepared(&statement).await.unwrap();
    }
    let wrong_portal = [("login", "JY99999999"), ("password", password.as_str())];
    assert_eq!(problem_code(server.signed_out().call("sign_in", &wrong_portal).await).await, "wrong-portal");
    let mut trading = server.sign_in(&account).await;
    // The cookie of the portal gets the token as well, but the management must ignore it.
    let token = trading.cookie.clone().unwrap().replace("session=", "");
    trading.cookie = Some(format!("session={token}; trade={token}"));
    let hand_over = format!(
        "UPDATE session SET account_id = 999999 WHERE account_id = (SELECT id FROM account WHERE login = '{login}')"
    );
    db.execute_unprepared(&hand_over).await.unwrap();

    let own = server.sign_in(&account).await;
    let people = [
        server.signed_out(),
        must_change,
        must_complete,
        trading,
        server.sign_in(&accounts[OPERATOR]).await,
        ancestor,
        own.clone(),
        server.sign_in(&activated_account(SIBLING).await).await,
        server.sign_in(&activated_account(DESCENDANT).await).await,
        server.sign_in(&accounts[OTHER_DEPARTMENT]).await,
    ];
    let unit = own.call_ok("who", &[]).await["unit"]["id"].as_i64().unwrap().to_string();
    let batch = batch.to_string();
    let purchaser = format!("SELECT CAST(id AS TEXT) FROM purchaser WHERE name = '{CERTIFIED}'");
    let purchaser = sea_orm::Statement::from_string(db.get_database_backend(), purchaser);
    let purchaser: String = db.query_one_raw(purchaser).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    let mut differences = Vec::new();
    for (endpoint, args, expected_answers) in MATRIX {
        for (number, ((account, expected), person)) in
            expected_answers.by_account().into_iter().zip(&people).enumerate()
        {
            let number = number.to_string();
            let fill = |text: &str| {
                let text = text.replace("{batch}", &batch).replace("{unit}", &unit);
                text.replace("{purchaser}", &purchaser).replace("{account_number}", &number)
            };
            let (answer, text) = request_answer(person, &fill(endpoint), args, fill).await;
            if answer != expected {
                differences.push(format!("{endpoint} by {account}: {answer} instead of {expected}"));
            }
            // No answer may reveal the unit to accounts outside. A descendant may know its superior.
            let outside = !matches!(account, "operator" | "ancestor" | "own" | "descendant");
            if outside && [UNIT_NAME, login.as_str()].iter().any(|secret| text.contains(secret)) {
                differences.push(format!("{endpoint} reveals the unit to {account}: {text}"));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Sends a request. Returns "ok" or the code of the problem, and the text of the response.
pub(crate) async fn request_answer(
    person: &Person<'_>,
    endpoint: &str,
    args: &[(&str, &str)],
    fill: impl Fn(&str) -> String,
) -> (String, String) {
    let response = if let Some((method, path)) = endpoint.split_once(' ') {
        person.request(method.parse().unwrap(), path).send().await.unwrap()
    } else {
        let args: Vec<_> = args.iter().map(|(name, value)| (*name, fill(value))).collect();
        let args: Vec<_> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        person.call(endpoint, &args).await
    };
    let status = response.status();
    let text = String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned();
    (if status == 200 { "ok".to_owned() } else { problem_code_in(&text) }, text)
}

#[test]
fn every_server_function_is_in_a_matrix() {
    let endpoints =
        MATRIX.iter().map(|(endpoint, _, _)| *endpoint).chain(PORTAL.iter().map(|(endpoint, _, _)| *endpoint));
    let tested: BTreeSet<&str> = endpoints.filter(|endpoint| !endpoint.contains(' ')).collect();
    let existing: BTreeSet<&str> = server_functions().map(|(path, _)| function_name(path)).collect();
    assert_eq!(tested, existing);
}

/// Ids that do not exist and texts that are not ids get the same answer as the ids of another account.
#[tokio::test]
async fn guessed_ids_find_nothing() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let own = server.sign_in(&accounts[DEPARTMENT]).await;
    for id in ["0", "-1", "99", "9223372036854775807", "9223372036854775808", "x", ""] {
        for name in [
            "batch",
            "get_unit",
            "get_unit_name",
            "get_unit_form",
            "get_purchaser",
            "get_purchaser_name",
            "get_purchaser_form",
            "generate",
        ] {
            assert_eq!(problem_code(own.call(name, &[("id", id)]).await).await, "not-found", "{name} {id}");
        }
        for path in ["events", "annotated.xlsx", "accounts.xlsx"] {
            let response = own.get(&format!("/units/import/{id}/{path}")).await;
            assert_eq!(problem_code(response).await, "not-found", "{path} {id}");
        }
    }
}

/// The status of a page says whether its subject could be loaded, also to readers without JavaScript.
#[tokio::test]
async fn a_page_without_its_subject_has_the_status_of_the_problem() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let own = server.sign_in(&accounts[DEPARTMENT]).await;
    for (path, status) in [
        ("/units", 200),
        ("/units/999999", 404),
        ("/units/x", 404),
        ("/units/999999/edit", 404),
        ("/units/999999/reset", 404),
        ("/units/manage?below=999999", 404),
        ("/units/import/999999", 404),
        ("/purchasers/999999", 404),
        ("/purchasers/999999/edit", 404),
        ("/purchasers/999999/reset", 404),
        ("/certification", 403),
        ("/certification/999999", 403),
        ("/plan", 200),
        ("/plan/parameters", 200),
        ("/plan?year=1999", 404),
        ("/plans", 200),
        ("/statistics/bulletin", 200),
        ("/statistics/bulletin?month=x", 200),
        ("/statistics/not-reserved", 200),
        ("/statistics/not-reserved?unit=999999", 404),
        ("/plans/999999", 404),
        ("/plans/x", 404),
        ("/disputes", 200),
        ("/disputes/new", 200),
        ("/disputes/999999", 403),
        ("/notices", 200),
        ("/notices/new", 200),
        ("/notices/1", 200),
        ("/notices/999999", 404),
        ("/notices/1/edit", 404),
        ("/system/keys", 403),
        ("/system/parked-orders", 403),
    ] {
        let response = own.request(Method::GET, path).header(ACCEPT, "text/html").send().await.unwrap();
        assert_eq!(response.status(), status, "{path}");
    }
}

/// In demo mode the page of sent SMS is open without signing in.
#[tokio::test]
async fn demo_mode_shows_the_sms() {
    let site = Site::new(Backend::Sqlite, &[("FARM_DEMO_ENABLED", "true")]).await;
    let server = site.serve().await;
    assert_eq!(server.signed_out().call_ok("list_sms", &[("search", "")]).await, serde_json::json!([]));
}
