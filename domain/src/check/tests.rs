use super::*;
use crate::{
    Code, Detail, Severity,
    schema::units,
    sheet::{Cell, Row},
};
use proptest::prelude::*;
use rstest::rstest;

const CODES: [&str; 2] = ["11320106MB3FQEFLCG", "12330105MB0X0000XX"];

fn text(text: &str) -> Cell<'static> {
    Cell::Text(text.to_owned().into())
}

fn valid_row(row: u32, name: &str) -> Row<'static> {
    let texts = ["1", name, "", "示例县财政局", "县级", "二级预算单位", "240", "15", "36", "王丽", "13812345678", ""];
    let mut cells: Vec<Cell<'static>> =
        texts.iter().map(|t| if t.is_empty() { Cell::Empty } else { text(t) }).collect();
    cells[usize::from(units::CODE)] = text(CODES[0]);
    Row::new(row, cells)
}

fn row_with(column: u8, cell: Cell<'static>) -> Row<'static> {
    let mut row = valid_row(4, "示例县教育局");
    row.cells[usize::from(column)] = cell;
    row
}

fn findings_of(rows: Vec<Row<'static>>) -> Vec<(u32, u8, Code)> {
    check(Template::Units, rows).findings.into_iter().map(|f| (f.row, f.column, f.code)).collect()
}

#[test]
fn many_rows_with_one_mobile_number_are_found() {
    let rows =
        |count: u32| (4..4 + count).map(|row| valid_row(row, &format!("示例县第{row}小学校"))).collect::<Vec<_>>();
    let found = |count| {
        let found: Vec<Finding> = check(Template::Units, rows(count)).findings;
        found.into_iter().filter(|finding| finding.code == Code::SameMobile).collect::<Vec<_>>()
    };
    assert_eq!(found(5), []);
    let six = found(6);
    assert_eq!(six.len(), 6);
    assert_eq!((six[0].row, six[0].column, &six[0].detail), (4, units::MOBILE, &Detail::Count(6)));
    assert_eq!(six[0].severity(), Severity::Warning);
}

#[rstest]
#[case(units::NAME, " ", Some(Code::Required))]
#[case(units::NAME, "局", Some(Code::TooShort))]
#[case(units::NAME, &"长".repeat(101), Some(Code::TooLong))]
#[case(units::NAME, "示例县\n教育局", Some(Code::BadCharacters))]
#[case(units::NAME, "示例县\u{2028}教育局", Some(Code::BadCharacters))]
#[case(units::REMARK, "第一行\u{2028}第二行", None)]
#[case(units::TOTAL, "0,123", Some(Code::NumberFormat))]
#[case(units::NAME, "示例县教育局\u{a0}", Some(Code::Normalized))]
#[case(units::NAME, "示例\u{2067}县\u{fe0f}教\u{3164}育\u{ffa0}局\u{115f}", Some(Code::Normalized))]
#[case(units::CODE, "11320106mb3fqeflcg", Some(Code::Normalized))]
#[case(units::CODE, "11320106MB3FQEFLC", Some(Code::CreditCodeLength))]
#[case(units::CODE, "1132O106MB3FQEFLCG", Some(Code::CreditCodeCharset))]
#[case(units::CODE, "11320106MB3FQEFLCH", Some(Code::CreditCodeCheck))]
#[case(units::SUPERIOR, "示例县教育局", Some(Code::SuperiorSelf))]
#[case(units::ADMIN_LEVEL, "区县", Some(Code::NotInList))]
#[case(units::ADMIN_LEVEL, "县 级", Some(Code::Normalized))]
#[case(units::BUDGET_LEVEL, "", Some(Code::Required))]
#[case(units::TOTAL, "240.00000", None)]
#[case(units::TOTAL, "240.00001", Some(Code::NumberFormat))]
#[case(units::TOTAL, "约240", Some(Code::NumberFormat))]
#[case(units::TOTAL, "5000元", Some(Code::NumberFormat))]
#[case(units::TOTAL, "-1", Some(Code::NumberRange))]
#[case(units::RATIO, "120", Some(Code::NumberRange))]
#[case(units::RATIO, "15%", Some(Code::Normalized))]
#[case(units::SHARE, "36.01", None)]
#[case(units::SHARE, "36.02", Some(Code::ShareMismatch))]
#[case(units::SHARE, "36.000000001", None)]
#[case(units::SHARE, "", None)]
#[case(units::CONTACT, "王", Some(Code::TooShort))]
#[case(units::MOBILE, "1381234567", Some(Code::MobileFormat))]
#[case(units::MOBILE, "12812345678", Some(Code::MobileFormat))]
#[case(units::MOBILE, "１３８１２３４５６７８", Some(Code::Normalized))]
#[case(units::REMARK, "一行\n两行", None)]
fn each_fault_gives_its_code(#[case] column: u8, #[case] typed: &str, #[case] expected: Option<Code>) {
    let expected: Vec<_> = expected.map(|code| (4, column, code)).into_iter().collect();
    assert_eq!(findings_of(vec![row_with(column, text(typed))]), expected);
}

#[test]
fn a_ratio_in_error_skips_the_share_check() {
    let mut row = row_with(units::RATIO, text("120"));
    row.cells[usize::from(units::SHARE)] = text("1");
    assert_eq!(findings_of(vec![row]), [(4, units::RATIO, Code::NumberRange)]);
}

#[test]
fn a_low_ratio_is_a_warning_and_the_share_is_still_checked() {
    let mut row = row_with(units::RATIO, text("5"));
    row.cells[usize::from(units::SHARE)] = text("12");
    assert_eq!(findings_of(vec![row]), [(4, units::RATIO, Code::RatioBelowPolicy)]);
}

#[rstest]
// Displayed as 15.00%.
#[case(0.15, "36", "15", &[])]
#[case(0.07, "16.8", "7", &[Code::RatioBelowPolicy])]
// The user typed 15 into a cell with a percent format. It displays 1500.00%, and the share shows the intended ratio.
#[case(15.0, "36", "15", &[Code::Normalized])]
#[case(15.0, "", "1500", &[Code::NumberRange])]
#[case(0.15, "0.36", "0.15", &[Code::RatioBelowPolicy])]
fn the_share_decides_the_meaning_of_a_percent_cell(
    #[case] value: f64,
    #[case] share: &str,
    #[case] shown: &str,
    #[case] codes: &[Code],
) {
    let mut row = row_with(units::RATIO, Cell::Number { value, percent: true });
    row.cells[usize::from(units::SHARE)] = if share.is_empty() { Cell::Empty } else { text(share) };
    let checked = check(Template::Units, vec![row]);
    assert_eq!(checked.rows[0].cell(units::RATIO), shown);
    assert_eq!(checked.findings.iter().map(|f| f.code).collect::<Vec<_>>(), codes);
}

#[rstest]
#[case(units::MOBILE, 13_812_345_678.0, "13812345678")]
#[case(units::TOTAL, 0.1 + 0.2, "0.3")]
#[case(units::SHARE, 36.000_000_000_1, "36")]
fn numbers_are_read_as_displayed_digits(#[case] column: u8, #[case] value: f64, #[case] shown: &str) {
    let checked = check(Template::Units, vec![row_with(column, Cell::Number { value, percent: false })]);
    assert_eq!(checked.rows[0].cell(column), shown);
}

#[rstest]
#[case(units::NAME, Cell::Error("#N/A"), Code::CellError)]
#[case(units::SERIAL, Cell::Error("#REF!"), Code::CellError)]
#[case(units::REMARK, Cell::Error("#VALUE!"), Code::CellError)]
#[case(units::TOTAL, Cell::Error("#DIV/0!"), Code::CellError)]
#[case(units::SHARE, Cell::FormulaWithoutValue, Code::FormulaWithoutValue)]
#[case(units::NAME, Cell::FormulaWithoutValue, Code::FormulaWithoutValue)]
#[case(units::NAME, text("=DISPIMG(\"ID_0F2A\",1)"), Code::FormulaAsText)]
#[case(units::SUPERIOR, text("=VLOOKUP(A1,B:C,2,0)"), Code::FormulaAsText)]
#[case(units::CONTACT, text(" =A1"), Code::FormulaAsText)]
#[case(units::REMARK, text("=_xlfn.DISPIMG(\"ID_0F2A\",1)"), Code::FormulaAsText)]
#[case(units::NAME, text("示例县\u{e5e5}教育局"), Code::PrivateUseCharacter)]
#[case(units::REMARK, text("\u{f0000}"), Code::PrivateUseCharacter)]
#[case(units::NAME, text("示例县\u{fffc}教育局"), Code::BadCharacters)]
// The check character fits by chance: the last digits are lost all the same.
#[case(units::CODE, number(111_101_012_057_559_000.0), Code::DigitsLost)]
#[case(units::MOBILE, number(1e15), Code::DigitsLost)]
#[case(units::NAME, number(-1e16), Code::DigitsLost)]
#[case(units::MOBILE, Cell::Shown { stored: 1e15, text: "1,000,000,000,000,000".into() }, Code::DigitsLost)]
fn a_cell_without_the_text_of_a_person_gives_its_code(
    #[case] column: u8,
    #[case] cell: Cell<'static>,
    #[case] expected: Code,
) {
    assert_eq!(findings_of(vec![row_with(column, cell)]), [(4, column, expected)]);
}

const fn number(value: f64) -> Cell<'static> {
    Cell::Number { value, percent: false }
}

