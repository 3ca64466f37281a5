//! 月度通报: its figures are those of the reports, of the own scope alone, and its files have the texts of the reader.

use crate::{
    problem,
    world::{OTHER, OWN, World, record},
};
use domain::{
    Problem, PurchaserKind,
    bulletin::{BulletinMonth, BulletinPart, BulletinQuery},
    calendar::{Day, Timestamp},
    order::OrderRecord,
    report::{ReportColumn, ReportKind, ReportQuery},
};
use rstest::rstest;
use service::{
    export::{self, FileKind, notice},
    statistics::{bulletin, promote, report},
};
use std::io::Read;
use testdb::Backend::{self, Postgres, Sqlite};
use texts::Lang;

/// An order that is complete at a moment.
fn complete(number: &str, login: &str, fen: i64, at: Timestamp) -> OrderRecord {
    OrderRecord {
        paid_at: Some(at),
        accepted_at: Some(at),
        evaluated_at: Some(at),
        ..record(number, 1, login, fen, at)
    }
}

/// The moments of a month, of the month before, and of the same month of the year before. In January the month before is in another
/// year, and the month itself stands for it.
fn moments(month: BulletinMonth) -> [Timestamp; 3] {
    let last = month.last_day();
    let before = if month.month() == 1 { last } else { last.in_month(month.month() - 1) };
    [last, before, last.year_before()].map(Day::start)
}

#[rstest]
#[tokio::test]
async fn the_figures_are_those_of_the_reports_until_the_end_of_the_month(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, now) = (world.services(), world.services().clock().now());
    let own = world.unit(OWN).await;
    let month = BulletinMonth::chosen(None, Day::of(now));
    let [in_month, before, last_year] = moments(month);
    for number in 1..=4 {
        let unit = world.add_unit(number, &own).await;
        let (_, login) = world.add_purchaser(10 + number, &unit, PurchaserKind::Canteen).await;
        if number < 4 {
            let fen = i64::from(number) * 1_000_000;
            world.accept(complete(&format!("A{number}"), &login, fen, in_month)).await;
            world.accept(complete(&format!("B{number}"), &login, fen / 10, before)).await;
            world.accept(complete(&format!("C{number}"), &login, fen / 2, last_year)).await;
            // What is ordered after the month does not count.
            world.accept(complete(&format!("D{number}"), &login, 7, now)).await;
        }
    }
    for totals in [false, true] {
        if totals {
            assert!(promote(services).await.unwrap() > 0);
        }
        let found = bulletin(services, &world.own, BulletinQuery::default()).await.unwrap();
        assert_eq!((found.month, found.unit.as_ref().map(|unit| unit.id)), (month, Some(own.0)));
        let completed = found.summary.amounts.completed(found.basis);
        let single = if month.month() == 1 { 6_600_000 } else { 6_000_000 };
        assert_eq!((completed, found.of_month), (6_600_000, single));
        assert_eq!((found.summary.last_year.completed(found.basis), found.of_month_last_year), (3_000_000, 3_000_000));
        let query = ReportQuery { until: Some(month.last_day()), ..ReportQuery::default() };
        for table in &found.tables {
            let of_report = report(services, &world.own, table.kind, &query).await.unwrap();
            assert_eq!((&table.columns, &table.rows), (&of_report.columns, &of_report.rows), "{:?}", table.kind);
            assert_eq!((&table.total, table.until), (&of_report.total, of_report.until), "{:?}", table.kind);
        }
        let listed = report(services, &world.own, ReportKind::ZeroPurchases, &query).await.unwrap();
        assert_eq!(i64::try_from(listed.rows.len()).unwrap(), found.zero_purchases.count);
        assert_eq!(found.zero_purchases.count, found.situation.plans.zero_purchases);
    }
    // Another month of the year ends earlier.
    let january = BulletinMonth::parse(&format!("{}-01", month.year()));
    let found = bulletin(services, &world.own, BulletinQuery { month: january, ..BulletinQuery::default() });
    assert_eq!(Some(found.await.unwrap().month), january);
}

