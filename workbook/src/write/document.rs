//! Writes a notice as .docx, in the layout of official documents (GB/T 9704-2012): A4 with its margins, the title centred in 22 pt,
//! the text in 16 pt with an indent of two characters. Word chooses its own fonts where these are missing.

use super::{Output, Result, WriteError, catching_panics};
use docx_rs::{
    AlignmentType, Docx, Footer, LineSpacing, LineSpacingType, PageMargin, PageNum, Paragraph, Run, RunFonts,
    SpecialIndentType, Table, TableAlignmentType, TableCell, TableCellMargins, TableLayoutType, TableRow, VAlignType,
    WidthType,
};
use std::{
    fs::File,
    io::{Seek, SeekFrom},
    path::Path,
};

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentBlock {
    /// The title, in the middle of its line.
    Title(String),
    /// A paragraph without an indent.
    Line(String),
    /// The head of a section.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// The caption of the table that follows.
    Caption(String),
    /// A table.
    Table(DocumentTable),
    /// A line that stands at the end of its line.
    Signature(String),
}

/// A table of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentTable {
    /// The heads of the columns. The first column names the rows, the others have numbers.
    pub columns: Vec<String>,
    /// The rows, with a text for each column.
    pub rows: Vec<Vec<String>>,
    /// Whether the last row is the total.
    pub has_total: bool,
}

// Lengths are twentieths of a point, sizes of fonts are half points.
const PAGE: (u32, u32) = (11_906, 16_838);
const MARGINS: PageMargin =
    PageMargin { top: 2_098, bottom: 1_984, left: 1_588, right: 1_474, header: 851, footer: 1_400, gutter: 0 };
/// The width between the margins.
const TEXT_WIDTH: usize = 8_844;
const TITLE_SIZE: usize = 44;
const TEXT_SIZE: usize = 32;
const CAPTION_SIZE: usize = 24;
const TABLE_SIZE: usize = 18;
const LINE: i32 = 560;
const TITLE_LINE: i32 = 680;

const TEXT_FONT: &str = "仿宋";
const HEADING_FONT: &str = "黑体";
const TITLE_FONT: &str = "方正小标宋简体";

/// A document as .docx. The file is an unnamed one in `folder`, at its beginning; it vanishes when it is closed.
pub fn document(folder: &Path, blocks: impl IntoIterator<Item = DocumentBlock>) -> Result<File> {
    catching_panics(|| {
        let mut output = Output { file: tempfile::tempfile_in(folder)?, failure: None };
        let written = docx(blocks).pack(&mut output);
        if let Some(failure) = output.failure {
            return Err(failure.into());
        }
        written.map_err(|error| WriteError::Document(error.to_string()))?;
        output.file.rewind()?;
        Ok(output.file)
    })
}

fn docx(blocks: impl IntoIterator<Item = DocumentBlock>) -> Docx {
    let page_number = Paragraph::new().align(AlignmentType::Center).add_page_num(PageNum::new());
    let docx = Docx::new()
        .page_size(PAGE.0, PAGE.1)
        .page_margin(MARGINS)
        .default_fonts(fonts(TEXT_FONT))
        .default_size(TEXT_SIZE)
        .footer(Footer::new().add_paragraph(page_number));
    blocks.into_iter().fold(docx, |docx, block| match block {
        DocumentBlock::Title(text) => docx.add_paragraph(
            paragraph(text, TITLE_FONT, TITLE_SIZE, TITLE_LINE).align(AlignmentType::Center).keep_next(true),
        ),
        DocumentBlock::Line(text) => docx.add_paragraph(paragraph(text, TEXT_FONT, TEXT_SIZE, LINE)),
        DocumentBlock::Heading(text) => {
            docx.add_paragraph(indented(paragraph(text, HEADING_FONT, TEXT_SIZE, LINE)).outline_lvl(0).keep_next(true))
        }
        DocumentBlock::Paragraph(text) => docx.add_paragraph(indented(paragraph(text, TEXT_FONT, TEXT_SIZE, LINE))),
        DocumentBlock::Caption(text) => docx.add_paragraph(
            paragraph(text, HEADING_FONT, CAPTION_SIZE, LINE).align(AlignmentType::Center).keep_next(true),
        ),
        DocumentBlock::Table(contents) => docx.add_table(table(contents)).add_paragraph(Paragraph::new()),
        DocumentBlock::Signature(text) => {
            docx.add_paragraph(paragraph(text, TEXT_FONT, TEXT_SIZE, LINE).align(AlignmentType::Right))
        }
    })
}

fn fonts(east_asian: &str) -> RunFonts {
    RunFonts::new().ascii("Times New Roman").hi_ansi("Times New Roman").east_asia(east_asian)
}

