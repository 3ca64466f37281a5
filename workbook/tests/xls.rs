//! .xls files as other programs than Excel write them, built record by record.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation)]

use domain::{
    Excess, Refusal, Template,
    schema::units,
    sheet::{Cell, Row},
};
use rstest::rstest;
use std::{fs, path::PathBuf};
use workbook::read::{Limits, Sheet, read};

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const CONTINUE: u16 = 0x003C;
const CODE_PAGE: u16 = 0x0042;
const BOUND_SHEET: u16 = 0x0085;
const SST: u16 = 0x00FC;
const LABEL: u16 = 0x0204;
const STRING: u16 = 0x0207;
const LABEL_SST: u16 = 0x00FD;

/// The substreams that a BOF starts.
const GLOBALS: u16 = 0x0005;
const SHEET: u16 = 0x0010;
const CHART: u16 = 0x0020;

/// The row of the first unit, 0-based.
const FIRST_ROW: u16 = 3;

fn record(record_type: u16, data: &[u8]) -> Vec<u8> {
    [&record_type.to_le_bytes(), &(data.len() as u16).to_le_bytes(), data].concat()
}

fn numbers(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn utf_16(text: &str) -> Vec<u8> {
    numbers(&text.encode_utf16().collect::<Vec<_>>())
}

/// The version of the records.
#[derive(Clone, Copy, PartialEq)]
enum Version {
    Excel95,
    Excel97,
}
use Version::{Excel95, Excel97};

impl Version {
    fn bof(self, substream: u16) -> Vec<u8> {
        let version = if self == Excel97 { 0x0600 } else { 0x0500 };
        record(BOF, &numbers(&[version, substream, 0, 0]))
    }

    /// A string with a length of 16 bits.
    fn string(self, text: &str) -> Vec<u8> {
        if self == Excel97 {
            let units = utf_16(text);
            return [&numbers(&[units.len() as u16 / 2])[..], &[1], &units].concat();
        }
        let bytes = encoding_rs::GBK.encode(text).0;
        [&numbers(&[bytes.len() as u16])[..], &bytes].concat()
    }
}

/// A cell record: position, format 0 and value.
fn cell(record_type: u16, row: u16, column: u8, value: &[u8]) -> Vec<u8> {
    record(record_type, &[&numbers(&[row, column.into(), 0])[..], value].concat())
}

/// A stream of records with one sheet of units.
#[derive(Clone)]
struct Book {
    version: Version,
    /// Records of the globals behind the BOUNDSHEET.
    globals: Vec<u8>,
    /// Records of the sheet behind the header's cells.
    cells: Vec<u8>,
    globals_eof: Vec<u8>,
    sheet_eof: Vec<u8>,
    /// What the position in the BOUNDSHEET adds to the true position.
    position_error: u32,
}

impl Book {
    fn new(version: Version) -> Self {
        Self {
            version,
            globals: Vec::new(),
            cells: Vec::new(),
            globals_eof: record(EOF, &[]),
            sheet_eof: record(EOF, &[]),
            position_error: 0,
        }
    }

    fn with_name(mut self, name: &str) -> Self {
        self.cells.extend(cell(LABEL, FIRST_ROW, units::NAME, &self.version.string(name)));
        self
    }

    fn sheet(&self) -> Vec<u8> {
        let header = (0..).zip(Template::Units.columns());
        let header = header.map(|(column, header)| cell(LABEL, 2, column, &self.version.string(header.header)));
        [self.version.bof(SHEET), header.collect::<Vec<_>>().concat(), self.cells.clone(), self.sheet_eof.clone()]
            .concat()
    }

    fn stream(&self) -> Vec<u8> {
        let bof = self.version.bof(GLOBALS);
        let start = bof.len() + bound_sheet(0).len() + self.globals.len() + self.globals_eof.len();
        let bound_sheet = bound_sheet((start as u32).wrapping_add(self.position_error));
        [bof, bound_sheet, self.globals.clone(), self.globals_eof.clone(), self.sheet()].concat()
    }

    fn file(&self) -> Vec<u8> {
        let name = if self.version == Excel97 { "Workbook" } else { "Book" };
        compound_file(&[root(1), stream(name, self.stream())])
    }

    fn read(&self) -> Result<Sheet, Refusal> {
        read_units(&self.file())
    }
}

/// What moves the sheet's position to 0 in a book without further globals: a BOF, a BOUNDSHEET and an EOF.
const THE_GLOBALS: u32 = 0_u32.wrapping_sub(12 + 13 + 4);

fn bound_sheet(position: u32) -> Vec<u8> {
    record(BOUND_SHEET, &[&position.to_le_bytes()[..], &[0, 0, 1, 0, b'A']].concat())
}

/// A directory entry of a compound file.
struct Entry {
    name: String,
    kind: u8,
    left: u32,
    right: u32,
    child: u32,
    content: Vec<u8>,
}

/// The mark for "no entry".
const NONE: u32 = u32::MAX;

fn root(child: u32) -> Entry {
    Entry { name: "Root Entry".into(), kind: 5, left: NONE, right: NONE, child, content: Vec::new() }
}

fn storage(name: &str, child: u32) -> Entry {
    Entry { name: name.into(), kind: 1, left: NONE, right: NONE, child, content: Vec::new() }
}

fn stream(name: &str, mut content: Vec<u8>) -> Entry {
    // Shorter streams would be in the mini stream. Zeros are records without meaning.
    content.resize(content.len().max(4096), 0);
    Entry { name: name.into(), kind: 2, left: NONE, right: NONE, child: NONE, content }
}

impl Entry {
    fn siblings(self, left: u32, right: u32) -> Self {
        Self { left, right, ..self }
    }
}

fn compound_file(entries: &[Entry]) -> Vec<u8> {
    const SECTOR: usize = 4096;
    const END: u32 = 0xFFFF_FFFE;
    let sectors_of = |bytes: usize| bytes.div_ceil(SECTOR);
    let directory_sectors = sectors_of(entries.len() * 128);
    let content: usize = entries.iter().map(|entry| sectors_of(entry.content.len())).sum();
    let fat_sectors = (1..=1_000).find(|count| count * SECTOR / 4 >= count + directory_sectors + content).unwrap();
    let mut fat: Vec<u32> = vec![0xFFFF_FFFD; fat_sectors];
    let mut chain = |sectors: usize| {
        let start = fat.len() as u32;
        fat.extend((1..sectors as u32).map(|next| start + next));
        fat.extend((sectors > 0).then_some(END));
        start
    };
    let directory_start = chain(directory_sectors);
    let mut directory = Vec::new();
    let mut contents = Vec::new();
    for entry in entries {
        let mut bytes = utf_16(&entry.name);
        let name_bytes = bytes.len() as u16 + 2;
        bytes.resize(64, 0);
        bytes.extend(name_bytes.to_le_bytes());
        bytes.extend([entry.kind, 1]);
        bytes.extend([entry.left, entry.right, entry.child].map(u32::to_le_bytes).concat());
        bytes.resize(116, 0);
        let start = if entry.content.is_empty() { END } else { chain(sectors_of(entry.content.len())) };
        bytes.extend(start.to_le_bytes());
        bytes.extend((entry.content.len() as u64).to_le_bytes());
        directory.extend(bytes);
        contents.extend(&entry.content);
        contents.resize(contents.len().next_multiple_of(SECTOR), 0);
    }
    directory.resize(directory_sectors * SECTOR, 0);
    fat.resize(fat_sectors * SECTOR / 4, NONE);
    let mut file = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    file.resize(24, 0);
    file.extend(numbers(&[0x3E, 4, 0xFFFE, 12, 6]));
    file.resize(44, 0);
    file.extend((fat_sectors as u32).to_le_bytes());
    file.extend(directory_start.to_le_bytes());
    file.resize(56, 0);
    file.extend([4096, END, 0, END, 0].map(u32::to_le_bytes).concat());
    file.extend((0..109).flat_map(|number| if number < fat_sectors as u32 { number } else { NONE }.to_le_bytes()));
    file.resize(SECTOR, 0);
    [file, fat.into_iter().flat_map(u32::to_le_bytes).collect(), directory, contents].concat()
}

fn read_units(bytes: &[u8]) -> Result<Sheet, Refusal> {
    read(Template::Units, bytes, Limits::default())
}

fn first_row(sheet: &Sheet) -> Row<'_> {
    sheet.rows().next().unwrap()
}

