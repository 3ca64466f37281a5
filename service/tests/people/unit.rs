use crate::{execute, problem, texts};
use domain::{
    Money, Problem,
    account::AccountState,
    ids::UnitId,
    paging::BoundedCount,
    unit::{UNITS_PER_PAGE, UnitListItem, UnitQuery, UnitSort, UnitsPage},
};
use rstest::rstest;
use service::{
    Actor, Services,
    unit::{detail, list},
};
use std::{collections::BTreeSet, time::Duration};
use testdb::{Backend, TestApp};

async fn all(services: &Services, actor: &Actor, mut query: UnitQuery) -> Vec<UnitListItem> {
    let mut rows = Vec::new();
    loop {
        let answer = list(services, actor, &query).await.unwrap();
        rows.extend(answer.rows);
        query.cursor = answer.next;
        if query.cursor.is_none() {
            assert_eq!(BoundedCount::Exactly(u32::try_from(rows.len()).unwrap()), answer.total);
            return rows;
        }
    }
}

fn search(text: &str) -> UnitQuery {
    UnitQuery { search: text.to_owned(), ..UnitQuery::default() }
}

fn names(rows: &[UnitListItem]) -> Vec<&str> {
    rows.iter().map(|row| row.name.as_str()).collect()
}

#[rstest]
#[tokio::test]
async fn two_departments_never_see_each_other(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, "示例县财政局").await;
    let other = app.act_as(&accounts, "样例县财政局").await;
    let (ours, theirs) =
        (all(services, &own, UnitQuery::default()).await, all(services, &other, UnitQuery::default()).await);
    assert!(ours.len() > 36 && ours.iter().all(|row| row.name.starts_with("示例县")));
    assert!(theirs.len() == 4 && theirs.iter().all(|row| row.name.starts_with("样例县")));
    assert!(!names(&ours).contains(&"示例县财政局"), "the own unit is not listed");
    assert!(all(services, &own, search("样例")).await.is_empty());
    for row in &theirs {
        assert_eq!(problem(detail(services, &own, row.id).await), Problem::NotFound);
        assert!(detail(services, &other, row.id).await.is_ok());
    }
    // The superiors of the own unit are outside the subtree.
    let above = texts(services, "SELECT id AS x FROM unit WHERE name IN ('示例市财政局', '示例省财政厅')", []).await;
    for id in above {
        assert_eq!(problem(detail(services, &own, id.parse().unwrap()).await), Problem::NotFound);
    }
    assert_eq!(problem(detail(services, &own, UnitId(999_999)).await), Problem::NotFound);
    // The operator sees every unit.
    let operator = app.act_as(&accounts, "平台运维").await;
    let every = all(services, &operator, UnitQuery::default()).await;
    assert_eq!(every.len(), ours.len() + theirs.len() + 5);
    assert_eq!(names(&every)[..2], ["中华人民共和国财政部", "示例省财政厅"]);
}

#[rstest]
#[tokio::test]
async fn pages_are_complete_in_every_order_and_both_ways(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, "示例县财政局").await;
    let rows = all(services, &own, UnitQuery::default()).await;
    let ids: BTreeSet<_> = rows.iter().map(|row| row.id).collect();
    assert_eq!(ids.len(), rows.len());
    // A superior comes directly before its subordinates.
    let at = |name: &str| names(&rows).iter().position(|n| *n == name).unwrap();
    assert_eq!(at("示例县城关镇便民服务中心"), at("示例县城关镇人民政府") + 1);
    for (sort, descending) in UnitSort::ALL.into_iter().flat_map(|sort| [(sort, false), (sort, true)]) {
        assert_pages_are_the_same_both_ways(services, &own, UnitQuery { sort, descending, ..UnitQuery::default() })
            .await;
    }
    for nonsense in ["", "x", "a999999", "b0", "a-1"] {
        let first =
            list(services, &own, &UnitQuery { cursor: Some(nonsense.to_owned()), ..UnitQuery::default() }).await;
        assert_eq!(first.unwrap().rows, rows[..UNITS_PER_PAGE as usize], "{nonsense}");
    }
    // No unit is left behind the cursor.
    let last = format!("a{}", rows.last().unwrap().id);
    let first = list(services, &own, &UnitQuery { cursor: Some(last), ..UnitQuery::default() }).await.unwrap();
    assert_eq!((first.rows.as_slice(), first.previous), (&rows[..UNITS_PER_PAGE as usize], None));
    let none = list(services, &own, &search("没有这样的单位")).await.unwrap();
    assert_eq!(none, UnitsPage { rows: Vec::new(), total: BoundedCount::Exactly(0), previous: None, next: None });
}

