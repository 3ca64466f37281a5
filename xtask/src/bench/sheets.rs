//! Generates the files for measuring: the template of units, filled in with generated units. One row in a hundred has one of
//! five errors; the others are valid.

use crate::{
    paths::end2end,
    setup,
    shell::{Outcome, run},
};
use domain::{CreditCode, Template};
use rust_xlsxwriter::Workbook;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The columns with numbers. All others are text, also codes and mobile numbers.
const NUMBER_COLUMNS: [usize; 4] = [0, 6, 7, 8];
/// The number of rows above the first unit.
const HEAD_ROWS: u32 = 3;

/// Generates an .xlsx file, one row in a hundred of which is wrong.
pub(super) fn xlsx(folder: &Path, rows: u32) -> Outcome<PathBuf> {
    write_xlsx(&folder.join(format!("units-{rows}.xlsx")), &sheet(rows, 0, true))
}

/// Generates an .xlsx file without errors. Its units differ from the units of [`xlsx`] and of every other `series`.
pub(super) fn clean(folder: &Path, rows: u32, series: u32) -> Outcome<PathBuf> {
    write_xlsx(&folder.join(format!("clean-{series}-{rows}.xlsx")), &sheet(rows, series * 1_000_000, false))
}

/// Generates the file of [`xlsx`] as .xls, by xlwt.
pub(super) fn xls(folder: &Path, rows: u32) -> Outcome<PathBuf> {
    let file = folder.join(format!("units-{rows}.xls"));
    let table = folder.join("rows.tsv");
    let text: String = sheet(rows, 0, true).iter().map(|row| row.join("\t") + "\n").collect();
    fs::write(&table, text).map_err(|why| format!("{}: {why}", table.display()))?;
    let packages = setup::python_writers()?;
    run(
        &format!("writing {}", file.display()),
        Command::new("python3").env("PYTHONPATH", packages).arg(end2end().join("bench/xls.py")).arg(table).arg(&file),
        "Look at what Python says above.",
    )?;
    Ok(file)
}

fn write_xlsx(file: &Path, rows: &[Vec<String>]) -> Outcome<PathBuf> {
    let failed = |why: rust_xlsxwriter::XlsxError| format!("{}: {why}", file.display());
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (r, cells) in (0..).zip(rows) {
        for (c, text) in (0..).zip(cells).filter(|(_, text)| !text.is_empty()) {
            let number =
                text.parse::<f64>().ok().filter(|_| r >= HEAD_ROWS && NUMBER_COLUMNS.contains(&usize::from(c)));
            match number {
                Some(number) => sheet.write_number(r, c, number),
                None => sheet.write_string(r, c, text),
            }
            .map_err(failed)?;
        }
    }
    book.save(file).map_err(failed)?;
    Ok(file.to_owned())
}

/// The cells of a sheet: title, notes, header and `rows` units.
fn sheet(rows: u32, first_serial: u32, has_errors: bool) -> Vec<Vec<String>> {
    let header = Template::Units.columns().iter().map(|column| column.header.to_owned()).collect();
    let head = [vec![Template::Units.title().to_owned()], vec!["填报说明".to_owned()], header];
    head.into_iter().chain((0..rows).map(|index| unit(index, first_serial + index, has_errors))).collect()
}

fn unit(index: u32, serial: u32, has_errors: bool) -> Vec<String> {
    let total = f64::from(500 + index % 4_500) / 10.0;
    let ratio = [10.0, 12.0, 15.0, 15.5, 20.0].into_iter().cycle().nth(index as usize % 5).unwrap_or_default();
    let person =
        |salt: u32| "伟芳娜敏静丽强磊洋艳勇军杰娟涛明超".chars().nth((index * salt) as usize % 17).unwrap_or('伟');
    let mut row = vec![
        (index + 1).to_string(),
        format!("示例县第{serial}号预算单位"),
        credit_code(serial),
        "示例县财政局".to_owned(),
        "县级".to_owned(),
        "二级预算单位".to_owned(),
        total.to_string(),
        ratio.to_string(),
        format!("{:.2}", total * ratio / 100.0),
        format!("王{}{}", person(1), person(7)),
        format!("139{serial:08}"),
        String::new(),
    ];
    if has_errors && index % 100 == 99 {
        let (column, text) = [(2, "11320106M"), (10, "1391234"), (4, "县及"), (7, "120"), (1, "")]
            .into_iter()
            .cycle()
            .nth(index as usize / 100 % 5)
            .unwrap_or_default();
        if let Some(cell) = row.get_mut(column) {
            text.clone_into(cell);
        }
    }
    row
}

/// The credit code of a serial number, with the check character that fits.
fn credit_code(serial: u32) -> String {
    let with_check_character = |check| format!("11320106M{serial:08}{check}");
    ('0'..='9')
        .chain('A'..='Z')
        .map(with_check_character)
        .find(|code| CreditCode::parse(code).is_ok())
        .unwrap_or_default()
}
