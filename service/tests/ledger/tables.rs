//! 统计报表: the tables have the figures of their rows, sum over sum, and show nothing of another subtree.

use crate::{
    problem,
    world::{OTHER, OWN, World, days_before, record},
};
use domain::{
    Problem, PurchaserKind,
    calendar::{Day, Timestamp},
    ids::UnitId,
    order::{OrderRecord, PayerKind},
    plan_parameters::CompletionBasis,
    report::{AmountUnit, Rate, ReportCell, ReportColumn, ReportKind, ReportQuery, ReportTable, RowSubject},
};
use rstest::rstest;
use service::{
    export,
    statistics::{promote, report},
};
use testdb::Backend::{self, Postgres, Sqlite};
use texts::Lang;

/// An order of the last days that is complete.
fn complete(number: &str, login: &str, fen: i64, now: Timestamp) -> OrderRecord {
    OrderRecord {
        paid_at: Some(now),
        accepted_at: Some(now),
        evaluated_at: Some(now),
        ..record(number, 1, login, fen, now)
    }
}

/// The cells of a column by the names of the rows, 合计 last.
fn column(table: &ReportTable, column: ReportColumn) -> Vec<(String, ReportCell)> {
    let index = table.columns.iter().position(|of| *of == column).unwrap();
    let rows = table.rows.iter().map(|row| (Lang::Zh.report_row(&row.subject), row.cells[index]));
    rows.chain([("合计".to_owned(), table.total[index])]).collect()
}

fn of<'a>(cells: &'a [(String, ReportCell)], name: &str) -> &'a ReportCell {
    &cells.iter().find(|(of, _)| of == name).unwrap().1
}

const fn fen(cell: &ReportCell) -> i64 {
    match cell {
        ReportCell::Amount(fen) => *fen,
        _ => 0,
    }
}

#[rstest]
#[tokio::test]
async fn the_execution_compares_children_and_the_total_is_sum_over_sum(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, now) = (world.services(), world.services().clock().now());
    let own = world.unit(OWN).await;
    let mut units = Vec::new();
    // Each new unit has a share of 86.5 万元 × 15 %.
    let share = 12_975_000;
    for (number, amount) in [(1, share / 2), (2, share / 4), (3, share / 2), (4, 0)] {
        let unit = world.add_unit(number, &own).await;
        let (_, login) = world.add_purchaser(10 + number, &unit, PurchaserKind::Canteen).await;
        if amount > 0 {
            world.accept(complete(&format!("A{number}"), &login, amount, now)).await;
            world.accept(record(&format!("B{number}"), 1, &login, 700, now)).await;
        }
        units.push(unit);
    }
    for totals in [false, true] {
        if totals {
            assert!(promote(services).await.unwrap() > 0);
        }
        let table = report(services, &world.own, ReportKind::Execution, &ReportQuery::default()).await.unwrap();
        assert_eq!(table.unit.as_ref().map(|unit| unit.id), Some(own.0));
        assert!(table.superiors.is_empty() && !table.more);
        let (shares, progress) = (column(&table, ReportColumn::Share), column(&table, ReportColumn::Progress));
        let (completed, ordered) = (column(&table, ReportColumn::Completed), column(&table, ReportColumn::Ordered));
        let (ranks, missing) = (column(&table, ReportColumn::Rank), column(&table, ReportColumn::Shortfall));
        let name = |index: usize| units[index].1.as_str();
        assert_eq!(of(&progress, name(0)), &ReportCell::rate(1, 2));
        assert_eq!(of(&progress, name(3)), &ReportCell::rate(0, 1));
        assert_eq!([0, 1, 2].map(|unit| *of(&ranks, name(unit))), [1, 3, 1].map(ReportCell::Rank));
        assert_eq!(of(&ranks, name(3)), of(&ranks, "示例县红十字会"));
        assert_eq!(of(&ranks, "本级"), &ReportCell::Missing);
        assert_eq!(of(&missing, name(1)), &ReportCell::Amount(share * 3 / 4));
        // The rows are in the order of the progress, and make up the total.
        assert_eq!(table.order, Some((ReportColumn::Progress, true)));
        for cells in [&shares, &completed, &ordered] {
            let (total, rows) = cells.split_last().unwrap();
            assert_eq!(rows.iter().map(|(_, cell)| fen(cell)).sum::<i64>(), fen(&total.1));
        }
        let total = Rate::of(share / 2 * 2 + share / 4, fen(of(&shares, "合计"))).unwrap();
        assert_eq!(of(&progress, "合计"), &ReportCell::Rate(total));
        assert_eq!(fen(of(&ordered, "合计")), fen(of(&completed, "合计")) + 2_100);
        assert_eq!(table.summary.unwrap().amounts.ordered, fen(of(&ordered, "合计")));
        // One level down there is only the unit itself.
        let query = ReportQuery::default().of_unit(Some(units[0].0));
        let below = report(services, &world.own, ReportKind::Execution, &query).await.unwrap();
        assert_eq!(below.rows.iter().map(|row| &row.subject).collect::<Vec<_>>(), [&RowSubject::Own]);
        assert_eq!(below.superiors.iter().map(|unit| unit.id).collect::<Vec<_>>(), [own.0]);
        assert_eq!(fen(of(&column(&below, ReportColumn::Share), "合计")), share);
        // The operator sees the units at the top.
        let country = report(services, &world.operator, ReportKind::Execution, &ReportQuery::default()).await.unwrap();
        assert_eq!(country.unit, None);
        assert_eq!(fen(of(&column(&country, ReportColumn::Completed), "合计")), share / 2 * 2 + share / 4);
    }
}

