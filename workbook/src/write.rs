//! Writes spreadsheets: the templates, a batch with its findings marked, plain tables and reports; and notices as documents. Not part
//! of the browser bundle.
//!
//! Sheets with many rows are written to a file row by row. Only the present row is in memory, and up to 5,000 notes.

mod document;
mod report;

pub use document::{DocumentBlock, DocumentTable, document};
pub use report::{Figure, ReportHead, ReportLine, TextSheet, report, reports};

use domain::{
    Finding, Severity, Template,
    schema::{Column, FIRST_DATA_ROW, HEADER_ROW, Kind},
};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, Format, FormatAlign, FormatBorder, Note, ProtectionOptions, Workbook,
    Worksheet, XlsxError,
};
use std::{
    any::Any,
    cell::Cell,
    fs::File,
    io::{self, Seek, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};
use texts::{Lang, sheet};

/// The spreadsheet could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A file could not be written, for example because the disk is full.
    #[error("the spreadsheet could not be written: {0}")]
    File(#[source] io::Error),
    /// It has more rows or longer texts than the format allows.
    #[error("the spreadsheet could not be written: {0}")]
    Content(XlsxError),
    /// A document could not be written.
    #[error("the document could not be written: {0}")]
    Document(String),
    /// The library panicked with this message.
    #[error("the library that writes spreadsheets panicked: {0}")]
    Panic(String),
}

impl From<XlsxError> for WriteError {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::IoError(error) => Self::File(error),
            other => Self::Content(other),
        }
    }
}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

type Result<T> = std::result::Result<T, WriteError>;

/// Maximum number of characters in a cell. Longer texts are cut.
const MAX_CELL_CHARACTERS: usize = 32_767;
/// Maximum number of notes in a sheet. Each note is a drawing that the spreadsheet program has to load.
const MAX_NOTES: usize = 5_000;
/// Height of row 2 (填报说明) in points: six lines.
const INSTRUCTIONS_HEIGHT: f64 = 102.0;

/// The built-in number format `@` (ECMA-376 part 1, 18.8.30).
const TEXT_FORMAT: u8 = 49;

// Colours of the design, 0xRRGGBB.
const ERROR_FILL: u32 = 0x00FD_ECEA;
const ERROR_TEXT: u32 = 0x00B3_261E;
const WARNING_FILL: u32 = 0x00FF_F3DC;
const HEADER_FILL: u32 = 0x00E6_F1EB;
const BORDER: u32 = 0x00DF_E5E1;
const SECONDARY_TEXT: u32 = 0x004B_5A52;

/// The data rows that an .xls can hold below the header: its sheets end at row 65,536.
pub const XLS_DATA_ROWS: u32 = 65_536 - HEADER_ROW;

/// The empty template as .xlsx, with drop-down lists in `max_rows` data rows. The sheet is always Chinese.
pub fn template(template: Template, max_rows: u32) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    fill_template(book.add_worksheet(), template, max_rows)?;
    Ok(book.save_to_buffer()?)
}

/// The empty template as .xls, with drop-down lists down to the last row. `cargo xtask templates` makes these files.
pub const fn template_xls(template: Template) -> &'static [u8] {
    match template {
        Template::Units => include_bytes!("../templates/units.xls"),
        Template::Purchasers => include_bytes!("../templates/purchasers.xls"),
    }
}

/// A row of a batch: its number in the sheet (1-based), one text per template column, and its findings.
pub type MarkedRow = (u32, Vec<String>, Vec<Finding>);

/// A batch as .xlsx, with each row at its own row number. The row numbers ascend. Errors and warnings appear as colour and note
/// of their cell; only the first 5,000 get a note. The file has the form of the template, so that the user can correct it and
/// upload it again. Drop-down lists reach over `max_rows` data rows. The file is an unnamed one in `folder`, at its beginning;
/// it vanishes when it is closed.
pub fn annotated<E: From<WriteError>>(
    folder: &Path,
    template: Template,
    lang: Lang,
    max_rows: u32,
    rows: impl IntoIterator<Item = std::result::Result<MarkedRow, E>>,
) -> std::result::Result<File, E> {
    catching_panics(|| write_annotated(folder, template, lang, max_rows, rows))
}

