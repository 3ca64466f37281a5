//! Hostile and damaged files: the reader does not panic, does not trust any size in the file, and does not use more memory
//! than a multiple of the limits.
#![allow(clippy::unwrap_used)]

use domain::{Excess, Refusal, Template, schema::units, sheet::Cell};
use proptest::prelude::*;
use rstest::rstest;
use std::{fs, path::PathBuf};
use workbook::read::{Limits, Sheet, read};

mod parts;
use parts::{BOOK, MAIN, Parts, RELATIONS, SHEET, STRINGS, STYLES, sample, valid, valid_with_rows, valid_with_strings};

fn read_units(bytes: Vec<u8>) -> Result<Sheet, Refusal> {
    read(Template::Units, &bytes, Limits::default())
}

fn rows_of_valid() -> usize {
    read_units(sample("units-valid.xlsx")).unwrap().rows().len()
}

#[test]
fn files_with_too_many_bytes_or_rows_are_refused() {
    let limits = Limits { bytes: 100, rows: 2 };
    assert_eq!(read(Template::Units, &[0; 101], limits), Err(Refusal::TooLarge(Excess::FileBytes { limit: 100 })));
    for name in ["units-valid.xls", "units-valid.xlsx"] {
        let limits = Limits { rows: 2, ..Limits::default() };
        assert_eq!(read(Template::Units, &sample(name), limits), Err(Refusal::TooManyRows { limit: 2 }), "{name}");
    }
}

#[rstest]
#[case(b"")]
#[case(b"PK")]
#[case(b"\x89PNG\r\n\x1a\n")]
#[case(b"%PDF-1.7")]
#[case("序号,*预算单位名称".as_bytes())]
fn files_of_other_types_are_refused(#[case] bytes: &[u8]) {
    assert_eq!(read_units(bytes.to_vec()), Err(Refusal::NotASpreadsheet));
}

#[test]
fn a_zip_of_another_document_is_refused() {
    let document = Parts(vec![("word/document.xml".into(), b"<document/>".to_vec())]);
    assert_eq!(read_units(document.zip()), Err(Refusal::NotASpreadsheet));
}

