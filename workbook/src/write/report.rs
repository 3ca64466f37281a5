//! Writes a report: a title, what the report is about, the table with its total, and what the figures mean.

use super::{Result, WriteError, add_large_worksheet, catching_panics, header_format, save, shown_width, truncate};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet};
use std::{fs::File, path::Path};

/// What a report has beside its rows.
#[derive(Clone, Debug, Default)]
pub struct ReportHead {
    /// The name of the sheet: at most 31 characters, without `[]:*?/\`.
    pub sheet: String,
    /// The title, in the first row.
    pub title: String,
    /// Lines below the title: a label and its text.
    pub facts: Vec<(String, String)>,
    /// The heads of the columns.
    pub columns: Vec<String>,
    /// Lines below the table.
    pub notes: Vec<String>,
}

/// A cell of a report. Numbers are numbers, with a format.
#[derive(Clone, Debug, PartialEq)]
pub enum Figure {
    /// A text, which never becomes a formula.
    Text(String),
    /// A number of things, or a rank.
    Count(f64),
    /// An amount in the unit of the report.
    Amount(f64),
    /// A rate: 0.749 is shown as 74.9%.
    Rate(f64),
    /// There is no value.
    Missing,
}

/// A row with a figure for each column.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportLine {
    /// The figures.
    pub figures: Vec<Figure>,
    /// Whether it is the total.
    pub is_total: bool,
}

/// The number of A4 among the sizes of paper (ECMA-376 part 1, 18.3.1.63).
const A4: u8 = 9;

/// The formats of the figures of one kind of row.
struct Formats {
    text: Format,
    count: Format,
    amount: Format,
    rate: Format,
    missing: Format,
}

impl Formats {
    fn new(base: &Format) -> Self {
        Self {
            text: base.clone(),
            count: base.clone().set_num_format("#,##0"),
            amount: base.clone().set_num_format("#,##0.00"),
            rate: base.clone().set_num_format("0.0%"),
            missing: base.clone().set_align(FormatAlign::Right),
        }
    }
}

/// A report as .xlsx, ready to print on A4 with its heads on every page. Only the present row is in memory. The file is an unnamed
/// one in `folder`, at its beginning; it vanishes when it is closed.
pub fn report<E: From<WriteError>>(
    folder: &Path,
    head: &ReportHead,
    rows: impl IntoIterator<Item = std::result::Result<ReportLine, E>>,
) -> std::result::Result<File, E> {
    catching_panics(|| write_report(folder, head, rows))
}

fn write_report<E: From<WriteError>>(
    folder: &Path,
    head: &ReportHead,
    rows: impl IntoIterator<Item = std::result::Result<ReportLine, E>>,
) -> std::result::Result<File, E> {
    let mut book = Workbook::new();
    write_sheet(add_large_worksheet(&mut book, folder)?, head, rows)?;
    Ok(save(book, folder)?)
}

/// A sheet with lines of text below each other.
#[derive(Clone, Debug, Default)]
pub struct TextSheet {
    /// The name of the sheet: at most 31 characters, without `[]:*?/\`.
    pub sheet: String,
    /// The lines, and whether they are heads.
    pub lines: Vec<(String, bool)>,
}

/// A text and several reports as one .xlsx, a sheet each. The file is an unnamed one in `folder`, at its beginning; it vanishes when
/// it is closed.
pub fn reports(folder: &Path, text: &TextSheet, reports: Vec<(ReportHead, Vec<ReportLine>)>) -> Result<File> {
    catching_panics(|| {
        let mut book = Workbook::new();
        write_text(add_large_worksheet(&mut book, folder)?, text)?;
        for (head, lines) in reports {
            write_sheet::<WriteError>(add_large_worksheet(&mut book, folder)?, &head, lines.into_iter().map(Ok))?;
        }
        save(book, folder)
    })
}

fn write_text(sheet: &mut Worksheet, text: &TextSheet) -> Result<()> {
    let plain = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let head = plain.clone().set_bold();
    sheet.set_name(&text.sheet)?.set_column_width(0, 100)?.set_paper_size(A4).set_print_fit_to_pages(1, 0);
    for (row, (line, is_head)) in (0..).zip(&text.lines) {
        sheet.write_string_with_format(row, 0, truncate(line), if *is_head { &head } else { &plain })?;
    }
    Ok(())
}

