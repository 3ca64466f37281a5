use crate::{execute, named, problem, texts};
use domain::{
    Certification, Code, Problem, PurchaserKind,
    account::{AccountHolder, AccountState},
    edit::EditResult,
    form::PurchaserForm,
    history::AuditAction,
    ids::{PurchaserId, UnitId},
    paging::BoundedCount,
    problem::FieldFault,
    purchaser::PurchaserQuery,
    sms::{SmsKind, SmsState},
    unit::UnitQuery,
};
use rstest::rstest;
use sea_orm::ActiveEnum;
use service::{
    Actor, Services,
    account::{resend, resend_many, reset, set_enabled},
    purchaser::{create, delete, detail, edit, form, list, name},
    seed::DemoAccount,
};
use std::time::Duration;
use testdb::{
    Backend::{self, Postgres, Sqlite},
    TestApp,
};

const OWN: &str = "示例县财政局";
const OTHER: &str = "样例县财政局";

/// Two valid credit codes.
const CODE: &str = "11320106MB3FQEFLCG";
const CODE_TOO: &str = "81520123MBHB5NNPEE";

fn filled_form(name: &str) -> PurchaserForm {
    PurchaserForm {
        name: name.to_owned(),
        code: CODE.to_owned(),
        kind: "食堂承包方".to_owned(),
        contact: "王芳".to_owned(),
        mobile: "13812345678".to_owned(),
        ..PurchaserForm::default()
    }
}

async fn two_departments(backend: Backend) -> (TestApp, Vec<DemoAccount>, Actor, Actor) {
    let (app, accounts) = TestApp::demo(backend).await;
    // Removes the purchasers of the demo data.
    for table in ["sms_outbox WHERE purchaser_id IS NOT NULL", "account WHERE kind = 'trading'", "purchaser"] {
        execute(&app.services, &format!("DELETE FROM {table}"), []).await;
    }
    let (own, other) = (app.act_as(&accounts, OWN).await, app.act_as(&accounts, OTHER).await);
    (app, accounts, own, other)
}

/// Two units of the own subtree, the second below the first.
async fn units(services: &Services, own: &Actor) -> [(UnitId, String); 2] {
    let page = service::unit::list(services, own, &UnitQuery::default()).await.unwrap();
    let below = page.rows.iter().find(|unit| unit.superior.as_deref() != Some(OWN)).unwrap();
    let above = page.rows.iter().find(|unit| Some(unit.name.as_str()) == below.superior.as_deref()).unwrap();
    [above, below].map(|unit| (unit.id, unit.name.clone()))
}

/// Activates an account, as its first change of password does.
async fn activate(services: &Services, purchaser: PurchaserId) {
    let text = "UPDATE account SET activated_at = 1, must_change = FALSE WHERE purchaser_id = $1";
    assert_eq!(execute(services, text, [purchaser.0.into()]).await, 1);
}

#[rstest]
#[tokio::test]
async fn a_purchaser_is_added_and_edited_by_a_form(#[values(Sqlite, Postgres)] backend: Backend) {
    let (app, _, own, _) = two_departments(backend).await;
    let services = &app.services;
    let [(above, _), (below, name)] = units(services, &own).await;
    let id = create(services, &own, &filled_form("示例县机关食堂")).await.unwrap();
    let full = detail(services, &own, id).await.unwrap();
    let row = &full.purchaser;
    assert_eq!(
        (row.unit.name.as_str(), row.kind, row.account),
        (OWN, PurchaserKind::Canteen, AccountState::NotActivated)
    );
    assert_eq!((row.login.as_ref().map(|login| &login[..2]), row.mobile.as_str()), (Some("JY"), "138****5678"));
    assert_eq!((full.sms.len(), full.sms[0].kind), (1, SmsKind::InitialPassword));
    assert_eq!(full.events.iter().map(|event| event.action).collect::<Vec<_>>(), [Some(AuditAction::PurchaserAdded)]);

    let stored = form(services, &own, id).await.unwrap();
    let moved =
        PurchaserForm { unit: name.clone(), unit_id: String::new(), contact: "李雷".to_owned(), ..stored.form };
    assert_eq!(edit(services, &own, id, stored.version, &moved).await.unwrap(), EditResult::Saved);
    let EditResult::Conflict(stale) = edit(services, &own, id, stored.version, &moved).await.unwrap() else {
        panic!("it was saved twice")
    };
    assert_eq!((stale.form.contact.as_str(), stale.form.unit.as_str()), ("李雷", name.as_str()));
    let full = detail(services, &own, id).await.unwrap();
    assert_eq!(full.purchaser.unit.id, below);
    let changes: Vec<_> = full.events[0].changes.iter().map(|c| (c.field.as_str(), c.after.as_deref())).collect();
    assert_eq!(changes, [("contact", Some("李雷")), ("unit", Some(name.as_str()))]);
    // The history of a unit has no events of its purchasers.
    let unit = service::unit::detail(services, &own, above).await.unwrap();
    assert!(
        unit.events.iter().all(|event| !event.action.is_some_and(|action| action.to_value().starts_with("purchaser")))
    );
}