#[rstest]
#[tokio::test]
async fn the_order_by_total_ignores_other_years(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, "示例县财政局").await;
    let query = UnitQuery { sort: UnitSort::Total, descending: true, ..UnitQuery::default() };
    let before = all(services, &own, query.clone()).await;
    let last = before.last().unwrap().id;
    let year = services.clock().year();
    let plan = "INSERT INTO reserve_plan (unit_id, year, total, ratio, share, updated_at, version) \
                VALUES ($1, $2, $3, 1000, 1, 1, 1)";
    for (offset, total) in [(1, 9_000_000_000_000i64), (-2, 8_000_000_000_000), (-1, 7_000_000_000_000)] {
        execute(services, plan, [last.0.into(), (year + offset).into(), total.into()]).await;
    }
    assert_eq!(all(services, &own, query.clone()).await, before);
    // A changed plan moves its unit in the order.
    let more = "UPDATE reserve_plan SET total = 6000000000000 WHERE unit_id = $1 AND year = $2";
    execute(services, more, [last.0.into(), year.into()]).await;
    assert_eq!(all(services, &own, query.clone()).await[0].id, last);
    // In a new year the plans of that year count.
    services.clock().advance(Duration::from_hours(24 * 366));
    let after = all(services, &own, query).await;
    assert_eq!((after[0].id, after[0].total.map(Money::fen)), (last, Some(9_000_000_000_000)));
    assert!(after[1..].iter().all(|row| row.total.is_none()));
}

/// Checks that the pages contain each unit once and in order, and that the pages backwards are the same.
async fn assert_pages_are_the_same_both_ways(services: &Services, actor: &Actor, mut query: UnitQuery) {
    let mut pages = Vec::new();
    loop {
        let page = list(services, actor, &query).await.unwrap();
        query.cursor.clone_from(&page.next);
        pages.push(page);
        if query.cursor.is_none() {
            break;
        }
    }
    let rows: Vec<_> = pages.iter().flat_map(|page| page.rows.clone()).collect();
    assert_eq!(pages[0].total, BoundedCount::Exactly(u32::try_from(rows.len()).unwrap()));
    let ids: BTreeSet<_> = rows.iter().map(|row| row.id).collect();
    assert_eq!(ids.len(), rows.len());
    let is_ordered = |in_order: fn(&UnitListItem, &UnitListItem) -> bool| {
        rows.windows(2)
            .all(|two| if query.descending { in_order(&two[1], &two[0]) } else { in_order(&two[0], &two[1]) })
    };
    assert!(match query.sort {
        UnitSort::Tree => true,
        UnitSort::Name => is_ordered(|a, b| a.name <= b.name),
        UnitSort::Code => is_ordered(|a, b| a.code <= b.code),
        UnitSort::Total => is_ordered(|a, b| a.total <= b.total),
        UnitSort::Added => is_ordered(|a, b| a.id < b.id),
    });
    for (n, expected) in pages.iter().enumerate().rev().skip(1) {
        query.cursor.clone_from(&pages[n + 1].previous);
        let page = list(services, actor, &query).await.unwrap();
        assert_eq!(&page, expected, "{:?} back to page {n}", query.sort);
    }
    assert_eq!(pages[0].previous, None);
}

