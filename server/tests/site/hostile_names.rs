//! Names that try to be more than a name: markup, quotes, characters that turn or break a line, formulas. Wherever a name is
//! shown, sent or exported it stays a name.

use crate::{
    generation::credit_code,
    harness::{Backend, DEPARTMENT, OPERATOR, Person, Site, wait_for},
    portal::{CERTIFIED, sign_in},
};
use reqwest::{Method, header::ACCEPT};
use rstest::rstest;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::Value;
use std::{collections::BTreeSet, io::Read};

/// Markup that ends every element and attribute in which a name may stand. A name has at most 100 characters.
const MARKUP: &str =
    "</title></script></textarea>--><meta http-equiv=refresh content=0><x-hostile a='b'>\" x-hostile=\"1";
/// Quotes, and characters that turn the direction of a text or end a line of a script.
const CHARACTERS: &str = "'\"` x-hostile=\" x-hostile='&lt;x-hostile&gt;\u{202e}\u{2066}\u{2028}\u{2029}<x-hostile";
/// The longest name, which cannot be broken into lines.
const BRACKETS: &str =
    "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<x-hostile";

/// Gives every unit and every purchaser this name, and writes it into the other texts too. The forms and the import refuse some of
/// these names; an earlier release may have stored them.
async fn rename_all(db: &DatabaseConnection, name: &str) {
    let name = name.replace('\'', "''");
    for statement in [
        format!("UPDATE unit SET name = '{name}', name_key = '{name}' || id, contact = '{name}', remark = '{name}'"),
        format!(
            "UPDATE purchaser SET name = '{name}', name_key = '{name}' || id, contact = '{name}', remark = '{name}', \
             address = '{name}', delivery_address = '{name}', invoice_title = '{name}', invoice_bank = '{name}', \
             certification_note = '{name}'"
        ),
        format!("UPDATE code_dispute SET name = '{name}', superior = '{name}', reason = '{name}', contact = '{name}'"),
        format!("UPDATE notice SET title = '{name}', text = '{name}'"),
        format!("INSERT INTO unit_alias (unit_id, name, name_key) SELECT id, '{name}', '{name}' || id FROM unit"),
    ] {
        db.execute_unprepared(&statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

/// The id in the first link of a page that begins with `path`.
async fn linked_id(person: &Person<'_>, page: &str, path: &str) -> String {
    let text = open(person, page).await;
    let link = format!("href=\"{path}");
    let ids = text.split(&link).skip(1);
    let mut ids = ids.filter_map(|rest| rest.split('"').next()).filter(|id| id.parse::<i64>().is_ok());
    ids.next().unwrap_or_else(|| panic!("{page} has no link to {path}")).to_owned()
}

async fn open(person: &Person<'_>, path: &str) -> String {
    let page = person.request(Method::GET, path).header(ACCEPT, "text/html").send().await.unwrap();
    assert_eq!(page.status(), 200, "{path}");
    page.text().await.unwrap()
}

/// Expects that no part of a name is markup in a page.
fn check_page(path: &str, page: &str) {
    assert!(
        !page.contains("<x-hostile") && !page.contains("http-equiv=refresh>"),
        "{path} has an element of a name: {page}"
    );
    // A chart has a title of its own, with an id.
    let titles = 1 + page.matches("<title id=\"chart-title-").count();
    for (element, times) in [("title", titles), ("head", 1), ("body", 1)] {
        let ends = page.matches(&format!("</{element}>")).count();
        assert_eq!(ends, times, "{path} ends {element} too often: {page}");
    }
    assert_eq!(page.matches("<script").count(), page.matches("</script>").count(), "{path} ends a script: {page}");
    assert_eq!(
        page.matches("<textarea").count(),
        page.matches("</textarea>").count(),
        "{path} ends a text area: {page}"
    );
    // A quote in a text is harmless. It is within a tag if the last bracket before it opens one.
    for (at, _) in page.match_indices("\" x-hostile=") {
        let last = page[..at].rfind(['<', '>']).map(|bracket| &page[bracket..=bracket]);
        assert_eq!(last, Some(">"), "{path} has an attribute of a name: {page}");
    }
}

#[rstest]
#[case(MARKUP)]
#[case(CHARACTERS)]
#[case(BRACKETS)]
#[tokio::test]
async fn a_name_stays_a_name_on_every_page(#[case] name: &str) {
    let site = Site::new(Backend::Sqlite, &[("FARM_DEMO_ENABLED", "true")]).await;
    let accounts = site.seed();
    let db = site.database().await;
    rename_all(&db, name).await;
    db.execute_unprepared("UPDATE purchaser SET certification = 'submitted', submitted_at = 1").await.unwrap();
    let server = site.serve().await;
    let department = server.sign_in(&accounts[DEPARTMENT]).await;
    let operator = server.sign_in(&accounts[OPERATOR]).await;
    let purchaser = sign_in(&server, &accounts[CERTIFIED]).await;
    let unit = linked_id(&department, "/units/manage", "/units/").await;
    let own = linked_id(&operator, "/purchasers", "/purchasers/").await;
    let account_sms = department.call("resend_sms", &[("holder[unit]", &unit)]).await;
    assert_eq!(account_sms.status(), 200, "{}", account_sms.text().await.unwrap());
    let sms = wait_for("the SMS is sent", async || {
        std::fs::read_to_string(site.path("data/sms.jsonl")).ok().filter(|sms| sms.ends_with('\n'))
    })
    .await;

    let pages = |paths: &[&str]| paths.iter().map(|path| path.replace("{id}", &unit)).collect::<Vec<_>>();
    let of_department = pages(&[
        "/",
        "/units",
        "/units/manage",
        "/units/manage?below={id}",
        "/units/new",
        "/units/{id}",
        "/units/{id}/edit",
        "/units/{id}/reset",
        "/purchasers",
        "/purchasers?unit={id}",
        "/purchasers/new",
        "/disputes/new",
        "/notices",
        "/notices?state=own",
        "/notices/1",
        "/notices/2",
        "/notices/3",
        "/notices/3/edit",
        "/plans",
        "/plans/remind?chosen=yes&unit={id}",
        "/statistics",
        "/statistics/bulletin",
        "/statistics/bulletin/paper",
        "/profile",
        "/password",
        "/units/import",
        "/help",
        "/demo/sms",
    ]);
    let of_operator =
        ["/units", "/units/manage", "/purchasers", "/certification", "/disputes"].map(str::to_owned).to_vec();
    let of_operator =
        [of_operator, vec![format!("/purchasers/{own}"), format!("/certification/{own}"), "/disputes/1".to_owned()]]
            .concat();
    let of_purchaser =
        ["/trade", "/trade/profile", "/trade/profile/edit", "/trade/orders", "/trade/notices", "/trade/notices/2"]
            .map(str::to_owned)
            .to_vec();
    let mut named = 0;
    for (person, paths) in [(&department, of_department), (&operator, of_operator), (&purchaser, of_purchaser)] {
        for path in paths {
            let page = open(person, &path).await;
            check_page(&path, &page);
            named += usize::from(page.contains("x-hostile"));
        }
    }
    assert!(named > 31, "only {named} pages show a name");

    // An SMS is one line and begins with the product, whatever the name is.
    for line in sms.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = line["text"].as_str().unwrap();
        assert!(text.starts_with("【采购人管理系统】"), "{text}");
        assert!(text.contains("x-hostile"), "{text}");
    }
}

/// A spreadsheet program must not calculate a name.
#[rstest]
#[tokio::test]
async fn a_name_stays_a_text_in_an_export(
    #[values("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "=cmd|'/C calc'!A1")] name: &str,
) {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    rename_all(&site.database().await, name).await;
    let server = site.serve().await;
    let department = server.sign_in(&accounts[DEPARTMENT]).await;
    let statistics = ["/statistics/execution.xlsx", "/statistics/not-reserved.xlsx", "/statistics/bulletin.xlsx"];
    for path in ["/units/export.xlsx", "/purchasers/export.xlsx"].into_iter().chain(statistics) {
        let export = department.get(path).await;
        assert_eq!(export.status(), 200, "{path}");
        let mut package = zip::ZipArchive::new(std::io::Cursor::new(export.bytes().await.unwrap())).unwrap();
        let mut kinds = BTreeSet::new();
        let mut part = String::new();
        package.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut part).unwrap();
        assert!(!part.contains("<f>") && !part.contains("<f "), "{path}: {part}");
        for cell in part.split("<c ").skip(1) {
            kinds.insert(cell.split_once("t=\"").map_or("", |(_, kind)| kind.split('"').next().unwrap()).to_owned());
        }
        assert!(kinds.iter().all(|kind| ["", "n", "s", "inlineStr"].contains(&kind.as_str())), "{path}: {kinds:?}");
    }
}

/// New names have neither invisible characters nor line breaks, so that no SMS and no list shows another order of letters.
#[tokio::test]
async fn new_names_turn_and_break_no_line() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let server = site.serve().await;
    let department = server.sign_in(&accounts[DEPARTMENT]).await;
    let created = async |name: &str| {
        let args = [
            ("form[name]", name),
            ("form[code]", &credit_code(1)),
            ("form[superior]", DEPARTMENT),
            ("form[admin_level]", "县级"),
            ("form[budget_level]", "二级预算单位"),
            ("form[total]", "120.5"),
            ("form[ratio]", "15"),
            ("form[contact]", "王敏"),
            ("form[mobile]", "13912345678"),
        ];
        department.call("create_unit", &args).await.text().await.unwrap()
    };
    for name in ["示例县第一\u{2028}中学", "示例县第一\n中学", "=示例县第一中学"] {
        assert!(created(name).await.contains("\"field\":\"name\""), "{name:?}");
    }
    created("示例县\u{202e}第一\u{2066}中学\u{200b}").await;
    let units = department.call_ok("list_units", &[("query[search]", "示例县第一中学")]).await;
    assert_eq!(units["rows"][0]["name"], "示例县第一中学", "{units}");
}
