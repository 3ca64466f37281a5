//! 通知公告: who writes, who reads, what has been read, and what a purchaser sees of it.

use crate::{execute, named, problem, texts};
use domain::{
    Problem,
    account::Portal,
    edit::EditResult,
    ids::NoticeId,
    notice::{MOST_UNREAD, NoticeForm, NoticeState},
    paging::BoundedCount,
};
use rstest::rstest;
use service::{
    Actor, PurchaserActor, Services, desktop,
    notice::{edit, form, list, list_for_purchaser, open, open_for_purchaser, publish, withdraw},
    seed::DemoAccount,
};
use std::time::Duration;
use testdb::{Backend, TestApp};

const DEPARTMENT: &str = "示例县财政局";
const OTHER: &str = "样例县财政局";
const PROVINCE: &str = "示例省财政厅";
const CERTIFIED: &str = "样例县城南镇人民政府机关工会";

/// The demo data without notices, and its people.
struct World {
    app: TestApp,
    accounts: Vec<DemoAccount>,
    operator: Actor,
    province: Actor,
    department: Actor,
    other: Actor,
}

impl World {
    async fn new(backend: Backend) -> Self {
        let (app, accounts) = TestApp::demo(backend).await;
        for statement in ["DELETE FROM notice_read", "DELETE FROM notice"] {
            execute(&app.services, statement, []).await;
        }
        let [operator, province, department, other] = [
            app.act_as(&accounts, "平台运维").await,
            app.act_as(&accounts, PROVINCE).await,
            app.act_as(&accounts, DEPARTMENT).await,
            app.act_as(&accounts, OTHER).await,
        ];
        Self { app, accounts, operator, province, department, other }
    }

    const fn services(&self) -> &Services {
        &self.app.services
    }

    async fn purchaser(&self) -> PurchaserActor {
        let account = named(&self.accounts, CERTIFIED);
        let client = TestApp::client();
        let (services, portal) = (self.services(), Portal::Trading);
        let signed_in = service::session::sign_in(services, portal, &account.login, &account.password, None, &client)
            .await
            .unwrap();
        let session = service::session::authenticate_trading(services, &signed_in.token, &client).await.unwrap();
        session.purchaser().unwrap()
    }

    async fn published(&self, author: &Actor, title: &str) -> NoticeId {
        publish(self.services(), author, &notice(title)).await.unwrap()
    }

    /// The titles of the notices that an account has received, unread ones with a star.
    async fn received(&self, reader: &Actor) -> Vec<String> {
        let page = list(self.services(), reader, false, None).await.unwrap();
        assert_eq!(page.total, BoundedCount::Exactly(u32::try_from(page.rows.len()).unwrap()));
        let title =
            |row: &domain::notice::NoticeListItem| format!("{}{}", if row.is_read { "" } else { "*" }, row.title);
        page.rows.iter().map(title).collect()
    }

    async fn unread(&self, reader: &Actor) -> u32 {
        desktop::get(self.services(), reader).await.unwrap().unread_notices
    }
}

fn notice(title: &str) -> NoticeForm {
    NoticeForm { title: title.to_owned(), text: "第一段\n第二段".to_owned(), ..NoticeForm::default() }
}

#[rstest]
#[tokio::test]
async fn a_notice_reaches_the_units_below_its_author_of_today(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let services = world.services();
    let everybody = world.published(&world.operator, "平台").await;
    let province = world.published(&world.province, "全省").await;
    let county = world.published(&world.department, "示例县").await;
    assert_eq!(world.received(&world.department).await, ["*全省", "*平台"]);
    assert_eq!(world.received(&world.other).await, ["*全省", "*平台"]);
    assert_eq!(world.received(&world.province).await, ["*平台"]);
    assert!(world.received(&world.operator).await.is_empty());
    for (reader, id) in [(&world.other, county), (&world.province, county), (&world.operator, province)] {
        assert_eq!(problem(open(services, reader, id).await), Problem::NotFound);
    }
    // The author sees its own in its own list, and it is never unread.
    let own = list(services, &world.department, true, None).await.unwrap();
    assert_eq!((own.rows.len(), own.rows[0].id, own.own), (1, county, true));
    assert_eq!((world.unread(&world.department).await, world.unread(&world.operator).await), (2, 0));
    // The county moves away from the province, and with it what it may read.
    let moved = "UPDATE unit SET path = REPLACE(path, (SELECT path FROM unit WHERE name = '示例省财政厅'), \
                 (SELECT path FROM unit WHERE name = '北京市财政局')) WHERE path LIKE \
                 (SELECT path || '%' FROM unit WHERE name = '示例县财政局')";
    execute(
        services,
        "INSERT INTO unit (id, path, kind, name, name_key, admin_level, created_at, updated_at, version) \
                       VALUES (900000, '900000/', 'finance', '北京市财政局', '北京市财政局', 1, 1, 1, 1)",
        [],
    )
    .await;
    execute(services, moved, []).await;
    let department = world.app.act_as(&world.accounts, DEPARTMENT).await;
    assert_eq!(world.received(&department).await, ["*平台"]);
    assert_eq!(problem(open(services, &department, province).await), Problem::NotFound);
    assert_eq!(open(services, &department, everybody).await.unwrap().unread, 0);
}

