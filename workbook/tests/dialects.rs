//! .xlsx files as other writers spell them. What a person sees is the same in all of them.
#![allow(clippy::unwrap_used)]

use domain::{Excess, Refusal, Template, schema::units, sheet::Cell};
use rstest::rstest;
use workbook::read::{Limits, Sheet, read};

mod parts;
use parts::{BOOK, MAIN, Parts, RELATIONS, ROOT_RELATIONS, SHEET, STRINGS, STYLES, TYPES, valid_with_strings};

const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The name in row 60, and another shared string in front of it.
const NAME: &str = "示例县第六十中学";

fn parts() -> Parts {
    parts_with_index("1")
}

fn parts_with_index(index: &str) -> Parts {
    valid_with_strings(&format!("<si><t>错的名称</t></si><si><t>{NAME}</t></si>"), index)
}

/// The file with a cell of the remark in row 60.
fn parts_with_remark(cell: &str) -> Parts {
    parts().replace(SHEET, "</v></c></row></sheetData>", &format!("</v></c>{cell}</row></sheetData>"))
}

fn read_units(parts: &Parts) -> Result<Sheet, Refusal> {
    read(Template::Units, &parts.zip(), Limits::default())
}

/// Checks that row 60 has the name, and all other rows what the plain file has.
fn assert_same(parts: &Parts) {
    let (expected, sheet) = (read_units(&self::parts()).unwrap(), read_units(parts).unwrap());
    assert!(expected.rows().eq(sheet.rows()), "{:?}", sheet.rows().next_back());
    assert_eq!(sheet.rows().next_back().unwrap().cells[usize::from(units::NAME)], Cell::Text(NAME.into()));
}

fn assert_remark(cell: &str, expected: Cell<'_>) {
    let sheet = read_units(&parts_with_remark(cell)).unwrap();
    assert_eq!(sheet.rows().next_back().unwrap().cells[usize::from(units::REMARK)], expected, "{cell}");
}

#[test]
fn the_plain_file_is_read() {
    assert_same(&parts());
}

#[rstest]
#[case("1 ")]
#[case("\n\t1\r\n")]
#[case("01")]
#[case("&#49;")]
#[case("<![CDATA[1]]>")]
#[case("<!-- 0 -->1<?skip 0?>")]
fn an_index_of_a_shared_string_is_read_by_the_rules_of_xml(#[case] index: &str) {
    assert_same(&parts_with_index(index));
}

#[rstest]
#[case("2")]
#[case("-1")]
#[case("1x")]
#[case("4294967297")]
fn a_wrong_index_is_never_another_text(#[case] index: &str) {
    assert_eq!(read_units(&parts_with_index(index)), Err(Refusal::Damaged));
}