#[rstest]
#[tokio::test]
async fn every_table_answers_and_is_exported(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, now) = (world.services(), world.services().clock().now());
    let unit = world.add_unit(1, &world.unit(OWN).await).await;
    let (_, login) = world.add_purchaser(2, &unit, PurchaserKind::Union).await;
    world.accept(complete("A1", &login, 30_000, now)).await;
    world.accept(OrderRecord { payer: "union".to_owned(), ..complete("A2", &login, 10_000, now) }).await;
    world.accept(complete("A3", &login, 500, days_before(now, 366))).await;
    for kind in ReportKind::ALL {
        let table = report(services, &world.own, kind, &ReportQuery::default()).await.unwrap();
        assert!(table.rows.iter().all(|row| row.cells.len() == table.columns.len()), "{kind:?}");
        assert_eq!(table.total.len(), if kind.is_list() { 0 } else { table.columns.len() }, "{kind:?}");
        let all = if kind == ReportKind::Unions { 10_000 } else { 40_000 };
        if kind.is_of_purchases() {
            let completed = column(&table, ReportColumn::Completed);
            assert_eq!(of(&completed, "合计"), &ReportCell::Amount(all), "{kind:?}");
            assert_eq!(completed.iter().rev().skip(1).map(|(_, cell)| fen(cell)).sum::<i64>(), all, "{kind:?}");
        }
        let download = export::report(services, &world.own, kind, &ReportQuery::default(), Lang::Zh).await.unwrap();
        assert!(download.file.metadata().unwrap().len() > 4_000, "{kind:?}");
    }
    let payers = report(services, &world.own, ReportKind::Payers, &ReportQuery::default()).await.unwrap();
    assert_eq!(of(&column(&payers, ReportColumn::Proportion), "工会"), &ReportCell::rate(1, 4));
    let origins = report(services, &world.own, ReportKind::Origins, &ReportQuery::default()).await.unwrap();
    assert_eq!(origins.rows.iter().map(|row| Lang::Zh.report_row(&row.subject)).collect::<Vec<_>>(), ["贵州省 贞丰县"]);

    // The filter leaves classes out, and with them the share, which is for all of them.
    let union = ReportQuery { payer: Some(PayerKind::Union), ..ReportQuery::default() };
    let table = report(services, &world.own, ReportKind::Execution, &union).await.unwrap();
    assert_eq!(fen(of(&column(&table, ReportColumn::Completed), "合计")), 10_000);
    assert!(!table.columns.contains(&ReportColumn::Share));
    // Totals by origin are for all classes.
    let table = report(services, &world.own, ReportKind::Origins, &union).await.unwrap();
    assert_eq!(fen(of(&column(&table, ReportColumn::Completed), "合计")), 40_000);
    assert_eq!(of(&column(&table, ReportColumn::Proportion), "合计"), &ReportCell::rate(1, 1));

    // Last year, as a whole.
    let last = Day::last_of_year(services.clock().year() - 1);
    let query = ReportQuery { until: Some(last), ..ReportQuery::default() };
    let table = report(services, &world.own, ReportKind::Months, &query).await.unwrap();
    assert_eq!((table.until, table.rows.len()), (last, 12));
    assert_eq!(fen(of(&column(&table, ReportColumn::Completed), "合计")), 500);
    assert!(
        table.rows.iter().all(|row| row.cells.iter().all(|cell| *cell != ReportCell::Missing))
            || table.summary.unwrap().share == Some(0)
    );
    assert_eq!(table.trend.this_year.last(), Some(&500));
}