#[rstest]
#[case(|f: &mut PurchaserForm| f.unit = "火星基地".to_owned(), "unit", Code::SuperiorUnknown)]
#[case(|f: &mut PurchaserForm| f.unit = OTHER.to_owned(), "unit", Code::SuperiorOutOfScope)]
#[case(|f: &mut PurchaserForm| f.name = "示例县机关食堂(南)".to_owned(), "name", Code::DuplicateName)]
#[case(|f: &mut PurchaserForm| f.name = "样例县食堂".to_owned(), "code", Code::CodeTaken)]
#[case(|f: &mut PurchaserForm| f.code = "11320106MB3FQEFLC1".to_owned(), "code", Code::CreditCodeCheck)]
#[tokio::test]
async fn a_form_names_the_fields_to_correct(
    #[case] change: fn(&mut PurchaserForm),
    #[case] field: &str,
    #[case] code: Code,
    #[values(Sqlite, Postgres)] backend: Backend,
) {
    let (app, _, own, other) = two_departments(backend).await;
    let services = &app.services;
    create(services, &own, &filled_form("示例县机关食堂（南）")).await.unwrap();
    create(services, &other, &filled_form("样例县食堂")).await.unwrap();
    // A second purchaser of the same code is allowed under another name.
    let id = create(services, &own, &filled_form("示例县机关工会")).await.unwrap();
    let mut form = filled_form("示例县机关食堂（北）");
    change(&mut form);
    let fault = Problem::Fields(vec![FieldFault::new(field, code)]);
    assert_eq!(problem(create(services, &own, &form).await), fault);
    assert_eq!(problem(edit(services, &own, id, 1, &form).await), fault);
}

#[rstest]
#[tokio::test]
async fn purchasers_of_another_tree_are_not_found(#[values(Sqlite, Postgres)] backend: Backend) {
    let (app, accounts, own, other) = two_departments(backend).await;
    let services = &app.services;
    let foreign = create(services, &other, &filled_form("样例县食堂")).await.unwrap();
    let password = &named(&accounts, OWN).password;
    for refused in [
        problem(detail(services, &own, foreign).await),
        problem(name(services, &own, foreign).await),
        problem(form(services, &own, foreign).await),
        problem(edit(services, &own, foreign, 1, &filled_form("示例县机关食堂")).await),
        problem(delete(services, &own, foreign).await),
        problem(resend(services, &own, foreign).await),
        problem(reset(services, &own, foreign, None, password).await),
        problem(set_enabled(services, &own, foreign, false).await),
        problem(detail(services, &own, PurchaserId(999)).await),
    ] {
        assert_eq!(refused, Problem::NotFound);
    }
    assert!(list(services, &own, &PurchaserQuery::default()).await.unwrap().rows.is_empty());
    let theirs = named(&accounts, OTHER).login.as_str();
    let unit = texts(services, "SELECT id AS x FROM unit WHERE login = $1", [theirs.into()]).await[0].parse().unwrap();
    let query = PurchaserQuery { unit: Some(UnitId(unit)), ..PurchaserQuery::default() };
    assert_eq!(problem(list(services, &own, &query).await), Problem::NotFound);
    let outcomes = resend_many(services, &own, &[foreign]).await.unwrap();
    assert_eq!((outcomes[0].holder, outcomes[0].name.as_ref()), (AccountHolder::Purchaser(foreign), None));
    assert_eq!(outcomes[0].refused, Some(Problem::NotFound));
    // The operator sees all purchasers and changes none.
    let operator = app.act_as(&accounts, "平台运维").await;
    assert_eq!(list(services, &operator, &PurchaserQuery::default()).await.unwrap().rows.len(), 1);
    assert_eq!(problem(create(services, &operator, &filled_form("食堂")).await), Problem::Forbidden);
    assert_eq!(problem(delete(services, &operator, foreign).await), Problem::Forbidden);
}

