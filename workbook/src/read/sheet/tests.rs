use super::*;
use crate::read::number_format::NumberFormat;
use domain::schema::units;
use rstest::rstest;

/// A sheet of template 1 that a test fills in.
fn read(fill: impl FnOnce(&mut RowCollector<'_>) -> Result<()>) -> Result<Sheet> {
    read_with(Limits::default(), fill)
}

fn read_with(limits: Limits, fill: impl FnOnce(&mut RowCollector<'_>) -> Result<()>) -> Result<Sheet> {
    let mut texts = TextPool::default();
    let mut to = RowCollector::new(Template::Units, limits, &mut texts);
    for (column, header) in (0..).zip(Template::Units.columns()) {
        text(&mut to, HEADER_ROW, column, header.header)?;
    }
    fill(&mut to)?;
    let rows = to.finish()?;
    Ok(Sheet::new(texts, rows))
}

fn text(to: &mut RowCollector<'_>, row: u32, column: u8, text: &str) -> Result<()> {
    formatted(to, row, column, text, "General")
}

fn formatted(to: &mut RowCollector<'_>, row: u32, column: u8, text: &str, format: &str) -> Result<()> {
    to.text(row, column.into(), &NumberFormat::parse(format), |texts| {
        texts.push_str(text);
        Ok(())
    })
}

fn number(to: &mut RowCollector<'_>, row: u32, column: u8, value: f64, format: &str) -> Result<()> {
    to.number(row, column.into(), value, &NumberFormat::parse(format))
}

fn formula(to: &mut RowCollector<'_>, row: u32, column: u8, value: f64) -> Result<()> {
    to.mark_formula(row, column.into());
    number(to, row, column, value, "0.00")
}

/// The rows from 4 on, each with a name.
fn named_rows(to: &mut RowCollector<'_>, count: u32) -> Result<()> {
    (FIRST_DATA_ROW..FIRST_DATA_ROW + count).try_for_each(|row| text(to, row, units::NAME, &format!("单位{row}")))
}

fn cell(sheet: &Sheet, row: usize, column: u8) -> Cell<'_> {
    sheet.rows().nth(row).unwrap().cells.swap_remove(usize::from(column))
}

const fn range(rows: [u32; 2], columns: [u8; 2]) -> CellRange {
    CellRange { first_row: rows[0], last_row: rows[1], first_column: columns[0] as u32, last_column: columns[1] as u32 }
}

fn plain(value: f64) -> Cell<'static> {
    Cell::Number { value, percent: false }
}

#[test]
fn formats_count_in_data_cells() {
    let sheet = read(|to| {
        formatted(to, 4, units::NAME, "教育局", "\"示例县\"@")?;
        number(to, 4, units::SERIAL, 1.0, "\"第\"0\"号\"")?;
        number(to, 4, units::CODE, 123.0, "000000")?;
        number(to, 4, units::TOTAL, 2_648_400.0, "0\".\"0,")?;
        number(to, 4, units::RATIO, 0.15, "0.00 %")?;
        number(to, 4, units::SHARE, 5.0, ";;;")?;
        number(to, 4, units::MOBILE, 13_812_345_678.0, "General")
    });
    let sheet = sheet.unwrap();
    let shown = |column| cell(&sheet, 0, column);
    assert_eq!(shown(units::NAME), Cell::Text("示例县教育局".into()));
    assert_eq!(shown(units::SERIAL), plain(1.0));
    assert_eq!(shown(units::CODE), Cell::Shown { stored: 123.0, text: "000123".into() });
    assert_eq!(shown(units::TOTAL), Cell::Scaled { stored: 2_648_400.0, shown: 264.84 });
    assert_eq!(shown(units::RATIO), Cell::Number { value: 0.15, percent: true });
    assert_eq!(shown(units::SHARE), Cell::Empty);
    assert_eq!(shown(units::MOBILE), plain(13_812_345_678.0));
}

#[test]
fn a_shared_text_keeps_its_form_in_other_cells() {
    let mut texts = TextPool::default();
    let shared = texts.add(|text| {
        text.push_str("教育局");
        Ok(())
    });
    let shared = shared.unwrap();
    let mut to = RowCollector::new(Template::Units, Limits::default(), &mut texts);
    for (column, header) in (0..).zip(Template::Units.columns()) {
        text(&mut to, HEADER_ROW, column, header.header).unwrap();
    }
    to.shared_text(4, 1, shared, &NumberFormat::parse("\"示例县\"@")).unwrap();
    to.shared_text(5, 1, shared, &NumberFormat::Number).unwrap();
    let rows = to.finish().unwrap();
    let sheet = Sheet::new(texts, rows);
    assert_eq!(cell(&sheet, 0, units::NAME), Cell::Text("示例县教育局".into()));
    assert_eq!(cell(&sheet, 1, units::NAME), Cell::Text("教育局".into()));
}