#[rstest]
#[tokio::test]
async fn opening_marks_a_notice_read_once_and_for_one_account(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let services = world.services();
    let first = world.published(&world.province, "一").await;
    world.published(&world.province, "二").await;
    world.published(&world.province, "三").await;
    let before = open(services, &world.province, first).await.unwrap().readers.unwrap();
    assert_eq!(before.read, BoundedCount::Exactly(0));
    // Everybody below the author, without the author itself.
    let addressed = "SELECT COUNT(*) AS x FROM account a LEFT JOIN unit u ON u.id = a.unit_id LEFT JOIN purchaser p \
                     ON p.id = a.purchaser_id WHERE COALESCE(u.path, p.unit_path) LIKE \
                     (SELECT path || '_%' FROM unit WHERE name = '示例省财政厅') AND a.state <> 'not-issued'";
    assert_eq!([before.addressed.to_string()], texts(services, addressed, []).await.as_slice());
    let opened = open(services, &world.department, first).await.unwrap();
    assert_eq!((opened.unread, opened.readers, opened.item.author.as_deref()), (2, None, Some(PROVINCE)));
    assert_eq!(opened.paragraphs().collect::<Vec<_>>(), ["第一段", "第二段"]);
    // Unread ones come first, then the newest.
    assert_eq!(world.received(&world.department).await, ["*三", "*二", "一"]);
    assert_eq!(world.received(&world.other).await, ["*三", "*二", "*一"]);
    services.clock().advance(Duration::from_hours(1));
    let at = texts(services, "SELECT read_at AS x FROM notice_read", []).await;
    open(services, &world.department, first).await.unwrap();
    assert_eq!(texts(services, "SELECT read_at AS x FROM notice_read", []).await, at);
    open(services, &world.other, first).await.unwrap();
    let readers = open(services, &world.province, first).await.unwrap().readers.unwrap();
    assert_eq!((readers.read, readers.addressed), (BoundedCount::Exactly(2), before.addressed));
}

#[rstest]
#[tokio::test]
async fn pages_go_on_behind_a_notice_also_when_it_was_read_in_between(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let services = world.services();
    let mut ids = Vec::new();
    for number in 0..45 {
        ids.push(world.published(&world.operator, &format!("第 {number} 条")).await);
    }
    for id in &ids[..22] {
        open(services, &world.department, *id).await.unwrap();
    }
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = list(services, &world.department, false, after.as_deref()).await.unwrap();
        assert_eq!(page.total, BoundedCount::Exactly(45));
        found.extend(page.rows.into_iter().map(|row| row.id));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    // The unread ones of the second half, then the others, each from the newest on.
    let expected: Vec<_> = ids[22..].iter().rev().chain(ids[..22].iter().rev()).copied().collect();
    assert_eq!(found, expected);
    let garbage = list(services, &world.department, false, Some("x'--")).await.unwrap();
    assert_eq!(garbage.rows[0].id, ids[44]);
}

#[rstest]
#[tokio::test]
async fn the_operator_and_presets_write_and_nobody_changes_what_others_wrote(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let services = world.services();
    let id = world.published(&world.department, "标题").await;
    for stranger in [&world.operator, &world.province, &world.other] {
        assert_eq!(problem(edit(services, stranger, id, 1, &notice("改")).await), Problem::NotFound);
        assert_eq!(problem(withdraw(services, stranger, id, 1).await), Problem::NotFound);
        assert_eq!(problem(form(services, stranger, id).await), Problem::NotFound);
    }
    // The same account at a unit that administers nobody.
    execute(services, "UPDATE unit SET kind = 'budget' WHERE name = '样例县财政局'", []).await;
    assert_eq!(problem(publish(services, &world.other, &notice("标题")).await), Problem::Forbidden);
    assert_eq!(problem(list(services, &world.other, true, None).await), Problem::Forbidden);
    assert!(!list(services, &world.other, false, None).await.unwrap().may_write);
    let empty = publish(services, &world.department, &NoticeForm::default()).await;
    assert!(matches!(problem(empty), Problem::Fields(faults) if faults.len() == 2));
}