#[rstest]
#[tokio::test]
async fn purchasers_are_searched_and_paged(#[values(Sqlite, Postgres)] backend: Backend) {
    let (app, _, own, other) = two_departments(backend).await;
    let services = &app.services;
    let [(above, _), (below, name)] = units(services, &own).await;
    create(services, &other, &filled_form("样例县食堂")).await.unwrap();
    for n in 0..45 {
        let unit = if n % 3 == 0 { name.clone() } else { String::new() };
        let form =
            PurchaserForm { unit, mobile: format!("1381234{n:04}"), ..filled_form(&format!("示例县第{n}食堂")) };
        create(services, &own, &form).await.unwrap();
    }
    let special = PurchaserForm {
        kind: "工会".to_owned(),
        code: CODE_TOO.to_owned(),
        contact: "韩梅梅".to_owned(),
        ..filled_form("示例县教育局(机关)工会")
    };
    let special = create(services, &own, &special).await.unwrap();
    activate(services, special).await;

    let listed = async |query: PurchaserQuery| {
        let page = list(services, &own, &query).await.unwrap();
        assert_eq!(page.total, BoundedCount::Exactly(u32::try_from(page.rows.len()).unwrap()));
        page.rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let all = || PurchaserQuery::default();
    let login = detail(services, &own, special).await.unwrap().purchaser.login.unwrap().to_ascii_lowercase();
    for search in ["教育局（机关）", " 81520123mbhb5nnpee ", "韩梅", &login] {
        assert_eq!(listed(PurchaserQuery { search: search.to_owned(), ..all() }).await, [special], "{search}");
    }
    for query in [
        PurchaserQuery { state: Some(AccountState::Active), ..all() },
        PurchaserQuery { kind: Some(PurchaserKind::Union), ..all() },
    ] {
        assert_eq!(listed(query).await, [special]);
    }
    assert_eq!(listed(PurchaserQuery { search: "40044".to_owned(), ..all() }).await.len(), 1, "last digits");
    assert_eq!(listed(PurchaserQuery { search: "%".to_owned(), ..all() }).await, []);
    assert_eq!(listed(PurchaserQuery { certification: Some(Certification::Certified), ..all() }).await, []);
    // The purchasers of a unit and of the units below it.
    for unit in [above, below] {
        assert_eq!(listed(PurchaserQuery { unit: Some(unit), ..all() }).await.len(), 15);
    }

    // The pages contain each purchaser once, in the order of the tree, and are the same backwards.
    let mut pages = vec![list(services, &own, &all()).await.unwrap()];
    while let Some(at) = pages.last().unwrap().next.clone() {
        pages.push(list(services, &own, &PurchaserQuery { cursor: Some(at), ..all() }).await.unwrap());
    }
    assert_eq!(pages.iter().map(|page| page.rows.len()).collect::<Vec<_>>(), [20, 20, 6]);
    assert_eq!(pages[0].previous, None);
    let units: Vec<_> = pages.iter().flat_map(|page| &page.rows).map(|row| row.unit.id == below).collect();
    assert!(units.is_sorted(), "the own unit's first");
    let back = list(services, &own, &PurchaserQuery { cursor: pages[2].previous.clone(), ..all() }).await.unwrap();
    assert_eq!(back, pages[1]);
    let first = list(services, &own, &PurchaserQuery { cursor: back.previous, ..all() }).await.unwrap();
    assert_eq!(first, pages[0]);
    for nonsense in ["x", "a0", "b0"] {
        let at = Some(nonsense.to_owned());
        assert_eq!(list(services, &own, &PurchaserQuery { cursor: at, ..all() }).await.unwrap(), pages[0]);
    }
}

#[rstest]
#[tokio::test]
async fn accounts_are_managed_as_those_of_units(#[values(Sqlite, Postgres)] backend: Backend) {
    use AuditAction::{AccountDisabled, AccountEnabled, PasswordReset, PurchaserAdded, SmsResent};
    let (app, accounts, own, _) = two_departments(backend).await;
    let services = &app.services;
    let id = create(services, &own, &filled_form("示例县机关食堂")).await.unwrap();
    let hash =
        async || texts(services, "SELECT password_hash AS x FROM account WHERE purchaser_id = $1", [id.0.into()]).await;
    let kinds = async || {
        let full = detail(services, &own, id).await.unwrap();
        full.sms.into_iter().map(|sms| sms.kind).collect::<Vec<_>>()
    };
    // Before activation a new password is sent, and the SMS that still waits is withdrawn.
    let before = hash().await;
    resend(services, &own, id).await.unwrap();
    assert_ne!(hash().await, before);
    assert_eq!(kinds().await, [SmsKind::InitialPassword, SmsKind::InitialPassword]);
    let states = detail(services, &own, id).await.unwrap().sms.into_iter().map(|sms| sms.state).collect::<Vec<_>>();
    assert_eq!(states, [SmsState::Waiting, SmsState::Withdrawn]);
    assert!(matches!(problem(resend(services, &own, id).await), Problem::ResendTooSoon { .. }));

    activate(services, id).await;
    app.services.clock().advance(Duration::from_mins(2));
    let before = hash().await;
    let outcomes = resend_many(services, &own, &[id]).await.unwrap();
    assert_eq!((outcomes[0].name.as_deref(), outcomes[0].refused.as_ref()), (Some("示例县机关食堂"), None));
    assert_eq!(hash().await, before);
    assert_eq!(kinds().await[0], SmsKind::LoginName);

    let password = named(&accounts, OWN).password.as_str();
    assert_eq!(problem(reset(services, &own, id, None, "wrong").await), Problem::OldPasswordWrong);
    let guessable = reset(services, &own, id, Some("示例县机关食堂2026"), password).await;
    assert!(matches!(problem(guessable), Problem::Password(_)), "its own name is no password");
    reset(services, &own, id, None, password).await.unwrap();
    assert_eq!(kinds().await[0], SmsKind::NewPassword);

    set_enabled(services, &own, id, false).await.unwrap();
    assert_eq!(detail(services, &own, id).await.unwrap().purchaser.account, AccountState::Disabled);
    assert_eq!(problem(resend(services, &own, id).await), Problem::AccountIs(AccountState::Disabled));
    set_enabled(services, &own, id, true).await.unwrap();
    assert_eq!(problem(delete(services, &own, id).await), Problem::AccountIs(AccountState::Active));
    let actions: Vec<_> = detail(services, &own, id).await.unwrap().events.into_iter().map(|e| e.action).collect();
    let expected = [AccountEnabled, AccountDisabled, PasswordReset, SmsResent, SmsResent, PurchaserAdded];
    assert_eq!(actions, expected.map(Some));
}

#[rstest]
#[tokio::test]
async fn only_an_unused_purchaser_is_deleted(#[values(Sqlite, Postgres)] backend: Backend) {
    let (app, _, own, _) = two_departments(backend).await;
    let services = &app.services;
    let id = create(services, &own, &filled_form("示例县机关食堂")).await.unwrap();
    let login = async |id| detail(services, &own, id).await.unwrap().purchaser.login.unwrap();
    let first = login(id).await;
    delete(services, &own, id).await.unwrap();
    assert_eq!(problem(detail(services, &own, id).await), Problem::NotFound);
    let waiting = "sms_outbox WHERE purchaser_id IS NOT NULL AND state <> 'withdrawn'";
    for table in ["purchaser", "account WHERE purchaser_id IS NOT NULL", waiting] {
        assert_eq!(texts(services, &format!("SELECT COUNT(*) AS x FROM {table}"), []).await, ["0"], "{table}");
    }
    // Neither its login name nor its id is reused.
    let next = create(services, &own, &filled_form("示例县机关食堂")).await.unwrap();
    assert_ne!(next, id);
    assert_ne!(login(next).await, first);
}

#[rstest]
#[tokio::test]
async fn purchasers_follow_their_unit(#[values(Sqlite, Postgres)] backend: Backend) {
    let (app, _, own, _) = two_departments(backend).await;
    let services = &app.services;
    let [(above, _), (below, name)] = units(services, &own).await;
    let id = create(services, &own, &PurchaserForm { unit: name, ..filled_form("示例县机关食堂") }).await.unwrap();
    execute(services, "UPDATE account SET activated_at = NULL WHERE unit_id = $1", [below.0.into()]).await;
    let refused = problem(service::unit::delete(services, &own, below).await);
    assert_eq!(refused, Problem::HasPurchasers { count: 1 });
    service::unit::merge(services, &own, below, above).await.unwrap();
    assert_eq!(detail(services, &own, id).await.unwrap().purchaser.unit.id, above);
    let apart = "SELECT COUNT(*) AS x FROM purchaser p JOIN unit u ON u.id = p.unit_id WHERE u.path <> p.unit_path";
    assert_eq!(texts(services, apart, []).await, ["0"]);
}

#[rstest]
#[tokio::test]
async fn a_certification_lapses_if_the_attested_data_change(#[values(Sqlite, Postgres)] backend: Backend) {
    let (app, _, own, _) = two_departments(backend).await;
    let services = &app.services;
    let id = create(services, &own, &filled_form("示例县机关食堂")).await.unwrap();
    execute(services, "UPDATE purchaser SET certification = 'certified' WHERE id = $1", [id.0.into()]).await;
    let contact = PurchaserForm { contact: "李雷".to_owned(), ..filled_form("示例县机关食堂") };
    edit(services, &own, id, 1, &contact).await.unwrap();
    assert_eq!(detail(services, &own, id).await.unwrap().purchaser.certification, Certification::Certified);
    edit(services, &own, id, 2, &filled_form("示例县职工食堂")).await.unwrap();
    assert_eq!(detail(services, &own, id).await.unwrap().purchaser.certification, Certification::None);
}

#[rstest]
#[tokio::test]
async fn purchasers_are_exported(#[values(Sqlite, Postgres)] backend: Backend) {
    use calamine::{Reader, Xlsx};
    let (app, _, own, other) = two_departments(backend).await;
    let services = &app.services;
    create(services, &other, &filled_form("样例县食堂")).await.unwrap();
    let one = create(services, &own, &filled_form("示例县第1食堂")).await.unwrap();
    create(services, &own, &filled_form("示例县第2食堂")).await.unwrap();
    for (selection, rows) in [
        (service::export::Selection::Query(PurchaserQuery::default()), 3),
        (service::export::Selection::Chosen(vec![one]), 2),
    ] {
        let sheet = service::export::purchasers(services, &own, &selection, texts::Lang::Zh).await.unwrap();
        assert_eq!(sheet.name, "采购人列表.xlsx");
        let mut book = Xlsx::new(std::io::BufReader::new(sheet.file)).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        assert_eq!(range.height(), rows);
        let first: Vec<String> = range.rows().nth(1).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(first[..6], ["示例县第1食堂", CODE, "食堂承包方", OWN, "王芳", "138****5678"]);
        assert_eq!(first[7..], ["未激活", "未提交", "等待发送"]);
    }
}

#[rstest]
#[tokio::test]
async fn a_name_is_read_by_one_statement_and_a_detail_by_four(#[values(Sqlite, Postgres)] backend: Backend) {
    let (app, _, own, _) = two_departments(backend).await;
    let services = &app.services;
    let id = create(services, &own, &filled_form("示例县机关食堂")).await.unwrap();
    let (named, queries) = app.count_queries(name(services, &own, id)).await;
    assert_eq!(queries.count(), 1);
    let (full, queries) = app.count_queries(detail(services, &own, id)).await;
    assert_eq!(queries.count(), 4);
    let (named, full) = (named.unwrap(), full.unwrap().purchaser);
    assert_eq!((named.name, named.login), (full.name, full.login));
}
