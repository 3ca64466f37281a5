//! Code disputes: a unit asks, the operator decides, and neither learns more than it may.

use crate::{execute, problem, texts};
use domain::{
    Code, Problem,
    dispute::{CodeHolder, DISPUTES_PER_DAY, DISPUTES_PER_PAGE, DisputeCase, DisputeForm, DisputeState, HoldingUnit},
    edit::EditResult,
    form::UnitForm,
    ids::{DisputeId, UnitId},
    problem::FieldFault,
};
use rstest::rstest;
use service::{
    Actor, Services, desktop,
    dispute::{case, delete_holder, file, list, move_holder, reject, uphold, withdraw},
    seed::DemoAccount,
    unit,
};
use std::time::Duration;
use testdb::{Backend, TestApp};

/// The unit that asks, and the one that has the code.
const ASKING: &str = "样例县财政局";
const HOLDER: &str = "示例县红十字会";
const FREE_CODE: &str = "11320106MB3FQEFLCG";

struct World {
    app: TestApp,
    accounts: Vec<DemoAccount>,
    asking: Actor,
    operator: Actor,
}

impl World {
    /// The demo data without its own dispute.
    async fn new(backend: Backend) -> Self {
        let (app, accounts) = TestApp::demo(backend).await;
        execute(&app.services, "DELETE FROM code_dispute", []).await;
        let asking = app.act_as(&accounts, ASKING).await;
        let operator = app.act_as(&accounts, "平台运维").await;
        Self { app, accounts, asking, operator }
    }

    const fn services(&self) -> &Services {
        &self.app.services
    }

    async fn unit(&self, name: &str) -> UnitId {
        let ids = texts(self.services(), "SELECT id AS x FROM unit WHERE name = $1", [name.into()]).await;
        UnitId(ids[0].parse().unwrap())
    }

    async fn code(&self, name: &str) -> String {
        texts(self.services(), "SELECT code AS x FROM unit WHERE name = $1", [name.into()]).await.remove(0)
    }

    /// The form about the code of a unit.
    async fn form(&self, holder: &str) -> DisputeForm {
        DisputeForm {
            code: self.code(holder).await,
            name: "样例县红十字会".to_owned(),
            superior: ASKING.to_owned(),
            superior_id: String::new(),
            reason: "登记证书由本县民政局颁发".to_owned(),
            contact: "王芳".to_owned(),
            mobile: "138-1234-5678".to_owned(),
        }
    }

    async fn filed(&self) -> DisputeId {
        file(self.services(), &self.asking, &self.form(HOLDER).await).await.unwrap()
    }

    async fn case(&self, id: DisputeId) -> DisputeCase {
        case(self.services(), &self.operator, id).await.unwrap()
    }

    /// The only dispute of the requester: its state and answer.
    async fn own_state(&self) -> (DisputeState, Option<String>) {
        let page = list(self.services(), &self.asking, false, None).await.unwrap();
        assert_eq!(page.rows.len(), 1);
        (page.rows[0].state, page.rows[0].answer.clone())
    }
}

fn holding(case: DisputeCase) -> HoldingUnit {
    match case.holder {
        CodeHolder::Unit(unit) => *unit,
        other => panic!("{other:?}"),
    }
}

fn fault(field: &str, code: Code) -> Problem {
    Problem::Fields(vec![FieldFault::new(field, code)])
}

#[rstest]
#[tokio::test]
async fn the_requester_sees_its_dispute_and_nothing_of_the_holder(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let services = world.services();
    let id = world.filed().await;
    let page = list(services, &world.asking, false, None).await.unwrap();
    assert_eq!((page.rows[0].id, page.rows[0].state, page.total.number()), (id, DisputeState::Open, 1));
    assert_eq!(desktop::get(services, &world.asking).await.unwrap().disputes, 0);
    assert_eq!(desktop::get(services, &world.operator).await.unwrap().disputes, 1);
    // Neither its list nor its history says who has the code.
    let own = world.unit(ASKING).await;
    let detail = unit::detail(services, &world.asking, own).await.unwrap();
    let seen = serde_json::to_string(&(page, detail)).unwrap();
    assert!(seen.contains("138****5678") && !seen.contains("13812345678"), "{seen}");
    assert!(!seen.contains("示例县"), "{seen}");
    assert_eq!(problem(case(services, &world.asking, id).await), Problem::Forbidden);
    // The holder and its superiors see nothing of the dispute.
    let other = world.app.act_as(&world.accounts, "示例县财政局").await;
    assert!(list(services, &other, false, None).await.unwrap().rows.is_empty());
    assert!(list(services, &other, true, None).await.unwrap().rows.is_empty());
    let holder = world.unit(HOLDER).await;
    let detail = serde_json::to_string(&unit::detail(services, &other, holder).await.unwrap()).unwrap();
    assert!(!detail.contains("dispute") && !detail.contains("样例县"), "{detail}");
    assert_eq!(problem(case(services, &other, id).await), Problem::Forbidden);
    assert_eq!(problem(withdraw(services, &other, id, 1).await), Problem::NotFound);
}

