//! Who may do what: every server function and every other way to a batch, asked by everybody.

use crate::harness::{
    Backend, OPERATOR, OTHER, OWN, Person, Site, code, code_of, function_name, sample, server_functions,
};
use crate::portal::{CERTIFIED, PORTAL};
use reqwest::{Method, header::ACCEPT};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use std::collections::BTreeSet;

/// What each hears of a way in: "ok" or the refusal's code. The relations are to `{unit}`, whose own batch is `{batch}`;
/// everybody is asked in this order.
#[derive(Clone, Copy)]
struct Verdicts {
    /// Not signed in.
    nobody: &'static str,
    /// Signed in with an initial password.
    must_change: &'static str,
    /// Has changed it, and must complete the unit's data.
    must_complete: &'static str,
    /// A trading account (交易账号) of the unit, by a session that it should not have.
    trading: &'static str,
    operator: &'static str,
    /// The finance department above the unit.
    ancestor: &'static str,
    /// The unit itself.
    own: &'static str,
    /// Another unit of that department.
    sibling: &'static str,
    /// A unit below the unit.
    descendant: &'static str,
    /// Another county's finance department.
    other_tree: &'static str,
}

impl Verdicts {
    /// With a name for each.
    const fn each(self) -> [(&'static str, &'static str); 10] {
        [
            ("nobody", self.nobody),
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

/// Everybody hears the same, signed in or not.
const fn anybody(heard: &'static str) -> Verdicts {
    Verdicts {
        nobody: heard,
        must_change: heard,
        must_complete: heard,
        trading: heard,
        ..actors(heard, heard, heard, heard)
    }
}

/// Every signed-in account hears the same, whatever it still has to do first.
const fn signed_in(heard: &'static str) -> Verdicts {
    Verdicts { must_change: heard, must_complete: heard, ..actors(heard, heard, heard, heard) }
}

/// Nothing is done for those who have something to do first; then the operator, the ancestor, the unit itself and all the
/// others hear this.
const fn actors(operator: &'static str, ancestor: &'static str, own: &'static str, others: &'static str) -> Verdicts {
    Verdicts {
        nobody: "not-signed-in",
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

/// A server function or a request, its arguments and what each hears. `{who}` is a digit for each one.
type Row = (&'static str, &'static [(&'static str, &'static str)], Verdicts);

const UNIT: &[(&str, &str)] = &[("unit", "{unit}")];
const ID: &[(&str, &str)] = &[("id", "{unit}")];
const BATCH: &[(&str, &str)] = &[("id", "{batch}")];
/// The unit's own purchaser, whose trading account this is.
const PURCHASER: &[(&str, &str)] = &[("id", "999999")];

/// Signing out comes last.
const MATRIX: &[Row] = &[
    ("who", &[], anybody("ok")),
    // A name of each one's own, as names are throttled.
    ("sign_in", &[("login", "GL9999999{who}"), ("password", "wrong-password")], anybody("sign-in-failed")),
    // The SMS are for nobody outside demonstrations.
    ("list_sms", &[("search", "")], anybody("not-found")),
    ("get_desktop", &[], actors("ok", "ok", "ok", "ok")),
    ("get_profile", &[], Verdicts { must_complete: "ok", ..actors("forbidden", "ok", "ok", "ok") }),
    (
        "save_profile",
        &[("admin_level", ""), ("budget_level", ""), ("contact", ""), ("mobile", "")],
        Verdicts { must_complete: "fields", ..actors("forbidden", "fields", "fields", "fields") },
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
    // The unit's own upload, which is no superior's business.
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
    // Their import; the batch is the unit's, whatever path it is asked for by.
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
    ("sign_out", &[], anybody("ok")),
];

/// Units of the demo data: one, what stands beside it and below it.
const UNIT_NAME: &str = "示例县供销合作社联合社";
const SIBLING: &str = "示例县融媒体中心";
const DESCENDANT: &str = "示例县农产品冷链物流中心";

#[rstest]
#[tokio::test]
async fn everybody_hears_what_they_should(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let site = Site::new(backend, &[]).await;
    let accounts = site.seed();
    let db = site.database().await;
    let server = site.serve().await;
    let ancestor = server.sign_in(&accounts[OWN]).await;
    let batch = ancestor.stage("units-valid.xlsx", sample("units-valid.xlsx")).await;
    let job = ancestor.generate(batch).await;
    ancestor.job(batch, "the SMS are sent", |job| job["sms_sent"] == job["created"]).await;
    assert_eq!(job["failed"], 0);

    // Two of the new accounts: one as it came and one with its password changed.
    let sent = site.sent();
    let must_change = server.sign_in(&(sent[0].login.clone(), sent[0].password.clone())).await;
    let mut must_complete = server.sign_in(&(sent[1].login.clone(), sent[1].password.clone())).await;
    let (old, new) = (sent[1].password.as_str(), "qinglv-shanshui-38");
    let changed = must_complete.call("change_password", &[("old", old), ("new", new), ("repeat", new)]).await;
    assert_eq!(changed.status(), 200, "{}", changed.text().await.unwrap());
    must_complete.keep(&changed);

    // Demo units get the department's password, and the unit the department's batch and a trading account, whose session
    // is one of the unit's handed over: nothing gives it one.
    let (department, password) = &accounts[OWN];
    let login_of = async |name: &str| {
        let text = format!("SELECT login FROM unit WHERE name = '{name}'");
        let row = db.query_one_raw(sea_orm::Statement::from_string(db.get_database_backend(), text)).await.unwrap();
        row.unwrap().try_get_by_index::<String>(0).unwrap()
    };
    let hash = format!("(SELECT password_hash FROM account WHERE login = '{department}')");
    let ready = async |name: &str| {
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
    let account = ready(UNIT_NAME).await;
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
    assert_eq!(code(server.nobody().call("sign_in", &wrong_portal).await).await, "wrong-portal");
    let mut trading = server.sign_in(&account).await;
    // In the portal's cookie as well, which the management does not look at.
    let token = trading.cookie.clone().unwrap().replace("session=", "");
    trading.cookie = Some(format!("session={token}; trade={token}"));
    let hand_over = format!(
        "UPDATE session SET account_id = 999999 WHERE account_id = (SELECT id FROM account WHERE login = '{login}')"
    );
    db.execute_unprepared(&hand_over).await.unwrap();

    let own = server.sign_in(&account).await;
    let people = [
        server.nobody(),
        must_change,
        must_complete,
        trading,
        server.sign_in(&accounts[OPERATOR]).await,
        ancestor,
        own.clone(),
        server.sign_in(&ready(SIBLING).await).await,
        server.sign_in(&ready(DESCENDANT).await).await,
        server.sign_in(&accounts[OTHER]).await,
    ];
    let unit = own.called("who", &[]).await["unit"]["id"].as_i64().unwrap().to_string();
    let batch = batch.to_string();
    let purchaser = format!("SELECT CAST(id AS TEXT) FROM purchaser WHERE name = '{CERTIFIED}'");
    let purchaser = sea_orm::Statement::from_string(db.get_database_backend(), purchaser);
    let purchaser: String = db.query_one_raw(purchaser).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    let mut wrong = Vec::new();
    for (way, args, verdicts) in MATRIX {
        for (number, ((who, expected), person)) in verdicts.each().into_iter().zip(&people).enumerate() {
            let number = number.to_string();
            let fill = |text: &str| {
                let text = text.replace("{batch}", &batch).replace("{unit}", &unit);
                text.replace("{purchaser}", &purchaser).replace("{who}", &number)
            };
            let (heard, text) = ask(person, &fill(way), args, fill).await;
            if heard != expected {
                wrong.push(format!("{way} by {who}: {heard} instead of {expected}"));
            }
            // Whatever they may ask: of the unit itself they hear nothing. Those who are below it may know whom they ask.
            let outside = !matches!(who, "operator" | "ancestor" | "own" | "descendant");
            if outside && [UNIT_NAME, login.as_str()].iter().any(|secret| text.contains(secret)) {
                wrong.push(format!("{way} tells {who} of the unit: {text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What somebody hears, "ok" or a code, and the answer's text.
pub(crate) async fn ask(
    person: &Person<'_>,
    way: &str,
    args: &[(&str, &str)],
    fill: impl Fn(&str) -> String,
) -> (String, String) {
    let response = if let Some((method, path)) = way.split_once(' ') {
        person.ask(method.parse().unwrap(), path).send().await.unwrap()
    } else {
        let args: Vec<_> = args.iter().map(|(name, value)| (*name, fill(value))).collect();
        let args: Vec<_> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        person.call(way, &args).await
    };
    let status = response.status();
    let text = String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned();
    (if status == 200 { "ok".to_owned() } else { code_of(&text) }, text)
}

#[test]
fn no_server_function_is_left_out() {
    let ways = MATRIX.iter().map(|(way, _, _)| *way).chain(PORTAL.iter().map(|(way, _, _)| *way));
    let judged: BTreeSet<&str> = ways.filter(|way| !way.contains(' ')).collect();
    let there: BTreeSet<&str> = server_functions().map(|(path, _)| function_name(path)).collect();
    assert_eq!(judged, there);
}

/// Ids that were never given, and what is no id at all, are as unknown as somebody else's.
#[tokio::test]
async fn guessed_ids_find_nothing() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let own = server.sign_in(&accounts[OWN]).await;
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
            assert_eq!(code(own.call(name, &[("id", id)]).await).await, "not-found", "{name} {id}");
        }
        for path in ["events", "annotated.xlsx", "accounts.xlsx"] {
            let response = own.get(&format!("/units/import/{id}/{path}")).await;
            assert_eq!(code(response).await, "not-found", "{path} {id}");
        }
    }
}

/// The status of a page says whether its subject could be loaded, also to readers without JavaScript.
#[tokio::test]
async fn page_without_its_subject_has_the_status_of_the_problem() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let own = server.sign_in(&accounts[OWN]).await;
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
    ] {
        let response = own.ask(Method::GET, path).header(ACCEPT, "text/html").send().await.unwrap();
        assert_eq!(response.status(), status, "{path}");
    }
}

/// In demonstrations the page of sent SMS is open to anybody.
#[tokio::test]
async fn demonstrations_show_the_sms() {
    let site = Site::new(Backend::Sqlite, &[("FARM_DEMO_ENABLED", "true")]).await;
    let server = site.serve().await;
    assert_eq!(server.nobody().called("list_sms", &[("search", "")]).await, serde_json::json!([]));
}