/// The first row's cell, or the refusal.
#[track_caller]
fn assert_cell(sheet: &Result<Sheet, Refusal>, column: u8, expected: &Cell<'_>) {
    let row = first_row(sheet.as_ref().unwrap());
    assert_eq!(&row.cells[usize::from(column)], expected);
}

#[track_caller]
fn assert_name(sheet: &Result<Sheet, Refusal>, expected: &str) {
    assert_cell(sheet, units::NAME, &Cell::Text(expected.into()));
}

fn workbook(name: &str) -> Entry {
    stream("Workbook", Book::new(Excel97).with_name(name).stream())
}

fn book(name: &str) -> Entry {
    stream("Book", Book::new(Excel95).with_name(name).stream())
}

#[rstest]
#[case::embedded_first([root(3), workbook("嵌入"), storage("MBD1", 1), workbook("自己").siblings(2, NONE)])]
#[case::left_sibling([root(3), storage("MBD1", 2), workbook("嵌入"), stream("Z", vec![]).siblings(4, NONE), workbook("自己").siblings(NONE, 1)])]
#[case::embedded_is_newer([root(3), workbook("嵌入"), storage("MBD1", 1), book("自己").siblings(2, NONE)])]
#[case::embedded_package([root(3), stream("EncryptedPackage", vec![]), storage("MBD1", 1), workbook("自己").siblings(2, NONE)])]
#[case::two_formats([root(1), book("旧"), workbook("自己")].map(|entry| if entry.name == "Book" { entry.siblings(NONE, 2) } else { entry }))]
#[case::circle([root(1), workbook("自己").siblings(2, 1), stream("Z", vec![]).siblings(1, 2)])]
#[case::sibling_outside([root(1), workbook("自己").siblings(77, 0x7FFF_FFFF)])]
fn the_root_storage_has_the_workbook<const N: usize>(#[case] entries: [Entry; N]) {
    assert_name(&read_units(&compound_file(&entries)), "自己");
}