#[rstest]
#[tokio::test]
async fn a_lost_update_is_refused_and_what_is_withdrawn_or_over_is_not_shown(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let (services, author, reader) = (world.services(), &world.province, &world.department);
    let id = world.published(author, "标题").await;
    assert_eq!(edit(services, author, id, 1, &notice("新标题")).await.unwrap(), EditResult::Saved);
    match edit(services, author, id, 1, &notice("旧标题")).await.unwrap() {
        EditResult::Conflict(stored) => assert_eq!((stored.version, stored.form.title.as_str()), (2, "新标题")),
        EditResult::Saved => panic!("the newer version is lost"),
    }
    assert_eq!(open(services, reader, id).await.unwrap().item.title, "新标题");
    assert_eq!(problem(withdraw(services, author, id, 1).await), Problem::Stale);
    // The last day counts; the day after, the author sees it alone.
    let today = domain::calendar::Day::of(services.clock().now());
    let last = NoticeForm { ends_on: today.to_string(), ..notice("新标题") };
    assert_eq!(edit(services, author, id, 2, &last).await.unwrap(), EditResult::Saved);
    assert_eq!(world.received(reader).await, ["新标题"]);
    services.clock().advance(Duration::from_hours(24));
    let (author, reader) =
        (&world.app.act_as(&world.accounts, PROVINCE).await, &world.app.act_as(&world.accounts, DEPARTMENT).await);
    assert!(world.received(reader).await.is_empty());
    assert_eq!(problem(open(services, reader, id).await), Problem::NotFound);
    assert_eq!(open(services, author, id).await.unwrap().item.state, NoticeState::Ended);
    withdraw(services, author, id, 3).await.unwrap();
    assert_eq!(open(services, author, id).await.unwrap().item.state, NoticeState::Withdrawn);
    assert_eq!(problem(withdraw(services, author, id, 4).await), Problem::NotFound);
    assert_eq!(problem(edit(services, author, id, 4, &notice("改")).await), Problem::NotFound);
    let logged = "SELECT action AS x FROM audit_event WHERE object = 'notice' ORDER BY id";
    let actions = texts(services, logged, []).await;
    assert_eq!(actions, ["notice-published", "notice-edited", "notice-edited", "notice-withdrawn"]);
}

#[rstest]
#[tokio::test]
async fn a_purchaser_reads_what_its_unit_reads(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let services = world.services();
    let foreign = world.published(&world.department, "示例县").await;
    let county = world.published(&world.other, "样例县").await;
    let purchaser = world.purchaser().await;
    let page = list_for_purchaser(services, &purchaser, None).await.unwrap();
    assert_eq!((page.rows.len(), page.rows[0].id, page.may_write), (1, county, false));
    assert_eq!(problem(open_for_purchaser(services, &purchaser, foreign).await), Problem::NotFound);
    let unread = async || desktop::of_purchaser(services, &purchaser).await.unwrap().unread_notices;
    assert_eq!(unread().await, 1);
    assert_eq!(open_for_purchaser(services, &purchaser, county).await.unwrap().item.title, "样例县");
    assert_eq!(unread().await, 0);
    let readers = open(services, &world.other, county).await.unwrap().readers.unwrap();
    assert_eq!(readers.read, BoundedCount::Exactly(1));
}

#[rstest]
#[tokio::test]
async fn unread_notices_are_counted_up_to_a_bound(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let services = world.services();
    let one = world.published(&world.operator, "通知").await;
    for number in 1..130_i64 {
        let copy = "INSERT INTO notice (id, title, text, importance, published_at, version) \
                    SELECT id + $1, title, text, importance, published_at, version FROM notice WHERE id = $2";
        execute(services, copy, [number.into(), one.0.into()]).await;
    }
    assert_eq!(world.unread(&world.department).await, MOST_UNREAD + 1);
}