#[rstest]
#[tokio::test]
async fn a_bulletin_is_about_the_own_scope_alone(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let services = world.services();
    let month = BulletinMonth::chosen(None, Day::of(services.clock().now()));
    let unit = world.add_unit(1, &world.unit(OWN).await).await;
    let (_, login) = world.add_purchaser(2, &unit, PurchaserKind::Canteen).await;
    world.accept(complete("A1", &login, 900, moments(month)[0])).await;
    let sibling = world.app.act_as(&world.accounts, OTHER).await;
    for lang in [Lang::Zh, Lang::En] {
        let (figures, texts) = notice(services, &sibling, BulletinQuery::default(), lang, |_| None).await.unwrap();
        assert!(figures.summary.amounts.is_zero());
        let all = BulletinPart::ALL.map(|part| texts.get(part).to_owned()).concat();
        assert!(!all.contains("示例县") && all.contains(OTHER), "{all}");
        let (figures, texts) =
            notice(services, &world.operator, BulletinQuery::default(), lang, |_| None).await.unwrap();
        assert_eq!((figures.unit, figures.summary.amounts.ordered), (None, 900));
        assert!(BulletinPart::ALL.iter().all(|part| *part == BulletinPart::Issuer || !texts.get(*part).is_empty()));
    }
}

#[rstest]
#[tokio::test]
async fn files_have_the_texts_of_the_reader_and_the_figures_of_the_server(
    #[values(Sqlite, Postgres)] backend: Backend,
) {
    let world = World::new(backend).await;
    let services = world.services();
    let edit = |name: &str| match name {
        "overview" => Some("改过的总体情况 <b>&amp;".to_owned()),
        "structure" => Some(String::new()),
        _ => None,
    };
    let query = BulletinQuery::default();
    let found = bulletin(services, &world.own, query).await.unwrap();
    let shares = found.table(ReportKind::Execution).unwrap();
    let share = shares.columns.iter().position(|of| *of == ReportColumn::Share).unwrap();
    let share = Lang::Zh.report_cell(query.amounts, shares.total[share]);

    let docx = export::bulletin(services, &world.own, query, FileKind::Docx, Lang::Zh, edit).await.unwrap();
    assert_eq!(docx.name, format!("采购情况通报-{}.docx", found.month));
    let mut archive = zip::ZipArchive::new(docx.file).unwrap();
    let mut xml = String::new();
    archive.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    assert!(xml.contains("改过的总体情况 &lt;b&gt;&amp;amp;"));
    for part in ["采购执行情况表", "未预留及零采购情况表", share.as_str(), "三、存在的问题", "特此通报。", OWN]
    {
        assert!(xml.contains(part), "{part}");
    }
    // The section that the reader has emptied is left out with its tables.
    assert!(!xml.contains("采购结构") && !xml.contains("产品类别统计表"));

    let xlsx = export::bulletin(services, &world.own, query, FileKind::Xlsx, Lang::Zh, edit).await.unwrap();
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::BufReader::new(xlsx.file)).unwrap();
    let names = calamine::Reader::sheet_names(&book);
    assert_eq!(names, ["通报", "采购执行情况", "未预留及零采购"]);
    let text = calamine::Reader::worksheet_range(&mut book, "通报").unwrap();
    assert!(text.rows().any(|row| row[0] == "改过的总体情况 <b>&amp;"));

    for kind in [FileKind::Docx, FileKind::Xlsx] {
        let long = |name: &str| (name == "concerns").then(|| "长".repeat(5_001));
        let refused = export::bulletin(services, &world.own, query, kind, Lang::Zh, long).await;
        assert_eq!(problem(refused), Problem::TextTooLong { part: "concerns".to_owned(), limit: 5_000 });
    }
}

#[rstest]
#[tokio::test]
async fn a_bulletin_takes_as_many_statements_for_many_units(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.unit(OWN).await;
    let ask = async || {
        let answer = bulletin(world.services(), &world.own, BulletinQuery::default());
        world.app.count_queries(answer).await.1.count()
    };
    // The first unit is one that has purchased nothing, so that every list is asked for names.
    world.add_unit(100, &own).await;
    let few = ask().await;
    for number in 1..20 {
        world.add_unit(number, &own).await;
    }
    assert_eq!(ask().await, few);
}