#[rstest]
#[case::embedded_only([root(1), storage("MBD1", 2), workbook("嵌入")])]
#[case::storage([root(1), storage("Workbook", NONE)])]
#[case::nothing([root(NONE)])]
fn a_document_without_a_workbook_of_its_own_is_refused<const N: usize>(#[case] entries: [Entry; N]) {
    assert_eq!(read_units(&compound_file(&entries)), Err(Refusal::NotASpreadsheet));
}

#[rstest]
#[case::right(0)]
#[case::behind(20)]
#[case::before(4_u32.wrapping_neg())]
#[case::outside(1 << 30)]
#[case::at_the_globals(THE_GLOBALS)]
fn a_sheet_is_found_despite_a_wrong_position(
    #[case] position_error: u32,
    #[values(Excel95, Excel97)] version: Version,
) {
    assert_name(&Book { position_error, ..Book::new(version).with_name("示例县教育局") }.read(), "示例县教育局");
}

#[test]
fn a_wrong_position_leads_to_a_sheet_that_no_other_sheet_claims() {
    // The first sheet in the book is the second in the stream. The position of the second is wrong.
    let empty = [Excel97.bof(SHEET), record(EOF, &[])].concat();
    let filled = Book::new(Excel97).with_name("示例县教育局").sheet();
    let start = Excel97.bof(GLOBALS).len() + 2 * bound_sheet(0).len() + record(EOF, &[]).len();
    let globals = [
        Excel97.bof(GLOBALS),
        bound_sheet((start + filled.len()) as u32),
        bound_sheet(start as u32 + 7),
        record(EOF, &[]),
    ];
    let bytes = [globals.concat(), filled, empty].concat();
    assert_name(&read_units(&compound_file(&[root(1), stream("Workbook", bytes)])), "示例县教育局");
}

