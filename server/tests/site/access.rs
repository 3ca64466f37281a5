//! Who may do what: every server function and every other way to a batch, asked by everybody.

use crate::harness::{Backend, OPERATOR, OTHER, OWN, Person, Site, code, function_name, sample, server_functions};
use rstest::rstest;
use std::collections::BTreeSet;

/// Everybody, in the order of a row's verdicts: signed out, with an initial password, with data to complete, the other
/// department, the department itself, the operator.
const EVERYBODY: [&str; 6] = ["nobody", "must change", "must complete", "other", "own", "operator"];

/// A server function or a request, and its arguments.
type Way = (&'static str, &'static [(&'static str, &'static str)]);

/// A way in, and what each hears: "ok" or the refusal's code. `{batch}` is a batch of the department and
/// `{unit}` a unit below it. Signing out comes last, and what the department itself changes is done before.
const MATRIX: &[(Way, [&str; 6])] = &[
    (("who", &[]), ["ok", "ok", "ok", "ok", "ok", "ok"]),
    (("get_desktop", &[]), ["not-signed-in", "must-change-password", "must-complete-profile", "ok", "ok", "ok"]),
    (
        ("list_units", &[("query[page]", "1")]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "ok", "ok", "ok"],
    ),
    (
        ("get_unit", &[("id", "{unit}")]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "not-found", "ok", "ok"],
    ),
    (("unit_tree", &[]), ["not-signed-in", "must-change-password", "must-complete-profile", "ok", "ok", "ok"]),
    (
        ("get_unit_form", &[("id", "{unit}")]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "not-found", "ok", "forbidden"],
    ),
    (
        ("find_superiors", &[("typed", "单位")]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "ok", "ok", "ok"],
    ),
    (
        ("create_unit", &[("form[name]", "")]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "fields", "fields", "forbidden"],
    ),
    (
        ("edit_unit", &[("id", "{unit}"), ("version", "0"), ("form[name]", "")]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "not-found", "ok", "forbidden"],
    ),
    (
        ("merge_unit", &[("unit", "{unit}"), ("into", ""), ("into_id", "{unit}")]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "not-found", "fields", "forbidden"],
    ),
    (
        ("reset_password", &[("unit", "{unit}"), ("own", "wrong-password")]),
        [
            "not-signed-in",
            "must-change-password",
            "must-complete-profile",
            "not-found",
            "old-password-wrong",
            "old-password-wrong",
        ],
    ),
    (
        ("set_account_enabled", &[("unit", "{unit}"), ("enabled", "true")]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "not-found", "ok", "ok"],
    ),
    (("resend_many", &[]), ["not-signed-in", "must-change-password", "must-complete-profile", "ok", "ok", "ok"]),
    (
        ("GET /units/export.xlsx", &[]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "ok", "ok", "ok"],
    ),
    (
        ("issue_password", &[("unit", "{unit}"), ("contact", "张三"), ("mobile", "13812345678")]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "forbidden", "forbidden", "not-found"],
    ),
    (
        ("current_batch", &[]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "ok", "ok", "forbidden"],
    ),
    (
        ("batch", &[("id", "{batch}")]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "not-found", "ok", "forbidden"],
    ),
    (
        ("batch_rows", &[("id", "{batch}"), ("query[page]", "1")]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "not-found", "ok", "forbidden"],
    ),
    (
        ("generate", &[("id", "{batch}")]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "not-found", "ok", "forbidden"],
    ),
    (
        ("GET /units/import/{batch}/events", &[]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "not-found", "ok", "forbidden"],
    ),
    (
        ("GET /units/import/{batch}/annotated.xlsx", &[]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "not-found", "ok", "forbidden"],
    ),
    (
        ("GET /units/import/{batch}/accounts.xlsx", &[]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "not-found", "ok", "forbidden"],
    ),
    (
        ("POST /units/import", &[]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "no-file", "no-file", "no-file"],
    ),
    (("get_profile", &[]), ["not-signed-in", "must-change-password", "ok", "ok", "ok", "forbidden"]),
    (
        ("save_profile", &[("admin_level", ""), ("budget_level", ""), ("contact", ""), ("mobile", "")]),
        ["not-signed-in", "must-change-password", "fields", "fields", "fields", "forbidden"],
    ),
    (
        ("change_password", &[("old", "wrong-password"), ("new", "another-one-42"), ("repeat", "another-one-42")]),
        [
            "not-signed-in",
            "old-password-wrong",
            "old-password-wrong",
            "old-password-wrong",
            "old-password-wrong",
            "old-password-wrong",
        ],
    ),
    // A name of each one's own, as names are throttled.
    (("sign_in", &[("login", "GL9999999{who}"), ("password", "wrong-password")]), ["sign-in-failed"; 6]),
    // The SMS are for nobody outside demonstrations.
    (("list_sms", &[("search", "")]), ["not-found"; 6]),
    // A fresh initial password ends the sessions of the one before, and what is deleted has none.
    (
        ("resend_sms", &[("unit", "{unit}")]),
        ["not-signed-in", "must-change-password", "must-complete-profile", "not-found", "ok", "resend-too-soon"],
    ),
    (
        ("delete_unit", &[("unit", "{unit}")]),
        ["not-signed-in", "not-signed-in", "must-complete-profile", "not-found", "ok", "forbidden"],
    ),
    (("sign_out", &[]), ["ok"; 6]),
];