fn write_annotated<E: From<WriteError>>(
    folder: &Path,
    template: Template,
    lang: Lang,
    max_rows: u32,
    rows: impl IntoIterator<Item = std::result::Result<MarkedRow, E>>,
) -> std::result::Result<File, E> {
    let mut book = Workbook::new();
    let sheet = add_large_worksheet(&mut book, folder)?;
    fill_template(sheet, template, max_rows)?;
    let formats: Vec<CellFormats> = template.columns().iter().map(|column| CellFormats::new(column.kind)).collect();
    let mut notes = 0;
    for row in rows {
        let (number, cells, findings) = row?;
        let Some(row) = number.checked_sub(1).filter(|_| number >= FIRST_DATA_ROW) else { continue };
        for (column, column_formats) in (0..).zip(&formats) {
            let text = cells.get(usize::from(column)).map_or("", String::as_str);
            let finding = findings.iter().find(|finding| finding.column == column);
            let format = column_formats.for_finding(finding);
            write_cell(sheet, row, column.into(), text, column_formats.kind, format)?;
            let reported = finding.filter(|finding| finding.severity() > Severity::Info && notes < MAX_NOTES);
            if let Some(finding) = reported {
                notes += 1;
                let note = note(template, lang, finding);
                sheet.insert_note(row, column.into(), &note).map_err(WriteError::from)?;
            }
        }
    }
    Ok(save(book, folder)?)
}

/// Adds a sheet whose rows go to a file in `folder` and not into memory.
fn add_large_worksheet<'a>(book: &'a mut Workbook, folder: &Path) -> Result<&'a mut Worksheet> {
    book.set_tempdir(folder)?;
    Ok(book.add_worksheet_with_constant_memory()?)
}

/// Writes the workbook to an unnamed file in `folder`.
fn save(mut book: Workbook, folder: &Path) -> Result<File> {
    let mut output = Output { file: tempfile::tempfile_in(folder)?, failure: None };
    let saved = book.save_to_writer(&mut output);
    if let Some(failure) = output.failure {
        return Err(failure.into());
    }
    saved?;
    output.file.rewind()?;
    Ok(output.file)
}

/// A file that is written. It takes and drops everything after its first failure: the ZIP writer tries to complete an archive that
/// is given up, and prints a line if that fails too.
struct Output {
    file: File,
    failure: Option<io::Error>,
}

impl Output {
    fn attempt<T>(&mut self, instead: T, attempt: impl FnOnce(&mut File) -> io::Result<T>) -> io::Result<T> {
        if self.failure.is_some() {
            return Ok(instead);
        }
        attempt(&mut self.file).map_err(|error| {
            let kind = error.kind();
            if kind != io::ErrorKind::Interrupted {
                self.failure = Some(error);
            }
            kind.into()
        })
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.attempt(bytes.len(), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.attempt((), File::flush)
    }
}

thread_local! {
    static IS_CATCHING_PANICS: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread writes a sheet and returns a panic as an error. A panic hook need not report it.
pub fn is_catching_panics() -> bool {
    IS_CATCHING_PANICS.get()
}

/// Returns a panic as an error: `rust_xlsxwriter` panics if its temporary file cannot be written.
fn catching_panics<T, E: From<WriteError>>(
    write: impl FnOnce() -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    IS_CATCHING_PANICS.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(write));
    IS_CATCHING_PANICS.set(false);
    outcome.unwrap_or_else(|panic| Err(error_of_panic(panic.as_ref()).into()))
}

/// The message of the library's panic has the operating system's error only as its `Debug` text.
fn error_of_panic(panic: &(dyn Any + Send)) -> WriteError {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    let text = text.unwrap_or("without a message").to_owned();
    let kinds = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded, io::ErrorKind::FileTooLarge];
    match kinds.into_iter().find(|kind| text.contains(&format!("kind: {kind:?}"))) {
        Some(kind) => WriteError::File(io::Error::new(kind, text)),
        None => WriteError::Panic(text),
    }
}

/// Writes everything of a template except data: title, instructions, header, column widths, formats, drop-down lists and
/// protection.
fn fill_template(sheet: &mut Worksheet, template: Template, max_rows: u32) -> Result<()> {
    sheet.set_name(template.title())?;
    let columns = template.columns();
    let last = (0..).zip(columns).last().map_or(0, |(index, _)| index);
    let title = Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center);
    let title = title.set_align(FormatAlign::VerticalCenter);
    sheet.merge_range(0, 0, 0, last, template.title(), &title)?.set_row_height(0, 32)?;
    let instructions = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_font_color(SECONDARY_TEXT);
    sheet.merge_range(1, 0, 1, last, sheet::notes(template), &instructions)?.set_row_height(1, INSTRUCTIONS_HEIGHT)?;
    let header = header_format().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
    let header = header.set_text_wrap();
    sheet.set_row_height(HEADER_ROW - 1, 32)?;
    for (index, column) in (0..).zip(columns) {
        sheet.set_column_width(index, width(column))?;
        sheet.set_column_format(index, &CellFormats::new(column.kind).plain)?;
        sheet.write_string_with_format(HEADER_ROW - 1, index, column.header, &header)?;
        if let Kind::List(values) = column.kind {
            let last = HEADER_ROW.saturating_add(max_rows).saturating_sub(1);
            sheet.add_data_validation(FIRST_DATA_ROW - 1, index, last, index, &drop_down(values)?)?;
        }
    }
    // The header and the columns of 序号 and name stay visible while scrolling.
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
    Ok(())
}