#[test]
fn a_sheet_that_does_not_exist_is_only_its_own_loss() {
    let missing = bound_sheet(1 << 20);
    let book = Book { position_error: missing.len() as u32, ..Book::new(Excel97).with_name("示例县教育局") };
    let mut bytes = book.stream();
    let globals = Excel97.bof(GLOBALS).len();
    bytes.splice(globals..globals, missing);
    assert_name(&read_units(&compound_file(&[root(1), stream("Workbook", bytes)])), "示例县教育局");
}

#[rstest]
#[case::sheet(|book: &mut Book| book.sheet_eof.clear())]
#[case::globals(|book: &mut Book| book.globals_eof.clear())]
#[case::both(|book: &mut Book| { book.sheet_eof.clear(); book.globals_eof.clear(); })]
#[case::sheet_before_another(|book: &mut Book| book.sheet_eof = [Excel97.bof(SHEET), cell(LABEL, FIRST_ROW, units::NAME, &Excel97.string("下一张"))].concat())]
#[case::chart_inside(|book: &mut Book| {
    let chart = [Excel97.bof(CHART), cell(LABEL, FIRST_ROW, units::NAME, &Excel97.string("图")), record(EOF, &[])].concat();
    book.cells.splice(0..0, chart);
})]
fn the_end_of_a_substream_may_be_missing(#[case] alter: fn(&mut Book)) {
    let mut book = Book::new(Excel97).with_name("示例县教育局");
    alter(&mut book);
    let mut bytes = book.stream();
    bytes.extend(vec![0; 4096_usize.saturating_sub(bytes.len())]);
    assert_name(&read_units(&compound_file(&[root(1), stream("Workbook", bytes)])), "示例县教育局");
}

#[test]
fn a_record_that_is_cut_off_is_damaged() {
    let book = Book { sheet_eof: vec![4, 2, 0xFF, 0xFF, 1], ..Book::new(Excel97).with_name("示例县教育局") };
    assert_eq!(book.read(), Err(Refusal::Damaged));
}

#[test]
fn a_file_may_be_a_single_sheet_without_globals() {
    let bytes = Book::new(Excel95).with_name("示例县教育局").sheet();
    assert_name(&read_units(&compound_file(&[root(1), stream("Book", bytes)])), "示例县教育局");
}

/// A book with the first of some shared strings as its name. `strings` is stored in pieces, each in a record.
fn book_with_shared_strings(pieces: &[&[u8]]) -> Book {
    let mut book = Book::new(Excel97);
    for (index, piece) in pieces.iter().enumerate() {
        book.globals.extend(if index == 0 {
            record(SST, &[&1_u32.to_le_bytes()[..], &1_u32.to_le_bytes(), piece].concat())
        } else {
            record(CONTINUE, piece)
        });
    }
    book.cells.extend(cell(LABEL_SST, FIRST_ROW, units::NAME, &0_u32.to_le_bytes()));
    book
}

