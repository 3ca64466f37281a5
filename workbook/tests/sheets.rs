//! Workbooks of several sheets.
#![allow(clippy::unwrap_used)]
#![cfg(feature = "write")]

use domain::{Refusal, Template};
use rstest::rstest;
use rust_xlsxwriter::{Workbook, Worksheet};
use workbook::read::{Limits, Sheet, read};

/// What a sheet of the workbook is.
#[derive(Clone, Copy)]
enum Kind {
    /// The template with a unit.
    Filled,
    /// The template.
    Empty,
    /// The template with a column of its own.
    Altered,
    /// Something else.
    Other,
    /// The template with a unit, out of sight.
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

fn sheets(kinds: &[Kind]) -> Result<Sheet, Refusal> {
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
fn the_one_that_is_filled_in_is_read(#[case] kinds: &[Kind]) {
    assert_eq!(sheets(kinds).unwrap().rows().len(), 1);
}

#[rstest]
#[case(&[Filled, Filled], Refusal::SeveralSheets)]
#[case(&[Empty, Filled, Other, Filled], Refusal::SeveralSheets)]
#[case(&[Empty, Other], Refusal::Empty)]
#[case(&[Other, Empty, Altered], Refusal::Empty)]
fn no_other_is_taken_for_it(#[case] kinds: &[Kind], #[case] refusal: Refusal) {
    assert_eq!(sheets(kinds), Err(refusal));
}