#[rstest]
#[case(units::SERIAL, Cell::FormulaWithoutValue)]
#[case(units::SERIAL, number(1e20))]
#[case(units::REMARK, text("=100+50"))]
#[case(units::MOBILE, number(13_812_345_678.0))]
fn a_cell_that_needs_no_correction_gives_no_finding(#[case] column: u8, #[case] cell: Cell<'static>) {
    assert_eq!(findings_of(vec![row_with(column, cell)]), []);
}

#[rstest]
#[case(units::TOTAL, Cell::Scaled { stored: 2_400_000.0, shown: 240.0 }, "240", "2400000")]
#[case(units::SHARE, Cell::Scaled { stored: 360_000.0, shown: 36.0 }, "36", "360000")]
#[case(units::TOTAL, Cell::Shown { stored: 24.0, text: "240万元".into() }, "240", "24")]
#[case(units::MOBILE, Cell::Shown { stored: 13_812_345_678.0, text: "13,812,345,678".into() }, "13812345678", "13,812,345,678")]
#[case(units::MOBILE, number(8_613_812_345_678.0), "13812345678", "8613812345678")]
fn what_the_format_shows_counts(
    #[case] column: u8,
    #[case] cell: Cell<'static>,
    #[case] shown: &str,
    #[case] before: &str,
) {
    let checked = check(Template::Units, vec![row_with(column, cell)]);
    assert_eq!(checked.rows[0].cell(column), shown);
    let change = Detail::Change { from: before.to_owned(), to: shown.to_owned() };
    assert_eq!(
        checked.findings.iter().map(|f| (f.code, f.detail.clone())).collect::<Vec<_>>(),
        [(Code::Normalized, change)]
    );
}