#[rstest]
#[case::whole([&b"\x03\x00\x01\x4E\x67\x42\xD8\xB7\xDF"[..]], "李𠮷")]
#[case::between_the_halves_of_a_character([&b"\x03\x00\x01\x4E\x67\x42\xD8"[..], b"\x01\xB7\xDF"], "李𠮷")]
#[case::three_records([&b"\x03\x00\x01\x4E\x67"[..], b"\x01\x42\xD8", b"\x01\xB7\xDF"], "李𠮷")]
#[case::empty_records([&b"\x03\x00\x01\x4E\x67\x42\xD8"[..], b"", b"\x01", b"\x01\xB7\xDF"], "李𠮷")]
#[case::half_a_character([&b"\x03\x00\x01\x4E\x67\x42\xD8"[..], b"\x00a"], "李\u{FFFD}a")]
#[case::other_width([&b"\x03\x00\x01\x4E\x67"[..], b"\x00ab"], "李ab")]
#[case::behind_the_header([&b"\x02\x00\x01"[..], b"\x00ab"], "ab")]
#[case::in_the_length([&b"\x02"[..], b"\x00\x00ab"], "ab")]
#[case::before_the_flags([&b"\x02\x00"[..], b"\x00ab"], "ab")]
#[case::runs([&b"\x02\x00\x08\x01\x00ab\x00\x00\x05\x00"[..]], "ab")]
#[case::runs_in_the_next_record([&b"\x02\x00\x08\x01\x00ab\x00\x00"[..], b"\x05\x00"], "ab")]
#[case::phonetic([&b"\x02\x00\x04\x03\x00\x00\x00ab"[..], b"xyz"], "ab")]
#[case::both([&b"\x02\x00\x0D\x01\x00\x03\x00\x00\x00\x4E\x67\x4E\x67\x00\x00\x05\x00xyz"[..]], "李李")]
#[case::bytes_behind_the_last_string([&b"\x02\x00\x00ab\x09"[..]], "ab")]
fn shared_strings_continue_in_the_next_record<const N: usize>(#[case] pieces: [&[u8]; N], #[case] expected: &str) {
    assert_name(&book_with_shared_strings(&pieces).read(), expected);
}

#[rstest]
#[case::no_string([&b""[..]])]
#[case::cut_off([&b"\x03\x00\x01\x4E\x67"[..]])]
#[case::runs_cut_off([&b"\x02\x00\x08\x02\x00ab\x00\x00\x05\x00"[..]])]
fn a_missing_shared_string_is_damaged<const N: usize>(#[case] pieces: [&[u8]; N]) {
    assert_eq!(book_with_shared_strings(&pieces).read(), Err(Refusal::Damaged));
}

/// The 8 bytes of a formula's result, and an empty formula.
fn formula_result(kind: u8, value: u8) -> Vec<u8> {
    [kind, 0, value, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0].to_vec()
}

#[rstest]
#[case::label(LABEL, Excel97.string("名"), Cell::Text("名".into()))]
#[case::label_with_runs(LABEL, b"\x02\x00\x08\x01\x00ab\x00\x00\x05\x00".to_vec(), Cell::Text("ab".into()))]
#[case::label_of_excel_2(0x0004, [&[0][..], &Excel97.string("名")].concat(), Cell::Text("名".into()))]
#[case::rich_label(0x00D6, [Excel97.string("名"), numbers(&[1, 0, 5])].concat(), Cell::Text("名".into()))]
#[case::number(0x0203, 1.5_f64.to_le_bytes().to_vec(), Cell::Number { value: 1.5, percent: false })]
#[case::number_of_excel_2(0x0003, [&[0][..], &1.5_f64.to_le_bytes()].concat(), Cell::Number { value: 1.5, percent: false })]
#[case::integer_of_excel_2(0x0002, vec![0, 3, 0], Cell::Number { value: 3.0, percent: false })]
#[case::boolean(0x0205, vec![1, 0], Cell::Bool(true))]
#[case::boolean_of_excel_2(0x0005, vec![0, 1, 0], Cell::Bool(true))]
#[case::error(0x0205, vec![0x2A, 1], Cell::Error("#N/A"))]
#[case::error_of_excel_2(0x0005, vec![0, 0x17, 1], Cell::Error("#REF!"))]
#[case::formula(0x0006, [&1.5_f64.to_le_bytes()[..], &[0; 8]].concat(), Cell::Number { value: 1.5, percent: false })]
#[case::formula_of_excel_3(0x0206, [&1.5_f64.to_le_bytes()[..], &[0; 8]].concat(), Cell::Number { value: 1.5, percent: false })]
#[case::formula_of_excel_4(0x0406, [&1.5_f64.to_le_bytes()[..], &[0; 8]].concat(), Cell::Number { value: 1.5, percent: false })]
#[case::formula_with_an_error(0x0006, formula_result(2, 0x07), Cell::Error("#DIV/0!"))]
#[case::formula_with_a_boolean(0x0006, formula_result(1, 1), Cell::Bool(true))]
#[case::formula_with_an_empty_text(0x0006, formula_result(3, 0), Cell::Text("".into()))]
fn cell_records_of_all_versions_are_read(
    #[case] record_type: u16,
    #[case] value: Vec<u8>,
    #[case] expected: Cell<'static>,
    #[values(units::NAME, units::CODE, units::REMARK)] column: u8,
) {
    // Another cell fills the row.
    let mut book = Book::new(Excel97);
    book.cells.extend(cell(LABEL, FIRST_ROW, units::CONTACT, &Excel97.string("张三")));
    book.cells.extend(cell(record_type, FIRST_ROW, column, &value));
    assert_cell(&book.read(), column, &expected);
}

