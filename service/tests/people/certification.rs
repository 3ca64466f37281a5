//! Purchasers at the trading portal, and their certification by the operator.

use crate::{execute, named, problem, texts};
use domain::{
    Certification, Code, Problem,
    account::{AccountKind, Portal},
    edit::EditResult,
    ids::PurchaserId,
    problem::FieldFault,
    session::SignInStep,
    trade::{CERTIFICATIONS_PER_PAGE, ComparedField, TradeForm},
};
use rstest::rstest;
use service::{
    Actor, Services, TradingSession,
    account::change_password,
    certification::{case, certify, profile, queue, save, send_back, submit},
    seed::DemoAccount,
    session::{authenticate, authenticate_trading, current_trading_account, sign_in, sign_out},
};
use std::time::Duration;
use testdb::{Backend, TestApp};

const NEW: &str = "样例县城南镇人民政府机关食堂";
const CERTIFIED: &str = "样例县城南镇人民政府机关工会";
const PASSWORD: &str = "mei-you-ren-cai-4";

async fn session(services: &Services, login: &str, password: &str) -> TradingSession {
    let client = TestApp::client();
    let signed_in = sign_in(services, Portal::Trading, login, password, None, &client).await.unwrap();
    authenticate_trading(services, &signed_in.token, &client).await.unwrap()
}

async fn enter(services: &Services, account: &DemoAccount) -> TradingSession {
    session(services, &account.login, &account.password).await
}

fn form() -> TradeForm {
    TradeForm {
        kind: "食堂承包方".to_owned(),
        address: "样例县城南镇人民路 1 号".to_owned(),
        delivery_address: "样例县城南镇人民路 1 号食堂".to_owned(),
        invoice_title: "样例县城南镇人民政府".to_owned(),
        invoice_tax_number: "11320106MB3FQEFLCG".to_owned(),
        invoice_bank: String::new(),
        invoice_account: "6222 0000 1234 5678".to_owned(),
        contact: "王芳".to_owned(),
        mobile: "13812345678".to_owned(),
    }
}

/// Completes and submits the data of a purchaser. Returns its id.
async fn complete_and_submit(services: &Services, account: &DemoAccount) -> PurchaserId {
    let first = enter(services, account).await;
    let version = profile(services, &first).await.unwrap().version;
    save(services, &first, version, &form(), &TestApp::client()).await.unwrap();
    let open = enter(services, account).await;
    submit(services, &open.purchaser().unwrap(), version + 1).await.unwrap();
    id(services, &account.name).await
}

async fn id(services: &Services, name: &str) -> PurchaserId {
    PurchaserId(
        texts(services, "SELECT id AS x FROM purchaser WHERE name = $1", [name.into()]).await[0].parse().unwrap(),
    )
}

async fn stored(services: &Services, id: PurchaserId) -> String {
    let state = "SELECT certification || ' ' || COALESCE(certification_note, '-') AS x FROM purchaser WHERE id = $1";
    texts(services, state, [id.0.into()]).await.remove(0)
}

#[rstest]
#[tokio::test]
async fn an_account_signs_in_only_at_the_portal_of_its_kind(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let (services, client) = (&app.services, TestApp::client());
    for (name, belongs) in [
        ("示例县财政局", Portal::Management),
        ("平台运维", Portal::Management),
        (NEW, Portal::Trading),
        (CERTIFIED, Portal::Trading),
    ] {
        let account = named(&accounts, name);
        let other = if belongs == Portal::Trading { Portal::Management } else { Portal::Trading };
        let enter = |portal, password| sign_in(services, portal, &account.login, password, None, &client);
        assert_eq!(problem(enter(other, &account.password).await), Problem::WrongPortal(belongs), "{name}");
        // With a wrong password, the response does not show the kind of the account.
        assert_eq!(problem(enter(other, "wrong-password").await), Problem::SignInFailed, "{name}");
        let token = enter(belongs, &account.password).await.unwrap().token;
        let management = authenticate(services, &token, &client).await;
        let trading = authenticate_trading(services, &token, &client).await;
        assert_eq!((management.is_ok(), trading.is_ok()), (belongs == Portal::Management, belongs == Portal::Trading));
        let refused = if belongs == Portal::Trading { problem(management) } else { problem(trading) };
        assert_eq!(refused, Problem::NotSignedIn, "{name}");
        sign_out(services, &token, &client).await.unwrap();
    }
    let of = "SELECT action || ' ' || (purchaser_id IS NOT NULL) AS x FROM audit_event WHERE login LIKE 'JY%' ORDER BY id LIMIT 4";
    let yes = if backend == Backend::Sqlite { "1" } else { "true" };
    let expected = ["sign-in-failed", "sign-in-failed", "sign-in", "sign-out"].map(|action| format!("{action} {yes}"));
    assert_eq!(texts(services, of, []).await, expected);
}