#[rstest]
#[tokio::test]
async fn search_finds_any_part_of_name_code_and_login(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, "示例县财政局").await;
    let found = all(services, &own, search(" 融媒体 ")).await;
    assert_eq!(names(&found), ["示例县融媒体中心"]);
    assert_eq!(all(services, &own, search("融\0媒体")).await, found);
    let unit = &found[0];
    let (code, login) = (unit.code.clone().unwrap(), unit.login.clone().unwrap());
    for part in [&code, &code[4..], &code.to_lowercase(), &login, &login[3..], &login.to_lowercase()] {
        let found = all(services, &own, search(part)).await;
        assert!(names(&found).contains(&"示例县融媒体中心"), "{part}");
    }
    let long = "中".repeat(60_000);
    for nothing in ["%", "_", "\\", "!", long.as_str(), "示例县%中心", "GL%", "' OR 1=1 --"] {
        assert!(all(services, &own, search(nothing)).await.is_empty(), "{nothing}");
    }
    // A search ignores case and the kind of brackets, on both databases.
    let renamed = "UPDATE unit SET name = '示例县（ABC%_）站', name_key = '示例县（ABC%_）站' WHERE id = $1";
    execute(services, renamed, [unit.id.0.into()]).await;
    for part in ["abc", "ABC", "(abc", "（AbC%", "%_"] {
        assert_eq!(names(&all(services, &own, search(part)).await), ["示例县（ABC%_）站"], "{part}");
    }
}

#[rstest]
#[tokio::test]
async fn every_unit_has_one_state(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let operator = app.act_as(&accounts, "平台运维").await;
    let mut listed = BTreeSet::new();
    for state in AccountState::ALL {
        let rows = all(services, &operator, UnitQuery { state: Some(state), ..UnitQuery::default() }).await;
        assert!(!rows.is_empty(), "{state:?}");
        for row in rows {
            assert_eq!(row.account, state);
            assert!(listed.insert(row.id));
        }
    }
    assert_eq!(listed.len(), all(services, &operator, UnitQuery::default()).await.len());
    // The state and a search together.
    let query = UnitQuery { state: Some(AccountState::NotIssued), ..search("示例") };
    let rows = all(services, &operator, query).await;
    assert_eq!(names(&rows), ["示例市财政局"]);
}

#[rstest]
#[tokio::test]
async fn a_detail_shows_all_data_of_a_unit(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (app, accounts) = TestApp::demo(backend).await;
    let services = &app.services;
    let own = app.act_as(&accounts, "示例县财政局").await;
    let unit = all(services, &own, search("城关镇便民")).await.remove(0);
    let (full, queries) = app.count_queries(detail(services, &own, unit.id)).await;
    let full = full.unwrap();
    assert_eq!(queries.count(), 6, "{queries}");
    assert_eq!(full.unit, unit);
    let path: Vec<_> = full.path.iter().map(|unit| unit.name.as_str()).collect();
    assert_eq!(path, ["示例县财政局", "示例县城关镇人民政府"], "nothing above the asker");
    assert_eq!(unit.superior.as_deref(), Some("示例县城关镇人民政府"));
    assert_eq!(full.plans.len(), 1);
    assert_eq!(full.plans[0].year, services.clock().year());
    assert_eq!(full.plans[0].share, full.plans[0].total.share(full.plans[0].ratio));
    assert_eq!((unit.total, unit.ratio), (Some(full.plans[0].total), Some(full.plans[0].ratio)));
    assert!(unit.mobile.unwrap().contains("****"));
    let superior = detail(services, &own, full.path[1].id).await.unwrap();
    assert_eq!(superior.children, 1);
    // The superior of the own unit is not shown.
    let own_unit = detail(services, &own, full.path[0].id).await.unwrap();
    assert_eq!((own_unit.path.len(), own_unit.unit.superior), (0, None));
    assert!(own_unit.events.is_empty(), "sign-ins are no part of a unit's history");
    assert!(own_unit.last_sign_in.is_some());
}