#[rstest]
#[case::label_of_excel_2(0x0004, b"\x00\x02\xC3\xFB".to_vec(), Cell::Text("名".into()))]
#[case::rich_label(0x00D6, b"\x02\x00\xC3\xFB\x01\x00\x05".to_vec(), Cell::Text("名".into()))]
fn cell_records_before_excel_97_are_read(
    #[case] record_type: u16,
    #[case] value: Vec<u8>,
    #[case] expected: Cell<'static>,
) {
    let mut book = Book::new(Excel95);
    book.cells.extend(cell(record_type, FIRST_ROW, units::NAME, &value));
    assert_cell(&book.read(), units::NAME, &expected);
}

#[rstest]
#[case::usual(STRING, Excel97, [&b"\x01\x00\x01\x0D\x54"[..]])]
#[case::continued(STRING, Excel97, [&b"\x01\x00\x01"[..], b"\x01\x0D\x54"])]
#[case::of_excel_2(0x0007, Excel97, [&b"\x01\x00\x01\x0D\x54"[..]])]
#[case::excel_95(STRING, Excel95, [&b"\x02\x00\xC3\xFB"[..]])]
#[case::excel_95_between_the_bytes_of_a_character(STRING, Excel95, [&b"\x02\x00\xC3"[..], b"\xFB"])]
#[case::excel_95_of_excel_2(0x0007, Excel95, [&b"\x02\xC3\xFB"[..]])]
fn the_text_of_a_formula_follows_it<const N: usize>(
    #[case] record_type: u16,
    #[case] version: Version,
    #[case] pieces: [&[u8]; N],
) {
    let mut book = Book::new(version);
    book.cells.extend(cell(0x0006, FIRST_ROW, units::NAME, &formula_result(0, 0)));
    for (index, piece) in pieces.iter().enumerate() {
        book.cells.extend(record(if index == 0 { record_type } else { CONTINUE }, piece));
    }
    assert_name(&book.read(), "名");
}

#[rstest]
#[case::declared(Some(936))]
#[case::gb_18030(Some(54936))]
#[case::mac(Some(10_008))]
#[case::none(None)]
fn texts_of_excel_95_are_decoded_with_the_code_page(#[case] code_page: Option<u16>) {
    let mut book = Book::new(Excel95).with_name("示例县教育局");
    book.globals.extend(code_page.into_iter().flat_map(|number| record(CODE_PAGE, &numbers(&[number]))));
    assert_name(&book.read(), "示例县教育局");
}

#[test]
fn a_chinese_font_of_western_excel_shows_chinese() {
    let mut book = Book::new(Excel95).with_name("示例县教育局");
    book.globals.extend(record(CODE_PAGE, &numbers(&[1252])));
    // The character sets of the fonts 0, 1, 2, 3 and 5. The cell format refers to font 5.
    for character_set in [0, 0, 0, 0, 134] {
        book.globals.extend(record(0x0031, &[&[0; 12][..], &[character_set, 0, 1, b'A']].concat()));
    }
    book.globals.extend(record(0x00E0, &numbers(&[5, 0, 0, 0, 0, 0, 0, 0])));
    assert_name(&book.read(), "示例县教育局");
}