#[rstest]
#[tokio::test]
async fn a_purchaser_must_change_its_password_and_then_complete_its_data(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let (services, client) = (&app.services, TestApp::client());
    let account = named(&accounts, NEW);
    execute(services, "UPDATE account SET must_change = TRUE WHERE login = $1", [account.login.as_str().into()]).await;
    let first = enter(services, account).await;
    assert_eq!(problem(first.purchaser()), Problem::MustChangePassword);
    assert_eq!(problem(profile(services, &first).await), Problem::MustChangePassword);
    assert_eq!(problem(save(services, &first, 1, &form(), &client).await), Problem::MustChangePassword);
    let own = "样例县城南镇人民政府机关食堂-42";
    let refused = problem(change_password(services, first.identity(), &account.password, own, own, &client).await);
    assert!(matches!(refused, Problem::Password(_)), "{refused:?}");
    let changed = change_password(services, first.identity(), &account.password, PASSWORD, PASSWORD, &client).await;
    let changed = changed.unwrap();
    assert_eq!(changed.sign_in_step, SignInStep::CompleteProfile);

    let second = authenticate_trading(services, &changed.token, &client).await.unwrap();
    assert_eq!(problem(second.purchaser()), Problem::MustCompleteProfile);
    let data = profile(services, &second).await.unwrap();
    assert_eq!(
        (data.name.as_str(), data.unit.as_str(), data.certification),
        (NEW, "样例县城南镇人民政府", Certification::None)
    );
    let empty = TradeForm { address: String::new(), invoice_tax_number: "11320106MB3FQEFLC1".to_owned(), ..form() };
    let faults = problem(save(services, &second, data.version, &empty, &client).await);
    let fault = |field, code| FieldFault::new(field, code);
    let expected = vec![fault("address", Code::Required), fault("invoice_tax_number", Code::CreditCodeCheck)];
    assert_eq!(faults, Problem::Fields(expected));
    let conflict = save(services, &second, data.version - 1, &form(), &client).await.unwrap();
    assert_eq!(conflict, EditResult::Conflict(Box::new(data.clone())));
    save(services, &second, data.version, &form(), &client).await.unwrap();

    let third = session(services, &account.login, PASSWORD).await;
    assert!(third.purchaser().is_ok());
    let me = current_trading_account(services, &third).await.unwrap();
    let own = me.purchaser.unwrap();
    assert_eq!(
        (me.kind, me.sign_in_step, me.unit, own.name.as_str()),
        (AccountKind::Trading, SignInStep::Open, None, NEW)
    );
    let data = profile(services, &third).await.unwrap();
    assert_eq!((data.form.invoice_account.as_str(), data.form.contact.as_str()), ("6222000012345678", "王芳"));
    let history = "SELECT after AS x FROM audit_event WHERE action = 'purchaser-completed'";
    let logged = texts(services, history, []).await.remove(0);
    assert!(logged.contains("****5678") && !logged.contains("62220000") && !logged.contains("13812345678"), "{logged}");
}

#[rstest]
#[tokio::test]
async fn a_returned_purchaser_can_be_submitted_again_and_certified(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let account = named(&accounts, NEW);
    let id = complete_and_submit(services, account).await;
    let operator = app.act_as(&accounts, "平台运维").await;
    let open = enter(services, account).await;
    let purchaser = open.purchaser().unwrap();
    let version = profile(services, &open).await.unwrap().version;
    assert_eq!(problem(submit(services, &purchaser, version).await), Problem::Stale, "the data are already submitted");

    let waiting = queue(services, &operator, None).await.unwrap();
    assert_eq!(
        (waiting.rows.len(), waiting.rows[0].id, waiting.rows[0].unit.as_str()),
        (1, id, "样例县城南镇人民政府")
    );
    let seen = case(services, &operator, id).await.unwrap();
    let differs: Vec<ComparedField> = seen.pairs.iter().filter(|pair| !pair.same).map(|pair| pair.datum).collect();
    assert_eq!(differs, [ComparedField::Name, ComparedField::TaxNumber, ComparedField::Contact, ComparedField::Mobile]);
    let mobile = seen.pairs.iter().find(|pair| pair.datum == ComparedField::Mobile).unwrap();
    assert_eq!(mobile.purchaser, "138****5678");

    for reason in ["  ", &"长".repeat(201)] {
        let refused = problem(send_back(services, &operator, id, version, reason).await);
        assert!(matches!(refused, Problem::Fields(_)), "{refused:?}");
    }
    assert_eq!(problem(send_back(services, &operator, id, version - 1, "请核对").await), Problem::Stale);
    send_back(services, &operator, id, version, " 纳税人识别号与单位不一致 ").await.unwrap();
    assert_eq!(stored(services, id).await, "returned 纳税人识别号与单位不一致");
    assert_eq!(
        problem(certify(services, &operator, id, version + 1).await),
        Problem::Stale,
        "the data are not submitted"
    );
    assert!(queue(services, &operator, None).await.unwrap().rows.is_empty());

    let returned = profile(services, &open).await.unwrap();
    assert_eq!(returned.note.as_deref(), Some("纳税人识别号与单位不一致"));
    let corrected = TradeForm { invoice_bank: "样例县农商行".to_owned(), ..form() };
    save(services, &open, returned.version, &corrected, &TestApp::client()).await.unwrap();
    submit(services, &purchaser, returned.version + 1).await.unwrap();
    // The operator cannot decide on the version before the correction.
    assert_eq!(problem(certify(services, &operator, id, returned.version).await), Problem::Stale);
    certify(services, &operator, id, returned.version + 2).await.unwrap();
    assert_eq!(stored(services, id).await, "certified -");

    let sms = "SELECT s.kind || ' ' || s.mobile || ' ' || (s.secret IS NULL) AS x FROM sms_outbox s WHERE s.purchaser_id = $1 ORDER BY s.id";
    let yes = if backend == Backend::Sqlite { "1" } else { "true" };
    let expected = ["certification-returned", "certified"].map(|kind| format!("{kind} 13812345678 {yes}"));
    assert_eq!(texts(services, sms, [id.0.into()]).await, expected);
    let events = "SELECT action AS x FROM audit_event WHERE purchaser_id = $1 AND object = 'purchaser' ORDER BY id";
    assert_eq!(
        texts(services, events, [id.0.into()]).await,
        [
            "purchaser-completed",
            "certification-submitted",
            "certification-returned",
            "purchaser-completed",
            "certification-submitted",
            "certified"
        ]
    );
}