#[rstest]
#[case::number("<c r='L60'><v> 5 </v></c>", Cell::Number { value: 5.0, percent: false })]
#[case::extension("<c r='L60'><v>5</v><extLst><ext><v>6</v></ext></extLst></c>", Cell::Number { value: 5.0, percent: false })]
#[case::lower_case("<c r='l60'><v>5</v></c>", Cell::Number { value: 5.0, percent: false })]
#[case::foreign_value("<c r='L60'><v>5</v><x:v xmlns:x='urn:x'>6</x:v></c>", Cell::Number { value: 5.0, percent: false })]
#[case::untyped_text("<c r='L60'><v>约5</v></c>", Cell::Text("约5".into()))]
#[case::boolean("<c r='L60' t='b'><v> true </v></c>", Cell::Bool(true))]
#[case::error("<c r='L60' t='e'><v> #N/A</v></c>", Cell::Error("#N/A"))]
#[case::later_error("<c r='L60' t='e'><v>#CALC!</v></c>", Cell::Error("#CALC!"))]
#[case::unknown_error("<c r='L60' t='e'><v>#无!</v></c>", Cell::Error("#UNKNOWN!"))]
#[case::date("<c r='L60' t='d'><v>2026-03-01T00:00:00</v></c>", Cell::Text("2026-03-01".into()))]
#[case::formula_text("<c r='L60' t='str'><f>A1</f><v>a&lt;<![CDATA[<b>]]></v></c>", Cell::Text("a<<b>".into()))]
#[case::formula_comment("<c r='L60' t='str'><f>A1<!-- --></f><v>x</v></c>", Cell::Text("x".into()))]
#[case::escape("<c r='L60' t='str'><v>a_x000A_b_x005F_x0041__xD83D__xDE00_</v></c>", Cell::Text("a\nb_x0041_😀".into()))]
#[case::inline_escape("<c r='L60' t='inlineStr'><is><t>_x0041__x005f_x</t></is></c>", Cell::Text("A_x".into()))]
#[case::runs("<c r='L60' t='inlineStr'><is><r><rPr><b/></rPr><t>甲 </t></r><r><t xml:space='preserve'> 乙</t></r></is></c>", Cell::Text("甲 乙".into()))]
#[case::phonetic("<c r='L60' t='inlineStr'><is><t>甲</t><rPh sb='0' eb='1'><t>jia</t></rPh></is></c>", Cell::Text("甲".into()))]
#[case::comment_in_format("<c r='L60' t='inlineStr'><is><r><rPr><!--</rPr><t>丙</t>--></rPr><t>甲</t></r></is></c>", Cell::Text("甲".into()))]
#[case::comment_in_text("<c r='L60' t='inlineStr'><is><t>甲<!-- 丙 -->乙</t></is></c>", Cell::Text("甲乙".into()))]
#[case::inherited_space("<c r='L60' t='inlineStr' xml:space='preserve'><is><r><t>甲</t></r><r><t> 乙</t></r></is></c>", Cell::Text("甲 乙".into()))]
#[case::space_taken_back("<c r='L60' t='inlineStr' xml:space='preserve'><is><r><t>甲</t></r><r><t xml:space='default'> 乙</t></r></is></c>", Cell::Text("甲乙".into()))]
#[case::inline_value("<c r='L60' t='inlineStr'><v>甲</v></c>", Cell::Text("甲".into()))]
#[case::character_reference("<c r='L60' t='inlineStr'><is><t>&#x7532;&amp;&#20057;</t></is></c>", Cell::Text("甲&乙".into()))]
#[case::alternatives(
    "<mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'><mc:Choice Requires='x'><c r='L60'><v>6</v></c></mc:Choice><mc:Fallback><c r='L60'><v>5</v></c></mc:Fallback></mc:AlternateContent>",
    Cell::Number { value: 5.0, percent: false }
)]
#[case::in_a_foreign_element("<x:list xmlns:x='urn:x'><c r='L60'><v>6</v></c></x:list>", Cell::Empty)]
#[case::in_a_comment("<!-- <c r='L60'><v>6</v></c> -->", Cell::Empty)]
#[case::attribute_with_blanks("<c r = 'L60' ><v>5</v></c>", Cell::Number { value: 5.0, percent: false })]
#[case::attribute_with_reference("<c r='L6&#48;'><v>5</v></c>", Cell::Number { value: 5.0, percent: false })]
fn a_cell_is_read_by_the_rules_of_xml(#[case] cell: &str, #[case] expected: Cell<'_>) {
    assert_remark(cell, expected);
}

#[rstest]
#[case::undeclared_entity("<c r='L60' t='str'><v>&x;</v></c>")]
#[case::undeclared_prefix("<x:c r='L60'><v>5</v></x:c>")]
#[case::not_nested("<c r='L60'><v>5</c></v>")]
#[case::bad_reference("<c r='60'><v>5</v></c>")]
fn a_sheet_that_is_not_well_formed_is_damaged(#[case] cell: &str) {
    assert_eq!(read_units(&parts_with_remark(cell)), Err(Refusal::Damaged));
}

#[test]
fn a_sheet_that_ends_early_is_damaged() {
    for end in ["</sheetData>", "<pageMargins"] {
        let sheet = parts().text(SHEET);
        let cut = sheet.split(end).next().unwrap();
        assert_eq!(read_units(&parts().with(SHEET, cut)), Err(Refusal::Damaged), "{end}");
    }
}

#[test]
fn blanks_belong_to_a_text_if_an_ancestor_says_so() {
    let runs = "<c r='L60' t='inlineStr'><is><r><t>甲</t></r><r><t> 乙</t></r></is></c>";
    assert_remark(runs, Cell::Text("甲乙".into()));
    for (from, to) in
        [("<worksheet", "<worksheet xml:space='preserve'"), ("<sheetData", "<sheetData xml:space='preserve'")]
    {
        let sheet = read_units(&parts_with_remark(runs).replace(SHEET, from, to)).unwrap();
        assert_eq!(sheet.rows().next_back().unwrap().cells[usize::from(units::REMARK)], Cell::Text("甲 乙".into()));
    }
}