fn paragraph(text: String, font: &str, size: usize, line: i32) -> Paragraph {
    let run = Run::new().add_text(printable(text)).fonts(fonts(font)).size(size);
    let spacing = LineSpacing::new().line_rule(LineSpacingType::Exact).line(line);
    Paragraph::new().add_run(run).line_spacing(spacing)
}

/// Begins the first line two characters later.
fn indented(paragraph: Paragraph) -> Paragraph {
    let indent = i32::try_from(TEXT_SIZE * 20).unwrap_or_default();
    paragraph.indent(None, Some(SpecialIndentType::FirstLine(indent)), None, None)
}

fn table(contents: DocumentTable) -> Table {
    let DocumentTable { columns, rows, has_total } = contents;
    let widths = widths(columns.len());
    let last = rows.len();
    let rows = std::iter::once(columns).chain(rows).enumerate().map(|(index, texts)| {
        let is_bold = index == 0 || (has_total && index == last);
        let cells = texts.into_iter().zip(&widths).enumerate();
        let cells = cells.map(|(column, (text, width))| cell(text, *width, is_bold, index > 0 && column > 0));
        TableRow::new(cells.collect()).cant_split()
    });
    Table::new(rows.collect())
        .set_grid(widths.clone())
        .width(TEXT_WIDTH, WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .align(TableAlignmentType::Center)
        .margins(TableCellMargins::new().margin(40, 60, 40, 60))
}

/// The widths of so many columns. The first one has names and is as wide as two.
fn widths(columns: usize) -> Vec<usize> {
    let one = TEXT_WIDTH / (columns + 1);
    let first = TEXT_WIDTH - one * columns.saturating_sub(1);
    (0..columns).map(|column| if column == 0 { first } else { one }).collect()
}

fn cell(text: String, width: usize, is_bold: bool, is_number: bool) -> TableCell {
    let run = Run::new().add_text(printable(text)).fonts(fonts(TEXT_FONT)).size(TABLE_SIZE);
    let run = if is_bold { run.bold() } else { run };
    let paragraph = Paragraph::new().add_run(run);
    let paragraph = if is_number { paragraph.align(AlignmentType::Right) } else { paragraph };
    TableCell::new().width(width, WidthType::Dxa).vertical_align(VAlignType::Center).add_paragraph(paragraph)
}

/// A text without the characters that XML cannot hold. The library escapes the others.
fn printable(text: String) -> String {
    let is_forbidden = |c: char| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}');
    if text.contains(is_forbidden) { text.replace(is_forbidden, " ") } else { text }
}

impl Seek for Output {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quick_xml::{Reader, events::Event};
    use std::io::Read;

    /// The texts of the document, a line for each paragraph.
    fn texts(blocks: Vec<DocumentBlock>) -> Vec<String> {
        let file = document(&std::env::temp_dir(), blocks).unwrap();
        let mut archive = zip::ZipArchive::new(file).unwrap();
        let mut xml = String::new();
        archive.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
        let mut reader = Reader::from_str(&xml);
        let mut lines = vec![String::new()];
        loop {
            match reader.read_event().unwrap() {
                Event::Eof => return lines,
                Event::End(end) if end.name().as_ref() == "w:p" => lines.push(String::new()),
                Event::Text(text) => lines.last_mut().unwrap().push_str(&text),
                Event::GeneralRef(entity) => {
                    lines.last_mut().unwrap().push_str(match &*entity {
                        "lt" => "<",
                        "gt" => ">",
                        "amp" => "&",
                        "quot" => "\"",
                        "apos" => "'",
                        other => panic!("{other}"),
                    });
                }
                _ => {}
            }
        }
    }

    #[test]
    fn every_text_is_escaped_and_tables_have_their_cells() {
        let table = DocumentTable {
            columns: vec!["单位".to_owned(), "金额".to_owned()],
            rows: vec![vec!["<w:p>&\"县'局".to_owned(), "1.00".to_owned()], vec!["合计".to_owned(), "—".to_owned()]],
            has_total: true,
        };
        let lines = texts(vec![
            DocumentBlock::Title("关于\u{1}<b>的通报".to_owned()),
            DocumentBlock::Line("各单位：".to_owned()),
            DocumentBlock::Heading("一、总体".to_owned()),
            DocumentBlock::Paragraph("a & b]]>".to_owned()),
            DocumentBlock::Caption("表1".to_owned()),
            DocumentBlock::Table(table),
            DocumentBlock::Signature("示例县财政局".to_owned()),
        ]);
        let expected = [
            "关于 <b>的通报",
            "各单位：",
            "一、总体",
            "a & b]]>",
            "表1",
            "单位",
            "金额",
            "<w:p>&\"县'局",
            "1.00",
            "合计",
            "—",
            "",
            "示例县财政局",
            "",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn columns_fill_the_width_of_the_page() {
        for columns in 1..=13 {
            let widths = widths(columns);
            assert_eq!((widths.len(), widths.iter().sum::<usize>()), (columns, TEXT_WIDTH));
        }
    }
}