#[test]
fn a_number_as_text_is_what_its_format_shows() {
    let shown = Cell::Shown { stored: 3.0, text: "第3小学".into() };
    let checked = check(Template::Units, vec![row_with(units::NAME, shown)]);
    assert_eq!((checked.rows[0].cell(units::NAME), checked.findings), ("第3小学", Vec::new()));
}

#[rstest]
#[case(units::TOTAL, number(264.841_234_56), Code::NumberFormat, "264.84123456")]
#[case(units::TOTAL, number(-5.0), Code::NumberRange, "-5")]
#[case(units::TOTAL, Cell::Scaled { stored: 2_648_401.5, shown: 264.840_15 }, Code::NumberFormat, "264.84015")]
#[case(units::RATIO, Cell::Number { value: 0.123_45, percent: true }, Code::NumberFormat, "12.345")]
fn a_finding_tells_the_digits_that_the_cell_hides(
    #[case] column: u8,
    #[case] cell: Cell<'static>,
    #[case] code: Code,
    #[case] value: &str,
) {
    let found = check(Template::Units, vec![row_with(column, cell)]).findings.remove(0);
    assert_eq!((found.code, found.detail), (code, Detail::Value(value.to_owned())));
}

#[rstest]
#[case(units::SUPERIOR, text("示例县财政局"), Code::Normalized)]
#[case(units::ADMIN_LEVEL, text("县级"), Code::Normalized)]
#[case(units::ADMIN_LEVEL, text("区县"), Code::NotInList)]
#[case(units::SUPERIOR, Cell::Empty, Code::MergedCell)]
#[case(units::NAME, text("示例县教育局"), Code::MergedCell)]
#[case(units::CODE, text(CODES[0]), Code::MergedCell)]
#[case(units::TOTAL, number(240.0), Code::MergedCell)]
#[case(units::RATIO, Cell::Number { value: 0.15, percent: true }, Code::MergedCell)]
#[case(units::SHARE, number(36.0), Code::MergedCell)]
#[case(units::MOBILE, text("13812345678"), Code::MergedCell)]
fn a_merged_cell_counts_only_where_rows_share_a_value(
    #[case] column: u8,
    #[case] cell: Cell<'static>,
    #[case] expected: Code,
) {
    let row = Row { merged: 1 << column, ..row_with(column, cell) };
    let checked = check(Template::Units, vec![row]);
    assert_eq!(checked.findings.iter().map(|f| (f.column, f.code)).collect::<Vec<_>>(), [(column, expected)]);
    assert_eq!(checked.rows[0].cell(column).is_empty(), expected == Code::MergedCell);
}

