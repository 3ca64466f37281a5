//! 新增, 编辑, 单位合并 and 删除: the changes that superiors make to the units below them.

use crate::{execute, named, problem, texts};
use domain::{
    Code, Problem,
    account::AccountState,
    edit::EditResult,
    form::UnitForm,
    history::AuditAction,
    ids::UnitId,
    paging::BoundedCount,
    problem::FieldFault,
    sms::SmsKind,
    unit::{UnitQuery, UnitSort},
};
use rstest::rstest;
use sea_orm::{ConnectionTrait, TransactionTrait};
use service::{
    Actor, Services,
    unit::{create, delete, detail, edit, form, list, merge, name, open_tree, superiors, tree},
};
use testdb::{Backend, TestApp};

const OWN: &str = "示例县财政局";
const CODE: &str = "11320106MB3FQEFLCG";
const CODE_OF_ANOTHER: &str = "11320106MB3FQEFLDK";

fn new_unit_form() -> UnitForm {
    UnitForm {
        name: "示例县第九中学".to_owned(),
        code: CODE.to_owned(),
        superior: OWN.to_owned(),
        admin_level: "县级".to_owned(),
        budget_level: "二级预算单位".to_owned(),
        total: "86.5".to_owned(),
        ratio: "15".to_owned(),
        contact: "王芳".to_owned(),
        mobile: "13800136021".to_owned(),
        ..UnitForm::default()
    }
}

async fn id(services: &Services, name: &str) -> UnitId {
    let ids = texts(services, "SELECT id AS x FROM unit WHERE name = $1 AND path < '~'", [name.into()]).await;
    UnitId(ids[0].parse().unwrap())
}

async fn names_by_search(services: &Services, actor: &Actor, search: &str) -> Vec<String> {
    let query = UnitQuery { search: search.to_owned(), ..UnitQuery::default() };
    list(services, actor, &query).await.unwrap().rows.into_iter().map(|row| row.name).collect()
}

