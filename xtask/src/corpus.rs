//! `cargo xtask corpus`: writes the books of `workbook/tests/corpus/cases.json` by every writer of its table. The results are
//! committed, so that other commands need no writers.

use crate::{
    paths::root,
    setup,
    shell::{Outcome, run},
};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError};
use serde::Deserialize;
use std::{collections::BTreeMap, fs, path::Path, process::Command};

/// The writer of this module.
const RUST_XLSXWRITER: &str = "rust_xlsxwriter";

/// Writes all files anew.
pub(crate) fn make() -> Outcome {
    let folder = root().join("workbook/tests/corpus");
    let file = folder.join("cases.json");
    let failed = |why: &dyn std::fmt::Display| format!("{}: {why}", file.display());
    let text = fs::read_to_string(&file).map_err(|why| failed(&why))?;
    let cases: Cases = serde_json::from_str(&text).map_err(|why| failed(&why))?;
    for writer in cases.writers.keys() {
        let folder = folder.join(writer);
        if folder.is_dir() {
            fs::remove_dir_all(&folder).map_err(|why| format!("{}: {why}", folder.display()))?;
        }
    }
    by_rust_xlsxwriter(&cases, &folder.join(RUST_XLSXWRITER))?;
    by_python(&file, &folder)?;
    by_node(&file, &folder)
}

/// Writes by openpyxl, XlsxWriter and xlwt.
fn by_python(cases: &Path, folder: &Path) -> Outcome {
    let packages = setup::python_writers()?;
    run(
        "writing by openpyxl, XlsxWriter and xlwt",
        Command::new("python3").env("PYTHONPATH", packages).arg(folder.join("writers/python.py")).args([cases, folder]),
        "Look at what Python says above.",
    )
}

/// Writes by SheetJS and ExcelJS.
fn by_node(cases: &Path, folder: &Path) -> Outcome {
    setup::npm_packages()?;
    run(
        "writing by SheetJS and ExcelJS",
        Command::new("node").current_dir(root()).arg(folder.join("writers/javascript.mjs")).args([cases, folder]),
        "Look at what Node.js says above.",
    )
}

/// The table of cases. `workbook/src/read/oracle/tests.rs` says what its fields mean.
#[derive(Deserialize)]
struct Cases {
    writers: BTreeMap<String, Writer>,
    books: Vec<Book>,
}

#[derive(Deserialize)]
struct Writer {
    extension: String,
    leaves_out: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Book {
    name: String,
    sheets: Vec<Sheet>,
}

#[derive(Deserialize)]
struct Sheet {
    name: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    merged: Vec<String>,
    #[serde(default)]
    hidden_rows: Vec<u32>,
    cells: Vec<Cell>,
}

#[derive(Deserialize)]
struct Cell {
    at: String,
    format: Option<String>,
    #[serde(flatten)]
    content: Content,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    /// Without a result, the writer stores none.
    Formula {
        formula: String,
        result: Option<Box<Content>>,
    },
    Text {
        text: String,
    },
    Repeated {
        repeat: String,
        units: usize,
    },
    RichText {
        runs: Vec<String>,
    },
    Number {
        number: f64,
    },
    Bool {
        bool: bool,
    },
    Error {
        error: String,
    },
}

impl Content {
    /// The text of a cell, or of the result of a formula.
    fn text(&self) -> String {
        match self {
            Self::Text { text } | Self::Error { error: text } => text.clone(),
            Self::Repeated { repeat, units } => {
                let utf16: Vec<u16> = repeat.encode_utf16().cycle().take(*units).collect();
                char::decode_utf16(utf16).map_while(Result::ok).collect()
            }
            Self::RichText { runs } => runs.concat(),
            Self::Number { number } => number.to_string(),
            Self::Bool { bool } => bool.to_string().to_uppercase(),
            Self::Formula { formula, .. } => formula.clone(),
        }
    }
}

fn by_rust_xlsxwriter(cases: &Cases, folder: &Path) -> Outcome {
    let writer = cases.writers.get(RUST_XLSXWRITER).ok_or("cases.json does not name rust_xlsxwriter")?;
    fs::create_dir_all(folder).map_err(|why| format!("{}: {why}", folder.display()))?;
    for book in cases.books.iter().filter(|book| !writer.leaves_out.contains_key(&book.name)) {
        let file = folder.join(&book.name).with_extension(&writer.extension);
        let write = |workbook: &mut Workbook| -> Result<(), XlsxError> {
            // Otherwise it writes the time of the writing, which would change the files every time.
            let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
            workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
            for sheet in &book.sheets {
                let is_written = |cell: &&Cell| !writer.leaves_out.contains_key(&format!("{}!{}", book.name, cell.at));
                write_sheet(workbook.add_worksheet(), sheet, sheet.cells.iter().filter(is_written))?;
            }
            workbook.save(&file)
        };
        write(&mut Workbook::new()).map_err(|why| format!("{}: {why}", file.display()))?;
    }
    Ok(())
}

fn write_sheet<'a>(to: &mut Worksheet, sheet: &Sheet, cells: impl Iterator<Item = &'a Cell>) -> Result<(), XlsxError> {
    to.set_name(&sheet.name)?.set_hidden(sheet.state == "hidden");
    for merged in &sheet.merged {
        let (first, last) = merged.split_once(':').unwrap_or((merged, merged));
        let ((row, column), (last_row, last_column)) = (position(first), position(last));
        to.merge_range(row, column, last_row, last_column, "", &Format::new())?;
    }
    for cell in cells {
        let (row, column) = position(&cell.at);
        let format = Format::new().set_num_format(cell.format.as_deref().unwrap_or("General"));
        match &cell.content {
            Content::Formula { formula, result } => {
                let result = result.as_deref().map(Content::text).unwrap_or_default();
                let formula = Formula::new(formula).set_result(result);
                to.write_formula_with_format(row, column, formula, &format)?
            }
            Content::RichText { runs } => {
                let formats = [Format::new(), Format::new().set_bold()];
                let parts: Vec<_> = formats.iter().cycle().zip(runs.iter().map(String::as_str)).collect();
                to.write_rich_string(row, column, &parts)?
            }
            Content::Number { number } => to.write_number_with_format(row, column, *number, &format)?,
            Content::Bool { bool } => to.write_boolean_with_format(row, column, *bool, &format)?,
            text => to.write_string_with_format(row, column, text.text(), &format)?,
        };
    }
    for row in &sheet.hidden_rows {
        to.set_row_hidden(row.saturating_sub(1))?;
    }
    Ok(())
}

/// Row and column of a cell, both 0-based.
fn position(reference: &str) -> (u32, u16) {
    let letters = reference.trim_end_matches(|c: char| c.is_ascii_digit());
    let row: u32 = reference.strip_prefix(letters).and_then(|row| row.parse().ok()).unwrap_or(1);
    let column = letters.bytes().fold(0, |column, letter| column * 26 + u16::from(letter - b'@'));
    (row.saturating_sub(1), column.saturating_sub(1))
}
