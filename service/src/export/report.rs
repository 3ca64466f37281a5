//! 导出 of a report.

use super::{Download, FileKind, sheet_writer::write_alone};
use crate::{Actor, Result, Services, statistics};
use domain::{
    calendar::{Day, Timestamp, in_china},
    report::{AmountUnit, ReportCell, ReportKind, ReportQuery, ReportTable},
};
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
    let query = &query.for_kind(kind);
    let table = statistics::report(services, actor, kind, query).await?;
    let name = lang.report_file(lang.report_title(kind), table.until);
    let head = head(lang, actor, query, &table);
    let lines: Vec<ReportLine> = lines(lang, query.amounts, table).collect();
    let folder = services.settings().temporary_folder.clone();
    let write = move || write::report(&folder, &head, lines.into_iter().map(Ok));
    Ok(Download { name, kind: FileKind::Xlsx, file: write_alone(services, actor.account, write).await? })
}

pub(super) fn head(lang: Lang, actor: &Actor, query: &ReportQuery, table: &ReportTable) -> ReportHead {
    let scope = table.unit.as_ref().map_or(lang.report_country(), |unit| &unit.name);
    let exporter = actor.unit().map_or(lang.operator(), |own| own.name.as_str());
    let filters = [
        query.payer.map(|payer| lang.payer(payer)),
        query.category.map(|category| lang.product_category(category)),
        query.purchaser.map(|kind| lang.purchaser_kind(kind)),
        query.admin_level.map(|level| lang.admin_level(level)),
        query.budget_level.map(|level| lang.budget_level(level)),
    ];
    let filters = filters.into_iter().flatten().collect::<Vec<_>>().join("、");
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
    let more = table.more.then(|| lang.report_more(table.kind, domain::purchases::MAX_CHILDREN));
    ReportHead {
        sheet: lang.report_tab(table.kind).to_owned(),
        title: lang.report_title_of(lang.report_title(table.kind), scope),
        facts: facts.collect(),
        columns: [lang.report_subject(table.kind)].into_iter().chain(columns).map(str::to_owned).collect(),
        notes: notes.chain(more).collect(),
    }
}

/// The rows, with the total last.
pub(super) fn lines(lang: Lang, amounts: AmountUnit, table: ReportTable) -> impl Iterator<Item = ReportLine> {
    let line = move |name: String, cells: Vec<ReportCell>, is_total: bool| {
        let cells = cells.into_iter().map(|cell| figure(lang, amounts, cell));
        ReportLine { figures: std::iter::once(Figure::Text(name)).chain(cells).collect(), is_total }
    };
    let total = (!table.total.is_empty()).then(|| line(lang.report_total().to_owned(), table.total, true));
    table.rows.into_iter().map(move |row| line(lang.report_row(&row.subject), row.cells, false)).chain(total)
}

fn figure(lang: Lang, amounts: AmountUnit, cell: ReportCell) -> Figure {
    match cell {
        ReportCell::Missing => Figure::Missing,
        #[expect(clippy::cast_precision_loss, reason = "spreadsheets have no other numbers")]
        ReportCell::Count(count) => Figure::Count(count as f64),
        ReportCell::Rank(rank) => Figure::Count(rank.into()),
        ReportCell::Amount(fen) => Figure::Amount(amounts.as_number(fen)),
        ReportCell::PerHead(fen) => Figure::Amount(AmountUnit::Yuan.as_number(fen)),
        ReportCell::Rate(rate) => Figure::Rate(rate.as_number()),
        ReportCell::Standing(standing) => Figure::Text(lang.plan_standing(standing).to_owned()),
    }
}

/// A moment in China: `2026-11-30 10:24`.
fn moment(at: Timestamp) -> String {
    let time = in_china(at);
    format!("{} {:02}:{:02}", Day::of(at), time.hour(), time.minute())
}
