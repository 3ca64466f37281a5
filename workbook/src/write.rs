//! Rows → spreadsheets: the templates, a batch with its findings marked, plain tables. Natively only.

use crate::read::Limits;
use domain::{
    Finding, Severity, Template,
    schema::{Column, FIRST_DATA_ROW, HEADER_ROW, Kind},
};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, Format, FormatAlign, FormatBorder, Note, ProtectionOptions, Workbook,
    Worksheet,
};
use texts::{Lang, sheet};

/// The spreadsheet could not be written: more rows or longer texts than the format holds.
#[derive(Debug, thiserror::Error)]
#[error("the spreadsheet could not be written: {0}")]
pub struct WriteError(#[from] rust_xlsxwriter::XlsxError);

type Result<T> = std::result::Result<T, WriteError>;

/// What a cell holds at most, in characters; longer texts are cut.
const LONGEST: usize = 32_767;
/// Notes in a sheet at most; every one is a drawing that the spreadsheet program has to load.
const NOTES: usize = 5_000;
/// Height of the notes for filling in, in points: six lines.
const NOTES_HEIGHT: f64 = 102.0;

/// The built-in number format `@` (ECMA-376 part 1, 18.8.30).
const TEXT: u8 = 49;

const ERROR_FILL: u32 = 0x00FD_ECEA;
const ERROR_INK: u32 = 0x00B3_261E;
const WARNING_FILL: u32 = 0x00FF_F3DC;
const HEADER_FILL: u32 = 0x00E6_F1EB;
const LINE: u32 = 0x00DF_E5E1;
const SECOND_INK: u32 = 0x004B_5A52;

/// A template to fill in, .xlsx. Its words are Chinese, as the sheet is.
pub fn template(template: Template) -> Result<Vec<u8>> {
    annotated(template, Lang::Zh, [])
}

/// The same as .xls, as `cargo xtask templates` made it.
pub const fn template_xls(template: Template) -> &'static [u8] {
    match template {
        Template::Units => include_bytes!("../templates/units.xls"),
        Template::Purchasers => include_bytes!("../templates/purchasers.xls"),
    }
}

/// A row to mark: its number in the sheet (1-based), one text per template column, and what was found in it.
pub type MarkedRow<'a> = (u32, &'a [String], &'a [Finding]);

/// A batch as it was, each row at its own number, with what was found at its cell as colour and note (the first
/// 5,000 notes). It is the template itself, so that it can be mended and uploaded again.
pub fn annotated<'a>(template: Template, lang: Lang, rows: impl IntoIterator<Item = MarkedRow<'a>>) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    let sheet = frame(&mut book, template)?;
    let formats: Vec<CellFormats> = template.columns().iter().map(|column| CellFormats::of(column.kind)).collect();
    let mut notes = 0;
    for (number, cells, findings) in rows {
        let Some(row) = number.checked_sub(1).filter(|_| number >= FIRST_DATA_ROW) else { continue };
        for (column, formats) in (0..).zip(&formats) {
            let text = cells.get(usize::from(column)).map_or("", String::as_str);
            let finding = findings.iter().find(|finding| finding.column == column);
            let format = formats.marked(finding);
            write_cell(sheet, row, column.into(), text, formats.kind, format)?;
            let told = finding.filter(|finding| finding.severity() > Severity::Info && notes < NOTES);
            if let Some(finding) = told {
                notes += 1;
                sheet.insert_note(row, column.into(), &note(template, lang, finding))?;
            }
        }
    }
    Ok(book.save_to_buffer()?)
}

/// Title, notes, header, widths, formats, drop-downs, protection: all of a template but its data.
fn frame(book: &mut Workbook, template: Template) -> Result<&mut Worksheet> {
    let sheet = book.add_worksheet().set_name(template.title())?;
    let columns = template.columns();
    let last = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let title = Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center);
    let title = title.set_align(FormatAlign::VerticalCenter);
    sheet.merge_range(0, 0, 0, last, template.title(), &title)?.set_row_height(0, 32)?;
    let notes = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_font_color(SECOND_INK);
    sheet.merge_range(1, 0, 1, last, sheet::notes(template), &notes)?.set_row_height(1, NOTES_HEIGHT)?;
    let header = header_format().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
    let header = header.set_text_wrap();
    sheet.set_row_height(HEADER_ROW - 1, 32)?;
    for (index, column) in (0..).zip(columns) {
        sheet.set_column_width(index, width(column))?;
        sheet.set_column_format(index, &CellFormats::of(column.kind).plain)?;
        sheet.write_string_with_format(HEADER_ROW - 1, index, column.header, &header)?;
        if let Kind::List(values) = column.kind {
            let last = FIRST_DATA_ROW - 1 + Limits::default().rows - 1;
            sheet.add_data_validation(FIRST_DATA_ROW - 1, index, last, index, &drop_down(values)?)?;
        }
    }
    // Row numbers, names and header stay in sight.
    sheet.set_freeze_panes(HEADER_ROW, 2)?;
    let allowed = ProtectionOptions {
        format_columns: true,
        format_rows: true,
        insert_rows: true,
        delete_rows: true,
        sort: true,
        use_autofilter: true,
        ..ProtectionOptions::new()
    };
    sheet.protect_with_options(&allowed);
    Ok(sheet)
}

