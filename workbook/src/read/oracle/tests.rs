//! Compares the files of `tests/corpus` with the values that their writers were told to write, and the readers with each
//! other.
//!
//! `tests/corpus/cases.json` lists the writers, with what each leaves out and why (a book, or a cell as `book!A1`), and the
//! books. A cell has `text`, `runs` of rich text, `repeat` (a text repeated until it has `units` UTF-16 units), `number`,
//! `bool`, `error`, or a `formula` with or without `result`. `format` is its number format. What is read differs from what is
//! written where `percent` or `date` (in days from 1900) say so. `as_text` and `as_amount` are what a person sees in a column
//! of texts or of amounts; `null`: nothing. `findings` are the errors and warnings of a filled-in template.

use super::{
    Cell, Reading, SheetCells, Value, View, compare,
    compare::{Other, column_letters},
    is_read_by_fast_scanner,
    known_differences::{self, SourceFile},
    read_as_product, read_by_calamine, read_canonically,
};
use crate::read::{Limits, read};
use domain::{Severity, Template, check};
use rstest::rstest;
use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{Cursor, Write as _},
    path::{Path, PathBuf},
};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// The files of a folder of tests.
fn files_of(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

fn cases() -> Json {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/cases.json");
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The file of each writer and book, and what the writer leaves out.
fn files_of_corpus(cases: &Json) -> Vec<(PathBuf, &Json, &Json)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut files = Vec::new();
    for (writer, entry) in cases["writers"].as_object().unwrap() {
        for book in cases["books"].as_array().unwrap() {
            let name = book["name"].as_str().unwrap();
            if entry["leaves_out"].get(name).is_none() {
                let file = folder.join(writer).join(name).with_extension(entry["extension"].as_str().unwrap());
                files.push((file, book, &entry["leaves_out"]));
            }
        }
    }
    files
}

/// The value that must be read. `None`: the cell is empty.
fn expected(cell: &Json, view: View) -> Option<Value> {
    let stored = cell["number"].as_f64();
    let shown = match view {
        View::Text => cell.get("as_text"),
        View::Amount => cell.get("as_amount"),
        View::Stored | View::Ratio => None,
    };
    if cell.get("formula").is_some() {
        return Some(cell.get("result").map_or(Value::FormulaWithoutValue, |result| expected(result, view).unwrap()));
    }
    // A day is counted from 1900, whatever the workbook counts from.
    match (shown, cell["date"].as_f64().or(stored)) {
        (Some(Json::Null), _) => return None,
        (Some(Json::String(text)), Some(stored)) => return Some(Value::Shown { stored, text: text.clone() }),
        (Some(Json::String(text)), None) => return Some(Value::Text(text.clone())),
        (Some(Json::Number(shown)), Some(stored)) => {
            return Some(Value::Scaled { stored, shown: shown.as_f64().unwrap() });
        }
        _ => {}
    }
    if let Some(days) = cell["date"].as_f64() {
        return Some(Value::Date(days));
    }
    let text = |text: &Json| text.as_str().unwrap().to_owned();
    let value = match stored {
        Some(value) if cell["percent"] == true && view != View::Stored => Value::Percent(value),
        Some(value) => Value::Number(value),
        None if cell["bool"].is_boolean() => Value::Bool(cell["bool"] == true),
        None if cell["error"].is_string() => Value::Error(text(&cell["error"])),
        None if cell["runs"].is_array() => Value::Text(cell["runs"].as_array().unwrap().iter().map(text).collect()),
        None if cell["repeat"].is_string() => {
            let units = usize::try_from(cell["units"].as_u64().unwrap()).unwrap();
            let utf16: Vec<u16> = text(&cell["repeat"]).encode_utf16().cycle().take(units).collect();
            Value::Text(char::decode_utf16(utf16).map_while(Result::ok).collect())
        }
        None => Value::Text(text(&cell["text"])),
    };
    Some(value)
}

/// The cells of the visible sheets by sheet (from 1) and reference, without empty texts.
fn values(sheets: &[SheetCells]) -> BTreeMap<(usize, String), Value> {
    let mut values = BTreeMap::new();
    for (index, sheet) in sheets.iter().enumerate() {
        for ((row, column), cell) in &sheet.cells {
            values.insert((index + 1, format!("{}{row}", column_letters(*column))), cell.value.clone());
        }
    }
    values.retain(|_, value| *value != Value::Text(String::new()));
    values
}

#[test]
fn every_value_of_the_corpus_is_read_as_written() {
    let cases = cases();
    let mut wrong = Vec::new();
    for (file, book, leaves_out) in files_of_corpus(&cases) {
        let bytes = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let visible: Vec<&Json> =
            book["sheets"].as_array().unwrap().iter().filter(|sheet| sheet["state"] != "hidden").collect();
        for view in [View::Stored, View::Text, View::Amount] {
            let reading = read_as_product(&bytes, view, Limits::default());
            let reading = reading.and_then(|sheets| sheets.into_iter().collect());
            let sheets: Vec<SheetCells> = reading.unwrap_or_else(|code| panic!("{}: {code}", file.display()));
            assert_eq!(sheets.len(), visible.len(), "{}", file.display());
            let mut written = BTreeMap::new();
            for (index, sheet) in visible.iter().enumerate() {
                for cell in sheet["cells"].as_array().unwrap() {
                    let at = cell["at"].as_str().unwrap();
                    let is_left_out = leaves_out.get(format!("{}!{at}", book["name"].as_str().unwrap())).is_some();
                    let value = expected(cell, view).filter(|value| *value != Value::Text(String::new()));
                    written.extend(value.filter(|_| !is_left_out).map(|value| ((index + 1, at.to_owned()), value)));
                }
            }
            let read = values(&sheets);
            let places: BTreeSet<_> = written.keys().chain(read.keys()).collect();
            for place in places.into_iter().filter(|place| written.get(place) != read.get(place)) {
                let (written, read) = (written.get(place), read.get(place));
                wrong.push(format!("{} {view:?} {place:?}: {written:?} is read as {read:?}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn merged_cells_and_hidden_rows_are_read_as_written() {
    let cases = cases();
    for (file, book, _) in files_of_corpus(&cases).into_iter().filter(|(_, book, _)| book["name"] == "layout") {
        let sheet = &book["sheets"][0];
        let reading = read_as_product(&fs::read(&file).unwrap(), View::Stored, Limits::default());
        let read = reading.unwrap().remove(0).unwrap();
        let hidden = sheet["hidden_rows"].as_array().unwrap().iter().map(|row| row.as_u64().unwrap());
        let hidden: BTreeSet<u32> = hidden.map(|row| row.try_into().unwrap()).collect();
        assert_eq!(read.hidden, hidden, "{}", file.display());
        let range = |[first_row, last_row, first, last]: &[u32; 4]| {
            format!("{}{first_row}:{}{last_row}", column_letters(*first), column_letters(*last))
        };
        let merged = sheet["merged"].as_array().unwrap().iter().map(|range| range.as_str().unwrap().to_owned());
        assert_eq!(read.merged.iter().map(range).collect::<BTreeSet<_>>(), merged.collect(), "{}", file.display());
    }
}

#[test]
fn filled_in_templates_of_every_writer_have_the_same_findings() {
    let cases = cases();
    for (file, book, _) in files_of_corpus(&cases) {
        let Some(template) = book["template"].as_str().and_then(Template::from_name) else { continue };
        let sheet = read(template, &fs::read(&file).unwrap(), Limits::default()).unwrap();
        let checked = check::check(template, sheet.rows());
        let findings = checked.findings.iter().filter(|finding| finding.severity() > Severity::Info);
        let findings = findings.map(|f| format!("{}{} {}", column_letters(f.column.into()), f.row, f.code.as_str()));
        let expected = book["findings"].as_array().unwrap().iter().map(|finding| finding.as_str().unwrap().to_owned());
        assert_eq!(findings.collect::<BTreeSet<_>>(), expected.collect(), "{}", file.display());
    }
}

#[test]
fn all_readers_read_the_same() {
    let cases = cases();
    let corpus = files_of_corpus(&cases).into_iter().map(|(file, _, _)| file);
    let files = corpus.chain(["samples", "libreoffice", "protected"].into_iter().flat_map(files_of));
    let mut unknown = Vec::new();
    for file in files {
        let bytes = fs::read(&file).unwrap();
        let source = SourceFile { name: file.file_name().unwrap().to_str().unwrap(), bytes: &bytes };
        let product = |view| read_as_product(&bytes, view, Limits::default());
        let mut compare_with = |other, ours: &Reading, theirs: &Reading| {
            let differences = compare::compare(other, ours, theirs).into_iter();
            let differences = differences.filter(|difference| known_differences::reason(difference, source).is_none());
            unknown.extend(differences.map(|difference| format!("{}: {difference:?}", file.display())));
        };
        for view in View::ALL {
            if let Some(canonical) = read_canonically(&bytes, view, Limits::default()) {
                compare_with(Other::Canonical, &product(view), &canonical);
            }
        }
        compare_with(Other::Calamine, &product(View::Stored), &read_by_calamine(&bytes));
    }
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}

/// The others need the canonical reader, which is slower.
#[test]
fn the_fast_scanner_reads_what_usual_programs_write() {
    let cases = cases();
    let corpus = files_of_corpus(&cases).into_iter().map(|(file, _, _)| file);
    let files = corpus.chain(["samples", "libreoffice"].into_iter().flat_map(files_of));
    let is_unread = |file: &PathBuf| !is_read_by_fast_scanner(&fs::read(file).unwrap(), Limits::default());
    let names = |file: PathBuf| {
        let writer = file.parent().unwrap().file_name().unwrap().to_str().unwrap();
        format!("{writer}/{}", file.file_name().unwrap().to_str().unwrap())
    };
    let is_xlsx = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "xlsx");
    let unread: BTreeSet<String> = files.filter(is_xlsx).filter(is_unread).map(names).collect();
    // Texts with `_xHHHH_` need decoding, and files that are encrypted or cut off are not read at all.
    let writers = ["exceljs", "openpyxl", "rust_xlsxwriter", "sheetjs", "xlsxwriter"];
    let texts = writers.map(|writer| format!("{writer}/texts.xlsx"));
    let refused = ["encrypted", "truncated"].map(|what| format!("samples/refused-{what}.xlsx"));
    assert_eq!(unread, texts.into_iter().chain(refused).collect());
}

/// A file of the corpus with this cell A1 in place of its first sheet.
fn file_with_cell(cell: &str) -> Vec<u8> {
    let bytes = fs::read(files_of("corpus/rust_xlsxwriter").remove(0)).unwrap();
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut written = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).unwrap();
        if part.name().unwrap() != "xl/worksheets/sheet1.xml" {
            written.raw_copy_file(part).unwrap();
        }
    }
    written.start_file("xl/worksheets/sheet1.xml", SimpleFileOptions::default()).unwrap();
    let start =
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">"#;
    write!(written, "{start}{cell}</row></sheetData></worksheet>").unwrap();
    written.finish().unwrap().into_inner()
}

#[rstest]
#[case::empty_text_of_a_formula(r#"<c r="A1" t="str"><f>B1</f><v/></c>"#, Value::Text(String::new()), true)]
#[case::empty_text_of_a_formula(r#"<c r="A1" t="str"><f>B1</f><v></v></c>"#, Value::Text(String::new()), true)]
#[case::empty_value(r#"<c r="A1"><f>B1</f><v /></c>"#, Value::FormulaWithoutValue, true)]
#[case::no_value(r#"<c r="A1"><f>B1</f></c>"#, Value::FormulaWithoutValue, true)]
#[case::empty_style(r#"<c r="A1" s=""><v>1</v></c>"#, Value::Number(1.0), false)]
#[case::period(r#"<c r="A1" t="d"><v>PT30M</v></c>"#, Value::Text("PT30M".to_owned()), false)]
fn a_cell_is_read_alike_by_both_readers(#[case] cell: &str, #[case] value: Value, #[case] is_formula: bool) {
    let file = file_with_cell(cell);
    let expected = BTreeMap::from([((1, 0), Cell { value, is_formula })]);
    let cells = |reading: Reading| reading.unwrap().remove(0).unwrap().cells;
    assert_eq!(cells(read_as_product(&file, View::Stored, Limits::default())), expected);
    assert_eq!(cells(read_canonically(&file, View::Stored, Limits::default()).unwrap()), expected);
}