#[rstest]
#[case::ascii(367)]
#[case::dos(437)]
#[case::unknown(9)]
fn texts_in_an_unknown_code_page_are_refused(#[case] code_page: u16) {
    let mut book = Book::new(Excel95).with_name("示例县教育局");
    book.globals.extend(record(CODE_PAGE, &numbers(&[code_page])));
    assert_eq!(book.read(), Err(Refusal::Damaged));
}

#[test]
fn the_code_page_of_excel_97_does_not_matter() {
    let mut book = Book::new(Excel97).with_name("示例县教育局");
    book.globals.extend(record(CODE_PAGE, &numbers(&[9])));
    assert_name(&book.read(), "示例县教育局");
}

#[rstest]
#[case::usual(0x041E, 0x00E0)]
#[case::of_excel_2(0x001E, 0x0043)]
#[case::of_excel_3(0x001E, 0x0243)]
#[case::of_excel_4(0x041E, 0x0443)]
fn formats_of_all_versions_are_read(#[case] format: u16, #[case] cell_format: u16) {
    let mut book = Book::new(Excel97).with_name("示例县教育局");
    // A percent sign behind the text is no part of it.
    let percent = [&numbers(&[200, 2])[..], &[0], b"0%"].concat();
    let plain = [&numbers(&[201, 1])[..], &[0], b"0%"].concat();
    book.globals.extend([record(format, &percent), record(format, &plain)].concat());
    book.globals.extend([200, 201].map(|id| record(cell_format, &numbers(&[0, id, 0, 0, 0, 0, 0, 0, 0, 0]))).concat());
    book.cells.extend(cell(0x0203, FIRST_ROW, units::RATIO, &0.15_f64.to_le_bytes()));
    assert_cell(&book.read(), units::RATIO, &Cell::Number { value: 0.15, percent: true });
    let mut plain = cell(0x0203, FIRST_ROW, units::RATIO, &0.15_f64.to_le_bytes());
    plain[8] = 1;
    book.cells.extend(plain);
    assert_cell(&book.read(), units::RATIO, &Cell::Number { value: 0.15, percent: false });
}

#[test]
fn hidden_rows_are_marked() {
    let mut book = Book::new(Excel97).with_name("示例县教育局");
    let row = |row, flags| record(0x0208, &numbers(&[row, 0, 12, 255, 0, 0, flags, 0]));
    book.cells.extend(row(FIRST_ROW, 0x0120));
    book.cells.extend(cell(LABEL, FIRST_ROW + 1, units::NAME, &Excel97.string("示例县民政局")));
    book.cells.extend(row(FIRST_ROW + 1, 0x0100));
    let sheet = book.read().unwrap();
    assert_eq!(sheet.rows().map(|row| row.hidden).collect::<Vec<_>>(), [true, false]);
}

#[rstest]
#[case::hidden(9, 1)]
#[case::without_width(0, 0)]
fn hidden_columns_are_marked(#[case] width: u16, #[case] flags: u16) {
    let mut book = Book::new(Excel97).with_name("示例县教育局");
    let columns = |[first, last]: [u8; 2], width, flags| {
        record(0x007D, &numbers(&[first.into(), last.into(), width, 0, flags, 0]))
    };
    book.cells.extend(columns([units::SERIAL, units::NAME], 9, 0));
    book.cells.extend(columns([units::TOTAL, units::RATIO], width, flags));
    let sheet = book.read().unwrap();
    assert_eq!(first_row(&sheet).hidden_columns, 1 << units::TOTAL | 1 << units::RATIO);
}

#[rstest]
#[case::shown(0x00B6, Cell::Number { value: 0.0, percent: false })]
#[case::hidden(0x00A6, Cell::Empty)]
fn a_zero_that_the_sheet_hides_is_an_empty_cell(#[case] flags: u16, #[case] total: Cell<'_>) {
    let mut book = Book::new(Excel97).with_name("示例县教育局");
    book.cells.extend(cell(0x0203, FIRST_ROW, units::TOTAL, &0.0_f64.to_le_bytes()));
    book.cells.extend(record(0x023E, &numbers(&[flags, 0, 0, 0, 0, 0, 0, 0, 0])));
    assert_cell(&book.read(), units::TOTAL, &total);
}