#[rstest]
#[tokio::test]
async fn a_dispute_is_refused_unless_a_unit_elsewhere_has_the_code(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let services = world.services();
    let form = world.form(HOLDER).await;
    let refused = async |change: fn(&mut DisputeForm)| {
        let mut form = form.clone();
        change(&mut form);
        problem(file(services, &world.asking, &form).await)
    };
    assert_eq!(refused(|form| form.code = FREE_CODE.to_owned()).await, Problem::CodeIsFree);
    assert_eq!(refused(|form| form.reason.clear()).await, fault("reason", Code::Required));
    assert_eq!(
        refused(|form| form.superior = "不存在的单位".to_owned()).await,
        fault("superior", Code::SuperiorUnknown)
    );
    let elsewhere = refused(|form| form.superior = "示例县财政局".to_owned()).await;
    assert_eq!(elsewhere, fault("superior", Code::SuperiorOutOfScope));
    let own = world.form("样例县城南镇人民政府").await;
    assert_eq!(problem(file(services, &world.asking, &own).await), fault("code", Code::DuplicateCode));
    assert_eq!(problem(file(services, &world.operator, &form).await), Problem::Forbidden);
    file(services, &world.asking, &form).await.unwrap();
    assert_eq!(problem(file(services, &world.asking, &form).await), Problem::AlreadyDisputed);
}

#[rstest]
#[tokio::test]
async fn an_account_files_a_limited_number_a_day(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let services = world.services();
    let form = world.form(HOLDER).await;
    for _ in 0..DISPUTES_PER_DAY {
        let id = file(services, &world.asking, &form).await.unwrap();
        withdraw(services, &world.asking, id, 1).await.unwrap();
    }
    let too_many = Problem::DisputesTooMany { limit: DISPUTES_PER_DAY };
    assert_eq!(problem(file(services, &world.asking, &form).await), too_many);
    services.clock().advance(Duration::from_hours(25));
    let asking = world.app.act_as(&world.accounts, ASKING).await;
    file(services, &asking, &form).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn only_the_operator_decides_and_only_once(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, asking, operator) = (world.services(), &world.asking, &world.operator);
    let id = world.filed().await;
    let holder = world.unit(HOLDER).await;
    assert_eq!(problem(uphold(services, asking, id, 1, "").await), Problem::Forbidden);
    assert_eq!(problem(reject(services, asking, id, 1, "x").await), Problem::Forbidden);
    assert_eq!(problem(move_holder(services, asking, id, holder, 1).await), Problem::Forbidden);
    assert_eq!(problem(delete_holder(services, asking, id, holder).await), Problem::Forbidden);
    assert_eq!(problem(withdraw(services, operator, id, 1).await), Problem::Forbidden);
    assert_eq!(problem(reject(services, operator, DisputeId(0), 1, "x").await), Problem::NotFound);
    assert_eq!(problem(reject(services, operator, id, 1, " ").await), fault("answer", Code::Required));
    assert_eq!(problem(reject(services, operator, id, 1, &"长".repeat(201)).await), fault("answer", Code::TooLong));
    assert_eq!(problem(reject(services, operator, id, 0, "x").await), Problem::Stale);
    // The code is still with the holder, so that the state would not be true.
    assert_eq!(problem(uphold(services, operator, id, 1, "").await), Problem::CodeStillTaken);
    reject(services, operator, id, 1, " 登记证书属于占用单位 ").await.unwrap();
    let decided = (DisputeState::Rejected, Some("登记证书属于占用单位".to_owned()));
    assert_eq!(world.own_state().await, decided);
    for version in [1, 2] {
        assert_eq!(problem(reject(services, operator, id, version, "x").await), Problem::Stale);
        assert_eq!(problem(uphold(services, operator, id, version, "").await), Problem::Stale);
        assert_eq!(problem(withdraw(services, asking, id, version).await), Problem::Stale);
    }
    assert_eq!(world.own_state().await, decided);
    // The desktop shows the answer for some days.
    assert_eq!(desktop::get(services, asking).await.unwrap().disputes, 1);
    services.clock().advance(Duration::from_hours(24 * 15));
    assert_eq!(desktop::get(services, asking).await.unwrap().disputes, 0);
    assert_eq!(list(services, operator, true, None).await.unwrap().rows.len(), 1);
    assert!(list(services, operator, false, None).await.unwrap().rows.is_empty());
    let events = "SELECT action AS x FROM audit_event WHERE object = 'dispute' ORDER BY id";
    assert_eq!(texts(services, events, []).await, ["dispute-filed", "dispute-rejected"]);
}