#[rstest]
#[tokio::test]
async fn a_certification_lapses_if_the_purchaser_changes_attested_data(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let open = enter(services, named(&accounts, CERTIFIED)).await;
    let data = profile(services, &open).await.unwrap();
    assert_eq!(problem(submit(services, &open.purchaser().unwrap(), data.version).await), Problem::Stale);
    let elsewhere = TradeForm { delivery_address: "样例县城南镇人民路 2 号".to_owned(), ..data.form.clone() };
    save(services, &open, data.version, &elsewhere, &TestApp::client()).await.unwrap();
    let id = id(services, CERTIFIED).await;
    assert_eq!(stored(services, id).await, "certified -");
    let invoiced = TradeForm { invoice_title: "样例县城南镇人民政府工会".to_owned(), ..data.form };
    save(services, &open, data.version + 1, &invoiced, &TestApp::client()).await.unwrap();
    assert_eq!(stored(services, id).await, "none -");
    submit(services, &open.purchaser().unwrap(), data.version + 2).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn only_the_operator_sees_and_decides_certifications(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let id = complete_and_submit(services, named(&accounts, NEW)).await;
    let department: Actor = app.act_as(&accounts, "样例县财政局").await;
    assert_eq!(problem(queue(services, &department, None).await), Problem::Forbidden);
    assert_eq!(problem(case(services, &department, id).await), Problem::Forbidden);
    assert_eq!(problem(certify(services, &department, id, 3).await), Problem::Forbidden);
    assert_eq!(problem(send_back(services, &department, id, 3, "").await), Problem::Forbidden);
    let operator = app.act_as(&accounts, "平台运维").await;
    assert_eq!(problem(case(services, &operator, PurchaserId(0)).await), Problem::NotFound);
    assert_eq!(problem(certify(services, &operator, PurchaserId(0), 1).await), Problem::NotFound);
}

#[rstest]
#[tokio::test]
async fn the_queue_has_the_oldest_submission_first(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let count = CERTIFICATIONS_PER_PAGE + 3;
    for n in 0..count {
        // Two purchasers submit at the same time.
        let (id, at) = (i64::from(1_000_000 + n), i64::from(n / 2) + 1_000);
        let add = "INSERT INTO purchaser (id, unit_id, unit_path, kind, name, name_key, code, contact, mobile, certification, \
                   submitted_at, created_at, updated_at, version) SELECT $1, unit_id, unit_path, 'other', 'x', $2, code, 'x', \
                   'x', 'submitted', $3, 1, 1, 1 FROM purchaser WHERE name = $4";
        execute(services, add, [id.into(), format!("x{n}").into(), at.into(), NEW.into()]).await;
        services.clock().advance(Duration::from_secs(1));
    }
    let operator = app.act_as(&accounts, "平台运维").await;
    let first = queue(services, &operator, None).await.unwrap();
    let second = queue(services, &operator, first.next.as_deref()).await.unwrap();
    assert_eq!((first.total.number(), first.rows.len(), second.rows.len(), &second.next), (count, 20, 3, &None));
    let ids: Vec<i64> = first.rows.iter().chain(&second.rows).map(|row| row.id.0).collect();
    assert_eq!(ids, (0..i64::from(count)).map(|n| 1_000_000 + n).collect::<Vec<_>>());
    assert_eq!(queue(services, &operator, Some("nonsense")).await.unwrap(), first);
}