fn drop_down(values: &[&str]) -> Result<DataValidation> {
    let list = DataValidation::new().allow_list_strings(values)?;
    Ok(list
        .set_error_style(DataValidationErrorStyle::Stop)
        .set_error_title(sheet::LIST_TITLE)?
        .set_error_message(sheet::LIST_HELP)?)
}

/// The formats of a column's data cells: open to typing though the sheet is protected.
struct CellFormats {
    kind: Kind,
    plain: Format,
    error: Format,
    warning: Format,
}

impl CellFormats {
    fn of(kind: Kind) -> Self {
        let open = Format::new().set_unlocked();
        // As text, codes and phone numbers keep every digit that is typed.
        let plain = if is_figure(kind) { open } else { open.set_num_format_index(TEXT) };
        Self {
            kind,
            error: plain.clone().set_background_color(ERROR_FILL).set_font_color(ERROR_INK),
            warning: plain.clone().set_background_color(WARNING_FILL),
            plain,
        }
    }

    fn marked(&self, finding: Option<&Finding>) -> &Format {
        match finding.map(Finding::severity) {
            Some(Severity::Error) => &self.error,
            Some(Severity::Warning) => &self.warning,
            Some(Severity::Info) | None => &self.plain,
        }
    }
}

fn is_figure(kind: Kind) -> bool {
    kind.is_number() || kind == Kind::Serial
}

fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, text: &str, kind: Kind, format: &Format) -> Result<()> {
    let number = text.parse::<f64>().ok().filter(|number| is_figure(kind) && number.is_finite());
    match number {
        Some(number) => sheet.write_number_with_format(row, column, number, format)?,
        None if text.is_empty() => sheet.write_blank(row, column, format)?,
        None => sheet.write_string_with_format(row, column, cut(text), format)?,
    };
    Ok(())
}

/// What is wrong and how to mend it, with the values that would do.
fn note(template: Template, lang: Lang, finding: &Finding) -> Note {
    let mut text = lang.finding(template, finding);
    for (index, value) in finding.suggestions.iter().enumerate() {
        text.push_str(if index == 0 { "\n" } else { " / " });
        if index == 0 {
            text.push_str(lang.import_maybe());
            text.push(' ');
        }
        text.push_str(value);
    }
    Note::new(text).add_author_prefix(false).set_width(240).set_height(96)
}

fn width(column: &Column) -> f64 {
    match column.kind {
        Kind::Serial => 6.0,
        Kind::Name | Kind::UnitName => 30.0,
        Kind::CreditCode => 24.0,
        Kind::List(_) | Kind::Share => 15.0,
        Kind::Amount => 18.0,
        Kind::Ratio | Kind::Contact => 12.0,
        Kind::Mobile => 17.0,
        Kind::Remark => 26.0,
    }
}

fn header_format() -> Format {
    Format::new().set_bold().set_background_color(HEADER_FILL).set_border(FormatBorder::Thin).set_border_color(LINE)
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// A cell of a table. Text is always written as text: nothing that looks like a formula becomes one.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
}

/// A table: sheet name (at most 31 characters, none of `[]:*?/\`), headers, rows of one value a column.
pub fn table(title: &str, columns: &[&str], rows: impl IntoIterator<Item = Vec<Value>>) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name(title)?;
    let header = header_format();
    for (index, column) in (0..).zip(columns) {
        sheet.write_string_with_format(0, index, *column, &header)?;
    }
    for (row, values) in (1..).zip(rows) {
        for (column, value) in (0..).zip(values) {
            match value {
                Value::Text(text) => sheet.write_string(row, column, cut(&text))?,
                Value::Number(number) => sheet.write_number(row, column, number)?,
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?.autofit();
    Ok(book.save_to_buffer()?)
}