/// Checks that each path begins with the path of the superior and ends in the unit's id.
async fn assert_paths_match_superiors(services: &Services) {
    let wrong = "SELECT u.id AS x FROM unit u LEFT JOIN unit p ON p.id = u.parent_id WHERE u.merged_into IS NULL \
                AND u.path <> COALESCE(p.path, '') || CAST(u.id AS TEXT) || '/'";
    assert!(texts(services, wrong, []).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_unit_is_added_as_by_an_import(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let unit = create(services, &own, &new_unit_form()).await.unwrap();
    let full = detail(services, &own, unit).await.unwrap();
    assert_eq!((full.unit.name.as_str(), full.unit.account), ("示例县第九中学", AccountState::NotActivated));
    assert_eq!((full.plans[0].year, full.plans[0].share.to_string()), (services.clock().year(), "12.975".to_owned()));
    assert_eq!((full.sms.len(), full.sms[0].kind), (1, SmsKind::InitialPassword));
    let event = &full.events[0];
    assert_eq!((event.action, event.year), (Some(AuditAction::UnitAdded), Some(services.clock().year())));
    assert_eq!((&event.actor, event.address.as_str()), (&named(&accounts, OWN).login, testdb::ADDRESS));
    let change_of = |field: &str| {
        let change = event.changes.iter().find(|change| change.field == field).unwrap();
        (change.before.clone(), change.after.clone().unwrap())
    };
    assert_eq!(change_of("mobile"), (None, "138****6021".to_owned()));
    assert_eq!(change_of("superior"), (None, OWN.to_owned()));
    assert_eq!(
        (change_of("total").1, change_of("ratio").1, change_of("admin_level").1),
        ("86.5".into(), "15".into(), "county".into())
    );
    assert_eq!(Some(change_of("login").1), full.unit.login);
    let addresses = "SELECT address AS x FROM audit_event WHERE action = 'unit-added'";
    assert_eq!(texts(services, addresses, []).await, [testdb::ADDRESS]);
    assert_paths_match_superiors(services).await;
    // The code can be used once, and the superior has no second unit of that name.
    let again = problem(create(services, &own, &new_unit_form()).await);
    let name_exists = FieldFault::new("name", Code::NameExists);
    assert_eq!(again, Problem::Fields(vec![FieldFault::new("code", Code::DuplicateCode), name_exists.clone()]));
    let namesake = UnitForm { code: CODE_OF_ANOTHER.to_owned(), ..new_unit_form() };
    assert_eq!(problem(create(services, &own, &namesake).await), Problem::Fields(vec![name_exists.clone()]));
    let below = UnitForm { superior: "示例县红十字会".to_owned(), ..namesake };
    let id = create(services, &own, &below).await.unwrap();
    let moved = UnitForm { superior: OWN.to_owned(), ..below };
    assert_eq!(problem(edit(services, &own, id, 1, &moved).await), Problem::Fields(vec![name_exists]));
    let other = app.act_as(&accounts, "样例县财政局").await;
    let elsewhere = UnitForm { superior: "样例县财政局".to_owned(), ..new_unit_form() };
    let taken = Problem::Fields(vec![FieldFault::new("code", Code::CodeTaken)]);
    assert_eq!(problem(create(services, &other, &elsewhere).await), taken);
    let operator = app.act_as(&accounts, "平台运维").await;
    assert_eq!(problem(create(services, &operator, &new_unit_form()).await), Problem::Forbidden);
}

#[rstest]
#[case::unknown("示例县没有的局", Code::SuperiorUnknown)]
#[case::elsewhere("样例县财政局", Code::SuperiorOutOfScope)]
#[case::above("示例市财政局", Code::SuperiorOutOfScope)]
#[case::itself("示例县第九中学", Code::SuperiorSelf)]
#[case::empty("", Code::Required)]
#[tokio::test]
async fn a_unit_goes_below_a_unit_of_the_own_subtree(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[case] superior: &str,
    #[case] code: Code,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let own = app.act_as(&accounts, OWN).await;
    let form = UnitForm { superior: superior.to_owned(), ..new_unit_form() };
    let refused = problem(create(&app.services, &own, &form).await);
    assert_eq!(refused, Problem::Fields(vec![FieldFault::new("superior", code)]));
}

#[rstest]
#[tokio::test]
async fn a_superior_is_chosen_among_units_with_the_same_name(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let twice = "UPDATE unit SET name = '示例县(城区)局', name_key = '示例县（城区）局' \
                 WHERE name IN ('示例县红十字会', '示例县科学技术协会')";
    assert_eq!(execute(services, twice, []).await, 2);
    let offered = superiors(services, &own, "县(城").await.unwrap();
    assert_eq!(offered.len(), 2);
    let form = UnitForm { superior: "示例县（城区）局".to_owned(), ..new_unit_form() };
    let refused = problem(create(services, &own, &form).await);
    assert_eq!(refused, Problem::Fields(vec![FieldFault::new("superior", Code::SuperiorAmbiguous)]));
    let form = UnitForm { superior_id: offered[1].unit.id.to_string(), ..form };
    let unit = create(services, &own, &form).await.unwrap();
    assert_eq!(detail(services, &own, unit).await.unwrap().path.last(), Some(&offered[1].unit));
    // Their codes and superiors distinguish them. The superior of the own unit is not shown.
    assert!(offered.iter().all(|superior| superior.above.as_deref() == Some(OWN)));
    assert!(offered[0].code.is_some() && offered[0].code != offered[1].code);
    let own_unit = &superiors(services, &own, "示例县财政").await.unwrap()[0];
    assert_eq!((own_unit.unit.name.as_str(), own_unit.above.as_deref()), (OWN, None));
    for nothing in ["", "  ", "样例", "示例市财政局", "%"] {
        assert!(superiors(services, &own, nothing).await.unwrap().is_empty(), "{nothing}");
    }
}

#[rstest]
#[tokio::test]
async fn an_edit_changes_all_data_and_is_in_the_history(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let unit = id(services, "示例县融媒体中心").await;
    let stored = form(services, &own, unit, None).await.unwrap();
    let year = services.clock().year();
    assert_eq!((stored.form.year.clone(), stored.years), (year.to_string(), vec![year]));
    // An edit without changes has no changes in the history.
    assert_eq!(edit(services, &own, unit, stored.version, &stored.form).await.unwrap(), EditResult::Saved);
    assert!(detail(services, &own, unit).await.unwrap().events[0].changes.is_empty());

    let changed = UnitForm {
        name: "示例县融媒体传播中心".to_owned(),
        superior: "示例县红十字会".to_owned(),
        superior_id: String::new(),
        year: (year + 1).to_string(),
        total: "100".to_owned(),
        ratio: "9.5".to_owned(),
        mobile: "139 9999 1234".to_owned(),
        remark: "2026 年更名".to_owned(),
        ..stored.form.clone()
    };
    assert_eq!(edit(services, &own, unit, stored.version + 1, &changed).await.unwrap(), EditResult::Saved);
    let full = detail(services, &own, unit).await.unwrap();
    assert_eq!(full.unit.name, "示例县融媒体传播中心");
    assert_eq!(full.former, ["示例县融媒体中心"]);
    assert_eq!(full.path.last().unwrap().name, "示例县红十字会");
    assert_eq!(full.plans.iter().map(|plan| plan.year).collect::<Vec<_>>(), [year + 1, year]);
    assert_eq!(full.plans[0].share.to_string(), "9.5");
    let event = &full.events[0];
    assert_eq!((event.action, event.year), (Some(AuditAction::UnitEdited), Some(year + 1)));
    let fields: Vec<_> = event.changes.iter().map(|change| change.field.as_str()).collect();
    assert_eq!(fields, ["mobile", "name", "ratio", "remark", "share", "superior", "total"]);
    let superior = event.changes.iter().find(|change| change.field == "superior").unwrap();
    assert_eq!((superior.before.as_deref(), superior.after.as_deref()), (Some(OWN), Some("示例县红十字会")));
    // The units below moved too, and a search by the old name still finds the unit.
    let below = detail(services, &own, id(services, "示例县广播电视发射台").await).await.unwrap();
    let path: Vec<_> = below.path.iter().map(|unit| unit.name.as_str()).collect();
    assert_eq!(path, [OWN, "示例县红十字会", "示例县融媒体传播中心"]);
    assert_eq!(names_by_search(services, &own, "融媒体中心").await, ["示例县融媒体传播中心"]);
    assert_eq!(names_by_search(services, &own, "1234").await, ["示例县融媒体传播中心"]);
    assert_paths_match_superiors(services).await;
    // With its first name again, only the second name is a former name.
    let back = UnitForm { name: "示例县融媒体中心".to_owned(), ..changed };
    edit(services, &own, unit, stored.version + 2, &back).await.unwrap();
    assert_eq!(detail(services, &own, unit).await.unwrap().former, ["示例县融媒体传播中心"]);
}

#[rstest]
#[case(|f: &mut UnitForm| f.ratio = "101".to_owned(), "ratio", Code::NumberRange)]
#[case(|f: &mut UnitForm| f.year = "1999".to_owned(), "year", Code::NumberRange)]
#[case(|f: &mut UnitForm| f.year = "今年".to_owned(), "year", Code::NumberFormat)]
#[case(|f: &mut UnitForm| f.superior = "示例县广播电视发射台".to_owned(), "superior", Code::SuperiorCycle)]
#[case(|f: &mut UnitForm| f.superior = "示例县融媒体中心".to_owned(), "superior", Code::SuperiorSelf)]
#[case(|f: &mut UnitForm| f.superior = "样例县财政局".to_owned(), "superior", Code::SuperiorOutOfScope)]
#[case(|f: &mut UnitForm| f.code = "11990101MB2600137Q".to_owned(), "code", Code::CreditCodeCheck)]
#[tokio::test]
async fn an_edit_is_checked_like_a_row(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[case] change: fn(&mut UnitForm),
    #[case] field: &str,
    #[case] code: Code,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let unit = id(services, "示例县融媒体中心").await;
    let mut stored = form(services, &own, unit, None).await.unwrap();
    stored.form.superior_id = String::new();
    change(&mut stored.form);
    let refused = problem(edit(services, &own, unit, stored.version, &stored.form).await);
    assert_eq!(refused, Problem::Fields(vec![FieldFault::new(field, code)]));
    assert_eq!(form(services, &own, unit, None).await.unwrap().version, stored.version);
}

#[rstest]
#[tokio::test]
async fn one_of_two_concurrent_edits_is_stale_and_returns_the_other(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let unit = id(services, "示例县红十字会").await;
    let stored = form(services, &own, unit, None).await.unwrap();
    let with = |ratio: &str| UnitForm { ratio: ratio.to_owned(), ..stored.form.clone() };
    let (one, two) = (with("21"), with("22"));
    let (first, second) = tokio::join!(
        edit(services, &own, unit, stored.version, &one),
        edit(services, &own, unit, stored.version, &two)
    );
    let (won, stale) = match (first.unwrap(), second.unwrap()) {
        (EditResult::Saved, EditResult::Conflict(stale)) => (one, stale),
        (EditResult::Conflict(stale), EditResult::Saved) => (two, stale),
        other => panic!("{other:?}"),
    };
    assert_eq!((stale.form.clone(), stale.version), (won, stored.version + 1));
    assert_eq!(*stale, form(services, &own, unit, None).await.unwrap());
}

#[rstest]
#[tokio::test]
async fn two_units_never_end_below_each_other(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let (a, b) = (id(services, "示例县红十字会").await, id(services, "示例县科学技术协会").await);
    let below = async |unit, superior: &str| {
        let stored = form(services, &own, unit, None).await.unwrap();
        let form = UnitForm { superior: superior.to_owned(), superior_id: String::new(), ..stored.form };
        edit(services, &own, unit, stored.version, &form).await
    };
    let (first, second) = tokio::join!(below(a, "示例县科学技术协会"), below(b, "示例县红十字会"));
    assert!(first.is_ok() != second.is_ok());
    let refused = first.err().or(second.err()).unwrap().into_problem();
    assert_eq!(refused, Problem::Fields(vec![FieldFault::new("superior", Code::SuperiorCycle)]));
    assert_paths_match_superiors(services).await;
}

#[rstest]
#[tokio::test]
async fn a_superior_manages_neither_its_own_unit_nor_units_outside_its_subtree(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let ask = Problem::AskSuperior { superior: "示例市财政局".to_owned() };
    let empty = UnitForm::default();
    for (name, expected) in [
        (OWN, ask),
        ("示例市财政局", Problem::NotFound),
        ("样例县财政局", Problem::NotFound),
        ("样例县城南镇人民政府", Problem::NotFound),
    ] {
        let unit = id(services, name).await;
        let into = id(services, "示例县红十字会").await;
        assert_eq!(problem(form(services, &own, unit, None).await), expected, "{name}");
        assert_eq!(problem(edit(services, &own, unit, 1, &empty).await), expected, "{name}");
        assert_eq!(problem(delete(services, &own, unit).await), expected, "{name}");
        assert_eq!(problem(merge(services, &own, unit, into).await), expected, "{name}");
        if name != OWN {
            assert_eq!(problem(merge(services, &own, into, unit).await), expected, "{name}");
            assert_eq!(problem(tree(services, &own, Some(unit), None).await), expected, "{name}");
            let query = UnitQuery { region: Some(unit), ..UnitQuery::default() };
            assert_eq!(problem(list(services, &own, &query).await), expected, "{name}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn only_an_unused_unit_without_subordinates_is_deleted(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let superior = create(services, &own, &new_unit_form()).await.unwrap();
    let leaf = UnitForm {
        name: "示例县第九中学食堂".to_owned(),
        code: "11320000MB2600001C".to_owned(),
        superior: new_unit_form().name,
        ..new_unit_form()
    };
    let leaf = create(services, &own, &leaf).await.unwrap();
    assert_eq!(problem(delete(services, &own, superior).await), Problem::HasSubordinates { count: 1 });
    delete(services, &own, leaf).await.unwrap();
    delete(services, &own, superior).await.unwrap();
    assert_eq!(problem(detail(services, &own, leaf).await), Problem::NotFound);
    let active =
        "SELECT id AS x FROM unit WHERE account = 'active' AND kind = 'budget' AND name LIKE '%服务中心' LIMIT 1";
    let active = UnitId(texts(services, active, []).await[0].parse().unwrap());
    assert_eq!(problem(delete(services, &own, active).await), Problem::AccountIs(AccountState::Active));
    let events = detail(services, &own, id(services, OWN).await).await.unwrap().events;
    assert_eq!(events[0].action, Some(AuditAction::UnitDeleted));
    assert!(events[0].changes.iter().any(|c| c.field == "name" && c.before.as_deref() == Some("示例县第九中学")));
    // Its code is free again. Its login name is never reused.
    let again = create(services, &own, &new_unit_form()).await.unwrap();
    let logins = "SELECT login AS x FROM unit WHERE id = $1";
    let login = texts(services, logins, [again.0.into()]).await;
    let older = texts(services, "SELECT after AS x FROM audit_event WHERE action = 'unit-added'", []).await;
    assert_eq!(older.iter().filter(|after| after.contains(&login[0])).count(), 1);
}

#[rstest]
#[tokio::test]
async fn a_merger_moves_everything_to_the_other_unit(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let (from, into) = (id(services, "示例县供销合作社联合社").await, id(services, "示例县红十字会").await);
    let (old, kept) = (detail(services, &own, from).await.unwrap(), detail(services, &own, into).await.unwrap());
    let child = id(services, "示例县农资服务中心").await;
    assert_eq!(
        problem(merge(services, &own, from, child).await),
        Problem::Fields(vec![FieldFault::new("into", Code::SuperiorCycle)])
    );
    let before = list(services, &own, &UnitQuery::default()).await.unwrap().total.number();
    // A unit whose upload is being generated cannot be merged.
    let uploaded = "INSERT INTO import_batch \
                    (unit_id, account_id, template, file_name, state, counts, kinds, uploaded_at, version) \
                    SELECT unit_id, id, 'units', 'a.xls', 'generating', '{}', '[]', 1, 1 FROM account WHERE unit_id = $1";
    execute(services, uploaded, [from.0.into()]).await;
    assert_eq!(problem(merge(services, &own, from, into).await), Problem::Busy);
    execute(services, "UPDATE import_batch SET state = 'generated' WHERE unit_id = $1", [from.0.into()]).await;
    merge(services, &own, from, into).await.unwrap();

    assert_eq!(problem(detail(services, &own, from).await), Problem::NotFound);
    assert_eq!(list(services, &own, &UnitQuery::default()).await.unwrap().total, BoundedCount::Exactly(before - 1));
    let full = detail(services, &own, into).await.unwrap();
    assert_eq!((full.children, full.former.as_slice()), (2, ["示例县供销合作社联合社".to_owned()].as_slice()));
    let path = detail(services, &own, child).await.unwrap().path;
    assert_eq!(path.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>(), [OWN, "示例县红十字会"]);
    assert_eq!(names_by_search(services, &own, "供销合作社").await, ["示例县红十字会"]);
    let (plan, one, two) = (&full.plans[0], &old.plans[0], &kept.plans[0]);
    assert_eq!(plan.total.fen(), one.total.fen() + two.total.fen());
    assert_eq!(plan.share.fen(), one.share.fen() + two.share.fen());
    let ratio = plan.ratio.hundredths();
    assert!((one.ratio.min(two.ratio).hundredths()..=one.ratio.max(two.ratio).hundredths()).contains(&ratio));
    assert_eq!(full.events[0].action, Some(AuditAction::UnitMerged));
    let gone = "SELECT path AS x FROM unit WHERE id = $1 AND account = 'disabled'";
    assert_eq!(texts(services, gone, [from.0.into()]).await, [format!("~{from}/")]);
    assert_paths_match_superiors(services).await;
    // An edit without a share keeps the sum of the shares.
    let stored = form(services, &own, into, None).await.unwrap();
    edit(services, &own, into, stored.version, &stored.form).await.unwrap();
    assert_eq!(detail(services, &own, into).await.unwrap().plans[0].share, plan.share);
    // A second merger takes the names of the first one along.
    let own_unit = id(services, OWN).await;
    merge(services, &own, into, own_unit).await.unwrap();
    let full = detail(services, &own, own_unit).await.unwrap();
    assert_eq!(full.former.len(), 2);
    assert!(
        full.events.iter().filter(|event| event.action == Some(AuditAction::UnitMerged)).count() == 2,
        "history follows"
    );
    // The seed recognizes the demo data.
    service::seed::demo(services).await.unwrap();
    assert_paths_match_superiors(services).await;
    let presets = "SELECT id AS x FROM unit WHERE kind = 'finance' AND name = '示例市财政局'";
    assert_eq!(texts(services, presets, []).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn the_tree_opens_level_by_level(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let top = tree(services, &own, None, None).await.unwrap();
    let all = list(services, &own, &UnitQuery::default()).await.unwrap().total;
    assert_eq!((top.nodes.len(), top.nodes[0].unit.name.as_str(), top.nodes[0].below), (1, OWN, all));
    let level = tree(services, &own, Some(top.nodes[0].unit.id), None).await.unwrap();
    assert_eq!(level.more, BoundedCount::Exactly(0));
    let below: u32 = level.nodes.iter().map(|node| node.below.number() + 1).sum();
    assert_eq!(BoundedCount::Exactly(below), all);
    let names: Vec<_> = level.nodes.iter().map(|node| node.unit.name.as_str()).collect();
    assert!(names.is_sorted() && names.contains(&"示例县红十字会"));
    let third = &level.nodes[2].unit;
    let rest = tree(services, &own, Some(top.nodes[0].unit.id), Some(third.id)).await.unwrap();
    assert_eq!(rest.nodes, level.nodes[3..]);
    let leaf = level.nodes.iter().find(|node| !node.children()).unwrap();
    assert!(tree(services, &own, Some(leaf.unit.id), None).await.unwrap().nodes.is_empty());
    let operator = app.act_as(&accounts, "平台运维").await;
    let top = tree(services, &operator, None, None).await.unwrap();
    assert_eq!(top.nodes[0].unit.name, "中华人民共和国财政部");
    // The list of a part of the tree, filtered and sorted.
    let query = UnitQuery {
        region: Some(third.id),
        admin_level: Some(domain::AdminLevel::Township),
        sort: UnitSort::Total,
        descending: true,
        ..UnitQuery::default()
    };
    let part = list(services, &own, &query).await.unwrap();
    assert_eq!(part.total, level.nodes[2].below);
}

/// Adds units below another one, and returns the last of them. Each is below the one before (`deep`), or all are below the
/// superior.
async fn add_below(
    services: &Services,
    superior: UnitId,
    numbers: std::ops::RangeInclusive<i64>,
    deep: bool,
) -> UnitId {
    let mut parent = superior;
    for number in numbers {
        let id = 900_000 + number;
        let insert = "INSERT INTO unit (id, parent_id, path, kind, name, name_key, admin_level, created_at, updated_at, version) \
                      SELECT $1, id, path || CAST($1 AS TEXT) || '/', 'budget', $2, $2, 3, 1, 1, 1 FROM unit WHERE id = $3";
        let name = format!("示例县新增第{number}单位");
        assert_eq!(execute(services, insert, [id.into(), name.into(), parent.0.into()]).await, 1);
        if deep {
            parent = UnitId(id);
        }
    }
    parent
}

#[rstest]
#[tokio::test]
async fn a_merger_takes_as_many_statements_for_many_units_as_for_few(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let into = id(services, "示例县红十字会").await;
    let mut counts = Vec::new();
    for (from, numbers) in [("示例县供销合作社联合社", 1..=2), ("示例县融媒体中心", 3..=60)] {
        let from = id(services, from).await;
        add_below(services, from, numbers, false).await;
        let (merged, queries) = app.count_queries(merge(services, &own, from, into)).await;
        merged.unwrap();
        counts.push(queries);
    }
    counts[1].assert_no_more_than(&counts[0], "merger");
    assert_paths_match_superiors(services).await;
}

#[rstest]
#[tokio::test]
async fn an_edit_that_began_before_a_merger_is_stale(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let (from, into) = (id(services, "示例县供销合作社联合社").await, id(services, "示例县红十字会").await);
    let before = form(services, &own, into, None).await.unwrap();
    merge(services, &own, from, into).await.unwrap();
    // Otherwise it would overwrite the plan that now contains that of the dissolved unit.
    let edited = edit(services, &own, into, before.version, &before.form).await.unwrap();
    let after = form(services, &own, into, None).await.unwrap();
    assert_ne!(after.form.total, before.form.total);
    assert_eq!(edited, EditResult::Conflict(Box::new(after)));
}

/// Runs a use case while another connection has made a change and has not committed it yet. It commits as soon as the use
/// case waits for its lock. For PostgreSQL: SQLite has one writer at a time.
async fn run_during_uncommitted_change<T>(app: &TestApp, change: &str, use_case: impl Future<Output = T>) -> T {
    let second = app.second().await;
    let transaction = second.database().begin().await.unwrap();
    transaction.execute_unprepared(change).await.unwrap();
    let waiting = "SELECT COUNT(*) AS x FROM pg_stat_activity WHERE datname = current_database() \
                   AND wait_event_type = 'Lock'";
    let commit = async {
        while texts(&second, waiting, []).await == ["0"] {
            tokio::task::yield_now().await;
        }
        transaction.commit().await.unwrap();
    };
    tokio::join!(use_case, commit).0
}

#[tokio::test]
async fn a_unit_whose_generation_starts_at_the_same_time_is_not_merged() {
    let (app, accounts) = TestApp::demo(Backend::Postgres).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let (from, into) = (id(services, "示例县供销合作社联合社").await, id(services, "示例县红十字会").await);
    let uploaded = "INSERT INTO import_batch \
                    (unit_id, account_id, template, file_name, state, counts, kinds, uploaded_at, version) \
                    SELECT unit_id, id, 'units', 'a.xls', 'checked', '{}', '[]', 1, 1 FROM account WHERE unit_id = $1";
    execute(services, uploaded, [from.0.into()]).await;
    let start = format!("UPDATE import_batch SET state = 'generating' WHERE unit_id = {from}");
    assert_eq!(
        problem(run_during_uncommitted_change(&app, &start, Box::pin(merge(services, &own, from, into))).await),
        Problem::Busy
    );
}

#[tokio::test]
async fn a_unit_that_is_activated_at_the_same_time_is_not_deleted() {
    let (app, accounts) = TestApp::demo(Backend::Postgres).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let unit = create(services, &own, &new_unit_form()).await.unwrap();
    let activate = format!("UPDATE account SET activated_at = 1 WHERE unit_id = {unit}");
    let refused = problem(run_during_uncommitted_change(&app, &activate, Box::pin(delete(services, &own, unit))).await);
    assert_eq!(refused, Problem::AccountIs(AccountState::Active));
}

#[rstest]
#[tokio::test]
async fn the_tree_opens_down_to_a_unit_with_as_many_statements_at_any_depth(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let (own_unit, unit) = (id(services, OWN).await, id(services, "示例县红十字会").await);
    // More units on one level than a page of the tree has.
    add_below(services, own_unit, 1..=60, false).await;
    let deepest = add_below(services, unit, 61..=70, true).await;
    let mut counts = Vec::new();
    for unit in [unit, deepest] {
        let (opened, queries) = app.count_queries(open_tree(services, &own, Some(unit))).await;
        let opened = opened.unwrap();
        counts.push(queries);
        // The same pages as level by level.
        assert_eq!(opened.top, tree(services, &own, None, None).await.unwrap());
        let path = detail(services, &own, unit).await.unwrap().path;
        let branch: Vec<_> = path.iter().map(|unit| unit.id).chain([unit]).collect();
        assert_eq!(opened.branches.iter().map(|(unit, _)| *unit).collect::<Vec<_>>(), branch);
        for (unit, page) in opened.branches {
            assert_eq!(page, tree(services, &own, Some(unit), None).await.unwrap());
        }
    }
    counts[1].assert_no_more_than(&counts[0], "tree down to a unit");
    let first = tree(services, &own, Some(own_unit), None).await.unwrap();
    let last = first.nodes.last().unwrap().unit.id;
    let rest = tree(services, &own, Some(own_unit), Some(last)).await.unwrap();
    assert_eq!(first.more, BoundedCount::Exactly(u32::try_from(rest.nodes.len()).unwrap() + rest.more.number()));
    // A unit outside the subtree opens nothing, and the operator's tree begins at its top.
    let outside = open_tree(services, &own, Some(id(services, "样例县财政局").await)).await.unwrap();
    assert_eq!(outside, open_tree(services, &own, None).await.unwrap());
    let operator = app.act_as(&accounts, "平台运维").await;
    let opened = open_tree(services, &operator, Some(unit)).await.unwrap();
    assert_eq!(opened.branches[0].0, opened.top.nodes[0].unit.id);
    assert_eq!(opened.branches.last().unwrap().0, unit);
}

#[rstest]
#[tokio::test]
async fn a_name_is_read_by_one_statement_and_in_the_own_subtree_alone(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, OWN).await;
    let unit = id(services, "示例县红十字会").await;
    let (named, queries) = app.count_queries(name(services, &own, unit)).await;
    let (named, full) = (named.unwrap(), detail(services, &own, unit).await.unwrap().unit);
    assert_eq!((named.name, named.login), (full.name, full.login));
    assert_eq!(queries.count(), 1);
    let other = id(services, "样例县财政局").await;
    assert_eq!(problem(name(services, &own, other).await), Problem::NotFound);
}