#[test]
fn a_sheet_behind_many_others_is_read() {
    let book = Book::new(Excel97).with_name("示例县教育局");
    let other = [Excel97.bof(SHEET), record(EOF, &[])].concat();
    let others = 16;
    let first = Excel97.bof(GLOBALS).len() + (others + 1) * bound_sheet(0).len() + record(EOF, &[]).len();
    let starts = (0..=others).map(|index| bound_sheet((first + index * other.len()) as u32));
    let globals = [Excel97.bof(GLOBALS), starts.collect::<Vec<_>>().concat(), record(EOF, &[])].concat();
    let bytes = [globals, other.repeat(others), book.sheet()].concat();
    assert_name(&read_units(&compound_file(&[root(1), stream("Workbook", bytes)])), "示例县教育局");
}

#[rstest]
#[case::that_are_the_same_bytes(100, |limit| matches!(limit, Excess::ContentBytes { .. }))]
#[case::that_do_not_exist(257, |limit| limit == Excess::Sheets { limit: 256 })]
fn many_sheets_are_refused_as_too_large(#[case] records: usize, #[case] is_expected: fn(Excess) -> bool) {
    let mut book = Book::new(Excel97);
    let start = Excel97.bof(GLOBALS).len() + records * bound_sheet(0).len() + record(EOF, &[]).len();
    // Another row 3 makes it another sheet, which is read to the end.
    book.cells = cell(LABEL, 2, units::NAME, &Excel97.string("名")).repeat(100);
    let sheets = bound_sheet(start as u32).repeat(records);
    let bytes = [Excel97.bof(GLOBALS), sheets, record(EOF, &[]), book.sheet()].concat();
    let file = compound_file(&[root(1), stream("Workbook", bytes)]);
    assert!(matches!(read_units(&file), Err(Refusal::TooLarge(excess)) if is_expected(excess)));
}

#[test]
fn formats_with_long_codes_are_refused_as_too_large() {
    let mut book = Book::new(Excel97);
    let code = "0".repeat(4_000);
    for id in 200..1_300 {
        let format = [&numbers(&[id, 4_000])[..], &[0], code.as_bytes()].concat();
        book.globals.extend(record(0x041E, &format));
    }
    assert_eq!(book.read(), Err(Refusal::TooLarge(Excess::CellFormats { limit: 65_536 })));
}

/// Other programs made these files: xlwt and openpyxl, encrypted with scripts and with msoffcrypto-tool.
#[rstest]
#[case("rc4.xls")]
#[case("rc4-crypto-api.xls")]
#[case("rc4-crypto-api-40-bits.xls")]
#[case("xor.xls")]
#[case("standard.xlsx")]
#[case("agile.xlsx")]
fn a_file_with_the_default_password_is_read(#[case] name: &str) {
    let sheet = read_units(&protected(name));
    assert_name(&sheet, "示例县教育局");
    assert_eq!(sheet.unwrap().rows().len(), 2);
}

#[rstest]
#[case("refused-rc4.xls")]
#[case("refused-rc4-crypto-api.xls")]
#[case("refused-standard.xlsx")]
fn a_file_with_another_password_is_refused(#[case] name: &str) {
    assert_eq!(read_units(&protected(name)), Err(Refusal::Encrypted));
}

#[test]
fn damaged_protected_files_never_panic() {
    for name in ["rc4.xls", "rc4-crypto-api.xls", "xor.xls", "standard.xlsx"] {
        let bytes = protected(name);
        for at in (512..bytes.len()).step_by(97) {
            let mut altered = bytes.clone();
            altered[at] ^= 0xFF;
            let _ = read_units(&altered);
            let _ = read_units(&altered[..at]);
        }
    }
}

fn protected(name: &str) -> Vec<u8> {
    fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/protected").join(name)).unwrap()
}