#[test]
fn a_cell_far_outside_the_template_is_ignored() {
    let far = valid_with_rows(r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#);
    assert_eq!(read_units(far.zip()).unwrap().rows().len(), rows_of_valid());
    let far = valid_with_rows(r#"<row r="1048576"><c r="B1048576"><v>1</v></c></row>"#);
    assert_eq!(read_units(far.zip()).unwrap().rows().next_back().unwrap().row, 1_048_576);
}

#[test]
fn a_zip_bomb_is_refused_as_too_large() {
    let bomb = valid().with(SHEET, vec![b' '; 400 << 20]).zip();
    assert!(bomb.len() < 1 << 20);
    assert_eq!(read_units(bomb), Err(Refusal::TooLarge(Excess::ContentBytes { limit: 320 << 20 })));
}

#[test]
fn a_zip_bomb_that_declares_a_small_size_is_refused_as_damaged() {
    let mut bomb = valid().with(SHEET, vec![b' '; 400 << 20]).zip();
    for (signature, size_at) in [(b"PK\x01\x02", 24), (b"PK\x03\x04", 22)] {
        let starts: Vec<usize> =
            bomb.windows(4).enumerate().filter(|(_, w)| w == signature).map(|(at, _)| at).collect();
        for at in starts {
            let size = u32::from_le_bytes(bomb[at + size_at..at + size_at + 4].try_into().unwrap());
            if size == 400 << 20 {
                bomb[at + size_at..at + size_at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
            }
        }
    }
    assert_eq!(read_units(bomb), Err(Refusal::Damaged));
}

#[rstest]
#[case("0")]
#[case("1000")]
#[case("99999999999")]
#[case("many")]
fn a_false_count_of_shared_strings_does_not_matter(#[case] count: &str) {
    let promised = valid_with_strings("<si><t>第六十行</t></si>", "0").replace(
        STRINGS,
        "<sst",
        &format!("<sst uniqueCount=\"{count}\""),
    );
    assert_eq!(read_units(promised.zip()).unwrap().rows().next_back().unwrap().cells[1], Cell::Text("第六十行".into()));
}

#[test]
fn one_long_text_in_many_cells_is_refused_as_too_large() {
    let strings = format!("<si><t>{}</t></si>", "x".repeat(1 << 20));
    let rows: String = (100..300)
        .map(|row| format!(r#"<row r="{row}"><c r="B{row}" t="s"><v>0</v></c></row>"#))
        .collect::<Vec<_>>()
        .concat();
    assert_eq!(
        read_units(
            valid_with_strings(&strings, "0").replace(SHEET, "</sheetData>", &format!("{rows}</sheetData>")).zip()
        ),
        Err(Refusal::TooLarge(Excess::TextBytes { limit: 80 << 20 }))
    );
}

/// Parts that need much more memory or time than their bytes let expect. Small limits keep the test small.
#[rstest]
#[case::nested_elements(SHEET, "<sheetData>", "<a>", 300, Excess::Element)]
#[case::long_name(SHEET, "<sheetData>", "<a", 1 << 20, Excess::Element)]
#[case::long_text(SHEET, "<c r=\"A1\" t=\"inlineStr\"><is><t>", "long text ", 1 << 20, Excess::Element)]
#[case::long_comment(SHEET, "<sheetData>", "<!-- <!", 1 << 20, Excess::Element)]
#[case::skipped_elements(SHEET, "<sheetData>", "<a/>", 12_000_000, Excess::Elements)]
#[case::cells(SHEET, "<sheetData>", "<row><c /><!-- --></row>", 3_000_000, Excess::Elements)]
#[case::sheets(BOOK, "<sheets>", "<sheet/>", 10_001, Excess::Sheets { limit: 256 })]
#[case::styles(STYLES, "<cellXfs count=\"1\">", "<xf/>", 65_537, Excess::CellFormats { limit: 65_536 })]
#[case::formats(
    STYLES,
    "<numFmts count=\"0\" />",
    "<numFmts><numFmt numFmtId=\"200\"/></numFmts>",
    5_000_000,
    Excess::ContentBytes { limit: 64 << 20 }
)]
#[case::long_formats(
    STYLES,
    "<numFmts count=\"0\" />",
    "<numFmts><numFmt numFmtId='200' formatCode='0000000000'/></numFmts>",
    420_000,
    Excess::CellFormats { limit: 65_536 }
)]
#[case::strings(STRINGS, ">", "<si/>", 4_000_001, Excess::Elements)]
#[case::relationships(RELATIONS, ">", "<Relationship/>", 3_000_000, Excess::ContentBytes { limit: 32 << 20 })]
fn a_part_that_costs_too_much_is_refused_as_too_large(
    #[case] name: &str,
    #[case] before: &str,
    #[case] piece: &str,
    #[case] count: usize,
    #[case] excess: Excess,
) {
    let text = valid_with_strings("", "0").text(name);
    let at = text.find(before).unwrap() + before.len();
    let part = [&text[..at], &piece.repeat(count), &text[at..]].concat();
    assert_eq!(read_units(valid_with_strings("", "0").with(name, part).zip()), Err(Refusal::TooLarge(excess)));
}

/// Sixteen sheets that are the same part.
#[test]
fn a_part_that_is_read_again_counts_again() {
    let rows = "<row r='1'><c r='A1'><v>1</v></c></row>".repeat(50_000);
    let sheets = "<sheet name='again' sheetId='9' r:id='rId1'/>".repeat(16);
    let sheet = format!("<worksheet xmlns='{MAIN}'><sheetData>{rows}</sheetData></worksheet>");
    let file = valid().with(SHEET, sheet).replace(BOOK, "<sheets>", &format!("<sheets>{sheets}")).zip();
    let read_with_limit = |bytes| read(Template::Units, &file, Limits { bytes, ..Limits::default() });
    assert_eq!(read_with_limit(1 << 20), Err(Refusal::TooLarge(Excess::ContentBytes { limit: 16 << 20 })));
    assert_eq!(read_with_limit(4 << 20), Err(Refusal::WrongTemplate { found: None }));
}

#[rstest]
#[case("http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet")]
#[case("http://schemas.openxmlformats.org/officeDocument/2006/relationships/chartsheet")]
#[case("http://schemas.openxmlformats.org/officeDocument/2006/relationships/dialogsheet")]
fn sheets_without_cells_are_refused_as_macro_sheets(#[case] kind: &str) {
    let worksheet = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet";
    assert_eq!(read_units(valid().replace(RELATIONS, worksheet, kind).zip()), Err(Refusal::MacroSheet));
}

#[test]
fn a_hidden_sheet_is_ignored() {
    let hidden = valid().replace(BOOK, "state=\"visible\"", "state=\"hidden\"");
    assert_eq!(read_units(hidden.zip()), Err(Refusal::MacroSheet));
}

#[test]
fn a_macro_sheet_of_an_xls_is_ignored() {
    let mut bytes = sample("units-valid.xls");
    // BOUNDSHEET ([MS-XLS] 2.4.28): 4 bytes of position, state, kind.
    let at = bytes.windows(2).position(|w| w == [0x85, 0]).unwrap();
    bytes[at + 9] = 1;
    assert_eq!(read_units(bytes), Err(Refusal::MacroSheet));
}

#[test]
fn row_pieces_are_joined_and_rows_are_sorted() {
    let first = r#"<row r="60"><c r="B60" t="str"><v>第六十行</v></c></row>"#;
    let second = r#"<row r="50"><c r="B50" t="str"><v>第五十行</v></c></row>"#;
    let rest = r#"<row r="60"><c r="C60" t="str"><v>代码</v></c></row>"#;
    let sheet = read_units(valid_with_rows(&format!("{first}{second}{rest}")).zip()).unwrap();
    let last: Vec<_> = sheet.rows().rev().take(2).collect();
    assert_eq!((last[0].row, last[1].row), (60, 50));
    let cell = |column: u8| &last[0].cells[usize::from(column)];
    assert_eq!((cell(units::NAME), cell(units::CODE)), (&Cell::Text("第六十行".into()), &Cell::Text("代码".into())));
}

#[test]
fn an_error_value_of_a_later_excel_is_an_error() {
    let row = r#"<row r="60"><c r="B60" t="e"><v>#SPILL!</v></c><c r="C60" t="str"><v>代码</v></c></row>"#;
    let sheet = read_units(valid_with_rows(row).zip()).unwrap();
    assert_eq!(sheet.rows().next_back().unwrap().cells[usize::from(units::NAME)], Cell::Error("#SPILL!"));
}

/// Sets every field of the header and of the directory of a compound file to extreme values.
#[test]
fn false_headers_of_an_xls_never_panic() {
    let spin_count = b"spinCount=\"100000\"";
    let mut encrypted = sample("refused-encrypted.xlsx");
    let at = encrypted.windows(spin_count.len()).position(|window| window == spin_count).unwrap();
    // The password is tried for every altered file.
    encrypted[at..at + spin_count.len()].copy_from_slice(b"spinCount=\"000001\"");
    for bytes in [sample("units-valid.xls"), encrypted] {
        for at in (24..76).chain(512..bytes.len().min(3_000)) {
            for extreme in [0xFF_u8, 0x7F, 0] {
                let mut altered = bytes.clone();
                let end = (at + 4).min(altered.len());
                altered[at..end].fill(extreme);
                let _ = read_units(altered);
            }
        }
    }
}

fn any_sample() -> impl Strategy<Value = Vec<u8>> {
    let names = fs::read_dir(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples")).unwrap();
    let names: Vec<String> = names.map(|name| name.unwrap().file_name().into_string().unwrap()).collect();
    proptest::sample::select(names).prop_map(|name| sample(&name))
}

/// Changes a few bytes at random positions.
fn mutated(mut bytes: Vec<u8>, changes: &[(proptest::sample::Index, u8)]) -> Vec<u8> {
    let length = bytes.len();
    for (at, to) in changes.iter().filter(|_| length > 0) {
        bytes[at.index(length)] = *to;
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(proptest::sample::Index, u8)>> {
    proptest::collection::vec(any::<(proptest::sample::Index, u8)>(), 1..20)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..4_000), kind in 0..3usize) {
        let start: &[u8] = [&b""[..], b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"][kind];
        let _ = read_units([start, &bytes].concat());
    }

    #[test]
    fn mutated_samples_never_panic(bytes in any_sample(), changes in changes(), keep in any::<proptest::sample::Index>(), cut in any::<bool>()) {
        let mut bytes = mutated(bytes, &changes);
        if cut {
            bytes.truncate(keep.index(bytes.len()));
        }
        let _ = read_units(bytes);
    }

    /// Changes the parts before they are zipped, so that the checksums of the archive are right.
    #[test]
    fn mutated_parts_never_panic(part in any::<proptest::sample::Index>(), changes in changes(), cut in any::<Option<proptest::sample::Index>>()) {
        let mut parts = valid_with_strings("<si><t>x</t></si>", "0");
        let part = part.index(parts.0.len());
        let mut bytes = mutated(std::mem::take(&mut parts.0[part].1), &changes);
        if let Some(cut) = cut.filter(|_| !bytes.is_empty()) {
            bytes.truncate(cut.index(bytes.len()));
        }
        parts.0[part].1 = bytes;
        let _ = read_units(parts.zip());
    }
}
