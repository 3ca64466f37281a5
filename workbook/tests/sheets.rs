//! Workbooks with several sheets.
#![allow(clippy::unwrap_used)]
#![cfg(feature = "write")]

use domain::{Refusal, Template};
use rstest::rstest;
use rust_xlsxwriter::{Workbook, Worksheet};
use workbook::read::{Limits, Sheet, read};

/// The content of a sheet in the workbook.
#[derive(Clone, Copy)]
enum Kind {
    /// The template with one unit.
    Filled,
    /// The template without data.
    Empty,
    /// The template with an additional column.
    Altered,
    /// Not the template.
    Other,
    /// The template with one unit, on a hidden sheet.
    Hidden,
}
use Kind::{Altered, Empty, Filled, Hidden, Other};

fn fill(sheet: &mut Worksheet, kind: Kind) {
    if matches!(kind, Other) {
        sheet.write(0, 0, "联系人").unwrap();
        return;
    }
    let header = Template::Units.columns().iter().map(|column| column.header);
    sheet.write_row(2, 0, header).unwrap();
    match kind {
        Altered => drop(sheet.write(2, 20, "备用").and_then(|sheet| sheet.write(2, 12, "审核意见")).unwrap()),
        Filled => drop(sheet.write(3, 1, "示例县教育局").unwrap()),
        Hidden => drop(sheet.set_hidden(true).write(3, 1, "示例县民政局").unwrap()),
        Empty | Other => {}
    }
}

fn read_workbook(kinds: &[Kind]) -> Result<Sheet, Refusal> {
    let mut book = Workbook::new();
    for kind in kinds {
        fill(book.add_worksheet(), *kind);
    }
    read(Template::Units, &book.save_to_buffer().unwrap(), Limits::default())
}

#[rstest]
#[case::before(&[Other, Filled])]
#[case::behind(&[Filled, Other])]
#[case::empty_before(&[Empty, Filled])]
#[case::empty_behind(&[Filled, Empty])]
#[case::altered(&[Altered, Filled])]
#[case::hidden(&[Filled, Hidden])]
fn the_only_filled_sheet_is_read(#[case] kinds: &[Kind]) {
    assert_eq!(read_workbook(kinds).unwrap().rows().len(), 1);
}

#[rstest]
#[case(&[Filled, Filled], Refusal::SeveralSheets)]
#[case(&[Empty, Filled, Other, Filled], Refusal::SeveralSheets)]
#[case(&[Empty, Other], Refusal::Empty)]
#[case(&[Other, Empty, Altered], Refusal::Empty)]
fn a_workbook_without_exactly_one_filled_sheet_is_refused(#[case] kinds: &[Kind], #[case] refusal: Refusal) {
    assert_eq!(read_workbook(kinds), Err(refusal));
}
