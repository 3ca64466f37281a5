//! The parts of .xlsx files, to be changed in tests.
#![allow(clippy::unwrap_used, dead_code)]

use std::{
    fs,
    io::{Cursor, Read, Write},
    path::PathBuf,
};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

pub(crate) fn sample(name: &str) -> Vec<u8> {
    fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name)).unwrap()
}

/// The parts of an .xlsx by name.
#[derive(Clone)]
pub(crate) struct Parts(pub(crate) Vec<(String, Vec<u8>)>);

impl Parts {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let parts = (0..archive.len()).map(|index| {
            let mut part = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            (part.name().unwrap().into_owned(), bytes)
        });
        Self(parts.collect())
    }

    pub(crate) fn with(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.0.retain(|(existing, _)| existing != name);
        self.0.push((name.to_owned(), bytes.into()));
        self
    }

    pub(crate) fn text(&self, name: &str) -> String {
        let (_, bytes) = self.0.iter().find(|(existing, _)| existing == name).unwrap();
        String::from_utf8(bytes.clone()).unwrap()
    }

    pub(crate) fn replace(self, name: &str, from: &str, to: &str) -> Self {
        let text = self.text(name);
        assert!(text.contains(from), "{name} has no {from}");
        self.with(name, text.replace(from, to))
    }

    /// Replaces a text in all parts that are texts.
    pub(crate) fn replace_all(mut self, from: &str, to: &str) -> Self {
        for (_, bytes) in &mut self.0 {
            if let Ok(text) = std::str::from_utf8(bytes) {
                *bytes = text.replace(from, to).into();
            }
        }
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(existing, _)| existing != name);
        self
    }

    pub(crate) fn zip(&self) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in &self.0 {
            archive.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }
}

pub(crate) const SHEET: &str = "xl/worksheets/sheet1.xml";
pub(crate) const STRINGS: &str = "xl/sharedStrings.xml";
pub(crate) const STYLES: &str = "xl/styles.xml";
pub(crate) const BOOK: &str = "xl/workbook.xml";
pub(crate) const RELATIONS: &str = "xl/_rels/workbook.xml.rels";
pub(crate) const ROOT_RELATIONS: &str = "_rels/.rels";
pub(crate) const TYPES: &str = "[Content_Types].xml";
pub(crate) const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

pub(crate) fn valid() -> Parts {
    Parts::of(&sample("units-valid.xlsx"))
}

/// The valid sample with more rows at the end of the sheet.
pub(crate) fn valid_with_rows(rows: &str) -> Parts {
    valid().replace(SHEET, "</sheetData>", &format!("{rows}</sheetData>"))
}

/// The valid sample with shared strings and a row 60, whose name is the shared string with an index.
pub(crate) fn valid_with_strings(strings: &str, index: &str) -> Parts {
    let relationship = "<Relationship Id=\"strings\" \
        Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings\" \
        Target=\"sharedStrings.xml\"/></Relationships>";
    valid_with_rows(&format!(r#"<row r="60"><c r="B60" t="s"><v>{index}</v></c></row>"#))
        .replace(RELATIONS, "</Relationships>", relationship)
        .with(STRINGS, format!("<sst xmlns=\"{MAIN}\">{strings}</sst>"))
}