#[rstest]
#[tokio::test]
async fn the_basis_is_that_of_the_parameters_unless_the_reader_chooses(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, now) = (world.services(), world.services().clock().now());
    let unit = world.add_unit(1, &world.unit(OWN).await).await;
    let (_, login) = world.add_purchaser(2, &unit, PurchaserKind::Canteen).await;
    world.accept(OrderRecord { paid_at: Some(now), ..record("A1", 1, &login, 900, now) }).await;
    let completed = async |basis: Option<CompletionBasis>| {
        let query = ReportQuery { basis, ..ReportQuery::default() };
        let table = report(services, &world.own, ReportKind::Payers, &query).await.unwrap();
        (table.basis, fen(of(&column(&table, ReportColumn::Completed), "合计")))
    };
    assert_eq!(completed(None).await, (CompletionBasis::Accepted, 0));
    assert_eq!(completed(Some(CompletionBasis::Paid)).await, (CompletionBasis::Paid, 900));
    let form = domain::plan_parameters::ParameterForm { completion: "paid".to_owned(), ..Default::default() };
    let year = services.clock().year();
    let set = service::plan::set_parameters(services, &world.own, year, 0, &form).await.unwrap();
    assert!(matches!(set, domain::plan_parameters::ParametersAnswer::Refused(_)), "a looser basis is refused");
    let form = domain::plan_parameters::ParameterForm {
        completion: "evaluated".to_owned(),
        completion_source: "示财采〔2026〕3号".to_owned(),
        ..Default::default()
    };
    service::plan::set_parameters(services, &world.own, year, 0, &form).await.unwrap();
    assert_eq!(completed(None).await, (CompletionBasis::Evaluated, 0));
}

#[rstest]
#[tokio::test]
async fn a_sibling_gets_no_figure_by_any_parameter(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let (services, now) = (world.services(), world.services().clock().now());
    let own = world.unit(OWN).await;
    let unit = world.add_unit(1, &own).await;
    let (_, login) = world.add_purchaser(2, &unit, PurchaserKind::Canteen).await;
    world.accept(complete("A1", &login, 900, now)).await;
    let sibling = world.app.act_as(&world.accounts, OTHER).await;
    let superior = world.unit("示例市财政局").await;
    for kind in ReportKind::ALL {
        for outside in [own.0, unit.0, superior.0, UnitId(i64::MAX), UnitId(-1)] {
            let query = ReportQuery { amounts: AmountUnit::Yuan, ..ReportQuery::default() }.of_unit(Some(outside));
            assert_eq!(problem(report(services, &sibling, kind, &query).await), Problem::NotFound);
            let exported = export::report(services, &sibling, kind, &query, Lang::Zh).await;
            assert_eq!(problem(exported), Problem::NotFound);
        }
        let query = ReportQuery::default();
        let table = report(services, &sibling, kind, &query).await.unwrap();
        let nothing = table.summary.is_none_or(|summary| summary.amounts.is_zero() && summary.last_year.is_zero());
        assert!(nothing, "{kind:?}");
        // 样例县 has plans of its own, and nothing else.
        assert!(table.rows.iter().all(|row| !Lang::Zh.report_row(&row.subject).contains("示例县")));
        // A superior above the own unit is no step of the way.
        assert!(table.superiors.is_empty());
    }
}

#[rstest]
#[tokio::test]
async fn a_report_takes_as_many_statements_for_many_units(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let own = world.unit(OWN).await;
    let query = ReportQuery::default();
    let ask = async || {
        let answer = report(world.services(), &world.own, ReportKind::Execution, &query);
        world.app.count_queries(answer).await.1.count()
    };
    let few = ask().await;
    for number in 1..20 {
        world.add_unit(number, &own).await;
    }
    assert_eq!(ask().await, few);
}

#[rstest]
#[tokio::test]
async fn the_demo_orders_can_be_added_again(#[values(Sqlite, Postgres)] backend: Backend) {
    let world = World::new(backend).await;
    let first = service::seed::demo_orders(world.services()).await.unwrap();
    let sibling = world.app.act_as(&world.accounts, OTHER).await;
    let ask =
        async || report(world.services(), &sibling, ReportKind::Execution, &ReportQuery::default()).await.unwrap();
    let before = ask().await;
    assert!(first > 100 && before.summary.unwrap().amounts.completed(before.basis) > 0);
    assert!(before.trend.last_year.last() > Some(&0));
    assert!(service::seed::demo_orders(world.services()).await.unwrap() >= first);
    assert_eq!(ask().await.summary.unwrap().last_year, before.summary.unwrap().last_year);
}