#[rstest]
#[tokio::test]
async fn everybody_hears_what_they_should(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let site = Site::new(backend, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let own = server.sign_in(&accounts[OWN]).await;
    let batch = own.stage("units-valid.xlsx", sample("units-valid.xlsx")).await;
    let job = own.generate(batch).await;
    own.job(batch, "the SMS are sent", |job| job["sms_sent"] == job["created"]).await;
    assert_eq!(job["failed"], 0);
    let batch = batch.to_string();

    // Two of the new accounts: one as it came, of a unit without subordinates, and one with its password changed.
    let sent = site.sent();
    let found = own.called("list_units", &[("query[search]", "示例县第一中学")]).await;
    let unit = found["rows"][0]["id"].as_i64().unwrap().to_string();
    let login = found["rows"][0]["login"].as_str().unwrap();
    let first = sent.iter().find(|sms| sms.login == login).unwrap();
    let second = sent.iter().find(|sms| sms.login != login).unwrap();
    let must_change = server.sign_in(&(first.login.clone(), first.password.clone())).await;
    let mut must_complete = server.sign_in(&(second.login.clone(), second.password.clone())).await;
    let (old, new) = (second.password.as_str(), "qinglv-shanshui-38");
    let changed = must_complete.call("change_password", &[("old", old), ("new", new), ("repeat", new)]).await;
    assert_eq!(changed.status(), 200, "{}", changed.text().await.unwrap());
    must_complete.keep(&changed);

    let people = [
        server.nobody(),
        must_change,
        must_complete,
        server.sign_in(&accounts[OTHER]).await,
        own,
        server.sign_in(&accounts[OPERATOR]).await,
    ];
    let mut wrong = Vec::new();
    for ((way, args), verdicts) in MATRIX {
        for (index, ((who, person), expected)) in EVERYBODY.iter().zip(&people).zip(verdicts).enumerate() {
            let number = index.to_string();
            let fill = |text: &str| text.replace("{batch}", &batch).replace("{unit}", &unit).replace("{who}", &number);
            let heard = ask(person, &fill(way), args, fill).await;
            if heard != *expected {
                wrong.push(format!("{way} by {who}: {heard} instead of {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn ask(person: &Person<'_>, way: &str, args: &[(&str, &str)], fill: impl Fn(&str) -> String) -> String {
    let response = if let Some((method, path)) = way.split_once(' ') {
        person.ask(method.parse().unwrap(), path).send().await.unwrap()
    } else {
        let args: Vec<_> = args.iter().map(|(name, value)| (*name, fill(value))).collect();
        let args: Vec<_> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        person.call(way, &args).await
    };
    if response.status() == 200 { "ok".to_owned() } else { code(response).await }
}

#[test]
fn no_server_function_is_left_out() {
    let judged: BTreeSet<&str> = MATRIX.iter().map(|((way, _), _)| *way).filter(|way| !way.contains(' ')).collect();
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
        for name in ["batch", "get_unit", "get_unit_form", "generate"] {
            assert_eq!(code(own.call(name, &[("id", id)]).await).await, "not-found", "{name} {id}");
        }
        for path in ["events", "annotated.xlsx", "accounts.xlsx"] {
            let response = own.get(&format!("/units/import/{id}/{path}")).await;
            assert_eq!(code(response).await, "not-found", "{path} {id}");
        }
    }
}

/// In demonstrations the page of sent SMS is open to anybody.
#[tokio::test]
async fn demonstrations_show_the_sms() {
    let site = Site::new(Backend::Sqlite, &[("FARM_DEMO_ENABLED", "true")]).await;
    let server = site.serve().await;
    assert_eq!(server.nobody().called("list_sms", &[("search", "")]).await, serde_json::json!([]));
}