#[rstest]
#[case(units::SERIAL, text("1"))]
#[case(units::REMARK, Cell::Empty)]
fn a_merged_cell_that_may_be_empty_gives_no_finding(#[case] column: u8, #[case] cell: Cell<'static>) {
    assert_eq!(findings_of(vec![Row { merged: 1 << column, ..row_with(column, cell) }]), []);
}

#[test]
fn hidden_rows_are_checked_and_counted() {
    let rows = vec![valid_row(4, "示例县教育局"), Row { hidden: true, ..row_with(units::CODE, text(CODES[1])) }];
    assert_eq!(check(Template::Units, rows).hidden, HiddenData { rows: vec![4], columns: vec![] });
}

/// A text column has the digits of a number, and what the cell shows instead is told.
#[rstest]
#[case(Cell::Number { value: 123_456_789_012.0, percent: false }, "123456789012", Some("1.23457E+11"))]
#[case(Cell::Number { value: 100_000_000_000.0, percent: false }, "100000000000", Some("1E+11"))]
#[case(Cell::Number { value: 13_812_345_678.0, percent: false }, "13812345678", None)]
#[case(Cell::Number { value: 1.234_567_891_234_5, percent: false }, "1.2345678912345", Some("1.234567891"))]
#[case(Cell::Number { value: 99_999_999_999.5, percent: false }, "99999999999.5", Some("100000000000"))]
#[case(Cell::Number { value: -1_234_567_890.5, percent: false }, "-1234567890.5", Some("-1234567891"))]
#[case(Cell::Number { value: 0.000_012_345_678, percent: false }, "0.000012345678", Some("1.23457E-05"))]
#[case(Cell::Number { value: 0.000_123, percent: false }, "0.000123", None)]
#[case(Cell::Abbreviated { stored: 13_812_345_678.0, shown: "1.38E+10".into() }, "13812345678", Some("1.38E+10"))]
#[case(Cell::Shown { stored: 1.005, text: "1.01".into() }, "1.01", Some("1.005"))]
#[case(Cell::Shown { stored: 1_234.0, text: "1,234.00".into() }, "1,234.00", None)]
#[case(Cell::Shown { stored: 46_082.0, text: "2026年3月1日".into() }, "2026年3月1日", None)]
#[case(Cell::Shown { stored: 123.0, text: "000123".into() }, "000123", None)]
fn a_number_of_which_a_text_column_shows_other_digits_is_told(
    #[case] cell: Cell<'static>,
    #[case] read: &str,
    #[case] before: Option<&str>,
) {
    let checked = check(Template::Units, vec![row_with(units::REMARK, cell)]);
    assert_eq!(checked.rows[0].cell(units::REMARK), read);
    let change = |from: &str| Detail::Change { from: from.to_owned(), to: read.to_owned() };
    let told: Vec<_> = checked.findings.into_iter().map(|found| (found.code, found.detail)).collect();
    assert_eq!(told, before.map(|before| (Code::Normalized, change(before))).into_iter().collect::<Vec<_>>());
}

