//! Reads back the written files and compares the templates with the schema and a marked batch with its rows.
#![cfg(feature = "write")]
#![allow(clippy::unwrap_used)]

use domain::{
    Code, Finding, Refusal, Template,
    check::{CheckedRow, check},
    schema::{FIRST_DATA_ROW, Kind, units},
    sheet::{Cell, Row},
};
use rstest::rstest;
use std::{fs::File, io::Read};
use texts::Lang;
use workbook::{
    read::{Limits, read},
    write::{self, MarkedRow, Value, WriteError},
};

#[rstest]
#[case(Template::Units)]
#[case(Template::Purchasers)]
fn a_new_template_is_recognised_and_empty(#[case] template: Template) {
    let bytes = write::template(template, 50_000).unwrap();
    assert_eq!(read(template, &bytes, Limits::default()), Err(Refusal::Empty));
}

/// The text of a part of an .xlsx.
fn part(xlsx: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(xlsx)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[rstest]
#[case(Template::Units)]
#[case(Template::Purchasers)]
fn a_template_has_drop_down_lists_protection_and_text_formats(#[case] template: Template) {
    let bytes = write::template(template, 50_000).unwrap();
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    for column in template.columns() {
        if let Kind::List(values) = column.kind {
            assert!(sheet.contains(&format!("<formula1>\"{}\"</formula1>", values.join(","))), "{}", column.header);
        }
    }
    assert!(sheet.contains("<sheetProtection") && sheet.contains("state=\"frozen\""));
    let styles = part(&bytes, "xl/styles.xml");
    assert!(styles.contains("numFmtId=\"49\"") && styles.contains("locked=\"0\""));
}

#[rstest]
fn drop_down_lists_reach_over_the_configured_rows(
    #[values(Template::Units, Template::Purchasers)] template: Template,
    #[values(1, 60_000, 1_000_000)] max_rows: u32,
) {
    let sheet = part(&write::template(template, max_rows).unwrap(), "xl/worksheets/sheet1.xml");
    for (index, column) in (0..).zip(template.columns()) {
        if let Kind::List(_) = column.kind {
            let letter = domain::schema::letter(index);
            let (first, last) = (FIRST_DATA_ROW, FIRST_DATA_ROW + max_rows - 1);
            let reach =
                if first == last { format!("{letter}{first}") } else { format!("{letter}{first}:{letter}{last}") };
            assert!(sheet.contains(&format!("sqref=\"{reach}\"")), "{}: {reach}", column.header);
        }
    }
}

/// A marked batch of units.
fn annotated(rows: impl IntoIterator<Item = MarkedRow>) -> Vec<u8> {
    let rows = rows.into_iter().map(Ok::<_, WriteError>);
    content(write::annotated(&std::env::temp_dir(), Template::Units, Lang::Zh, 50_000, rows).unwrap())
}

fn content(mut file: File) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}

fn checked_rows() -> Vec<CheckedRow> {
    let texts = [
        "1",
        "示例县教育局",
        "11320106MB3FQEFLCG",
        "示例县财政局",
        "县级",
        "二级预算单位",
        "240.5",
        "5",
        "",
        "王丽",
        "13812345678",
        "=1+1",
    ];
    let row = Row::new(17, texts.iter().map(|text| Cell::Text((*text).into())).collect());
    check(Template::Units, vec![row]).rows
}

#[test]
fn a_marked_batch_reads_back_unchanged() {
    let rows = checked_rows();
    let findings =
        [Finding::new(17, units::NAME, Code::DuplicateName), Finding::new(17, units::SHARE, Code::ShareMismatch)];
    let cells: Vec<Vec<String>> = rows.iter().map(|row| row.cells.iter().map(str::to_owned).collect()).collect();
    let marked = rows.iter().zip(cells).map(|(row, cells)| (row.row, cells, findings.to_vec()));
    let bytes = annotated(marked);
    assert!(part(&bytes, "xl/comments1.xml").contains("名称相同"));
    let again = check(Template::Units, read(Template::Units, &bytes, Limits::default()).unwrap().rows());
    assert_eq!(again.rows, rows);
}

#[test]
fn rows_above_the_data_are_not_overwritten() {
    let rows = (0..FIRST_DATA_ROW).map(|row| (row, vec![String::from("x")], Vec::new()));
    let bytes = annotated(rows);
    assert_eq!(read(Template::Units, &bytes, Limits::default()), Err(Refusal::Empty));
}

#[test]
fn a_table_contains_no_formula() {
    let row = vec![Value::Text("=HYPERLINK(\"http://x\")".into()), Value::Number(1.5), Value::Text("x".repeat(40_000))];
    let columns = ["单位", "金额", "备注"];
    let file = write::table::<WriteError>(&std::env::temp_dir(), "账号清单", &columns, [Ok(row)]).unwrap();
    let bytes = content(file);
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>") && sheet.contains("<v>1.5</v>"));
}

#[rstest]
#[case(Template::Units)]
#[case(Template::Purchasers)]
fn the_xls_template_matches_the_schema(#[case] template: Template) {
    let bytes = write::template_xls(template);
    // `Empty` means that the header equals the schema. After a change of the schema, run `cargo xtask templates`.
    assert_eq!(read(template, bytes, Limits::default()), Err(Refusal::Empty));
    // The record of a drop-down list stores the values as one text, separated by NUL ([MS-XLS] 2.5.198.89).
    for column in template.columns() {
        if let Kind::List(values) = column.kind {
            let text: Vec<u8> = values.join("\0").encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert!(bytes.windows(text.len()).any(|window| window == text), "{}", column.header);
        }
    }
    // The record ends with the rows and columns of the list, counted from 0: here down to the last row of an .xls.
    for index in
        (0..).zip(template.columns()).filter(|(_, column)| matches!(column.kind, Kind::List(_))).map(|(i, _)| i)
    {
        let first = u16::try_from(FIRST_DATA_ROW - 1).unwrap();
        let range: Vec<u8> = [1, first, 65_535, index, index].into_iter().flat_map(u16::to_le_bytes).collect();
        assert!(bytes.windows(range.len()).any(|window| window == range), "column {index}");
    }
    // The PROTECT record ([MS-XLS] 2.4.207) is on.
    assert!(bytes.windows(6).any(|window| window == [0x12, 0, 2, 0, 1, 0]));
}