fn write_sheet<E: From<WriteError>>(
    sheet: &mut Worksheet,
    head: &ReportHead,
    rows: impl IntoIterator<Item = std::result::Result<ReportLine, E>>,
) -> std::result::Result<(), E> {
    let mut widths: Vec<f64> = head.columns.iter().map(|column| shown_width(column)).collect();
    let mut row = write_head(sheet, head)?;
    let plain = Formats::new(&Format::new());
    let total = Formats::new(&Format::new().set_bold().set_border_top(FormatBorder::Thin));
    for line in rows {
        let line = line?;
        let formats = if line.is_total { &total } else { &plain };
        for ((column, width), figure) in (0..).zip(&mut widths).zip(line.figures) {
            *width = width.max(write_figure(sheet, row, column, figure, formats)?);
        }
        row += 1;
    }
    for note in &head.notes {
        row += 1;
        sheet.write_string(row, 0, truncate(note)).map_err(WriteError::from)?;
    }
    for (column, width) in (0..).zip(widths) {
        sheet.set_column_width(column, width).map_err(WriteError::from)?;
    }
    Ok(())
}

/// Writes everything above the rows and returns the number of the first row.
fn write_head(sheet: &mut Worksheet, head: &ReportHead) -> Result<u32> {
    let title = Format::new().set_bold().set_font_size(16);
    sheet.set_name(&head.sheet)?.write_string_with_format(0, 0, &head.title, &title)?;
    let mut row = 1;
    for (label, text) in &head.facts {
        sheet.write_string(row, 0, label)?.write_string(row, 1, truncate(text))?;
        row += 1;
    }
    row += 1;
    let columns = header_format().set_align(FormatAlign::Center);
    for (column, label) in (0..).zip(&head.columns) {
        sheet.write_string_with_format(row, column, label, &columns)?;
    }
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(row, row)?;
    sheet.set_freeze_panes(row + 1, 1)?;
    Ok(row + 1)
}

/// Writes a figure and returns the width that it needs.
fn write_figure(sheet: &mut Worksheet, row: u32, column: u16, figure: Figure, formats: &Formats) -> Result<f64> {
    let (number, format, shown) = match figure {
        Figure::Text(text) => {
            sheet.write_string_with_format(row, column, truncate(&text), &formats.text)?;
            return Ok(shown_width(&text));
        }
        Figure::Missing => {
            sheet.write_string_with_format(row, column, "—", &formats.missing)?;
            return Ok(shown_width("—"));
        }
        Figure::Count(number) => (number, &formats.count, format!("{number:.0}")),
        Figure::Amount(number) => (number, &formats.amount, format!("{number:.2}")),
        Figure::Rate(number) => (number, &formats.rate, "100.0%".to_owned()),
    };
    sheet.write_number_with_format(row, column, number, format)?;
    // The separators of thousands.
    let separators = shown.len() / 3;
    Ok(shown_width(&(shown + &" ".repeat(separators))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader, Xlsx};
    use std::io::BufReader;

    #[test]
    fn numbers_are_numbers_and_the_total_stands_last() {
        let head = ReportHead {
            sheet: "表".to_owned(),
            title: "采购执行情况表".to_owned(),
            facts: vec![("截止日期".to_owned(), "2026-11-30".to_owned())],
            columns: ["单位", "金额", "进度", "排名"].map(str::to_owned).into(),
            notes: vec!["差额最小为 0".to_owned()],
        };
        let line = |name: &str, is_total, last| ReportLine {
            figures: vec![Figure::Text(name.to_owned()), Figure::Amount(1234.5), Figure::Rate(0.749), last],
            is_total,
        };
        let lines = [line("=1+1", false, Figure::Count(1.0)), line("合计", true, Figure::Missing)];
        let file = report(&std::env::temp_dir(), &head, lines.map(Ok::<_, WriteError>)).unwrap();
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(BufReader::new(file)).unwrap();
        let range = book.worksheet_range("表").unwrap();
        let rows: Vec<_> = range.rows().map(<[Data]>::to_vec).collect();
        let text = |text: &str| Data::String(text.to_owned());
        assert_eq!(rows[0][0], text("采购执行情况表"));
        assert_eq!(rows[1][..2], [text("截止日期"), text("2026-11-30")]);
        assert_eq!(rows[4], [text("=1+1"), Data::Float(1234.5), Data::Float(0.749), Data::Float(1.0)]);
        assert_eq!(rows[5], [text("合计"), Data::Float(1234.5), Data::Float(0.749), text("—")]);
        assert_eq!(rows[7][0], text("差额最小为 0"));
    }
}