#[test]
fn hidden_columns_with_values_are_named() {
    // 序号 is ignored, and the remark is empty.
    let hidden_columns = 1 | 1 << units::TOTAL | 1 << units::CONTACT | 1 << units::REMARK;
    let row = Row { hidden_columns, ..valid_row(4, "示例县教育局") };
    let checked = check(Template::Units, vec![row]);
    assert_eq!(checked.hidden, HiddenData { rows: vec![], columns: vec![units::TOTAL, units::CONTACT] });
}

#[test]
fn names_of_different_width_are_duplicates() {
    let mut second = valid_row(5, "示例县 教育局(本级)");
    second.cells[usize::from(units::CODE)] = text(CODES[1]);
    let mut found = findings_of(vec![valid_row(4, "示例县教育局（本级）"), second]);
    found.retain(|(_, column, _)| *column == units::NAME);
    assert_eq!(found, [(4, units::NAME, Code::DuplicateName), (5, units::NAME, Code::DuplicateName)]);
}

#[test]
fn duplicate_findings_name_the_other_row() {
    let mut second = valid_row(9, "示例县教育局");
    second.cells[usize::from(units::SUPERIOR)] = text("示例县人民政府");
    let checked = check(Template::Units, vec![valid_row(4, "示例县教育局"), second]);
    let rows: Vec<_> = checked.findings.iter().map(|f| (f.row, f.code, f.detail.clone())).collect();
    assert_eq!(
        rows,
        [
            (4, Code::DuplicateName, Detail::Rows(vec![9])),
            (4, Code::DuplicateCode, Detail::Rows(vec![9])),
            (9, Code::DuplicateName, Detail::Rows(vec![4])),
            (9, Code::DuplicateCode, Detail::Rows(vec![4])),
        ]
    );
}

/// The rows with `superior-cycle`. `edges` has the name and the superior of each row.
fn cycles(edges: &[(&str, &str)]) -> Vec<u32> {
    let rows = (4..).zip(edges).map(|(row, (name, above))| {
        let mut row = valid_row(row, &format!("单位{name}"));
        row.cells[usize::from(units::SUPERIOR)] = text(&format!("单位{above}"));
        row
    });
    let checked = check(Template::Units, rows);
    checked.findings.into_iter().filter(|f| f.code == Code::SuperiorCycle).map(|f| f.row).collect()
}

#[rstest]
#[case(&[("a", "b"), ("b", "a")], &[4, 5])]
#[case(&[("a", "b"), ("b", "c"), ("c", "b")], &[5, 6])]
#[case(&[("a", "b"), ("b", "c"), ("c", "x")], &[])]
#[case(&[("a", "a"), ("b", "a")], &[])]
#[case(&[("d", "c"), ("c", "b"), ("b", "c"), ("e", "f"), ("f", "e")], &[5, 6, 7, 8])]
fn only_rows_on_a_cycle_are_reported(#[case] edges: &[(&str, &str)], #[case] expected: &[u32]) {
    assert_eq!(cycles(edges), expected);
}