fn drop_down(values: &[&str]) -> Result<DataValidation> {
    let list = DataValidation::new().allow_list_strings(values)?;
    Ok(list
        .set_error_style(DataValidationErrorStyle::Stop)
        .set_error_title(sheet::LIST_TITLE)?
        .set_error_message(sheet::LIST_HELP)?)
}

/// The formats of a column's data cells. They are unlocked, so that users can type although the sheet is protected.
struct CellFormats {
    kind: Kind,
    plain: Format,
    error: Format,
    warning: Format,
}

impl CellFormats {
    fn new(kind: Kind) -> Self {
        let unlocked = Format::new().set_unlocked();
        // In text format, codes and phone numbers keep all their digits.
        let plain = if is_numeric(kind) { unlocked } else { unlocked.set_num_format_index(TEXT_FORMAT) };
        Self {
            kind,
            error: plain.clone().set_background_color(ERROR_FILL).set_font_color(ERROR_TEXT),
            warning: plain.clone().set_background_color(WARNING_FILL),
            plain,
        }
    }

    fn for_finding(&self, finding: Option<&Finding>) -> &Format {
        match finding.map(Finding::severity) {
            Some(Severity::Error) => &self.error,
            Some(Severity::Warning) => &self.warning,
            Some(Severity::Info) | None => &self.plain,
        }
    }
}

fn is_numeric(kind: Kind) -> bool {
    kind.is_number() || kind == Kind::Serial
}

fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, text: &str, kind: Kind, format: &Format) -> Result<()> {
    let number = text.parse::<f64>().ok().filter(|number| is_numeric(kind) && number.is_finite());
    match number {
        Some(number) => sheet.write_number_with_format(row, column, number, format)?,
        None if text.is_empty() => sheet.write_blank(row, column, format)?,
        None => sheet.write_string_with_format(row, column, truncate(text), format)?,
    };
    Ok(())
}

/// The note of a finding: what is wrong, how to correct it, and suggested values.
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
    Format::new().set_bold().set_background_color(HEADER_FILL).set_border(FormatBorder::Thin).set_border_color(BORDER)
}

fn truncate(text: &str) -> String {
    text.chars().take(MAX_CELL_CHARACTERS).collect()
}

/// A cell of a table. A text is always written as text, so that it never becomes a formula.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
}

/// A plain table as .xlsx. `title` is the name of the sheet: at most 31 characters, without `[]:*?/\`. Each row has one value
/// per column. The file is an unnamed one in `folder`, at its beginning; it vanishes when it is closed.
pub fn table<E: From<WriteError>>(
    folder: &Path,
    title: &str,
    columns: &[&str],
    rows: impl IntoIterator<Item = std::result::Result<Vec<Value>, E>>,
) -> std::result::Result<File, E> {
    catching_panics(|| write_table(folder, title, columns, rows))
}

fn write_table<E: From<WriteError>>(
    folder: &Path,
    title: &str,
    columns: &[&str],
    rows: impl IntoIterator<Item = std::result::Result<Vec<Value>, E>>,
) -> std::result::Result<File, E> {
    let mut book = Workbook::new();
    let sheet = add_large_worksheet(&mut book, folder)?;
    let mut widths: Vec<f64> = columns.iter().map(|column| shown_width(column)).collect();
    write_table_header(sheet, title, columns)?;
    for (row, values) in (1..).zip(rows) {
        for ((column, width), value) in (0..).zip(&mut widths).zip(values?) {
            *width = width.max(write_value(sheet, row, column, value)?);
        }
    }
    for (column, width) in (0..).zip(widths) {
        sheet.set_column_width(column, width).map_err(WriteError::from)?;
    }
    Ok(save(book, folder)?)
}

fn write_table_header(sheet: &mut Worksheet, title: &str, columns: &[&str]) -> Result<()> {
    sheet.set_name(title)?.set_freeze_panes(1, 0)?;
    let header = header_format();
    for (index, column) in (0..).zip(columns) {
        sheet.write_string_with_format(0, index, *column, &header)?;
    }
    Ok(())
}

/// Writes a value and returns the width that it needs.
fn write_value(sheet: &mut Worksheet, row: u32, column: u16, value: Value) -> Result<f64> {
    match value {
        Value::Text(text) => {
            sheet.write_string(row, column, truncate(&text))?;
            Ok(shown_width(&text))
        }
        Value::Number(number) => {
            sheet.write_number(row, column, number)?;
            Ok(shown_width(&number.to_string()))
        }
    }
}

/// The width of a column that shows a text, in characters of the sheet's font. A Chinese character is as wide as two letters.
fn shown_width(text: &str) -> f64 {
    const MARGIN: u16 = 2;
    const LARGEST: u16 = 60;
    let widths = text.chars().map(|character| if character.is_ascii() { 1 } else { 2 });
    let width = widths.take(usize::from(LARGEST)).fold(MARGIN, u16::saturating_add);
    f64::from(width.min(LARGEST))
}