/// Gives every element a prefix.
fn prefixed(xml: &str) -> String {
    let mut prefixed = String::new();
    for (index, piece) in xml.split('<').enumerate() {
        prefixed += match piece.as_bytes() {
            _ if index == 0 => "",
            [b'?' | b'!', ..] => "<",
            [b'/', ..] => "</x:",
            _ => "<x:",
        };
        prefixed += if index == 0 { piece } else { piece.strip_prefix('/').unwrap_or(piece) };
    }
    prefixed.replacen(" xmlns=", " xmlns:x=", 1)
}

const READ_PARTS: [&str; 7] = [TYPES, ROOT_RELATIONS, RELATIONS, BOOK, SHEET, STRINGS, STYLES];

#[test]
fn prefixes_do_not_matter() {
    for name in READ_PARTS {
        let text = prefixed(&parts().text(name));
        assert_same(&parts().with(name, text));
    }
    let all = READ_PARTS.into_iter().fold(parts(), |all, name| all.with(name, prefixed(&parts().text(name))));
    assert_same(&all);
}

#[test]
fn a_second_prefix_of_the_namespace_is_read() {
    let cell = format!("<row r='60'><x:c xmlns:x='{MAIN}' r='L60'><x:v>5</x:v></x:c></row></sheetData>");
    let sheet = read_units(&parts().replace(SHEET, "</sheetData>", &cell)).unwrap();
    let remark = sheet.rows().next_back().unwrap().cells[usize::from(units::REMARK)].clone();
    assert_eq!(remark, Cell::Number { value: 5.0, percent: false });
}