#[test]
fn a_row_of_serial_number_and_zeros_of_formulas_is_blank() {
    let sheet = read(|to| {
        named_rows(to, 1)?;
        formula(to, 4, units::SHARE, 0.0)?;
        number(to, 5, units::SERIAL, 2.0, "General")?;
        formula(to, 5, units::NAME, 0.0)?;
        formula(to, 5, units::SHARE, 0.0)?;
        to.mark_formula(5, units::REMARK.into());
        text(to, 5, units::REMARK, "")?;
        to.formula_without_value(6, units::SHARE.into())
    });
    let sheet = sheet.unwrap();
    assert_eq!(sheet.rows().map(|row| row.row).collect::<Vec<_>>(), [4]);
    assert_eq!(cell(&sheet, 0, units::SHARE), plain(0.0));
}

#[rstest]
#[case::typed_zero(&|to: &mut RowCollector<'_>| number(to, 4, units::SHARE, 0.0, "General"))]
#[case::result_of_a_formula(&|to: &mut RowCollector<'_>| formula(to, 4, units::SHARE, 1.0))]
#[case::another_cell(&|to: &mut RowCollector<'_>| { to.mark_formula(4, 7); number(to, 4, units::SHARE, 0.0, "General") })]
#[case::name_without_value(&|to: &mut RowCollector<'_>| to.formula_without_value(4, units::NAME.into()))]
fn a_row_with_another_value_is_filled(#[case] fill: &dyn Fn(&mut RowCollector<'_>) -> Result<()>) {
    assert_eq!(read(|to| fill(to)).unwrap().rows().len(), 1);
}

#[test]
fn a_formula_without_value_is_told() {
    let sheet = read(|to| {
        named_rows(to, 1)?;
        to.formula_without_value(4, units::SHARE.into())
    });
    assert_eq!(cell(&sheet.unwrap(), 0, units::SHARE), Cell::FormulaWithoutValue);
}

#[test]
fn merged_cells_repeat_their_value_in_their_column() {
    let sheet = read(|to| {
        named_rows(to, 4)?;
        text(to, 4, units::SUPERIOR, "示例县财政局")?;
        // Hidden below the merged cells: nobody sees it.
        text(to, 5, units::SUPERIOR, "另一个单位")?;
        to.merged_cells(range([4, 6], [units::SUPERIOR, units::ADMIN_LEVEL]))
    });
    let sheet = sheet.unwrap();
    let merged: Vec<u16> = sheet.rows().map(|row| row.merged).collect();
    let both = 1 << units::SUPERIOR | 1 << units::ADMIN_LEVEL;
    assert_eq!(merged, [1 << units::ADMIN_LEVEL, both, both, 0]);
    let superiors: Vec<_> = (0..4).map(|row| cell(&sheet, row, units::SUPERIOR)).collect();
    let shared = Cell::Text("示例县财政局".into());
    assert_eq!(superiors, [shared.clone(), shared.clone(), shared, Cell::Empty]);
}

#[test]
fn merged_cells_of_rows_in_any_order_are_found() {
    let sheet = read(|to| {
        text(to, 6, units::NAME, "单位六")?;
        text(to, 4, units::NAME, "单位四")?;
        text(to, 4, units::SUPERIOR, "示例县财政局")?;
        to.merged_cells(range([4, 1_048_576], [units::SUPERIOR, units::SUPERIOR]))
    });
    assert_eq!(cell(&sheet.unwrap(), 1, units::SUPERIOR), Cell::Text("示例县财政局".into()));
}

#[rstest]
#[case::title(range([1, 1], [0, 11]))]
#[case::single(range([4, 4], [3, 3]))]
#[case::empty(range([4, 5], [4, 4]))]
#[case::starts_in_a_blank_row(range([3, 5], [3, 3]))]
#[case::outside(range([4, 5], [12, 20]))]
#[case::reversed(range([5, 4], [3, 3]))]
fn ranges_without_effect_mark_nothing(#[case] range: CellRange) {
    let sheet = read(|to| {
        named_rows(to, 2)?;
        text(to, 4, units::SUPERIOR, "示例县财政局")?;
        to.merged_cells(range)
    });
    assert!(sheet.unwrap().rows().all(|row| row.merged == 0));
}

#[test]
fn overlapping_ranges_have_a_bound() {
    let all = range([4, 1_048_576], [1, 11]);
    let sheet = read(|to| {
        named_rows(to, 1_000)?;
        (0..1_000).try_for_each(|_| to.merged_cells(all))
    });
    assert_eq!(sheet, Err(Refusal::Damaged));
    let sheet = read(|to| (0..2_000_001).try_for_each(|_| to.merged_cells(all)));
    assert_eq!(sheet, Err(Refusal::TooLarge(Excess::MergedCells { limit: 2_000_000 })));
}

#[test]
fn a_long_text_in_merged_cells_counts_for_each_row() {
    let limits = Limits { bytes: 10_000, rows: 1_000 };
    let sheet = read_with(limits, |to| {
        text(to, 4, units::REMARK, &"长".repeat(1_000))?;
        named_rows(to, 1_000)?;
        to.merged_cells(range([4, 1_003], [units::REMARK, units::REMARK]))
    });
    assert_eq!(sheet, Err(limits.too_much_text()));
}

#[test]
fn hidden_rows_are_marked() {
    let sheet = read(|to| {
        for row in [5, 5, 1, 9_000, u32::MAX] {
            to.hidden_row(row);
        }
        named_rows(to, 3)
    });
    assert_eq!(sheet.unwrap().rows().map(|row| row.hidden).collect::<Vec<_>>(), [false, true, false]);
}