#[test]
fn a_chain_in_a_file_has_a_limit() {
    let rows = (4..30).map(|row| {
        let mut cells = valid_row(row, &format!("单位{row}"));
        cells.cells[usize::from(units::SUPERIOR)] = text(&format!("单位{}", row - 1));
        cells
    });
    let checked = check(Template::Units, rows);
    let too_deep = checked.findings.into_iter().filter(|f| f.code == Code::TooDeep).map(|f| f.row);
    // The first row is on the second level at best.
    assert_eq!(too_deep.collect::<Vec<_>>(), (23..30).collect::<Vec<_>>());
}

#[test]
fn many_equal_rows_name_few_other_rows() {
    let checked = check(Template::Units, (4..5_004).map(|row| valid_row(row, "示例县教育局")));
    let named: usize = checked.findings.iter().map(|f| if let Detail::Rows(r) = &f.detail { r.len() } else { 0 }).sum();
    assert!(named <= 5_000 * 2 * 20, "{named}");
}

#[test]
fn a_valid_row_converts_to_typed_values() {
    let checked = check(Template::Units, vec![valid_row(4, "示例县教育局")]);
    let typed = unit_input(&checked.rows[0]).unwrap();
    assert_eq!((typed.total.fen(), typed.ratio.hundredths(), typed.share.fen()), (240_000_000, 1_500, 36_000_000));
}

fn any_cell() -> impl Strategy<Value = Cell<'static>> {
    prop_oneof![
        Just(Cell::Empty),
        "\\PC{0,24}".prop_map(|t| Cell::Text(t.into())),
        "[0-9.,%-]{0,12}".prop_map(|t| Cell::Text(t.into())),
        (any::<f64>(), any::<bool>()).prop_map(|(value, percent)| Cell::Number { value, percent }),
        any::<bool>().prop_map(Cell::Bool),
        (any::<f64>(), any::<f64>()).prop_map(|(stored, shown)| Cell::Scaled { stored, shown }),
        (any::<f64>(), "[0-9.,第]{0,12}").prop_map(|(stored, text)| Cell::Shown { stored, text: text.into() }),
        Just(Cell::Error("#N/A")),
        Just(Cell::FormulaWithoutValue),
    ]
}

proptest! {
    #[test]
    fn a_cell_has_one_finding_and_a_row_without_errors_converts(
        cells in proptest::collection::vec((proptest::collection::vec(any_cell(), 0..13), any::<u16>()), 1..8),
    ) {
        let rows = (4..).zip(cells).map(|(row, (cells, merged))| Row { merged, ..Row::new(row, cells) });
        let checked = check(Template::Units, rows);
        let mut cells_with_findings: Vec<_> = checked.findings.iter().map(|f| (f.row, f.column)).collect();
        prop_assert!(cells_with_findings.is_sorted());
        cells_with_findings.dedup();
        prop_assert_eq!(cells_with_findings.len(), checked.findings.len());
        for row in &checked.rows {
            let in_error = checked.findings.iter().any(|f| f.row == row.row && f.severity() == Severity::Error);
            prop_assert!(in_error || unit_input(row).is_some());
        }
    }

    #[test]
    fn checking_tidied_cells_again_gives_the_same_errors(
        texts in proptest::collection::vec("\\PC{0,24}|[0-9.,%-]{0,12}", 12),
    ) {
        let faults = |checked: &Checked| {
            let all = checked.findings.iter().filter(|f| f.severity() == Severity::Error);
            all.map(|f| (f.column, f.code)).collect::<Vec<_>>()
        };
        let cells = texts.iter().map(|t| text(t)).collect();
        let once = check(Template::Units, vec![Row::new(4, cells)]);
        let again = once.rows[0].cells.iter().map(|t| Cell::Text(t.into())).collect();
        let twice = check(Template::Units, vec![Row::new(4, again)]);
        prop_assert_eq!(faults(&once), faults(&twice));
    }
}