#[rstest]
#[tokio::test]
async fn the_operator_moves_the_holder_below_the_requester(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let (services, operator) = (world.services(), &world.operator);
    // A unit with a subordinate unit moves with it.
    let (holder, below) = ("示例县残疾人联合会", world.unit("示例县残疾人康复中心").await);
    let township = world.unit("样例县城南镇人民政府").await;
    let form = DisputeForm { superior: "样例县城南镇人民政府".to_owned(), ..world.form(holder).await };
    let id = file(services, &world.asking, &form).await.unwrap();
    let seen = world.case(id).await;
    assert!(!seen.is_settled());
    assert_eq!(seen.path.last().unwrap().id, township);
    assert_eq!(seen.path.iter().rev().nth(1).unwrap().name, ASKING);
    assert_eq!((seen.requester.name.as_str(), seen.mobile.as_str()), (ASKING, "138****5678"));
    let unit = holding(seen);
    assert_eq!((unit.detail.unit.name.as_str(), unit.detail.children, unit.is_unused()), (holder, 1, false));
    assert_eq!(unit.detail.path.last().unwrap().name, "示例县财政局");
    let login = "SELECT login AS x FROM unit WHERE id = $1";
    let before = texts(services, login, [unit.id().0.into()]).await;

    assert_eq!(problem(move_holder(services, operator, id, below, 1).await), Problem::Stale);
    assert_eq!(problem(move_holder(services, operator, id, unit.id(), unit.version - 1).await), Problem::Stale);
    move_holder(services, operator, id, unit.id(), unit.version).await.unwrap();
    let moved = world.case(id).await;
    assert!(moved.is_settled());
    let moved = holding(moved);
    assert!(moved.is_in_requesters_subtree);
    assert_eq!(moved.detail.path.last().unwrap().id, township);
    assert_eq!(texts(services, login, [unit.id().0.into()]).await, before, "the account moves with the unit");
    assert_eq!(moved.detail.plans, unit.detail.plans);
    // The requester sees it now, and what is below it; its former superior does not.
    assert!(unit::detail(services, &world.asking, below).await.is_ok());
    // The network addresses of accounts outside of its subtree are not for it.
    let newest = async |actor| unit::detail(services, actor, unit.id()).await.unwrap().events.remove(0);
    let (of_operator, of_requester) = (newest(operator).await, newest(&world.asking).await);
    assert_eq!(of_operator.actor, of_requester.actor);
    assert_eq!((of_operator.address.as_str(), of_requester.address.as_str()), (testdb::ADDRESS, ""));
    let former = world.app.act_as(&world.accounts, "示例县财政局").await;
    assert_eq!(problem(unit::detail(services, &former, unit.id()).await), Problem::NotFound);
    uphold(services, operator, id, 1, "").await.unwrap();
    assert_eq!(world.own_state().await, (DisputeState::Upheld, None));
}

#[rstest]
#[tokio::test]
async fn the_operator_edits_a_unit_only_while_its_code_is_in_dispute(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let (services, operator) = (world.services(), &world.operator);
    let holder = world.unit(HOLDER).await;
    let superior = world.app.act_as(&world.accounts, "示例县财政局").await;
    let stored = unit::form(services, &superior, holder, None).await.unwrap();
    assert_eq!(problem(unit::form(services, operator, holder, None).await), Problem::Forbidden);
    assert_eq!(problem(unit::edit(services, operator, holder, stored.version, &stored.form).await), Problem::Forbidden);
    assert_eq!(problem(unit::delete(services, operator, holder).await), Problem::Forbidden);

    let id = world.filed().await;
    let stored = unit::form(services, operator, holder, None).await.unwrap();
    let corrected = UnitForm { code: FREE_CODE.to_owned(), ..stored.form };
    let edited = unit::edit(services, operator, holder, stored.version, &corrected).await.unwrap();
    assert_eq!(edited, EditResult::Saved);
    // The code is free now: the right to edit the unit has ended, and the dispute can be upheld.
    assert_eq!(problem(unit::form(services, operator, holder, None).await), Problem::Forbidden);
    let case = world.case(id).await;
    assert_eq!((case.is_settled(), case.holder), (true, CodeHolder::Nobody));
    let other = world.unit("示例县财政局").await;
    assert_eq!(problem(unit::form(services, operator, other, None).await), Problem::Forbidden);
    uphold(services, operator, id, 1, " 已更正 ").await.unwrap();
    assert_eq!(world.own_state().await, (DisputeState::Upheld, Some("已更正".to_owned())));
    let log = "SELECT login AS x FROM audit_event WHERE action = 'unit-edited' AND unit_id = $1";
    assert!(texts(services, log, [holder.0.into()]).await[0].starts_with("YW"));
}