#[test]
fn strict_namespaces_are_read() {
    let strict = parts()
        .replace_all(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
        .replace_all(RELATIONSHIPS, "http://purl.oclc.org/ooxml/officeDocument/relationships");
    assert_same(&strict);
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

type Encode<'a> = &'a dyn Fn(&str) -> Vec<u8>;

#[test]
fn every_encoding_is_read() {
    let declared = |encoding: &str, text: &str| format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>\n{text}");
    let bom = '\u{FEFF}';
    let encodings: [(&str, Encode<'_>); 8] = [
        ("UTF-8 with a byte order mark", &|text| format!("{bom}{text}").into()),
        ("UTF-8, declared", &|text| declared("utf-8", text).into()),
        ("UTF-8, declared as UTF-16", &|text| declared("UTF-16", text).into()),
        ("UTF-16, little endian", &|text| utf16(&format!("{bom}{}", declared("UTF-16", text)), u16::to_le_bytes)),
        ("UTF-16, big endian", &|text| utf16(&format!("{bom}{}", declared("UTF-16", text)), u16::to_be_bytes)),
        ("UTF-16 without a declaration", &|text| utf16(&format!("{bom}{text}"), u16::to_le_bytes)),
        ("UTF-16 without a mark", &|text| utf16(&declared("UTF-16", text), u16::to_be_bytes)),
        ("GB18030", &|text| {
            let text = declared("GB18030", text);
            encoding_rs::GB18030.encode(&text).0.into_owned()
        }),
    ];
    for (encoding, encode) in encodings {
        for name in READ_PARTS {
            println!("{encoding}: {name}");
            assert_same(&parts().with(name, encode(&parts().text(name))));
        }
        let all = READ_PARTS.into_iter().fold(parts(), |all, name| all.with(name, encode(&parts().text(name))));
        assert_same(&all);
    }
}

#[rstest]
#[case("worksheets/sheet1.xml", SHEET)]
#[case("../xl/worksheets/sheet1.xml", SHEET)]
#[case("/xl/worksheets/sheet1.xml", SHEET)]
#[case("./worksheets/./Sheet1.XML", SHEET)]
#[case(r"worksheets\sheet1.xml", SHEET)]
#[case("/other/place.xml", "other/place.xml")]
#[case("/other/place.xml", "Other\\Place.xml")]
#[case("my%20sheet.xml", "xl/my sheet.xml")]
fn the_relationship_leads_to_the_sheet(#[case] target: &str, #[case] name: &str) {
    let text = parts().text(SHEET);
    let decoy = "<worksheet><sheetData/></worksheet>";
    let moved = parts().with(SHEET, decoy).with(name, text).replace(RELATIONS, "/xl/worksheets/sheet1.xml", target);
    assert_same(&moved);
}

/// Renames a part, and leaves another under its usual name.
fn renamed(parts: Parts, name: &str, to: &str, decoy: &str) -> Parts {
    let text = parts.text(name);
    let (file, new_file) = (name.rsplit('/').next().unwrap(), to.rsplit('/').next().unwrap());
    let relations = if name == BOOK { ROOT_RELATIONS } else { RELATIONS };
    parts.replace(relations, file, new_file).with(name, decoy).with(to, text)
}

#[test]
fn the_relationship_leads_to_every_part() {
    let main = format!("xmlns='{MAIN}'");
    let strings = format!("<sst {main}><si><t>错的</t></si><si><t>错的</t></si></sst>");
    assert_same(&renamed(parts(), STRINGS, "xl/sharedStrings2.xml", &strings));
    let book = format!("<workbook {main}><sheets/></workbook>");
    let book = renamed(parts(), BOOK, "xl/book.xml", &book);
    let relations = book.text(RELATIONS);
    assert_same(&book.without(RELATIONS).with("xl/_rels/book.xml.rels", relations));
    assert_same(&parts().without(TYPES));

    let percent = "<cellXfs count='1'><xf numFmtId='10'/><xf numFmtId='14'/></cellXfs></styleSheet>";
    let styles = format!("<styleSheet {main}>{percent}");
    let cell = "<c r='L60' s='0'><v>0.5</v></c>";
    for name in [STYLES, "xl/styles2.xml"] {
        let parts = renamed(parts_with_remark(cell), STYLES, name, "<none/>").with(name, styles.clone());
        let sheet = read_units(&parts).unwrap();
        let remark = sheet.rows().next_back().unwrap().cells[usize::from(units::REMARK)].clone();
        assert_eq!(remark, Cell::Shown { stored: 0.5, text: "50.00%".into() }, "{name}");
    }
}

/// A cell without style has the first one (ECMA-376 part 1, 18.3.1.4).
#[rstest]
#[case("<c r='L60'><v>0.5</v></c>")]
#[case("<c r='L60'><v>0.5 </v></c>")]
fn a_cell_without_style_has_the_first(#[case] cell: &str) {
    let styles = format!("<styleSheet xmlns='{MAIN}'><cellXfs><xf numFmtId='9'/></cellXfs></styleSheet>");
    let sheet = read_units(&parts_with_remark(cell).with(STYLES, styles)).unwrap();
    let remark = sheet.rows().next_back().unwrap().cells[usize::from(units::REMARK)].clone();
    assert_eq!(remark, Cell::Shown { stored: 0.5, text: "50%".into() });
}

#[rstest]
#[case("show")]
#[case("")]
#[case("Hidden?")]
fn a_sheet_of_unknown_state_is_visible(#[case] state: &str) {
    assert_same(&parts().replace(BOOK, "state=\"visible\"", &format!("state=\"{state}\"")));
}

#[test]
fn a_very_hidden_sheet_is_not_read() {
    let hidden = parts().replace(BOOK, "state=\"visible\"", "state=\"veryHidden\"");
    assert_eq!(read_units(&hidden), Err(Refusal::MacroSheet));
}

#[rstest]
#[case::no_id("", "")]
#[case::empty_id("r:id=''", "")]
#[case::unknown_id("r:id='rId99'", "")]
#[case::external("r:id='other'", "Type='{}/worksheet' Target='file:///other.xlsx' TargetMode='External'")]
#[case::missing_part("r:id='other'", "Type='{}/worksheet' Target='worksheets/missing.xml'")]
#[case::chart("r:id='other'", "Type='{}/chartsheet' Target='chartsheets/sheet1.xml'")]
#[case::chart_as_sheet("r:id='other'", "Type='{}/worksheet' Target='chart.xml'")]
#[case::macros(
    "r:id='other'",
    "Type='http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet' Target='macrosheets/sheet1.xml'"
)]
#[case::broken("r:id='other'", "Type='{}/worksheet' Target='broken.xml'")]
fn a_broken_or_foreign_sheet_is_only_its_own_loss(#[case] id: &str, #[case] relationship: &str) {
    let relationship =
        format!("<Relationship Id='other' {}/></Relationships>", relationship.replace("{}", RELATIONSHIPS));
    let sheet = format!("<sheet name='other' sheetId='9' {id}/>");
    for (from, to) in [("</sheets>", format!("{sheet}</sheets>")), ("<sheets>", format!("<sheets>{sheet}"))] {
        let parts = parts()
            .replace(RELATIONS, "</Relationships>", &relationship)
            .replace(BOOK, from, &to)
            .with("xl/chart.xml", format!("<chartsheet xmlns='{MAIN}'/>"))
            .with("xl/broken.xml", format!("<worksheet xmlns='{MAIN}'><sheetData><row>"));
        assert_same(&parts);
    }
}

/// The rows must not get lost because a fault ends the sheet before them.
#[test]
fn an_end_tag_of_another_element_before_the_rows_is_damage() {
    let broken = parts().replace(SHEET, "<sheetData>", "<sheetViews></worksheet><sheetData>");
    assert_eq!(read_units(&broken), Err(Refusal::Damaged));
}

#[test]
fn a_sheet_behind_many_others_is_read() {
    let others = "<sheet name='other' sheetId='9' r:id='other'/>".repeat(200);
    let relationship =
        format!("<Relationship Id='other' Type='{RELATIONSHIPS}/worksheet' Target='other.xml'/></Relationships>");
    let many = parts()
        .replace(RELATIONS, "</Relationships>", &relationship)
        .replace(BOOK, "<sheets>", &format!("<sheets>{others}"))
        .with("xl/other.xml", format!("<worksheet xmlns='{MAIN}'><sheetData/></worksheet>"));
    assert_same(&many);
    let too_many = many.replace(BOOK, "<sheets>", &format!("<sheets>{others}"));
    assert_eq!(read_units(&too_many), Err(Refusal::TooLarge(Excess::Sheets { limit: 256 })));
}

#[rstest]
#[case("application/vnd.ms-excel.sheet.binary.macroEnabled.main")]
fn a_binary_workbook_is_no_xlsx(#[case] content_type: &str) {
    let main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
    assert_eq!(read_units(&parts().replace(TYPES, main, content_type)), Err(Refusal::NotASpreadsheet));
}

#[test]
fn another_office_document_is_no_spreadsheet() {
    let document = "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'/>";
    assert_eq!(read_units(&parts().with(BOOK, document)), Err(Refusal::NotASpreadsheet));
}

/// The comment makes the fast scanner stop, so that the other reader reads the sheet.
#[rstest]
fn hidden_columns_are_marked(
    #[values("hidden='1' width='9'", "hidden='true'", "width='0'", "width='0.0' hidden='0'")] attributes: &str,
    #[values("", "<!-- -->")] comment: &str,
) {
    let columns = format!("<cols><col min='1' max='6' width='9'/><col min='7' max='8' {attributes}/></cols>");
    let hiding = parts().replace(SHEET, "<sheetData>", &format!("{columns}{comment}<sheetData>"));
    let sheet = read_units(&hiding).unwrap();
    assert!(sheet.rows().all(|row| row.hidden_columns == 1 << units::TOTAL | 1 << units::RATIO));
    assert!(read_units(&parts()).unwrap().rows().all(|row| row.hidden_columns == 0));
}

#[rstest]
fn a_zero_that_the_sheet_hides_is_an_empty_cell(
    #[values("0", "false", "1")] shows_zeros: &str,
    #[values("", "<!-- -->")] comment: &str,
) {
    // Row 61 has nothing but a zero.
    let zeros =
        "<c r='G60'><v>0</v></c><c r='H60'><v>0.5</v></c></row><row r='61'><c r='G61'><v>0</v></c></row></sheetData>";
    let hiding = parts().replace(SHEET, "</row></sheetData>", zeros).replace(
        SHEET,
        "<sheetView ",
        &format!("{comment}<sheetView showZeros='{shows_zeros}' "),
    );
    let sheet = read_units(&hiding).unwrap();
    let shown = shows_zeros == "1";
    let last = sheet.rows().next_back().unwrap();
    assert_eq!(last.row, if shown { 61 } else { 60 });
    let row = sheet.rows().find(|row| row.row == 60).unwrap();
    let number = |value| Cell::Number { value, percent: false };
    assert_eq!(row.cells[usize::from(units::TOTAL)], if shown { number(0.0) } else { Cell::Empty });
    assert_eq!(row.cells[usize::from(units::RATIO)], number(0.5));
}

#[rstest]
fn hidden_and_filtered_rows_are_marked(
    #[values("hidden='1'", "hidden='true' ht='15'", "ht='0'")] attributes: &str,
    #[values("", "<!-- -->")] comment: &str,
) {
    let hiding = parts().replace(SHEET, "<row r=\"60\">", &format!("{comment}<row r=\"60\" {attributes}>")).replace(
        SHEET,
        "</sheetData>",
        "</sheetData><autoFilter ref='A3:L60'/>",
    );
    let sheet = read_units(&hiding).unwrap();
    assert_eq!(sheet.rows().filter(|row| row.hidden).map(|row| row.row).collect::<Vec<_>>(), [60]);
    assert_eq!(sheet.rows().len(), read_units(&parts()).unwrap().rows().len());
}
