//! 导出 of a report.

use super::{
    Download,
    sheet_writer::{PAGE_ROWS, Pages, Rows, write_sheet},
};
use crate::{Actor, Result, Services, statistics};
use domain::{
    calendar::{Day, Timestamp, in_china},
    report::{AmountUnit, ReportCell, ReportKind, ReportQuery, ReportTable},
};
use sea_orm::DatabaseTransaction;
use texts::Lang;
use workbook::write::{self, Figure, ReportHead, ReportLine};

/// 导出: a report as a sheet, with what it is about, who has exported it and what its figures mean. The amounts are numbers in the
/// unit of the query. [`domain::Problem::NotFound`] outside the actor's scope.
pub async fn report(
    services: &Services,
    actor: &Actor,
    kind: ReportKind,
    query: &ReportQuery,
    lang: Lang,
) -> Result<Download> {
    let table = statistics::report(services, actor, kind, query).await?;
    let name = lang.report_file(lang.report_title(kind), table.until);
    let head = head(lang, actor, query, &table);
    let folder = services.settings().temporary_folder.clone();
    let lines: Vec<ReportLine> = lines(lang, query.amounts, table).collect();
    let read = async |_: &DatabaseTransaction, pages: Pages<ReportLine>| {
        let page = usize::try_from(PAGE_ROWS).unwrap_or(usize::MAX);
        for lines in lines.chunks(page) {
            if !pages.send(lines.to_vec()).await {
                break;
            }
        }
        Ok(())
    };
    let write = move |rows: Rows<ReportLine>| write::report(&folder, &head, rows.map(Ok));
    let file = write_sheet(services, actor.account, read, write).await?;
    Ok(Download { name, file })
}

fn head(lang: Lang, actor: &Actor, query: &ReportQuery, table: &ReportTable) -> ReportHead {
    let scope = table.unit.as_ref().map_or(lang.report_country(), |unit| &unit.name);
    let exporter = actor.unit().map_or(lang.operator(), |own| own.name.as_str());
    let filters = [
        query.payer.map(|payer| lang.payer(payer)),
        query.category.map(|category| lang.product_category(category)),
        query.purchaser.map(|kind| lang.purchaser_kind(kind)),
    ];
    let filters = filters.into_iter().flatten().filter(|_| table.kind.has_classes()).collect::<Vec<_>>().join("、");
    let kind = table.kind;
    let of_purchases = kind.is_of_purchases();
    let year = lang.report_year(table.until.year());
    let facts = [
        Some((lang.report_scope(), scope.to_owned())),
        (kind.is_of_year() && !of_purchases).then(|| (lang.report_of_year(), year)),
        of_purchases.then(|| (lang.report_until(), table.until.to_string())),
        Some((lang.report_read_at(), moment(table.read_at))),
        of_purchases.then(|| (lang.report_basis(), lang.plan_completion(table.basis).to_owned())),
        (!filters.is_empty()).then(|| (lang.report_filters(), filters)),
        kind.has_amounts().then(|| (lang.report_unit_of_amounts(), lang.amount_unit(query.amounts).to_owned())),
        Some((lang.report_exported_by(), format!("{exporter} {}", actor.login))),
    ];
    let facts = facts.into_iter().flatten().map(|(label, text)| (label.to_owned(), text));
    let columns = table.columns.iter().map(|column| lang.report_column(*column));
    let meanings = table.columns.iter().filter_map(|column| lang.report_column_means(*column));
    let basis = of_purchases.then(|| lang.report_basis_means(table.basis));
    let notes = [lang.report_definitions()]
        .into_iter()
        .chain(basis)
        .chain(meanings)
        .chain([lang.report_missing_means()])
        .map(str::to_owned);
    let more = table.more.then(|| lang.report_more_units(domain::purchases::MAX_CHILDREN));
    ReportHead {
        sheet: lang.report_tab(table.kind).to_owned(),
        title: lang.report_title_of(lang.report_title(table.kind), scope),
        facts: facts.collect(),
        columns: [lang.report_subject(table.kind)].into_iter().chain(columns).map(str::to_owned).collect(),
        notes: notes.chain(more).collect(),
    }
}

/// The rows, with the total last.
fn lines(lang: Lang, amounts: AmountUnit, table: ReportTable) -> impl Iterator<Item = ReportLine> {
    let line = move |name: String, cells: Vec<ReportCell>, is_total: bool| {
        let cells = cells.into_iter().map(|cell| figure(amounts, cell));
        ReportLine { figures: std::iter::once(Figure::Text(name)).chain(cells).collect(), is_total }
    };
    let total = line(lang.report_total().to_owned(), table.total, true);
    table.rows.into_iter().map(move |row| line(lang.report_row(&row.subject), row.cells, false)).chain([total])
}

fn figure(amounts: AmountUnit, cell: ReportCell) -> Figure {
    match cell {
        ReportCell::Missing => Figure::Missing,
        #[expect(clippy::cast_precision_loss, reason = "spreadsheets have no other numbers")]
        ReportCell::Count(count) => Figure::Count(count as f64),
        ReportCell::Rank(rank) => Figure::Count(rank.into()),
        ReportCell::Amount(fen) => Figure::Amount(amounts.as_number(fen)),
        ReportCell::PerHead(fen) => Figure::Amount(AmountUnit::Yuan.as_number(fen)),
        ReportCell::Rate(rate) => Figure::Rate(rate.as_number()),
    }
}

/// A moment in China: `2026-11-30 10:24`.
fn moment(at: Timestamp) -> String {
    let time = in_china(at);
    format!("{} {:02}:{:02}", Day::of(at), time.hour(), time.minute())
}
