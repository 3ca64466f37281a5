//! 月度通报 as a document and as a spreadsheet.

use super::{
    Download, FileKind,
    report::{head, lines},
    sheet_writer::write_alone,
};
use crate::{Actor, Result, Services, statistics};
use domain::{
    bulletin::{Bulletin, BulletinBlock, BulletinQuery, BulletinTexts},
    report::{AmountUnit, ReportCell, ReportQuery, ReportTable},
};
use texts::Lang;
use workbook::write::{self, DocumentBlock, DocumentTable, TextSheet};

/// The figures of the notice about the actor's whole scope, and its texts: those that `get` returns by the names of their fields, and
/// the draft where it returns none. [`domain::Problem::TextTooLong`] for a text that is too long.
pub async fn notice(
    services: &Services,
    actor: &Actor,
    query: BulletinQuery,
    lang: Lang,
    get: impl Fn(&str) -> Option<String>,
) -> Result<(Bulletin, BulletinTexts)> {
    let bulletin = statistics::bulletin(services, actor, query).await?;
    let texts = lang.bulletin_draft(&bulletin, query.amounts).edited(get)?;
    Ok((bulletin, texts))
}

/// The notice as a file, with the texts of the reader and the figures of the server, as [`notice`] makes them.
pub async fn bulletin(
    services: &Services,
    actor: &Actor,
    query: BulletinQuery,
    kind: FileKind,
    lang: Lang,
    get: impl Fn(&str) -> Option<String>,
) -> Result<Download> {
    let (bulletin, texts) = notice(services, actor, query, lang, get).await?;
    let month = bulletin.month;
    let blocks = lang.bulletin_blocks(&texts);
    let folder = services.settings().temporary_folder.clone();
    let (name, file) = match kind {
        FileKind::Docx => {
            let blocks: Vec<_> =
                blocks.into_iter().flat_map(|block| of_document(lang, query.amounts, &bulletin, block)).collect();
            let write = move || Ok(write::document(&folder, blocks)?);
            (lang.bulletin_file(month, "docx"), write_alone(services, actor.account, write).await?)
        }
        FileKind::Xlsx => {
            let text = text_sheet(lang, &blocks);
            let conditions = ReportQuery { amounts: query.amounts, ..ReportQuery::default() };
            let is_shown = |table: &ReportTable| {
                blocks.iter().any(|block| matches!(block, BulletinBlock::Table(_, kind) if *kind == table.kind))
            };
            let sheets = bulletin
                .tables
                .into_iter()
                .filter(is_shown)
                .map(|table| (head(lang, actor, &conditions, &table), lines(lang, query.amounts, table).collect()));
            let sheets: Vec<_> = sheets.collect();
            let write = move || Ok(write::reports(&folder, &text, sheets)?);
            (lang.bulletin_file(month, "xlsx"), write_alone(services, actor.account, write).await?)
        }
    };
    Ok(Download { name, kind, file })
}

/// A piece of the notice as pieces of a document.
fn of_document(lang: Lang, amounts: AmountUnit, bulletin: &Bulletin, block: BulletinBlock) -> Vec<DocumentBlock> {
    match block {
        BulletinBlock::Title(text) => vec![DocumentBlock::Title(text)],
        BulletinBlock::Addressees(text) => vec![DocumentBlock::Line(text)],
        BulletinBlock::Heading(text) => vec![DocumentBlock::Heading(text)],
        BulletinBlock::Paragraph(text) => vec![DocumentBlock::Paragraph(text)],
        BulletinBlock::Signature(text) => vec![DocumentBlock::Signature(text)],
        BulletinBlock::Table(number, kind) => {
            let caption = DocumentBlock::Caption(lang.bulletin_table(number, kind, amounts));
            let table = bulletin.table(kind).map(|table| DocumentBlock::Table(document_table(lang, amounts, table)));
            [Some(caption), table].into_iter().flatten().collect()
        }
    }
}

fn document_table(lang: Lang, amounts: AmountUnit, table: &ReportTable) -> DocumentTable {
    let columns = table.columns.iter().map(|column| lang.report_column(*column));
    let row = |name: String, cells: &[ReportCell]| {
        let cells = cells.iter().map(|cell| lang.report_cell(amounts, *cell));
        std::iter::once(name).chain(cells).collect::<Vec<_>>()
    };
    let rows = table.rows.iter().map(|of| row(lang.report_row(&of.subject), &of.cells));
    DocumentTable {
        columns: [lang.report_subject(table.kind)].into_iter().chain(columns).map(str::to_owned).collect(),
        rows: rows.chain([row(lang.report_total().to_owned(), &table.total)]).collect(),
        has_total: true,
    }
}

/// The text of the notice, without its tables, which have sheets of their own.
fn text_sheet(lang: Lang, blocks: &[BulletinBlock]) -> TextSheet {
    let line = |block: &BulletinBlock| match block {
        BulletinBlock::Title(text) | BulletinBlock::Heading(text) => Some((text.clone(), true)),
        BulletinBlock::Addressees(text) | BulletinBlock::Paragraph(text) | BulletinBlock::Signature(text) => {
            Some((text.clone(), false))
        }
        BulletinBlock::Table(..) => None,
    };
    TextSheet { sheet: lang.bulletin_sheet_name().to_owned(), lines: blocks.iter().filter_map(line).collect() }
}