#[rstest]
#[tokio::test]
async fn the_operator_deletes_a_holder_that_was_never_used(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let (services, operator) = (world.services(), &world.operator);
    let id = world.filed().await;
    let unit = holding(world.case(id).await);
    let activate = "UPDATE account SET activated_at = $1, password_hash = 'x' WHERE unit_id = $2";
    execute(services, activate, [1i64.into(), unit.id().0.into()]).await;
    assert!(!holding(world.case(id).await).is_unused());
    let used = problem(delete_holder(services, operator, id, unit.id()).await);
    assert!(matches!(used, Problem::AccountIs(_)), "{used:?}");
    execute(services, activate, [Option::<i64>::None.into(), unit.id().0.into()]).await;
    assert!(holding(world.case(id).await).is_unused());
    delete_holder(services, operator, id, unit.id()).await.unwrap();
    assert_eq!(problem(delete_holder(services, operator, id, unit.id()).await), Problem::Stale);
    assert_eq!(world.case(id).await.holder, CodeHolder::Nobody);
    // Somebody else takes the code before the decision.
    let take = "UPDATE unit SET code = $1 WHERE name = '示例县工商业联合会'";
    let code = world.case(id).await.dispute.code;
    execute(services, take, [code.into()]).await;
    assert_eq!(problem(uphold(services, operator, id, 1, "").await), Problem::CodeStillTaken);
    execute(services, take, [Option::<String>::None.into()]).await;
    uphold(services, operator, id, 1, "").await.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_dissolved_holder_keeps_its_code_and_a_deleted_superior_is_replaced(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let (services, operator) = (world.services(), &world.operator);
    let form = DisputeForm { superior: "样例县城南镇人民政府".to_owned(), ..world.form(HOLDER).await };
    let id = file(services, &world.asking, &form).await.unwrap();
    // The superior moves to another county: the requester itself takes its place.
    let leave = "UPDATE unit SET path = 'x' || path WHERE name = '样例县城南镇人民政府'";
    execute(services, leave, []).await;
    assert_eq!(world.case(id).await.path.last().unwrap().name, ASKING);
    let county = world.app.act_as(&world.accounts, "示例县财政局").await;
    let (holder, into) = (world.unit(HOLDER).await, world.unit("示例县工商业联合会").await);
    unit::merge(services, &county, holder, into).await.unwrap();
    let case = world.case(id).await;
    assert!(!case.is_settled());
    match case.holder {
        CodeHolder::Dissolved { name, into: successor } => assert_eq!((name.as_str(), successor.id), (HOLDER, into)),
        other => panic!("{other:?}"),
    }
    assert_eq!(problem(uphold(services, operator, id, 1, "").await), Problem::CodeStillTaken);
    reject(services, operator, id, 1, "代码属于已并入其他单位的单位").await.unwrap();
}

#[rstest]
#[tokio::test]
async fn lists_are_paged(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let services = world.services();
    let count = DISPUTES_PER_PAGE + 3;
    let add = "INSERT INTO code_dispute (id, unit_id, account_id, code, name, superior, reason, contact, mobile, state, \
               filed_at, version) SELECT $1, u.id, a.id, $2, 'x', 'x', 'x', 'x', '13812345678', 'open', 1, 1 FROM unit u \
               JOIN account a ON a.unit_id = u.id WHERE u.name = $3";
    for n in 0..i64::from(count) {
        execute(services, add, [n.into(), n.to_string().into(), ASKING.into()]).await;
    }
    for (actor, expected) in [
        (&world.operator, (0..i64::from(count)).collect::<Vec<_>>()),
        (&world.asking, (0..i64::from(count)).rev().collect()),
    ] {
        let first = list(services, actor, false, None).await.unwrap();
        let second = list(services, actor, false, first.next).await.unwrap();
        assert_eq!((first.total.number(), first.rows.len(), second.rows.len(), second.next), (count, 20, 3, None));
        let ids: Vec<i64> = first.rows.iter().chain(&second.rows).map(|row| row.id.0).collect();
        assert_eq!(ids, expected);
    }
}
