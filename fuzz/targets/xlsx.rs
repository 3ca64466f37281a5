//! The sheet and the shared strings of an .xlsx, separated by a byte 0. Changes to the compressed bytes of a file would hardly
//! ever reach the XML. The fast scanner, with the canonical reader where the scanner gives up, reads the same as the canonical
//! reader alone. There is one exception: the scanner notices faults of the XML around the rows only in part.
#![no_main]

use domain::Template;
use libfuzzer_sys::fuzz_target;
use std::io::{Cursor, Write};
use workbook::read::{
    Limits,
    oracle::{Reading, View, read_as_product, read_canonically},
    read,
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let file = package(bytes);
    for template in Template::ALL {
        if let Ok(sheet) = read(template, &file, limits) {
            assert!(sheet.rows().len() <= limits.rows as usize);
        }
    }
    for view in View::ALL {
        let canonical = read_canonically(&file, view, limits);
        if !is_damaged(canonical.as_ref()) {
            assert_eq!(Some(read_as_product(&file, view, limits)), canonical);
        }
    }
});

fn is_damaged(reading: Option<&Reading>) -> bool {
    match reading {
        Some(Ok(sheets)) => sheets.iter().any(|sheet| sheet.as_ref().is_err_and(|code| code == "damaged")),
        Some(Err(code)) => code == "damaged",
        None => false,
    }
}

/// An .xlsx with these parts, stored without compression.
fn package(bytes: &[u8]) -> Vec<u8> {
    let (sheet, strings) = bytes.iter().position(|byte| *byte == 0).map_or((bytes, &b""[..]), |end| {
        let (sheet, strings) = bytes.split_at(end);
        (sheet, &strings[1..])
    });
    let relationship = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id='{id}' Type='{RELATIONSHIPS}/{kind}' Target='{target}'/>")
    };
    let relationships = |entries: &[String]| {
        let entries = entries.concat();
        format!(
            "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>{entries}</Relationships>"
        )
    };
    let root = relationships(&[relationship("a", "officeDocument", "xl/workbook.xml")]);
    let of_workbook = relationships(&[
        relationship("a", "worksheet", "sheet.xml"),
        relationship("b", "sharedStrings", "strings.xml"),
        relationship("c", "styles", "styles.xml"),
    ]);
    let workbook = format!(
        "<workbook xmlns='{MAIN}' xmlns:r='{RELATIONSHIPS}'><sheets><sheet name='a' sheetId='1' r:id='a'/></sheets></workbook>"
    );
    let formats = ["General", "0.00%", "yyyy-mm-dd", "0\".\"0,", "\"示例县\"@", ";;;", "# ?/?", "0.00E+00"];
    let codes: Vec<String> = (200..)
        .zip(formats)
        .map(|(id, code)| format!("<numFmt numFmtId='{id}' formatCode='{}'/>", code.replace('"', "&quot;")))
        .collect();
    let cell_formats: Vec<String> = (200..).zip(formats).map(|(id, _)| format!("<xf numFmtId='{id}'/>")).collect();
    let styles = format!(
        "<styleSheet xmlns='{MAIN}'><numFmts>{}</numFmts><cellXfs>{}</cellXfs></styleSheet>",
        codes.concat(),
        cell_formats.concat()
    );
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", of_workbook.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/sheet.xml", sheet),
        ("xl/strings.xml", strings),
    ];
    for (name, content) in parts {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        zip.start_file(name, options).expect("a part can be added");
        zip.write_all(content).expect("memory takes the part");
    }
    zip.finish().expect("the archive can be ended").into_inner()
}
